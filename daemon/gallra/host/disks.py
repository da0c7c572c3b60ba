"""Whether what is written to a folder is encrypted on the disk, and how much room is left."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

ROOT: Final = Path("/")
_CRYPT_PREFIX: Final = "CRYPT-"
"""What device-mapper calls a volume of dm-crypt: proc(5) knows it not, dmsetup(8) does."""
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs"})
_MOST_LAYERS: Final = 32
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


class Encryption(StrEnum):
    """What is known of a folder's disk."""

    ENCRYPTED = "encrypted"
    PLAIN = "plain"
    REMOTE = "remote"
    """On another machine: only that one knows."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A line of mountinfo: see proc(5)."""

    device: str
    """Major and minor number, such as ``253:1``."""
    at: bytes
    kind: str


def mount_of(path: bytes, root: Path = ROOT) -> Mount | None:
    """Return the mount in which ``path``, absolute, lies; None where the kernel does not tell."""
    try:
        lines = (root / "proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return None
    found: Mount | None = None
    whole = os.path.realpath(path)
    for line in lines:
        fields = line.split(b" ")
        try:
            kind = fields[fields.index(b"-", 6) + 1].decode("ascii", "replace")
            at = _unescaped(fields[4])
            device = fields[2].decode("ascii", "replace")
        except (ValueError, IndexError):
            continue
        is_inside = at in {b"/", whole} or whole.startswith(at + b"/")
        # The last of several mounts at one place is the one that is seen.
        if is_inside and (found is None or len(at) >= len(found.at)):
            found = Mount(device=device, at=at, kind=kind)
    return found


def encryption_of(path: bytes, root: Path = ROOT) -> Encryption:
    """Return whether what is written below ``path`` is encrypted before it reaches the disk.

    Known are dm-crypt and LUKS below plain volumes, logical volumes and arrays. Of filesystems
    that encrypt by themselves, or gather several devices, nothing is known here.
    """
    mount = mount_of(path, root)
    if mount is None:
        return Encryption.UNKNOWN
    if mount.kind in _REMOTE:
        return Encryption.REMOTE
    if mount.kind in _MEMORY:
        return Encryption.ENCRYPTED if not unencrypted_swap(root) else Encryption.PLAIN
    verdict = _of_device(mount.device, root)
    if verdict is not None:
        return verdict
    return Encryption.UNKNOWN


def unencrypted_swap(root: Path = ROOT) -> tuple[str, ...]:
    """Return the swap areas that memory may be written to in the clear; see proc(5)."""
    try:
        lines = (root / "proc/swaps").read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        return ()
    found = []
    for line in lines:
        name, kind, *_ = (*line.split(), "", "")
        if not name or name.startswith("/dev/zram"):
            continue
        if kind == "file":
            is_encrypted = encryption_of(os.fsencode(name), root) is Encryption.ENCRYPTED
        else:
            is_encrypted = _is_encrypted_node(name, root)
        if not is_encrypted:
            found.append(name)
    return tuple(found)


def free_part(path: bytes) -> tuple[int, int]:
    """Return the bytes that are free for users where ``path`` lies, and all of them.

    Raises:
        OSError: It cannot be reached.
    """
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize


def _is_encrypted_node(name: str, root: Path) -> bool:
    try:
        number = os.stat(name).st_rdev
    except OSError:
        return False
    device = f"{os.major(number)}:{os.minor(number)}"
    return _of_device(device, root) is Encryption.ENCRYPTED


def _of_device(device: str, root: Path) -> Encryption | None:
    """Return what is known of a block device; None where it is none that the kernel lists."""
    waiting, seen = [root / "sys/dev/block" / device], 0
    found: Encryption | None = None
    while waiting and seen < _MOST_LAYERS:
        each = waiting.pop()
        seen += 1
        if not each.exists():
            continue
        if _uuid(each).startswith(_CRYPT_PREFIX):
            found = found or Encryption.ENCRYPTED
            continue
        below = _below(each)
        if not below:
            return Encryption.PLAIN  # one plain disk under an array is enough
        waiting += below
    return found


def _uuid(device: Path) -> str:
    try:
        return (device / "dm/uuid").read_text("ascii", "replace")
    except OSError:
        return ""


def _below(device: Path) -> list[Path]:
    try:
        return sorted((device / "slaves").iterdir())
    except OSError:
        return []


def _unescaped(name: bytes) -> bytes:
    text = name.decode("latin-1")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text).encode("latin-1")

"""Whether what is written to a folder is encrypted on the disk, and how much room is left."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Final

from gallra.kernel.mounts import ROOT, mount_of

_CRYPT_PREFIX: Final = "CRYPT-"
"""What device-mapper calls a volume of dm-crypt: proc(5) knows it not, dmsetup(8) does."""
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
_REMOTE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs"})
_MOST_LAYERS: Final = 32


class Encryption(StrEnum):
    """What is known of a folder's disk."""

    ENCRYPTED = "encrypted"
    PLAIN = "plain"
    REMOTE = "remote"
    """On another machine: only that one knows."""
    UNKNOWN = "unknown"


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

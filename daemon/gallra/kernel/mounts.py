"""What is mounted where, as the kernel tells it: mountinfo, see proc(5)."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path("/")
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")
_BEFORE_OPTIONAL_FIELDS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A line of mountinfo."""

    number: int
    """Of this mount, until it ends: another one at the same place has another."""
    device: str
    """Major and minor number, such as ``253:1``."""
    root: bytes
    """Which folder of the filesystem is mounted: not its root where it is a bind mount."""
    at: bytes
    kind: str
    """Such as ``ext4``, ``nfs4``, ``fuse.sshfs``."""
    source: bytes
    """A device, or where on which other machine: the filesystem's own words."""


def mounts(root: Path = ROOT) -> tuple[Mount, ...]:
    """Return all mounts that this process sees, in their order; none where the kernel is silent."""
    try:
        lines = (root / "proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return ()
    return tuple(_told(lines))


def mount_of(path: bytes, root: Path = ROOT) -> Mount | None:
    """Return the mount in which ``path``, absolute, lies; None where the kernel does not tell."""
    found: Mount | None = None
    whole = os.path.realpath(path)
    for mount in mounts(root):
        is_inside = mount.at in {b"/", whole} or whole.startswith(mount.at + b"/")
        # The last of several mounts at one place is the one that is seen.
        if is_inside and (found is None or len(mount.at) >= len(found.at)):
            found = mount
    return found


def _told(lines: Iterable[bytes]) -> Iterator[Mount]:
    for line in lines:
        fields = line.split(b" ")
        try:
            end = fields.index(b"-", _BEFORE_OPTIONAL_FIELDS)
            yield Mount(
                number=int(fields[0]),
                device=fields[2].decode("ascii", "replace"),
                root=_unescaped(fields[3]),
                at=_unescaped(fields[4]),
                kind=fields[end + 1].decode("ascii", "replace"),
                source=_unescaped(fields[end + 2]),
            )
        except (ValueError, IndexError):
            continue


def _unescaped(name: bytes) -> bytes:
    text = name.decode("latin-1")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text).encode("latin-1")

"""One look at one directory: what is in it, without opening anything but itself."""

import hashlib
import marshal
import os
import stat
from dataclasses import dataclass, field
from typing import Final

from gallra.store.looks import SeenFile
from gallra.watch.opening import look_at

_DIGEST_BYTES: Final = 16
_FORM: Final = 2
"""Of marshal: the last one whose bytes depend on the values alone, not on who else holds them."""

Entry = tuple[str, int, int, int, int]
"""Name, inode, size in bytes, time of modification and of change in nanoseconds."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """What stood in a directory while it was read."""

    device: int
    inode: int
    modified_ns: int
    """Of the directory itself, taken before its entries: a later change shows against it."""
    files: list[Entry] = field(default_factory=list)
    directories: list[tuple[str, int]] = field(default_factory=list)
    """Name and inode."""
    skipped: list[str] = field(default_factory=list)
    """Symbolic links, FIFOs, sockets and devices: never followed, never opened."""

    def digest(self) -> bytes:
        """Return what tells this listing from any other of the directory."""
        content = marshal.dumps((self.files, self.directories, len(self.skipped)), _FORM)
        return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()


def listing_of(descriptor: int) -> Listing:
    """Return what stands in the directory that ``descriptor`` is open on.

    What vanishes while one looks is left out.

    Raises:
        OSError: The directory, or anything in it, cannot be looked at: then nothing can be
            said about what is not in it.
    """
    status = os.fstat(descriptor)
    listing = Listing(device=status.st_dev, inode=status.st_ino, modified_ns=status.st_mtime_ns)
    files = listing.files
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                files.append(
                    (
                        entry.name,
                        found.st_ino,
                        found.st_size,
                        found.st_mtime_ns,
                        found.st_ctime_ns,
                    )
                )
            elif entry.is_dir(follow_symlinks=False):
                listing.directories.append((entry.name, entry.inode()))
            else:
                listing.skipped.append(entry.name)
    return listing


def seen_file(descriptor: int, name: bytes, device: int) -> SeenFile | None:
    """Look at one file of an open directory in full; ``None`` where it is no regular file now.

    Raises:
        OSError: It cannot be looked at, and did not merely vanish.
    """
    try:
        found = look_at(descriptor, name)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.mode):
        return None
    return SeenFile(
        name=name,
        device=device,
        inode=found.inode,
        size_bytes=found.size_bytes,
        modified_ns=found.modified_ns,
        changed_ns=found.changed_ns,
        link_count=found.link_count,
        mode=found.mode,
        uid=found.uid,
        gid=found.gid,
        born_ns=found.born_ns,
    )

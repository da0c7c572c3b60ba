"""One look at one directory: what is in it, without opening anything but itself."""

import hashlib
import os
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final, NamedTuple

from gallra.kernel.access import access_list_at, access_list_in
from gallra.kernel.status import look_at
from gallra.model.exposure import Access
from gallra.store.looks import Figures, SeenFile
from gallra.store.packing import packed_ns, signed

_DIGEST_BYTES: Final = 16
_ENCODING: Final = sys.getfilesystemencoding()
_ERRORS: Final = sys.getfilesystemencodeerrors()
_FIGURES: Final = struct.Struct("=4q")
_figures_of: Final[Callable[[os.stat_result], Figures]] = attrgetter(
    "st_ino", "st_size", "st_mtime_ns", "st_ctime_ns"
)


@dataclass(slots=True, kw_only=True)
class Listing:
    """What stood in a directory while it was read."""

    device: int
    inode: int
    modified_ns: int
    """Of the directory itself, taken before its entries: a later change shows against it."""
    changed_ns: int
    """Likewise."""
    access: Access
    """Of the directory itself."""
    names: list[str] = field(default_factory=list)
    """Of the regular files, in the order of the directory."""
    figures: bytes = b""
    """Of the files, in the same order, packed: see :meth:`files`."""
    digest: bytes = b""
    """What :func:`glance_at` would have told."""
    directories: list[tuple[str, int]] = field(default_factory=list)
    """Name and inode."""
    skipped_count: int = 0
    """Symbolic links, FIFOs, sockets and devices: never followed, never opened."""

    def files(self) -> Iterator[tuple[bytes, Figures]]:
        """Yield name and figures of every regular file."""
        for name, figures in zip(self.names, _FIGURES.iter_unpack(self.figures), strict=True):
            yield name.encode(_ENCODING, _ERRORS), figures


class Glance(NamedTuple):
    """What a directory shows without its files being told apart."""

    device: int
    inode: int
    modified_ns: int
    """Of the directory itself, taken before its entries."""
    changed_ns: int
    """Likewise: it tells when somebody else may enter it."""
    digest: bytes
    """As long as it and the directory's own inode and time are the same, so is all in it.

    To change a name is to change the directory. To change a file is to move its time of change
    forward, which nobody but the kernel sets: so the sum of them tells, and no single file needs to
    be compared. The sums of sizes and times of modification are for filesystems that keep no
    such time.
    """
    file_count: int
    skipped_count: int


def glance_at(descriptor: int) -> Glance:
    """Look for whether anything changed in the directory that ``descriptor`` is open on.

    What this costs for a file is what a pass costs: little beside the one system call.

    Raises:
        OSError: The directory, or anything in it, cannot be looked at.
    """
    status = os.fstat(descriptor)
    directories: list[tuple[str, int]] = []
    file_count = size_bytes = modified_ns = changed_ns = skipped_count = 0
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                found = entry.stat(follow_symlinks=False)
                size_bytes += found.st_size
                modified_ns += found.st_mtime_ns
                changed_ns += found.st_ctime_ns
                file_count += 1
            elif entry.is_dir(follow_symlinks=False):
                directories.append((entry.name, entry.inode()))
            else:
                skipped_count += 1
    sums = (file_count, size_bytes, modified_ns, changed_ns, skipped_count)
    return Glance(
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
        status.st_ctime_ns,
        _digest(sums, directories),
        file_count,
        skipped_count,
    )


def listing_of(descriptor: int) -> Listing:
    """Return what stands in the directory that ``descriptor`` is open on.

    What vanishes while one looks is left out.

    Raises:
        OSError: The directory, or anything in it, cannot be looked at: then nothing can be
            said about what is not in it.
    """
    status = os.fstat(descriptor)
    listing = Listing(
        device=status.st_dev,
        inode=status.st_ino,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        access=Access(
            mode=stat.S_IMODE(status.st_mode),
            uid=status.st_uid,
            gid=status.st_gid,
            access_list=access_list_at(descriptor),
        ),
    )
    figures = bytearray()
    size_bytes = modified_ns = changed_ns = 0
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    found = _figures_of(entry.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue
                listing.names.append(entry.name)
                figures += _packed(found)
                size_bytes += found[1]
                modified_ns += found[2]
                changed_ns += found[3]
            elif entry.is_dir(follow_symlinks=False):
                listing.directories.append((entry.name, entry.inode()))
            else:
                listing.skipped_count += 1
    sums = (len(listing.names), size_bytes, modified_ns, changed_ns, listing.skipped_count)
    listing.digest = _digest(sums, listing.directories)
    listing.figures = bytes(figures)
    return listing


def _digest(sums: tuple[int, int, int, int, int], directories: list[tuple[str, int]]) -> bytes:
    text = "%d %d %d %d %d" % sums  # noqa: UP031 - half the time of the other ways
    if directories:
        # No name holds a NUL, so nothing can be taken for anything else.
        text += "".join(f"\0{inode} {name}" for name, inode in directories)
    return hashlib.sha256(text.encode(_ENCODING, _ERRORS)).digest()[:_DIGEST_BYTES]


def _packed(figures: Figures) -> bytes:
    try:
        return _FIGURES.pack(*figures)
    except struct.error:  # a time beyond the year 2262, or an inode beyond 63 bits
        inode, size_bytes, modified, changed = figures
        return _FIGURES.pack(signed(inode), size_bytes, packed_ns(modified), packed_ns(changed))


def seen_file(descriptor: int, name: bytes) -> SeenFile | None:
    """Look at one file of an open directory in full; ``None`` where it is no regular file now.

    Raises:
        OSError: It cannot be looked at, and did not merely vanish.
    """
    try:
        found = look_at(descriptor, name)
        if not stat.S_ISREG(found.mode):
            return None
        access_list = access_list_in(descriptor, name)
    except FileNotFoundError:
        return None
    return SeenFile(
        name=name,
        device=found.device,
        inode=found.inode,
        size_bytes=found.size_bytes,
        modified_ns=found.modified_ns,
        changed_ns=found.changed_ns,
        link_count=found.link_count,
        mode=found.mode,
        uid=found.uid,
        gid=found.gid,
        born_ns=found.born_ns,
        access_list=access_list,
        is_mounted=found.is_mounted,
    )

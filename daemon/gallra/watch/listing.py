"""One look at one directory: what is in it, without opening anything but itself."""

import hashlib
import os
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Final, NamedTuple

from gallra.kernel.status import look_at
from gallra.store.looks import Figures, SeenFile
from gallra.store.packing import packed_ns, signed

_DIGEST_BYTES: Final = 16
_AT_A_TIME: Final = 1_024
"""The figures of so many files are gathered before they are packed, to a fifth of the room."""
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
    names: list[str] = field(default_factory=list)
    """Of the regular files, in the order of the directory."""
    figures: bytes = b""
    """Of the files, in the same order, packed: see :meth:`files`."""
    directories: list[tuple[str, int]] = field(default_factory=list)
    """Name and inode."""
    skipped_count: int = 0
    """Symbolic links, FIFOs, sockets and devices: never followed, never opened."""

    def files(self) -> Iterator[tuple[bytes, Figures]]:
        """Yield name and figures of every regular file."""
        for name, figures in zip(self.names, _FIGURES.iter_unpack(self.figures), strict=True):
            yield name.encode(_ENCODING, _ERRORS), figures

    def digest(self) -> bytes:
        """Return what :func:`glance_at` would have told."""
        return _digest(self.figures, self.directories, self.skipped_count)


class Glance(NamedTuple):
    """What a directory shows without its files' names being kept."""

    device: int
    inode: int
    modified_ns: int
    """Of the directory itself, taken before its entries."""
    digest: bytes
    """Of what is in it: as long as it and the directory's own inode and time are the same, so
    are all names, sizes and times. Names alone it need not tell: to change one is to change
    the directory."""
    file_count: int
    skipped_count: int


def glance_at(descriptor: int) -> Glance:
    """Look for whether anything changed in the directory that ``descriptor`` is open on.

    What this costs for a file is what a pass costs: little beside the one system call.

    Raises:
        OSError: The directory, or anything in it, cannot be looked at.
    """
    status = os.fstat(descriptor)
    packed = b""
    directories: list[tuple[str, int]] = []
    file_count = skipped_count = asked_count = 0
    with os.scandir(descriptor) as entries:
        while file_count + len(directories) + skipped_count == asked_count:
            figures: list[int] = []
            for entry in islice(entries, _AT_A_TIME):
                if entry.is_file(follow_symlinks=False):
                    figures += _figures_of(entry.stat(follow_symlinks=False))
                elif entry.is_dir(follow_symlinks=False):
                    directories.append((entry.name, entry.inode()))
                else:
                    skipped_count += 1
            packed += _packed(figures)
            file_count = len(packed) // _FIGURES.size
            asked_count += _AT_A_TIME
    return Glance(
        status.st_dev,
        status.st_ino,
        status.st_mtime_ns,
        _digest(packed, directories, skipped_count),
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
    listing = Listing(device=status.st_dev, inode=status.st_ino, modified_ns=status.st_mtime_ns)
    figures: list[int] = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    figures += _figures_of(entry.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue
                listing.names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False):
                listing.directories.append((entry.name, entry.inode()))
            else:
                listing.skipped_count += 1
            if len(figures) >= 4 * _AT_A_TIME:
                listing.figures += _packed(figures)
                figures.clear()
    listing.figures += _packed(figures)
    return listing


def _digest(figures: bytes, directories: list[tuple[str, int]], skipped_count: int) -> bytes:
    if directories or skipped_count:
        text = "".join(f"{name}\0{inode}\0" for name, inode in directories)
        figures += f"{skipped_count}\0{text}".encode(_ENCODING, _ERRORS)
    # Processors have SHA-256 built in.
    return hashlib.sha256(figures).digest()[:_DIGEST_BYTES]


def _packed(figures: list[int]) -> bytes:
    try:
        return struct.pack(f"={len(figures)}q", *figures)
    except struct.error:  # a time beyond the year 2262, or an inode beyond 63 bits
        return b"".join(
            _FIGURES.pack(signed(inode), size_bytes, packed_ns(modified), packed_ns(changed))
            for inode, size_bytes, modified, changed in zip(*[iter(figures)] * 4, strict=True)
        )


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

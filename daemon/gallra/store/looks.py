"""What the scan hands to the catalogue: looks at directories, and how they differ from before."""

import stat
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gallra.model.exposure import Access
from gallra.store.packing import packed_ns, signed, unpacked_ns, unsigned

Figures = tuple[int, int, int, int]
"""Of a file: inode, size in bytes, time of modification and of change in nanoseconds."""


class KnownEntry(NamedTuple):
    """A file as the catalogue has it: what a look is compared with."""

    file_id: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int
    access_id: int | None
    access_changed_ns: int | None
    """The time of change of the version whose access was looked at."""

    @property
    def figures(self) -> Figures:
        """What shows whether it changed."""
        return self[1:5]

    @property
    def is_access_known(self) -> bool:
        """Whether who may read this version is known."""
        return self.access_changed_ns == self.changed_ns


class SeenFile(NamedTuple):
    """A file as the scan found it, where it is new or differs."""

    name: bytes
    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int
    link_count: int
    mode: int
    uid: int
    gid: int
    born_ns: int | None
    access_list: bytes = b""
    is_mounted: bool = False
    """Whether it is not the directory's own: another one was mounted upon it."""

    @property
    def access(self) -> Access:
        """What it says of who may read it."""
        return Access(stat.S_IMODE(self.mode), self.uid, self.gid, self.access_list)

    @property
    def figures(self) -> Figures:
        """What shows whether it changed."""
        return self.inode, self.size_bytes, self.modified_ns, self.changed_ns


@dataclass(slots=True, kw_only=True, eq=False)
class Directory:
    """A directory on its way through a scan. One that is new gets its number when written."""

    path: bytes
    directory_id: int | None = None
    parent: "Directory | None" = None
    inode: int = 0
    modified_ns: int = 0
    changed_ns: int = 0
    listing: bytes | None = None
    unreadable_errno: int | None = None
    access: Access | None = None
    """Where it was looked at in this pass."""
    is_new: bool = False
    """Whether the catalogue had nothing of it when the pass found it."""


class KnownDirectory(NamedTuple):
    """A directory as the catalogue keeps it: cheap, since a pass asks for all of them."""

    number: int
    path: bytes
    inode: int
    modified_ns: int
    changed_ns: int
    listing: bytes | None
    unreadable_errno: int | None

    def taken_up(self) -> Directory:
        """Return it for its way through a scan."""
        return Directory(
            directory_id=self.number,
            path=self.path,
            inode=unsigned(self.inode),
            modified_ns=unpacked_ns(self.modified_ns),
            changed_ns=unpacked_ns(self.changed_ns),
            listing=self.listing,
            unreadable_errno=self.unreadable_errno,
        )


@dataclass(slots=True, kw_only=True)
class Look:
    """What one look at a directory came to, beside the directory's own new state."""

    directory: Directory
    skipped_count: int = 0
    again_at: datetime | None = None
    """When it is to be looked at again, because it was changing just now."""
    new: list[SeenFile] = field(default_factory=list)
    changed: list[tuple[KnownEntry, SeenFile]] = field(default_factory=list)
    touched: list[tuple[KnownEntry, SeenFile]] = field(default_factory=list)
    """The same content, but who may read it changed, or is still to be noted."""
    gone: list[tuple[bytes, KnownEntry]] = field(default_factory=list)
    directories: list[Directory] = field(default_factory=list)
    """New ones in it. They are written with it, unread: should the pass end before it comes to
    them, the next one will."""

    @property
    def row_count(self) -> int:
        """How many rows it will write."""
        return (
            1
            + len(self.new)
            + len(self.changed)
            + len(self.touched)
            + len(self.gone)
            + len(self.directories)
        )


def is_same(one: Figures, other: Figures) -> bool:
    """Tell whether figures are the same, whether or not in the form that the catalogue keeps."""
    return one == other or one == _kept(other) or _kept(one) == other


def is_note(note: Figures, found: Figures) -> bool:
    """Tell whether a file is the note of ours that the catalogue knows, and nobody touched it.

    The time of change is the kernel's alone to set, so that nothing can be hidden in a note.
    """
    kept = _kept(found)
    return kept == note if note[3] != -1 else kept[:3] == note[:3]


def _kept(figures: Figures) -> Figures:
    inode, size_bytes, modified_ns, changed_ns = figures
    return signed(inode), size_bytes, packed_ns(modified_ns), packed_ns(changed_ns)

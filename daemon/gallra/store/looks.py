"""What the scan hands to the catalogue: looks at directories, and how they differ from before."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from gallra.store.packing import packed_ns, signed


class KnownEntry(NamedTuple):
    """A file as the catalogue has it: what a look is compared with."""

    file_id: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int


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


@dataclass(slots=True, kw_only=True, eq=False)
class Directory:
    """A directory on its way through a scan. One that is new gets its number when written."""

    path: bytes
    directory_id: int | None = None
    parent: "Directory | None" = None
    inode: int = 0
    modified_ns: int = 0
    listing: bytes | None = None
    child_count: int = 0
    unreadable_errno: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether the catalogue does not have it yet."""
        return self.directory_id is None


@dataclass(slots=True, kw_only=True)
class Look:
    """What one look at a directory came to, beside the directory's own new state."""

    directory: Directory
    skipped_count: int = 0
    again_at: datetime | None = None
    """When it is to be looked at again, because it was changing just now."""
    new: list[SeenFile] = field(default_factory=list)
    changed: list[tuple[KnownEntry, SeenFile]] = field(default_factory=list)
    gone: list[tuple[bytes, KnownEntry]] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """How many rows it will write."""
        return 1 + len(self.new) + len(self.changed) + len(self.gone)


def is_same(known: KnownEntry, entry: tuple[int, int, int, int]) -> bool:
    """Tell whether inode, size, modification and change time are what the catalogue has."""
    if known[1:] == entry:
        return True
    inode, size_bytes, modified_ns, changed_ns = entry
    return known[1:] == (signed(inode), size_bytes, packed_ns(modified_ns), packed_ns(changed_ns))

"""A file as the watch found it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSignature:
    """What is compared to tell whether a file is still the version that was read.

    Times are nanoseconds since 1970, as the filesystem keeps them.
    """

    device: int
    inode: int
    size_bytes: int
    modified_ns: int
    changed_ns: int
    """``st_ctime``: moves on every change of content *or* attributes, and cannot be forged."""
    link_count: int = 1

    def is_same_version(self, other: "FileSignature") -> bool:
        """Tell whether ``other`` is the same bytes of the same file, attributes apart."""
        return (self.device, self.inode, self.size_bytes, self.modified_ns) == (
            other.device,
            other.inode,
            other.size_bytes,
            other.modified_ns,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A new or changed file that has settled and waits to be read."""

    file_id: int
    """Its key in the catalogue."""
    share: str
    path: bytes
    """Relative to the share's root, byte-exact."""
    signature: FileSignature

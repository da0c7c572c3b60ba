"""Shares: the folders that gallra was given to look after."""

from dataclasses import dataclass
from enum import StrEnum

STAGING = b".gallra-staging"
"""A 0700 directory in the share's root, made only where the quarantine lies on another filesystem
than the share; no scan looks into it."""


class ShareRole(StrEnum):
    """What a share is for, which decides who may be expected to read it."""

    COMMON_AREA = "common-area"
    CASE_AREA = "case-area"
    SHARED_MAILBOX = "shared-mailbox"
    MAIL_EXPORT = "mail-export"
    HANDLER_AREA = "handler-area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One ``[share.NAME]`` of rules.toml."""

    name: str
    path: bytes
    """Absolute, byte-exact, without a trailing slash."""
    role: ShareRole
    quarantine: bytes
    """Absolute; a 0700 directory, never inside the share."""
    line: int
    has_notes: bool = False
    """Whether a note stays in a folder out of which something was taken."""
    language: str = ""
    """Of its notes; ``""``: the organisation's."""

    @property
    def staging(self) -> bytes:
        """Where a file waits that is on its way to a quarantine on another filesystem."""
        return self.path + b"/" + STAGING


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareIdentity:
    """What makes a share the same share tomorrow: an empty mount point is another one."""

    device: int
    """``st_dev`` of the root as seen now; may change over a reboot, so it is told, not compared."""
    filesystem: str
    """``f_fsid`` of statvfs, in hex: the filesystem's own identifier."""
    root_inode: int
    marker: str
    """Random text that was written into the root's ``user.gallra.share`` attribute, or ``""``
    where nothing may be written (observing, read-only)."""
    origin: str = ""
    """What tells its filesystem from others where ``filesystem`` does not: its UUID, or a digest
    of where on which other machine it is; ``""`` where nothing does."""

    def is_of_same_filesystem(self, other: "ShareIdentity") -> bool:
        """Tell whether two looks, marks and folders apart, saw the same filesystem."""
        if self.origin and other.origin:
            return self.origin == other.origin
        return self.filesystem == other.filesystem


class ShareState(StrEnum):
    """What a look at a share's root found."""

    PRESENT = "present"
    MISSING = "missing"
    """No such directory, or it cannot be opened: everything about it is on hold."""
    REPLACED = "replaced"
    """A directory is there, but not the one that was: the same."""

"""A pass over a share while it goes on, and what it came to."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from gallra.model.going import GoesOn, always
from gallra.model.share import Share, ShareState
from gallra.store.ingest import Ingest
from gallra.store.looks import Directory, KnownDirectory
from gallra.store.shelf import parted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a pass over a share, or over some of its directories, came to."""

    share: str
    state: ShareState
    """Unless it is present, nothing was changed in the catalogue, or nothing more was."""
    directories: int = 0
    """How many directories were listed."""
    seen: int = 0
    """How many regular files stood in them."""
    new: int = 0
    changed: int = 0
    moved: int = 0
    """Of the new ones, how many were known from another place."""
    gone: int = 0
    skipped: int = 0
    """Symbolic links, FIFOs, sockets and devices."""
    unreadable: tuple[tuple[bytes, int], ...] = ()
    """Directories that could not be read, with the errno. Nothing below counts as gone."""
    mounts: tuple[bytes, ...] = ()
    """Other filesystems mounted inside: not entered."""


class ShareLostError(Exception):
    """The share went away, or was replaced, while it was being looked at."""


@dataclass(slots=True, kw_only=True)
class Pass:
    """A pass that is under way."""

    share: Share
    root: int
    device: int
    inode: int
    now: datetime
    ingest: Ingest
    is_whole: bool
    """Whether it looks into every directory."""
    goes_on: GoesOn = always
    is_cut_short: bool = False
    """Whether it was told to end before it was through."""
    directories: int = 0
    seen: int = 0
    new: int = 0
    changed: int = 0
    skipped: int = 0
    missing: list[Directory] = field(default_factory=list)
    unchanged: list[Directory] = field(default_factory=list)
    unreadable: list[tuple[bytes, int]] = field(default_factory=list)
    mounts: list[bytes] = field(default_factory=list)
    ahead: set[int] = field(default_factory=set)
    """Numbers of directories that were looked into before their turn."""
    closed: set[bytes] = field(default_factory=set)
    """Directories that were missing or could not be entered: nothing below them can be."""

    def known_directories(self) -> Iterator[KnownDirectory]:
        """Yield those that the catalogue has, parents first, and that there is a way to."""
        for directory in self.ingest.directories():
            if not self.may_go_on():
                return
            if directory.number not in self.ahead and not (
                self.closed and self._is_closed(directory.path)
            ):
                yield directory

    def may_go_on(self) -> bool:
        """Tell whether to look into another directory; what was not is looked at next time."""
        self.is_cut_short = self.is_cut_short or not self.goes_on()
        return not self.is_cut_short

    def note_missing(self, directory: Directory) -> None:
        """Remember that a directory was not there; at the end it is asked for once more."""
        self.missing.append(directory)
        self.closed.add(directory.path)

    def note_closed(self, directory: Directory, number: int) -> None:
        """Remember that a directory could not be entered, for the reason that errno tells."""
        self.closed.add(directory.path)
        if number == errno.EXDEV:
            self.mounts.append(directory.path)
        else:
            self.unreadable.append((directory.path, number))

    def require_share(self) -> None:
        """Make sure that the share's path still leads to the root that was opened.

        Raises:
            ShareLostError: It does not.
        """
        try:
            status = os.stat(self.share.path, follow_symlinks=False)
        except OSError as error:
            raise ShareLostError from error
        if (status.st_dev, status.st_ino) != (self.device, self.inode):
            raise ShareLostError

    def flush(self) -> None:
        """Write what was found, if it was found in the share."""
        self.require_share()
        self.ingest.flush()

    def result(self, state: ShareState) -> Reconciled:
        """Return what it came to."""
        return Reconciled(
            share=self.share.name,
            state=state,
            directories=self.directories,
            seen=self.seen,
            new=self.new - self.ingest.moved_count,
            changed=self.changed,
            moved=self.ingest.moved_count,
            gone=self.ingest.gone_count,
            skipped=self.skipped,
            unreadable=tuple(self.unreadable),
            mounts=tuple(self.mounts),
        )

    def _is_closed(self, path: bytes) -> bool:
        while path and path not in self.closed:
            path, _ = parted(path)
        return path in self.closed

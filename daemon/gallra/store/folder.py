"""The ledger's directory: its few files, written so that a crash leaves the old or the new."""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gallra.model.errors import BrakeError, DurabilityError, GallraError
from gallra.model.message import said
from gallra.store.effects import Effects
from gallra.store.segments import Segments, View

_LOCK = "lock"
_SMALL_BYTES = 65536
_OURS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class Folder:
    """The directory, with its leaves open for appending."""

    def __init__(self, path: Path, effects: Effects) -> None:
        """Open, or make, the directory and the file to append to.

        Raises:
            GallraError: If they can be neither opened nor made.
        """
        self.path = path
        self._effects = effects
        self._has_lost_sync = False
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | _OURS, 0o600)
        except OSError as error:
            raise unusable(error) from None
        try:
            # another process may be about to seal a year
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._segments = Segments(path, effects)
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        except OSError as error:
            os.close(self._lock)
            raise unusable(error) from None

    def close(self) -> None:
        """Close the leaves and the lock."""
        self._segments.close()
        os.close(self._lock)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one process that reads and appends; waits for the others.

        Raises:
            DurabilityError: If the disk once failed to confirm a write of this process.
            GallraError: If a file cannot be used.
        """
        if self._has_lost_sync:
            raise _unsynced("")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._lock, fcntl.LOCK_UN)
        except DurabilityError:
            self._has_lost_sync = True
            raise
        except OSError as error:
            raise unusable(error) from None

    def leaves(self) -> View:
        """Return all leaves as they are now; inside :meth:`locked` they are whole lines."""
        return self._segments.look()

    def can_seal(self, year: int) -> bool:
        """Tell whether the file that is appended to can be sealed as that of ``year``."""
        return self._segments.can_seal(year)

    def seal(self, year: int) -> None:
        """Seal the file that is appended to as that of ``year``, and begin another, durably.

        Raises:
            DurabilityError: If the disk did not confirm.
            OSError: If it could not be done; nothing that was written is lost.
        """
        self._segments.seal(year)
        self._sync_directory()

    def append(self, content: bytes) -> None:
        """Write ``content`` at the end of the leaves, and have the disk confirm it.

        Raises:
            DurabilityError: If the disk did not confirm.
            OSError: If it could not be written whole; what was is for the caller to cut off.
        """
        self._segments.append(content)
        self._sync(self._segments.descriptor)

    def cut(self, length_bytes: int) -> None:
        """Cut the leaves off after ``length_bytes``, durably."""
        self._segments.cut(length_bytes)
        self._sync(self._segments.descriptor)

    def put(self, name: str, content: bytes) -> None:
        """Write a small file, whole and durably, in the place of its predecessor.

        Raises:
            DurabilityError: If the disk did not confirm.
            OSError: If it could not be written; the predecessor is still there.
        """
        draft = self._drafted(name, content, is_synced=True)
        self._effects.replace(draft, str(self.path / name))
        self._sync_directory()

    def _sync_directory(self) -> None:
        directory = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._sync(directory)
        finally:
            os.close(directory)

    def leave(self, name: str, content: bytes) -> None:
        """Write a small file that nobody relies on: where that fails, it is not there."""
        with contextlib.suppress(OSError):
            os.replace(self._drafted(name, content, is_synced=False), self.path / name)

    def read(self, name: str) -> str | None:
        """Return a small file's text; ``None`` where there is no such file."""
        try:
            descriptor = os.open(self.path / name, os.O_RDONLY | _OURS)
        except FileNotFoundError:
            return None
        try:
            return os.read(descriptor, _SMALL_BYTES).decode("utf-8", "surrogateescape")
        finally:
            os.close(descriptor)

    def written_at(self, name: str) -> datetime | None:
        """Return when a file was last written; ``None`` where there is no such file."""
        try:
            written = os.stat(self.path / name, follow_symlinks=False).st_mtime
        except FileNotFoundError:
            return None
        return datetime.fromtimestamp(written, UTC)

    def _drafted(self, name: str, content: bytes, *, is_synced: bool) -> str:
        draft = str(self.path / f"{name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _OURS
        descriptor = os.open(draft, flags, 0o600)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            if is_synced:
                self._sync(descriptor)
        finally:
            os.close(descriptor)
        return draft

    def _sync(self, descriptor: int) -> None:
        try:
            self._effects.fsync(descriptor)
        except OSError as error:
            raise _unsynced(os.strerror(error.errno or 0)) from None


def unusable(error: OSError) -> GallraError:
    """Return what to say when the ledger cannot be read or written."""
    return GallraError(
        said(
            "The ledger cannot be used ({why}): make room or mend the disk; without it nothing "
            "is moved or destroyed.",
            why=os.strerror(error.errno or 0),
        )
    )


def unverified(complaint: str) -> BrakeError:
    """Return what to say when the ledger is not what was written."""
    return BrakeError(
        said(
            "The ledger does not verify ({complaint}): nothing is moved or destroyed. Put the "
            "ledger's directory back from a backup, and compare it with a checkpoint that was "
            "kept elsewhere.",
            complaint=complaint,
        )
    )


def _unsynced(why: str) -> DurabilityError:
    return DurabilityError(
        said(
            "The disk did not confirm what was written to the ledger ({why}). The run ends; check "
            "the disk before the next.",
            why=why or os.strerror(errno.EIO),
        )
    )

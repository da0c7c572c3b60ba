"""A folder of small files that one process writes and another, which may know less, empties."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gallra.store.outbox import publish

LARGEST_BYTES: Final = 1024 * 1024
_SUFFIX: Final = ".json"
_TOLD: Final = ".told"
_FOLDER_MODE: Final = 0o770
_FILE_MODE: Final = 0o640
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Spool:
    """What waits in one folder, by name: the oldest first."""

    def __init__(self, folder: Path) -> None:
        """Look at ``folder``, which need not be there."""
        self.folder = folder

    def put(self, at: float, content: bytes) -> None:
        """Add something that waits; it is there whole, or not.

        Args:
            at: When, in seconds since 1970: what is older comes first.
            content: At most :data:`LARGEST_BYTES`.
        """
        with contextlib.suppress(FileExistsError):
            self.folder.mkdir(mode=_FOLDER_MODE)
        name = f"{at:017.6f}-{os.urandom(8).hex()}{_SUFFIX}"
        publish(self.folder / name, content, mode=_FILE_MODE)

    def names(self) -> tuple[str, ...]:
        """Return what waits, oldest first."""
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:
            return ()
        return tuple(sorted(name for name in found if name.endswith(_SUFFIX) and name[0] != "."))

    def content(self, name: str) -> bytes:
        """Return what stands in one of them.

        Raises:
            OSError: If it cannot be read, or is gone by now.
            ValueError: If it is no plain file, or too large.
        """
        descriptor = os.open(self.folder / name, _READ)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ValueError(name)
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise ValueError(name)
        return content

    def told(self, name: str) -> frozenset[str]:
        """Return the keys of those who were told of it."""
        try:
            return frozenset(self._note(name).read_text("ascii").split())
        except (OSError, UnicodeDecodeError):
            return frozenset()

    def note_told(self, name: str, key: str) -> None:
        """Note that somebody was told of it: they are not told twice."""
        told = "\n".join(sorted(self.told(name) | {key}))
        publish(self._note(name), told.encode("ascii"), mode=_FILE_MODE)

    def forget(self, name: str) -> None:
        """Take out what everybody was told of; itself first, lest it seem to be untold."""
        (self.folder / name).unlink(missing_ok=True)
        self._note(name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Be the only one who empties the folder; yields whether that is so."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(descriptor)

    def _note(self, name: str) -> Path:
        return self.folder / (name.removesuffix(_SUFFIX) + _TOLD)

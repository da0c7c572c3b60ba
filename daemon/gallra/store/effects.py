"""The system calls that change what is on disk, or make it last, each in one place.

Nothing is decided here. It exists so that a test can make any single one of them fail, or
be the last thing that happens before the power goes.
"""

import os
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effects:
    """Plain calls through to the operating system, and to SQLite's commit."""

    def write(self, descriptor: int, content: bytes | memoryview) -> int:
        """Write some of ``content``; return how many bytes."""
        return os.write(descriptor, content)

    def truncate(self, descriptor: int, length_bytes: int) -> None:
        """Cut a file off."""
        os.ftruncate(descriptor, length_bytes)

    def fsync(self, descriptor: int) -> None:
        """Have the disk confirm a file or a directory."""
        os.fsync(descriptor)

    def replace(self, source: str, target: str) -> None:
        """Put a finished file of our own in the place of its predecessor."""
        os.replace(source, target)

    def create(self, path: str) -> None:
        """Make an empty file of our own where there is none."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def commit(self, connection: sqlite3.Connection) -> None:
        """End a transaction of the vault."""
        connection.execute("COMMIT")


EFFECTS = Effects()
"""The real ones."""

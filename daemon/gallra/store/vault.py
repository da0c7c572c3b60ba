"""The clear half of the ledger: what may be personal data, and can be erased for good.

A leaf of the tree binds to ``HMAC(salt, clear)`` alone. With salt and clear text gone, what
is left in the leaf can be traced to nobody, and every proof stays valid.
"""

import contextlib
import hmac
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gallra.model.errors import DurabilityError, GallraError
from gallra.model.message import said
from gallra.store.effects import Effects

SALT_BYTES = 32
_AT_ONCE = 500
_PATIENCE_SECONDS = 30
_SCHEMA = "CREATE TABLE clear (sequence INTEGER PRIMARY KEY, salt BLOB, text BLOB) STRICT"
_UNSYNCED = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}


@dataclass(frozen=True, slots=True)
class Secret:
    """One row: what a leaf's commitment was made from."""

    sequence: int
    salt: bytes
    """32 random bytes: without them, not even a guessed text can be told to be the right one."""
    text: bytes
    """Canonical JSON."""

    def commitment(self) -> str:
        """Return what the leaf holds: HMAC-SHA256, hex."""
        return hmac.digest(self.salt, self.text, "sha256").hex()


def sealed(first: int, texts: Sequence[bytes]) -> tuple[Secret, ...]:
    """Give each text a sequence number, from ``first``, and a salt of its own."""
    salts = os.urandom(SALT_BYTES * len(texts))
    return tuple(
        Secret(first + place, salts[place * SALT_BYTES : (place + 1) * SALT_BYTES], text)
        for place, text in enumerate(texts)
    )


class Vault:
    """The rows, in a SQLite file of their own."""

    def __init__(self, path: Path, connection: sqlite3.Connection, effects: Effects) -> None:
        """Keep an open ``connection``; :meth:`open` is how one gets it."""
        self._path = path
        self._connection = connection
        self._effects = effects

    @classmethod
    def open(cls, path: Path, effects: Effects) -> "Vault":
        """Open the vault at ``path``, making it, mode 0600, where there is none.

        Raises:
            GallraError: If it cannot be opened, or is damaged.
        """
        connection: sqlite3.Connection | None = None
        try:
            # made before SQLite sees it, whose own files take their mode from this one
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
            connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                with contextlib.suppress(sqlite3.OperationalError):  # another process was faster
                    connection.execute(_SCHEMA)
            connection.execute("SELECT sequence, salt, text FROM clear LIMIT 1").fetchone()
        except (sqlite3.Error, OSError) as error:
            if connection is not None:
                connection.close()
            raise _failed(path, error) from None
        return cls(path, connection, effects)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def keep(self, secrets: Iterable[Secret]) -> None:
        """Write ``secrets``, durably; a number that was never used by a leaf is taken over.

        Raises:
            DurabilityError: If the disk did not confirm them.
            GallraError: If they cannot be written; nothing of them was.
        """
        rows = [(secret.sequence, secret.salt, secret.text) for secret in secrets]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO clear VALUES (?, ?, ?)", rows)

    def erase(self, sequences: Iterable[int]) -> None:
        """Destroy the clear text of ``sequences``, in the file and in its journal.

        Raises:
            GallraError: If another process kept the journal from being emptied: the rows are
                gone, but not yet their bytes. Erasing again completes it.
        """
        with self._transaction() as connection:
            rows = [(sequence,) for sequence in sequences]
            connection.executemany("DELETE FROM clear WHERE sequence = ?", rows)
        self._empty_journal()

    def trim(self, size: int) -> None:
        """Erase the texts of entries that never came to be: the tree has ``size`` leaves."""
        query = "SELECT 1 FROM clear WHERE sequence >= ? LIMIT 1"
        try:
            has_more = self._connection.execute(query, (size,)).fetchone() is not None
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None
        if has_more:
            with self._transaction() as connection:
                connection.execute("DELETE FROM clear WHERE sequence >= ?", (size,))
            self._empty_journal()

    def secrets(self, first: int, end: int) -> Iterator[Secret]:
        """Yield the rows there are from ``first`` until before ``end``, in order."""
        for start in range(first, end, _AT_ONCE):
            for sequence, salt, text in self.rows(start, min(start + _AT_ONCE, end)):
                yield Secret(sequence, salt, text)

    def rows(self, first: int, end: int) -> list[tuple[int, bytes, bytes]]:
        """Return sequence number, salt and text of the rows from ``first`` until before ``end``.

        Raises:
            GallraError: If the vault cannot be read.
        """
        query = (
            "SELECT sequence, coalesce(salt, x''), coalesce(text, x'') FROM clear"
            " WHERE sequence BETWEEN ? AND ? ORDER BY 1"
        )
        try:
            return self._connection.execute(query, (first, end - 1)).fetchall()
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None

    def _empty_journal(self) -> None:
        try:
            is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None
        if is_busy:
            raise GallraError(
                said(
                    "Another process is reading {path}: the erased text is not yet overwritten "
                    "on disk. Erase again when it is done.",
                    path=str(self._path),
                )
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._effects.commit(self._connection)
        except (sqlite3.Error, OSError) as error:
            raise _failed(self._path, error) from None
        finally:
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                    self._connection.execute("ROLLBACK")


def _failed(path: Path, error: sqlite3.Error | OSError) -> GallraError:
    """Say what is wrong with the vault; SQLite's texts hold no values."""
    if isinstance(error, sqlite3.Error) and error.sqlite_errorcode in _UNSYNCED:
        return DurabilityError(
            said("The disk did not confirm {path}. The run ends; check the disk.", path=str(path))
        )
    why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
    return GallraError(
        said(
            "The ledger's vault {path} cannot be used ({why}): make room or put back a copy; "
            "nothing was done without it.",
            path=str(path),
            why=why,
        )
    )

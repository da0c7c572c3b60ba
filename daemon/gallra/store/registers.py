"""The club's registers: incidents, requests, consents and the like, which nothing can rebuild.

They say in clear words whom they are about, so they lie in a file of their own, apart from the
catalogue of digests; what is erased is overwritten, in the file and in its journal.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from gallra.model.errors import DurabilityError, GallraError, OccupiedError
from gallra.model.ledger import Entry
from gallra.model.message import said
from gallra.store.packing import packed_entry, packed_instant, unpacked_entry, unpacked_instant
from gallra.store.register_schema import FORM, SCHEMA

REGISTERS: Final = "registers.db"
_PATIENCE_SECONDS: Final = 30
_OPEN: Final = (
    "SELECT kind, count(*), min(due_us) FROM dossier WHERE closed_us IS NULL GROUP BY kind"
)
_UNSYNCED = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One entry of one register, as it is kept."""

    kind: str
    reference: str
    """``2026-3``: the third of its kind in that year."""
    opened_at: datetime
    due_at: datetime | None
    """Until when something has to be done; ``None``: nothing waits for a day."""
    closed_at: datetime | None
    version: int
    body: bytes
    """JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """What the ledger has still to be told."""

    number: int
    at: datetime
    entry: Entry


class Registers:
    """All registers, in a SQLite file of their own; several processes may have it open."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Keep an open ``connection``; :meth:`open` is how one gets it."""
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "Registers":
        """Open the registers at ``path``, making them, mode 0600, where there are none.

        Raises:
            GallraError: If they cannot be opened, are damaged, or of a newer version.
        """
        connection: sqlite3.Connection | None = None
        try:
            # made before SQLite sees it, whose own files take their mode from this one
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
            connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            registers = cls(path, connection)
            with registers._transaction():
                if not connection.execute("PRAGMA user_version").fetchone()[0]:
                    for statement in SCHEMA:
                        connection.execute(statement)
            found = connection.execute("PRAGMA user_version").fetchone()[0]
        except (sqlite3.Error, OSError) as error:
            if connection is not None:
                connection.close()
            raise _failed(path, error) from None
        if found > FORM:
            connection.close()
            raise GallraError(
                said(
                    "the registers {path} were written by a newer gallra: install that again",
                    path=str(path),
                )
            )
        return registers

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def add(  # noqa: PLR0913 - the columns of one row
        self,
        kind: str,
        body: bytes,
        *,
        year: int,
        opened_at: datetime,
        due_at: datetime | None,
        closed_at: datetime | None = None,
        entry: Entry | None = None,
    ) -> Dossier:
        """Add an entry to the register ``kind``, and what the ledger is to be told of it.

        Args:
            kind: Which register.
            body: JSON.
            year: In which it is numbered.
            opened_at: Aware.
            due_at: Until when something has to be done.
            closed_at: Where nothing has to be done any more.
            entry: For the ledger; the reference is added to its clear half.
        """
        with self._transaction() as connection:
            (number,) = connection.execute(
                "INSERT INTO numbered VALUES (?, ?, 1) ON CONFLICT (kind, year)"
                " DO UPDATE SET last = last + 1 RETURNING last",
                (kind, year),
            ).fetchone()
            reference = f"{year}-{number}"
            connection.execute(
                "INSERT INTO dossier (kind, reference, opened_us, due_us, closed_us, version, body)"
                " VALUES (?, ?, ?, ?, ?, 1, ?)",
                (
                    kind,
                    reference,
                    packed_instant(opened_at),
                    None if due_at is None else packed_instant(due_at),
                    None if closed_at is None else packed_instant(closed_at),
                    body,
                ),
            )
            self._note_untold(entry, reference, opened_at)
        return Dossier(
            kind=kind,
            reference=reference,
            opened_at=opened_at,
            due_at=due_at,
            closed_at=closed_at,
            version=1,
            body=body,
        )

    def change(self, dossier: Dossier, *, at: datetime, entry: Entry | None = None) -> Dossier:
        """Put ``dossier`` in the place of the version that it was made from.

        Raises:
            OccupiedError: If somebody else changed it since it was read; nothing was written.
        """
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE dossier SET due_us = ?, closed_us = ?, body = ?, version = version + 1"
                " WHERE kind = ? AND reference = ? AND version = ?",
                (
                    None if dossier.due_at is None else packed_instant(dossier.due_at),
                    None if dossier.closed_at is None else packed_instant(dossier.closed_at),
                    dossier.body,
                    dossier.kind,
                    dossier.reference,
                    dossier.version,
                ),
            ).rowcount
            if not changed:
                raise OccupiedError(
                    said(
                        "{reference} was changed by somebody else meanwhile: look at it, and try"
                        " again",
                        reference=dossier.reference,
                    )
                )
            self._note_untold(entry, dossier.reference, at)
        return replace(dossier, version=dossier.version + 1)

    def erase(
        self, kind: str, references: Sequence[str], *, at: datetime, entry: Entry | None = None
    ) -> int:
        """Take entries out for good, and overwrite them on the disk; return how many there were.

        Raises:
            GallraError: If another process kept the journal from being emptied: the rows are
                gone, but not yet their bytes. Erasing again completes it.
        """
        with self._transaction() as connection:
            count = connection.executemany(
                "DELETE FROM dossier WHERE kind = ? AND reference = ?",
                [(kind, reference) for reference in references],
            ).rowcount
            self._note_untold(entry, "", at)
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
        return count

    def find(self, kind: str, reference: str) -> Dossier | None:
        """Return one entry; ``None`` where there is none."""
        return next(self._dossiers("kind = ? AND reference = ?", (kind, reference)), None)

    def kinds(self) -> tuple[str, ...]:
        """Return which registers hold anything, or ever did, by name."""
        try:
            rows = self._connection.execute("SELECT DISTINCT kind FROM numbered ORDER BY kind")
            return tuple(kind for (kind,) in rows.fetchall())
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None

    def dossiers(self, kind: str, *, is_open: bool | None = None) -> Iterator[Dossier]:
        """Yield a register in the order in which it was written.

        Args:
            kind: Which register.
            is_open: Only what is still open, or only what is closed.
        """
        where = {None: "", True: " AND closed_us IS NULL", False: " AND closed_us IS NOT NULL"}
        return self._dossiers(f"kind = ?{where[is_open]}", (kind,))

    def open_counts(self) -> tuple[tuple[str, int, datetime | None], ...]:
        """Return, of each register, how many entries are open, and when the next of them is due."""
        try:
            rows = self._connection.execute(_OPEN).fetchall()
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None
        return tuple(
            (kind, count, None if due_us is None else unpacked_instant(due_us))
            for kind, count, due_us in rows
        )

    def untold(self) -> tuple[Untold, ...]:
        """Return what the ledger has still to be told, oldest first."""
        try:
            rows = self._connection.execute(
                "SELECT untold_id, at_us, entry FROM untold ORDER BY untold_id"
            ).fetchall()
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None
        return tuple(
            Untold(number=number, at=unpacked_instant(at_us), entry=unpacked_entry(entry))
            for number, at_us, entry in rows
        )

    def note_told(self, numbers: Sequence[int]) -> None:
        """Forget what the ledger has been told."""
        with self._transaction() as connection:
            connection.executemany(
                "DELETE FROM untold WHERE untold_id = ?", [(number,) for number in numbers]
            )

    def is_announced(self, key: bytes) -> bool:
        """Tell whether something was announced under ``key``."""
        try:
            found = self._connection.execute("SELECT 1 FROM announced WHERE key = ?", (key,))
            return found.fetchone() is not None
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None

    def note_announced(self, key: bytes, *, at: datetime, forget_before: datetime) -> None:
        """Note that something was announced, and forget what was long ago."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO announced VALUES (?, ?) ON CONFLICT (key) DO UPDATE"
                " SET at_us = excluded.at_us",
                (key, packed_instant(at)),
            )
            connection.execute(
                "DELETE FROM announced WHERE at_us < ?", (packed_instant(forget_before),)
            )

    def _note_untold(self, entry: Entry | None, reference: str, at: datetime) -> None:
        if entry is not None:
            self._connection.execute(
                "INSERT INTO untold (at_us, entry) VALUES (?, ?)",
                (packed_instant(at), packed_entry(_named(entry, reference))),
            )

    def _dossiers(self, where: str, values: Sequence[str]) -> Iterator[Dossier]:
        try:
            cursor = self._connection.execute(
                "SELECT kind, reference, opened_us, due_us, closed_us, version, body FROM dossier"  # noqa: S608 - ours
                f" WHERE {where} ORDER BY dossier_id",
                values,
            )
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise _failed(self._path, error) from None
        for kind, reference, opened_us, due_us, closed_us, version, body in rows:
            yield Dossier(
                kind=kind,
                reference=reference,
                opened_at=unpacked_instant(opened_us),
                due_at=None if due_us is None else unpacked_instant(due_us),
                closed_at=None if closed_us is None else unpacked_instant(closed_us),
                version=version,
                body=body,
            )

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Let all that is written meanwhile be written, or nothing of it; nobody else writes."""
        with self._transaction():
            yield

    @property
    def is_writing(self) -> bool:
        """Whether something is being written that may yet be called off."""
        return self._connection.in_transaction

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        if self.is_writing:  # part of what is written together
            yield self._connection
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise _failed(self._path, error) from None
        finally:
            if self._connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                    self._connection.execute("ROLLBACK")


def _named(entry: Entry, reference: str) -> Entry:
    if not reference:
        return entry
    return replace(entry, clear=(("reference", reference), *entry.clear))


def _failed(path: Path, error: sqlite3.Error | OSError) -> GallraError:
    """Say what is wrong with the registers; SQLite's texts hold no values."""
    if isinstance(error, sqlite3.Error) and error.sqlite_errorcode in _UNSYNCED:
        return DurabilityError(
            said("The disk did not confirm {path}. The run ends; check the disk.", path=str(path))
        )
    why = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
    return GallraError(
        said(
            "The registers {path} cannot be used ({why}): make room or put back a copy; nothing"
            " was done without them.",
            path=str(path),
            why=why,
        )
    )

"""The one SQLite database: opened carefully, read and written through one narrow door."""

import contextlib
import functools
import importlib
import os
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, Self, TypeVar

from gallra.model.errors import DamagedCatalogueError, DurabilityError, GallraError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.store.schema import APPLICATION_ID, SCHEMA_VERSION

if TYPE_CHECKING:
    from types import ModuleType

BUSY_TIMEOUT_SECONDS: Final = 10
CHECKED_WHOLE_BYTES: Final = 16 * 1024 * 1024
"""Up to this size the whole database is checked when it is opened: some ten milliseconds."""
ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; the second where what it complains of is a name that is no text any more."""
_FETCHED_AT_A_TIME: Final = 1_000
_UNSYNCED: Final = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})
_SURROUNDINGS: Final = frozenset(
    {
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)
"""What is wrong with the machine, the disk or the rights, and not with the file itself."""

Given = ParamSpec("Given")
Read = TypeVar("Read")
Row = tuple[Any, ...]
Values = Sequence[object] | Mapping[str, object]


def understood(reading: Callable[Given, Read]) -> Callable[Given, Read]:
    """Make a function that turns rows into values say that the catalogue is damaged.

    Where a row is nothing that gallra writes, a byte of the file is not what it was; no check
    of the file's structure can notice that.
    """

    @functools.wraps(reading)
    def read(*args: Given.args, **kwargs: Given.kwargs) -> Read:
        try:
            return reading(*args, **kwargs)
        except (LookupError, OverflowError, TypeError, ValueError) as error:
            raise DamagedCatalogueError(
                said("the catalogue is damaged (a row cannot be understood)")
            ) from error

    return read


class Database:
    """A catalogue's database, open. One thread uses it; other processes may have it open too."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Keep ``connection``; :meth:`open` is how one gets it."""
        self.path = path
        self.connection = connection

    @classmethod
    def open(cls, path: Path, *, facts: Mapping[str, str] | None = None) -> "Database":
        """Open the database at ``path``, making it on first use and migrating an older one.

        A file that is there but cannot be understood is never taken for a new, empty
        catalogue: everything on the share would look as if it had just arrived.

        Args:
            path: Its file.
            facts: What a database that is made now knows from its first moment, by key.

        Raises:
            DamagedCatalogueError: It is damaged, or something else.
            GallraError: It cannot be read, or was written by a newer version of gallra.
        """
        try:
            if path.is_dir():
                raise _not_ours(path)
            if not path.exists():
                _create(path, facts or {})
            connection = _connect(path)
        except (*ERRORS, OSError) as error:
            raise _cannot_open(path, error) from error
        database = cls(path, connection)
        try:
            database._prepare()
        except BaseException:
            connection.close()
            raise
        return database

    def close(self) -> None:
        """Close it; committed work stays, anything else is rolled back."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Return the database itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextlib.contextmanager
    def atomic(self, *, is_durable: bool = True) -> Generator[None]:
        """All that is written inside is written, or nothing; nests by savepoints.

        The write lock is taken at once, so that a change that began with a reading cannot
        be refused half-way because another process wrote in between.

        Args:
            is_durable: Whether it is on the disk when this returns. Where it may as well be
                lost in a power failure, as if it had not been done, nobody waits for the disk;
                what is written later is never on the disk without it.

        Raises:
            GallraError: The database is occupied for longer than the time-out, the disk is
                full, or the file is damaged.
        """
        connection = self.connection
        is_inner = connection.in_transaction
        is_lazy = not is_durable and not is_inner
        if is_lazy:
            self.run("PRAGMA synchronous = NORMAL")
        self.run("SAVEPOINT inner" if is_inner else "BEGIN IMMEDIATE")
        try:
            yield
            self.run("RELEASE inner" if is_inner else "COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                if is_inner:
                    connection.execute("ROLLBACK TO inner")
                    connection.execute("RELEASE inner")
                else:
                    connection.rollback()
            if isinstance(error, ERRORS):
                raise _failed(self.path, error) from error
            raise
        finally:
            if is_lazy:
                connection.execute("PRAGMA synchronous = FULL")

    def rows(self, statement: str, values: Values = ()) -> list[Row]:
        """Return all rows of a query that is known to be small."""
        try:
            return self.connection.execute(statement, values).fetchall()
        except ERRORS as error:
            raise _failed(self.path, error) from error

    def row(self, statement: str, values: Values = ()) -> Row | None:
        """Return the first row, or ``None``."""
        try:
            found: Row | None = self.connection.execute(statement, values).fetchone()
        except ERRORS as error:
            raise _failed(self.path, error) from error
        return found

    def number(self, statement: str, values: Values = ()) -> int:
        """Return the first column of the first row as a number; nothing is 0."""
        found = self.row(statement, values)
        return int(found[0] or 0) if found else 0

    def run(self, statement: str, values: Values = ()) -> int:
        """Run one statement; return how many rows it changed."""
        try:
            cursor = self.connection.execute(statement, values)
        except ERRORS as error:
            raise _failed(self.path, error) from error
        return cursor.rowcount

    def insert(self, statement: str, values: Values = ()) -> int:
        """Run one INSERT; return the new row's key."""
        try:
            cursor = self.connection.execute(statement, values)
        except ERRORS as error:
            raise _failed(self.path, error) from error
        return cursor.lastrowid or 0

    def run_many(self, statement: str, rows: Iterable[Values]) -> int:
        """Run one statement for each of ``rows``: the fast path of the scan."""
        try:
            cursor = self.connection.executemany(statement, rows)
        except ERRORS as error:
            raise _failed(self.path, error) from error
        return cursor.rowcount

    def streamed(self, statement: str, values: Values = ()) -> Iterator[Row]:
        """Yield the rows of a query of any size, with flat memory.

        The rows are those of the moment when the first is asked for, whatever is written
        meanwhile: the query runs on a connection of its own, which closes with the iterator.
        What this connection has not yet committed is therefore not among them.
        """
        try:
            connection = _connect(self.path, is_reader=True)
        except ERRORS as error:
            raise _cannot_open(self.path, error) from error
        with contextlib.closing(connection):
            try:
                cursor = connection.execute(statement, values)
                while some := cursor.fetchmany(_FETCHED_AT_A_TIME):
                    yield from some
            except ERRORS as error:
                raise _failed(self.path, error) from error

    def check(self) -> None:
        """Read every page and check its structure; seconds for a large catalogue.

        Raises:
            GallraError: Something in the file is damaged.
        """
        found = self.row("PRAGMA quick_check(1)")
        if found != ("ok",):
            raise _damaged(self.path, str(found[0] if found else "no answer").splitlines()[0])

    def _prepare(self) -> None:
        application = self.number("PRAGMA application_id")
        version = self.number("PRAGMA user_version")
        if application != APPLICATION_ID:
            raise _not_ours(self.path)
        if version > SCHEMA_VERSION:
            raise GallraError(
                said(
                    "the catalogue {path} was written by a newer gallra (its form is {found}, "
                    "this one knows {known}): install the newer version again",
                    path=shown(os.fsencode(self.path)),
                    found=version,
                    known=SCHEMA_VERSION,
                )
            )
        # Only now: what is not ours is not written to, not even into its header.
        self.run("PRAGMA journal_mode = WAL")
        self.run("PRAGMA synchronous = FULL")
        self.run("PRAGMA foreign_keys = ON")
        self.run("PRAGMA secure_delete = FAST")
        self.run("PRAGMA journal_size_limit = 16777216")
        if self.path.stat().st_size <= CHECKED_WHOLE_BYTES:
            self.check()
        if version < SCHEMA_VERSION:
            self._bring_to_todays_form()

    def _bring_to_todays_form(self) -> None:
        try:
            _migrate(self.connection)
        except ERRORS as error:
            raise _failed(self.path, error) from error
        if self.number("PRAGMA user_version") != SCHEMA_VERSION:
            raise _damaged(self.path, "user_version")


def _connect(path: Path, *, is_reader: bool = False) -> sqlite3.Connection:
    # isolation_level=None: transactions begin where the code says so and nowhere else.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if is_reader else 'rw'}",
        uri=True,
        timeout=BUSY_TIMEOUT_SECONDS,
        isolation_level=None,
    )
    try:
        connection.execute("PRAGMA cache_size = -8192")
        connection.execute("PRAGMA temp_store = FILE")
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path, facts: Mapping[str, str]) -> None:
    # Made whole beside its place and then linked there: a crash while it is being made never
    # leaves half a catalogue, which later could only be refused.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        connection = sqlite3.connect(draft, isolation_level=None)
        with contextlib.closing(connection):
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection)
            connection.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", facts.items())
        with contextlib.suppress(FileExistsError):  # another process was faster: use its file
            os.link(draft, path)
        directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    finally:
        draft.unlink(missing_ok=True)


def _migrate(connection: sqlite3.Connection) -> None:
    # Imported only when there is something to migrate: sqlite-utils costs 14 MB and 150 ms,
    # which neither an idle daemon nor each short command should pay.
    sqlite_utils = _sqlite_utils()
    migrations = importlib.import_module("gallra.store.migrations")
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))


def _sqlite_utils() -> "ModuleType":
    """Import sqlite-utils without the numpy and pandas that it takes along where they are.

    It uses them for nothing but column types of their own, and they cost 30 MB resident.
    ``None`` in ``sys.modules`` makes their import fail as if they were absent; afterwards
    the entries are taken away again, so that others may import them in earnest.
    """
    kept_out = [name for name in ("numpy", "pandas") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_out))  # type: ignore[arg-type]  # None is documented
    try:
        return importlib.import_module("sqlite_utils")
    finally:
        for name in kept_out:
            sys.modules.pop(name, None)


def _cannot_open(path: Path, error: Exception) -> GallraError:
    if isinstance(error, ERRORS) and _is_damage(error):
        return _damaged(path, _told(error))
    return GallraError(
        said(
            "the catalogue {path} cannot be opened ({problem}): check that it is there, whole "
            "and readable for the user gallra runs as",
            path=shown(os.fsencode(path)),
            problem=str(error),
        )
    )


def _failed(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> GallraError:
    if getattr(error, "sqlite_errorcode", 0) in _UNSYNCED:
        return DurabilityError(
            said(
                "The disk did not confirm {path}. The run ends; check the disk.",
                path=shown(os.fsencode(path)),
            )
        )
    if _is_damage(error):
        return _damaged(path, _told(error))
    return GallraError(
        said(
            "the catalogue {path} cannot be used ({problem}): nothing was decided or done",
            path=shown(os.fsencode(path)),
            problem=str(error),
        )
    )


def _told(error: Exception) -> str:
    """Return what is wrong, without what may be in the file."""
    return "text encoding" if isinstance(error, UnicodeDecodeError) else str(error)


def _is_damage(error: Exception) -> bool:
    """Tell whether the file itself is wrong, and would be on any other machine."""
    if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
        return False
    # Python says in words that a text is no UTF-8; a statement that found no table has a code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return (code & 0xFF) not in _SURROUNDINGS


def _damaged(path: Path, problem: str) -> DamagedCatalogueError:
    return DamagedCatalogueError(
        said(
            "the catalogue {path} is damaged ({problem})",
            path=shown(os.fsencode(path)),
            problem=problem,
        )
    )


def _not_ours(path: Path) -> DamagedCatalogueError:
    return DamagedCatalogueError(
        said("{path} is not a catalogue of gallra", path=shown(os.fsencode(path)))
    )

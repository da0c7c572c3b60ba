"""A catalogue that cannot be trusted is refused, and never taken for an empty one."""

import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import sqlite_utils

from gallra.model.errors import GallraError
from gallra.store.catalogue import Catalogue
from gallra.store.database import Database
from gallra.store.migrations import mailing
from gallra.store.schema import SCHEMA_VERSION

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_new_catalogue_is_for_its_owner_alone(tmp_path):
    with Database.open(tmp_path / "catalogue.db") as database:
        assert database.number("PRAGMA synchronous") == 2
        assert database.row("PRAGMA journal_mode") == ("wal",)
        assert database.number("PRAGMA foreign_keys") == 1
        for name in os.listdir(tmp_path):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["catalogue.db"]


def test_a_catalogue_of_the_second_version_is_brought_to_todays_form(tmp_path):
    everything = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%sqlite%' ORDER BY name"
    with Database.open(tmp_path / "catalogue.db") as database:
        today = database.rows(everything)
    connection = sqlite3.connect(tmp_path / "catalogue.db")
    connection.executescript(
        "DROP TRIGGER record_tallied; DROP TRIGGER record_untallied; DROP TRIGGER record_retallied;"
        " DROP TRIGGER more_added; DROP TRIGGER more_subtracted; DROP TRIGGER more_changed;"
        " DROP TRIGGER more_recounted; DROP TRIGGER more_gone; DROP TABLE tally;"
        " ALTER TABLE file DROP COLUMN more_count; ALTER TABLE share DROP COLUMN more_count;"
        " DROP TABLE folder_note; DROP TABLE notice;"
        " DROP INDEX record_latest; ALTER TABLE record DROP COLUMN latest_on;"
        " ALTER TABLE record DROP COLUMN is_for_a_person; DROP TABLE event_value;"
        " DROP TABLE event_place; DROP TABLE event; DROP TABLE rules;"
        " DROP TABLE review; ALTER TABLE hold DROP COLUMN about;"
        " ALTER TABLE hold DROP COLUMN until_on; ALTER TABLE hold DROP COLUMN lifted_by;"
        " ALTER TABLE hold DROP COLUMN lifted_because;"
        " ALTER TABLE record DROP COLUMN direction; DROP TRIGGER extent_changed;"
        " DROP TRIGGER extent_gone; DROP TABLE extent; ALTER TABLE file DROP COLUMN extent;"
        " DELETE FROM _sqlite_migrations WHERE name IN"
        " ('direction', 'extent', 'event', 'rules', 'holding', 'folder_note', 'notice',"
        " 'tally', 'act_of_message', 'access', 'mailing', 'share_origin', 'same_text');"
        " DROP TABLE envelope; DROP TABLE recipient; DROP TABLE attachment;"
        " DROP TABLE mail_change;"
        " DROP INDEX directory_unreached; ALTER TABLE directory DROP COLUMN ctime_ns;"
        " ALTER TABLE directory DROP COLUMN reach_id; ALTER TABLE directory DROP COLUMN access_id;"
        " ALTER TABLE file DROP COLUMN access_id; ALTER TABLE file DROP COLUMN access_ctime_ns;"
        " DROP TABLE access; DROP TABLE reach;"
        " ALTER TABLE share DROP COLUMN origin;"
        " ALTER TABLE share DROP COLUMN caught_up_us;"
        " ALTER TABLE act DROP COLUMN is_message; DROP INDEX record_mailbox;"
        " PRAGMA user_version = 2"
    )
    connection.close()
    with Database.open(tmp_path / "catalogue.db") as database:
        assert database.rows(everything) == today
        assert database.number("PRAGMA user_version") == SCHEMA_VERSION


def test_every_table_is_strict(tmp_path):
    with Database.open(tmp_path / "catalogue.db") as database:
        tables = database.rows(
            "SELECT name, strict FROM pragma_table_list"
            " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE '%sqlite%'"
        )
    assert tables
    assert [name for name, is_strict in tables if not is_strict] == []


@pytest.mark.parametrize(
    "content", [b"", b"junk" * 5_000, b"\0" * 8_192], ids=["empty", "junk", "zeros"]
)
def test_what_is_no_catalogue_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "catalogue.db"
    path.write_bytes(content)
    with pytest.raises(GallraError) as refusal:
        Database.open(path)
    assert "catalogue" in refusal.value.messages[0].in_english()
    assert path.read_bytes() == content


def test_a_damaged_catalogue_is_refused(tmp_path):
    path = tmp_path / "catalogue.db"
    Database.open(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(GallraError):
        Database.open(path)
    path.write_bytes(whole[:4_096] + os.urandom(len(whole) - 4_096))
    with pytest.raises(GallraError):
        Database.open(path)


def test_another_programs_database_is_refused(tmp_path):
    path = tmp_path / "catalogue.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE share (name TEXT)")
    connection.close()
    with pytest.raises(GallraError) as refusal:
        Database.open(path)
    assert "not a catalogue of gallra" in refusal.value.messages[0].in_english()


def test_a_catalogue_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "catalogue.db"
    with Database.open(path) as database:
        database.run("PRAGMA user_version = 99")
    with pytest.raises(GallraError) as refusal:
        Database.open(path)
    assert "newer" in refusal.value.messages[0].in_english()


def test_an_unreachable_place_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(GallraError) as refusal:
        Database.open(tmp_path / "nowhere" / "catalogue.db")
    assert "\n" not in refusal.value.messages[0].in_english()


def test_a_failed_transaction_leaves_nothing_behind(tmp_path):
    def inner(catalogue):
        with catalogue.atomic():
            catalogue.set_meta("b", "1")
            raise KeyError

    def outer(catalogue):
        with catalogue.atomic():
            catalogue.set_meta("a", "1")
            with pytest.raises(KeyError):
                inner(catalogue)
            assert (catalogue.meta("a"), catalogue.meta("b")) == ("1", None)
            raise ZeroDivisionError

    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        with pytest.raises(ZeroDivisionError):
            outer(catalogue)
        assert catalogue.meta("a") is None


def test_two_processes_may_have_it_open(tmp_path):
    path = tmp_path / "catalogue.db"
    with Catalogue.open(path) as one, Catalogue.open(path) as other:
        one.release_brakes("abc", ["count"], at=NOON)
        assert other.released(since=NOON, until=NOON) == {("abc", "count")}
        other.set_meta("rules", "x")
        assert one.meta("rules") == "x"


def test_opening_imports_neither_numpy_nor_pandas_and_hides_them_from_nobody(tmp_path):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from gallra.store.catalogue import Catalogue\n"
        f"Catalogue.open(Path({str(tmp_path / 'catalogue.db')!r})).close()\n"
        "print('numpy' in sys.modules, 'pandas' in sys.modules, 'sqlite_utils' in sys.modules)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def printed():
        return subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        ).stdout

    assert printed() == "False False True\n"
    assert printed() == "False False False\n", "nothing to migrate, nothing to import"


def test_mail_that_an_earlier_version_read_is_read_again_for_how_it_was_sent(tmp_path):
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        database = catalogue.database
        database.run("INSERT INTO share (share_id, name) VALUES (1, 'epost')")
        database.run("INSERT INTO directory (directory_id, share_id, path) VALUES (1, 1, x'')")
        for number, kind in enumerate(("mbox", "docx"), start=1):
            database.run(
                "INSERT INTO file (file_id, share_id, directory_id, name, device, inode,"
                " size_bytes, mtime_ns, ctime_ns, link_count, mode, uid, gid, first_seen_us,"
                " ready_us, pending, scanner_version)"
                " VALUES (?1, 1, 1, ?2, 1, ?1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 'then')",
                (number, kind.encode()),
            )
            database.run(
                "INSERT INTO record (file_id, part, kind, outcome, is_incomplete, is_container,"
                " size_bytes, language, entities, special, subjects, modified_us, first_seen_us,"
                " class, because, due_because, rules_digest)"
                " VALUES (?, '', ?, 'read in full', 0, 0, 1, 'sv', '[]', '[]', '[]', 1, 1, 'x',"
                " '[]', '[]', '')",
                (number, kind),
            )
    connection = sqlite3.connect(tmp_path / "catalogue.db")
    connection.executescript(
        "DROP TABLE envelope; DROP TABLE recipient; DROP TABLE attachment; DROP TABLE mail_change;"
    )
    mailing(sqlite_utils.Database(connection))

    versions = connection.execute("SELECT name, scanner_version FROM file ORDER BY 1").fetchall()
    connection.close()

    assert versions == [(b"docx", "then"), (b"mbox", None)]

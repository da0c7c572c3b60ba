"""The counters of records: whatever is done to records and files, they say what a recount says."""

import random
from datetime import UTC, datetime

import pytest

from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.store.tally_schema import TALLY

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CLASSES, DIGESTS = ("mail", "case", "none"), ("a", "b")
STATES = ("present", "quarantined", "gone", "destroyed")

STATEMENTS = (
    "UPDATE record SET class = :class, rules_digest = :digest WHERE record_id = :record",
    "UPDATE file SET state = :state, share_id = :share WHERE file_id = :file",
    "UPDATE record SET is_container = 1 - is_container WHERE record_id = :record",
    # A message that was cut out of its mailbox becomes a file of its own.
    """UPDATE OR IGNORE record SET file_id = :file, part = '', state =
      (SELECT state FROM file WHERE file_id = :file) WHERE record_id = :record""",
    "DELETE FROM record WHERE record_id = :record",
    "DELETE FROM file WHERE file_id = :file AND file_id % 3 = 0",
)


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "catalogue.db") as opened:
        opened.register_shares(
            [
                Share(name=name, path=path, role=ShareRole.MAIL_EXPORT, quarantine=b"/q", line=1)
                for name, path in (("one", b"/srv/one"), ("two", b"/srv/two"))
            ]
        )
        yield opened


def add_file(run, file_id, share_id):
    run(
        "INSERT INTO file (file_id, share_id, directory_id, name, device, inode, size_bytes,"
        " mtime_ns, ctime_ns, link_count, mode, uid, gid, first_seen_us, ready_us)"
        " VALUES (?1, ?2, 1, CAST(?1 AS BLOB), 1, ?1, 9, 1, 1, 1, 0, 0, 0, 1, 1)",
        (file_id, share_id),
    )


def add_record(run, file_id, part, chance, *, is_container=False):
    run(
        "INSERT OR IGNORE INTO record (file_id, part, kind, outcome, is_incomplete, is_container,"
        " size_bytes, language, entities, special, subjects, modified_us, first_seen_us, class,"
        " because, due_because, rules_digest, state) SELECT ?, ?, 'x', 'read in full', 0, ?, 9,"
        " '', '[]', '[]', '[]', 1, 1, ?, '[]', '[]', ?, state FROM file WHERE file_id = ?",
        (file_id, part, is_container, chance.choice(CLASSES), chance.choice(DIGESTS), file_id),
    )


def require_recount(catalogue):
    rows = catalogue.database.rows
    counted = rows("SELECT * FROM tally WHERE record_count <> 0 ORDER BY 1, 2, 3")
    assert counted == rows(
        "SELECT class, rules_digest, state, count(*) FROM record GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    for name in ("one", "two"):
        messages = rows(
            "SELECT count(*) FROM record JOIN file USING (file_id) JOIN share USING (share_id)"
            " WHERE share.name = ? AND file.state = 'present' AND NOT is_container"
            " AND part <> ''",
            (name,),
        )
        assert catalogue.message_count(name) == messages[0][0]


def busy(catalogue, steps):
    """Do to files and records whatever is done to them, in any order."""
    chance, run = random.Random(7), catalogue.database.run
    for file_id in range(1, 21):
        add_file(run, file_id, 1 + file_id % 2)
    for step in range(steps):
        file_id, record = chance.randrange(1, 21), chance.randrange(1, 60)
        statement = chance.choice((*STATEMENTS, "", "", ""))
        if statement:
            run(
                statement,
                {
                    "file": file_id,
                    "record": record,
                    "class": chance.choice(CLASSES),
                    "digest": chance.choice(DIGESTS),
                    "state": chance.choice(STATES),
                    "share": 1 + step % 2,
                },
            )
        else:
            part = chance.choice(("", "msg:1", "msg:2"))
            add_record(run, file_id, part, chance, is_container=not part and step % 2 == 0)
        if statement.startswith("DELETE FROM file") and file_id % 3 == 0:
            add_file(run, file_id, 1 + step % 2)


def test_the_counters_say_what_a_recount_says(catalogue) -> None:
    for _ in range(5):
        with catalogue.atomic():
            catalogue.database.run("DELETE FROM file")
            busy(catalogue, 200)
        require_recount(catalogue)
    assert catalogue.database.number("SELECT count(*) FROM record") > 5
    assert sum(catalogue.class_counts().values()) == catalogue.database.number(
        "SELECT count(*) FROM record WHERE state = 'present'"
    )


def test_a_catalogue_of_an_earlier_form_is_counted_once_when_it_is_taken_over(catalogue) -> None:
    with catalogue.atomic():
        busy(catalogue, 300)
        run = catalogue.database.run
        for statement in TALLY:
            words = statement.split()
            if words[:2] == ["CREATE", "TRIGGER"]:
                run(f"DROP TRIGGER {words[2]}")
        run("DROP TABLE tally")
        for table in ("file", "share"):
            run(f"ALTER TABLE {table} DROP COLUMN more_count")
        for statement in TALLY:
            run(statement)
    require_recount(catalogue)


def test_what_no_rules_judged_any_more_is_known_without_looking_at_records(catalogue) -> None:
    add_file(catalogue.database.run, 1, 1)
    add_record(catalogue.database.run, 1, "", random.Random(1))
    catalogue.database.run("UPDATE record SET rules_digest = 'a'")
    assert catalogue.is_judged_by("a")
    assert not catalogue.is_judged_by("b")
    catalogue.database.run("UPDATE record SET rules_digest = 'b'")
    assert catalogue.is_judged_by("b")
    catalogue.forget_ended(NOON)
    assert catalogue.database.rows("SELECT rules_digest, record_count FROM tally") == [("b", 1)]

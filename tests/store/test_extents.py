"""How much of a share was read: the counters say what a recount says, and why the rest was not."""

import random
from datetime import UTC, date, datetime

import pytest

from gallra.model.finding import PartReport
from gallra.model.message import said
from gallra.model.passage import Outcome
from gallra.model.record import Classification, Due, Record
from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.store.extents import extent_of
from gallra.store.looks import Look, SeenFile

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIZE = 100


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "catalogue.db") as opened:
        share = Share(
            name="s", path=b"/srv/s", role=ShareRole.CASE_AREA, quarantine=b"/srv/q", line=1
        )
        opened.register_shares([share])
        yield opened


def seen(name, inode):
    return SeenFile(
        name=name,
        device=7,
        inode=inode,
        size_bytes=SIZE,
        modified_ns=10**18,
        changed_ns=10**18,
        link_count=1,
        mode=0o100644,
        uid=1,
        gid=1,
        born_ns=None,
    )


def found(catalogue, *names):
    ingest = catalogue.ingest("s", device=7, at=NOON)
    new = [seen(name, 100 + number) for number, name in enumerate(names)]
    ingest.put(Look(directory=ingest.directory(b""), new=new))
    ingest.flush()
    return catalogue.arrivals(1_000)


def report(outcome=Outcome.READ, *, reason=None, characters=0, address=""):
    if outcome is not Outcome.READ and reason is None:
        reason = said("cannot be unpacked")
    return PartReport(
        address=address, kind="x", outcome=outcome, reason=reason, character_count=characters
    )


def read(catalogue, arrival, *reports):
    record = Record(
        record_id=0,
        share="s",
        role="case-area",
        path=arrival.path,
        part="",
        kind="x",
        outcome=reports[0].outcome,
        modified_at=NOON,
        first_seen_at=NOON,
    )
    catalogue.store_reports(
        arrival,
        reports,
        [
            (
                record,
                Classification(class_code="c", rule_number=1, because=()),
                Due(due_on=date(2027, 1, 1), counted_from=None, because=()),
            )
        ],
        rules_digest="r",
        scanner_version="1",
        at=NOON,
    )


def told(catalogue):
    return {each.outcome: (each.file_count, each.byte_count) for each in catalogue.extents("s")}


def test_a_file_is_read_in_part_where_any_text_of_it_was_reached() -> None:
    opaque = report(Outcome.OPAQUE, address="a.zip")
    assert extent_of([report(characters=9), report()]) is Outcome.READ
    assert extent_of([report(characters=9), opaque]) is Outcome.READ_IN_PART
    assert extent_of([report(Outcome.READ_IN_PART, characters=9)]) is Outcome.READ_IN_PART
    assert extent_of([report(), opaque]) is Outcome.OPAQUE
    assert extent_of([opaque, report(Outcome.DAMAGED, address="b")]) is not Outcome.READ
    assert extent_of([]) is Outcome.UNREADABLE


def test_what_waits_is_in_no_figure_and_what_was_read_is_in_one(catalogue) -> None:
    first, second, _ = found(catalogue, b"a", b"b", b"c")
    assert told(catalogue) == {}
    read(catalogue, first, report())
    read(catalogue, second, report(Outcome.TOO_LARGE))
    assert told(catalogue) == {Outcome.READ: (1, SIZE), Outcome.TOO_LARGE: (1, SIZE)}
    read(catalogue, second, report())
    assert told(catalogue) == {Outcome.READ: (2, 2 * SIZE)}
    catalogue.require_reading("2")
    assert told(catalogue) == {}


def test_the_counters_say_what_a_recount_says(catalogue) -> None:
    chance = random.Random(4)
    arrivals = found(catalogue, *(f"{number}".encode() for number in range(40)))
    for _ in range(300):
        arrival = chance.choice(arrivals)
        act = chance.randrange(8)
        if act < 6:
            read(catalogue, arrival, report(chance.choice(list(Outcome)), characters=act))
        elif act == 6:
            catalogue.database.run(
                "UPDATE file SET pending = 1 - pending WHERE file_id = ?", (arrival.file_id,)
            )
        else:
            catalogue.database.run(
                "UPDATE file SET state = iif(state = 'present', 'gone', 'present')"
                " WHERE file_id = ?",
                (arrival.file_id,),
            )
    catalogue.database.run("DELETE FROM file WHERE file_id % 5 = 0")
    recounted = {
        Outcome(extent): (files, size)
        for extent, files, size in catalogue.database.rows(
            "SELECT extent, count(*), sum(read_size_bytes) FROM file WHERE state = 'present'"
            " AND pending = 0 AND extent IS NOT NULL GROUP BY extent"
        )
    }
    assert told(catalogue) == recounted
    assert len(recounted) > 2


def test_the_most_frequent_hindrance_comes_first_without_what_differs(catalogue) -> None:
    first, second, third = found(catalogue, b"a", b"b", b"c")
    for number, arrival in enumerate((first, second)):
        reason = said("pages {numbers} have no text layer", numbers=str(number))
        read(catalogue, arrival, report(Outcome.READ_IN_PART, reason=reason, characters=1))
    limit = said("unpacks to more than {limit} bytes", limit=9)
    read(catalogue, third, report(Outcome.TOO_LARGE, reason=limit))
    assert [
        (each.reason.in_english(), each.file_count) for each in catalogue.hindrances("s", 5)
    ] == [("pages … have no text layer", 2), ("unpacks to more than 9 bytes", 1)]
    assert len(catalogue.hindrances("s", 1)) == 1


def test_what_the_sandbox_lacked_is_remembered_until_it_lacks_nothing(catalogue) -> None:
    assert catalogue.confinement() is None
    missing = said("this kernel has no seccomp: system calls are not guarded")
    catalogue.note_confinement((missing,))
    assert catalogue.confinement() == (missing,)
    catalogue.note_confinement(())
    assert catalogue.confinement() == ()

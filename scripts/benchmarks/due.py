"""What is due today in a large catalogue: processor time and memory, beside a bare look-up.

The catalogue is written by SQL, since reading ten million files takes days; what is measured is
the same code that the commands run. Every figure is one of a process that did it once before.
"""

import multiprocessing
import os
import resource
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from benchmarks.tree import children_processor_seconds
from gallra.cli import status
from gallra.kernel.memory import give_back
from gallra.model.finding import PartReport
from gallra.model.passage import Outcome
from gallra.model.record import Classification, Due, Record
from gallra.policy.brakes import brakes
from gallra.service import clock, disposal, reviewing
from gallra.service.house import House

RECORDS: Final = 100_000
DUE: Final = 200
_A_FOLDER: Final = 1_000
_AT_ONCE: Final = 500_000
_INGESTED: Final = 10_000
_RULES: Final = """\
version = 1
mode = "enforce"
[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"
[share.bench]
path = "{0}/share"
role = "common-area"
[share.mail]
path = "{0}/mail"
role = "mail-export"
"""
_CLASS: Final = """
[class.bench-{0}]
title = {{ sv = "B", nb = "B", en = "B" }}
purpose = "Förhandla"
categories = ["name"]
legal_basis = ["GDPR 6(1)(b)"]
source = "Arbetsgivaren"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "{1}"
[[rule]]
class = "bench-{0}"
when = {{ path = "{0}/**" }}
"""
_FILES: Final = """
INSERT INTO file (file_id, share_id, directory_id, name, device, inode, size_bytes, mtime_ns,
    ctime_ns, link_count, mode, uid, gid, first_seen_us, ready_us, pending, read_device,
    read_inode, read_size_bytes, read_mtime_ns, read_ctime_ns, read_link_count, read_us,
    scanner_version, outcome, extent)
  WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
  SELECT i, iif(i % 2, :bench, :mail), :directory + i / :folder,
    CAST(printf('Lönelista %08d.docx', i) AS BLOB), 2049, i, 20000 + i % 9999, 1600000000000000000,
    1600000000000000000, 1, 33188, 1000, 1000, 1600000000000000, 1600000000000000, 0, 2049, i,
    20000 + i % 9999, 1600000000000000000, 1600000000000000000, 1, 1600000000000000, '1',
    'read in full', 'read in full' FROM n
"""
_RECORDS: Final = """
INSERT INTO record (file_id, part, kind, outcome, is_incomplete, is_container, size_bytes, language,
    entities, special, subjects, modified_us, first_seen_us, class, rule_number, because, due_on,
    counted_from, due_because, rules_digest)
  WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
  SELECT i, '', 'docx', 'read in full', 0, 0, 20000 + i % 9999, 'sv', '[["PERSON",3]]', '[]', '[]',
    1600000000000000, 1600000000000000, 'bench-' || (i * 8 / :count), 1, '[]',
    iif(i <= :due, date(:today, '-' || (i % 30) || ' days'),
      date(:today, '+' || (31 + i * 3000 / :count) || ' days')),
    '2020-01-01', '[]', :digest FROM n
"""


def rows(folder: Path, records: int | None) -> list[dict[str, object]]:
    """Return what the questions of every day cost in a catalogue of so many records."""
    count = records or RECORDS
    before = children_processor_seconds()
    # In a process of its own, so that its memory is not taken for that of the questions.
    writer = multiprocessing.get_context("fork").Process(target=_write, args=(folder, count))
    writer.start()
    writer.join()
    if writer.exitcode:
        raise SystemExit("bench: the catalogue could not be written")
    written = children_processor_seconds() - before
    size = (folder / "state" / "catalogue.db").stat().st_size
    with _house(folder) as house:
        told = [
            _row("records", count, "records"),
            _row("the catalogue's file", round(size / 1e6), "MB"),
            _row("writing it, by SQL", round(written, 1), "s"),
            *_asked(house, folder, count),
        ]
    with _house(folder) as house:
        told += _ingested(house)
    return told


def _house(folder: Path) -> House:
    (folder / "rules.toml").write_text(
        _RULES.format(folder)
        + "".join(_CLASS.format(n, "review" if n % 2 else "destroy") for n in range(8)),
        "utf-8",
    )
    return House.open(folder / "rules.toml", folder / "state")


def _asked(house: House, folder: Path, count: int) -> list[dict[str, object]]:
    now = clock.now()
    questions: tuple[tuple[str, Callable[[], object]], ...] = (
        (f"items due, {DUE} of them", lambda: len(list(disposal.items_due(house, now)))),
        ("the plan of today, with its brakes", lambda: _planned(house, now)),
        ("figures of status", lambda: _status(house)),
        ("figures of review list", lambda: _waiting(house, now)),
        ("whether all is judged by these rules", lambda: _judged(house)),
    )
    bare = _bare(folder, count)
    house.catalogue.meta("")
    give_back()
    before = _resident_bytes()
    told = []
    for name, ask in questions:
        ask()
        spent = _spent(ask)
        told.append(
            _row(f"{name}: processor time", round(spent * 1000, 2), "ms")
            | {
                "reference_name": f"{DUE} bare rows by an index",
                "reference": round(bare * 1000, 2),
                "ratio": round(spent / bare, 1),
            }
        )
    grown = _resident_bytes() - before
    return [
        *told,
        _row("resident memory before", round(before / 1e6, 1), "MB"),
        _row("resident memory more after", round(grown / 1e6, 1), "MB"),
        _row(
            "peak of resident memory",
            round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
            "MB",
        ),
    ]


def _planned(house: House, now: datetime) -> None:
    found = disposal.plan_at(house, now)
    if len(found.dispositions) != DUE:
        raise AssertionError(f"{len(found.dispositions)} are due")
    brakes(found, disposal.circumstances(house, now, found), house.schedule)


def _status(house: House) -> None:
    status.figures(house)
    for share in house.schedule.shares:
        house.catalogue.coverage(share.name)
        house.catalogue.extents(share.name)
        house.catalogue.hindrances(share.name, 5)


def _waiting(house: House, now: datetime) -> None:
    found = disposal.plan_at(house, now)
    list(reviewing.waiting(house, found.dispositions, reviewing.reviews_of(house)))


def _judged(house: House) -> None:
    if not house.catalogue.is_judged_by(house.schedule.digest):
        raise AssertionError("none of them is to be judged anew")


def _spent(ask: Callable[[], object]) -> float:
    """Return the least of five: what else the machine does only ever adds."""
    least = float("inf")
    for _ in range(5):
        began = time.process_time()
        ask()
        least = min(least, time.process_time() - began)
    return least


def _bare(folder: Path, count: int) -> float:
    """Return what as many rows cost that are taken out of an index and its table, and nothing else.

    Their columns are as many as a plan needs; they are found anywhere in the table.
    """
    query = (
        "SELECT * FROM record JOIN file USING (file_id) WHERE record_id = ?"
        " ORDER BY record.record_id"
    )
    numbers = [(1 + number * (count // DUE),) for number in range(DUE)]
    place = folder / "state" / "catalogue.db"
    connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)

    def ask() -> None:
        for number in numbers:
            connection.execute(query, number).fetchone()

    try:
        ask()
        return _spent(ask)
    finally:
        connection.close()


def _ingested(house: House) -> list[dict[str, object]]:
    """Store what reading found in files, with the counters of records and without them."""
    run = house.catalogue.database.run
    triggers = house.catalogue.database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        " AND (name LIKE 'record%tallied' OR name LIKE 'more%')"
    )
    for _ in range(2):  # the first time the pages are read from the disk
        with house.catalogue.atomic():
            counted = _stored(house)
    with house.catalogue.atomic():
        for (name,) in triggers:
            run(f"DROP TRIGGER {name}")
        bare = _stored(house)
    per_record = 1e6 / _INGESTED
    return [
        _row("storing a record read: processor time", round(counted * per_record, 1), "µs")
        | {
            "reference_name": "without the counters of records",
            "reference": round(bare * per_record, 1),
            "ratio": round(counted / bare, 2),
        }
    ]


def _stored(house: House) -> float:
    """Return the processor time of storing what was read in files that were not read before."""
    catalogue = house.catalogue
    catalogue.database.run("DELETE FROM record WHERE record_id <= ?", (_INGESTED,))
    catalogue.database.run("UPDATE file SET pending = 1 WHERE file_id <= ?", (_INGESTED,))
    arrivals = catalogue.arrivals(_INGESTED)
    judged = Classification(class_code="bench-0", rule_number=1, because=())
    due = Due(due_on=None, counted_from=None, because=())
    now = clock.now()
    began = time.process_time()
    for arrival in arrivals:
        record = Record(
            record_id=0,
            share=arrival.share,
            role="common-area",
            path=arrival.path,
            part="",
            kind="docx",
            outcome=Outcome.READ,
            modified_at=now,
            first_seen_at=now,
        )
        catalogue.store_reports(
            arrival,
            [PartReport(address="", kind="docx", outcome=Outcome.READ)],
            [(record, judged, due)],
            rules_digest=house.schedule.digest,
            scanner_version="1",
            at=now,
        )
    return time.process_time() - began


def _write(folder: Path, count: int) -> None:
    with _house(folder) as house:
        house.catalogue.register_shares(house.schedule.shares)
        for share in house.schedule.shares:
            Path(os.fsdecode(share.path)).mkdir()
        _fill(house, count)


def _fill(house: House, count: int) -> None:
    catalogue, today = house.catalogue, clock.now().date()
    run = catalogue.database.run
    for pragma in ("synchronous = OFF", "cache_size = -400000"):
        run(f"PRAGMA {pragma}")
    base = 1 + catalogue.database.number("SELECT coalesce(max(directory_id), 0) FROM directory")
    values: dict[str, object] = {
        "bench": catalogue.share_id("bench"),
        "mail": catalogue.share_id("mail"),
        "directory": base,
        "folder": _A_FOLDER,
        "count": count + 1,
        "due": DUE,
        "today": today.isoformat(),
        "digest": house.schedule.digest,
    }
    with catalogue.atomic():
        catalogue.database.run_many(
            "INSERT INTO directory (directory_id, share_id, path) VALUES (?, ?, ?)",
            (
                (base + number, values["bench"], f"Löner/{number:06}".encode())
                for number in range(count // _A_FOLDER + 1)
            ),
        )
    for first in range(1, count + 1, _AT_ONCE):
        batch = values | {"first": first, "last": min(first + _AT_ONCE - 1, count)}
        with catalogue.atomic():
            run(_FILES, batch)
            run(_RECORDS, batch)
    run("PRAGMA wal_checkpoint(TRUNCATE)")


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _row(figure: str, value: float, unit: str) -> dict[str, object]:
    return {"figure": figure, "value": value, "unit": unit}

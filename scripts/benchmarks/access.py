"""Nominating the records of one person in a large catalogue, beside as many bare look-ups.

Each record has four digests of other people's; forty records have hers, in several spellings.
"""

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks import due
from gallra.detect.digests import Digester
from gallra.duties.seeking import digests_of, nominate
from gallra.model.access import Person
from gallra.policy.recognising import likeness_of
from gallra.service.house import House

RECORDS: Final = 50_000
HERS: Final = 40
_OTHERS: Final = 4
_PERSON: Final = Person(
    names=("Anna Maria Åsgård", "Anna Åsgård", "Anna-Maria Aasgaard"),
    identifiers=(
        ("SE_PERSONNUMMER", "19811218-9876"),
        ("EMAIL_ADDRESS", "anna.asgard@example.org"),
        ("PHONE_NUMBER", "070-174 06 05"),
        ("MEMBER_NUMBER", "M-7301945"),
    ),
    addresses=("Björkvägen 7, 123 45 Exempelstad",),
)
_WRITTEN: Final = (
    ("PERSON", "Anna Maria Åsgård"),
    ("PERSON", "Åsgård, Anna"),
    ("PERSON", "A. Aasgaard"),
    ("SE_PERSONNUMMER", "811218-9876"),
    ("EMAIL_ADDRESS", "Anna.Asgard@example.org"),
)


def rows(folder: Path, records: int | None) -> list[dict[str, object]]:
    """Return what it costs to find out which files one person may stand in."""
    count = records or RECORDS
    due._write(folder, count)  # noqa: SLF001 - the same catalogue as the bench of what is due
    with due._house(folder) as house:  # noqa: SLF001 - likewise
        _digests(house, count)
        keys = house.keys.digest_keys()
        began = time.process_time()
        likeness = likeness_of(_PERSON, digests_of(_PERSON, keys))
        made = time.process_time() - began
        found = nominate(house, likeness, is_whole=False)
        if len(found.file_ids) != HERS:
            raise AssertionError(f"{len(found.file_ids)} are nominated")
        spent = due._spent(lambda: nominate(house, likeness, is_whole=False))  # noqa: SLF001 - likewise
        bare = due._spent(lambda: _bare(house, likeness.digests))  # noqa: SLF001 - likewise
    return [
        {"figure": "records", "value": count, "unit": "records"},
        {"figure": "forms that are asked for", "value": len(likeness.digests), "unit": "digests"},
        {"figure": "making them: processor time", "value": round(made, 3), "unit": "s"},
        {
            "figure": "nominating: processor time",
            "value": round(spent, 3),
            "unit": "s",
            "reference_name": "the same digests, each by itself",
            "reference": round(bare, 3),
            "ratio": round(spent / bare, 1),
        },
        {"figure": "files nominated", "value": len(found.file_ids), "unit": "files"},
    ]


def _digests(house: House, count: int) -> None:
    digester = Digester(house.keys.digest_keys())
    database = house.catalogue.database
    statement = "INSERT INTO value_digest (digest, entity, record_id) VALUES (?, ?, ?)"
    with house.catalogue.atomic():
        database.run_many(
            statement,
            (
                (hashlib.sha256(f"{number} {which}".encode()).digest()[:16], "PERSON", number)
                for number in range(1, count + 1)
                for which in range(_OTHERS)
            ),
        )
        for number in range(HERS):
            entity, written = _WRITTEN[number % len(_WRITTEN)]
            digest = digester.digest(entity, written) or ""
            database.run(statement, (bytes.fromhex(digest), entity, 1 + number * (count // HERS)))


def _bare(house: House, digests: Iterable[tuple[str, str]]) -> None:
    connection = house.catalogue.database.connection
    for entity, digest in digests:
        connection.execute(
            "SELECT record_id FROM value_digest WHERE digest = ? AND entity = ?",
            (bytes.fromhex(digest), entity),
        ).fetchall()

"""Texts that are nearly the same as others: proposed to a person, and never taken for copies.

The catalogue keeps no texts. So what speaks of the same persons is read again, in the sandbox, at
the moment that somebody asks, and compared in memory.
"""

import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from gallra.detect.same_text import words_of
from gallra.model.entities import IDENTIFYING
from gallra.model.event import Place
from gallra.model.finding import PartReport
from gallra.model.passage import Part
from gallra.model.record import CataloguedRecord, RecordState
from gallra.policy.similarity import LEAST, in_common, runs_of
from gallra.service.copies import records_in
from gallra.service.house import House
from gallra.service.scanning import Scanner

MOST_READ: Final = 500
"""So many records are read again at most; where there are more, it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A record of which a part says nearly the same."""

    item: CataloguedRecord
    in_common: float
    """Which part of the shorter text stands in both, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """What a look found."""

    found: tuple[Near, ...]
    unread_count: int
    """How many records that speak of the same persons could not be compared."""


def near_copies(house: House, places: Iterable[Place], *, apart: Collection[int]) -> Nearness:
    """Return what lies outside ``places``, speaks of the same persons, and says nearly the same.

    Args:
        house: Whose catalogue and shares.
        places: Files, folders, messages.
        apart: Numbers of records that are known to be copies already.
    """
    originals = {item.record.record_id: item for item in records_in(house, tuple(places))}
    persons = {
        value
        for number in originals
        for value in house.catalogue.values_of(number)
        if value.entity in IDENTIFYING
    }
    candidates: dict[int, CataloguedRecord] = {}
    for value in sorted(persons, key=lambda each: (each.entity, each.digest)):
        for item in house.catalogue.nominate(value.entity, value.digest):
            number = item.record.record_id
            if number not in originals and number not in apart:
                candidates[number] = item
    with Scanner() as scanner:
        texts = [
            runs for _, runs in _texts(house, scanner, tuple(originals.values())[:MOST_READ])[0]
        ]
        read, lost = _texts(house, scanner, tuple(candidates.values())[:MOST_READ])
    best: dict[int, Near] = {}
    for item, runs in read:
        score = max((in_common(text, runs) for text in texts), default=0.0)
        known = best.get(item.record.record_id)
        if score >= LEAST and (known is None or score > known.in_common):
            best[item.record.record_id] = Near(item=item, in_common=score)
    return Nearness(
        found=tuple(sorted(best.values(), key=lambda each: -each.in_common)),
        unread_count=lost + max(0, len(candidates) - MOST_READ),
    )


def _texts(
    house: House, scanner: Scanner, items: Collection[CataloguedRecord]
) -> tuple[list[tuple[CataloguedRecord, frozenset[int]]], int]:
    """Return the texts of records, part by part, and how many records could not be read."""
    files: dict[tuple[str, bytes], list[CataloguedRecord]] = defaultdict(list)
    lost = 0
    for item in items:
        if item.state is RecordState.PRESENT:
            files[item.record.share, item.record.path].append(item)
        else:
            lost += 1
    found: list[tuple[CataloguedRecord, frozenset[int]]] = []
    for (share, path), wanted in files.items():
        try:
            where = os.path.join(house.schedule.roots[share], path)
            reports = scanner.reports(where, wants_text=True)
        except (OSError, KeyError):
            lost += len(wanted)
            continue
        for item in wanted:
            own = [each for each in reports if _is_of(each.address, item)]
            lost += not own
            found += [(item, runs) for each in own if (runs := runs_of(_words(each)))]
    return found, lost


def _is_of(address: str, item: CataloguedRecord) -> bool:
    part = item.record.part
    if part:
        return address == part or address.startswith(f"{part}!")
    return not item.record.is_container


def _words(report: PartReport) -> str:
    return words_of(
        Part(
            address=report.address,
            kind=report.kind,
            outcome=report.outcome,
            passages=report.passages or (),
        )
    )

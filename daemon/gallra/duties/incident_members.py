"""Whom a breach concerns: the files are read again, in the sandbox, when a person asks.

What is found goes to the file that the person names, and nowhere else.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from gallra.duties.persons_named import known_as
from gallra.duties.sighting import Reader
from gallra.model.entities import IDENTIFYING
from gallra.model.finding import PartReport
from gallra.model.incident import Incident, Place
from gallra.model.message import Message
from gallra.model.names import shown
from gallra.model.passage import PASSAGE_SEPARATOR
from gallra.report.problems import problem_of
from gallra.service.house import House
from gallra.service.scanning import Scanner, open_regular

_WHO: Final = ("PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER")
_TELLING: Final = IDENTIFYING - {"PERSON", "PHONE_NUMBER"}
"""Of two lines with one of these in common it is known that they are about one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """A person whom a breach concerns, as far as the files tell."""

    values: tuple[tuple[str, str], ...]
    """Entities and what stands there, as it is written; each once."""
    where: tuple[str, ...]
    """Files and parts, or where the finding says so."""

    def of(self, entity: str) -> str:
        """Return what is known of one sort, joined."""
        return "; ".join(text for each, text in self.values if each == entity)

    @property
    def others(self) -> str:
        """Numbers of persons and members, joined."""
        return "; ".join(text for each, text in self.values if each not in _WHO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be read: whom it concerns is not known."""

    where: str
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Everybody who was found, and what could not be read."""

    concerned: tuple[Concerned, ...]
    unread: tuple[Unread, ...]


@dataclass(slots=True)
class _Growing:
    values: dict[tuple[str, str], None] = field(default_factory=dict)
    where: dict[str, None] = field(default_factory=dict)


def members_of(house: House, incident: Incident, scanner: Scanner) -> Members:
    """Return whom ``incident`` concerns: named by its findings, and in the files that got out.

    What stands on one line is one person's, until a second name, number or address of the same
    sort begins another's. The list is for a person to go through.
    """
    found: dict[tuple[str, str], _Growing] = {}
    order: list[_Growing] = []
    unread: list[Unread] = []
    house.catalogue.register_shares(house.schedule.shares)
    reader = Reader(house, scanner, frozenset())
    for place in incident.places:
        named = f"{place.share}/{shown(place.path)}"
        try:
            reports = tuple(_reports(house, place, scanner, reader))
        except (OSError, ValueError) as error:
            unread.append(Unread(where=named, reason=problem_of(error)))
            continue
        for report in reports:
            where = f"{named}#{report.address}" if report.address else named
            if place.part and not f"{report.address}!".startswith(f"{place.part}!"):
                continue  # of the file itself something is always said
            if not report.outcome.is_complete and report.reason is not None:
                unread.append(Unread(where=where, reason=report.reason))
            for values in _lines(report):
                _add(found, order, values, where)
    order[:0] = _not_among(incident.exposed, order)
    return Members(
        concerned=tuple(
            Concerned(values=tuple(each.values), where=tuple(each.where)) for each in order
        ),
        unread=tuple(unread),
    )


def _not_among(names: Iterable[str], order: Iterable[_Growing]) -> list[_Growing]:
    """Return whom findings name and no file does (any more): a name, a number or an address."""
    known = {(entity, text.casefold()) for each in order for entity, text in each.values}
    missing: list[_Growing] = []
    for name in names:
        values = [(entity, shown(text)) for entity, text in known_as(name)]
        if known.isdisjoint((entity, text.casefold()) for entity, text in values):
            missing.append(_Growing(values=dict.fromkeys(values)))
    return missing


def _reports(house: House, place: Place, scanner: Scanner, reader: Reader) -> Iterator[PartReport]:
    """Yield what is seen in a place: in the share, or in quarantine if it lies there by now."""
    only = (place.part,) if place.part else ()
    if place.share not in house.schedule.roots:
        raise FileNotFoundError(errno.ENOENT, "")
    item = house.catalogue.record_by_path(place.share, place.path)
    if item is None:
        path = os.path.join(house.schedule.roots[place.share], place.path)
        descriptor = open_regular(path)
    else:
        descriptor = reader.opened(item)
    try:
        name = os.fsdecode(os.path.basename(place.path))
        yield from scanner.reports_of(
            descriptor, name, wants_text=True, wants_findings=True, only=only
        )
    finally:
        os.close(descriptor)


def _lines(report: PartReport) -> Iterator[dict[tuple[str, str], None]]:
    """Yield what tells of persons on each line of a part."""
    text = PASSAGE_SEPARATOR.join(each.text for each in report.passages or ())
    lines: dict[int, dict[tuple[str, str], None]] = {}
    for each in sorted(report.findings or (), key=lambda finding: finding.start):
        if each.entity in IDENTIFYING:
            line = text.count("\n", 0, each.start)
            value = shown(" ".join(text[each.start : each.end].split()))
            lines.setdefault(line, {})[each.entity, value] = None
    for _, values in sorted(lines.items()):
        yield from _apart(values)


def _apart(values: Iterable[tuple[str, str]]) -> Iterator[dict[tuple[str, str], None]]:
    """Yield the persons of one line: the next one begins where a sort of data comes again."""
    person: dict[tuple[str, str], None] = {}
    for entity, text in values:
        if any(entity == each for each, _ in person):
            yield person
            person = {}
        person[entity, text] = None
    if person:
        yield person


def _add(
    found: dict[tuple[str, str], _Growing],
    order: list[_Growing],
    values: Iterable[tuple[str, str]],
    where: str,
) -> None:
    """Add what one line tells to the person whom it is about; a new one where nobody fits."""
    listed = list(values)
    keys = [(entity, text.casefold()) for entity, text in listed if entity in _TELLING]
    keys = keys or [(entity, text.casefold()) for entity, text in listed]
    person = next((found[key] for key in keys if key in found), None)
    if person is None:
        person = _Growing()
        order.append(person)
    for entity, text in listed:
        if entity in _TELLING or len(listed) == 1:
            found.setdefault((entity, text.casefold()), person)
        person.values[entity, text] = None
    if where:
        person.where[where] = None

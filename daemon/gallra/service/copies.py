"""Copies: what says the same, word for word, wherever it lies and in whatever format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gallra.model.entities import NOT_PERSONAL
from gallra.model.event import MESSAGE_ID, OTHER_PART, SAME_MESSAGE, SAME_TEXT, Place
from gallra.model.finding import ValueDigest
from gallra.model.record import CataloguedRecord
from gallra.policy.events import places_in
from gallra.service.house import House

_TELLING: Final = frozenset({MESSAGE_ID, SAME_MESSAGE, SAME_TEXT})


class Likeness(StrEnum):
    """In what a record is a copy."""

    MESSAGE = "same message"
    TEXT = "same text"
    IN_PART = "same text in a part"
    """Beside other things: an archive, a mail with more in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A record that says what another one says."""

    item: CataloguedRecord
    likeness: Likeness


def what_is_said(house: House, places: Iterable[Place]) -> tuple[ValueDigest, ...]:
    """Return what names the messages and the texts about persons that lie in ``places``.

    A form that nobody has filled in is not among them: it may lie elsewhere for good.
    """
    found: set[ValueDigest] = set()
    for item in records_in(house, places):
        if set(dict(item.record.entities)) - NOT_PERSONAL:
            values = house.catalogue.values_of(item.record.record_id)
            found.update(value for value in values if value.entity in _TELLING)
    return tuple(sorted(found, key=lambda each: (each.entity, each.digest)))


def records_in(house: House, places: Iterable[Place]) -> Iterator[CataloguedRecord]:
    """Yield the records in places, each once; of a message that is named only that."""
    seen: set[int] = set()
    roots = house.schedule.roots
    for place in places:
        for each in dict.fromkeys(places_in(place, roots)):
            for item in house.catalogue.beneath(each):
                span = item.record.span
                is_other = place.part and (span is None or span.sha256 != place.sha256)
                if is_other or item.record.record_id in seen:
                    continue
                seen.add(item.record.record_id)
                yield item


def copies_of(house: House, places: Iterable[Place]) -> tuple[Copy, ...]:
    """Return the records outside ``places`` that are copies of what lies in them.

    Args:
        house: Whose catalogue; nothing is read.
        places: Files, folders, messages.
    """
    places = tuple(places)
    originals = {item.record.record_id for item in records_in(house, places)}
    texts: set[ValueDigest] = set()
    for number in originals:
        texts.update(each for each in house.catalogue.values_of(number) if each.entity in _TELLING)
    found: dict[int, Copy] = {}
    for value in sorted(texts, key=lambda each: (each.entity, each.digest)):
        for item in house.catalogue.nominate(value.entity, value.digest):
            number = item.record.record_id
            if number in originals or number in found:
                continue
            likeness = Likeness.MESSAGE
            if value.entity == SAME_TEXT:
                likeness = _likeness(house.catalogue.values_of(number), texts)
            found[number] = Copy(item=item, likeness=likeness)
    return tuple(
        sorted(found.values(), key=lambda each: (each.item.record.share, each.item.record.path))
    )


def _likeness(values: Iterable[ValueDigest], texts: set[ValueDigest]) -> Likeness:
    is_whole = all(
        value.entity != OTHER_PART and (value.entity != SAME_TEXT or value in texts)
        for value in values
    )
    return Likeness.TEXT if is_whole else Likeness.IN_PART

"""Which events are about which record."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from gallra.model.entities import IDENTIFYING
from gallra.model.event import (
    MARKS,
    MESSAGE_ID,
    NOTHING_TOLD,
    OTHER_PART,
    SAME_MESSAGE,
    SAME_TEXT,
    Event,
    Place,
    Tie,
    Told,
)
from gallra.model.finding import ValueDigest
from gallra.model.record import Record

if TYPE_CHECKING:
    from gallra.model.retention import Trigger


class Happenings:
    """All standing events, ready to be asked about one record after the other.

    A folder is meant to the letter, unlike in patterns: an event sets records free, so it must
    rather cover too little. What comes into the folder later is covered as well.
    """

    def __init__(self, events: Iterable[Event], roots: Mapping[str, bytes]) -> None:
        """Take in ``events``; those that were undone are passed over.

        Args:
            events: In any order.
            roots: Where each share of the rules lies: in a share that lies within another, a
                record is also beneath the folders of the outer one.
        """
        self._roots = roots
        self._at: dict[bytes, list[tuple[Place, Event]]] = defaultdict(list)
        self._by_value: dict[ValueDigest, list[Event]] = defaultdict(list)
        for event in events:
            if event.undone_at is not None:
                continue
            for place in event.places:
                self._at[self._absolute(place.share, place.path)].append((place, event))
            for value in event.values:
                self._by_value[value].append(event)

    @property
    def asks_for_values(self) -> bool:
        """Whether the values that occur in a record make any difference."""
        return bool(self._by_value)

    def told_of(self, record: Record, values: Collection[ValueDigest] = ()) -> Told:
        """Return every event that is about ``record``, by kind.

        Args:
            record: The record.
            values: All keyed digests of values that occur in it.
        """
        if not self._at and not self._by_value:
            return NOTHING_TOLD
        ties: dict[int, Tie] = {event.event_id: Tie(event=event) for event in self._around(record)}
        for value in values if self._by_value else ():
            for event in self._by_value.get(value, ()):
                known = ties.get(event.event_id)
                if known is None or known.is_by_person or known.is_in_part:
                    ties[event.event_id] = _by_value(event, value, values, known)
        told: dict[Trigger, tuple[Tie, ...]] = {}
        for _, tie in sorted(ties.items()):
            told[tie.event.kind] = (*told.get(tie.event.kind, ()), tie)
        return told

    def _around(self, record: Record) -> Iterable[Event]:
        """Yield the events about a folder that the record lies in, about its file, or itself."""
        if not self._at:
            return
        whole = self._absolute(record.share, record.path)
        path = whole
        while path:
            for place, event in self._at.get(path, ()):
                if not place.part or (path == whole and _is_same(record, place)):
                    yield event
            path = path.rpartition(b"/")[0]

    def _absolute(self, share: str, path: bytes) -> bytes:
        # A share that the rules no longer name has a place of its own, which is nowhere else.
        root = self._roots.get(share, b"\0/" + share.encode())
        return root + b"/" + path if path else root


def of_one(event: Event, roots: Mapping[str, bytes]) -> Happenings:
    """Return what one event is about, whether it stands or was undone."""
    standing = Event(
        event_id=event.event_id,
        kind=event.kind,
        reference=event.reference,
        on=event.on,
        places=event.places,
        values=event.values,
        told_at=event.told_at,
    )
    return Happenings((standing,), roots)


def places_in(place: Place, roots: Mapping[str, bytes]) -> tuple[Place, ...]:
    """Return ``place``, and the shares that lie within it: what is there belongs to them."""
    root = roots.get(place.share)
    if root is None or place.part:
        return (place,)
    whole = root + b"/" + place.path if place.path else root
    inner = (
        Place(share=name, path=b"")
        for name, path in roots.items()
        if name != place.share and (path == whole or path.startswith(whole + b"/"))
    )
    # A folder of the outer share may itself lie below the root of an inner one.
    below = (
        Place(share=name, path=whole.removeprefix(path + b"/"))
        for name, path in roots.items()
        if name != place.share and whole.startswith(path + b"/") and len(path) > len(root)
    )
    return (place, *inner, *below)


def _is_same(record: Record, place: Place) -> bool:
    return record.span is not None and record.span.sha256 == place.sha256


def _by_value(
    event: Event, value: ValueDigest, values: Collection[ValueDigest], known: Tie | None
) -> Tie:
    if value.entity == SAME_TEXT:
        is_whole = _is_nothing_else(event, values)
        return Tie(event=event, is_by_value=True, is_whole=is_whole, is_in_part=not is_whole)
    if value.entity == MESSAGE_ID and _says_otherwise(event, values):
        return Tie(event=event, is_by_value=True, is_in_part=True)
    if value.entity in MARKS:
        return Tie(event=event, is_by_value=True)
    if known is not None:
        return known
    is_alone = _speaks_of_nobody_else(event, values)
    return Tie(event=event, is_by_person=True, is_alone=is_alone, is_by_value=True)


def _speaks_of_nobody_else(event: Event, values: Collection[ValueDigest]) -> bool:
    """Tell whether a record in which persons of ``event`` occur can be about these alone.

    Every number or address of a kind that the event names is one of theirs, and of other kinds
    there are no more than there are such persons. Where that is not so, it may be right all the
    same, but only a person can see it.
    """
    meant = frozenset(event.values)
    kinds = {value.entity for value in meant}
    counts = Counter(value.entity for value in values if value.entity in IDENTIFYING)
    theirs = Counter(value.entity for value in values if value in meant)
    most = max(theirs.values(), default=0)
    return all(
        count <= (theirs[entity] if entity in kinds else most) for entity, count in counts.items()
    )


def _is_nothing_else(event: Event, values: Collection[ValueDigest]) -> bool:
    """Tell whether every part of a record says what ``event`` is about, word for word."""
    meant = frozenset(event.values)
    return all(
        value.entity != OTHER_PART and (value.entity != SAME_TEXT or value in meant)
        for value in values
    )


def _says_otherwise(event: Event, values: Collection[ValueDigest]) -> bool:
    """Tell whether a message with a Message-ID of ``event`` says nothing of what that is about.

    Programs, and people, give one Message-ID to two messages. Where the event knows the words of
    its messages, too, one that says none of them is for a person to look at.
    """
    words = {SAME_MESSAGE, SAME_TEXT}
    said = frozenset(each for each in event.values if each.entity in words)
    return bool(said) and said.isdisjoint(values)

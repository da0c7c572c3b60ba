"""Events: told, taken back, and applied to the records that they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from gallra.model.event import Event
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.record import CataloguedRecord, RecordState
from gallra.policy.decide import day_of
from gallra.policy.events import of_one, places_in
from gallra.service import clock
from gallra.service.house import House
from gallra.service.judging import judge, save, unless_taken_back
from gallra.service.testifying import event_entry

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An event, and what it did."""

    event: Event
    is_new: bool = True
    record_count: int = 0
    """Records that it is about."""
    changed_count: int = 0
    """Those that have another class or another day now."""
    to_restore: tuple[CataloguedRecord, ...] = ()
    """What lies in quarantine although nothing lets it go any more."""
    destroyed_count: int = 0
    """Records that were destroyed because of it before it was taken back."""
    due_count: int = 0
    """Those of which the day has come, in their shares: nothing waits any more."""


def tell(house: House, event: Event) -> Applied:
    """Let ``event`` stand, write it into the ledger, and judge anew what it is about.

    Telling the same once more changes nothing. What is not in the catalogue yet is covered
    when it comes.
    """
    with house.catalogue.atomic():
        told, is_new = house.catalogue.tell_event(event)
        if is_new:
            house.ledger.append(
                (event_entry(Deed.EVENT_TOLD, told, told.told_by),), at=event.told_at
            )
            _wait(house, told.event_id)
    if not is_new:
        count = sum(1 for _ in about(house, told))
        return Applied(event=told, is_new=False, record_count=count)
    return _apply(house, told)


def undo(house: House, event_id: int, *, by: str) -> Applied:
    """Take an event back: every day that it gave is what it was before.

    What lies in quarantine because of it is never destroyed from then on, and is named in
    what is returned, so that a person can have it put back.

    Args:
        house: Whose event.
        event_id: Its number.
        by: Who takes it back; ``""`` for gallra itself, whose sign is gone.

    Raises:
        WrongUseError: If no event of this number stands.
    """
    now = clock.now()
    with house.catalogue.atomic():
        event = house.catalogue.standing_event(event_id)
        house.ledger.append((event_entry(Deed.EVENT_UNDONE, event, by),), at=now)
        undone = house.catalogue.undo_event(event_id, at=now, by=by)
        _wait(house, event_id)
    return _apply(house, undone)


def catch_up(house: House) -> None:
    """Apply what was told when a process was stopped half-way."""
    waiting = house.catalogue.waiting_events()
    for event in house.catalogue.events(is_whole=True) if waiting else ():
        if event.event_id in waiting:
            _apply(house, event)


def about(house: House, event: Event) -> Iterator[CataloguedRecord]:
    """Yield the records that an event is about, each once, in quarantine too."""
    roots = house.schedule.roots
    happening = of_one(event, roots)
    catalogue = house.catalogue
    places = dict.fromkeys(chain.from_iterable(places_in(each, roots) for each in event.places))
    candidates = chain(
        chain.from_iterable(catalogue.beneath(place) for place in places),
        chain.from_iterable(
            catalogue.nominate(value.entity, value.digest) for value in event.values
        ),
    )
    seen: set[int] = set()
    for item in candidates:
        if item.record.record_id in seen:
            continue
        seen.add(item.record.record_id)
        values = catalogue.values_of(item.record.record_id) if event.values else ()
        if happening.told_of(item.record, values):
            yield item


def _apply(house: House, event: Event) -> Applied:
    """Judge anew all that ``event`` is about, as it stands now or no longer does."""
    today = day_of(clock.now(), house.schedule)
    record_count = changed_count = due_count = 0
    to_restore: list[CataloguedRecord] = []
    items = about(house, event)
    while batch := tuple(islice(items, _AT_ONCE)):
        judged = [
            unless_taken_back(house, item, each)
            for item, each in zip(batch, judge((item.record for item in batch), house), strict=True)
        ]
        differing = [
            (item, each)
            for item, each in zip(batch, judged, strict=True)
            if (item.classification.class_code, item.due) != (each[1].class_code, each[2])
        ]
        save(house, [item for item, _ in differing], [each for _, each in differing], _why(event))
        record_count += len(batch)
        changed_count += len(differing)
        due_count += sum(
            item.state is RecordState.PRESENT and due.due_on is not None and due.due_on <= today
            for item, (_, _, due) in zip(batch, judged, strict=True)
        )
        to_restore += [
            item
            for item, (_, _, due) in zip(batch, judged, strict=True)
            if item.state is RecordState.QUARANTINED and (due.due_on is None or due.due_on > today)
        ]
    with house.catalogue.atomic():
        waiting = house.catalogue.waiting_events()
        house.catalogue.set_waiting_events([each for each in waiting if each != event.event_id])
    return Applied(
        event=event,
        record_count=record_count,
        changed_count=changed_count,
        to_restore=tuple(to_restore),
        due_count=due_count,
        destroyed_count=house.catalogue.destroyed_count(event) if event.undone_at else 0,
    )


def _wait(house: House, event_id: int) -> None:
    house.catalogue.set_waiting_events([*house.catalogue.waiting_events(), event_id])


def _why(event: Event) -> Message:
    if event.undone_at is not None:
        return said("event {number} was taken back", number=event.event_id)
    return said("event {number} was told", number=event.event_id)

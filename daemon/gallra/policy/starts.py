"""The day that a period is counted from: what is known of a record, and what was told."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gallra.model.event import Tie, Told
from gallra.model.finding import DocumentDate, Precision
from gallra.model.message import Message, said
from gallra.model.record import Record
from gallra.model.retention import Action, RetentionClass, Trigger

FURTHEST_AHEAD = timedelta(days=2 * 366)
"""A document may speak of a day that is still to come, a meeting next spring. One that lies
further ahead than this was misread: nobody plans so far, and it would be kept for ever."""


class Start(NamedTuple):
    """The day that a period is counted from."""

    on: date
    because: tuple[Message, ...]
    is_for_a_person: bool = False
    is_named: bool = True
    """Whether it is what the trigger names, and not what stands in for it."""


def start_of(
    record: Record, retention_class: RetentionClass, timezone: str, told: Told
) -> Start | None:
    """Return the day from which the period counts; ``None`` while an event is awaited."""
    first = _start_by(retention_class.counted_from, record, retention_class, timezone, told)
    if first is not None and first.is_named:
        return first
    if retention_class.else_from is not None:
        second = _start_by(retention_class.else_from, record, retention_class, timezone, told)
        if second is not None:
            missing = said("{trigger} is not known", trigger=retention_class.counted_from.value)
            return second._replace(because=(*second.because, missing))
    return first


def _start_by(
    trigger: Trigger, record: Record, retention_class: RetentionClass, timezone: str, told: Told
) -> Start | None:
    """Return the start by one trigger.

    Where a document states no date, the day on which gallra first saw it stands in: the
    document cannot be younger. ``None`` for an event that nobody has told.
    """
    if trigger.is_event:
        return _by_event(told.get(trigger, ()), retention_class.then)
    zone = _zone(timezone)
    seen_on = record.first_seen_at.astimezone(zone).date()
    match trigger:
        case Trigger.FIRST_SEEN:
            return Start(seen_on, (said("counted from the day it was first seen"),))
        case Trigger.MODIFIED:
            return _not_before(seen_on, record.modified_at, record, zone, "modified")
        case Trigger.CREATED:
            if record.created_at is None:
                unknown = said("no date of creation is known; first seen counts")
                return Start(seen_on, (unknown,), is_named=False)
            return _not_before(seen_on, record.created_at, record, zone, "created")
        case _:
            return _document_date(record, zone)


def _by_event(ties: Collection[Tie], then: Action) -> Start | None:
    """Return the day of the event that counts, of all of one kind that were told of a record.

    The latest, so that nothing is destroyed too early; where a person is asked or told anyway,
    the earliest, so that a second event does not put off the first one for ever.
    """
    if not ties:
        return None
    choose = max if then is Action.DESTROY else min
    chosen = choose(ties, key=lambda tie: (tie.event.on, tie.event.event_id))
    happened = said(
        "{event}: {day}, told of {reference} (event {number})",
        event=chosen.event.kind.value,
        day=chosen.event.on.isoformat(),
        reference=chosen.event.reference,
        number=chosen.event.event_id,
    )
    if then is not Action.DESTROY or not all(_says_more(tie) for tie in ties):
        return Start(chosen.event.on, (happened,))
    others = (
        said("it holds a copy, and something else besides: a person decides")
        if chosen.is_in_part
        else said("others than the person of the event occur in it: a person decides")
    )
    return Start(chosen.event.on, (happened, others), is_for_a_person=True)


def _says_more(tie: Tie) -> bool:
    """Tell whether a record is about more than the event is."""
    return tie.is_in_part or (tie.is_by_person and not tie.is_alone)


def _not_before(
    seen_on: date, claimed_at: datetime, record: Record, zone: ZoneInfo, trigger: str
) -> Start:
    """Return the day a file claims for itself, held between first seen and last read."""
    claimed_on = claimed_at.astimezone(zone).date()
    if claimed_on <= seen_on:
        earlier = said(
            "{trigger} on {claimed}, by its own account; first seen on {seen}, which counts",
            trigger=trigger,
            claimed=claimed_on.isoformat(),
            seen=seen_on.isoformat(),
        )
        return Start(seen_on, (earlier,))
    read_on = record.read_at.astimezone(zone).date() if record.read_at else None
    if read_on is not None and claimed_on > read_on:
        latest = max(seen_on, read_on)
        ahead = said(
            "it claims {claimed}, which was still to come when it was read; {read} counts",
            claimed=claimed_on.isoformat(),
            read=latest.isoformat(),
        )
        return Start(latest, (ahead,))
    return Start(claimed_on, (said("counted from the day it was {trigger}", trigger=trigger),))


def _document_date(record: Record, zone: ZoneInfo) -> Start:
    known_at = max(record.read_at or record.modified_at, record.first_seen_at)
    known_on = known_at.astimezone(zone).date()
    stated = record.document_date
    if stated is None:
        absent = said("no date was found in the document; first seen counts")
        return Start(record.first_seen_at.astimezone(zone).date(), (absent,), is_named=False)
    if stated.on - known_on > FURTHEST_AHEAD:
        absurd = said(
            "the document's date {date} lies too far ahead to be meant; {known} counts",
            date=stated.on.isoformat(),
            known=known_on.isoformat(),
        )
        return Start(known_on, (absurd,), is_named=False)
    return Start(stated.on, (_stated(stated),))


def _stated(stated: DocumentDate) -> Message:
    if stated.precision is Precision.DAY:
        return said(
            "the document is of {date}, by its {source}",
            date=stated.on.isoformat(),
            source=stated.source,
        )
    return said(
        "the document is of {date} at the latest, by its {source}",
        date=stated.on.isoformat(),
        source=stated.source,
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)

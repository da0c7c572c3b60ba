"""When a record's retention ends.

Days are the unit: whatever happened at some hour of a day counts as that day in the
organisation's time zone, and a period ends with the day of the same number. A record is never
older than what we know of it; see docs/decisions/0010-age-counts-from-what-we-know.md.
"""

from dataclasses import replace

from gallra.model.event import NOTHING_TOLD, Told
from gallra.model.message import said
from gallra.model.record import UNCLASSIFIED, Classification, Due, Record
from gallra.model.retention import Action, RetentionClass, RetentionSchedule, Trigger
from gallra.policy.archives import FOR_A_PERSON, is_judged_by_a_part
from gallra.policy.bounds import bounded
from gallra.policy.calendars import due_on
from gallra.policy.starts import start_of

__all__ = ["due", "due_in", "due_on"]


def due(
    record: Record,
    classification: Classification,
    schedule: RetentionSchedule,
    told: Told = NOTHING_TOLD,
) -> Due:
    """Return when the retention of ``record`` ends, and what it was counted from.

    Args:
        record: The record, with aware times.
        classification: The one class that it was given.
        schedule: The rules in force; the class must be one of theirs.
        told: The events that are about it.

    Returns:
        No day where nothing is to happen: no rule speaks of it, the class is kept, or it waits
        for an event that nobody has told.

    Source:
        ROUTINES "Periods"; MoReq2010 chapter 8, disposal scheduling.
    """
    if classification.class_code == UNCLASSIFIED:
        return Due(
            due_on=None,
            counted_from=None,
            because=(said("it has no class, so it is kept until a rule speaks of it"),),
        )
    retention_class = schedule.class_of(classification.class_code)
    timezone = schedule.organisation.timezone
    found = due_in(record, retention_class, timezone, told)
    is_going = retention_class.then is Action.DESTROY and found.due_on is not None
    if is_going and is_judged_by_a_part(record, classification, schedule, told):
        found = replace(found, is_for_a_person=True, because=(*found.because, FOR_A_PERSON))
    others = (schedule.class_of(code) for code in classification.also)
    return bounded(found, record, (retention_class, *others), timezone, told)


def due_in(
    record: Record, retention_class: RetentionClass, timezone: str, told: Told = NOTHING_TOLD
) -> Due:
    """Return when the retention of ``record`` would end if it were in ``retention_class``."""
    code = retention_class.code
    if retention_class.then is Action.KEEP or retention_class.keep is None:
        kept = said("class {code} is kept; it never ends", code=code)
        return Due(due_on=None, counted_from=None, because=(kept,))
    start = start_of(record, retention_class, timezone, told)
    if start is None:
        waits = said(
            "class {code} waits for the event {event}, which nobody has told",
            code=code,
            event=_awaited(retention_class).value,
        )
        return Due(due_on=None, counted_from=None, because=(waits,))
    counted_from, because, is_for_a_person, _ = start
    day = due_on(counted_from, retention_class.keep)
    ends = said(
        "class {code} ({authority}): {period} from {start} ends on {day}",
        code=code,
        authority=retention_class.authority,
        period=retention_class.keep.as_iso8601(),
        start=counted_from.isoformat(),
        day=day.isoformat(),
    )
    return Due(
        due_on=day,
        counted_from=counted_from,
        because=(ends, *because),
        is_for_a_person=is_for_a_person,
    )


def _awaited(retention_class: RetentionClass) -> Trigger:
    """Return the event that a person would most likely have to tell."""
    if retention_class.counted_from.is_event or retention_class.else_from is None:
        return retention_class.counted_from
    return retention_class.else_from

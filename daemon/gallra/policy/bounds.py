"""What a law says to keep at least, and what somebody says to keep at most.

Every class that a record could have counts here, not only the one that it was given: the law
does not ask which class won. A minimum moves the day; a maximum never does, since it could
rest on a guess about what a document is. Where they collide the minimum wins, and the day of
the maximum stays in ``latest_on``, so that a person is told of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from gallra.model.event import Told
from gallra.model.message import Message, said
from gallra.model.record import Due, Record
from gallra.model.retention import Action, Period, RetentionClass
from gallra.policy.calendars import due_on
from gallra.policy.starts import start_of


def bounded(
    due: Due,
    record: Record,
    classes: Iterable[RetentionClass],
    timezone: str,
    told: Told,
) -> Due:
    """Return ``due`` held between what the classes say to keep at least and at most.

    Args:
        due: By the class that the record was given.
        record: The record.
        classes: That class first, then the others that it could have had.
        timezone: In which days are counted.
        told: The events that are about the record.
    """
    bounds = tuple(classes)
    least = latest_minimum(record, bounds, timezone, told)
    most = _earliest_maximum(record, bounds, timezone, told)
    if due.due_on is not None and least is not None:
        day, because = least
        if day is None or day > due.due_on:
            due = replace(due, due_on=day, because=(because, *due.because))
    if most is None:
        return due
    day, code, authority = most
    if due.due_on is not None and due.due_on <= day:
        return replace(due, latest_on=day)
    collision = said(
        "class {code} ({authority}) lets it be kept until {day} at the latest: a person is told",
        code=code,
        authority=authority,
        day=day.isoformat(),
    )
    return replace(due, latest_on=day, because=(*due.because, collision))


def latest_minimum(
    record: Record, classes: tuple[RetentionClass, ...], timezone: str, told: Told
) -> tuple[date | None, Message] | None:
    """Return the day before which no class lets it go; no day where that cannot be known yet."""
    found: list[tuple[date | None, Message]] = []
    for each in classes:
        if each.keep_at_least is None or each.then is Action.KEEP:
            continue
        # As if it were destroyed: then the latest of several events counts, never an earlier one.
        strict = replace(each, then=Action.DESTROY)
        day = _end(strict, each.keep_at_least, record, timezone, told)
        if day is None:
            unknown = said(
                "class {code} ({authority}) keeps it at least {period}, counted from what is not"
                " known yet",
                code=each.code,
                authority=each.authority,
                period=each.keep_at_least.as_iso8601(),
            )
            return None, unknown
        because = said(
            "class {code} ({authority}) keeps it at least {period}, until {day}",
            code=each.code,
            authority=each.authority,
            period=each.keep_at_least.as_iso8601(),
            day=day.isoformat(),
        )
        found.append((day, because))
    return max(found, key=lambda each: each[0] or date.max, default=None)


def _earliest_maximum(
    record: Record, classes: tuple[RetentionClass, ...], timezone: str, told: Told
) -> tuple[date, str, str] | None:
    """Return the first day from which a class does not let it be kept, and which class."""
    found = []
    for each in classes:
        if each.keep_at_most is not None:
            day = _end(each, each.keep_at_most, record, timezone, told)
            if day is not None:
                found.append((day, each.code, each.authority))
    return min(found, default=None)


def _end(
    retention_class: RetentionClass, period: Period, record: Record, timezone: str, told: Told
) -> date | None:
    start = start_of(record, retention_class, timezone, told)
    return None if start is None else due_on(start.on, period)

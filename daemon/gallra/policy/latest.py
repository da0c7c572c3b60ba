"""What may not be kept any more, and is still there: told before all else.

Nothing is destroyed faster for it: holds, brakes and the dwell stand as they do for everything.
But a duty that says "at the latest" is broken from its day on, whatever the reason, and somebody
has to know that before anything else.
"""

from collections.abc import Iterator
from datetime import date

from gallra.model.message import Message, Value, said
from gallra.model.record import Act, AtTheLatest, Disposition, Plan, RecordState
from gallra.model.retention import RetentionSchedule

_Key = tuple[str, Act, str]


class Late:
    """Counts, while a plan is made, the records that have come to their last day."""

    def __init__(self, today: date) -> None:
        """Count what may not be kept on ``today`` any more."""
        self._today = today
        self._counts: dict[_Key, tuple[int, date]] = {}

    def look_at(self, disposition: Disposition) -> None:
        """Take a decision into account."""
        item = disposition.item
        latest = item.due.latest_on
        if item.state is not RecordState.PRESENT or latest is None or latest > self._today:
            return
        held_by = ", ".join(disposition.held_by)
        key = (item.classification.class_code, disposition.act, held_by)
        count, since = self._counts.get(key, (0, latest))
        self._counts[key] = (count + 1, min(since, latest))

    def found(self) -> tuple[AtTheLatest, ...]:
        """Return what was counted, in the order of classes."""
        return tuple(
            AtTheLatest(class_code=code, act=act, held_by=held_by, count=count, since=since)
            for (code, act, held_by), (count, since) in sorted(self._counts.items())
        )


def alerts(plan: Plan, schedule: RetentionSchedule, *, is_acting: bool) -> Iterator[Message]:
    """Yield what is to be said of records that may not be kept any more.

    Args:
        plan: As it was made.
        schedule: The rules in force.
        is_acting: Whether the plan is carried out: then what it takes to quarantine goes in time.
    """
    authorities = {each.code: each.authority for each in schedule.classes}
    for each in plan.at_the_latest:
        if is_acting and each.act is Act.QUARANTINE:
            continue
        values: dict[str, Value] = {
            "count": each.count,
            "code": each.class_code,
            "authority": authorities.get(each.class_code, ""),
            "day": each.since.isoformat(),
        }
        if each.held_by:
            yield said(
                "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are still"
                " there, held by {reference}",
                **values,
                reference=each.held_by,
            )
        elif each.act is Act.QUARANTINE:
            yield said(
                "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are due"
                " and still there, since nothing is carried out",
                **values,
            )
        elif each.act is Act.WAIT:
            yield said(
                "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are still"
                " there, since the rules that let them go are under a dry run: gallra plan tells"
                " until when",
                **values,
            )
        elif each.act is Act.ALERT:
            yield said(
                "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are still"
                " there, since something keeps them longer: gallra explain tells what",
                **values,
            )
        else:
            yield said(
                "AT THE LATEST on {day}: records of class {code} ({authority}), {count}, are still"
                " there, and only a person can decide on them",
                **values,
            )

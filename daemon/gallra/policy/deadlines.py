"""Until when something has to be done. Pure: whoever asks says what time it is.

Two kinds of deadline, and they are counted differently. Hours are hours: 72 hours after noon on
the Friday before the clocks change end at one o'clock on Monday, or at eleven, and no weekend or
holiday puts them off. Days and months are days of the calendar, in the time zone of the
organisation, and the last of them counts to its end.

What is careful is chosen where rules differ: no deadline here is ever later than the law's own.
Regulation 1182/71 would move one that ends on a holiday to the next working day.

Everything is counted in UTC: of two instants in one zone Python subtracts, and compares, what the
clocks on the wall show, and the night in which they are changed would be an hour off.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gallra.model.retention import Period
from gallra.policy.calendars import due_on

BREACH_HOURS: Final = 72
"""Within which the authority is told of a breach. Source: GDPR Art. 33(1)."""
BREACH_REMINDERS: Final = (24, 48, 66, 72)
"""After so many hours it is said how much is left; from the last on, each day that it is over."""
_DAY_HOURS: Final = 24
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def within_hours(began_at: datetime, hours: int) -> datetime:
    """Return the instant at which ``hours`` full hours have passed, in UTC.

    Args:
        began_at: Aware.
        hours: At least 0.

    Source: GDPR Art. 33(1), "not later than 72 hours after having become aware of it"; EDPB
    Guidelines 9/2022, section II.A.
    """
    return began_at.astimezone(UTC) + timedelta(hours=hours)


def one_month_after(came_at: datetime, zone: ZoneInfo, *, months: int = 1) -> datetime:
    """Return the instant before which an answer is in time, in UTC: the end of a day in ``zone``.

    What came in on 5 March is answered on 5 April at the latest; where the month has no such
    day, on its last one.

    Args:
        came_at: Aware.
        zone: In which days are counted.
        months: How many.

    Source: GDPR Art. 12(3); EDPB Guidelines 01/2022, section 5.3.
    """
    return end_of(due_on(day_in(came_at, zone), Period(months=months)), zone)


def days_after(came_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the end of the last of ``days`` days, in UTC; without the day on which it came.

    Args:
        came_at: Aware.
        days: At least 0.
        zone: In which days are counted.
    """
    return end_of(due_on(day_in(came_at, zone), Period(days=days)), zone)


def day_in(at: datetime, zone: ZoneInfo) -> date:
    """Return which day it is in ``zone``."""
    return at.astimezone(zone).date()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which ``day`` is over in ``zone``, in UTC: the next day's first."""
    if day == date.max:
        return _LAST
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def reminder_after(known_at: datetime, now: datetime) -> int | None:
    """Return the reminder of a breach that is to be said now: after how many hours it is said.

    Only the last one that has come is returned: a machine that was off does not say them all.

    Args:
        known_at: When the breach became known; aware.
        now: Aware.

    Returns:
        One of :data:`BREACH_REMINDERS`, or a full day beyond them; ``None`` before the first.
    """
    passed = (now.astimezone(UTC) - known_at.astimezone(UTC)) // timedelta(hours=1)
    if passed >= BREACH_REMINDERS[-1]:
        return passed - passed % _DAY_HOURS
    return max((each for each in BREACH_REMINDERS if each <= passed), default=None)


def hours_left(due_at: datetime, now: datetime) -> int:
    """Return how many full hours are left; below 0, how many have passed since, at least one."""
    return (due_at.astimezone(UTC) - now.astimezone(UTC)) // timedelta(hours=1)


def is_late(due_at: datetime, at: datetime) -> bool:
    """Tell whether ``at`` is too late: the very instant of the deadline is still in time."""
    return at.astimezone(UTC) > due_at.astimezone(UTC)


ANSWER_DAYS: Final = 30
"""Days in which the routine has a person answered; the law says a month, which may be shorter."""
ANSWER_EXTENSION: Final = Period(months=3)
"""One month, and two more, where requests are complex or many. Source: GDPR Art. 12(3)."""
ANSWER_REMINDERS: Final = (14, 7, 3, 1, 0)
"""So many days before the last one it is said that a request waits; then each day it is late."""


def answer_on(received_on: date, *, is_extended: bool = False) -> date:
    """Return the last day on which somebody's request is answered in time.

    Args:
        received_on: The day on which it came, wherever in the club.
        is_extended: Whether the person was told, within the first month, that it takes longer.

    Source: GDPR Art. 12(3); F18 says within 30 days: the earlier of both counts. An extension
    moves the law's own limit: no routine extends thirty days.
    """
    if is_extended:
        return due_on(received_on, ANSWER_EXTENSION)
    return min(due_on(received_on, Period(months=1)), due_on(received_on, Period(days=ANSWER_DAYS)))


def answer_reminder(last_on: date, today: date) -> int | None:
    """Return which reminder of a request is to be said now, in days before its last one.

    Returns:
        One of :data:`ANSWER_REMINDERS`, the last that has come; below 0 once it is late, by so
        many days; ``None`` while there is time.
    """
    left = (last_on - today).days
    if left < 0:
        return left
    return min((each for each in ANSWER_REMINDERS if left <= each), default=None)

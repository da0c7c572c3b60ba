"""When the self-audit of a year is to be done. Pure."""

from datetime import date
from typing import Final

_REMINDERS: Final = ((1, 1), (2, 1), (3, 1), (3, 17))
"""Month and day in the first quarter of the year that follows."""
_LAST: Final = (3, 31)


def last_day(year: int) -> date:
    """Return the last day on which the audit of ``year`` is in time.

    Source: F21, reviewed every year in the first quarter.
    """
    return date(year + 1, *_LAST)


def is_over(year: int, today: date) -> bool:
    """Tell whether ``year`` is whole: before that its figures cannot be signed."""
    return today.year > year


def is_overdue(year: int, today: date) -> bool:
    """Tell whether the audit of ``year`` is late; on the last day it is not."""
    return today > last_day(year)


def reminder(year: int, today: date) -> date | None:
    """Return the day of the last reminder that has come; ``None`` before the first.

    After the last day it is said anew on the first of each month.
    """
    if is_overdue(year, today):
        return today.replace(day=1)
    come = [date(year + 1, *each) for each in _REMINDERS]
    return max((each for each in come if each <= today), default=None)

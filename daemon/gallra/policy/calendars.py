"""Periods on the calendar."""

import calendar
from datetime import date, timedelta

from gallra.model.retention import Period


def due_on(start: date, period: Period) -> date:
    """Return the first day on which ``period``, counted from ``start``, has ended.

    Years and months are counted before weeks and days; where the month has no such day, its
    last one counts, so one year from 29 February ends on 28 February. A period that would end
    after the year 9999 ends on its last day.
    """
    months = start.year * 12 + start.month - 1 + period.years * 12 + period.months
    year, month = divmod(months, 12)
    if year > date.max.year:
        return date.max
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    try:
        return date(year, month + 1, day) + timedelta(weeks=period.weeks, days=period.days)
    except OverflowError:
        return date.max

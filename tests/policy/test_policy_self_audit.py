"""The self-audit's calendar: recalled from 1 January, in time until the end of 31 March."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.self_audit import is_over, is_overdue, last_day, reminder

DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2026-12-31", None),
        ("2027-01-01", "2027-01-01"),
        ("2027-01-31", "2027-01-01"),
        ("2027-02-01", "2027-02-01"),
        ("2027-03-16", "2027-03-01"),
        ("2027-03-31", "2027-03-17"),
        ("2027-04-01", "2027-04-01"),
        ("2027-05-31", "2027-05-01"),
        ("2028-02-29", "2028-02-01"),
    ],
)
def test_each_reminder_has_its_day(today, day):
    found = reminder(2026, date.fromisoformat(today))

    assert (found and found.isoformat()) == day


@given(DAYS)
def test_it_is_overdue_from_the_first_of_april_and_not_before(today):
    assert is_overdue(2026, today) is (today >= date(2027, 4, 1))
    assert is_over(2026, today) is (today >= date(2027, 1, 1))
    assert last_day(2026) == date(2027, 3, 31)


@given(DAYS)
def test_a_reminder_that_has_come_is_never_of_a_later_day(today):
    found = reminder(2026, today)

    assert found is None or found <= today
    assert found is None or (reminder(2026, today + timedelta(days=1)) or found) >= found

"""Deadlines: hours are hours, days are days of the calendar, and nothing ends too late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.deadlines import (
    BREACH_REMINDERS,
    days_after,
    end_of,
    hours_left,
    is_late,
    one_month_after,
    reminder_after,
    within_hours,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OSLO = ZoneInfo("Europe/Oslo")
ZONES = st.sampled_from(
    [STOCKHOLM, OSLO, ZoneInfo("Pacific/Apia"), ZoneInfo("America/St_Johns"), ZoneInfo("UTC")]
)
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def local(text, zone=STOCKHOLM):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ("2026-03-27T12:00", "2026-03-30T13:00"),  # a Friday; the clocks go forward on Sunday
        ("2026-10-23T12:00", "2026-10-26T11:00"),  # and back
        ("2026-12-23T17:00", "2026-12-26T17:00"),  # holidays are hours as any others
        ("2024-02-27T08:30", "2024-03-01T08:30"),  # through a leap day
        ("2026-02-27T08:30", "2026-03-02T08:30"),
        ("2026-12-30T00:00", "2027-01-02T00:00"),
    ],
)
def test_seventy_two_hours_end_when_so_many_have_passed(known, due):
    assert within_hours(local(known), 72) == local(due)


def test_the_hour_that_comes_twice_is_two_hours():
    first, second = local("2026-10-25T02:30"), local("2026-10-25T02:30").replace(fold=1)

    assert within_hours(second, 72) - within_hours(first, 72) == timedelta(hours=1)


@given(INSTANTS, ZONES)
def test_hours_are_the_same_in_every_zone(at, zone):
    due = within_hours(at.astimezone(zone), 72)

    assert due - at == timedelta(hours=72)
    assert due.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("came", "last_day"),
    [
        ("2026-03-05T09:00", "2026-04-05"),
        ("2026-08-31T09:00", "2026-09-30"),
        ("2026-01-31T09:00", "2026-02-28"),
        ("2024-01-31T09:00", "2024-02-29"),
        ("2026-12-31T23:59", "2027-01-31"),
        ("2026-02-28T00:00", "2026-03-28"),
        ("2026-03-29T03:00", "2026-04-29"),
        ("2026-09-25T02:30", "2026-10-25"),  # the night that has twenty-five hours
    ],
)
def test_a_month_ends_with_the_last_hour_of_its_last_day(came, last_day):
    due = one_month_after(local(came), STOCKHOLM)

    assert due == end_of(date.fromisoformat(last_day), STOCKHOLM)
    assert (due - timedelta(seconds=1)).astimezone(STOCKHOLM).date().isoformat() == last_day


def test_the_day_it_came_is_that_of_the_organisation():
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # already the fifth in Stockholm

    assert one_month_after(late, STOCKHOLM) == end_of(date(2026, 4, 5), STOCKHOLM)
    assert one_month_after(late, ZoneInfo("UTC")) == end_of(date(2026, 4, 4), ZoneInfo("UTC"))


def test_three_months_are_counted_from_the_first_day():
    assert one_month_after(local("2026-01-31T09:00"), STOCKHOLM, months=3) == end_of(
        date(2026, 4, 30), STOCKHOLM
    )


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)]
)
def test_a_day_is_as_long_as_it_is(day, hours):
    that = date.fromisoformat(day)

    length = end_of(that, STOCKHOLM) - end_of(that - timedelta(days=1), STOCKHOLM)

    assert length == timedelta(hours=hours)


@given(INSTANTS, ZONES, st.integers(0, 400))
def test_thirty_days_are_never_fewer_and_never_more_than_asked(at, zone, days):
    due = days_after(at, days, zone)

    assert (due - timedelta(seconds=1)).astimezone(zone).date() - at.astimezone(
        zone
    ).date() == timedelta(days=days)


def test_the_end_of_all_days_is_a_day_too():
    assert end_of(date.max, STOCKHOLM).year == 9999
    assert one_month_after(datetime(9999, 12, 31, 12, tzinfo=UTC), STOCKHOLM).year == 9999


@pytest.mark.parametrize(
    ("hours", "minutes", "said"),
    [
        (0, 0, None),
        (23, 59, None),
        (24, 0, 24),
        (47, 59, 24),
        (48, 0, 48),
        (65, 59, 48),
        (66, 0, 66),
        (71, 59, 66),
        (72, 0, 72),
        (95, 59, 72),
        (96, 0, 96),
        (24 * 30 + 5, 0, 24 * 30),
    ],
)
def test_each_reminder_has_its_hour(hours, minutes, said):
    known = local("2026-03-27T12:00")  # the clocks change meanwhile, which is no matter

    passed = known.astimezone(UTC) + timedelta(hours=hours, minutes=minutes)

    assert reminder_after(known, passed.astimezone(STOCKHOLM)) == said


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0)))
def test_waiting_never_takes_a_reminder_back(known, first, more):
    at = known + first
    later = at + min(more, timedelta(days=300))

    assert (reminder_after(known, at) or 0) <= (reminder_after(known, later) or 0)
    assert reminder_after(known, at) in {None, *BREACH_REMINDERS} or first >= timedelta(hours=96)


def test_a_clock_that_was_set_back_reminds_of_nothing():
    known = local("2026-03-27T12:00")

    assert reminder_after(known, known - timedelta(days=3)) is None


@pytest.mark.parametrize(
    ("minutes", "left"), [(72 * 60, 0), (71 * 60, 1), (70 * 60 + 1, 1), (72 * 60 + 1, -1)]
)
def test_what_is_left_is_never_said_to_be_more_than_it_is(minutes, left):
    known = local("2026-03-27T12:00").astimezone(UTC)

    assert hours_left(within_hours(known, 72), known + timedelta(minutes=minutes)) == left


def test_the_instant_itself_is_in_time():
    due = within_hours(local("2026-03-27T12:00"), 72)

    assert not is_late(due, due)
    assert is_late(due, due + timedelta(microseconds=1))


def test_what_is_late_on_the_wall_of_a_changed_clock_is_told_by_the_hours():
    first, second = local("2026-10-25T02:40"), local("2026-10-25T02:30").replace(fold=1)

    assert is_late(first, second)
    assert hours_left(first, second) == -1

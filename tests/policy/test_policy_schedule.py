"""When a record falls due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.finding import DocumentDate, Precision
from gallra.model.retention import Action, Period, Trigger
from gallra.policy.schedule import due_in, due_on

periods = st.builds(
    Period,
    years=st.integers(0, 200),
    months=st.integers(0, 2400),
    weeks=st.integers(0, 10_000),
    days=st.integers(0, 73_000),
)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))


@pytest.mark.parametrize(
    ("start", "period", "day"),
    [
        ("2022-11-22", Period(years=4), "2026-11-22"),
        ("2024-02-29", Period(years=1), "2025-02-28"),
        ("2024-02-29", Period(years=4), "2028-02-29"),
        ("2023-02-28", Period(years=1), "2024-02-28"),
        ("2025-01-31", Period(months=1), "2025-02-28"),
        ("2024-01-31", Period(months=1), "2024-02-29"),
        ("2025-08-31", Period(months=18), "2027-02-28"),
        ("2025-12-31", Period(days=1), "2026-01-01"),
        ("2025-12-31", Period(months=2, days=1), "2026-03-01"),
        ("2025-12-15", Period(weeks=3), "2026-01-05"),
        ("2026-01-01", Period(), "2026-01-01"),
        ("9999-06-01", Period(years=200), "9999-12-31"),
        ("9999-12-31", Period(days=1), "9999-12-31"),
    ],
)
def test_a_period_ends_on_the_day_that_a_calendar_says(start, period, day):
    assert due_on(date.fromisoformat(start), period).isoformat() == day


@given(start=days, period=periods)
def test_no_period_ends_before_it_begins(start, period):
    assert due_on(start, period) >= start


@given(start=days, period=periods)
def test_what_begins_later_never_ends_earlier(start, period):
    assert due_on(start + timedelta(days=1), period) >= due_on(start, period)


def dated(text, precision=Precision.DAY):
    return DocumentDate(on=date.fromisoformat(text), precision=precision, source="text")


def due_day(make, trigger, *, otherwise=None, timezone="Europe/Stockholm", **record):
    each = make.retention_class(counted_from=trigger, else_from=otherwise, keep=Period(years=1))
    return due_in(make.record(**record), each, timezone).due_on


def test_a_file_that_just_arrived_is_not_old_because_its_mtime_is(make):
    forged = datetime(1999, 1, 1, tzinfo=UTC)

    for trigger in (Trigger.MODIFIED, Trigger.CREATED, Trigger.FIRST_SEEN):
        assert due_day(make, trigger, modified_at=forged, created_at=forged) == date(2027, 1, 10)


def test_a_change_after_it_was_first_seen_begins_the_period_anew(make):
    assert due_day(make, Trigger.MODIFIED, modified_at=datetime(2026, 5, 1, tzinfo=UTC)) == date(
        2027, 5, 1
    )


def test_a_time_of_change_that_was_still_to_come_when_read_does_not_count(make):
    assert due_day(
        make,
        Trigger.MODIFIED,
        modified_at=datetime(2999, 5, 1, tzinfo=UTC),
        read_at=datetime(2026, 2, 1, tzinfo=UTC),
    ) == date(2027, 2, 1)


def test_a_document_counts_from_the_date_it_states_however_old(make):
    assert due_day(make, Trigger.DOCUMENT_DATE, document_date=dated("2019-03-01")) == date(
        2020, 3, 1
    )


def test_a_document_of_which_only_the_year_is_known_counts_from_its_last_day(make):
    stated = dated("2019-12-31", Precision.YEAR)

    assert due_day(make, Trigger.DOCUMENT_DATE, document_date=stated) == date(2020, 12, 31)


def test_a_document_may_speak_of_next_spring_but_not_of_the_next_century(make):
    coming = due_day(make, Trigger.DOCUMENT_DATE, document_date=dated("2026-04-01"))
    absurd = due_day(make, Trigger.DOCUMENT_DATE, document_date=dated("2126-04-01"))

    assert (coming, absurd) == (date(2027, 4, 1), date(2027, 1, 10))


def test_a_document_without_a_date_counts_from_the_day_it_was_first_seen(make):
    assert due_day(make, Trigger.DOCUMENT_DATE) == date(2027, 1, 10)


def test_an_event_that_nobody_has_told_is_waited_for(make):
    each = make.retention_class(counted_from=Trigger.CASE_CLOSED)
    waits = due_in(make.record(), each, "Europe/Oslo")

    assert waits.due_on is None
    assert "case-closed" in waits.because[0].in_english()


def test_while_the_event_is_not_known_the_other_trigger_counts(make):
    assert due_day(
        make,
        Trigger.NEGOTIATION_ENDED,
        otherwise=Trigger.DOCUMENT_DATE,
        document_date=dated("2019-03-01"),
    ) == date(2020, 3, 1)


def test_a_second_event_is_waited_for_too(make):
    assert due_day(make, Trigger.CASE_CLOSED, otherwise=Trigger.CASE_TRANSFERRED) is None


def test_what_is_kept_never_ends(make):
    kept = make.retention_class(then=Action.KEEP, keep=None)

    assert due_in(make.record(), kept, "Europe/Oslo").due_on is None


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Europe/Stockholm", "2027-01-01"),
        ("Europe/Oslo", "2027-01-01"),
        ("UTC", "2026-12-31"),
        ("America/New_York", "2026-12-31"),
        ("Pacific/Kiritimati", "2027-01-01"),
        ("Asia/Kathmandu", "2027-01-01"),
    ],
)
def test_the_day_is_that_of_the_organisation(make, timezone, day):
    seen = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    given = due_day(
        make, Trigger.FIRST_SEEN, timezone=timezone, first_seen_at=seen, modified_at=seen
    )

    assert given == date.fromisoformat(day)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
@pytest.mark.parametrize("hour", range(24))
def test_the_nights_when_the_clock_is_changed_are_days_like_others(make, night, hour):
    zone = ZoneInfo("Europe/Stockholm")
    seen = datetime.fromisoformat(f"{night}T{hour:02}:30").replace(tzinfo=zone)

    assert due_day(
        make, Trigger.FIRST_SEEN, first_seen_at=seen, modified_at=seen
    ) == date.fromisoformat(night).replace(year=2027)


instants = st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds


@given(
    claims=st.tuples(instants, instants),
    seen=instants,
    trigger=st.sampled_from([Trigger.MODIFIED, Trigger.CREATED, Trigger.FIRST_SEEN]),
    period=periods,
)
def test_no_claim_of_a_file_makes_it_due_before_the_period_has_passed_since_it_was_seen(
    make, claims, seen, trigger, period
):
    modified, created = claims
    each = make.retention_class(counted_from=trigger, keep=period)
    record = make.record(modified_at=modified, created_at=created, first_seen_at=seen)

    assert due_in(record, each, "Europe/Stockholm").due_on >= due_on(
        seen.astimezone(ZoneInfo("Europe/Stockholm")).date(), period
    )

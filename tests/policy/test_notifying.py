"""Quiet hours and digests, by the organisation's clocks; and who is told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.message import said
from gallra.model.notification import (
    Audience,
    DigestTime,
    Notification,
    NotificationTerms,
    QuietHours,
    Receiver,
    Urgency,
)
from gallra.model.retention import Contact, Organisation
from gallra.policy.notifying import is_due, is_quiet, last_digest, receivers_of

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NIGHT = QuietHours(begins=time(21), ends=time(7))
MONDAYS = DigestTime(weekday=0, at=time(8))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def notification(urgency=Urgency.SOON, audience=Audience.CLUB, kind="brake", since=None):
    return Notification(
        kind=kind,
        audience=audience,
        urgency=urgency,
        key="",
        subject=said("a thing"),
        lines=(),
        at=since or at("2026-03-02T12:00"),
    )


def organisation(officer="dpo@example.org"):
    return Organisation(
        name="Klubben",
        controller="",
        data_protection_officer=Contact(name="DPO", email=officer) if officer else None,
        language="sv",
        timezone="Europe/Stockholm",
        own_domains=(),
    )


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("2026-03-02T20:59", False),
        ("2026-03-02T21:00", True),
        ("2026-03-03T06:59", True),
        ("2026-03-03T07:00", False),
        ("2026-03-29T02:30", True),  # an hour that the clocks jump over
        ("2026-10-25T02:30", True),  # an hour that comes twice
    ],
)
def test_quiet_hours_go_past_midnight(clock, expected):
    assert is_quiet(NIGHT, at(clock), STOCKHOLM) is expected


def test_quiet_hours_within_a_day_hold_within_it_alone():
    siesta = QuietHours(begins=time(12), ends=time(14))
    assert is_quiet(siesta, at("2026-03-02T13:00"), STOCKHOLM)
    assert not is_quiet(siesta, at("2026-03-02T23:00"), STOCKHOLM)


def test_a_legal_clock_does_not_wait_for_the_morning():
    terms = NotificationTerms(quiet=NIGHT)
    midnight = at("2026-03-03T00:00")
    assert is_due(notification(Urgency.NOW), terms, midnight, STOCKHOLM)
    assert not is_due(notification(Urgency.SOON), terms, midnight, STOCKHOLM)
    assert is_due(notification(Urgency.SOON), terms, at("2026-03-03T07:00"), STOCKHOLM)


def test_what_can_wait_goes_with_the_next_digest_and_not_before():
    terms = NotificationTerms(digest=MONDAYS)
    waits = notification(Urgency.DIGEST, since=at("2026-03-02T08:01"))  # a Monday, just too late
    assert not is_due(waits, terms, at("2026-03-08T23:59"), STOCKHOLM)
    assert is_due(waits, terms, at("2026-03-09T08:00"), STOCKHOLM)


def test_a_clock_that_was_set_back_keeps_nothing_for_years():
    terms = NotificationTerms(digest=MONDAYS)
    future = notification(Urgency.DIGEST, since=at("2036-03-02T08:01"))
    assert is_due(future, terms, at("2026-03-03T08:00"), STOCKHOLM)


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is added
    weekday=st.none() | st.integers(0, 6),
    hour=st.integers(0, 23),
)
def test_the_last_digest_lies_behind_and_the_next_one_ahead(now, weekday, hour):
    digest = DigestTime(weekday=weekday, at=time(hour))
    last = last_digest(digest, now, STOCKHOLM)
    assert last <= now
    assert now - last <= timedelta(days=1 if weekday is None else 7, hours=1)
    assert last.astimezone(STOCKHOLM).weekday() == weekday or weekday is None
    assert last_digest(digest, last, STOCKHOLM) == last


def test_the_officer_is_told_without_being_named_as_a_receiver():
    told = receivers_of(
        notification(audience=Audience.OFFICER), NotificationTerms(), organisation()
    )
    assert [each.email for each in told] == ["dpo@example.org"]


def test_a_receiver_who_stands_for_the_officer_is_told_instead():
    deputy = Receiver(email="deputy@example.org", audiences=(Audience.OFFICER,))
    terms = NotificationTerms(receivers=(deputy,))
    assert receivers_of(notification(audience=Audience.OFFICER), terms, organisation()) == (deputy,)


def test_nobody_is_told_of_what_is_not_theirs():
    chair = Receiver(email="a@example.org", audiences=(Audience.CLUB,), kinds=("deadline",))
    admin = Receiver(email="b@example.org", audiences=(Audience.ADMIN,))
    terms = NotificationTerms(receivers=(chair, admin))
    assert receivers_of(notification(kind="brake"), terms, organisation()) == ()
    assert receivers_of(notification(kind="deadline"), terms, organisation()) == (chair,)
    officers = notification(audience=Audience.OFFICER)
    assert receivers_of(officers, terms, organisation(officer="")) == ()

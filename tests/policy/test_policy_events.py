"""Events, minima and maxima: what is about a record, and what its day is then."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.event import SUBJECT_LINE, Event, Place, Tie
from gallra.model.finding import DocumentDate, Precision, ValueDigest
from gallra.model.record import Act, Hold
from gallra.model.retention import Action, Mode, Period, Trigger
from gallra.policy.classify import classify
from gallra.policy.events import Happenings
from gallra.policy.latest import alerts
from gallra.policy.plan import plan
from gallra.policy.schedule import due, due_on

AT = datetime(2026, 1, 10, 12, tzinfo=UTC)
ROOTS = {"gemensam": b"/srv/g", "inre": b"/srv/g/Saker", "annan": b"/srv/a"}
ZONES = ("Europe/Stockholm", "Europe/Oslo", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
EVENTS = [trigger for trigger in Trigger if trigger.is_event]
days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds without a zone are what datetimes() takes
periods = st.builds(
    Period, years=st.integers(0, 10), months=st.integers(0, 30), days=st.integers(0, 400)
)


def event(kind="case-closed", on="2026-03-01", **given):
    usual = Event(
        event_id=given.pop("event_id", 1),
        kind=Trigger(kind),
        reference="x",
        on=date.fromisoformat(on) if isinstance(on, str) else on,
        told_at=AT,
    )
    return replace(usual, **given)


def about(path, share="gemensam", **given):
    return event(places=(Place(share=share, path=path.encode()),), **given)


def kinds(happening, record, values=()):
    return {kind.value for kind in Happenings((happening,), ROOTS).told_of(record, values)}


@pytest.mark.parametrize(
    ("folder", "path", "share", "is_about"),
    [
        ("Sak 17", "Sak 17/a.txt", "gemensam", True),
        ("Sak 17", "Sak 17/b/c/a.txt", "gemensam", True),
        ("Sak 17", "Sak 17", "gemensam", True),
        ("Sak 17", "Sak 170/a.txt", "gemensam", False),
        ("Sak 17", "sak 17/a.txt", "gemensam", False),
        ("Sak 17", "x/Sak 17/a.txt", "gemensam", False),
        ("Sak 17", "Sak 17/a.txt", "annan", False),
        ("Saker/17", "17/a.txt", "inre", True),
        ("Saker", "17/a.txt", "inre", True),
        ("", "17/a.txt", "inre", True),
        ("", "a.txt", "annan", False),
    ],
)
def test_a_folder_covers_all_that_is_in_it_and_nothing_beside_it(
    make, folder, path, share, is_about
):
    record = make.record(path, share=share)

    assert bool(kinds(about(folder), record)) is is_about


def test_an_event_that_was_taken_back_is_about_nothing(make):
    assert not kinds(about("", undone_at=AT), make.record("a.txt"))


EMAIL = ValueDigest(entity="EMAIL_ADDRESS", digest="a" * 32)
OTHER = ValueDigest(entity="EMAIL_ADDRESS", digest="b" * 32)
NAME = ValueDigest(entity="PERSON", digest="c" * 32)
SECOND = ValueDigest(entity="PERSON", digest="d" * 32)
SUBJECT = ValueDigest(entity=SUBJECT_LINE, digest="e" * 32)


@pytest.mark.parametrize(
    ("values", "is_alone"),
    [
        ((EMAIL,), True),
        ((EMAIL, NAME), True),
        ((EMAIL, OTHER), False),
        ((EMAIL, NAME, SECOND), False),
        ((EMAIL, SUBJECT), True),
    ],
)
def test_a_record_that_speaks_of_others_too_is_known_as_such(make, values, is_alone):
    told = Happenings((event(values=(EMAIL,)),), ROOTS).told_of(make.record(), values)

    (tie,) = told[Trigger.CASE_CLOSED]
    assert (tie.is_by_person, tie.is_alone) == (True, is_alone)


def test_where_others_occur_a_person_decides_and_no_rule(make):
    schedule = waiting(make)
    record = make.record()
    told = Happenings((event(values=(EMAIL,)),), ROOTS).told_of(record, (EMAIL, OTHER))
    classification = classify(record, schedule, told)
    item = make.item(record, schedule, due=due(record, classification, schedule, told))

    (decided,) = plan(
        [item], holds=(), schedule=schedule, now=datetime(2030, 1, 1, tzinfo=UTC)
    ).dispositions
    assert decided.act is Act.REVIEW


def waiting(make, *, then=Action.DESTROY, keep=None, timezone="Europe/Stockholm", **given):
    return make.schedule(
        [
            make.retention_class(
                counted_from=Trigger.CASE_CLOSED,
                keep=keep or Period(months=1),
                then=then,
                **given,
            )
        ],
        timezone=timezone,
    )


def judged(record, schedule, *events, values=()):
    told = Happenings(events, schedule.roots).told_of(record, values)
    return due(record, classify(record, schedule, told), schedule, told)


@given(on=days, keep=periods)
def test_a_period_counts_from_the_day_of_the_event(make, on, keep):
    found = judged(make.record("a/b.txt"), waiting(make, keep=keep), about("a", on=on))

    assert (found.counted_from, found.due_on) == (on, due_on(on, keep))


@given(first=days, second=days, keep=periods)
def test_of_two_events_the_later_counts_where_something_is_destroyed(make, first, second, keep):
    events = about("", on=first), about("", on=second, event_id=2)

    found = judged(make.record(), waiting(make, keep=keep), *events)
    asked = judged(make.record(), waiting(make, keep=keep, then=Action.REVIEW), *events)

    assert found.counted_from == max(first, second)
    assert asked.counted_from == min(first, second)


@given(
    told=st.lists(st.tuples(st.sampled_from(EVENTS), days), max_size=5),
    back=st.tuples(st.sampled_from(EVENTS), days),
    starts=st.tuples(st.sampled_from(list(Trigger)), st.sampled_from([None, *Trigger])),
    least=st.none() | periods,
    most=st.none() | periods,
)
def test_taking_an_event_back_gives_the_day_that_was_before(
    make, *, told, back, starts, least, most
):
    schedule = make.schedule(
        [
            make.retention_class(
                counted_from=starts[0],
                else_from=starts[1],
                keep_at_least=least,
                keep_at_most=most,
            )
        ]
    )
    record = make.record()
    standing = [
        about("", kind=kind.value, on=on, event_id=number) for number, (kind, on) in enumerate(told)
    ]
    taken_back = about("", kind=back[0].value, on=back[1], event_id=99, undone_at=AT)

    assert judged(record, schedule, *standing, taken_back) == judged(record, schedule, *standing)


def two_classes(make, *, least, most, authority=""):
    law = make.retention_class(
        "accounting",
        keep=least,
        keep_at_least=least,
        counted_from=Trigger.DOCUMENT_DATE,
        then=Action.REVIEW,
        authority="law",
    )
    routine = make.retention_class(
        "salary-list", keep=most, keep_at_most=most, counted_from=Trigger.DOCUMENT_DATE
    )
    rules = (
        make.rule(1, "accounting", paths=("**",)),
        replace(make.rule(2, "salary-list", paths=("**",)), authority=authority),
    )
    return make.schedule([law, routine], rules)


@given(
    on=days,
    least=periods,
    most=periods,
    authority=st.sampled_from(["", "U3"]),
    seen_at=instants,
)
def test_nothing_is_due_before_the_minimum_whoever_wins(
    make, *, on, least, most, authority, seen_at
):
    schedule = two_classes(make, least=least, most=most, authority=authority)
    stated = DocumentDate(on=on, precision=Precision.DAY, source="text")
    record = make.record(document_date=stated, first_seen_at=seen_at, modified_at=seen_at)
    if on - seen_at.date() > timedelta(days=700):
        return  # a date that far ahead is not believed
    found = judged(record, schedule)
    start = on

    assert found.due_on is not None
    assert found.due_on >= due_on(start, least)
    assert found.latest_on == due_on(start, most)


def test_where_law_and_routine_collide_the_law_wins_and_a_person_is_told_on_the_day(make):
    schedule = two_classes(make, least=Period(years=9), most=Period(years=4), authority="F15.5")
    stated = DocumentDate(on=date(2022, 3, 1), precision=Precision.DAY, source="text")
    record = make.record(document_date=stated)
    classification = classify(record, schedule)
    found = due(record, classification, schedule)
    item = make.item(record, schedule, classification=classification, due=found)

    def act(day):
        now = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=12)
        made = plan([item], holds=(), schedule=schedule, now=now, is_whole=True)
        return made.dispositions[0].act.value

    assert (found.due_on, found.latest_on) == (date(2031, 3, 1), date(2026, 3, 1))
    assert act("2026-02-28") == "retain"
    assert act("2026-03-01") == "alert"
    assert act("2031-02-28") == "alert"
    assert act("2031-03-01") == "quarantine"
    told = [each.in_english() for each in found.because]
    assert told[0] == "class accounting (law) keeps it at least P9Y, until 2031-03-01"
    assert "at the latest: a person is told" in told[-1]


def test_a_minimum_that_waits_for_an_event_keeps_whatever_wins(make):
    law = make.retention_class(
        "law",
        keep=Period(years=1),
        keep_at_least=Period(years=1),
        counted_from=Trigger.CASE_CLOSED,
        then=Action.REVIEW,
    )
    routine = make.retention_class("salary-list", keep=Period())
    schedule = make.schedule(
        [law, routine],
        [make.rule(1, "law"), replace(make.rule(2, "salary-list"), authority="U3")],
    )

    assert judged(make.record(), schedule).due_on is None
    assert judged(make.record(), schedule, about("")).due_on == date(2027, 3, 1)


def test_a_rule_that_names_an_authority_goes_before_longer_ones(make):
    long = make.retention_class("long", keep=Period(years=50), then=Action.REVIEW)
    short = make.retention_class("short", keep=Period(days=1))
    rules = [make.rule(1, "long"), replace(make.rule(2, "short"), authority="U3")]
    schedule = make.schedule([long, short], rules)
    without = make.schedule([long, short], [rules[0], make.rule(2, "short")])

    assert classify(make.record(), schedule).class_code == "short"
    assert classify(make.record(), schedule).also == ("long",)
    assert classify(make.record(), without).class_code == "long"


def test_what_may_not_be_kept_is_told_before_all_else_until_it_is_gone(make):
    limit = make.retention_class(keep=Period(), keep_at_most=Period())
    schedule = make.schedule([limit])
    item = make.item(make.record(), schedule)
    now = AT + timedelta(days=1)
    made = plan([item], holds=(), schedule=schedule, now=now)

    assert list(alerts(made, schedule, is_acting=True)) == []
    (told,) = alerts(made, schedule, is_acting=False)
    assert told.in_english().startswith("AT THE LATEST on 2026-01-10: ")
    hold = Hold(reference="tvist-1", placed_at=AT)
    (held,) = alerts(
        plan([item], holds=(hold,), schedule=schedule, now=now), schedule, is_acting=True
    )
    assert "held by tvist-1" in held.in_english()
    assert schedule.mode is Mode.ENFORCE


@given(
    on=days,
    keep=periods,
    zone=st.sampled_from(ZONES),
    now=instants,
    later=st.timedeltas(timedelta(0), timedelta(days=4000)),
)
def test_what_is_due_stays_due_and_no_zone_brings_a_day_forward(
    make, *, on, keep, zone, now, later
):
    schedule = waiting(make, keep=keep, timezone=zone)
    record = make.record()
    found = judged(record, schedule, about("", on=on))
    item = make.item(record, schedule, due=found)

    def is_due(at):
        made = plan([item], holds=(), schedule=schedule, now=at, is_whole=True)
        return made.dispositions[0].act is Act.QUARANTINE

    # Nowhere before the organisation's own midnight, however clocks are turned that night.
    local = now.astimezone(ZoneInfo(zone))
    assert not is_due(now) or local.replace(tzinfo=None) > datetime.combine(
        found.due_on, datetime.min.time()
    )
    assert not is_due(now) or is_due(now + later)


@pytest.mark.parametrize(
    ("on", "keep", "day"),
    [
        ("2024-02-29", Period(years=4), "2028-02-29"),
        ("2024-02-29", Period(years=5), "2029-02-28"),
        ("2025-12-31", Period(days=1), "2026-01-01"),
        ("2026-03-28", Period(days=1), "2026-03-29"),
        ("2026-10-24", Period(days=1), "2026-10-25"),
        ("2026-03-01", Period(), "2026-03-01"),
    ],
)
def test_leap_days_year_ends_and_nights_of_changing_clocks(make, on, keep, day):
    found = judged(make.record(), waiting(make, keep=keep), about("", on=on))

    assert found.due_on == date.fromisoformat(day)


def test_a_class_may_be_given_by_an_event(make):
    schedule = make.schedule(rules=[make.rule(1, events=("case-closed",))])
    told = {Trigger.CASE_CLOSED: (Tie(event=event()),)}

    assert classify(make.record(), schedule).rule_number is None
    assert classify(make.record(), schedule, told).rule_number == 1

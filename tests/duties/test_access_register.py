"""A request has its day, its reminders, its decisions and its answer; each stands in the log."""

from datetime import UTC, date, datetime, timedelta

import access_scenario as scenario
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.duties import access, access_chores
from gallra.policy.deadlines import ANSWER_REMINDERS, answer_on, answer_reminder
from gallra.service import clock
from gallra.service.notifications import outbox_of
from gallra.service.voice import Voice


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)))
def test_an_answer_is_due_within_a_month_and_within_thirty_days(received):
    last = answer_on(received)

    assert last <= received + timedelta(days=30)
    assert (last.year * 12 + last.month) - (received.year * 12 + received.month) in {0, 1}
    assert last > received + timedelta(days=27)
    assert answer_on(received, is_extended=True) > received + timedelta(days=88)


@pytest.mark.parametrize(
    ("received", "last", "extended"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2028, 1, 30), date(2028, 2, 29), date(2028, 4, 30)),
        (date(2026, 3, 5), date(2026, 4, 4), date(2026, 6, 5)),
        (date(2026, 4, 5), date(2026, 5, 5), date(2026, 7, 5)),
    ],
)
def test_the_last_day_is_counted_on_the_calendar(received, last, extended):
    assert answer_on(received) == last
    assert answer_on(received, is_extended=True) == extended


def test_reminders_come_nearer_and_then_each_day():
    last = date(2026, 4, 4)
    told = [answer_reminder(last, last - timedelta(days=left)) for left in range(20, -3, -1)]

    assert told[:6] == [None] * 6
    assert tuple(dict.fromkeys(each for each in told if each is not None))[:5] == ANSWER_REMINDERS
    assert told[-2:] == [-1, -2]


def test_a_request_is_entered_with_its_last_day_and_shown(club):
    code, (entered,) = club.objects(
        "access-request", "open", *scenario.OPEN, "--came-in", "2026-03-05", "--letter", "nb"
    )

    assert code == 0
    assert (entered["due_on"], entered["language"], entered["late"]) == (
        "2026-04-04", "nb", True,
    )  # fmt: skip
    reference = entered["reference"]
    (listed,) = club.objects("access-request", "list")[1]
    assert listed["reference"] == reference
    _, out, _ = club.run("access-request", "show", reference)
    assert "Anna Maria Åsgård" in out
    assert "2026-04-04" in out


@pytest.mark.parametrize(
    "words",
    [
        ("--id", scenario.NUMBER),
        ("--name", "A"),
        ("--name", "Anna Åsgård", "--id", "Storgatan"),
        ("--name", "Anna Åsgård", "--id", "640823-3235"),
        ("--name", "Anna Åsgård", "--came-in", "2999-01-01"),
    ],
)
def test_what_nobody_is_found_by_is_refused_and_not_repeated(club, words):
    code, out, err = club.run("access-request", "open", *words)

    assert code == 2
    assert not [word for word in words if not word.startswith("--") and word in out + err
                and not word.startswith("2999")]  # fmt: skip
    assert not club.objects("access-request", "list")[1]


def test_numbers_of_both_countries_are_told_apart(club):
    _, (entered,) = club.objects(
        "access-request", "open", "--name", "Kari Ås", "--id", "01018510002", "--id", "22 34 56 78",
        "--id", "kari@example.no", "--id", "19900118-9811",
    )  # fmt: skip

    _, (shown,) = club.objects("access-request", "show", entered["reference"])

    assert [each["entity"] for each in shown["identifiers"]] == [
        "NO_FODSELSNUMMER", "PHONE_NUMBER", "EMAIL_ADDRESS", "SE_PERSONNUMMER",
    ]  # fmt: skip


def test_it_is_answered_after_a_search_in_time_or_with_a_reason_and_closed(club):
    old = (clock.now() - timedelta(days=80)).date().isoformat()
    reference = scenario.request(club, "--came-in", old)
    club.scan()
    assert club.run("access-request", "answer", reference, "--why", "ill")[0] == 2
    assert club.run("access-request", "letter", reference)[0] == 2
    assert club.run("access-request", "search", reference)[0] == 0

    assert club.run("access-request", "extend", reference, "--why", "many")[0] == 2
    code, _, err = club.run("access-request", "answer", reference)
    assert (code, "--why" in err) == (2, True)
    assert club.run("access-request", "answer", reference, "--why", "the handler was ill")[0] == 0
    (listed,) = club.objects("access-request", "list")[1]
    assert (listed["late"], listed["late_because"]) == (True, "the handler was ill")
    assert club.run("access-request", "close", reference)[0] == 0
    assert club.run("access-request", "close", reference)[0] == 2
    assert not club.objects("access-request", "list")[1]
    assert len(club.objects("access-request", "list", "--all")[1]) == 1
    actions = [each["action"] for each in club.objects("log")[1]]
    assert [each for each in actions if each.startswith("request-")] == [
        "request-opened", "request-searched", "request-answered", "request-closed",
    ]  # fmt: skip


def test_it_is_extended_once_within_the_first_month(club):
    reference = scenario.request(club)

    assert club.run("access-request", "extend", reference, "--why", "two archives")[0] == 0
    assert club.run("access-request", "extend", reference, "--why", "once more")[0] == 2

    (listed,) = club.objects("access-request", "list")[1]
    received = date.fromisoformat(listed["received_on"])
    assert listed["due_on"] == answer_on(received, is_extended=True).isoformat()
    assert listed["extended"]["why"] == "two archives"


def test_the_club_is_reminded_without_a_name_and_once(club):
    club.add_rules(
        '[notifications]\nfrom = "g@example.org"\n'
        '[[receiver]]\nemail = "o@example.org"\nas = ["club"]'
    )
    reference = scenario.request(club, "--came-in", "2026-03-05")

    with club.open() as house:
        for day, hour in ((22, 0), (22, 5), (35, 9), (37, 9)):
            at = datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
            access_chores.look_after(house, Voice("en"), at)
        spool = outbox_of(house)
        told = [(spool.folder / name).read_text("utf-8") for name in spool.names()]

    assert len(told) == 3
    assert all(reference in each for each in told)
    assert not [each for each in told if "Anna" in each or "Åsgård" in each]


def test_a_closed_request_is_erased_when_the_rules_say_so_and_never_else(club):
    reference = scenario.request(club)
    assert club.run("access-request", "close", reference, "--why", "taken back")[0] == 0
    later = clock.now() + timedelta(days=800)

    with club.open() as house:
        assert access_chores.forget(house, later) == 0
    club.add_rules('[requests]\nkeep = "2 years"')
    with club.open() as house:
        assert access_chores.forget(house, clock.now() + timedelta(days=700)) == 0
        assert access_chores.forget(house, later) == 1
        assert not list(access.register(house).all())
        held = (house.state / "registers.db").read_bytes()
    assert "Åsgård".encode() not in held
    assert club.objects("log")[1][-1]["action"] == "request-forgotten"

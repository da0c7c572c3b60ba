"""A case was closed: the member is written to before it goes, and then it goes."""

from datetime import date, timedelta

import pytest

from gallra.duties import reminding
from gallra.model.ledger import Deed
from gallra.service import clock
from gallra.service.notifications import outbox_of

NOTE = (
    "Underlag i ärendet om Anna Testberg, personnummer 19850101-9809. Anna är medlem i Unionen och"
    " har varit sjukskriven sedan i våras.\n"
)
CLOSED, GOES = date(2026, 9, 30), date(2026, 10, 30)


@pytest.fixture
def case(club):
    """A case of two documents, closed on the last of September."""
    club.add_rules('[notifications]\nfrom = "gallra@example.org"\nport = 1')
    club.write("arenden", {"Sak 17/underlag.txt": NOTE, "Sak 17/brev.txt": NOTE + "Hej!\n"})
    club.scan()
    assert club.run("event", "case-closed", "Sak 17", "--on", CLOSED.isoformat())[0] == 0
    return club


def acts_on(club, day):
    _, planned = club.objects("plan", "--at", day.isoformat())
    return {each["path"].rpartition("/")[2]: each["action"] for each in planned if "path" in each}


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("sv", "Ditt ärende"), ("nb", "Saken din"), ("en", "Your case")],
)
def test_the_letter_is_in_the_members_language_and_says_the_day(case, language, greeting):
    code, letter, _ = case.run("--lang", language, "reminder", "Sak 17")

    assert code == 0
    assert letter.startswith(greeting)
    assert CLOSED.isoformat() in letter
    assert GOES.isoformat() in letter
    assert "Anna" not in letter


def test_what_the_letter_says_is_what_happens(case):
    _, (told,) = case.objects("reminder", "Sak 17")

    assert (told["goes_on"], told["records"]) == (GOES.isoformat(), 2)
    assert acts_on(case, GOES - timedelta(days=1)) == {}
    assert acts_on(case, GOES) == {"underlag.txt": "quarantine", "brev.txt": "quarantine"}


def test_what_is_on_hold_is_not_said_to_go(case):
    hold = ("hold", "place", "tvist", "--path", "arenden/Sak 17/brev.txt", "--why", "tvist")
    assert case.run(*hold)[0] == 0

    _, (told,) = case.objects("reminder", "arenden/Sak 17")

    assert (told["records"], told["held"]) == (1, 1)


def test_somebody_is_asked_to_write_until_it_is_noted_as_sent(case, monkeypatch):
    def look(day):
        at = clock.now().replace(year=day.year, month=day.month, day=day.day, hour=12)
        monkeypatch.setattr(clock, "now", lambda: at)
        with case.open() as house:
            assert house.catalogue is not None
            reminding.remind(house, None, at)
            return len(outbox_of(house).names())

    assert look(CLOSED + timedelta(days=1)) == 1
    assert look(CLOSED + timedelta(days=2)) == 1
    assert look(GOES - timedelta(days=6)) == 2
    code, _, _ = case.run("reminder", "1", "--sent")
    assert code == 0
    assert case.objects("reminder", "1")[1][0]["reminded_on"]
    with case.open() as house:
        told = b"".join(each.read_bytes() for each in outbox_of(house).folder.iterdir())
        deeds = [each.entry.deed for each in house.ledger.entries()]
    assert b"Sak 17" not in told
    assert Deed.MEMBER_REMINDED in deeds


def test_whoever_was_written_to_is_not_asked_for_again(case):
    case.run("reminder", "1", "--sent")
    with case.open() as house:
        assert house.catalogue is not None
        at = clock.now().replace(year=2026, month=10, day=25)
        reminding.remind(house, None, at)
        assert outbox_of(house).names() == ()


def test_whoever_closes_a_case_is_told_to_remind_the_member(club):
    club.write("arenden", {"Sak 18/brev.txt": NOTE})
    club.scan()

    _, said, _ = club.run("event", "case-closed", "Sak 18")

    assert "gallra reminder 1" in said


def test_a_case_that_nobody_closed_is_refused(case):
    code, _, said = case.run("reminder", "Sak 99")

    assert code == 2
    assert "gallra event case-closed" in said

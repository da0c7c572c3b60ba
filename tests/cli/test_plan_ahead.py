"""``plan --at``: what is known today about another day."""

from datetime import date, timedelta

import pytest

from gallra.service import clock

MORE = """
[class.activity]
title = "Aktivitet"
purpose = "Genomföra en aktivitet"
legal_basis = "GDPR 6(1)(b)"
authority = "U3"
keep = "1 month"
from = "activity-ended"
then = "destroy"

[class.contract]
title = "Avtal"
purpose = "Förhandla"
legal_basis = "GDPR 6(1)(b)"
authority = "F15.6"
keep = "1 day"
from = "first-seen"
then = "review"

[[rule]]
class = "activity"
when = { path = "Kurs/**" }

[[rule]]
class = "contract"
when = { path = "Avtal/**" }
"""
SALARIES = "Löner/Lönelista 2019.csv"
YEAR = clock.now().year - 1
LATE = f"Löner/Lönelista {YEAR}.csv"
DUE = date(YEAR + 4, 12, 31)


class Ahead:
    """A club whose rules ask, wait for events and destroy."""

    def __init__(self, club):
        self.share, self.run, self.objects = club.share, club.run, club.objects

    def at(self, day, *words):
        """Return what would be done with each file on a day, and the plan's summary."""
        code, lines = self.objects("plan", "--at", day, *words)
        assert code == 0
        acts = {each["path"].removeprefix(f"{self.share}/"): each for each in lines[:-1]}
        return {name: each["action"] for name, each in acts.items()}, lines[-1]


@pytest.fixture
def ahead(club):
    for name in (LATE, "Kurs/deltagare.csv", "Avtal/Hyra.txt"):
        path = club.share / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("Namn\nAnna Andersson\n", "utf-8")
    club.write_rules(mode="enforce")
    text = club.rules.read_text("utf-8").replace("[safety]", f"{MORE}\n[safety]")
    club.rules.write_text(text, "utf-8")
    assert club.run("scan")[0] == 0
    return Ahead(club)


def after(days):
    return clock.now().date() + timedelta(days=days)


def test_what_is_not_due_before_its_day_is_due_on_it(ahead):
    day_before = DUE - timedelta(days=1)
    assert ahead.at(day_before)[0].get(LATE) is None
    assert ahead.at(DUE)[0][LATE] == "quarantine"
    assert ahead.at(day_before, "--all")[0][LATE] == "retain"


def test_a_hold_that_stands_today_stands_on_every_day_to_come(ahead):
    why = ("--until", after(30), "--why", "tvist")
    code, _, err = ahead.run("hold", "place", "TVIST", ahead.share / LATE, *why)
    assert code == 0, err

    assert ahead.at("2090-01-01")[0].get(LATE) is None
    assert ahead.at("2090-01-01", "--all")[0][LATE] == "retain"
    assert ahead.at("2090-01-01")[0][SALARIES] == "quarantine"
    assert ahead.run("hold", "lift", "TVIST", "--why", "över")[0] == 0
    assert ahead.at("2090-01-01")[0][LATE] == "quarantine"


def test_an_event_on_a_day_to_come_counts_from_that_day(ahead):
    name = "Kurs/deltagare.csv"
    assert ahead.at("2090-12-31")[0].get(name) is None
    code, _, err = ahead.run("event", "activity-ended", "gemensam/Kurs", "--on", "2060-01-31")
    assert code == 0, err

    assert ahead.at(after(0))[0].get(name) is None
    assert ahead.at("2060-01-31")[0].get(name) is None
    (due_on,) = {each["due_on"] for each in ahead.objects("list")[1] if each["path"].endswith(name)}
    assert due_on == "2060-02-29"
    assert ahead.at("2060-02-28")[0].get(name) is None
    assert ahead.at("2060-02-29")[0][name] == "quarantine"
    assert ahead.run("event", "undo", "1")[0] == 0
    assert ahead.at("2060-02-29")[0].get(name) is None


def test_what_lies_in_quarantine_is_destroyed_on_the_day_after_its_dwell(ahead):
    assert ahead.run("run", "--once")[0] == 0
    (lying,) = ahead.objects("quarantine", "list")[1]
    day = date.fromisoformat(lying["destroy_on"])

    assert ahead.at(after(0))[0].get(SALARIES) is None
    assert ahead.at(day - timedelta(days=1))[0].get(SALARIES) is None
    assert ahead.at(day - timedelta(days=1), "--all")[0][SALARIES] == "retain"
    assert ahead.at(day)[0][SALARIES] == "destroy"
    assert ahead.at("2090-01-01")[0][SALARIES] == "destroy"


def test_the_limits_of_another_day_do_not_count_what_was_done_today(ahead, club):
    text = club.rules.read_text("utf-8").replace('"100 %"', '"100 %"\nmost_per_day = 1')
    club.rules.write_text(text, "utf-8")
    assert ahead.run("run", "--once")[0] == 0
    assert len(ahead.objects("quarantine", "list")[1]) == 1

    acts, summary = ahead.at(DUE)

    # The one that lies in quarantine, and the one that is due by then.
    assert (acts[SALARIES], acts[LATE]) == ("destroy", "quarantine")
    assert [each["code"] for each in summary["brakes"]] == ["count"]
    text = text.replace("most_per_day = 1", "most_per_day = 2")
    club.rules.write_text(text, "utf-8")
    assert ahead.at(DUE)[1]["brakes"] == []


def test_what_a_reviewer_kept_is_asked_about_from_the_day_it_ends(ahead, monkeypatch):
    name = "Avtal/Hyra.txt"
    tomorrow, now = timedelta(days=1), clock.now
    assert ahead.at("2090-01-01")[0][name] == "review"
    monkeypatch.setattr(clock, "now", lambda: now() + tomorrow)
    why = ("--until", "2080-06-15", "--why", "gäller än")
    code, _, err = ahead.run("review", "keep", ahead.share / name, *why)
    assert code == 0, err

    assert ahead.at(after(0))[0].get(name) is None
    assert ahead.at("2080-06-14")[0].get(name) is None
    assert ahead.at("2080-06-15")[0][name] == "review"
    assert ahead.at("2090-01-01")[0][name] == "review"

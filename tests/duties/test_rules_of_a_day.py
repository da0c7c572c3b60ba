"""From any entry of the log back to the text of the rules that it was made under."""

import json
from datetime import UTC, datetime

import pytest

from gallra.model.ledger import Deed, Entry
from gallra.service import clock

NOW = clock.now


@pytest.fixture
def changed(club, monkeypatch):
    """A club whose rules were changed on 10 March; one act under each version."""
    texts = []
    for day, before, after in (
        (1, "most_per_day = 200", "most_per_day = 200"),
        (10, "most_per_day = 200", "most_per_day = 150"),
    ):
        club.edit_rules(before, after)
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        ahead = moment - NOW()
        monkeypatch.setattr(clock, "now", lambda ahead=ahead: NOW() + ahead)
        club.scan()
        texts.append(club.rules.read_text("utf-8"))
        with club.open() as house:
            entry = Entry(
                deed=Deed.DESTROYED,
                class_code="salary-list",
                authority="F15.5",
                rules_digest=house.schedule.digest,
                rule_number=1,
            )
            house.ledger.append((entry,), at=moment)
    return club, texts


def destroyed(club):
    return [each for each in club.objects("log", "--action", "destroyed")[1] if each["class"]]


def test_each_entry_leads_to_the_whole_text_of_its_rules(changed):
    club, texts = changed

    for entry, text in zip(destroyed(club), texts, strict=True):
        code, (found,) = club.objects("rules", "show", entry["rules"][:12])
        assert code == 0
        assert found["text"] == text
        assert found["rules"] == entry["rules"]


def test_it_leads_to_what_they_said_of_its_class_and_its_rule(changed):
    club, texts = changed
    first = destroyed(club)[0]

    code, (found,) = club.objects("rules", "show", "--entry", first["sequence"])

    assert code == 0
    by_class, by_rule = found["pieces"]
    assert by_class["text"].startswith("[class.salary-list]\n")
    assert 'authority = "F15.5"' in by_class["text"]
    assert "[class." not in by_class["text"][1:]
    assert by_rule["text"].startswith("[[rule]]\n")
    lines = texts[0].splitlines()
    assert lines[by_class["line"] - 1] == "[class.salary-list]"
    assert lines[by_rule["line"] - 1] == "[[rule]]"
    _, out, _ = club.run("rules", "show", "--entry", first["sequence"])
    assert "[class.salary-list]" in out


@pytest.mark.parametrize(
    ("day", "number"), [("2026-03-01", 0), ("2026-03-09", 0), ("2026-03-10", 1)]
)
def test_the_rules_of_a_day_are_those_at_its_end(changed, day, number):
    club, texts = changed

    _, out, _ = club.run("rules", "show", "--on", day)

    assert out == texts[number]


def test_the_list_tells_which_versions_there_were(changed):
    club, _ = changed

    code, found = club.objects("rules", "show")

    assert code == 0
    assert [each["since"][:10] for each in found] == ["2026-03-01", "2026-03-10"]
    assert found[0]["rules"] in club.run("rules", "show")[1]


def test_what_names_no_version_is_refused(changed):
    club, _ = changed

    for words in (
        ("ffffffffffff",),
        ("a",),
        ("--on", "2026-02-28"),
        ("--entry", "99999"),
        ("--entry", "0", "--on", "2026-03-01"),
    ):
        assert club.run("rules", "show", *words)[0] == 2


def test_a_text_that_the_log_has_lost_is_said_to_be_lost(changed, monkeypatch):
    club, _ = changed
    digest = club.objects("rules", "show")[1][0]["rules"]
    monkeypatch.setattr("gallra.service.former_rules._text", lambda _: None)

    code, _, err = club.run("rules", "show", digest)

    assert code == 1
    assert digest in err


def test_a_duty_is_done_under_rules_that_can_be_read_too(changed):
    club, texts = changed
    club.run("incident", "open", "En pärm blev kvar på tåget")
    (entry,) = club.objects("log", "--action", "incident-opened")[1]

    _, out, _ = club.run("rules", "show", "--entry", entry["sequence"])
    assert entry["rules"][:16] in out
    assert json.loads(club.run("rules", "show", entry["rules"], "--json")[1])["text"] == texts[1]

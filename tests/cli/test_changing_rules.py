"""Other rules: what they would change, and how those in force wait before they act."""

import shlex
from datetime import timedelta

import pytest

from gallra.service import clock

LISTS = ', "Listor/**"'
TEXT = "Namn;Personnummer;Månadslön\nAnna Andersson;19900118-9811;34500\n"


@pytest.fixture
def lists(club, monkeypatch):
    """A club with a second list, that no rule speaks of yet."""
    path = club.share / "Listor/lista 2022.csv"
    path.parent.mkdir()
    path.write_text(TEXT, "utf-8")
    club.write_rules(mode="enforce")
    club.other = club.folder / "other.toml"
    club.days = 0
    now, boot = clock.now, clock.boot_seconds
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=club.days))
    monkeypatch.setattr(clock, "boot_seconds", lambda: boot() + club.days * 86_400)
    club.keep = lambda period, also="": changed(club, period, also)
    return club


def changed(club, period, also=""):
    text = club.rules.read_text("utf-8").replace('keep = "4 years"', f'keep = "{period}"')
    return text.replace('"Löner/**"', f'["Löner/**"{also}]').encode()


def test_what_would_go_earlier_stands_first(lists):
    lists.rules.write_bytes(lists.keep("40 years"))
    assert lists.run("run", "--once")[0] == 0
    lists.other.write_bytes(
        lists.rules.read_bytes()
        .replace(b'keep = "40 years"', b'keep = "3 years"')
        .replace(b'"**/*.txt"', b'"**"')
        .replace(b'["L\xc3\xb6ner/**"]', b'["L\xc3\xb6ner/**", "Listor/**"]')
    )
    before = lists.rules.read_bytes(), list(lists.objects("log")[1])

    code, (first, second, *_, summary) = lists.objects("rules", "diff", lists.other)

    assert code == 0
    assert (first["earlier"], second["earlier"]) == (True, True)
    salaries = next(each for each in (first, second) if "Löner" in each["path"])
    assert salaries["before"]["due_on"] == "2059-12-31"
    assert salaries["after"] == {
        "class": "salary-list", "rule": 1, "due_on": "2022-12-31", "action": "quarantine",
    }  # fmt: skip
    assert (summary["changed"], summary["earlier"], summary["later"]) == (2, 2, 0)
    assert (lists.rules.read_bytes(), list(lists.objects("log")[1])) == before
    text = lists.run("rules", "diff", lists.other)[1]
    assert text.startswith("EARLIER  ")
    assert "would let nothing go earlier before" in text


def test_rules_that_keep_longer_are_no_warning(lists):
    assert lists.run("scan")[0] == 0
    lists.other.write_bytes(lists.keep("60 years"))

    _, (found, summary) = lists.objects("rules", "diff", lists.other)

    assert (found["earlier"], found["later"]) == (False, True)
    assert summary["classes"] == [
        {"before": "salary-list", "after": "salary-list", "changed": 1, "earlier": 0, "later": 1}
    ]
    assert "EARLIER" not in lists.run("rules", "diff", lists.other)[1]


def test_another_title_changes_nothing(lists):
    lists.other.write_bytes(lists.rules.read_bytes().replace("Lönelistor".encode(), b"Listor"))

    code, out, _ = lists.run("rules", "diff", lists.other)

    assert (code, out) == (0, "the two say the same of every record\n")


def test_other_rules_that_do_not_hold_are_refused_with_their_own_lines(lists):
    lists.other.write_bytes(lists.rules.read_bytes().replace(b'then = "destroy"', b'then = "x"'))

    code, out, complaint = lists.run("rules", "diff", lists.other)

    assert (code, out) == (2, "")
    assert complaint.startswith(f"{lists.other}:")


def test_a_share_that_the_others_do_not_name_is_told(lists):
    assert lists.run("scan")[0] == 0
    lists.other.write_bytes(lists.rules.read_bytes().replace(b"share.gemensam", b"share.annan"))

    _, found = lists.objects("rules", "diff", lists.other)

    assert len(found[-1]["remarks"]) == 2
    assert all(each["unsure"] for each in found[:-1])


def test_what_only_the_changed_rules_let_go_waits_and_is_shown(lists):
    rules = lists.rules.read_bytes()
    lists.rules.write_bytes(lists.keep("40 years"))
    assert lists.run("run", "--once")[0] == 0
    lists.rules.write_bytes(rules)
    assert lists.run("run", "--once")[0] == 0

    _, (waiting, summary) = lists.objects("plan")

    assert (waiting["action"], waiting["would"]) == ("wait", "quarantine")
    assert summary["counts"]["wait"] == 1
    assert lists.objects("status")[1][0]["under_dry_run"] == 1
    day = waiting["waits_until"]
    explained = lists.run("explain", "gemensam/Löner/Lönelista 2019.csv")[1]
    assert f"under a dry run until {day}" in explained
    assert [each["action"] for each in lists.objects("plan", "--at", day)[1][:-1]] == ["quarantine"]
    lists.days = 13
    assert lists.run("run", "--once")[0] == 0
    assert lists.objects("plan")[1][0]["action"] == "wait"
    lists.days = 14
    assert lists.run("run", "--once")[0] == 0
    assert len(lists.objects("quarantine", "list")[1]) == 1


def test_explain_names_commands_that_stop_it_and_they_do(lists):
    lists.rules.write_bytes(lists.rules.read_bytes() + b"most_per_day = 1\n")
    (lists.share / "Löner/Lönelista 2018.csv").write_text(TEXT, "utf-8")
    assert lists.run("run", "--once")[0] == 3
    path = "gemensam/Löner/Lönelista 2018.csv"

    (explained,) = lists.objects("explain", path)[1]

    by_kind = {each["what"]: each["command"] for each in explained["stops"]}
    assert list(by_kind) == ["brake", "hold", "rules"]
    assert lists.run(*shlex.split(by_kind["hold"])[1:])[0] == 0
    (held,) = lists.objects("explain", path)[1]
    assert (held["action"], held["hold"]) == ("retain", "HOLD-1")
    assert [each["what"] for each in held["stops"]] == ["rules"]
    assert lists.run("run", "--once")[0] == 0
    taken = lists.objects("explain", "gemensam/Löner/Lönelista 2019.csv")[1][0]
    (back,) = [each for each in taken["stops"] if each["what"] == "restore"]
    assert taken["destroy_on"] in back["message"]
    assert lists.run(*shlex.split(back["command"])[1:])[0] == 0


@pytest.mark.parametrize("language", ["sv", "nb"])
def test_a_brake_names_its_own_command_in_every_language(lists, language):
    lists.rules.write_bytes(lists.rules.read_bytes() + b"most_per_day = 1\n")
    (lists.share / "Löner/Lönelista 2018.csv").write_text(TEXT, "utf-8")

    code, _, said = lists.run("--lang", language, "run", "--once")
    assert code == 3
    command = said.partition("`gallra plan --confirm")[2].partition("`")[0].split()

    assert command[1:] == ["--release", "count"]
    confirm = ("plan", "--confirm", command[0], "--release")
    assert lists.run(*confirm, "clock")[0] == 3
    assert lists.run(*confirm, "ledger")[0] == 2
    code, (confirmed,) = lists.objects(*confirm, "count")
    assert (code, confirmed["released"], confirmed["brakes"]) == (0, ["count"], [])
    lists.days = 2
    assert lists.run("run", "--once")[0] == 3
    lists.days = 0
    assert lists.run("run", "--once")[0] == 0


def test_what_changed_rules_keep_longer_is_not_destroyed_but_shown_to_a_person(lists):
    assert lists.run("run", "--once")[0] == 0
    lists.rules.write_bytes(lists.keep("40 years"))
    lists.days = 31
    assert lists.run("run", "--once")[0] == 0

    (item,) = lists.objects("quarantine", "list")[1]
    _, (shown, _) = lists.objects("plan")

    assert shown["action"] == "review"
    assert item["quarantine_id"] in shown["because"][0]
    assert lists.run("quarantine", "destroy", item["quarantine_id"])[0] == 3
    assert lists.run("quarantine", "restore", item["quarantine_id"])[0] == 0
    assert (lists.share / "Löner/Lönelista 2019.csv").exists()

"""The commands, as a person and as a script meet them, on a real state directory."""

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from gallra.cli.main import main
from gallra.service.house import House

LIST_KEYS = {
    "path", "part", "class", "because", "entities", "due_on", "state", "outcome", "hold",
}  # fmt: skip


def test_good_rules_are_said_to_hold(club):
    code, out, err = club.run("check")

    assert (code, err) == (0, "")
    assert "the rules hold" in out


def test_every_complaint_about_rules_has_its_line(club):
    text = club.rules.read_text("utf-8")
    club.rules.write_text(text.replace("keep =", "keeep =").replace('"observe"', '"obey"'), "utf-8")

    code, out, err = club.run("check")

    lines = err.splitlines()
    assert code == 2
    assert out == ""
    assert len(lines) >= 2
    assert all(line.startswith(f"{club.rules}:") for line in lines)
    numbers = [int(line.removeprefix(f"{club.rules}:").partition(":")[0]) for line in lines]
    assert numbers == sorted(numbers)
    assert 'did you mean "keep"?' in err


def test_rules_that_are_missing_are_wrong_use(club):
    club.rules.unlink()

    code, _, err = club.run("list")

    assert code == 2
    assert err.startswith(f"{club.rules}: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["list", "--nonsense"],
        ["plan", "--at", "soon"],
        ["hold"],
        ["--lang", "fr", "list"],
        ["read"],
        ["plan", "--confirm", "0" * 64],
        ["plan", "--confirm", "0" * 64, "--at", "2030-01-01"],
        ["hold", "place", "T1"],
        ["hold", "place", "T1", "/nowhere/at/all"],
        ["hold", "place", "T1", "--class", "no-such"],
        ["hold", "lift", "T1"],
        ["quarantine", "restore", "no-such"],
        ["log", "--action", "no-such"],
        ["list", "--share", "no-such"],
        ["rules", "explain", "no-such"],
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(club, words):
    code, out, err = club.run(*words)

    assert (code, out) == (2, "")
    assert err.startswith("gallra: ")
    assert len(err.splitlines()) == 1


def test_no_command_shows_the_help_and_is_wrong_use(capsys):
    assert main([]) == 2
    assert "usage: gallra" in capsys.readouterr().err


def test_options_may_stand_after_the_command(club, capsys):
    words = ["check", "--json", "--lang", "nb", "--rules", str(club.rules)]

    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["good"] is True


def test_list_has_the_promised_keys(scanned):
    code, found = scanned.objects("list")

    assert code == 0
    assert all(set(each) >= LIST_KEYS for each in found)
    by_path = {each["path"]: each for each in found if not each["part"]}
    salaries = by_path[str(scanned.share / "Löner/Lönelista 2019.csv")]
    assert salaries["class"] == "salary-list"
    assert salaries["state"] == "present"
    assert salaries["outcome"] == "read in full"
    assert salaries["hold"] is None
    assert salaries["due_on"] == "2023-12-31"
    assert salaries["entities"]["SE_PERSONNUMMER"] == 3
    assert all(isinstance(reason, str) for reason in salaries["because"])
    parts = {each["part"] for each in found if each["path"].endswith("post.mbox")}
    assert parts == {"", "msg:1", "msg:2"}


def test_list_filters(scanned):
    def paths(*words):
        return {each["path"] for each in scanned.objects("list", *words)[1]}

    salaries = str(scanned.share / "Löner/Lönelista 2019.csv")
    assert paths("--class", "salary-list") == {salaries}
    assert paths("--path", salaries) == {salaries}
    assert paths("--path", "gemensam/Löner") == {salaries}
    assert paths("--path", "**/*.CSV") == {salaries}
    assert paths("--due-before", "2024-01-01") == {salaries}
    assert paths("--due-before", "2023-12-31") == set()
    assert paths("--state-is", "destroyed") == set()
    assert salaries in paths("--share", "gemensam")


def test_a_hostile_name_is_shown_escaped_and_told_byte_exact(scanned, hostile_b64):
    _, out, _ = scanned.run("list")
    code, raw, _ = scanned.run("list", "--json")

    assert "\x1b" not in out
    assert r"\xff\n\x1b[31mred [bold].txt" in out
    assert code == 0
    raw.encode("utf-8")
    assert r"\udcff" in raw
    told = [json.loads(line) for line in raw.splitlines()]
    (hostile,) = [each for each in told if "path_b64" in each]
    assert hostile["path_b64"] == hostile_b64
    assert os.fsencode(hostile["path"]) == base64.b64decode(hostile_b64)


def test_plan_tells_each_record_and_its_hash(scanned):
    code, told = scanned.objects("plan")

    *dispositions, summary = told
    assert code == 0
    (salaries,) = [each for each in dispositions if each["class"] == "salary-list"]
    assert salaries["action"] == "quarantine"
    assert salaries["because"]
    assert salaries["hash"] == summary["hash"]
    assert summary["counts"]["quarantine"] == 1


def test_the_plan_of_an_earlier_day_has_nothing_due(scanned):
    _, told = scanned.objects("plan", "--at", "2023-12-30")

    assert [each for each in told[:-1] if each["action"] == "quarantine"] == []


def test_a_plan_is_confirmed_by_its_hash(scanned):
    _, told = scanned.objects("plan")
    code, _, err = scanned.run("plan", "--confirm", told[-1]["hash"])

    assert (code, err) == (0, "")
    _, entries = scanned.objects("log", "--action", "plan-confirmed")
    assert len(entries) == 1


@pytest.mark.parametrize("mark", ["#", "!"])
def test_explain_takes_a_message_with_either_mark(scanned, mark):
    code, (told,) = scanned.objects("explain", f"{scanned.share / 'post.mbox'}{mark}msg:2")

    assert code == 0
    assert told["part"] == "msg:2"
    assert told["explanation"]


def test_explain_takes_a_path_in_its_share(scanned):
    code, out, _ = scanned.run("explain", "gemensam/Löner/Lönelista 2019.csv")

    assert code == 0
    assert "F15.5" in out
    assert "2023-12-31" in out


def test_explain_says_what_is_wrong_with_a_path(scanned):
    mailbox = scanned.share / "post.mbox"
    for path, reason in (
        ("/nowhere", "is in no share"),
        (f"{mailbox}#msg:9", "no such message"),
        (scanned.share / "gone.txt", "no such record"),
    ):
        code, out, err = scanned.run("explain", path)
        assert (code, out) == (1, "")
        assert reason in err


def test_a_hold_stands_is_shown_and_is_lifted(scanned):
    salaries = scanned.share / "Löner/Lönelista 2019.csv"

    assert scanned.run("hold", "place", "T 12-26", salaries, "--reason", "tvist")[0] == 0

    _, (hold,) = scanned.objects("hold", "list")
    assert (hold["reference"], hold["reason"]) == ("T 12-26", "tvist")
    _, (record,) = scanned.objects("list", "--class", "salary-list")
    assert record["hold"] == "T 12-26"
    assert scanned.objects("plan")[1][-1]["counts"].get("quarantine", 0) == 0
    assert scanned.run("hold", "place", "T 12-26", salaries, "--why", "igen")[0] == 2

    assert scanned.run("hold", "lift", "T 12-26")[0] == 0
    assert scanned.objects("hold", "list") == (0, [])
    actions = [each["action"] for each in scanned.objects("log")[1]]
    assert actions[-2:] == ["hold-placed", "hold-lifted"]


def test_the_walk_of_a_new_user(club):
    """Enforce, find the file in quarantine, restore it, look at the log, verify it."""
    club.write_rules(mode="enforce")
    salaries = club.share / "Löner/Lönelista 2019.csv"

    assert club.run("run", "--once")[0] == 0
    assert not salaries.exists()

    _, (item,) = club.objects("quarantine", "list")
    assert item["path"] == str(salaries)
    assert item["destroy_on"] >= f"{datetime.now(UTC) + timedelta(days=28):%Y-%m-%d}"  # noqa: TID251

    code, _, err = club.run("quarantine", "destroy", item["quarantine_id"])
    assert code == 3
    assert item["quarantine_id"] in err

    assert club.run("quarantine", "restore", salaries)[0] == 0
    assert salaries.exists()
    assert club.objects("quarantine", "list") == (0, [])

    _, told = club.objects("log", "--class", "salary-list")
    assert [each["action"] for each in told if each["action"] != "intent"] == [
        "quarantined",
        "restored",
    ]
    assert told[0]["path"] == str(salaries)
    assert told[0]["authority"] == "F15.5"
    assert club.objects("log", "--path", salaries)[1]
    assert club.objects("log", "--until", "2020-01-01") == (0, [])

    code, (verdict,) = club.objects("log", "verify")
    assert (code, verdict["good"]) == (0, True)
    code, note, _ = club.run("log", "checkpoint")
    assert code == 0
    kept = club.folder / "checkpoint"
    kept.write_text(note, "utf-8")
    assert club.run("log", "verify", "--checkpoint", kept)[0] == 0


def test_status_tells_each_share(scanned):
    code, (whole, share) = scanned.objects("status")

    assert code == 0
    assert whole["mode"] == "observe"
    assert whole["files"] == share["files"] == 4
    assert whole["due"] == 1
    assert share["state"] == "present"
    assert sum(extent["files"] for extent in share["read"].values()) == 4
    assert share["read"]["read in full"]["bytes"] > 0
    assert whole["confinement_lacks"] == []


def test_a_missing_share_is_said_and_held(scanned):
    scanned.share.rename(scanned.folder / "elsewhere")

    code, _, err = scanned.run("scan")

    assert code == 1
    assert "on hold" in err
    assert scanned.run("status")[0] == 1
    assert len(scanned.objects("list", "--class", "salary-list")[1]) == 1


def test_a_second_instance_is_told_apart(scanned, tmp_path):
    with House.open(scanned.rules, tmp_path / "state") as house, house.working():
        code, _, err = scanned.run("scan")

    assert code == 4
    assert len(err.splitlines()) >= 1


def test_rules_schema_is_json(club):
    code, out, _ = club.run("rules", "schema")

    assert code == 0
    assert json.loads(out)["$schema"]


def test_rules_explain_speaks_of_a_class(club):
    code, out, _ = club.run("rules", "explain", "salary-list", "--lang", "sv")

    assert code == 0
    assert "Lönelistor" in out
    assert "4 år" in out


def test_a_reader_that_leaves_is_no_fault(scanned):
    script = "import sys; from gallra.cli.main import main; sys.exit(main(sys.argv[1:]))"
    words = ["--rules", scanned.rules, "--state", scanned.folder / "state", "list", "--json"]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, words)],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)

    assert done.stderr == b""
    assert done.returncode == 141


def test_an_unexpected_fault_names_no_value(club, monkeypatch):
    def fail(*_):
        raise KeyError("19900118-9811")

    monkeypatch.setattr("gallra.cli.rules.load", fail)
    code, _, err = club.run("check")

    assert code == 1
    assert "19900118" not in err
    assert "KeyError" in err
    assert len(err.splitlines()) == 1


def test_control_c_ends_quietly(club, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gallra.cli.rules.load", interrupt)

    assert club.run("check") == (130, "", "")


def nest(club):
    """Make a case area within the club's share, with one letter in it."""
    letter = club.share / "Ärenden" / "Ärende 7" / "brev.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("Till Anna Andersson, 19900118-9811\n", "utf-8")
    with club.rules.open("a", encoding="utf-8") as file:
        file.write(f'[share.arenden]\npath = "{club.share}/Ärenden"\nrole = "case-area"\n')
    return letter


def test_a_path_in_a_share_within_another_is_the_inner_one_s(club):
    letter = nest(club)
    assert club.run("scan")[0] == 0

    _, listed = club.objects("list")
    assert [each["share"] for each in listed if each["path"] == str(letter)] == ["arenden"]
    code, (told,) = club.objects("explain", letter)
    assert (code, told["share"]) == (0, "arenden")
    code, (hold,) = club.objects("hold", "place", "T1", letter, "--why", "tvist")
    assert (code, hold["path"]) == (0, "arenden/Ärende 7/brev.txt")


def test_a_hold_on_a_share_covers_the_shares_within_it(club):
    letter = nest(club)
    assert club.run("scan")[0] == 0

    assert club.run("hold", "place", "T1", club.share, "--why", "tvist")[0] == 0
    _, (told,) = club.objects("explain", letter)
    assert told["hold"] == "T1"


def test_a_folder_that_becomes_a_share_takes_its_records_along(scanned):
    folder = scanned.share / "Löner"
    with scanned.rules.open("a", encoding="utf-8") as file:
        file.write(f'[share.loner]\npath = "{folder}"\nrole = "common-area"\n')
    assert scanned.run("scan")[0] == 0

    _, listed = scanned.objects("list", "--path", folder)
    assert [(each["share"], each["state"]) for each in listed] == [("loner", "present")]


def test_the_plan_leaves_what_is_in_a_missing_share_alone(scanned):
    scanned.write_rules(mode="enforce")
    far = ("plan", "--at", "2090-01-01", "--all")
    before = {each["action"] for each in scanned.objects(*far)[1] if each.get("path")}
    assert "quarantine" in before

    scanned.share.rename(scanned.folder / "away")
    _, objects = scanned.objects(*far)
    planned = [each for each in objects if each.get("path")]
    assert {each["action"] for each in planned} == {"retain"}
    assert any("its share" in reason for each in planned for reason in each["because"])
    assert not (scanned.folder / "share").exists()

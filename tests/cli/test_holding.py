"""Holds: placed on cases, persons and conditions, shown with what they keep, and lifted."""

import json
from datetime import date

import pytest

from gallra.cli.main import main

SALARIES = "Löner/Lönelista 2019.csv"
ANNA = "19900118-9811"


@pytest.fixture
def scanned(read_once):
    """The same share for every test, and no hold on it, however the one before ended."""
    for hold in read_once.objects("hold", "list")[1]:
        assert read_once.run("hold", "lift", hold["reference"])[0] == 0
    return read_once


def held(club):
    """Which records are held by what, by their name in the share."""
    _, found = club.objects("list")
    return {
        each["path"].removeprefix(f"{club.share}/") + (each["part"] and f"#{each['part']}"): each[
            "hold"
        ]
        for each in found
        if each["hold"]
    }


def place(club, *words):
    code, out, err = club.run("hold", "place", *words, "--why", "tvist")
    assert code == 0, err
    return out


def test_a_hold_on_a_person_keeps_what_speaks_of_them_and_never_shows_the_number(scanned):
    out = place(scanned, "T 1", "--person", ANNA)

    assert "it keeps 1 record" in out
    assert held(scanned) == {SALARIES: "T 1"}
    shown = [out, *scanned.run("hold", "list"), *scanned.run("log"), *scanned.run("status")]
    shown += [scanned.run("explain", scanned.share / SALARIES)[1], *scanned.run("log", "--json")]
    for text in map(str, shown):
        assert ANNA not in text
        assert ANNA.replace("-", "") not in text
    state = scanned.folder / "state"
    for file in (path for path in state.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert ANNA.encode() not in content
        assert ANNA.replace("-", "").encode() not in content


def test_a_hold_on_a_person_covers_what_is_found_later(club):
    (club.share / "Löner").rename(club.folder / "elsewhere")
    place(club, "T 1", "--person", ANNA)
    (club.share / "Nytt.txt").write_text(f"Anna Andersson, personnummer {ANNA}\n", "utf-8")
    assert club.run("scan")[0] == 0

    assert held(club) == {"Nytt.txt": "T 1"}


def test_a_name_holds_nobody(scanned):
    code, out, err = scanned.run("hold", "place", "T 1", "--person", "Anna Andersson", "--why", "x")

    assert code == 2
    assert "a name can be somebody else's" in err
    assert "Anna" not in out + err
    assert scanned.objects("hold", "list") == (0, [])


def test_somebody_s_number_does_not_become_the_name_of_a_hold(scanned):
    code, _, err = scanned.run("hold", "place", ANNA, "--all", "--why", "x")

    assert code == 2
    assert ANNA not in err


def test_a_case_is_known_by_folder_subject_message_and_message_id(scanned):
    place(scanned, "by folder", "--case", "LÖNER")
    place(scanned, "by subject", "--case", "Hej")
    place(scanned, "by message", "--case", "gemensam/post.mbox#msg:1")
    place(scanned, "by id", "--case", "<2@example.org>")

    assert held(scanned) == {
        SALARIES: "by folder",
        "post.mbox#msg:1": "by message, by subject",
        "post.mbox#msg:2": "by id, by subject",
    }


def test_cases_are_taken_from_a_list(scanned, tmp_path):
    (tmp_path / "cases.txt").write_text("# ärenden\n\nMallar\nSak 17\n", "utf-8")
    place(scanned, "T 1", "--cases", tmp_path / "cases.txt")

    assert "Mallar/dagordning.txt" in held(scanned)
    assert scanned.objects("hold", "list")[1][0]["cases"] == ["gemensam/Mallar", "Sak 17"] or (
        scanned.objects("hold", "list")[1][0]["cases"] == ["Mallar", "Sak 17"]
    )


def test_a_hold_that_covers_nothing_now_is_placed_and_covers_what_comes(club):
    out = place(club, "T 1", "--case", "Sak 17")
    assert "nothing that gallra knows of is covered by it now" in out

    (club.share / "Sak 17").mkdir()
    (club.share / "Sak 17/notat.txt").write_text("Notat.\n", "utf-8")
    club.run("scan")

    assert held(club) == {"Sak 17/notat.txt": "T 1"}


@pytest.mark.parametrize(
    "words",
    [
        ["--when", "{ path = 'Löner/**', entities = { SE_PERSONNUMMER = 2 } }"],
        ["--when", 'type = "spreadsheet"\npersonal_data = true'],
        ["--class", "salary-list", "--when", "{ entities = { SE_PERSONNUMMER = 2 } }"],
    ],
)
def test_a_hold_on_a_condition_covers_what_fulfils_it(scanned, words, tmp_path):
    place(scanned, "T 1", *words)
    assert held(scanned).keys() == {SALARIES}

    (tmp_path / "when.toml").write_text('[when]\nshare = "gemensam"\n', "utf-8")
    place(scanned, "T 2", "--query", tmp_path / "when.toml")
    assert "T 2" in held(scanned)["post.mbox#msg:1"]


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("{ knid = 'salary-list' }", 'unknown key "knid"; did you mean "kind"?'),
        ("{ event = 'case-closed' }", 'unknown key "event"'),
        ("{}", "empty"),
        ("{ kind = ", ""),
        ("kind = 'sallary-list'\nrole = 'x'", "salary-list"),
    ],
)
def test_a_condition_that_does_not_hold_is_refused_with_its_mistakes(scanned, written, complaint):
    code, _, err = scanned.run("hold", "place", "T 1", "--when", written, "--why", "x")

    assert code == 2
    assert complaint in err
    assert scanned.objects("hold", "list") == (0, [])


def test_a_hold_has_a_reason(scanned):
    code, _, err = scanned.run("hold", "place", "T 1", "--all")

    assert code == 2
    assert "--why" in err


def test_a_hold_reminds_on_its_day_and_stands_all_the_same(scanned):
    day = date(2020, 1, 1).isoformat()
    place(scanned, "T 1", "--all", "--until", day)

    _, out, _ = scanned.run("hold", "list")
    assert "the hold T 1 was to be looked at on 2020-01-01" in out
    assert "the hold T 1 was to be looked at on 2020-01-01" in scanned.run("run", "--once")[2]
    assert held(scanned)
    assert scanned.objects("hold", "list")[1][0]["until"] == day


def test_who_placed_and_who_lifted_a_hold_and_why_stands_in_the_log(scanned, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "kari")
    place(scanned, "T 1", "--class", "salary-list", "--person", ANNA)
    monkeypatch.setenv("SUDO_USER", "ola")
    assert scanned.run("hold", "lift", "T 1", "--why", "förlikt")[0] == 0

    _, entries = scanned.objects("log")
    placed, lifted = entries[-2:]
    assert (placed["action"], lifted["action"]) == ("hold-placed", "hold-lifted")
    assert "kari" in json.dumps(placed, ensure_ascii=False)
    assert {"ola", "förlikt"} <= set(map(str, lifted.values())) or (
        "ola" in json.dumps(lifted) and "förlikt" in json.dumps(lifted, ensure_ascii=False)
    )
    assert scanned.run("log", "verify")[0] == 0


def test_a_hold_placed_after_the_quarantine_keeps_what_lies_there(club):
    club.write_rules(mode="enforce")
    assert club.run("run", "--once")[0] == 0
    _, (lies,) = club.objects("quarantine", "list")
    place(club, "T 1", "--person", ANNA)

    code, _, err = club.run("quarantine", "destroy", lies["quarantine_id"])

    assert code == 3, err
    assert club.objects("plan", "--at", "2200-01-01")[1][-1]["counts"].get("destroy", 0) == 0
    assert "T 1" in club.run("plan", "--at", "2200-01-01", "--all")[1]


@pytest.mark.parametrize(
    "reference",
    ["", " ", "a\nb", "\x1b[31m", "\udcff", "x" * 201, "\u202eabc"],
)
def test_a_reference_that_cannot_be_shown_is_refused(scanned, reference):
    code, out, err = scanned.run("hold", "place", reference, "--all", "--why", "x")

    assert code == 2
    assert "\x1b" not in out + err
    assert scanned.objects("hold", "list") == (0, [])


@pytest.mark.parametrize("case", ["\x1b[2J", "a\nb", "x" * 100_000, "\udcff\udcfe", ":", "../.."])
def test_a_case_that_nothing_can_be_called_is_refused_or_holds_nothing(scanned, case):
    code, out, err = scanned.run("hold", "place", "T 1", "--case", case, "--why", "x")

    assert code in {0, 2}
    assert "fault" not in err
    assert "\x1b" not in out + err
    if code == 0:
        assert held(scanned) == {}
        assert scanned.run("hold", "list")[0] == 0


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_holds_speak_three_languages(scanned, language):
    place(scanned, "T 1", "--person", ANNA, "--until", "2020-01-01")
    said = scanned.run("--lang", language, "hold", "list")[1]

    words = {"sv": "skulle ses över", "nb": "skulle vurderes", "en": "was to be looked at"}
    assert words[language] in said
    assert main(["--lang", language, "hold", "place", "--help"]) == 0

"""A handover: inventory, decisions, carrying out, what remains, the record, whom to inform."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.duties.handover_scenario import (
    ANNA,
    BERTIL,
    CASE,
    LIST,
    MOVED,
    OTHER,
    give,
    killed_after,
    mailbox,
    set_up,
)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
PRIVATE = "anna/Privat/semester.txt"
WHY = ("--why", "gone through together")


@pytest.fixture
def leaving(club):
    """A club in which Anna's handover to Bertil was begun."""
    set_up(club)
    code, _, err = club.run("handover", "begin", "Anna Avgående", "Bertil Tillträdande")
    assert code == 0, err
    return club


def pieces(club, *words):
    code, found = club.objects("handover", "show", "2026-1", *words)
    assert code == 0
    return {f"{each['share']}/{each['path']}" + each["part"]: each for each in found}


def decide(club, choice, *words):
    return club.objects("handover", "decide", "2026-1", choice, *words, *WHY)


def carry_out(club, *words):
    return club.run("handover", "carry-out", "2026-1", *words)


def owner(club, share, name):
    return (club.share(share) / name).stat().st_uid


def deeds(club):
    _, entries = club.objects("log")
    return [each["action"] for each in entries]


def test_the_inventory_holds_what_is_theirs_and_nothing_else(leaving):
    found = pieces(leaving)

    assert set(found) == {
        f"arenden/{CASE}",
        f"arenden/{PRIVATE}",
        f"gemensam/{LIST}",
        "gemensam/Mallar/mall.txt",
    }
    assert found[f"arenden/{CASE}"]["ground"] == "area"
    assert found["gemensam/Mallar/mall.txt"]["ground"] == "owner"
    assert found[f"arenden/{CASE}"]["case"] == "anna/Ärende Kartsson"
    assert all(each["choice"] is None for each in found.values())


def test_what_is_proposed_follows_class_day_and_place(leaving):
    found = pieces(leaving)

    assert found[f"gemensam/{LIST}"]["class"] == "salary-list"
    assert found[f"gemensam/{LIST}"]["proposal"] == "delete"
    assert found[f"gemensam/{LIST}"]["due_on"] == "2016-12-31"
    assert found[f"arenden/{PRIVATE}"]["proposal"] == "return"
    assert found[f"arenden/{CASE}"]["proposal"] == "hand-over"
    assert found["gemensam/Mallar/mall.txt"]["proposal"] == "hand-over"


def test_a_full_handover_ends_with_nothing_left_of_theirs(leaving):
    assert decide(leaving, "as-proposed", "--all")[0] == 0
    code, _, err = carry_out(leaving)
    assert code == 0, err

    arenden, gemensam = leaving.share("arenden"), leaving.share("gemensam")
    assert not (arenden / CASE).exists()
    assert owner(leaving, "arenden", MOVED) == BERTIL
    assert (arenden / MOVED).parent.stat().st_uid == BERTIL
    assert owner(leaving, "gemensam", "Mallar/mall.txt") == BERTIL
    assert owner(leaving, "gemensam", "Mallar/annans.txt") == OTHER
    assert owner(leaving, "arenden", PRIVATE) == ANNA
    assert not (gemensam / LIST).exists()
    _, lying = leaving.objects("quarantine", "list")
    assert [each["path"].endswith(LIST) for each in lying] == [True]
    told = deeds(leaving)
    assert told.count("handed-over") == 3  # two files, and the folder of one of them
    assert owner(leaving, "gemensam", "Mallar") == BERTIL
    assert owner(leaving, "gemensam", "Löner") == ANNA
    assert {"handover-begun", "handover-decided", "moved", "quarantined"} <= set(told)

    code, _, err = leaving.run("handover", "finish", "2026-1")
    assert code == 1
    assert "private, and not fetched yet" in err
    (arenden / PRIVATE).unlink()
    leaving.scan()
    code, _, err = leaving.run("handover", "finish", "2026-1")
    assert code == 0, err
    assert deeds(leaving)[-1] == "handover-finished"
    assert leaving.run("handover", "decide", "2026-1", "keep", "--all", *WHY)[0] == 2


def test_a_folder_in_which_something_of_theirs_is_left_stays_theirs(club):
    set_up(club)
    club.write("gemensam", {"Mallar/Privat/brev.txt": "Hej mamma.\n"})
    give(club, "gemensam", "Mallar/Privat", ANNA)
    club.scan()
    club.run("handover", "begin", "Anna Avgående", "Bertil Tillträdande")
    decide(club, "as-proposed", "--all")
    assert carry_out(club)[0] == 0

    assert owner(club, "gemensam", "Mallar/mall.txt") == BERTIL
    assert owner(club, "gemensam", "Mallar") == ANNA
    code, _, err = club.run("handover", "finish", "2026-1")
    assert code == 1
    assert "gemensam/Mallar: the folder still belongs to who steps down" in err


def test_it_is_read_by_nobody_again_for_a_new_owner(leaving):
    decide(leaving, "hand-over", "--path", "gemensam/Mallar/mall.txt")
    assert carry_out(leaving)[0] == 0

    with leaving.open() as house:
        assert house.catalogue.backlog_count() == 0
        found = house.catalogue.record_by_path("gemensam", b"Mallar/mall.txt")
        assert found.is_current


def test_in_observe_nothing_is_touched(leaving):
    decide(leaving, "as-proposed", "--all")
    leaving.edit_rules('mode = "enforce"', 'mode = "observe"')

    code, _, err = carry_out(leaving)

    assert code == 1
    assert "observe" in err
    assert owner(leaving, "gemensam", "Mallar/mall.txt") == ANNA


def test_a_hold_keeps_what_was_to_be_deleted(leaving):
    leaving.run("hold", "place", "tvist", "--path", "gemensam/Löner/**", *WHY)

    code, out, err = leaving.run(
        "handover", "decide", "2026-1", "delete", "--path", f"gemensam/{LIST}", *WHY
    )
    assert code == 0, (out, err)  # the inventory did not know of it
    code, _, err = carry_out(leaving)

    assert code == 1
    assert "hold" in err
    assert (leaving.share("gemensam") / LIST).exists()


def test_what_the_rules_keep_by_law_cannot_be_deleted(leaving):
    leaving.edit_rules('keep_at_most = "4 years"', 'keep_at_least = "90 years"')
    leaving.scan()

    code, _, err = leaving.run(
        "handover", "decide", "2026-1", "delete", "--class", "salary-list", *WHY
    )

    assert code == 2
    assert "a law keeps it" in err


def test_what_is_deleted_before_its_time_is_destroyed_when_the_dwell_is_over(leaving):
    decide(leaving, "delete", "--path", f"arenden/{CASE}")
    assert carry_out(leaving)[0] == 0
    assert pieces(leaving)[f"arenden/{CASE}"]["progress"] == "done"

    _, plan = leaving.objects("plan")

    (lying,) = [each for each in plan if each.get("quarantine_id")]
    assert lying["action"] == "destroy"
    _, entries = leaving.objects("log", "--action", "review-approved")
    assert [each["details"]["handover"] for each in entries] == ["2026-1"]


def test_above_the_limit_of_a_day_a_person_confirms_that_very_plan(leaving):
    leaving.edit_rules("most_per_day = 200", "most_per_day = 1")
    decide(leaving, "as-proposed", "--all")

    code, _, err = carry_out(leaving)
    assert code == 3
    assert (leaving.share("gemensam") / LIST).exists()
    assert owner(leaving, "gemensam", "Mallar/mall.txt") == ANNA
    digest = err.rsplit("--confirm ", 1)[1].split()[0].rstrip(".")
    assert carry_out(leaving, "--confirm", "0" * 64)[0] == 3
    assert carry_out(leaving, "--confirm", digest)[0] == 0
    assert "plan-confirmed" in deeds(leaving)


def test_what_came_or_changed_meanwhile_remains(leaving):
    decide(leaving, "as-proposed", "--all")
    leaving.write("arenden", {"anna/Ärende Ny/ny.txt": "Ett nytt ärende.\n"})
    leaving.write("gemensam", {"Mallar/mall.txt": "En helt annan mall nu.\n"})
    give(leaving, "arenden", "anna", ANNA)
    leaving.scan()

    code, _, err = carry_out(leaving)
    assert code == 1
    assert "changed since the inventory" in err
    assert (leaving.share("gemensam") / "Mallar/mall.txt").stat().st_uid == ANNA
    code, _, err = leaving.run("handover", "finish", "2026-1")

    assert code == 1
    assert "arenden/anna/Ärende Ny/ny.txt: new since the inventory" in err
    assert "gemensam/Mallar/mall.txt: tried, and not done" in err
    code, _, err = leaving.run("handover", "finish", "2026-1", "--why", "the rest is mine")
    assert code == 0
    record = leaving.run("handover", "record", "2026-1")[1]
    assert "new since the inventory" in record
    assert "the rest is mine" in record


@pytest.mark.parametrize("count", [2, 8, 11])
def test_killed_at_any_place_it_goes_on_and_ends_the_same(leaving, count):
    decide(leaving, "as-proposed", "--all")

    assert killed_after(leaving, count, "handover", "carry-out", "2026-1")
    carry_out(leaving)
    leaving.scan()  # what had to be put back was touched, and is looked at again
    code, _, err = carry_out(leaving)
    assert code == 0, err

    found = pieces(leaving)
    assert {each["progress"] for each in found.values() if each["choice"] != "return"} == {"done"}
    assert owner(leaving, "arenden", MOVED) == BERTIL
    assert owner(leaving, "gemensam", "Mallar/mall.txt") == BERTIL
    assert not (leaving.share("gemensam") / LIST).exists()
    with leaving.open() as house:
        assert house.ledger.open_intents() == ()
        assert len(list(house.catalogue.quarantine_items())) == 1


def test_a_mailbox_goes_along_and_a_message_out_of_it_can_go(club):
    set_up(club)
    club.edit_rules('area = ["arenden:bertil"]', 'area = ["arenden:bertil", "epost:bertil"]')
    club.write("epost", {"anna/inn.mbox": mailbox()})
    give(club, "epost", "", ANNA)
    club.scan()
    club.run("handover", "begin", "54321", "Bertil Tillträdande")
    found = {name: each for name, each in pieces(club).items() if name.startswith("epost/")}
    assert set(found) == {"epost/anna/inn.mbox", "epost/anna/inn.mboxmsg:1"}
    assert found["epost/anna/inn.mboxmsg:1"]["proposal"] == "delete"
    assert (
        decide(club, "hand-over", "--numbers", str(found["epost/anna/inn.mboxmsg:1"]["number"]))[0]
        == 2
    )

    decide(club, "as-proposed", "--path", "epost/**")
    carry_out(club)
    club.scan()
    code, _, err = carry_out(club)

    assert code == 0, err
    moved = club.share("epost") / "bertil" / "inn.mbox"
    assert moved.stat().st_uid == BERTIL
    assert b"Faktura" not in moved.read_bytes()
    assert b"Mitt" in moved.read_bytes()


def test_whom_to_inform_is_told_to_the_reader_alone(leaving, tmp_path):
    decide(leaving, "as-proposed", "--all")
    carry_out(leaving)
    out = tmp_path / "members.txt"

    code, _, err = leaving.run("handover", "members", "2026-1", "--out", out)

    assert code == 0, err
    text = out.read_text("utf-8")
    assert out.stat().st_mode & 0o777 == 0o600
    listed = text.split("-" * 72, 1)[0]
    assert "Karin Kartsson" in listed
    assert "karin.k@example.com" in listed
    assert "anna@example.org" not in listed
    assert "Bengt Bengtsson" not in listed
    for words in ("Ditt ärende får en ny handläggare", "Saken din får ny saksbehandler"):
        assert words in text
    assert "Your case has a new handler" in text
    assert leaving.run("handover", "members", "2026-1", "--out", out)[0] == 2


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("sv", "PROTOKOLL FRÅN ETT ÖVERLÄMNANDE"),
        ("nb", "PROTOKOLL FRA EN OVERLEVERING"),
        ("en", "RECORD OF A HANDOVER"),
    ],
)
def test_the_record_is_signed_in_every_language(leaving, tmp_path, language, title):
    out, key = tmp_path / "record.txt", tmp_path / "key"
    leaving.run("handover", "record", "2026-1", "--out", out, "--lang", language)
    text = out.read_text("utf-8")
    key.write_bytes((leaving.state / "ledger" / "public.vkey").read_bytes())
    checker = Path(__file__).parents[2] / "scripts" / "verify-ledger"

    def verified():
        return subprocess.run(
            [sys.executable, "-I", checker, "--key", key, "--certificate", out],
            capture_output=True,
            text=True,
            check=False,
        )

    assert text.startswith(title)
    found = verified()
    assert found.returncode == 0, found.stderr
    assert "no word of it was changed" in found.stdout
    out.write_text(text.replace("Bertil", "Berit", 1), "utf-8")
    assert verified().returncode == 1


def test_wrong_use_is_refused(leaving):
    begin = ("handover", "begin")
    assert leaving.run(*begin, "Anna Avgående", "Bertil Tillträdande")[0] == 2  # under way
    assert leaving.run(*begin, "nobody-at-all", "Bertil Tillträdande")[0] == 2
    assert leaving.run(*begin, "Bertil Tillträdande", "54322")[0] == 2
    assert leaving.run(*begin, "Bertil Tillträdande", "root")[0] == 2
    assert leaving.run("handover", "decide", "2026-1", "keep", *WHY)[0] == 2
    assert leaving.run("handover", "decide", "2026-1", "keep", "--all")[0] == 2
    assert leaving.run("handover", "decide", "2026-1", "keep", "--numbers", "99", *WHY)[0] != 0
    assert leaving.run("handover", "show", "2026-9")[0] == 2

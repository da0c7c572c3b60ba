"""The walk of a new user, with the real command on a real share."""

import os
import stat

import pytest


@pytest.fixture
def taken(club):
    """A club whose salary list of 2019 lies in quarantine."""
    said = club.run("run", "--once")
    assert said.code == 0, said.err
    assert not club.salaries.exists()
    return club


def taken_id(club):
    (item,) = club.objects("quarantine", "list")
    return item["quarantine_id"]


def test_observing_leaves_the_share_byte_for_byte_as_it_was(shipped_club):
    club = shipped_club
    before = club.looks()

    said = club.run("run", "--once")

    assert said.code == 0, said.err
    assert "nothing was moved" in said.out
    assert club.looks() == before
    assert not club.quarantine.exists()
    (salaries,) = club.objects("list", "--class", "salary-list")
    assert salaries["path"] == str(club.salaries)
    assert salaries["entities"]["SE_PERSONNUMMER"] == 3
    (due, summary) = club.objects("plan")
    assert due["path"] == str(club.salaries)
    assert summary["counts"]["quarantine"] == 1
    assert "F15.5" in club.run("explain", str(club.salaries)).out


def test_a_period_edited_wrongly_is_told_with_its_line_and_nothing_is_done(shipped_club):
    club = shipped_club
    club.edit_rules('mode = "observe" ', 'mode = "enforce" ')
    club.edit_rules('keep_at_most = "4 years"', 'keep_at_most = "4 yaers"')
    line = next(
        number
        for number, text in enumerate(club.rules.read_text("utf-8").splitlines(), 1)
        if "yaers" in text
    )
    before = club.files()

    for words in (("check",), ("run", "--once"), ("run",), ("scan",), ("plan",)):
        said = club.run(*words)
        assert said.code == 2, words
        assert said.err.startswith(f"{club.rules}:{line}: ")
        assert len(said.err.splitlines()) == 1
        assert "4 yaers" in said.err

    assert club.files() == before
    assert not club.state.exists()
    club.edit_rules('keep_at_most = "4 yaers"', 'keep_at_most = "8 years"')
    assert club.run("run", "--once").code == 0
    assert club.files() == before


def test_what_is_due_is_taken_found_put_back_and_left_alone_until_the_hold_is_lifted(club):
    os.chmod(club.salaries, 0o640)
    if os.geteuid() == 0:
        os.chown(club.salaries, 4711, 4712)
    os.utime(club.salaries, ns=(1_600_000_000_123_456_789, 1_600_000_000_987_654_321))
    before = os.lstat(club.salaries)
    content = club.salaries.read_bytes()

    assert club.run("run", "--once").code == 0

    assert not club.salaries.exists()
    assert stat.S_IMODE(club.quarantine.stat().st_mode) == 0o700
    assert (club.share / "Mallar/dagordning.txt").exists()
    (item,) = club.objects("quarantine", "list")
    assert item["path"] == str(club.salaries)
    shown = club.run("quarantine", "list").out
    assert item["quarantine_id"] in shown
    assert str(club.salaries) in shown

    said = club.run("quarantine", "restore", item["quarantine_id"])

    assert said.code == 0, said.err
    after = os.lstat(club.salaries)
    assert club.salaries.read_bytes() == content
    for field in ("st_ino", "st_mtime_ns", "st_mode", "st_uid", "st_gid"):
        assert getattr(after, field) == getattr(before, field), field
    (hold,) = club.objects("hold", "list")
    assert hold["reference"] in said.out

    again = club.run("run", "--once")
    assert again.code == 0, again.err
    assert club.salaries.exists()
    (record,) = club.objects("list", "--class", "salary-list")
    assert record["hold"] == hold["reference"]
    assert club.objects("quarantine", "list") == []

    assert club.run("hold", "lift", hold["reference"]).code == 0
    assert club.run("run", "--once").code == 0
    assert not club.salaries.exists()

    assert club.actions() == [
        "rules-loaded", "quarantined", "hold-placed", "restored", "hold-lifted", "quarantined",
    ]  # fmt: skip
    assert str(club.salaries) in club.run("log").out
    assert club.log_holds()


def test_a_restored_file_never_goes_over_another(taken):
    taken.salaries.write_text("another file under that name\n", "utf-8")

    said = taken.run("quarantine", "restore", taken_id(taken))

    assert said.code == 1
    assert len(said.complaints) == 1
    assert taken.salaries.read_text("utf-8") == "another file under that name\n"
    assert len(taken.objects("quarantine", "list")) == 1


def test_a_file_is_put_back_although_its_folder_is_gone_and_beside_what_took_its_place(taken):
    taken.salaries.parent.rmdir()

    for elsewhere in ("../outside.csv", "/tmp/outside.csv"):  # noqa: S108 - refused, never written
        refused = taken.run("quarantine", "restore", taken_id(taken), "--to", elsewhere)
        assert refused.code == 2
        assert len(refused.complaints) == 1
    occupied = taken.run("quarantine", "restore", taken_id(taken), "--to", "Mallar/dagordning.txt")
    assert occupied.code == 1
    assert len(taken.objects("quarantine", "list")) == 1
    assert taken.objects("hold", "list") == []

    assert taken.run("quarantine", "restore", taken_id(taken)).code == 0
    assert taken.salaries.exists()


def test_what_vanished_from_quarantine_is_said_with_its_name(taken):
    (taken.quarantine / taken_id(taken)).unlink()

    said = taken.run_later(31, "run", "--once")

    assert said.code == 1
    (line,) = said.complaints
    assert str(taken.salaries) in line
    assert taken.actions()[-1] == "not-done"
    assert taken.log_holds()


def test_a_ledger_with_one_byte_changed_stops_what_is_destructive(taken):
    leaves = taken.state / "ledger" / "leaves.jsonl"
    content = bytearray(leaves.read_bytes())
    at = content.index(b'"class":"salary-list"') + 12
    content[at] ^= 1
    leaves.write_bytes(content)
    taken.write({"Löner/Lönelista 2018.csv": "Namn;Lön\nAnna;1\n"})
    before = taken.files()

    verdict = taken.run("log", "verify")
    said = taken.run("run", "--once")

    assert verdict.code == 3
    assert len(verdict.complaints) == 1
    assert said.code == 3, said.err
    assert "ledger" in said.err
    assert "gallra log verify" in said.err
    assert taken.files() == before
    assert len(list(taken.quarantine.iterdir())) == 1
    assert taken.run_later(60, "run", "--once").code == 3
    assert len(list(taken.quarantine.iterdir())) == 1


def test_a_ledger_that_was_cut_short_stops_what_is_destructive(taken):
    leaves = taken.state / "ledger" / "leaves.jsonl"
    lines = leaves.read_bytes().splitlines(keepends=True)
    leaves.write_bytes(b"".join(lines[:-1]))
    taken.write({"Löner/Lönelista 2018.csv": "Namn;Lön\nAnna;1\n"})
    before = taken.files()

    said = taken.run("run", "--once")

    assert said.code == 3, said.err
    assert taken.files() == before
    assert taken.run("log", "verify").code == 3


def test_the_cap_brakes_and_only_that_very_plan_is_released(club):
    club.write({f"Löner/Lönelista 20{number}.csv": f"Lön;{number}\n" for number in (10, 11, 12)})
    club.write_rules(most_of_a_share="20 %")
    before = club.files()

    said = club.run("run", "--once")

    *due, summary = club.objects("plan")
    assert len([each for each in due if each["action"] == "quarantine"]) == 4
    assert said.code == 3
    assert f"gallra plan --confirm {summary['hash']}" in said.err
    assert club.files() == before

    assert club.run("plan", "--confirm", "0" * 64).code == 2
    assert club.run("plan", "--confirm", summary["hash"]).code == 0
    club.write({"Löner/Lönelista 2013.csv": "Lön;13\n"})
    changed = club.run("run", "--once")
    assert changed.code == 3, changed.out
    assert summary["hash"] not in changed.err
    assert set(club.files()) > set(before)

    (club.share / "Löner/Lönelista 2013.csv").unlink()
    released = club.run("run", "--once")
    assert released.code == 0, released.err
    assert len(club.objects("quarantine", "list")) == 4
    assert "plan-confirmed" in club.actions()
    assert club.log_holds()


def test_a_day_later_the_dwell_still_holds_and_after_it_the_file_is_destroyed(taken):
    wanted = taken_id(taken)

    too_soon = taken.run_later(29, "quarantine", "destroy", wanted)
    assert too_soon.code == 3
    assert wanted in too_soon.err
    assert taken.run_later(29, "run", "--once").code == 0
    assert (taken.quarantine / wanted).exists()

    done = taken.run_later(31, "run", "--once")

    assert done.code == 0, done.err
    assert list(taken.quarantine.iterdir()) == []
    assert not taken.salaries.exists()
    assert taken.actions()[-1] == "destroyed"
    assert taken.log_holds()
    (record,) = taken.objects("list", "--class", "salary-list", "--state-is", "destroyed")
    assert record["path"] == str(taken.salaries)
    gone = taken.run_later(31, "quarantine", "restore", wanted)
    assert gone.code == 2
    entries = len(taken.objects("log"))
    assert taken.run_later(32, "run", "--once").code == 0
    assert len(taken.objects("log")) == entries


def test_a_clock_that_was_moved_forward_destroys_nothing_until_a_person_has_looked(taken):
    wanted = taken_id(taken)

    moved = taken.run_later(60, "run", "--once", slept=False)

    assert moved.code == 3, moved.out
    assert "clock" in moved.err
    assert "gallra plan --confirm" in moved.err
    assert (taken.quarantine / wanted).exists()
    digest = moved.err.partition("--confirm ")[2][:64]
    assert taken.run_later(60, "plan", "--confirm", digest, slept=False).code == 3
    assert taken.run_later(60, "run", "--once", slept=False).code == 3
    released = ("plan", "--confirm", digest, "--release", "clock")
    assert taken.run_later(60, *released, slept=False).code == 0
    assert taken.run_later(60, "run", "--once", slept=False).code == 0
    assert not (taken.quarantine / wanted).exists()


def test_what_was_held_in_quarantine_is_not_destroyed(taken):
    assert taken.run("hold", "place", "T 1", "--all", "--reason", "tvist").code == 0

    assert taken.run_later(60, "run", "--once").code == 0

    assert len(list(taken.quarantine.iterdir())) == 1
    assert taken.run_later(60, "quarantine", "destroy", taken_id(taken)).code == 3
    assert len(list(taken.quarantine.iterdir())) == 1

"""The doctor: the worst first, each with what to do, and nothing changed."""

import os
from datetime import timedelta

import pytest

from gallra.host import samba
from gallra.service import doctor

RANKS = ("fault", "warning", "unknown", "good")


def by_check(found):
    return {(each["check"], each["share"]): each for each in found}


def test_each_finding_says_what_to_do_and_the_worst_stands_first(club):
    club.run("scan")
    before = sorted(os.walk(club.folder))
    code, found = club.objects("doctor")

    checks = {each["check"] for each in found}
    assert {"disk-encryption", "free-space", "modes", "state-modes", "clock", "time-zone"} <= checks
    assert {
        "ledger",
        "landlock",
        "seccomp",
        "ocr",
        "inotify-watches",
        "swap",
        "notifications",
    } <= checks
    wants_care = [each for each in found if each["gravity"] in {"warning", "fault"}]
    assert all(each["remedy"] for each in wants_care)
    assert code == (1 if wants_care else 0)
    ranks = [RANKS.index(each["gravity"]) for each in found]
    assert ranks == sorted(ranks)
    assert sorted(os.walk(club.folder)) == before


def test_a_share_and_a_state_that_everybody_reaches_are_told_and_then_they_are_not(club):
    club.run("scan")
    club.share.chmod(0o777)
    (club.folder / "state").chmod(0o755)
    _, found = club.objects("doctor")
    assert by_check(found)["modes", "gemensam"]["gravity"] == "warning"
    assert by_check(found)["state-modes", None]["gravity"] == "fault"

    club.share.chmod(0o770)
    (club.folder / "state").chmod(0o700)
    _, found = club.objects("doctor")
    assert by_check(found)["modes", "gemensam"]["gravity"] == "good"
    assert by_check(found)["state-modes", None]["gravity"] == "good"


def test_a_share_that_is_not_there_is_told_and_the_rest_is_looked_at(club):
    club.run("scan")
    club.share.rename(club.folder / "borta")
    code, found = club.objects("doctor")

    assert code == 1
    assert by_check(found)["share", "gemensam"]["gravity"] == "fault"
    assert ("ledger", None) in by_check(found)


def test_a_secret_that_is_not_there_is_the_one_fault_that_is_told(club, monkeypatch):
    club.run("scan")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")

    code, found = club.objects("doctor")
    found = by_check(found)

    assert code == 1
    assert [check for check, _ in found] == ["secret"]
    assert found["secret", None]["gravity"] == "fault"


def test_a_ledger_that_was_changed_is_a_fault(club):
    club.run("scan")
    leaves = next((club.folder / "state" / "ledger").glob("leaves*"))
    leaves.write_bytes(leaves.read_bytes().replace(b'"', b"'", 1))
    code, found = club.objects("doctor")

    assert code == 1
    assert by_check(found)["ledger", None]["gravity"] == "fault"


def test_an_old_checkpoint_is_told(club):
    club.run("scan")
    club.run("log", "checkpoint")
    checkpoint = club.folder / "state" / "ledger" / "checkpoint"
    _, found = club.objects("doctor")
    assert by_check(found)["checkpoint", None]["gravity"] == "good"
    old = checkpoint.stat().st_mtime - (doctor.CHECKPOINT_AGE + timedelta(days=1)).total_seconds()
    os.utime(checkpoint, (old, old))
    _, found = club.objects("doctor")

    assert by_check(found)["checkpoint", None]["gravity"] == "warning"


@pytest.mark.parametrize(
    ("is_required", "gravity"), [(True, "good"), (False, "warning")], ids=["required", "offered"]
)
def test_what_the_file_server_lets_pass_is_told(club, monkeypatch, is_required, gravity):
    one = samba.Served(
        name="klubb",
        is_encryption_required=is_required,
        is_signing_required=is_required,
        is_open_to_guests=not is_required,
        recycle_bin=None,
        has_snapshots=False,
    )
    monkeypatch.setattr(samba, "served", lambda _: (one,))
    _, found = club.objects("doctor")

    for check in ("smb-encryption", "smb-signing", "smb-guests"):
        assert by_check(found)[check, "gemensam"]["gravity"] == gravity


@pytest.mark.parametrize("language", ["sv", "nb", "en"])
def test_it_speaks_to_people(club, language):
    _, out, err = club.run("--lang", language, "doctor")

    assert "disk-encryption" in out
    assert not err

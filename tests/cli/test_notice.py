"""``notice``: owners are told in advance what goes of theirs, once, in their language."""

import os
import pwd
from datetime import timedelta

import pytest

from gallra.service import clock
from gallra.service.notices import name_of, owner_of
from gallra.store.notices import NOBODY

MINE = 34_567


@pytest.fixture
def soon(club):
    """A club in which two lists are due, one in 20 days and one in 200."""
    for name, days in (("snart", 20), ("senare", 200)):
        day = clock.now().date() + timedelta(days=days)
        told = day.replace(year=day.year - 4)
        path = club.share / "Löner" / f"{name} {told.isoformat()}.csv"
        path.write_text("Namn;Lön\nA;1\n", "utf-8")
    (club.share / "Löner" / "Lönelista 2019.csv").unlink()
    assert club.run("scan")[0] == 0
    return club


def test_what_goes_is_told_once(soon):
    code, out, _ = soon.run("notice")
    assert code == 0
    assert "snart" in out
    assert "senare" not in out
    assert "Salary lists, F15.5" in out
    assert "snart" not in soon.run("notice")[1]
    assert "senare" in soon.run("notice", "--days", "300")[1]
    assert "snart" in soon.run("notice", "--again")[1]


def test_a_script_gets_one_object_a_record(soon):
    code, (found,) = soon.objects("notice")
    assert code == 0
    assert (found["act"], found["class"], found["authority"]) == (
        "quarantine", "salary-list", "F15.5",
    )  # fmt: skip
    assert found["owner"] is None
    assert found["path"].startswith("Löner/snart")
    assert soon.objects("notice") == (0, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_each_owner_has_a_text_of_their_own(soon):
    somebody = next(entry for entry in pwd.getpwall() if entry.pw_uid not in {0, os.geteuid()})
    for path in (soon.share / "Löner").iterdir():
        os.chown(path, MINE if "snart" in path.name else somebody.pw_uid, 0)
    assert soon.run("scan")[0] == 0
    assert "nothing to tell" in soon.run("notice", "--owner", somebody.pw_name)[1]
    code, out, _ = soon.run("notice", "--days", "300", "--owner", somebody.pw_name)
    assert (code, "snart" in out, "senare" in out) == (0, False, True)
    assert somebody.pw_name in out
    out = soon.run("notice", "--days", "300")[1]
    assert ("snart" in out, "senare" in out) == (True, False)
    assert f"To user number {MINE}" in out


def test_what_is_held_is_not_told_and_what_is_let_go_not_twice(soon):
    assert "snart" in soon.run("notice")[1]
    assert soon.run("hold", "place", "mine", "gemensam/Löner", "--reason", "a case")[0] == 0
    assert "nothing to tell" in soon.run("notice", "--again")[1]
    assert soon.run("hold", "lift", "mine")[0] == 0
    assert "nothing to tell" in soon.run("notice")[1]


@pytest.mark.parametrize(
    ("language", "told"), [("sv", "flyttas till karantän"), ("nb", "flyttes til karantene")]
)
def test_a_notice_speaks_the_reader_s_language(soon, language, told):
    out = soon.run("--lang", language, "notice")[1]
    assert told in out
    assert "you" not in out.split()


def test_hostile_names_stay_on_their_line(soon):
    folder = os.path.join(os.fsencode(soon.share), "Löner".encode())
    name = next(name for name in os.listdir(folder) if name.startswith(b"snart"))
    hostile = name.replace(b"snart", b"snart\n\x1b[31mTo: everybody \xff")
    os.rename(os.path.join(folder, name), os.path.join(folder, hostile))
    assert soon.run("scan")[0] == 0
    out = soon.run("notice")[1]
    assert "\x1b" not in out
    assert "\nTo: everybody" not in out
    _, (found,) = soon.objects("notice", "--again")
    assert "path_b64" in found


@pytest.mark.parametrize(
    "words", [("--days", "-1"), ("--owner", "no such user"), ("--share", "none")]
)
def test_what_cannot_be_meant_is_refused(soon, words):
    assert soon.run("notice", *words)[0] == 2


def test_users_are_known_by_name_or_number():
    assert owner_of("0") == 0
    assert owner_of("root") == 0
    assert name_of(0)[0] == "root"
    assert name_of(NOBODY) == ("", "")

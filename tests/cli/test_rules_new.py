"""``rules new``: rules to begin with, as scripts/run and a first-time user ask for them."""

import json
import os
import tomllib

import pytest

from gallra.model.retention import Mode
from gallra.rules.loading import load, parse
from gallra.rules.starting import share_name, shipped


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "Ärenden på Øya (2026)"
    made.mkdir()
    return made


def test_what_it_prints_are_rules_that_hold(club, folder):
    code, out, err = club.run("rules", "new", folder)
    assert (code, err) == (0, "")
    club.rules.write_text(out, "utf-8")

    assert club.run("check")[0] == 0
    schedule = load(str(club.rules))
    (share,) = schedule.shares
    assert (share.name, share.path) == ("arenden-pa-oya-2026", os.fsencode(folder))
    assert (share.role, schedule.mode) == ("common-area", Mode.OBSERVE)
    whole = parse(shipped(), path="x")
    assert [each.code for each in schedule.classes] == [each.code for each in whole.classes]
    assert [each.when for each in schedule.rules] == [each.when for each in whole.rules]


def test_it_needs_no_rules_and_leaves_none_behind(club, folder):
    club.rules.unlink()

    assert club.run("rules", "new", folder)[0] == 0
    assert club.run("rules", "schema")[0] == 0
    assert not club.rules.exists()
    assert not (club.folder / "state").exists()


def test_every_folder_is_a_share_with_the_role_that_is_said(club, folder):
    (folder / "Post").mkdir()
    (club.share / "Post").mkdir()
    folders = (folder, folder / "Post", club.share / "Post", f"{folder}/../{folder.name}")
    code, out, _ = club.run("rules", "new", *folders, "--role", "case-area")
    shares = tomllib.loads(out)["share"]

    assert code == 0
    assert list(shares) == ["arenden-pa-oya-2026", "post", "post-2"]
    assert {each["role"] for each in shares.values()} == {"case-area"}


def test_a_link_to_a_folder_means_the_folder(club, folder):
    (club.folder / "link").symlink_to(folder)
    _, out, _ = club.run("rules", "new", club.folder / "link")

    assert tomllib.loads(out)["share"]["arenden-pa-oya-2026"]["path"] == str(folder)


def test_hostile_names_are_quoted(club, tmp_path):
    hostile = tmp_path / 'a"b\\c\n\x1b[31m\x7f]\n[x'
    hostile.mkdir()
    code, out, _ = club.run("rules", "new", hostile)

    assert code == 0
    club.rules.write_text(out, "utf-8")
    assert load(str(club.rules)).shares[0].path == os.fsencode(hostile)


@pytest.mark.parametrize("name", [b"\xff", b"slut ", b"ingen/s\xc3\xa5dan"])
def test_a_folder_that_rules_cannot_name_is_refused_on_one_line(club, name):
    path = os.path.join(os.fsencode(club.folder), name)
    if b"/" not in name:
        os.mkdir(path)
    code, out, err = club.run("rules", "new", os.fsdecode(path))

    assert (code, out) == (2, "")
    assert err.startswith("gallra: ")
    assert err.count("\n") == 1


def test_for_a_script_the_rules_are_one_object(club, folder):
    code, out, _ = club.run("rules", "new", folder, "--json")

    assert code == 0
    assert "arenden-pa-oya-2026" in tomllib.loads(json.loads(out)["rules"])["share"]


@pytest.mark.parametrize(
    ("folder_name", "name"),
    [
        ("Gemensam", "gemensam"),
        ("Funktionsbrevlåda", "funktionsbrevlada"),
        ("A\u030arsmøte & sånt", "arsmote-sant"),
        ("Жалобы", "share"),
        ("...", "share"),
        ("x" * 300, "x" * 40),
        ("Ægir ÞÓR", "aegir-thor"),
    ],
)
def test_a_share_is_named_after_its_folder(folder_name, name):
    assert share_name(folder_name) == name
    assert share_name(folder_name, {name}) == f"{name}-2"

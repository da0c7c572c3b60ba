"""The promise of make-share: same seed, same bytes; nothing is overwritten."""

import hashlib
import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from sample_share import ShareError, rules_path, truth_path, write_share
from sample_share.recipes import RECIPES, counts

LAUNCHER = Path(__file__).parents[2] / "scripts" / "make-share"


def tree(root):
    """Return every file's bytes digest and time, and every directory's time, by path."""
    found = {}
    for folder, _, names in os.walk(os.fsencode(root)):
        found[os.path.relpath(folder, os.fsencode(root))] = os.stat(folder).st_mtime_ns
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as source:
                digest = hashlib.sha256(source.read()).hexdigest()
            found[os.path.relpath(path, os.fsencode(root))] = (digest, os.stat(path).st_mtime_ns)
    return found


def test_the_same_seed_gives_the_same_bytes_names_and_times(tmp_path):
    first, second = tmp_path / "one" / "club", tmp_path / "two" / "club"
    for root in (first, second):
        write_share(root, seed=3, files=120)
    assert tree(first) == tree(second)
    assert truth_path(first).read_bytes() == truth_path(second).read_bytes()
    moved = rules_path(first).read_text("utf-8").replace(str(first), str(second))
    assert moved == rules_path(second).read_text("utf-8")


def test_another_seed_gives_another_share(tmp_path):
    write_share(tmp_path / "a", seed=1, files=40)
    write_share(tmp_path / "b", seed=2, files=40)
    assert tree(tmp_path / "a") != tree(tmp_path / "b")
    assert truth_path(tmp_path / "a").read_bytes() != truth_path(tmp_path / "b").read_bytes()


@pytest.mark.parametrize("files", [1, 9, len(RECIPES), 61, 180, 5_000, 123_457])
def test_a_share_has_exactly_as_many_files_as_asked_for(files):
    assert sum(counts(files)) == files
    assert (min(counts(files)) > 0) == (files >= len(RECIPES))


def test_proportions_stay_when_a_share_grows():
    small, large = counts(1_000), counts(50_000)
    for recipe, few, many in zip(RECIPES, small, large, strict=True):
        assert abs(few / 1_000 - many / 50_000) < 0.003, recipe.name


def test_the_files_on_disk_are_those_of_the_truth(made):
    found = {
        os.fsdecode(os.path.relpath(os.path.join(folder, name), os.fsencode(made.root)))
        for folder, _, names in os.walk(os.fsencode(made.root))
        for name in names
    }
    assert found == {entry["path"] for entry in made.truth}
    assert len(found) == 260


def test_each_part_of_a_file_is_told_once(made):
    places = [(entry["path"], entry["part"]) for entry in made.truth]
    assert len(places) == len(set(places))


def test_a_share_has_the_names_that_real_shares_have(made):
    paths = {entry["path"] for entry in made.truth}
    assert any(" " in path for path in paths)
    for letter in "åäöæø":
        composed = [path for path in paths if letter in unicodedata.normalize("NFC", path)]
        assert composed, letter
    assert any(not unicodedata.is_normalized("NFC", path) for path in paths if path.isprintable())
    assert any(not path.isprintable() for path in paths), "a name that is no UTF-8"


def test_no_document_is_younger_than_the_day_that_was_given(made):
    latest = max(entry["document_date"] or "" for entry in made.truth if entry["kind"] == "minutes")
    assert "2018" < latest <= "2026-11-22"


def test_a_directory_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "club").mkdir()
    (tmp_path / "club" / "mine.txt").write_text("mine")
    with pytest.raises(ShareError, match="not empty"):
        write_share(tmp_path / "club", seed=1, files=5)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["club", "mine.txt"]


@pytest.mark.parametrize("beside", ["club.rules.toml", "club.truth.jsonl", "club"])
def test_no_file_beside_is_overwritten(tmp_path, beside):
    (tmp_path / beside).write_text("mine")
    with pytest.raises(ShareError):
        write_share(tmp_path / "club", seed=1, files=5)
    assert [path.name for path in tmp_path.iterdir()] == [beside]
    assert (tmp_path / beside).read_text() == "mine"


def run(*arguments):
    return subprocess.run(
        [LAUNCHER, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_the_command_writes_a_share_into_an_empty_directory(tmp_path):
    (tmp_path / "club").mkdir()
    done = run(tmp_path / "club", "--seed", 4, "--files", 30)
    assert (done.returncode, done.stderr) == (0, "")
    assert len([path for path in (tmp_path / "club").rglob("*") if path.is_file()]) == 30


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "required: DIR, --seed"),
        (("club",), "required: --seed"),
        (("club", "--seed", "x"), "invalid int value: 'x'"),
        (("club", "--seed", "1", "--files", "0"), "'0' is no number of files"),
        (("club", "--seed", "1", "--files", "many"), "'many' is no number of files"),
        (("club", "--seed", "1", "--today", "soon"), "'soon' is no day like 2026-11-22"),
    ],
)
def test_wrong_use_gets_a_complaint_and_exit_code_2(arguments, complaint):
    done = run(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_a_full_directory_gets_one_line_and_exit_code_2(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = run(tmp_path, "--seed", 1)
    assert done.returncode == 2
    assert done.stderr.startswith("make-share: ")
    assert done.stderr.count("\n") == 1

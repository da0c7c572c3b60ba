"""Somebody who may write to the share tries to have other people's files taken away."""

import os
import subprocess
import sys
import textwrap

import pytest

from gallra.kernel import opening
from gallra.model.share import STAGING

FOLDERS, NAMES = 40, 50
TARGET_COUNT = FOLDERS * NAMES

SWAPPER = """
    import os, sys
    share, victims, folders, names, suffix = sys.argv[1:]
    folders, names = int(folders), int(names)

    def instead(path, aside, put):
        \"\"\"Put something else in the place of ``path`` for a moment.\"\"\"
        if os.path.lexists(aside):
            return  # of a swapper before, that was stopped half-way
        try:
            os.rename(path, aside)
        except OSError:
            return
        try:
            put()
            os.unlink(path)
        except OSError:
            pass
        try:
            # never over what came back meanwhile
            if os.path.isdir(aside) or not os.path.lexists(path):
                os.rename(aside, path)
        except OSError:
            pass

    print("go", flush=True)
    turn = 0
    while True:
        for number in range(folders):
            folder = f"{share}/d{number}"
            instead(folder, f"{share}/aside{number}", lambda: os.symlink(victims, folder))
            # the folder above, by one in which another file has the same name
            other = f"{share}/other{number}"
            os.makedirs(other, exist_ok=True)
            for name in range(turn % 5, names, 5):
                turn += 1
                path, victim = f"{folder}/{name}{suffix}", f"{victims}/{name % 10}"
                kind = turn % 6
                if kind == 0:
                    instead(path, path + "~", lambda: os.symlink(victim, path))
                elif kind == 1:
                    instead(path, path + "~", lambda: os.link(victim, path))
                elif kind == 2:
                    instead(path, path + "~", lambda: os.mkfifo(path))
                elif kind == 3:
                    instead(path, path + "~", lambda: os.mknod(path, 0o020666, os.makedev(1, 3)))
                elif kind == 4:
                    try:
                        os.link(path, path + ".further")
                        os.unlink(path + ".further")
                    except OSError:
                        pass
                elif not os.path.lexists(f"{other}/{name}{suffix}"):
                    try:
                        os.rename(path, f"{other}/{name}{suffix}")
                        os.rename(f"{other}/{name}{suffix}", path)
                    except OSError:
                        pass
"""
"""Folders by links; files by links, further names of victims, FIFOs, devices; and back again."""


@pytest.fixture
def victims(tmp_path):
    """Return a folder outside of the share, with files that nobody decided upon."""
    folder = tmp_path / "victims"
    folder.mkdir()
    for name in range(10):
        (folder / str(name)).write_text(f"victim {name}")
    (folder / "in.mbox").write_text("From victim")
    return folder


def require_no_victims(victims):
    assert sorted(os.listdir(victims)) == sorted([*map(str, range(10)), "in.mbox"])
    assert {path.read_text() for path in victims.iterdir()} == {
        *(f"victim {number}" for number in range(10)),
        "From victim",
    }


def swapping(world, victims, act, folders=FOLDERS, suffix=""):
    """Do ``act()`` while the swapper is at work."""
    with subprocess.Popen(
        [
            sys.executable, "-c", textwrap.dedent(SWAPPER), str(world.share), str(victims),
            str(folders), str(NAMES), suffix,
        ],
        stdout=subprocess.PIPE,
    ) as swapper:  # fmt: skip
        swapper.stdout.readline()
        try:
            act()
        finally:
            swapper.kill()


def texts(*roots):
    """Return what regular files hold, each file once, whatever names it has."""
    found = {}
    for root in roots:
        for path in root.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.stat().st_size:
                found[path.stat().st_ino] = path.read_text()
    return sorted(each for each in found.values() if not each.startswith("victim"))


def targets():
    return {
        f"d{folder}/{name}": f"{folder} {name}"
        for folder in range(FOLDERS)
        for name in range(NAMES)
    }


def require_all_there(world):
    assert texts(world.share, world.quarantine, world.archive) == sorted(targets().values())
    assert all(path.is_file() and not path.is_symlink() for path in world.quarantine.iterdir())
    assert not list((world.share / os.fsdecode(STAGING)).glob("*"))
    assert world.ledger.open_intents() == ()


@pytest.mark.parametrize("has_openat2", [True, False])
def test_a_swapper_of_folders_and_links_has_no_victims(
    tmp_path, make_world, monkeypatch, has_openat2, victims
):
    if not has_openat2:

        def missing(*_):
            opening.ctypes.set_errno(opening.errno.ENOSYS)
            return -1

        monkeypatch.setattr(opening, "_syscall", missing)
    world = make_world(tmp_path)
    world.write(targets())
    decided = world.decided()
    assert len(decided) == TARGET_COUNT

    def act():
        for _ in range(3):
            list(world.hand.quarantine(decided))

    swapping(world, victims, act)

    require_no_victims(victims)
    require_all_there(world)
    assert len(world.captured()) > TARGET_COUNT // 10


def test_a_swapper_has_no_victims_among_what_is_moved(tmp_path, make_world, victims):
    world = make_world(tmp_path)
    world.write(targets())
    moves = world.moves()
    assert len(moves) == TARGET_COUNT

    swapping(world, victims, lambda: list(world.hand.move(moves)))

    require_no_victims(victims)
    require_all_there(world)
    assert len(world.archived()) > TARGET_COUNT // 20


def test_a_swapper_gets_nothing_restored_to_another_place_and_nothing_else_destroyed(
    tmp_path, make_world, victims
):
    world = make_world(tmp_path)
    world.write(targets())
    world.quarantined()
    items = list(world.catalogue.quarantine_items())
    assert len(items) == TARGET_COUNT

    def act():
        for item in items[:: TARGET_COUNT // 200]:
            world.hand.restore(item.quarantine_id)

    swapping(world, victims, act)

    require_no_victims(victims)
    require_all_there(world)
    restored = TARGET_COUNT - len(world.captured())
    assert restored > 20
    there = texts(world.share)
    world.later(31)
    swapping(world, victims, world.destroyed)
    require_no_victims(victims)
    assert texts(world.share) == there
    assert world.captured() == []


def test_a_swapper_gets_nothing_cut_but_what_was_decided(
    tmp_path, make_world, make_letter, victims
):
    world = make_world(tmp_path)
    letters = [make_letter(number, f"text {number}") for number in range(1, 5)]
    world.write(
        {f"d{folder}/{name}.mbox": "".join(letters) for folder in range(4) for name in range(5)}
    )
    decided = world.due()

    swapping(
        world, victims, lambda: list(world.hand.quarantine(decided)), folders=4, suffix=".mbox"
    )

    require_no_victims(victims)
    whole = "".join(texts(world.share, world.quarantine))
    assert all(whole.count(letter) == 20 for letter in letters)

"""Somebody who may write to the share tries to have other people's files taken away."""

import os
import subprocess
import sys
import textwrap

import pytest

from gallra.kernel import opening

TARGET_COUNT = 300

SWAPPER = """
    import os, sys
    share, victims = sys.argv[1:]
    print("go", flush=True)
    while True:
        for number in range(30):
            folder, aside = f"{share}/d{number}", f"{share}/aside{number}"
            try:
                os.rename(folder, aside)
                os.symlink(victims, folder)
                os.unlink(folder)
                os.rename(aside, folder)
                for name in range(10):
                    path = f"{folder}/{name}"
                    os.rename(path, path + "~")
                    os.symlink(f"{victims}/{name}", path)
                    os.unlink(path)
                    os.rename(path + "~", path)
            except OSError:
                try:
                    os.unlink(folder)
                except OSError:
                    pass
                try:
                    os.rename(aside, folder)
                except OSError:
                    pass
"""


@pytest.mark.parametrize("has_openat2", [True, False])
def test_a_swapper_of_folders_and_links_has_no_victims(
    tmp_path, make_world, monkeypatch, has_openat2
):
    if not has_openat2:

        def missing(*_):
            opening.ctypes.set_errno(opening.errno.ENOSYS)
            return -1

        monkeypatch.setattr(opening, "_syscall", missing)
    world = make_world(tmp_path)
    victims = tmp_path / "victims"
    victims.mkdir()
    for name in range(10):
        (victims / str(name)).write_text(f"victim {name}")
    targets = {
        f"d{folder}/{name}": f"{folder} {name}" for folder in range(30) for name in range(10)
    }
    world.write(targets)
    decided = world.decided()
    assert len(decided) == TARGET_COUNT
    swapper = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SWAPPER), str(world.share), str(victims)],
        stdout=subprocess.PIPE,
    )
    with swapper:
        swapper.stdout.readline()
        for _ in range(5):
            list(world.hand.quarantine(decided))
        swapper.kill()

    assert sorted(os.listdir(victims)) == [str(name) for name in range(10)]
    assert {path.read_text() for path in victims.iterdir()} == {f"victim {n}" for n in range(10)}
    there = {
        path.read_text()
        for path in world.share.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    assert there | set(world.captured()) == set(targets.values())
    assert all(path.is_file() and not path.is_symlink() for path in world.quarantine.iterdir())
    assert world.ledger.open_intents() == ()

"""What status says of changes that were missed: when, why, and when a scan had found them."""

import contextlib
import os
import signal
import threading
from datetime import datetime

import pytest

FOLDERS = 20


@pytest.fixture
def wide(club):
    """A share of many folders, in which nothing is done."""
    club.write_rules(mode="observe")
    club.write({f"m{number}/fil.txt": "Dagordning\n" for number in range(FOLDERS)})
    return club


def share(club):
    """Return what is told of the share; while the daemon writes, a command may have to wait."""
    threading.Event().wait(0.5)  # to ask costs more than what is waited for
    with contextlib.suppress(AssertionError):
        return club.objects("status")[1]
    return {}


def has_caught_up(club, because):
    """Return what status tells, once it says that what was missed for that reason was found."""
    told = share(club)
    if because not in (told.get("events_lost_because") or "") or not told["caught_up_at"]:
        return None
    assert datetime.fromisoformat(told["caught_up_at"]) >= datetime.fromisoformat(
        told["events_lost_at"]
    )
    return told


def assert_all_is_known_and_told(club, told, eventually):
    there = {
        os.path.join(folder, name) for folder, _, names in os.walk(club.share) for name in names
    }

    def known():
        with contextlib.suppress(AssertionError):
            paths = [each["path"] for each in club.objects("list", "--state-is", "present")]
            assert len(paths) == len(set(paths))
            return {path for path in paths if os.path.exists(path)}
        return None

    eventually(lambda: known() == there)
    lines = club.run("status").out.splitlines()
    missed = next(each for each in lines if each.strip().startswith("changes missed"))
    assert told["events_lost_because"] in missed
    found = next(each for each in lines if each.strip().startswith("found by a scan"))
    assert "20" in found
    assert "not yet" not in found


def test_an_observer_that_was_killed(wide, start, eventually):
    daemon = start()
    eventually(daemon.has_looked)
    victim = eventually(lambda: daemon.child("gallra.watch.observing"))
    os.kill(victim, signal.SIGKILL)
    for number in range(FOLDERS):
        (wide.share / f"m{number}/ny.txt").write_text(f"Dagordning {number}\n", "utf-8")

    told = eventually(lambda: has_caught_up(wide, "ended unexpectedly"))

    assert_all_is_known_and_told(wide, told, eventually)
    assert daemon.stop() == 0


@pytest.mark.root
def test_more_folders_than_may_be_watched(wide, start, eventually, limit):
    limit("max_user_watches", FOLDERS // 2)
    daemon = start()

    told = eventually(lambda: has_caught_up(wide, "max_user_watches"))

    assert told["watched_directories"] < told["directories"]
    assert_all_is_known_and_told(wide, told, eventually)
    assert daemon.stop() == 0


@pytest.mark.root
def test_more_changes_than_the_kernel_keeps(wide, start, eventually, limit):
    limit("max_queued_events", 8)
    daemon = start()
    eventually(daemon.has_looked)

    def rage():
        for turn in range(40):
            for number in range(FOLDERS):
                (wide.share / f"m{number}/ny{turn % 4}.txt").write_text("Dagordning\n", "utf-8")
        return has_caught_up(wide, "max_queued_events")

    told = eventually(rage)

    assert_all_is_known_and_told(wide, told, eventually)
    assert daemon.stop() == 0

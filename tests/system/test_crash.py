"""Killed at any moment: nothing is lost, nothing is done twice, and the log can prove it."""

import collections
import os
import random
import subprocess
import sys

import pytest

SEED = 20261122
LIVES = 60 if os.environ.get("GALLRA_TEST_FULL") else 12
BATCH = 4
"""Files that fall due with each life."""
DAYS = 10
"""From one life to the next; what was taken three lives ago is destroyed."""

KILLED = """\
import os, signal, sys
from datetime import timedelta
from gallra.cli.main import main
from gallra.service import clock
left, later = int(sys.argv[1]), timedelta(days=int(sys.argv[2]))
now, boot = clock.now, clock.boot_seconds
clock.now = lambda: now() + later
clock.boot_seconds = lambda: boot() + later.total_seconds()
seen = 0
def count(frame, event, argument):
    global seen
    name = frame.f_code.co_filename
    if "/gallra/dispose/" in name or "/gallra/store/" in name or "/service/disposal" in name:
        seen += 1
        if seen == left:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(count)
code = main(sys.argv[3:])
sys.setprofile(None)
print("moments", seen)
sys.exit(code)
"""
"""The command, killed at the n-th step of what writes, moves or destroys."""


@pytest.fixture
def lives(club):
    """Return the club with ``count`` batches, all read, of which none is due yet."""

    def begin(count):
        club.salaries.unlink()
        club.write(
            {
                f"Löner/{batch}/Lönelista 2019 {number}.csv": f"Lön;{batch};{number}\n"
                for batch in range(count)
                for number in range(BATCH)
            }
            # So many that the caps, which count against what is left, have nothing to say.
            | {f"Mallar/{number}.txt": f"Dagordning {number}\n" for number in range(3 * BATCH)}
        )
        club.write_rules(mode="observe", most_of_a_share="100 %")
        assert club.run("run", "--once").code == 0
        return club

    return begin


def due_from_now_on(club, batch):
    """Have ``batch`` and those before it fall due."""
    club.write_rules()
    listed = ", ".join(f'"Löner/{number}/**"' for number in range(batch + 1))
    club.edit_rules('"Löner/**"', f"[{listed}]")


def live(club, moment, day):
    """Run one cycle on ``day``, killed at ``moment``; return how it ended and what it counted."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(moment), str(day), *club.command("run", "--once")[1:]],
        capture_output=True,
        check=False,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    _, is_whole, count = done.stdout.decode("utf-8").rpartition("moments ")
    return done.returncode, int(count) if is_whole else None, done.stderr.decode("utf-8")


def assert_nothing_is_lost(club, originals):
    """Every file is in the share or in quarantine, once, or the log has its destruction."""
    shared, quarantined = club.contents()
    there = collections.Counter(shared + quarantined)
    assert set(there.values()) <= {1}, "a file is there twice"
    log = club.objects("log")
    announced = {
        each["path"]
        for each in log
        if each["action"] == "destroyed" or (each["action"], each["act"]) == ("intent", "destroy")
    }
    for path, content in originals.items():
        assert content in there or path in announced, path


def assert_all_is_told_once(club):
    """Every intent has one outcome, and no file was taken or destroyed twice."""
    log = club.objects("log")
    intents = {each["sequence"] for each in log if each["action"] == "intent"}
    outcomes = collections.Counter(each["intent"] for each in log if each["intent"] is not None)
    assert set(outcomes) == intents
    assert set(outcomes.values()) <= {1}
    for action in ("quarantined", "destroyed"):
        told = collections.Counter(each["path"] for each in log if each["action"] == action)
        assert set(told.values()) <= {1}, action
    assert club.log_holds()


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_happens_twice(lives):
    chance = random.Random(SEED)
    count = LIVES
    club = lives(count)
    originals = {
        str(path): path.read_bytes() for path in club.share.rglob("*.csv") if path.is_file()
    }
    moments, killed = 0, 0

    for batch in range(count):
        day = batch * DAYS
        due_from_now_on(club, batch)
        # The first two lives, and one later, are whole: they tell how many moments there are.
        moment = chance.randrange(moments // 5, moments) if batch not in {0, 5} else 0
        code, counted, err = live(club, moment, day)
        if counted is None:
            assert code == -9, err
            killed += 1
            assert_nothing_is_lost(club, originals)
            code, counted, err = live(club, 0, day)
        assert code == 0, err
        moments = counted if batch in {0, 5} else moments
        assert_nothing_is_lost(club, originals)
        taken = club.share / f"Löner/{batch}"
        assert list(taken.iterdir()) == []
        assert len(list(club.quarantine.iterdir())) == BATCH * min(batch + 1, 3)

    assert killed >= count // 2
    assert_all_is_told_once(club)
    last = (count - 1) * DAYS
    entries, files = len(club.objects("log")), club.looks()
    assert live(club, 0, last)[0] == 0
    assert len(club.objects("log")) == entries
    assert club.looks() == files


def test_killed_by_the_clock_while_it_reads_the_next_run_finishes(club):
    chance = random.Random(SEED)
    originals = {str(path): path.read_bytes() for path in club.share.rglob("*") if path.is_file()}
    for _ in range(4):
        command = [each.decode() for each in club.command("run", "--once")]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=chance.uniform(0.2, 2.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert_nothing_is_lost(club, originals)

    assert club.run("run", "--once").code == 0

    assert not club.salaries.exists()
    assert {each["outcome"] for each in club.objects("list")} == {"read in full"}
    assert_nothing_is_lost(club, originals)
    assert_all_is_told_once(club)

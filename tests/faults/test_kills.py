"""kill -9 at every system call on a file: nothing is lost, nothing happens twice."""

import os
import random
import sys

import pytest
from grounds import KEPT, LETTERS

FULL = bool(os.environ.get("GALLRA_TEST_FULL"))
SEED = int(os.environ.get("GALLRA_TEST_SEED") or 20261122)
SAMPLE = 4
KILLED = -9

pytestmark = pytest.mark.slow


def drawn(count):
    """Return which of ``count`` calls are struck: all of them, or a sample."""
    sys.stdout.write(f"GALLRA_TEST_SEED={SEED}: of {count} calls\n")
    if FULL:
        return range(1, count + 1)
    return sorted(random.Random(SEED).sample(range(1, count + 1), min(SAMPLE, count)))


def finished(grounds, *words, codes=(0,)):
    """Run to the end what a kill interrupted, and once more."""
    for _ in range(2):
        said = grounds.run(*words)
        assert said["code"] in codes, said
        assert "Traceback" not in said["err"]


def test_a_cycle_killed_at_any_call_on_a_file_is_finished_by_the_next(grounds):
    grounds.put_back()
    whole = grounds.run(watched="changing")
    assert whole["code"] == 0, whole
    finished(grounds)
    wanted = grounds.final()
    assert len(wanted[2]) == 13

    struck = 0
    for number in drawn(len(whole["calls"])):
        grounds.put_back()
        said = grounds.run(strike=[number, "kill"])
        struck += said["code"] == KILLED
        at = (number, said["calls"][-1:])
        missing = grounds.missing()
        finished(grounds)
        grounds.require_destroyed(missing)
        assert grounds.final() == wanted, at

    assert struck


def test_a_cycle_killed_by_the_clock_is_finished_by_the_next(grounds):
    chance = random.Random(SEED)
    grounds.put_back()
    assert grounds.run()["code"] == 0
    finished(grounds)
    wanted = grounds.final()

    for number in range(200 if FULL else 3):
        grounds.put_back()
        # New files, too: then there are readers that lose the one they speak to.
        fresh = grounds.share / "Mallar/ny.txt"
        fresh.write_text("Dagordning ny\n", "utf-8")
        seconds = chance.uniform(0.0, 0.4)
        said = grounds.run(seconds=seconds)
        assert said["code"] in {KILLED, 0}, said
        missing = grounds.missing()
        fresh.unlink()
        finished(grounds)
        grounds.require_destroyed(missing)
        assert grounds.final() == wanted, (number, seconds)


def test_readers_killed_at_any_call_cost_no_file(grounds):
    grounds.put_back()
    fresh = {grounds.share / f"Mallar/ny {name}.txt": f"Dagordning ny {name}\n" for name in "ab"}

    def begin():
        grounds.put_back()
        for path, text in fresh.items():
            path.write_text(text, "utf-8")

    begin()
    whole = grounds.run(watched="all", readers=True)
    assert whole["code"] == 0, whole
    finished(grounds)
    wanted = grounds.final()

    for number in drawn(len(whole["calls"])):
        begin()
        said = grounds.run(strike=[number, "kill"], watched="all", readers=True)
        assert said["code"] in {0, 1}, said
        missing = grounds.missing()
        finished(grounds, codes=(0, 1))
        grounds.require_destroyed(missing)
        assert grounds.final() == wanted, number


@pytest.mark.parametrize("what", ["file", "message", "message to a file"])
def test_a_restore_killed_at_any_call_on_a_file_is_finished_by_the_next(grounds, what):
    grounds.put_back()
    with grounds.house() as house:
        item = next(
            item
            for item in house.catalogue.quarantine_items()
            if bool(item.part) == what.startswith("message")
        )
    words = ["quarantine", "restore", item.quarantine_id]
    words += ["--to", "Brev/åter.eml"] if what.endswith("to a file") else []
    grounds.days = 10
    whole = grounds.run(*words, watched="changing")
    assert whole["code"] == 0, whole
    wanted = grounds.final()
    assert wanted[2]["restored", os.fsdecode(item.path), None] or item.part

    for number in drawn(len(whole["calls"])):
        grounds.put_back()
        said = grounds.run(*words, strike=[number, "kill"])
        at = (number, said["calls"][-1:])
        missing = grounds.missing()
        assert not missing or what.endswith("to a file")
        finished(grounds, *words, codes=(0, 2))
        assert grounds.final() == wanted, at
    grounds.days = type(grounds).days


def test_a_restore_that_was_killed_can_be_asked_for_again(grounds):
    grounds.put_back()
    with grounds.house() as house:
        item = next(item for item in house.catalogue.quarantine_items() if not item.part)
    for place in (["--to", "Mallar/annat.csv"], []):
        words = ["quarantine", "restore", item.quarantine_id, *place]
        said = grounds.run(*words, strike=[1, "kill"], among=["renameat2"], days=10)
        assert said["code"] == KILLED

    said = grounds.run("quarantine", "restore", item.quarantine_id, days=10)

    assert said["code"] == 0, said
    assert (grounds.share / os.fsdecode(item.path)).exists()
    with grounds.house() as house:
        (hold,) = house.catalogue.holds()
    assert hold.path.endswith(os.path.basename(os.fsdecode(item.path)))


def test_what_is_not_due_was_never_touched(grounds):
    grounds.put_back()
    assert grounds.run()["code"] == 0
    there = grounds.versions()

    assert all(there[text] == 1 for text in [*KEPT.values(), LETTERS[1], LETTERS[3]])

"""Whoever is told to stop brings the batch to its end, and leaves the rest as it is."""

import os
from collections import Counter

import pytest

from gallra.dispose import hand as hand_module
from gallra.dispose.disk import Disk
from gallra.dispose.hand import Hand
from gallra.dispose.means import BATCH_COUNT
from gallra.model.ledger import Deed
from gallra.model.record import Act

FILE_COUNT = 2 * BATCH_COUNT + 50


class Stopping:
    """Lets some batches go on; counts how often it was asked."""

    def __init__(self, after_count):
        self.after_count = after_count
        self.asked_count = 0

    def __call__(self):
        self.asked_count += 1
        return self.asked_count <= self.after_count


def hand_until(world, goes_on, disk=None):
    return Hand(
        ledger=world.ledger,
        catalogue=world.catalogue,
        schedule=world.schedule,
        clock=lambda: world.now,
        is_held=lambda _: False,
        dwell_ends_on=lambda day: day,
        disk=disk or Disk(),  # else each piece of a file asks, too
        goes_on=goes_on,
    )


def open_intents(world):
    """Return the intents that never got an outcome."""
    numbers = [each.sequence for each in world.ledger.entries() if each.entry.deed is Deed.INTENT]
    settled = {each.entry.intent for each in world.ledger.entries()}
    return [number for number in numbers if number not in settled]


@pytest.fixture
def many(world):
    world.write({f"{number:04}": f"{number}" for number in range(FILE_COUNT)})
    return world


def test_a_stop_amidst_many_files_ends_after_the_batch_and_the_next_start_goes_on(many):
    done = list(hand_until(many, Stopping(after_count=1)).quarantine(many.decided()))

    assert Counter(each.deed for each in done) == {Deed.QUARANTINED: BATCH_COUNT}
    assert open_intents(many) == []
    assert len(many.tree()) == FILE_COUNT - BATCH_COUNT
    assert len(many.captured()) == BATCH_COUNT
    assert not many.staged()

    many.restart()
    assert len(many.quarantined()) == FILE_COUNT - BATCH_COUNT
    assert many.tree() == {}
    assert sorted(many.captured()) == sorted(str(number) for number in range(FILE_COUNT))
    assert open_intents(many) == []


def test_a_stop_before_the_first_batch_leaves_everything(many):
    goes_on = Stopping(after_count=0)
    assert list(hand_until(many, goes_on).quarantine(many.decided())) == []
    assert list(hand_until(many, goes_on).move(many.moves())) == []
    assert len(many.tree()) == FILE_COUNT
    assert many.ledger.size == 0


def test_destruction_stops_after_a_batch_as_well(many):
    many.quarantined()
    many.now = many.now.replace(year=many.now.year + 2)
    doomed = many.decided(act=Act.DESTROY)

    done = list(hand_until(many, Stopping(after_count=2)).destroy(doomed))

    assert Counter(each.deed for each in done) == {Deed.DESTROYED: BATCH_COUNT}
    assert open_intents(many) == []
    assert len(many.captured()) == FILE_COUNT - BATCH_COUNT


def test_batches_of_large_files_are_small(world, monkeypatch):
    monkeypatch.setattr(hand_module, "BATCH_BYTES", 10)
    world.write({"a": "x" * 6, "b": "x" * 6, "c": "x" * 30, "d": "x", "e": "x"})

    decided = sorted(world.decided(), key=lambda each: each.item.record.path)
    done = list(hand_until(world, Stopping(after_count=3)).quarantine(decided))

    assert [each.path for each in done] == [b"a", b"b", b"c"]


def test_a_long_file_gives_a_sign_of_life_at_each_piece(tmp_path):
    goes_on = Stopping(after_count=0)
    path = tmp_path / "long"
    path.write_bytes(bytes(5 << 20))
    descriptor = os.open(path, os.O_RDONLY)
    try:
        Disk(between=goes_on).sha256(descriptor)
    finally:
        os.close(descriptor)

    assert goes_on.asked_count == 5

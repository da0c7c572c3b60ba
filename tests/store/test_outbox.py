"""A published file is whole at any moment, and nothing that was prepared beside it is followed."""

import os
import stat

import pytest

from gallra.store.outbox import publish


def test_the_newer_takes_the_place_of_the_older_in_one_step(tmp_path):
    place = tmp_path / "gallra.prom"
    publish(place, b"older", mode=0o644)
    with place.open("rb") as reader:
        publish(place, b"newer and longer", mode=0o644)
        assert reader.read() == b"older"

    assert place.read_bytes() == b"newer and longer"
    assert stat.S_IMODE(place.stat().st_mode) == 0o644
    assert os.listdir(tmp_path) == ["gallra.prom"]


def test_a_link_in_its_place_is_replaced_and_not_followed(tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"somebody's")
    place = tmp_path / "status.json"
    place.symlink_to(other)

    publish(place, b"ours", mode=0o600)

    assert other.read_bytes() == b"somebody's"
    assert not place.is_symlink()


def test_what_cannot_take_its_place_leaves_nothing_behind(tmp_path):
    place = tmp_path / "gallra.prom"
    (place / "inner").mkdir(parents=True)

    with pytest.raises(OSError, match="directory"):
        publish(place, b"ours", mode=0o644)

    assert os.listdir(tmp_path) == ["gallra.prom"]

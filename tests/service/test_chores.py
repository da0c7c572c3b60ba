"""One chore that goes wrong keeps neither the others nor the shares from being looked after."""

from datetime import UTC, datetime

import pytest

from gallra.model.errors import DurabilityError, GallraError
from gallra.model.message import said
from gallra.service.chores import do_chores
from gallra.service.voice import Voice

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_what_goes_wrong_with_one_is_said_without_what_it_was_about(capsys):
    done = []

    def refuses(*_):
        raise GallraError(said("the disk is full"))

    def breaks(*_):
        raise KeyError("Anna Påhittsson")

    chores = (refuses, breaks, lambda *_: done.append("last"))
    do_chores(None, Voice("en"), chores, NOW)

    told = capsys.readouterr().err
    assert done == ["last"]
    assert "the disk is full" in told
    assert "KeyError at test_chores:" in told
    assert "Anna" not in told


def test_a_disk_that_does_not_confirm_ends_everything():
    def unsynced(*_):
        raise DurabilityError(said("not confirmed"))

    with pytest.raises(DurabilityError):
        do_chores(None, Voice("en"), (unsynced,), NOW)


def test_who_is_told_to_stop_leaves_the_rest_for_the_next_round():
    done = []
    do_chores(
        None,
        Voice("en"),
        (lambda *_: done.append(1), lambda *_: done.append(2)),
        NOW,
        goes_on=lambda: not done,
    )
    assert done == [1]

"""What is mounted and unmounted at a share is noticed, whoever waits for it and how."""

import selectors
import subprocess
from dataclasses import replace

import pytest

from gallra.watch.mounting import Mounting


@pytest.fixture
def mounting():
    made = Mounting()
    yield made
    made.close()


def woken(selector):
    """Return whether somebody was woken; a minute is for a machine that is very busy."""
    return bool(selector.select(60))


@pytest.mark.root
def test_each_mount_at_above_and_in_a_share_wakes_and_is_told_once(
    mount, mounting, share, tmp_path
):
    other = replace(share, name="annan", path=share.path + b"-annan")
    mounting.follow([share, other])
    assert mounting.changed() == ()
    with selectors.DefaultSelector() as selector:
        selector.register(mounting.descriptor, selectors.EVENT_READ)
        for place in ("share/inne", "share", "."):
            where = mount("tmpfs", tmp_path / place, "-t", "tmpfs")
            assert woken(selector)
            told = mounting.changed()
            assert share.name in told
            assert (other.name in told) is (place == ".")
            assert mounting.changed() == ()
            subprocess.run(["umount", where], check=True)
            assert woken(selector)
            assert share.name in mounting.changed()
        mount("tmpfs", tmp_path / "share-annars", "-t", "tmpfs")
        assert woken(selector)
        assert mounting.changed() == ()


def test_closed_it_tells_nothing(mounting):
    mounting.close()
    assert mounting.descriptor == -1
    assert mounting.changed() == ()

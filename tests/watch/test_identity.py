"""A share is known again by its mark, and before it has one by its filesystem and its inode."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gallra.model.share import ShareState
from gallra.watch.identity import MARKER_ATTRIBUTE, look_at_share, write_marker

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
MARK = "0123456789abcdef"


@pytest.fixture
def marked(share):
    """Mark the share, where its filesystem keeps attributes."""
    if not write_marker(share, MARK):
        pytest.skip("this filesystem keeps no attributes")
    return share


def under_another_number(identity):
    """Return what XFS tells after a boot that gave its disk another number."""
    return replace(identity, device=identity.device + 1, filesystem="00000000000000fe")


def test_without_a_mark_filesystem_and_inode_decide(share):
    state, identity = look_at_share(share, None)
    assert (state, identity.marker) == (ShareState.PRESENT, "")
    assert look_at_share(share, identity) == (ShareState.PRESENT, identity)
    for other in (
        replace(identity, filesystem="00000000000000fe"),
        replace(identity, root_inode=identity.root_inode + 1),
    ):
        assert look_at_share(share, other)[0] is ShareState.REPLACED
    # The number alone means nothing.
    assert look_at_share(share, replace(identity, device=1))[0] is ShareState.PRESENT


def test_a_mark_that_came_later_is_taken_up_and_decides_from_then_on(
    share, catalogue, reconciler, write, request
):
    write({b"fil": b"1"})
    reconciler.full_pass(share, NOON)
    assert catalogue.share_identity(share.name).marker == ""

    request.getfixturevalue("marked")
    assert reconciler.full_pass(share, LATER).state is ShareState.PRESENT
    known = catalogue.share_identity(share.name)
    assert known.marker == MARK

    state, found = look_at_share(share, under_another_number(known))
    assert (state, found) == (ShareState.PRESENT, known)
    os.removexattr(share.path, MARKER_ATTRIBUTE)
    assert look_at_share(share, known)[0] is ShareState.REPLACED
    os.setxattr(share.path, MARKER_ATTRIBUTE, b"another")
    assert look_at_share(share, known)[0] is ShareState.REPLACED
    assert reconciler.full_pass(share, LATER).state is ShareState.REPLACED


def test_under_another_number_a_marked_share_keeps_its_files(marked, catalogue, reconciler, write):
    write({b"a/fil": b"1", b"a/annan": b"2"})
    reconciler.full_pass(marked, NOON)
    now = catalogue.share_identity(marked.name)
    # As if all of it had been noted before the boot.
    catalogue.remember_share(marked.name, under_another_number(now))
    assert catalogue.known_file(marked.name, b"a/fil").signature.device == now.device + 1

    os.rename(marked.path + b"/a/fil", marked.path + b"/flyttad")
    result = reconciler.full_pass(marked, LATER)
    assert (result.state, result.moved, result.new, result.gone) == (ShareState.PRESENT, 1, 0, 0)
    assert catalogue.share_identity(marked.name) == now
    for path in (b"flyttad", b"a/annan"):
        known = catalogue.known_file(marked.name, path)
        assert (known.signature.device, known.first_seen_at) == (now.device, NOON)


def test_a_share_that_is_not_there_gets_no_mark(share):
    os.rmdir(share.path)
    assert not write_marker(share, MARK)
    assert look_at_share(share, None) == (ShareState.MISSING, None)


def test_a_link_in_the_shares_place_is_not_the_share(share, tmp_path):
    os.rename(share.path, tmp_path / "annan")
    os.symlink(tmp_path / "annan", share.path)
    assert look_at_share(share, None) == (ShareState.MISSING, None)
    assert not write_marker(share, MARK)

"""The observer's hints, from a real process on a real tree; and what it says when it fails."""

import os
import select
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.model.share import Share, ShareRole
from gallra.watch.observer import Begun, Lost, Notice, Observer, Unwatched, Watched, note_hints

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PATIENCE_SECONDS = 300


@pytest.fixture
def observer():
    made = Observer()
    yield made
    made.stop()


def hints_until(observer, is_enough):
    """Gather hints until there is enough; the time-out only ends a test that has failed."""
    hints = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_enough(hints):
        assert time.monotonic() < deadline, f"waited in vain; the last hints: {hints[-5:]}"
        if observer.is_alive:
            select.select([observer.fileno()], [], [], 1)
        hints += observer.read()
    return hints


def start(observer, *shares):
    observer.start(shares)
    return hints_until(
        observer,
        lambda hints: (
            {each.share for each in hints if isinstance(each, Watched)}
            == {share.name for share in shares}
        ),
    )


def directories(hints):
    return {each.directory for each in hints if isinstance(each, Notice)}


def test_watching_begins_with_a_look_at_everything_and_nothing_was_lost(
    observer, share, catalogue, reconciler, write
):
    write({b"a/b/fil": b""})
    hints = start(observer, share)
    assert Watched(share=share.name, directory_count=3) in hints
    assert hints.count(Begun(share=share.name)) == 1
    assert not any(isinstance(each, Lost) for each in hints)
    note_hints(catalogue, hints, NOON)
    assert catalogue.coverage(share.name).events_lost_at is None
    assert catalogue.coverage(share.name).is_dirty
    (result,) = reconciler.scan_dirty(NOON, timedelta(seconds=60))
    assert result.new == 1
    assert not catalogue.coverage(share.name).is_dirty


def test_lost_events_are_noted_with_the_reason(observer, share, catalogue, reconciler):
    reconciler.full_pass(share, NOON)
    start(observer, share)
    os.kill(observer._process.pid, signal.SIGKILL)
    hints = hints_until(observer, lambda hints: any(isinstance(each, Lost) for each in hints))
    note_hints(catalogue, hints, NOON)
    coverage = catalogue.coverage(share.name)
    assert coverage.events_lost_at == NOON
    assert coverage.events_lost_because.template == "the observer ended unexpectedly"
    assert coverage.is_dirty


@pytest.mark.parametrize("name", [b"mapp", b"rad\nbrytning", b"\xff\xfe", b"\x1b[31m"])
def test_a_hint_names_the_directory_byte_exact(observer, share, write, name):
    write({name + b"/": b""})
    start(observer, share)
    write({name + b"/fil": b"1"})
    assert hints_until(observer, lambda hints: name in directories(hints))


def test_a_directory_that_appears_is_watched_with_all_below_it(observer, share, write):
    start(observer, share)
    write({b"a/b/c/d/fil": b"1"})
    hints_until(observer, lambda hints: b"a/b/c/d" in directories(hints))
    write({b"a/b/c/d/e": b"1", b"a/b/c/f": b"1"})
    hints_until(observer, lambda hints: {b"a/b/c", b"a/b/c/d"} <= directories(hints))


def test_a_renamed_directory_is_followed(observer, share, write):
    write({b"a/b/c/": b""})
    start(observer, share)
    os.rename(share.path + b"/a", share.path + b"/z")
    hints_until(observer, lambda hints: b"z" in directories(hints))
    write({b"z/b/c/fil": b"1"})
    hints_until(observer, lambda hints: b"z/b/c" in directories(hints))


def test_a_directory_that_left_the_share_is_watched_no_more(tmp_path, observer, share, write):
    write({b"a/b/c/": b"", b"d/": b""})
    start(observer, share)
    os.rename(share.path + b"/a", tmp_path / "ute")
    hints_until(observer, lambda hints: Watched(share=share.name, directory_count=2) in hints)


def test_an_excluded_directory_is_not_watched(share, write):
    write({b"tillstand/": b"", b"a/": b""})
    observer = Observer(excluded=[share.path + b"/tillstand"])
    try:
        assert Watched(share=share.name, directory_count=2) in start(observer, share)
    finally:
        observer.stop()


def test_two_shares_are_told_apart(tmp_path, observer, share):
    (tmp_path / "annan").mkdir()
    other = Share(
        name="annan",
        path=os.fsencode(tmp_path / "annan"),
        role=ShareRole.CASE_AREA,
        quarantine=b"/nowhere",
        line=2,
    )
    start(observer, share, other)
    (tmp_path / "annan" / "fil").write_text("x")
    hints = hints_until(observer, directories)
    assert {each.share for each in hints if isinstance(each, Notice)} == {"annan"}


def test_a_burst_of_5000_files_is_in_the_catalogue(  # noqa: PLR0917 - fixtures have no positions
    observer, share, catalogue, reconciler, present, on_disk, write
):
    write({b"m%d/" % number: b"" for number in range(50)})
    note_hints(catalogue, start(observer, share), NOON)
    reconciler.scan_dirty(NOON, timedelta(seconds=60))
    write({b"m%d/f%d" % (number % 50, number): b"x" for number in range(4_000)})
    write({b"ny%d/x/y/f" % number: b"x" for number in range(1_000)})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while present() != on_disk():
        assert time.monotonic() < deadline, "files are missing in the catalogue"
        select.select([observer.fileno()], [], [], 0.2)
        note_hints(catalogue, observer.read(), NOON)
        reconciler.scan_dirty(NOON, timedelta(seconds=60))
    assert len(present()) == 5_000


def test_a_killed_observer_is_noticed_and_can_be_started_again(observer, share):
    start(observer, share)
    os.kill(observer._process.pid, signal.SIGKILL)
    hints = hints_until(observer, lambda hints: any(isinstance(each, Lost) for each in hints))
    assert hints[-1].reason.template == "the observer ended unexpectedly"
    assert not observer.is_alive
    assert observer.read() == []
    start(observer, share)
    assert observer.is_alive


def test_an_observer_ends_with_the_process_that_started_it(share):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        observer = Observer()
        observer.start([share])
        os.write(writer, b"%d" % observer._process.pid)
        os._exit(0)
    os.close(writer)
    observing = int(os.read(reader, 20))
    os.close(reader)
    os.waitpid(child, 0)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_running(observing):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # nobody may be there to wait for it


def test_a_missing_share_is_not_watched(tmp_path, observer):
    absent = Share(
        name="borta",
        path=os.fsencode(tmp_path / "borta"),
        role=ShareRole.CASE_AREA,
        quarantine=b"/nowhere",
        line=1,
    )
    observer.start([absent])
    assert not observer.is_alive


def test_the_roots_disappearance_is_told(tmp_path, observer, share):
    start(observer, share)
    os.rename(share.path, tmp_path / "borta")
    hints = hints_until(observer, lambda hints: any(isinstance(each, Lost) for each in hints))
    assert any("root" in each.reason.template for each in hints if isinstance(each, Lost))


@pytest.mark.root
def test_an_overflow_is_told_and_later_directories_are_watched(observer, share, write, limit):
    write({b"m/": b""})
    limit("max_queued_events", 16)
    start(observer, share)
    os.kill(observer._process.pid, signal.SIGSTOP)
    write({b"m/f%d" % number: b"x" for number in range(100)} | {b"missad/djup/": b""})
    os.kill(observer._process.pid, signal.SIGCONT)
    hints = hints_until(observer, lambda hints: any(isinstance(each, Lost) for each in hints))
    assert any("max_queued_events" in str(each) for each in hints)
    # Its events were lost, but the watch is there now.
    write({b"missad/djup/fil": b"x"})
    hints_until(observer, lambda hints: b"missad/djup" in directories(hints))


@pytest.mark.root
def test_the_watch_limit_is_told(observer, share, write, limit):
    write({b"m%d/" % number: b"" for number in range(200)})
    limit("max_user_watches", 50)
    hints = start(observer, share)
    assert any("max_user_watches" in str(each) for each in hints)


def test_what_happens_in_a_share_within_another_is_told_of_the_inner_one(
    observer, share, write, tmp_path
):
    write({b"arenden/mapp/": b"", b"borta/": b"", b"egen/": b""})
    inner = replace(
        share,
        name="arenden",
        path=share.path + b"/arenden",
        quarantine=os.fsencode(tmp_path / "q"),
    )
    observer.start([share, inner], excluded=[share.path + b"/borta"])
    hints_until(observer, lambda hints: len([h for h in hints if isinstance(h, Watched)]) > 1)
    write({b"arenden/mapp/fil": b"1", b"borta/fil": b"1"})
    write({b"egen/fil": b"1"})
    told = {
        (hint.share, hint.directory)
        for hint in hints_until(
            observer,
            lambda hints: {b"egen", b"mapp"} <= directories(hints),
        )
        if isinstance(hint, Notice)
    }
    assert {("gemensam", b"egen"), ("arenden", b"mapp")} <= told
    assert not any(name == "gemensam" and b"arenden" in path for name, path in told)
    assert ("gemensam", b"borta") not in told


def test_a_share_of_another_machine_is_not_watched_and_that_is_no_loss(
    share, catalogue, monkeypatch
):
    monkeypatch.setattr("gallra.watch.observer.remote_kind", lambda _: "nfs4")
    catalogue.register_shares([share])
    catalogue.note_reconciled(share.name, began_at=NOON, at=NOON)
    observer = Observer()
    observer.start([share])

    hints = observer.read()

    assert not observer.is_alive
    assert not observer.is_wanted
    assert [type(each) for each in hints] == [Unwatched]
    assert "nfs4" in hints[0].reason.in_english()
    note_hints(catalogue, hints, NOON)
    coverage = catalogue.coverage(share.name)
    assert coverage.events_lost_at is None
    assert coverage.is_dirty
    assert coverage.watched_directory_count == 0

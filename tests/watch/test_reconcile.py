"""The scan is the truth of what exists, without a single event."""

import errno
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.model.share import ShareRole, ShareState
from gallra.store import ingest
from gallra.watch import reconcile
from gallra.watch.reconcile import Reconciler

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
HOSTILE = {
    b"rad\nbrytning": b"1",
    b"\xff\xfe inte utf-8": b"2",
    b"\x1b[31mr\xc3\xb6d\x1b[0m": b"3",
    b" ": b"4",
    b"mapp\n\xe5/\x80": b"5",
    b"-rf": b"6",
    b"a\\b": b"7",
    "e\u0301".encode(): b"8",
    "é".encode(): b"9",
    b"x" * 255: b"10",
}


def test_every_file_is_found_with_its_name_byte_exact(share, reconciler, present, write):
    write(HOSTILE)
    result = reconciler.full_pass(share, NOON)
    assert (result.state, result.new, result.seen) == (ShareState.PRESENT, 10, 10)
    assert present() == set(HOSTILE)


def test_a_second_pass_finds_nothing_new(share, reconciler, write):
    write(HOSTILE | {b"a/b/c/d.txt": b""})
    reconciler.full_pass(share, NOON)
    again = reconciler.full_pass(share, LATER)
    assert (again.new, again.changed, again.moved, again.gone) == (0, 0, 0, 0)
    assert again.seen == 11


@pytest.mark.parametrize("kind", ["full", "pruned", "dirty"])
def test_what_came_changed_and_went_is_found(  # noqa: PLR0917 - fixtures have no positions
    kind, share, catalogue, reconciler, present, write, on_disk
):
    write({b"a/kvar": b"1", b"a/bort": b"1", b"b/c/bort": b"1", b"d/e": b""})
    reconciler.full_pass(share, NOON)
    os.unlink(share.path + b"/a/bort")
    os.unlink(share.path + b"/b/c/bort")
    os.rmdir(share.path + b"/b/c")
    os.replace(share.path + b"/d/e", share.path + b"/a/e")
    write({b"ny/mapp/fil": b"1"})
    match kind:
        case "full":
            result = reconciler.full_pass(share, LATER)
        case "pruned":
            result = reconciler.pruned_pass(share, LATER)
        case _:
            # Only the places of events; what is not known yet is found from above.
            catalogue.mark_dirty(share.name, [b"a", b"b", b"d", b"ny/mapp"], LATER)
            (result,) = reconciler.scan_dirty(LATER, timedelta(seconds=60))
    assert present() == on_disk()
    assert (result.new, result.moved, result.gone) == (1, 1, 2)
    assert catalogue.directory_count(share.name) == 6


def at_rest(share, reconciler):
    """Let all directories be old, and known as such."""
    for directory, _, _ in os.walk(share.path):
        os.utime(directory, (1_700_000_000, 1_700_000_000))
    reconciler.full_pass(share, NOON)


def test_an_edit_in_place_is_found_by_the_full_pass(share, catalogue, reconciler, write):
    write({b"a/fil": b"gammal"})
    at_rest(share, reconciler)
    status = os.stat(share.path + b"/a/fil")
    with open(share.path + b"/a/fil", "r+b") as file:
        file.write(b"nyare!")
    # Same size, and a modification time put back: the change time still tells.
    os.utime(share.path + b"/a/fil", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert reconciler.pruned_pass(share, LATER).changed == 0
    assert reconciler.full_pass(share, LATER).changed == 1
    assert catalogue.known_file(share.name, b"a/fil").changed_at == LATER


def test_files_that_exchange_size_and_date_in_place_are_found(share, catalogue, reconciler, write):
    write({b"a/ett": b"1", b"a/tva": b"22"})
    paths = [share.path + b"/a/ett", share.path + b"/a/tva"]
    for path, moment in zip(paths, (10**9, 2 * 10**9), strict=True):
        os.utime(path, ns=(moment, moment))
    at_rest(share, reconciler)
    write({b"a/ett": b"22", b"a/tva": b"1"})
    for path, moment in zip(paths, (2 * 10**9, 10**9), strict=True):
        os.utime(path, ns=(moment, moment))
    os.utime(share.path + b"/a", (1_700_000_000, 1_700_000_000))
    assert reconciler.full_pass(share, LATER).changed == 2
    assert catalogue.known_file(share.name, b"a/ett").signature.size_bytes == 2


def test_a_pass_that_finds_nothing_writes_a_single_row(share, catalogue, reconciler, write):
    write({b"a/b/%d" % number: b"1" for number in range(20)})
    at_rest(share, reconciler)
    before = catalogue.database.connection.total_changes
    result = reconciler.full_pass(share, LATER)
    assert (result.directories, result.seen) == (3, 20)
    assert catalogue.database.connection.total_changes == before + 1
    assert catalogue.coverage(share.name).reconciled_at == LATER


def test_a_name_changed_behind_a_directorys_time_is_found_by_the_full_pass(
    share, reconciler, present, write
):
    write({b"a/fil": b"1", b"a/mapp/fil": b"2"})
    at_rest(share, reconciler)
    os.rename(share.path + b"/a/fil", share.path + b"/a/elif")
    os.rename(share.path + b"/a/mapp", share.path + b"/a/ppam")
    os.utime(share.path + b"/a", (1_700_000_000, 1_700_000_000))
    result = reconciler.full_pass(share, LATER)
    assert (result.new, result.moved, result.gone) == (0, 2, 0)
    assert present() == {b"a/elif", b"a/ppam/fil"}


def test_a_directory_put_in_the_place_of_another_is_looked_into_once(
    share, reconciler, present, write, tmp_path
):
    write({b"a/b/gammal": b"1", b"a/b/c/djup": b"1"})
    at_rest(share, reconciler)
    os.rename(share.path + b"/a/b", tmp_path / "ute")
    write({b"a/b/ny": b"22", b"a/b/c/djup": b"22"})
    result = reconciler.full_pass(share, LATER)
    assert present() == {b"a/b/ny", b"a/b/c/djup"}
    assert (result.directories, result.new, result.changed, result.gone) == (4, 1, 1, 1)


def test_a_first_pass_that_was_cut_short_leaves_nothing_unseen(  # noqa: PLR0917 - fixtures have no positions
    share, reconciler, present, write, on_disk, monkeypatch
):
    write({b"%d/%d/fil" % (number, number): b"1" for number in range(9)})
    for directory, _, _ in os.walk(share.path):
        os.utime(directory, (1_700_000_000, 1_700_000_000))
    real = reconcile.open_directory_beneath

    def opened(root, path):
        if path.startswith(b"4/"):
            raise KeyboardInterrupt
        return real(root, path)

    monkeypatch.setattr(reconcile, "open_directory_beneath", opened)
    monkeypatch.setattr(ingest, "MOST_WAITING", 2)
    with pytest.raises(KeyboardInterrupt):
        reconciler.full_pass(share, NOON)
    monkeypatch.undo()
    assert present() != on_disk()
    assert reconciler.full_pass(share, LATER).state is ShareState.PRESENT
    assert present() == on_disk()


def test_one_of_many_files_in_a_directory_that_goes_is_found(share, reconciler, present, write):
    write({b"a/%d" % number: b"" for number in range(2_500)})
    at_rest(share, reconciler)
    assert reconciler.full_pass(share, LATER).seen == 2_500
    os.unlink(share.path + b"/a/2400")
    assert reconciler.full_pass(share, LATER).gone == 1
    assert len(present()) == 2_499


def test_a_moved_file_keeps_its_age(share, catalogue, reconciler, write):
    write({b"a/b/fil": b"1", b"a/b/annan": b"2"})
    reconciler.full_pass(share, NOON)
    before = catalogue.known_file(share.name, b"a/b/fil")
    os.rename(share.path + b"/a", share.path + b"/z")
    result = reconciler.full_pass(share, LATER)
    after = catalogue.known_file(share.name, b"z/b/fil")
    assert (result.new, result.moved, result.gone) == (0, 2, 0)
    assert (after.file_id, after.first_seen_at) == (before.file_id, NOON)


def test_a_file_that_left_and_came_back_elsewhere_keeps_its_age(
    tmp_path, share, catalogue, reconciler, write
):
    write({b"fil": b"1"})
    reconciler.full_pass(share, NOON)
    os.rename(share.path + b"/fil", tmp_path / "ute")
    assert reconciler.full_pass(share, LATER).gone == 1
    os.rename(tmp_path / "ute", share.path + b"/hemma")
    reconciler.full_pass(share, LATER)
    assert catalogue.known_file(share.name, b"hemma").first_seen_at == NOON


def test_a_save_by_a_new_file_over_the_old_one_keeps_the_age_of_the_path(
    share, catalogue, reconciler, write
):
    write({b"avtal.docx": b"1"})
    reconciler.full_pass(share, NOON)
    write({b"~avtal.tmp": b"22"})
    os.replace(share.path + b"/~avtal.tmp", share.path + b"/avtal.docx")
    assert reconciler.full_pass(share, LATER).changed == 1
    known = catalogue.known_file(share.name, b"avtal.docx")
    assert (known.first_seen_at, known.is_pending) == (NOON, True)


def test_a_second_link_is_a_file_of_its_own(share, catalogue, reconciler, present, write):
    write({b"ett": b"1"})
    reconciler.full_pass(share, NOON)
    os.link(share.path + b"/ett", share.path + b"/tva")
    reconciler.full_pass(share, LATER)
    assert present() == {b"ett", b"tva"}
    assert catalogue.known_file(share.name, b"tva").signature.link_count == 2


def test_what_is_no_regular_file_is_counted_and_never_opened(
    tmp_path, share, reconciler, present, write
):
    write({b"fil": b"1"})
    (tmp_path / "utanför").mkdir()
    (tmp_path / "utanför" / "hemlig").write_text("x")
    os.symlink(tmp_path / "utanför", share.path + b"/lank")
    os.symlink(b"fil", share.path + b"/fillank")
    os.mkfifo(share.path + b"/ror")  # opening it would wait for ever
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(share.path)  # the path of a socket may only be short
        try:
            listener.bind("uttag")
        finally:
            os.chdir(here)
        result = reconciler.full_pass(share, NOON)
    assert (result.seen, result.skipped) == (1, 4)
    assert present() == {b"fil"}


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_devices_are_skipped(share, reconciler):
    os.mknod(share.path + b"/noll", 0o600 | 0o020000, os.makedev(1, 3))
    assert reconciler.full_pass(share, NOON).skipped == 1


def test_dates_that_no_integer_of_sqlite_holds_are_kept_exactly(
    share, catalogue, reconciler, write
):
    write({b"framtid": b"1", b"forntid": b"2"})
    for name, seconds in ((b"framtid", 13_569_465_600), (b"forntid", -2_000_000_000)):
        os.utime(share.path + b"/" + name, (seconds, seconds))
    reconciler.full_pass(share, NOON)
    for name in (b"framtid", b"forntid"):
        status = os.stat(share.path + b"/" + name)
        known = catalogue.known_file(share.name, name)
        assert known.signature.modified_ns == status.st_mtime_ns
    os.utime(share.path, (13_569_465_600, 13_569_465_600))
    reconciler.full_pass(share, NOON)
    assert reconciler.full_pass(share, LATER).changed == 0
    assert reconciler.pruned_pass(share, LATER).directories == 0


def test_a_tree_deeper_than_the_longest_path_is_scanned(share, reconciler, present):
    name = b"d" * 200
    descriptor = os.open(share.path, os.O_RDONLY)
    for _ in range(40):
        os.mkdir(name, dir_fd=descriptor)
        below = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(os.open(b"fil", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    assert reconciler.full_pass(share, NOON).unreadable == ()
    (path,) = present()
    assert len(path) == 40 * 201 + 3
    assert reconciler.pruned_pass(share, LATER).gone == 0
    assert reconciler.full_pass(share, LATER).gone == 0
    assert len(present()) == 1


def test_a_missing_share_says_nothing_about_its_files(tmp_path, share, reconciler, present, write):
    write({b"a/b": b"1"})
    reconciler.full_pass(share, NOON)
    os.rename(share.path, tmp_path / "borta")
    for look in (reconciler.full_pass, reconciler.pruned_pass):
        assert look(share, LATER).state is ShareState.MISSING
    assert present() == {b"a/b"}


def test_an_empty_directory_in_the_shares_place_is_not_the_share(
    tmp_path, share, reconciler, present, write
):
    write({b"a/b": b"1"})
    reconciler.full_pass(share, NOON)
    os.rename(share.path, tmp_path / "borta")
    os.mkdir(share.path)
    for look in (reconciler.full_pass, reconciler.pruned_pass):
        assert look(share, LATER).state is ShareState.REPLACED
    assert present() == {b"a/b"}
    os.rmdir(share.path)
    os.rename(tmp_path / "borta", share.path)
    assert reconciler.full_pass(share, LATER).state is ShareState.PRESENT
    assert present() == {b"a/b"}


def test_a_share_that_is_swapped_in_mid_pass_loses_nothing(
    tmp_path, share, catalogue, present, write
):
    write({b"a/%d" % number: b"1" for number in range(10)})

    class Swapping(Reconciler):
        def _carry_out(self, under_way, walk):
            # The root that was opened is emptied behind its path.
            os.rename(share.path, tmp_path / "gammal")
            os.mkdir(share.path)
            for name in os.listdir(tmp_path / "gammal/a"):
                os.unlink(tmp_path / "gammal/a" / name)
            return super()._carry_out(under_way, walk)

    Reconciler(catalogue, [share]).full_pass(share, NOON)
    result = Swapping(catalogue, [share]).full_pass(share, LATER)
    assert result.state is ShareState.REPLACED
    assert len(present()) == 10


def test_an_excluded_directory_is_not_entered(share, catalogue, present, write):
    write({b"tillstand/catalogue.db": b"1", b"fil": b"1"})
    reconciler = Reconciler(catalogue, [share], excluded=[share.path + b"/tillstand/"])
    reconciler.full_pass(share, NOON)
    assert present() == {b"fil"}


def test_a_directory_that_changes_just_now_is_looked_at_again(share, catalogue, reconciler, write):
    write({b"a/b": b"1"})
    reconciler.full_pass(share, NOON)
    assert set(catalogue.dirty_directories(share.name)) == {b"", b"a"}
    assert catalogue.dirty_directories(share.name, before=NOON) == []
    assert catalogue.next_dirty_at(share.name) == NOON + timedelta(seconds=2)
    for path in (b"/a", b""):
        os.utime(share.path + path, (1_700_000_000, 1_700_000_000))
    reconciler.scan_dirty(LATER, timedelta(seconds=60))
    assert catalogue.dirty_directories(share.name) == []


def test_a_dirty_share_gets_a_full_pass_and_is_clean(share, catalogue, reconciler, write):
    write({b"a/b": b"1"})
    catalogue.mark_share_dirty(share.name, NOON)
    (result,) = reconciler.scan_dirty(NOON, timedelta(seconds=60))
    assert result.new == 1
    assert catalogue.share_dirty_at(share.name) is None
    assert catalogue.coverage(share.name).reconciled_at == NOON


def test_a_mark_for_what_is_gone_finds_that_it_is(share, catalogue, reconciler, present, write):
    write({b"a/b/c": b"1"})
    reconciler.full_pass(share, NOON)
    os.unlink(share.path + b"/a/b/c")
    os.rmdir(share.path + b"/a/b")
    catalogue.mark_dirty(share.name, [b"a/b"], LATER)
    reconciler.scan_dirty(LATER, timedelta(seconds=60))
    assert present() == set()
    assert b"a/b" not in catalogue.dirty_directories(share.name)


def test_a_directory_where_a_file_was_and_a_file_where_a_directory_was(
    share, reconciler, present, write
):
    write({b"a/x": b"1", b"b": b"2"})
    reconciler.full_pass(share, NOON)
    os.unlink(share.path + b"/a/x")
    os.rmdir(share.path + b"/a")
    os.unlink(share.path + b"/b")
    write({b"a": b"1", b"b/x": b"2"})
    reconciler.pruned_pass(share, LATER)
    assert present() == {b"a", b"b/x"}


UNREADABLE = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.watch.reconcile import Reconciler
root = Path(sys.argv[1])
Catalogue.open(root / "first.db").close()  # all is imported while it still can be
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
share = Share(name="s", path=os.fsencode(root / "share"), role=ShareRole.COMMON_AREA,
              quarantine=b"/nowhere", line=1)
(root / "share/a/b").mkdir(parents=True)
(root / "share/a/b/fil").write_text("x")
(root / "share/a/c").write_text("x")
now = datetime(2026, 11, 22, tzinfo=UTC)
with Catalogue.open(root / "catalogue.db") as catalogue:
    reconciler = Reconciler(catalogue, [share])
    reconciler.full_pass(share, now)
    for mode in (0o000, 0o600, 0o400):
        (root / "share/a").chmod(mode)
        for look in (reconciler.full_pass, reconciler.pruned_pass):
            result = look(share, now)
            print(mode, result.unreadable[0], result.gone, catalogue.file_count("s"))
    print(catalogue.unreadable_directories("s")[0])
    (root / "share/a").chmod(0o700)
    reconciler.pruned_pass(share, now)
    print(catalogue.unreadable_directories("s"), catalogue.file_count("s"))
"""


def test_an_unreadable_directory_is_reported_and_nothing_below_counts_as_gone():
    # In a process of its own: root reads everything, so it becomes somebody else, for whom
    # pytest's own folders are closed.
    with tempfile.TemporaryDirectory(prefix="gallra-") as place:
        os.chmod(place, 0o777)  # noqa: S103 - it is to be somebody else's, and goes at once
        printed = subprocess.run(
            [sys.executable, "-c", UNREADABLE, place],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        ).stdout.splitlines()
    expected = f"(b'a', {errno.EACCES}) 0 2"
    assert printed[:6] == [f"{mode} {expected}" for mode in (0, 0, 384, 384, 256, 256)]
    assert printed[6] == f"(b'a', {errno.EACCES})"
    assert printed[7] == "[] 2"


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_a_filesystem_mounted_inside_is_not_entered_and_hides_nothing(
    share, reconciler, present, write
):
    write({b"m/under": b"1", b"fil": b"1"})
    reconciler.full_pass(share, NOON)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "tmpfs", share.path + b"/m"], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        write({b"m/annat": b"1"})
        for look in (reconciler.full_pass, reconciler.pruned_pass):
            result = look(share, LATER)
            assert (result.mounts, result.gone) == ((b"m",), 0)
        assert present() == {b"m/under", b"fil"}
    finally:
        subprocess.run(["umount", share.path + b"/m"], check=True)
    reconciler.pruned_pass(share, LATER)
    assert present() == {b"m/under", b"fil"}


@pytest.fixture
def inner(share):
    os.mkdir(share.path + b"/arenden")
    return replace(
        share,
        name="arenden",
        path=share.path + b"/arenden",
        role=ShareRole.CASE_AREA,
        quarantine=share.quarantine + b"-arenden",
    )


def paths_in(catalogue, share):
    return {file.path for file in catalogue.known_files(share.name)}


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "missing"])
def test_a_file_belongs_to_the_innermost_share(share, inner, catalogue, write, is_there):
    write({b"a": b"1", b"arenden/b": b"2", b"arenden/mapp/c": b"3", b"arendena/d": b"4"})
    looked_after = [share, inner] if is_there else [share]
    reconciler = Reconciler(catalogue, looked_after, excluded=[inner.path])
    for each in looked_after:
        reconciler.full_pass(each, NOON)
    assert paths_in(catalogue, share) == {b"a", b"arendena/d"}
    if is_there:
        assert paths_in(catalogue, inner) == {b"b", b"mapp/c"}


@pytest.mark.parametrize("kind", ["full", "pruned"])
def test_files_follow_when_a_folder_becomes_a_share_and_when_it_ceases_to_be(
    kind, share, inner, catalogue, write
):
    write({b"a": b"1", b"arenden/mapp/b": b"2"})
    Reconciler(catalogue, [share]).full_pass(share, NOON)
    known = {file.path: file.first_seen_at for file in catalogue.known_files(share.name)}

    both = Reconciler(catalogue, [share, inner])
    getattr(both, f"{kind}_pass")(share, LATER)
    getattr(both, f"{kind}_pass")(inner, LATER)
    assert paths_in(catalogue, share) == {b"a"}
    (moved,) = catalogue.known_files(inner.name)
    assert (moved.path, moved.first_seen_at) == (b"mapp/b", known[b"arenden/mapp/b"])
    assert catalogue.file_count(inner.name) == 1

    again = getattr(Reconciler(catalogue, [share]), f"{kind}_pass")(share, LATER)
    assert (again.moved, again.gone) == (1, 0)
    (_, back) = sorted(catalogue.known_files(share.name), key=lambda file: file.path)
    assert (back.path, back.first_seen_at) == (b"arenden/mapp/b", known[b"arenden/mapp/b"])
    assert catalogue.file_count(share.name) == 2


def test_a_share_within_another_is_known_by_whatever_link_leads_to_it(
    share, inner, catalogue, write, tmp_path
):
    write({b"arenden/b": b"2"})
    os.symlink(share.path, tmp_path / "lank")
    linked = replace(inner, path=os.fsencode(tmp_path / "lank" / "arenden"))
    reconciler = Reconciler(catalogue, [share, linked])
    reconciler.full_pass(share, NOON)
    assert paths_in(catalogue, share) == set()


@pytest.mark.parametrize("kind", ["full", "pruned"])
def test_a_pass_that_is_told_to_stop_is_not_whole_and_the_next_finds_the_rest(
    kind, share, catalogue, present, write
):
    write({f"{folder}/{name}".encode(): b"1" for folder in range(9) for name in "abc"})
    everything = {f"{folder}/{name}".encode() for folder in range(9) for name in "abc"}
    for directories in range(12):
        left = [directories]

        def goes_on(left=left):
            left[0] -= 1
            return left[0] >= 0

        stopped = Reconciler(catalogue, [share], goes_on=goes_on)
        result = getattr(stopped, f"{kind}_pass")(share, NOON)
        assert (result.state, result.gone) == (ShareState.PRESENT, 0)
        assert present() <= everything
        if left[0] < 0:
            assert catalogue.coverage(share.name).reconciled_at is None

    Reconciler(catalogue, [share]).full_pass(share, LATER)
    assert present() == everything
    assert catalogue.coverage(share.name).reconciled_at == LATER

"""The hand moves, destroys and restores exactly what it was told to, and nothing else."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from gallra.dispose import lease
from gallra.dispose.disk import Disk
from gallra.model.errors import BrakeError, DurabilityError, GallraError, WrongUseError
from gallra.model.ledger import Deed
from gallra.model.record import RecordState
from gallra.store.effects import Effects


def reasons(done):
    return [each.reason.in_english() if each.reason else None for each in done]


def test_a_file_goes_to_quarantine_and_the_ledger_tells_before_and_after(world):
    world.write({"lön/2020.txt": "Anna 30000", "behåll.txt": "kvar"})

    (done,) = world.quarantined("lön/2020.txt")

    assert done.deed is Deed.QUARANTINED
    assert world.tree() == {"behåll.txt": "kvar"}
    assert world.captured() == ["Anna 30000"]
    assert world.deeds() == [Deed.INTENT, Deed.QUARANTINED]
    assert world.only_item().path == "lön/2020.txt".encode()
    assert str(world.only_item().destroy_on) == "2026-12-22"


def test_the_quarantine_is_ours_alone(world):
    world.write({"a": "a"})
    world.quarantined()

    assert stat.S_IMODE(world.quarantine.stat().st_mode) == 0o700


def test_a_quarantine_that_others_could_enter_is_closed_to_them(world):
    world.quarantine.mkdir()
    world.quarantine.chmod(0o755)
    world.write({"a": "a"})
    world.quarantined()

    assert stat.S_IMODE(world.quarantine.stat().st_mode) == 0o700


def test_a_quarantine_that_is_a_symbolic_link_is_refused(world, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    world.quarantine.symlink_to(tmp_path / "elsewhere")
    world.write({"a": "a"})

    assert [done.deed for done in world.quarantined()] == [Deed.NOT_DONE]
    assert world.tree() == {"a": "a"}


def test_a_file_that_changed_since_it_was_read_stays(world):
    world.write({"a": "old"})
    decided = world.decided()
    (world.share / "a").write_text("the newest version")

    done = list(world.hand.quarantine(decided))

    assert reasons(done) == ["it changed after it was read; it will be read again"]
    assert world.tree() == {"a": "the newest version"}


def test_a_file_that_somebody_has_open_stays(world):
    world.write({"a": "open"})
    with (world.share / "a").open("rb"):
        done = world.quarantined()

    assert reasons(done) == ["somebody has it open; it is tried again later"]
    assert world.tree() == {"a": "open"}
    assert [each.deed for each in world.quarantined()] == [Deed.QUARANTINED]


def test_a_file_with_a_second_name_goes_to_a_person(world):
    world.write({"a": "twice"})
    os.link(world.share / "a", world.share / "b")
    world.scan()

    done = world.quarantined("a")

    assert "hard links" in reasons(done)[0]
    assert world.tree() == {"a": "twice", "b": "twice"}


def test_a_hold_placed_in_the_last_moment_wins(tmp_path, make_world):
    class HoldsWhileReading(Disk):
        def sha256(self, descriptor):
            world.held.add(b"a")
            return super().sha256(descriptor)

    world = make_world(tmp_path, disk=HoldsWhileReading())
    world.write({"a": "held"})

    assert reasons(world.quarantined()) == ["a hold was placed on it"]
    assert world.tree() == {"a": "held"}
    assert world.deeds() == [Deed.INTENT, Deed.NOT_DONE]


def test_a_file_swapped_in_at_the_last_moment_is_put_back(tmp_path, make_world):
    class Swapped(Disk):
        def rename(self, source, name, target, new_name):
            if name == b"a":
                os.rename(world.share / "victim", world.share / "a")
            super().rename(source, name, target, new_name)

    world = make_world(tmp_path, disk=Swapped())
    world.write({"a": "due", "victim": "never decided upon"})

    (done,) = world.quarantined("a")

    assert done.deed is Deed.NOT_DONE
    assert world.tree() == {"a": "never decided upon"}
    assert world.captured() == []


def test_a_folder_that_became_a_symbolic_link_leads_nowhere(world, tmp_path):
    world.write({"d/a": "inside"})
    decided = world.decided()
    (world.share / "d").rename(tmp_path / "moved")
    (world.share / "d").symlink_to(tmp_path / "moved")

    (done,) = world.hand.quarantine(decided)

    assert reasons([done]) == ["a symbolic link stands in its way"]
    assert (tmp_path / "moved" / "a").read_text() == "inside"


def test_nothing_is_destroyed_before_its_day(world):
    world.write({"a": "due"})
    world.quarantined()
    world.later(29)

    assert reasons(world.destroyed()) == ["its time in quarantine has not passed"]
    assert world.captured() == ["due"]


def test_a_catalogue_that_says_an_earlier_day_is_not_believed(world):
    world.write({"a": "due"})
    world.quarantined()
    world.catalogue.database.run("UPDATE quarantine SET destroy_on = '2020-01-01'")
    world.later(1)

    assert reasons(world.destroyed()) == ["its time in quarantine has not passed"]


def test_after_its_day_a_file_is_destroyed_and_the_ledger_covers_it(world):
    world.write({"a": "due"})
    world.quarantined()
    world.later(30)

    (done,) = world.destroyed()

    assert done.deed is Deed.DESTROYED
    assert world.captured() == []
    assert world.deeds() == [Deed.INTENT, Deed.QUARANTINED, Deed.INTENT, Deed.DESTROYED]
    assert world.catalogue.quarantine_item(done.quarantine_id).state is RecordState.DESTROYED


def test_it_is_told_where_copies_may_remain(world):
    world.write({"a": "due", ".recycle/anna/b": "thrown away"})
    (world.share / "@GMT-2026.01.01-00.00.00").mkdir()
    world.quarantined("a")
    world.later(30)

    (done,) = world.destroyed("a")

    assert [message.in_english().partition(":")[0] for message in done.remains] == [
        "the share has a recycle bin",
        "the share has snapshots",
    ]
    assert "remains" in dict(list(world.ledger.entries())[-1].entry.clear)


def test_where_no_copies_are_seen_none_are_told(world):
    world.write({"a": "due", ".recycled-paper": "x"} | {"b": "y"})
    (world.share / ".recycled-paper").rename(world.share / "paper")
    world.scan()
    world.quarantined("a")
    world.later(30)

    assert [done.remains for done in world.destroyed("a")] == [()]


@pytest.mark.parametrize("place", ["share/~snapshot", "share/.snap", ".snapshots", ".zfs/snapshot"])
def test_snapshots_are_seen_in_the_share_and_above_it(world, place):
    world.write({"a": "due"})
    (world.path / place).mkdir(parents=True)
    world.quarantined("a")
    world.later(30)

    (done,) = world.destroyed("a")

    assert [message.in_english().partition(":")[0] for message in done.remains] == [
        "the share has snapshots"
    ]


def test_what_lies_in_a_recycle_bin_is_a_file_like_any_other(world):
    world.write({".recycle/anna/a": "thrown away"})

    assert [done.deed for done in world.quarantined()] == [Deed.QUARANTINED]


@pytest.mark.parametrize("flag", ["+i", "+a"])
def test_a_file_that_nobody_may_change_goes_to_a_person(world, flag):
    world.write({"a": "kept"})
    path = str(world.share / "a")
    try:
        if subprocess.run(["chattr", flag, path], check=False, capture_output=True).returncode:
            pytest.skip("only root on some filesystems can make a file immutable")
        world.scan()

        assert "immutable or append-only" in reasons(world.quarantined())[0]
        assert world.tree() == {"a": "kept"}
    finally:
        subprocess.run(["chattr", "-ia", path], check=False, capture_output=True)


@pytest.mark.parametrize("flag", ["+i", "+a"])
def test_what_nobody_may_change_is_neither_moved_nor_destroyed(world, flag):
    world.write({"a": "kept", "b": "in quarantine"})
    world.quarantined("b")
    (lying,) = world.quarantine.iterdir()
    paths = [str(world.share / "a"), str(lying)]
    try:
        if subprocess.run(["chattr", flag, *paths], check=False, capture_output=True).returncode:
            pytest.skip("only root on some filesystems can make a file immutable")
        world.scan()
        (told,) = reasons(world.moved("a"))
        world.later(30)
        (kept,) = reasons(world.destroyed("b"))

        assert "immutable" in told
        assert "immutable" in kept
        assert world.tree() == {"a": "kept"}
        assert world.captured() == ["in quarantine"]
    finally:
        subprocess.run(["chattr", "-ia", *paths], check=False, capture_output=True)


def test_a_held_file_is_not_destroyed(world):
    world.write({"a": "due"})
    world.quarantined()
    world.later(99)
    world.held.add(b"a")

    assert reasons(world.destroyed()) == ["a hold was placed on it"]
    assert world.captured() == ["due"]


def test_what_was_altered_in_quarantine_is_not_destroyed(world):
    world.write({"a": "due"})
    world.quarantined()
    (path,) = world.quarantine.iterdir()
    path.write_text("DUE")
    world.later(99)

    assert "not what was put there" in reasons(world.destroyed())[0]
    assert world.captured() == ["DUE"]


def test_a_file_comes_back_as_it_was(world):
    world.write({"d/a": "wanted"})
    path = world.share / "d" / "a"
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_000_000_001, 1_500_000_000_000_000_002))
    os.setxattr(path, "user.note", b"kept")
    world.scan()
    before = path.stat()
    (done,) = world.quarantined()

    restored = world.hand.restore(done.quarantine_id)

    after = path.stat()
    assert restored.deed is Deed.RESTORED
    assert (before.st_ino, before.st_mode, before.st_mtime_ns) == (
        after.st_ino,
        after.st_mode,
        after.st_mtime_ns,
    )
    assert os.getxattr(path, "user.note") == b"kept"
    assert world.captured() == []


def test_folders_that_are_gone_are_made_again(world):
    world.write({"d/e/a": "wanted"})
    (done,) = world.quarantined()
    (world.share / "d" / "e").rmdir()
    (world.share / "d").chmod(0o750)

    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED
    assert world.tree() == {"d/e/a": "wanted"}
    assert stat.S_IMODE((world.share / "d" / "e").stat().st_mode) == 0o750


def test_restoring_never_overwrites(world):
    world.write({"a": "old"})
    (done,) = world.quarantined()
    world.write({"a": "new"})

    refused = world.hand.restore(done.quarantine_id)
    elsewhere = world.hand.restore(done.quarantine_id, to=b"back/a")

    assert reasons([refused]) == [
        "a file of that name is there already: choose another place with --to"
    ]
    assert elsewhere.deed is Deed.RESTORED
    assert world.tree() == {"a": "new", "back/a": "old"}


@pytest.mark.parametrize("to", [b"../a", b"/etc/a", b"", b"a//b", b"a\0b"])
def test_restoring_stays_beneath_the_share(world, to):
    world.write({"a": "old"})
    (done,) = world.quarantined()

    with pytest.raises(WrongUseError):
        world.hand.restore(done.quarantine_id, to=to)
    assert world.captured() == ["old"]


def test_hostile_names_go_and_come_back_byte_for_byte(world):
    name = b"f\xff\n\x1b[31m\xe2\x80\xae.txt"
    world.write({os.fsdecode(name): "x"})
    (done,) = world.quarantined()
    assert world.tree() == {}

    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED
    assert os.listdir(os.fsencode(world.share)) == [name]


def test_a_ledger_that_does_not_verify_stops_everything_but_restoring(world):
    world.write({"a": "1", "b": "2"})
    (done,) = world.quarantined("a")
    world.ledger.checkpoint()
    leaves = world.path / "ledger" / "leaves.jsonl"
    leaves.write_bytes(leaves.read_bytes().replace(b"salary", b"Salary"))
    world.restart()

    with pytest.raises(BrakeError):
        world.quarantined("b")
    assert world.tree() == {"b": "2"}
    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED


def test_a_full_disk_leaves_every_file_where_it_is(tmp_path, make_world):
    class FullForLeaves(Effects):
        def write(self, descriptor, content):
            if room[0] < len(content):
                if room[0]:
                    count = os.write(descriptor, content[: room[0]])
                    room[0] -= count
                    return count
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            room[0] -= len(content)
            return os.write(descriptor, content)

    for room_bytes in (0, 100, 400, 550, 700, 850):
        room = [room_bytes]
        path = tmp_path / str(room_bytes)
        path.mkdir()
        world = make_world(path, effects=FullForLeaves())
        world.write({"a": "1", "b": "2"})

        with pytest.raises(GallraError):
            world.quarantined()

        assert world.tree() == {"a": "1", "b": "2"}
        room[0] = 1 << 30
        world.restart()
        world.hand.recover()
        assert world.ledger.open_intents() == ()
        assert world.ledger.verify().is_good
        world.scan()  # being moved to and fro changed its ctime
        assert [done.deed for done in world.quarantined()] == [Deed.QUARANTINED] * 2


def test_a_disk_that_does_not_confirm_ends_the_run(tmp_path, make_world):
    class Unconfirmed(Disk):
        def fsync(self, _descriptor):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    world = make_world(tmp_path)
    world.write({"a": "1"})
    world.quarantine.mkdir(mode=0o700)
    world.restart(disk=Unconfirmed())

    with pytest.raises(DurabilityError):
        world.quarantined()
    world.restart()
    (settled,) = world.hand.recover().settled
    assert settled.deed is Deed.QUARANTINED
    assert world.captured() == ["1"]


def test_a_share_that_is_away_is_told_and_nothing_is_done(world):
    world.write({"a": "1"})
    decided = world.decided()
    world.share.rename(world.path / "unmounted")

    (done,) = world.hand.quarantine(decided)

    assert done.deed is Deed.NOT_DONE
    assert "cannot be opened" in reasons([done])[0]
    assert world.ledger.size == 0


def test_an_empty_mount_point_in_place_of_the_quarantine_settles_nothing(tmp_path, make_world):
    class Power(BaseException):
        pass

    class Fails(Disk):
        def unlink(self, _directory, _name):
            raise Power

    world = make_world(tmp_path)
    world.write({"a": "1"})
    world.quarantined()
    world.later(99)
    world.restart(disk=Fails())
    with pytest.raises(Power):
        world.destroyed()
    world.quarantine.rename(tmp_path / "away")
    world.restart()

    recovery = world.hand.recover()

    assert len(recovery.unsettled) == 1
    assert Deed.DESTROYED not in world.deeds()
    world.quarantine.rmdir()
    (tmp_path / "away").rename(world.quarantine)
    assert [each.deed for each in world.hand.recover().settled] == [Deed.NOT_DONE]


def test_strays_in_quarantine_are_told_and_left_alone(world):
    world.write({"a": "1"})
    world.quarantined()
    (world.quarantine / "somebody's.txt").write_text("mine")
    (world.quarantine / ("0" * 32)).write_text("whose?")

    assert [(each.name, each.is_ours) for each in world.hand.strays()] == [
        (b"0" * 32, True),
        (b"somebody's.txt", False),
    ]
    assert len(list(world.quarantine.iterdir())) == 3


def test_a_catalogue_from_a_backup_is_caught_up_from_the_ledger(world):
    world.write({"a": "1", "b": "2"})
    world.catalogue.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (world.path / "catalogue.db").read_bytes()
    world.quarantined("a")
    world.close()
    for name in ("catalogue.db-wal", "catalogue.db-shm"):
        (world.path / name).unlink(missing_ok=True)
    (world.path / "catalogue.db").write_bytes(backup)
    world.open()

    assert world.hand.recover().caught_up_count == 1
    assert world.only_item().path == b"a"


def test_a_catalogue_that_lost_its_files_learns_of_them_from_the_ledger(world):
    world.write({"a": "1"})
    world.quarantined()
    world.close()
    for path in world.path.glob("catalogue.db*"):
        path.unlink()
    world.open()

    assert world.hand.recover().caught_up_count == 1
    assert world.only_item().path == b"a"
    assert world.hand.strays() == ()
    world.hand.restore(world.only_item().quarantine_id)
    assert world.tree() == {"a": "1"}


def test_a_ledger_older_than_the_catalogue_is_a_brake(world):
    world.write({"a": "1"})
    world.quarantined()
    world.close()
    for path in (world.path / "ledger").iterdir():
        path.unlink()
    world.open()

    with pytest.raises(BrakeError, match="older copy"):
        world.hand.recover()


def test_a_reader_that_opens_a_leased_file_ends_nothing(world):
    # The signal of a broken lease ends a process that does not expect it.
    world.write({"a": "1"})
    descriptor = os.open(world.share / "a", os.O_RDONLY)
    assert lease.lease(descriptor) is lease.Lease.OURS
    reader = subprocess.Popen([sys.executable, "-c", f"open({str(world.share / 'a')!r}).close()"])
    while lease.is_leased(descriptor):
        pass
    os.close(descriptor)
    assert reader.wait() == 0


def test_a_file_is_restored_to_where_one_that_was_restored_before_has_vanished(world):
    world.write({"a": "older"})
    world.quarantined()
    older = world.only_item()
    world.write({"a": "newer"})
    world.quarantined("a")
    newer = next(
        item
        for item in world.catalogue.quarantine_items()
        if item.quarantine_id != older.quarantine_id
    )
    assert world.hand.restore(older.quarantine_id).deed is Deed.RESTORED
    (world.share / "a").unlink()

    assert world.hand.restore(newer.quarantine_id).deed is Deed.RESTORED

    assert world.tree() == {"a": "newer"}
    world.scan()
    assert world.hand.recover().settled == ()
    (item,) = world.decided()
    assert item.item.file_id == newer.file_id

"""Records of some classes are not destroyed but moved; nothing is replaced where they come."""

import os
import tempfile
from pathlib import Path

import pytest

from gallra.dispose.disk import Disk
from gallra.model.ledger import Deed

MEMORY = Path("/dev/shm")  # noqa: S108 - a second filesystem, to which nothing can be renamed


class TwoMounts(Disk):
    """A disk that takes one filesystem for two: everything is copied."""

    def is_one_mount(self, _one, _other):
        return False


@pytest.fixture(params=[Disk, TwoMounts])
def world(request, tmp_path, make_world):
    return make_world(tmp_path, disk=request.param())


def reasons(done):
    return [each.reason.in_english() if each.reason else None for each in done]


def test_a_file_is_moved_with_its_folders_and_the_ledger_tells(world):
    world.write({"lön/avtal 2020.txt": "agreed", "b": "stays"})

    (done,) = world.moved("lön/avtal 2020.txt")

    assert done.deed is Deed.MOVED
    assert world.tree() == {"b": "stays"}
    assert world.archived() == {"avtal/lön/avtal 2020.txt": "agreed"}
    assert world.deeds() == [Deed.INTENT, Deed.MOVED]
    outcome = dict(list(world.ledger.entries())[-1].entry.clear)
    assert (outcome["to_share"], outcome["to_path"]) == ("arkiv", "avtal/lön/avtal 2020.txt")
    assert (world.captured(), world.staged()) == ([], [])


def test_the_catalogue_knows_where_it_is_and_how_old(world):
    world.write({"a": "agreed"})
    before = world.catalogue.record_by_path("gemensam", b"a")
    world.later(3)
    world.moved()

    after = world.catalogue.record_by_path("arkiv", b"avtal/a")

    assert after.file_id == before.file_id
    assert after.record.first_seen_at == before.record.first_seen_at
    assert not after.is_current
    assert world.catalogue.acted_since(world.now).count == 1


def test_what_is_there_already_is_never_replaced(world):
    world.write({"a": "new"})
    (world.archive / "avtal").mkdir()
    (world.archive / "avtal" / "a").write_text("old")

    done = world.moved()

    assert "is there already" in reasons(done)[0]
    assert world.tree() == {"a": "new"}
    assert world.archived() == {"avtal/a": "old"}
    assert (world.captured(), world.staged()) == ([], [])


def test_owner_mode_times_and_attributes_go_along(world):
    world.write({"a": "agreed"})
    path = world.share / "a"
    path.chmod(0o640)
    os.setxattr(path, "user.note", b"kept")
    os.utime(path, ns=(1_500_000_000_000_000_001, 1_500_000_000_000_000_002))
    world.scan()
    before = path.stat()

    world.moved()

    after = (world.archive / "avtal" / "a").stat()
    assert (after.st_mode, after.st_uid, after.st_mtime_ns) == (
        before.st_mode,
        before.st_uid,
        before.st_mtime_ns,
    )
    assert os.getxattr(world.archive / "avtal" / "a", "user.note") == b"kept"


def test_a_file_that_changed_is_open_or_held_stays(world):
    world.write({"a": "1", "b": "2", "c": "3"})
    decided = world.moves()
    (world.share / "a").write_text("newer")
    world.held.add(b"b")
    with (world.share / "c").open("rb"):
        done = list(world.hand.move(decided))

    assert {each.deed for each in done} == {Deed.NOT_DONE}
    assert world.tree() == {"a": "newer", "b": "2", "c": "3"}
    assert world.archived() == {}


def test_a_link_on_the_way_to_the_archive_leads_nowhere(world, tmp_path):
    world.write({"a": "agreed"})
    (tmp_path / "trap").mkdir()
    (world.archive / "avtal").symlink_to(tmp_path / "trap")

    assert reasons(world.moved()) == ["a symbolic link stands in its way"]
    assert world.tree() == {"a": "agreed"}
    assert list((tmp_path / "trap").iterdir()) == []


def test_a_share_that_is_away_receives_nothing(world):
    world.write({"a": "agreed"})
    world.archive.rename(world.path / "unmounted")

    (done,) = world.moved()

    assert done.deed is Deed.NOT_DONE
    assert world.tree() == {"a": "agreed"}
    assert world.ledger.size == 0


def test_a_catalogue_from_a_backup_learns_of_a_move(world):
    world.write({"a": "agreed"})
    world.catalogue.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (world.path / "catalogue.db").read_bytes()
    world.moved()
    world.close()
    for name in ("catalogue.db-wal", "catalogue.db-shm"):
        (world.path / name).unlink(missing_ok=True)
    (world.path / "catalogue.db").write_bytes(backup)
    world.open()

    assert world.hand.recover().caught_up_count == 1
    assert world.catalogue.record_by_path("arkiv", b"avtal/a") is not None


def test_a_file_goes_to_a_share_on_another_filesystem(tmp_path, make_world):
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second filesystem to write to")
    world = make_world(tmp_path)
    world.archive.rmdir()
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        (Path(folder) / "archive").mkdir()
        world.archive.symlink_to(Path(folder) / "archive")
        world.write({"a": "agreed"})

        assert [each.deed for each in world.moved()] == [Deed.MOVED]

        assert (Path(folder) / "archive" / "avtal" / "a").read_text() == "agreed"
        assert world.tree() == {}

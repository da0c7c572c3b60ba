"""Files are given to another owner: nothing else of them changes, and nothing is read again."""

import os
import stat
import struct
from dataclasses import replace

import pytest

from gallra.dispose.disk import Disk
from gallra.dispose.handing import Folder
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import Act, Receiver, RecordState

ANNA, BERTIL = 54321, 54322
LIST = "system.posix_acl_access"
RECEIVER = Receiver(from_uid=ANNA, to_uid=BERTIL, from_gid=ANNA, to_gid=BERTIL)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def access_list(*lines):
    """An access list as the kernel keeps it: tag, permissions, number."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in lines)


def given_to_anna(world, tree):
    world.write(tree)
    for name in tree:
        os.chown(world.share / name, ANNA, ANNA)
    world.scan()


def handings(world, *names, receiver=RECEIVER):
    return [
        replace(each, act=Act.HAND_OVER, receiver=receiver)
        for each in world.decided(*names)
        if not each.item.record.part
    ]


def handed_over(world, *names):
    return list(world.hand.hand_over(handings(world, *names)))


def owners(world, name):
    status = (world.share / name).stat()
    return status.st_uid, status.st_gid


def test_a_file_gets_its_new_owner_and_the_ledger_tells(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"ärende/brev.txt": "hello"})

    (done,) = handed_over(world)

    assert done.deed is Deed.HANDED_OVER
    assert owners(world, "ärende/brev.txt") == (BERTIL, BERTIL)
    assert world.tree() == {"ärende/brev.txt": "hello"}
    assert world.deeds() == [Deed.INTENT, Deed.HANDED_OVER]
    told = dict(list(world.ledger.entries())[-1].entry.clear)
    assert (told["from_uid"], told["to_uid"]) == (ANNA, BERTIL)


def test_nothing_is_read_again_for_it(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"a": "hello"})
    handed_over(world)

    found = world.catalogue.record_by_path("gemensam", b"a")
    world.catalogue.mark_share_dirty("gemensam", world.now)

    assert found.is_current
    assert list(world.catalogue.arrivals(10)) == []
    assert world.catalogue.known_file("gemensam", b"a").uid == BERTIL


def test_a_group_of_many_stays_the_group(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"a": "hello"})
    os.chown(world.share / "a", ANNA, 60000)
    world.scan()

    handed_over(world)

    assert owners(world, "a") == (BERTIL, 60000)


def test_the_former_owner_is_taken_out_of_the_access_list(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"a": "hello"})
    everybody = 0xFFFFFFFF
    os.setxattr(
        world.share / "a",
        LIST,
        access_list(
            (0x01, 6, everybody), (0x02, 4, ANNA), (0x02, 4, 60001), (0x04, 0, everybody),
            (0x08, 4, ANNA), (0x10, 4, everybody), (0x20, 0, everybody),
        ),
    )  # fmt: skip
    world.scan()

    handed_over(world)

    left = os.getxattr(world.share / "a", LIST)
    assert [number for tag, _, number in struct.iter_unpack("<HHI", left[4:])
            if tag in {0x02, 0x08}] == [60001]  # fmt: skip


def test_what_is_not_as_it_was_decided_about_stays(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"changed": "1", "linked": "2", "theirs": "3", "kept": "4"})
    os.link(world.share / "linked", world.share / "second name")
    os.chown(world.share / "theirs", 60001, -1)
    world.scan()
    decided = handings(world)
    (world.share / "changed").write_text("another")

    done = {each.path: each.deed for each in world.hand.hand_over(decided)}

    assert done.pop(b"kept") is Deed.HANDED_OVER
    assert set(done.values()) == {Deed.NOT_DONE}
    assert owners(world, "changed")[0] == ANNA
    assert owners(world, "linked")[0] == ANNA
    assert owners(world, "theirs")[0] == 60001


def test_no_link_on_the_way_is_followed(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"d/a": "inside"})
    decided = handings(world)
    (world.share / "d").rename(tmp_path / "elsewhere")
    (world.share / "d").symlink_to(tmp_path / "elsewhere")

    (done,) = world.hand.hand_over(decided)

    assert done.deed is Deed.NOT_DONE
    assert (tmp_path / "elsewhere" / "a").stat().st_uid == ANNA


def test_root_is_given_nothing(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"a": "hello"})

    (done,) = world.hand.hand_over(handings(world, receiver=replace(RECEIVER, to_uid=0)))

    assert done.deed is Deed.NOT_DONE
    assert world.ledger.size == 0


def folder(path):
    return Folder(share="gemensam", path=path, receiver=RECEIVER, because=(said("handed over"),))


def test_a_folder_is_given_alone_and_its_lists_forget_who_had_it(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"d/a": "hello"})
    top = world.share / "d"
    os.chown(top, ANNA, ANNA)
    everybody = 0xFFFFFFFF
    lines = ((0x01, 7, everybody), (0x02, 7, ANNA), (0x04, 5, everybody), (0x10, 7, everybody),
             (0x20, 0, everybody))  # fmt: skip
    os.setxattr(top, "system.posix_acl_default", access_list(*lines))

    (done,) = world.hand.hand_over_folders([folder(b"d")])

    assert done.deed is Deed.HANDED_OVER
    assert owners(world, "d") == (BERTIL, BERTIL)
    assert owners(world, "d/a") == (ANNA, ANNA)
    left = os.getxattr(top, "system.posix_acl_default")
    assert all(tag != 0x02 for tag, _, _ in struct.iter_unpack("<HHI", left[4:]))


def test_a_folder_that_is_anothers_a_link_or_the_share_itself_is_left_alone(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"d/a": "hello"})
    os.chown(world.share, ANNA, ANNA)
    (tmp_path / "trap").mkdir()
    os.chown(tmp_path / "trap", ANNA, ANNA)
    (world.share / "link").symlink_to(tmp_path / "trap")

    done = list(world.hand.hand_over_folders([folder(b"d"), folder(b"link"), folder(b"")]))

    assert done == []
    assert (tmp_path / "trap").stat().st_uid == ANNA
    assert world.share.stat().st_uid == ANNA
    assert world.ledger.size == 0


def test_a_folder_is_finished_after_a_crash(make_world, tmp_path):
    world = make_world(tmp_path, disk=Failing("give", is_after=True))
    given_to_anna(world, {"d/a": "hello"})
    os.chown(world.share / "d", ANNA, ANNA)
    with pytest.raises(PowerFailureError):
        list(world.hand.hand_over_folders([folder(b"d")]))
    world.restart()

    (settled,) = world.hand.recover().settled

    assert settled.deed is Deed.HANDED_OVER
    assert owners(world, "d") == (BERTIL, BERTIL)
    assert world.ledger.open_intents() == ()


class PowerFailureError(BaseException):
    """The machine stops."""


class Failing(Disk):
    """A disk that stops before or after one of its calls."""

    def __init__(self, at, *, is_after):
        super().__init__()
        self.at, self.is_after = at, is_after

    def _stop(self, name, call):
        if self.at == name and not self.is_after:
            raise PowerFailureError
        call()
        if self.at == name:
            raise PowerFailureError

    def give(self, descriptor, user, group):
        self._stop("give", lambda: Disk.give(self, descriptor, user, group))

    def fsync(self, descriptor):
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._stop("fsync" if is_file else "", lambda: Disk.fsync(self, descriptor))


@pytest.mark.parametrize(
    ("at", "is_after", "owner"),
    [("give", False, ANNA), ("give", True, BERTIL), ("fsync", False, BERTIL)],
)
def test_after_a_crash_it_is_either_finished_or_undone(make_world, tmp_path, at, is_after, owner):
    world = make_world(tmp_path, disk=Failing(at, is_after=is_after))
    given_to_anna(world, {"a": "hello"})
    with pytest.raises(PowerFailureError):
        handed_over(world)
    world.restart()

    (settled,) = world.hand.recover().settled

    assert settled.deed is (Deed.HANDED_OVER if owner == BERTIL else Deed.NOT_DONE)
    assert owners(world, "a")[0] == owner
    assert world.catalogue.known_file("gemensam", b"a").uid == owner
    assert world.ledger.open_intents() == ()


def test_a_catalogue_that_missed_it_learns_of_it_from_the_ledger(make_world, tmp_path):
    world = make_world(tmp_path)
    given_to_anna(world, {"a": "hello"})
    world.catalogue.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (world.path / "catalogue.db").read_bytes()
    handed_over(world)
    world.close()
    for name in ("catalogue.db-wal", "catalogue.db-shm"):
        (world.path / name).unlink(missing_ok=True)
    (world.path / "catalogue.db").write_bytes(backup)
    world.open()

    assert world.hand.recover().caught_up_count == 1
    assert world.catalogue.known_file("gemensam", b"a").uid == BERTIL
    assert list(world.catalogue.arrivals(10)) == []


def test_a_move_that_a_person_decided_goes_to_the_very_place(make_world, tmp_path):
    world = make_world(tmp_path)
    world.write({"anna/ärende/a": "hello"})
    decided = [
        replace(each, act=Act.MOVE, to_share="arkiv", to_path="bertil/ärende/a".encode())
        for each in world.decided()
    ]

    (done,) = world.hand.move(decided)

    assert done.deed is Deed.MOVED
    assert world.archived() == {"bertil/ärende/a": "hello"}
    (found,) = world.catalogue.catalogued(states=(RecordState.PRESENT,))
    assert (found.record.share, found.record.path) == ("arkiv", "bertil/ärende/a".encode())

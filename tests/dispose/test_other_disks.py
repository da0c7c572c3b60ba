"""Filesystems that cannot do what an act takes: found out before anything is announced."""

import errno
import os

import pytest

from gallra.dispose import places, probing
from gallra.dispose.disk import Disk
from gallra.dispose.lease import Lease
from gallra.dispose.probing import PROBE
from gallra.model.ledger import Deed

NFS, FUSE = 0x6969, 0x65735546


class OtherDisk(Disk):
    """A disk of another machine: what it refuses is set by the test."""

    def __init__(self, *, refuses=None, leases=Lease.UNKNOWN):
        super().__init__()
        self.refuses = refuses
        self.leases = leases

    def rename(self, *arguments):
        if self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        super().rename(*arguments)

    def lease(self, descriptor):
        return super().lease(descriptor) if self.leases is None else self.leases


@pytest.fixture
def kind(monkeypatch):
    """Say what the kernel answers when it is asked for the kind of a filesystem."""

    def set_to(number):
        monkeypatch.setattr(probing, "kind_number", lambda _: number)

    set_to(NFS)
    return set_to


def left_over(world):
    return [name for name in os.listdir(world.quarantine) if name.startswith(".gallra")]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
@pytest.mark.parametrize("number", [NFS, FUSE])
def test_where_a_move_might_replace_a_file_all_stay_and_nothing_is_announced(
    tmp_path, make_world, kind, code, number
):
    kind(number)
    world = make_world(tmp_path, disk=OtherDisk(refuses=code))
    world.write({"a": "1", "b": "2"})

    done = world.quarantined()

    assert [each.deed for each in done] == [Deed.NOT_DONE] * 2
    assert all("risk of replacing others" in each.reason.in_english() for each in done)
    assert world.deeds() == []
    assert world.tree() == {"a": "1", "b": "2"}
    assert left_over(world) == []


@pytest.mark.usefixtures("kind")
def test_where_every_file_counts_as_open_all_stay_and_nothing_is_announced(tmp_path, make_world):
    world = make_world(tmp_path, disk=OtherDisk(leases=Lease.IN_USE))
    world.write({"a": "1"})

    (done,) = world.quarantined()

    assert done.deed is Deed.NOT_DONE
    assert "gives no leases" in done.reason.in_english()
    assert world.deeds() == []
    assert left_over(world) == []


@pytest.mark.usefixtures("kind")
def test_where_only_leases_are_missing_files_are_taken_and_come_back(tmp_path, make_world):
    world = make_world(tmp_path, disk=OtherDisk())
    world.write({"a": "1"})
    world.quarantine.mkdir(mode=0o700)
    (world.quarantine / PROBE.decode()).write_text("of a run that was killed")

    (done,) = world.quarantined()

    assert done.deed is Deed.QUARANTINED
    assert world.captured() == ["1"]
    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED
    assert world.tree() == {"a": "1"}
    assert left_over(world) == []


@pytest.mark.usefixtures("kind")
def test_messages_stay_in_their_mailbox_there_too(tmp_path, make_world, make_letter):
    letters = [make_letter(number, f"text {number}") for number in range(3)]
    world = make_world(tmp_path, disk=OtherDisk(refuses=errno.EINVAL))
    world.write({"in.mbox": "".join(letters)})

    (done,) = world.hand.quarantine(world.messages("in.mbox", 1))

    assert done.deed is Deed.NOT_DONE
    assert world.deeds() == []
    assert world.tree() == {"in.mbox": "".join(letters)}


def test_on_a_share_that_is_read_only_nothing_is_announced(tmp_path, make_world, monkeypatch):
    world = make_world(tmp_path)
    world.write({"a": "1"})
    monkeypatch.setattr(probing, "is_read_only", lambda _: True)

    (done,) = world.quarantined()

    assert done.deed is Deed.NOT_DONE
    assert "read-only" in done.reason.in_english()
    assert world.deeds() == []
    assert world.tree() == {"a": "1"}


def test_a_folder_that_something_was_mounted_upon_since_the_scan_is_said(tmp_path, make_world):
    class Covered(Disk):
        def open_directory(self, root, relative):
            if relative == b"d":
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            return super().open_directory(root, relative)

    world = make_world(tmp_path, disk=Covered())
    world.write({"d/a": "1"})

    (done,) = world.quarantined()

    assert done.deed is Deed.NOT_DONE
    assert "another filesystem is mounted where its folder was" in done.reason.in_english()
    assert world.tree() == {"d/a": "1"}


def test_on_the_usual_filesystems_nothing_is_tried(tmp_path, make_world):
    tried = []

    class Watched(Disk):
        def create(self, directory, name):
            tried.append(name)
            return super().create(directory, name)

    world = make_world(tmp_path, disk=Watched())
    world.write({"a": "1"})
    assert places.require_safe_moves is probing.require_safe_moves

    assert [each.deed for each in world.quarantined()] == [Deed.QUARANTINED]
    assert PROBE not in tried

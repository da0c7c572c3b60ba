"""A quarantine on another filesystem: copied, compared, and only then removed."""

import errno
import os
import shutil
import stat
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


@pytest.fixture
def world(tmp_path, make_world):
    return make_world(tmp_path, disk=TwoMounts())


def reasons(done):
    return [each.reason.in_english() if each.reason else None for each in done]


@pytest.fixture
def elsewhere(tmp_path):
    if not MEMORY.is_dir() or MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("this machine has no second filesystem to write to")
    made = Path(tempfile.mkdtemp(dir=MEMORY))
    yield made
    shutil.rmtree(made)


def test_a_file_goes_to_another_filesystem_and_comes_back_as_it_was(
    tmp_path, make_world, elsewhere
):
    world = make_world(tmp_path, quarantine=elsewhere / "quarantine")
    world.write({"d/a": "wanted", "b": "due"})
    path = world.share / "d" / "a"
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_000_000_001, 1_500_000_000_000_000_002))
    world.scan()
    before = path.stat()

    done = world.quarantined()

    assert [each.deed for each in done] == [Deed.QUARANTINED] * 2
    assert world.captured() == ["due", "wanted"]
    assert world.tree() == {}
    assert world.staged() == []
    (wanted,) = [each for each in done if each.path == b"d/a"]
    assert world.hand.restore(wanted.quarantine_id).deed is Deed.RESTORED
    after = path.stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert world.tree() == {"d/a": "wanted"}
    world.later(31)
    assert [each.deed for each in world.destroyed()] == [Deed.DESTROYED]
    assert world.captured() == []


def test_messages_go_to_another_filesystem_too(tmp_path, make_world, elsewhere, make_letter):
    letters = [make_letter(number, f"text {number}") for number in range(4)]
    world = make_world(tmp_path, quarantine=elsewhere / "quarantine")
    world.write({"in.mbox": "".join(letters)})

    (done,) = world.hand.quarantine(world.messages("in.mbox", 2))

    assert done.deed is Deed.QUARANTINED
    assert world.captured() == [letters[1]]
    assert world.tree() == {"in.mbox": letters[0] + letters[2] + letters[3]}
    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED
    assert world.tree() == {"in.mbox": "".join(letters)}
    assert (world.staged(), world.captured()) == ([], [])


def test_attributes_are_kept(world):
    world.write({"a": "wanted"})
    os.setxattr(world.share / "a", "user.note", b"kept")
    world.scan()
    (done,) = world.quarantined()

    world.hand.restore(done.quarantine_id)

    assert os.getxattr(world.share / "a", "user.note") == b"kept"


def test_what_cannot_be_copied_stays_where_it_is(tmp_path, make_world):
    class Full(TwoMounts):
        def write(self, _descriptor, _content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    world = make_world(tmp_path, disk=Full())
    world.write({"a": "kept"})

    assert "the disk is full" in reasons(world.quarantined())[0]
    assert world.tree() == {"a": "kept"}
    assert (world.staged(), world.captured()) == ([], [])


def test_a_copy_that_is_not_the_same_is_not_believed(tmp_path, make_world):
    class Lying(TwoMounts):
        def write(self, descriptor, content):
            super().write(descriptor, bytes(content).replace(b"k", b"K"))

    world = make_world(tmp_path, disk=Lying())
    world.write({"a": "kept"})

    (done,) = world.quarantined()

    assert done.deed is Deed.NOT_DONE
    assert world.tree() == {"a": "kept"}
    assert (world.staged(), world.captured()) == ([], [])


@pytest.mark.parametrize("is_mailbox", [False, True])
def test_a_new_file_with_the_inode_of_the_old_one_is_not_taken_for_it(
    tmp_path, make_world, make_letter, is_mailbox
):
    """The filesystem gives the number of a file that went to the next one that is made."""

    class Power(BaseException):
        pass

    class Stops(TwoMounts):
        def unlink(self, directory, name):
            super().unlink(directory, name)
            if b"." not in name:
                raise Power

    letters = [make_letter(number, f"text {number}") for number in range(3)]
    text, name = ("".join(letters), "in.mbox") if is_mailbox else ("old", "a")
    world = make_world(tmp_path, disk=Stops())
    world.write({name: text})
    inode = (world.share / name).stat().st_ino
    decided = world.messages(name, 2) if is_mailbox else world.decided()
    with pytest.raises(Power):
        list(world.hand.quarantine(decided))
    world.restart(disk=TwoMounts())
    (world.share / name).unlink(missing_ok=True)
    made = []
    for number in range(5_000):  # until the number comes back
        made.append(world.share / f"new {number}")
        made[-1].write_text("new, and of another length")
        if made[-1].stat().st_ino == inode:
            made[-1].rename(world.share / name)
            break
    else:
        pytest.skip("this filesystem gives no number twice")

    world.hand.recover()

    assert world.captured() == [letters[1] if is_mailbox else "old"]
    assert world.tree()[name] == "new, and of another length"


def test_holes_are_not_written_out(world):
    path = world.share / "sparse"
    with path.open("wb") as file:
        file.write(b"begin")
        file.seek(8 << 20)
        file.write(b"end")
    world.scan()

    world.quarantined()

    (copy,) = world.quarantine.iterdir()
    assert copy.stat().st_size == (8 << 20) + 3
    assert copy.stat().st_blocks * 512 < 4 << 20


def test_the_staging_directory_is_ours_alone_and_no_link_is_followed(tmp_path, world):
    (tmp_path / "trap").mkdir()
    (world.share / ".gallra-staging").symlink_to(tmp_path / "trap")
    world.write({"a": "kept"})

    (done,) = world.quarantined()

    assert done.deed is Deed.NOT_DONE
    assert list((tmp_path / "trap").iterdir()) == []
    (world.share / ".gallra-staging").unlink()
    assert [each.deed for each in world.quarantined()] == [Deed.QUARANTINED]
    assert stat.S_IMODE((world.share / ".gallra-staging").stat().st_mode) == 0o700

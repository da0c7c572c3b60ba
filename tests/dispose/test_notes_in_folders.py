"""Notes in folders: ours are told from people's by what they are, and nobody's file is harmed."""

import contextlib
import errno
import os
import struct
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gallra.dispose.disk import Disk
from gallra.dispose.note_states import Wanted
from gallra.model.errors import GallraError
from gallra.model.share import STAGING

FIRST, SECOND = b"one file was taken\r\n", b"two files were taken\r\n"
NAME = "GALLRA - note.txt"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
EFFECTS = ("create", "create_unnamed", "exchange", "fsync", "link", "rename", "unlink", "write")


class PowerCutError(BaseException):
    """The machine stops."""


class FragileDisk(Disk):
    """A disk that fails, or stops the machine, at the n-th effect."""

    def __init__(self, countdown=None, *, is_after=False, code=None):
        super().__init__()
        self.countdown, self.is_after, self.code, self.count = countdown, is_after, code, 0
        for name in EFFECTS:
            setattr(self, name, partial(self.around, getattr(super(), name)))

    __slots__ = ("__dict__",)

    def around(self, call, *arguments):
        self.count += 1
        is_struck = self.count == self.countdown
        if is_struck and self.code is not None:
            raise OSError(self.code, os.strerror(self.code))
        if is_struck and not self.is_after:
            raise PowerCutError
        answer = call(*arguments)
        if is_struck:
            raise PowerCutError
        return answer


class CopyingDisk(FragileDisk):
    """The quarantine lies on another filesystem, and files must be made under a name."""

    def is_one_mount(self, *_):
        return False

    def create_unnamed(self, *_):
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.create_unnamed = partial(CopyingDisk.create_unnamed, self)


def wanted(world, content, *, path=b"d", days=0):
    newest_at = world.now + timedelta(days=days)
    return Wanted(path=path, stem="GALLRA - note", content=content, newest_at=newest_at)


def leave(world, *notes):
    return world.hand.leave_notes("gemensam", notes)


def begun(world):
    """Return a world in whose folder d a first note lies beside a person's file."""
    world.write({"d/a.txt": "a person's"})
    assert leave(world, wanted(world, FIRST)) == ()
    return world


def folder(world, name="d"):
    return {
        os.fsdecode(path.name): path.read_bytes()
        for path in (world.share / name).iterdir()
        if path.name != os.fsdecode(STAGING)
    }


def waiting(world):
    """Return what lies in quarantine and staging and is nobody's."""
    return [path.read_bytes() for path in world.quarantine.iterdir()] + world.waiting()


def test_a_note_is_left_once_and_gives_its_place_to_another(world):
    begun(world)
    before = (world.share / "d" / NAME).stat()
    assert leave(world, wanted(world, FIRST)) == ()
    assert (world.share / "d" / NAME).stat() == before

    assert leave(world, wanted(world, SECOND)) == ()
    assert folder(world) == {"a.txt": b"a person's", NAME: SECOND}
    assert leave(world) == ()
    assert folder(world) == {"a.txt": b"a person's"}
    assert waiting(world) == []
    assert world.catalogue.folder_notes("gemensam") == []


def test_a_file_of_that_name_is_never_touched(world):
    world.write({f"d/{NAME}": "mine"})
    leave(world, wanted(world, FIRST))
    leave(world, wanted(world, SECOND))
    assert folder(world) == {NAME: b"mine", "GALLRA - note (2).txt": SECOND}
    leave(world)
    assert folder(world) == {NAME: b"mine"}


def test_where_all_names_are_taken_no_note_is_left_and_it_is_said(world):
    taken = {f"d/{each.decode()}": "mine" for each in wanted(world, FIRST).names()}
    world.write(taken)
    (complaint,) = leave(world, wanted(world, FIRST))
    assert "names" in complaint.in_english()
    assert set(folder(world).values()) == {b"mine"}


@pytest.mark.parametrize("is_in_place", [True, False])
def test_a_note_that_a_person_edited_is_theirs(world, is_in_place):
    begun(world)
    note = world.share / "d" / NAME
    if not is_in_place:
        note.unlink()
    note.write_bytes(b"my own words")
    assert leave(world, wanted(world, FIRST)) == ()
    assert leave(world) == ()
    assert folder(world)[NAME] == b"my own words"

    leave(world, wanted(world, SECOND, days=1))
    assert folder(world)["GALLRA - note (2).txt"] == SECOND
    assert folder(world)[NAME] == b"my own words"


def test_an_edited_note_gets_a_new_one_beside_it_only_when_more_was_taken(world):
    begun(world)
    (world.share / "d" / NAME).write_bytes(b"my own words")
    for _ in range(2):
        leave(world, wanted(world, FIRST))
    assert sorted(folder(world)) == [NAME, "a.txt"]
    leave(world, wanted(world, SECOND, days=1))
    assert sorted(folder(world)) == ["GALLRA - note (2).txt", NAME, "a.txt"]


def test_a_note_that_was_taken_away_comes_again_only_when_more_was_taken(world):
    begun(world)
    (world.share / "d" / NAME).unlink()
    for _ in range(2):
        leave(world, wanted(world, FIRST))
    assert sorted(folder(world)) == ["a.txt"]
    leave(world, wanted(world, SECOND, days=1))
    assert folder(world)[NAME] == SECOND


def test_a_file_with_the_words_of_a_note_is_not_taken_for_one(world):
    begun(world)
    note = world.share / "d" / NAME
    note.rename(world.share / "d" / "away")
    note.write_bytes(FIRST)
    leave(world)
    assert folder(world) == {"a.txt": b"a person's", "away": FIRST, NAME: FIRST}


def test_a_note_that_was_given_other_attributes_is_ours_still(world):
    begun(world)
    (world.share / "d" / NAME).chmod(0o666)
    leave(world, wanted(world, SECOND))
    assert folder(world)[NAME] == SECOND


def test_a_link_in_the_place_of_a_note_is_not_followed(world, tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(FIRST)
    begun(world)
    note = world.share / "d" / NAME
    note.unlink()
    note.symlink_to(victim)
    leave(world, wanted(world, SECOND, days=1))
    leave(world)
    assert victim.read_bytes() == FIRST
    assert note.is_symlink()


def test_a_folder_that_is_gone_or_a_link_gets_no_note(world, tmp_path):
    begun(world)
    (world.share / "d").rename(tmp_path / "elsewhere")
    (world.share / "d").symlink_to(tmp_path / "elsewhere")
    assert leave(world, wanted(world, SECOND), wanted(world, FIRST, path=b"gone")) == ()
    assert (tmp_path / "elsewhere" / NAME).read_bytes() == FIRST
    assert not (world.share / "gone").exists()


def test_a_note_that_somebody_has_open_is_left_for_later(world):
    begun(world)
    with (world.share / "d" / NAME).open("rb"):
        assert leave(world, wanted(world, SECOND)) == ()
        assert leave(world) == ()
        assert folder(world)[NAME] == FIRST
    leave(world, wanted(world, SECOND))
    assert folder(world)[NAME] == SECOND


def life(world, path=b"d"):
    for content in (FIRST, SECOND):
        leave(world, wanted(world, content, path=path))
    leave(world)
    leave(world, wanted(world, FIRST, path=path, days=1))


@pytest.fixture
def in_memory(make_world):
    """A world in memory, where a sync costs nothing: one for all the ends of a life in it."""
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as path:
        yield make_world(Path(path))


def lives(world, kind, **how):
    """Yield the name of a folder for each effect of a life in it, with the disk set to strike."""
    world.hand._means = replace(world.hand._means, disk=kind())
    world.write({"whole/a.txt": "a person's"})
    life(world, b"whole")  # the first makes directories of ours that stay
    leave(world)
    world.hand._means.disk.count = 0
    life(world, b"whole")
    count = world.hand._means.disk.count
    assert count > 20
    leave(world)
    for countdown in range(1, count + 1):
        name = f"d{countdown}"
        world.write({f"{name}/a.txt": "a person's"})
        world.hand._means = replace(world.hand._means, disk=kind(countdown, **how))
        yield name
    world.hand._means = replace(world.hand._means, disk=Disk())


@pytest.mark.parametrize("kind", [FragileDisk, CopyingDisk])
@pytest.mark.parametrize("is_after", [False, True])
def test_a_power_cut_at_every_effect_leaves_one_note_or_none(in_memory, kind, is_after):
    world = in_memory
    for name in lives(world, kind, is_after=is_after):
        with pytest.raises(PowerCutError):
            life(world, name.encode())
        found = folder(world, name)
        assert found.pop("a.txt") == b"a person's"
        assert list(found.items()) in ([], [(NAME, FIRST)], [(NAME, SECOND)])
        world.restart(disk=kind())
        leave(world, wanted(world, SECOND, path=name.encode(), days=2))
        assert folder(world, name) == {"a.txt": b"a person's", NAME: SECOND}
        assert waiting(world) == []
        leave(world)
        assert folder(world, name) == {"a.txt": b"a person's"}
        assert waiting(world) == []
        assert world.catalogue.folder_notes("gemensam") == []


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("kind", [FragileDisk, CopyingDisk])
def test_an_error_at_every_effect_is_said_and_mended_the_next_time(in_memory, kind, code):
    world = in_memory
    for name in lives(world, kind, code=code):
        with contextlib.suppress(GallraError):
            life(world, name.encode())
        assert folder(world, name)["a.txt"] == b"a person's"
        leave(world, wanted(world, SECOND, path=name.encode(), days=2))
        assert folder(world, name) == {"a.txt": b"a person's", NAME: SECOND}
        assert waiting(world) == []
        leave(world)


def test_what_cannot_be_written_is_complained_of_once(tmp_path, make_world):
    disk = FragileDisk()
    world = make_world(tmp_path, disk=disk)
    world.write({"d/a": "a", "e/a": "a"})

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    disk.write = full
    (complaint,) = leave(world, wanted(world, FIRST), wanted(world, FIRST, path=b"e"))
    assert "full" in complaint.in_english()
    assert folder(world) == {"a": b"a"}
    assert waiting(world) == []


EDITOR = """
    import os, sys
    note, stop = sys.argv[1:]
    number = 0
    while number < 1 or not os.path.exists(stop):
        number += 1
        with open(note + ".new", "w") as file:
            file.write(f"my words {number}")
        os.replace(note + ".new", note)
        if number == 1:
            print("go", flush=True)
    print(number)
"""


def test_what_a_person_writes_while_notes_come_and_go_is_never_lost(world, tmp_path):
    begun(world)
    note, stop = world.share / "d" / NAME, tmp_path / "stop"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(EDITOR), str(note), str(stop)],
        stdout=subprocess.PIPE,
        text=True,
    ) as editor:
        editor.stdout.readline()
        for number in range(1, 101):
            leave(world, wanted(world, b"note %d" % number, days=number))
        stop.touch()
        last = editor.stdout.readline().strip()
    assert f"my words {last}".encode() in folder(world).values()
    assert not [content for content in waiting(world) if b"my words" in content]


ACL = struct.Struct("<HHI")
OWNER, USER, OWNING_GROUP, GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
NOBODY = 0xFFFFFFFF


def access_list(path, *, name="access"):
    packed = os.getxattr(path, f"system.posix_acl_{name}")
    return list(ACL.iter_unpack(packed[4:]))


def set_access_list(path, entries, *, name="default"):
    packed = struct.pack("<I", 2) + b"".join(ACL.pack(*each) for each in entries)
    os.setxattr(path, f"system.posix_acl_{name}", packed)


def mode_of(path):
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o2775])
def test_a_note_in_an_open_folder_can_be_read_by_all_and_not_be_run(world, mode):
    world.write({"d/a": "a"})
    (world.share / "d").chmod(mode)
    before = os.umask(0o077)
    try:
        leave(world, wanted(world, FIRST))
    finally:
        os.umask(before)
    assert mode_of(world.share / "d" / NAME) == 0o644


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_note_is_for_those_who_can_list_the_folder(world):
    world.write({"d/a": "a"})
    os.chown(world.share / "d", 1234, 2345)
    (world.share / "d").chmod(0o2751)
    leave(world, wanted(world, FIRST))
    note = world.share / "d" / NAME
    assert note.stat().st_gid == 2345
    assert access_list(note) == [
        (OWNER, 6, NOBODY), (USER, 4, 1234), (OWNING_GROUP, 4, NOBODY), (MASK, 4, NOBODY),
        (OTHER, 0, NOBODY),
    ]  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_folder_says_itself_what_its_files_are_given(world):
    world.write({"d/a": "a"})
    given = [
        (OWNER, 7, NOBODY), (USER, 5, 1234), (OWNING_GROUP, 7, NOBODY), (GROUP, 7, 2345),
        (MASK, 7, NOBODY), (OTHER, 0, NOBODY),
    ]  # fmt: skip
    set_access_list(world.share / "d", given)
    leave(world, wanted(world, FIRST))
    note = world.share / "d" / NAME
    assert (MASK, 4, NOBODY) in access_list(note)
    assert {(USER, 5, 1234), (GROUP, 7, 2345), (OTHER, 0, NOBODY)} <= set(access_list(note))
    assert mode_of(note) & 0o111 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize(
    ("owner", "group", "mode", "is_told"),
    [(0, 0, 0o644, True), (0, 2345, 0o640, True), (0, 0, 0o640, False), (1234, 2345, 0o600, False)],
)
def test_more_than_its_name_is_told_only_of_what_could_be_read(world, owner, group, mode, is_told):
    world.write({"d/a": "a"})
    os.chown(world.share / "d", 0, 2345)
    (world.share / "d").chmod(0o2750)
    os.chown(world.share / "d" / "a", owner, group)
    (world.share / "d" / "a").chmod(mode)
    world.scan()
    world.quarantined()
    name = world.only_item().object_name
    assert world.hand.tellable("gemensam", b"d", [name]) == ({name} if is_told else set())


def test_nothing_is_told_of_what_cannot_be_looked_at(world):
    world.write({"d/a": "a"})
    assert world.hand.tellable("gemensam", b"d", ["0" * 32]) == frozenset()
    assert world.hand.tellable("gemensam", b"gone", []) == frozenset()

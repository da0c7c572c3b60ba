"""Single messages: cut out of a mailbox by their bytes, and put back; the rest stays as it is."""

import fcntl
import os
import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.dispose.disk import Disk
from gallra.dispose.mbox import Piece, are_apart, marks_around, read_out, with_message, without
from gallra.model.ledger import Deed
from gallra.model.passage import ByteSpan
from gallra.model.record import RecordState


@pytest.fixture
def five(make_letter):
    return [make_letter(number, f"text {number}") for number in range(1, 6)]


def reasons(done):
    return [each.reason.in_english() if each.reason else None for each in done]


def cut(world, *numbers, name="in.mbox"):
    return list(world.hand.quarantine(world.messages(name, *numbers)))


def test_a_message_is_cut_out_and_the_rest_stays_byte_for_byte(world, five):
    world.write({"in.mbox": "".join(five)})

    (done,) = cut(world, 2)

    assert done.deed is Deed.QUARANTINED
    assert world.tree() == {"in.mbox": five[0] + "".join(five[2:])}
    assert world.captured() == [five[1]]
    assert world.deeds() == [Deed.INTENT, Deed.QUARANTINED]
    item = world.only_item()
    assert (item.path, item.part) == (b"in.mbox", "msg:2")
    assert dict(next(world.ledger.entries(first=1)).entry.clear)["part"] == "msg:2"


def test_several_messages_go_in_one_rewrite(tmp_path, make_world, five):
    exchanges = []

    class Counting(Disk):
        def exchange(self, *arguments):
            exchanges.append(arguments)
            super().exchange(*arguments)

    world = make_world(tmp_path, disk=Counting())
    world.write({"in.mbox": "".join(five)})

    assert [done.deed for done in cut(world, 1, 3, 4)] == [Deed.QUARANTINED] * 3
    assert len(exchanges) == 1
    assert world.tree() == {"in.mbox": five[1] + five[4]}
    assert world.captured() == sorted([five[0], five[2], five[3]])


def test_a_mailbox_that_was_emptied_stays_as_an_empty_file(world, five):
    world.write({"in.mbox": "".join(five)})
    cut(world, 1, 2, 3, 4, 5)

    assert world.tree() == {"in.mbox": ""}
    world.scan()
    restored = [
        world.hand.restore(item.quarantine_id) for item in world.catalogue.quarantine_items()
    ]
    assert {done.deed for done in restored} == {Deed.RESTORED}
    assert sorted(world.tree()["in.mbox"]) == sorted("".join(five))


def test_line_ends_lengths_and_bytes_of_no_encoding_are_left_alone(world):
    other = (
        b"From b@example.org Tue Jan  6 10:00:00 2026\r\nFrom: b@example.org\r\n"
        b"Content-Length: 17\r\nX: \xff\xfe\r\n\r\n>From quoted\r\n\0\x1a\r\n"
    )
    due = b"From a@example.org Tue Jan  6 10:00:00 2026\nFrom: a@example.org\n\ndue\n\n"
    world.write({"in.mbox": other + due + other})

    cut(world, 2)

    assert (world.share / "in.mbox").read_bytes() == other + other
    assert [path.read_bytes() for path in world.quarantine.iterdir()] == [due]


def test_owner_mode_attributes_and_times_of_the_mailbox_are_kept(world, five):
    world.write({"in.mbox": "".join(five)})
    path = world.share / "in.mbox"
    path.chmod(0o640)
    os.setxattr(path, "user.note", b"kept")
    os.utime(path, ns=(1_500_000_000_000_000_001, 1_500_000_000_000_000_002))
    world.scan()
    before = path.stat()

    cut(world, 2)

    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid, after.st_mtime_ns) == (
        before.st_uid,
        before.st_gid,
        before.st_mtime_ns,
    )
    assert os.getxattr(path, "user.note") == b"kept"
    assert after.st_ino != before.st_ino


def test_an_access_list_is_kept(world, five):
    world.write({"in.mbox": "".join(five)})
    path = world.share / "in.mbox"
    # version 2: owner rw, user 12345 r, group r, mask r, others nothing
    entries = [(1, 6, 0xFFFFFFFF), (2, 4, 12345), (4, 4, 0xFFFFFFFF), (16, 4, 0xFFFFFFFF),
               (32, 0, 0xFFFFFFFF)]  # fmt: skip
    access = (2).to_bytes(4, "little") + b"".join(
        tag.to_bytes(2, "little") + right.to_bytes(2, "little") + who.to_bytes(4, "little")
        for tag, right, who in entries
    )
    try:
        os.setxattr(path, "system.posix_acl_access", access)
    except OSError:
        pytest.skip("the filesystem of the temporary directory keeps no access lists")
    world.scan()

    cut(world, 2)

    assert os.getxattr(path, "system.posix_acl_access") == access


def test_a_mailbox_that_somebody_has_open_stays(world, five):
    world.write({"in.mbox": "".join(five)})
    with (world.share / "in.mbox").open("rb"):
        done = cut(world, 2)

    assert reasons(done) == ["somebody has it open; it is tried again later"]
    assert world.tree() == {"in.mbox": "".join(five)}
    assert [each.deed for each in cut(world, 2)] == [Deed.QUARANTINED]


def test_a_mailbox_with_a_lock_file_stays_and_the_lock_too(world, five):
    world.write({"in.mbox": "".join(five)})
    decided = world.messages("in.mbox", 2)
    (world.share / "in.mbox.lock").write_text("4711")

    done = list(world.hand.quarantine(decided))

    assert "locked" in reasons(done)[0]
    assert world.tree() == {"in.mbox": "".join(five), "in.mbox.lock": "4711"}
    assert world.captured() == []


def test_our_own_lock_file_is_there_while_we_act_and_not_after(tmp_path, make_world, five):
    seen = []

    class Looking(Disk):
        def exchange(self, *arguments):
            seen.append((world.share / "in.mbox.lock").read_text())
            super().exchange(*arguments)

    world = make_world(tmp_path, disk=Looking())
    world.write({"in.mbox": "".join(five)})
    cut(world, 2)

    assert seen[0].startswith(f"{os.getpid()}:")
    assert sorted(world.tree()) == ["in.mbox"]


def test_a_delivery_that_waits_for_the_mailbox_is_not_lost(tmp_path, make_world, five):
    """The mail program opened the name before the exchange, and writes when it gets it."""
    late = "From late@example.org Tue Jan  6 10:00:00 2026\nFrom: l@example.org\n\nlate\n\n"
    script = "import sys\nwith open(sys.argv[1], 'a') as f: f.write(sys.argv[2])"
    started = []

    class Delivering(Disk):
        def exchange(self, *arguments):
            if not started:
                path = str(world.share / "in.mbox")
                started.append(subprocess.Popen([sys.executable, "-c", script, path, late]))
                while fcntl.fcntl(leased[0], fcntl.F_GETLEASE) == fcntl.F_WRLCK:
                    pass
            super().exchange(*arguments)

        def lease(self, descriptor):
            leased.append(descriptor)
            return super().lease(descriptor)

    leased = []
    world = make_world(tmp_path, disk=Delivering())
    world.write({"in.mbox": "".join(five)})

    done = cut(world, 2)

    assert started[0].wait() == 0
    assert reasons(done) == ["somebody has it open; it is tried again later"]
    assert world.tree() == {"in.mbox": "".join(five) + late}
    assert world.captured() == []


def test_a_mailbox_that_changed_since_it_was_read_stays(world, five):
    world.write({"in.mbox": "".join(five)})
    decided = world.messages("in.mbox", 2)
    with (world.share / "in.mbox").open("a") as file:
        file.write("From z@example.org Mon Jan  5 10:00:00 2026\nFrom: z\n\nnew\n\n")

    done = list(world.hand.quarantine(decided))

    assert reasons(done) == ["it changed after it was read; it will be read again"]
    assert world.captured() == []


def test_another_file_that_took_the_name_in_the_last_moment_is_put_back(tmp_path, make_world, five):
    class Swapped(Disk):
        def exchange(self, *arguments):
            if not swapped:
                swapped.append(1)
                os.rename(world.share / "victim", world.share / "in.mbox")
            super().exchange(*arguments)

    swapped = []
    world = make_world(tmp_path, disk=Swapped())
    world.write({"in.mbox": "".join(five), "victim": "never decided upon"})

    (done,) = cut(world, 2)

    assert done.deed is Deed.NOT_DONE
    assert world.tree() == {"in.mbox": "never decided upon"}
    assert world.captured() == []


def test_a_held_message_stays_and_the_others_go(world, five):
    world.write({"in.mbox": "".join(five)})
    decided = world.messages("in.mbox", 2, 3)
    held = decided[0].item.record.part
    object.__setattr__(world.hand._means, "is_held", lambda item: item.record.part == held)

    done = list(world.hand.quarantine(decided))

    assert sorted(each.deed.value for each in done) == ["not-done", "quarantined"]
    assert world.tree() == {"in.mbox": "".join(five[:2] + five[3:])}


def test_after_its_day_a_message_is_destroyed_and_the_ledger_covers_it(world, five, digest_of):
    world.write({"in.mbox": "".join(five)})
    cut(world, 2)
    world.scan()
    world.later(30)

    (done,) = world.destroyed()

    assert done.deed is Deed.DESTROYED
    assert world.digests_destroyed() == {digest_of(five[1])}
    assert world.captured() == []
    assert world.tree() == {"in.mbox": five[0] + "".join(five[2:])}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
def test_messages_come_back_to_their_old_places_in_any_order(world, five, order):
    world.write({"in.mbox": "".join(five)})
    cut(world, 2, 3, 5)
    world.scan()
    items = sorted(world.catalogue.quarantine_items(), key=lambda item: item.part)

    for place in order:
        assert world.hand.restore(items[place].quarantine_id).deed is Deed.RESTORED
        world.scan()

    assert world.tree() == {"in.mbox": "".join(five)}
    assert world.captured() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_first_messages_come_back_first(world, five, order):
    world.write({"in.mbox": "".join(five[:3])})
    cut(world, 1, 2)
    world.scan()
    items = sorted(world.catalogue.quarantine_items(), key=lambda item: item.part)

    for place in order:
        assert world.hand.restore(items[place].quarantine_id).deed is Deed.RESTORED
        world.scan()

    assert world.tree() == {"in.mbox": "".join(five[:3])}


def test_a_message_whose_neighbours_are_gone_is_put_last(world, five, make_letter):
    world.write({"in.mbox": "".join(five)})
    (done,) = cut(world, 3)
    others = make_letter(8, "eight") + make_letter(9, "nine")
    world.write({"in.mbox": others})

    assert world.hand.restore(done.quarantine_id).deed is Deed.RESTORED
    assert world.tree() == {"in.mbox": others + five[2]}


def test_a_message_is_put_back_as_old_as_it_was(world, five):
    world.write({"in.mbox": "".join(five)})
    (done,) = cut(world, 3)
    seen_at = {
        each.record.record_id: each.record.first_seen_at
        for each in world.catalogue.catalogued(states=(RecordState.QUARANTINED,))
    }
    world.scan()
    world.hand.restore(done.quarantine_id)
    file_id = world.catalogue.record_by_path("gemensam", b"in.mbox").file_id

    ages = world.catalogue.first_seen_messages(file_id)

    assert set(seen_at.values()) <= set(ages.values())
    assert len(ages) == 5


def test_a_message_can_be_had_as_a_file_of_its_own(world, five):
    world.write({"in.mbox": "".join(five), "taken.eml": "x"})
    (done,) = cut(world, 3)

    refused = world.hand.restore(done.quarantine_id, to=b"taken.eml")
    restored = world.hand.restore(done.quarantine_id, to=b"back/3.eml")

    assert "there already" in reasons([refused])[0]
    assert restored.deed is Deed.RESTORED
    assert world.tree()["back/3.eml"] == five[2].partition("\n")[2]
    assert world.tree()["taken.eml"] == "x"
    assert world.captured() == []


def test_a_message_whose_mailbox_is_gone_waits_for_a_person(world, five):
    world.write({"in.mbox": "".join(five)})
    (done,) = cut(world, 3)
    (world.share / "in.mbox").unlink()

    refused = world.hand.restore(done.quarantine_id)

    assert reasons([refused]) == ["its mailbox is gone: name a file for it with --to"]
    assert world.captured() == [five[2]]


def test_a_catalogue_from_a_backup_learns_of_the_cut(world, five):
    world.write({"in.mbox": "".join(five)})
    world.catalogue.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = (world.path / "catalogue.db").read_bytes()
    cut(world, 2)
    world.close()
    for name in ("catalogue.db-wal", "catalogue.db-shm"):
        (world.path / name).unlink(missing_ok=True)
    (world.path / "catalogue.db").write_bytes(backup)
    world.open()

    assert world.hand.recover().caught_up_count == 1
    assert (world.only_item().path, world.only_item().part) == (b"in.mbox", "msg:2")


def test_a_mailbox_read_again_before_the_cut_was_noted_keeps_the_message_known(world, five):
    world.write({"in.mbox": "".join(five)})
    decided = world.messages("in.mbox", 2)
    world.catalogue.database.run("DELETE FROM record WHERE part = 'msg:2'")

    list(world.hand.quarantine(decided))

    assert world.only_item().part == "msg:2"
    (record,) = world.catalogue.catalogued(states=(RecordState.QUARANTINED,))
    assert record.due.due_on is None


def test_files_of_a_maildir_come_and_go_like_any_other(world, make_letter):
    text = make_letter(1, "mail").partition("\n")[2]
    world.write({"Maildir/new/1700000000.M1P1.host": text, "Maildir/cur/2.host:2,S": "seen"})
    before = {item.record.path: item.file_id for item in world.catalogue.catalogued()}
    os.rename(
        world.share / "Maildir/new/1700000000.M1P1.host",
        world.share / "Maildir/cur/1700000000.M1P1.host:2,FS",
    )
    world.scan()
    moved = world.catalogue.record_by_path("gemensam", b"Maildir/cur/1700000000.M1P1.host:2,FS")

    assert moved.file_id == before[b"Maildir/new/1700000000.M1P1.host"]
    (done,) = world.quarantined("Maildir/cur/1700000000.M1P1.host:2,FS")
    assert done.deed is Deed.QUARANTINED
    assert world.tree() == {"Maildir/cur/2.host:2,S": "seen"}


@given(data=st.data())
def test_whatever_is_cut_out_goes_back_to_the_same_bytes(tmp_path_factory, data):
    letters = data.draw(
        st.lists(
            st.binary(max_size=700).map(
                lambda body: b"From a Mon Jan  5 10:00:00 2026\nFrom: a\n\n" + body + b"\n\n"
            ),
            min_size=1,
            max_size=6,
            unique=True,
        )
    )
    chosen = data.draw(st.sets(st.integers(0, len(letters) - 1), min_size=1))
    order = data.draw(st.permutations(sorted(chosen)))
    whole = b"".join(letters)
    path = tmp_path_factory.mktemp("mbox") / "m"
    path.write_bytes(whole)
    descriptor = os.open(path, os.O_RDONLY)
    spans = {}
    at = 0
    for number, each in enumerate(letters):
        spans[number] = ByteSpan(offset_bytes=at, length_bytes=len(each), sha256="")
        at += len(each)
    marks = {number: marks_around(descriptor, at, spans[number]) for number in chosen}
    assert are_apart(spans.values(), at)
    now = b"".join(read_out(without(descriptor, at, [spans[number] for number in chosen])))
    os.close(descriptor)
    assert now == b"".join(each for number, each in enumerate(letters) if number not in chosen)
    for number in order:
        path.write_bytes(now)
        (path.parent / "one").write_bytes(letters[number])
        descriptor, one = os.open(path, os.O_RDONLY), os.open(path.parent / "one", os.O_RDONLY)
        message = Piece(one, 0, len(letters[number]))
        now = b"".join(read_out(with_message(descriptor, len(now), message, *marks[number])))
        os.close(descriptor)
        os.close(one)
    assert sorted(now.split(b"From a Mon")) == sorted(whole.split(b"From a Mon"))

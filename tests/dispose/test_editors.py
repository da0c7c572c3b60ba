"""People save, and mail comes in, while gallra acts: the newest save is there, always."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

ROUNDS = 60 if os.environ.get("GALLRA_TEST_FULL") else 8
FILES = 12

EDITOR = """
    import json, mmap, os, sys, threading
    folder, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    saved, is_over = {}, threading.Event()

    def text(name, turn):
        return f"{kind} {name} save {turn:08}".encode()

    def in_place(path, new):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.pwrite(descriptor, new, 0)
        finally:
            os.close(descriptor)

    def by_truncating(path, new):
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, new, 0)
        finally:
            os.close(descriptor)

    def by_map(path, new):
        descriptor = os.open(path, os.O_RDWR)
        try:
            there = mmap.mmap(descriptor, len(new))
        finally:
            os.close(descriptor)
        there[:] = new
        there.close()

    def drafted(path, new):
        draft = f"{path}.draft"
        with open(draft, "wb") as file:
            file.write(new)
        return draft

    def by_renaming(path, new):
        os.stat(path)
        os.rename(drafted(path, new), path)

    def with_backup(path, new):
        draft = drafted(path, new)
        os.rename(path, path + "~")
        os.rename(draft, path)
        os.unlink(path + "~")

    def like_office(path, new):
        draft = drafted(path, new)
        os.link(path, path + ".bak")
        os.unlink(path)
        os.rename(draft, path)
        os.unlink(path + ".bak")

    save = {
        "in place": in_place, "truncating": by_truncating, "map": by_map,
        "renaming": by_renaming, "backup": with_backup, "office": like_office,
    }[kind]

    def edit(name):
        turn = 0
        while not is_over.is_set():
            turn += 1
            new = text(name, turn)
            try:
                save(f"{folder}/{name}", new)
            except OSError:
                continue  # it is not there just now
            saved[name] = new.decode()

    threads = [threading.Thread(target=edit, args=(name,)) for name in range(count)]
    for each in threads:
        each.start()
    print("go", flush=True)
    sys.stdin.read()
    is_over.set()
    for each in threads:
        each.join()
    print(json.dumps(saved))
"""

KINDS = ("in place", "truncating", "map", "renaming", "backup", "office")


@pytest.mark.parametrize("act", ["quarantine", "move"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_save_is_there_whoever_saves_how(tmp_path, make_world, kind, act):
    world = make_world(tmp_path)
    world.write({f"d/{name}": f"{kind} {name} save {0:08}" for name in range(FILES)})
    editor = subprocess.Popen(
        [
            sys.executable, "-c", textwrap.dedent(EDITOR), str(world.share / "d"), kind,
            str(FILES),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    with editor:
        editor.stdout.readline()
        for _ in range(ROUNDS):
            world.scan()
            if act == "move":
                world.moved()
            else:
                world.quarantined()
                for item in list(world.catalogue.quarantine_items()):
                    world.hand.restore(item.quarantine_id)
        world.hand.recover()
        editor.stdin.close()
        saved = json.loads(editor.stdout.read())

    there = {path.read_text() for root in (world.share, world.quarantine, world.archive)
             for path in root.rglob("*") if path.is_file()}  # fmt: skip
    assert saved
    assert set(saved.values()) <= there
    assert world.ledger.open_intents() == ()


POSTMAN = """
    import fcntl, json, os, sys, threading
    path, kind = sys.argv[1:]
    delivered, is_over = [], threading.Event()

    def letter(number):
        return (
            f"From p@example.org Mon Jan  5 10:00:00 2026\\n"
            f"From: p@example.org\\nSubject: {number}\\n\\npost {kind} {number:08}\\n\\n"
        )

    def append(new):
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            if kind == "flock":
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            elif kind == "fcntl":
                fcntl.lockf(descriptor, fcntl.LOCK_EX)
            if kind != "none" and os.fstat(descriptor).st_ino != os.stat(path).st_ino:
                return False  # as mail programs do: another mailbox came meanwhile
            os.write(descriptor, new)
            return True
        finally:
            os.close(descriptor)

    def deliver(new):
        if kind != "dotlock":
            return append(new)
        try:
            os.close(os.open(path + ".lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        try:
            return append(new)
        finally:
            os.unlink(path + ".lock")

    def work():
        number = 0
        while not is_over.wait(0.002):
            if deliver(letter(number).encode()):
                delivered.append(letter(number))
                number += 1

    thread = threading.Thread(target=work)
    thread.start()
    print("go", flush=True)
    sys.stdin.read()
    is_over.set()
    thread.join()
    print(json.dumps(delivered))
"""


@pytest.mark.parametrize("kind", ["none", "flock", "fcntl", "dotlock"])
def test_mail_that_comes_while_messages_are_cut_out_is_there(
    tmp_path, make_world, make_letter, kind
):
    world = make_world(tmp_path)
    letters = [make_letter(number, f"text {number}") for number in range(1, 9)]
    world.write({"in.mbox": "".join(letters)})
    mailbox = world.share / "in.mbox"
    postman = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(POSTMAN), str(mailbox), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with postman:
        postman.stdout.readline()
        for _ in range(ROUNDS):
            world.scan()
            list(world.hand.quarantine(world.due()))
        postman.stdin.close()
        delivered = json.loads(postman.stdout.read())
    world.hand.recover()

    whole = mailbox.read_text() + "".join(world.captured())
    assert delivered
    assert {letter: whole.count(letter) for letter in letters + delivered} == dict.fromkeys(
        letters + delivered, 1
    )
    assert not (world.share / "in.mbox.lock").exists()
    assert world.ledger.open_intents() == ()

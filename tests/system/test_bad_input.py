"""Bad input gets a clear, single-line complaint and the right exit code, and nothing is lost."""

import base64
import contextlib
import dataclasses
import errno
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

NOBODY = 65534

HOSTILE = (
    b"new\nline.txt",
    b"not \xff\xfe UTF-8 \xc3.txt",
    b"\x1b[31mred\x1b]0;title\x07.txt",
    b"bidi \xe2\x80\xaetxt.exe",
    b"-rf",
    b"--help",
    b"x" * 251 + b".txt",
    b"# !msg:1 %s {0}",
    b"[red]bold[/red] [bold].txt",
    b" ",
    b"a\\b\t\r.txt",
    "L\u00f6ner e\u0301\u200b.txt".encode(),
)

is_root = os.geteuid() == 0
needs_root = pytest.mark.skipif(not is_root, reason="mounting and making devices take root")


def complaint(said, code):
    """Return the one sentence that a command ended with."""
    assert said.code == code, (said.out, said.err)
    (line,) = said.complaints
    assert "Traceback" not in said.err
    assert "unexpected fault" not in line
    return line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version = 1", "version = 1\nversion = 2"),
        ('from = "document-date"', 'form = "document-date"'),
        ('then = "destroy"', 'then = "shred"'),
        ('dwell = "30 days"', 'dwell = "-1 days"'),
        ('most_of_a_share = "100 %"', 'most_of_a_share = "5000 %"'),
        ('class = "salary-list"\nwhen', 'class = "salery-list"\nwhen'),
        ("[safety]", "[safety"),
        ('mode = "enforce"', "mode = enforce"),
        ('name = "Klubben"', 'name = "Klu\x00bben"'),
    ],
)
def test_broken_rules_are_told_with_their_line_and_nothing_is_done(club, before, after):
    club.edit_rules(before, after)
    files = club.looks()

    said = club.run("run", "--once")

    assert said.code == 2
    assert said.out == ""
    for line in said.err.splitlines():
        place, _, number = line.partition(": ")[0].rpartition(":")
        assert place == str(club.rules)
        assert int(number) > 0
    assert said.err
    assert club.looks() == files
    assert not club.state.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"[" * 100_000, b"\x00" * 1000])
def test_rules_that_are_no_rules_at_all_are_wrong_use(club, content):
    club.rules.write_bytes(content)

    said = club.run("run", "--once")

    assert said.code == 2, said.err
    assert str(club.rules) in said.err
    assert "Traceback" not in said.err
    assert not club.state.exists()


def test_a_share_that_is_away_or_empty_is_held_and_nothing_counts_as_gone(club):
    assert club.run("scan").code == 0
    known = club.objects("list")
    away = club.folder / "away"
    club.share.rename(away)

    missing = complaint(club.run("run", "--once"), 1)

    assert str(club.share) in missing
    assert "on hold" in missing
    assert club.objects("list") == known
    club.share.mkdir()
    replaced = complaint(club.run("run", "--once"), 1)
    assert "gallra share accept gemensam" in replaced
    assert club.objects("list") == known
    club.write({"Löner/Lönelista 2012.csv": "Lön;1\n"})
    assert "on hold" in complaint(club.run("run", "--once"), 1)
    assert (club.share / "Löner/Lönelista 2012.csv").exists()
    assert not club.quarantine.exists() or not list(club.quarantine.iterdir())

    shutil.rmtree(club.share)
    away.rename(club.share)
    back = club.run("run", "--once")
    assert back.code == 0, back.err
    assert not club.salaries.exists()


@pytest.fixture
def open_club(club):
    """The club in a place that other users can reach, which pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        found = dataclasses.replace(club, folder=Path(folder) / "club")
        shutil.copytree(club.folder, found.folder)
        yield found


def test_a_folder_that_cannot_be_read_is_said_and_nothing_below_it_counts_as_gone(open_club):
    club = open_club
    club.write({"Hemligt/inre/fil.txt": "hej\n"})
    club.write_rules(mode="observe")
    before = ()
    if is_root:
        if not os.access(club.command()[0], os.X_OK) or _is_closed(club.command()[0]):
            pytest.skip("no other user may run the gallra of this checkout")
        for directory, folders, files in os.walk(club.folder):
            for name in (".", *folders, *files):
                os.chown(os.path.join(directory, name), NOBODY, NOBODY)
        before = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    assert club.run("scan", before=before).code == 0
    folder = club.share / "Hemligt"
    folder.chmod(0)
    try:
        said = complaint(club.run("run", "--once", before=before), 1)
        listed = club.run("list", "--json", before=before)
    finally:
        folder.chmod(0o755)

    assert said.startswith(f"gallra: {folder}: ")
    assert "nothing below it counts as gone" in said
    states = {each["path"]: each["state"] for each in listed.objects}
    assert states[str(folder / "inre/fil.txt")] == "present"
    assert club.run("run", "--once", before=before).code == 0


def _is_closed(program):
    """Tell whether a user without any rights cannot start ``program``."""
    probe = subprocess.run(
        [
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            program,
            "--version",
        ],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return probe.returncode != 0


def test_hostile_names_are_taken_and_put_back_byte_for_byte_and_shown_escaped(club):
    dated = b"L\xc3\xb6nelista\nDatum: 2019-03-01\n"
    club.write({b"L\xc3\xb6ner/" + name: dated + name for name in HOSTILE})
    folder = os.path.join(os.fsencode(club.share), "Löner".encode())
    club.write({b"L\xc3\xb6ner/folder \xff\n/" + HOSTILE[0]: dated})
    before = {path: look for path, look in club.files().items() if stat.S_ISREG(look[0])}

    def exact(told):
        paths = set()
        for each in told:
            path = os.fsencode(each["path"])
            if "path_b64" in each:
                assert base64.b64decode(each["path_b64"]) == path
            paths.add(path)
        return paths

    assert club.run("scan").code == 0
    assert exact(club.objects("list")) == set(before)
    wanted = {path for path in before if path.startswith(folder)}
    for words in (("list",), ("plan",), ("status",), ("explain", os.path.join(folder, b"-rf"))):
        _has_no_raw_characters(club.run(*words))
    shown = club.run("list").out
    assert r"\xff" in shown
    assert "[red]bold[/red] [bold].txt" in shown
    assert len(shown.splitlines()) == len(before) + 1

    said = club.run("run", "--once")
    assert said.code == 0, said.err
    _has_no_raw_characters(said)
    items = club.objects("quarantine", "list")
    assert exact(items) == wanted
    assert not wanted & set(club.files())
    _has_no_raw_characters(club.run("quarantine", "list"))
    _has_no_raw_characters(club.run("log"))

    ids = [each["quarantine_id"] for each in items[1:]]
    restored = club.run("quarantine", "restore", *ids)
    assert restored.code == 0, restored.err
    _has_no_raw_characters(restored)
    by_path = club.run("quarantine", "restore", os.fsencode(items[0]["path"]))
    assert by_path.code == 0, by_path.err
    after = {path: look for path, look in club.files().items() if stat.S_ISREG(look[0])}
    assert after == before
    told = [each for each in club.objects("log") if not each["action"].startswith("hold-")]
    assert exact(each for each in told if each["path"]) == wanted
    assert club.run("run", "--once").code == 0
    assert set(after) <= set(club.files())
    assert club.log_holds()


def _has_no_raw_characters(said):
    """Nothing that was said moves a cursor, turns a line around or hides."""
    for character in "\x1b\x07\r\x00\u202e\u200b\ufffd":
        assert character not in said.out + said.err, ascii(character)
    assert not any("\udc80" <= letter <= "\udcff" for letter in said.out + said.err)


def test_what_is_no_plain_file_is_never_opened_nor_moved(club):
    outside = club.folder / "outside.csv"
    outside.write_text("Lön;1\n", "utf-8")
    there = outside.stat()
    folder = club.share / "Löner"
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as door:
        here = os.getcwd()
        os.chdir(folder)  # a socket's address has to be short
        try:
            door.bind("socket.csv")
        finally:
            os.chdir(here)
        (folder / "link.csv").symlink_to(outside)
        (folder / "folder").symlink_to(club.folder)
        (folder / "loop").symlink_to(folder)
        os.link(club.share / "Mallar/dagordning.txt", folder / "hard link.csv")
        os.link(outside, folder / "hard link outwards.csv")
        names = {"pipe.csv", "socket.csv", "link.csv", "folder", "loop"}
        if is_root:
            os.mknod(folder / "device.csv", stat.S_IFCHR | 0o666, os.makedev(1, 5))
            os.mknod(folder / "block.csv", stat.S_IFBLK | 0o600, os.makedev(7, 99))
            names |= {"device.csv", "block.csv"}
        before = club.files()

        said = club.run("run", "--once", timeout=300)

    assert said.code in {0, 1}, said.err
    assert not club.salaries.exists()
    gone = set(before) - set(club.files())
    assert gone == {os.fsencode(club.salaries)}
    after = club.files()
    assert all(
        after[path] == look
        for path, look in before.items()
        if path not in gone and not stat.S_ISDIR(look[0])
    )
    listed = {os.path.basename(each["path"]) for each in club.objects("list")}
    assert not names & listed
    assert outside.read_text("utf-8") == "Lön;1\n"
    assert outside.stat().st_mtime_ns == there.st_mtime_ns
    assert len(list(club.quarantine.iterdir())) == 1
    for word in ("read", "detect"):
        for name in ("pipe.csv", "device.csv" if is_root else "socket.csv"):
            refused = club.run(word, str(folder / name), timeout=300)
            assert refused.code == 1
            assert str(folder / name) in refused.out + refused.err


def test_a_second_instance_is_told_so_and_leaves_the_first_alone(club, start, eventually):
    first = start()
    eventually(first.has_looked)

    for words in (("run", "--once"), ("run",), ("scan",)):
        assert str(club.state) in complaint(club.run(*words), 4)

    assert first.process.poll() is None
    assert club.run("list").code == 0
    assert first.stop() == 0


@pytest.fixture
def small_disk(tmp_path):
    """A filesystem of 1 MB at ``disk``, and a way to fill it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=60,mode=755", "tmpfs", disk],
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("this machine lets nobody mount")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def _fill(folder):
    """Leave no room in the filesystem of ``folder``: no block, no inode."""
    number = 0
    with open(folder / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    with contextlib.suppress(OSError):
        while True:
            (folder / f"filler {number}").touch()
            number += 1
    left = os.statvfs(folder)
    assert (left.f_bavail, left.f_favail) == (0, 0)


@pytest.mark.root
@needs_root
def test_a_full_share_keeps_its_files_where_they_are(club, small_disk):
    share = small_disk / "share"
    shutil.copytree(club.share, share)
    club.write_rules(share=share)
    salaries = share / club.salaries.relative_to(club.share)
    _fill(small_disk)

    line = complaint(club.run("run", "--once"), 1)

    assert salaries.read_bytes() == club.salaries.read_bytes()
    assert os.strerror(errno.ENOSPC) in line or "space" in line or "full" in line
    assert club.log_holds()
    (small_disk / "filler").unlink()
    for each in small_disk.glob("filler*"):
        each.unlink()
    again = club.run("run", "--once")
    assert again.code == 0, again.err
    assert not salaries.exists()


@pytest.mark.root
@needs_root
@pytest.mark.parametrize("is_begun", [False, True])
def test_a_full_state_directory_is_one_sentence_and_the_share_stays_as_it_is(
    club, small_disk, is_begun
):
    club.state.symlink_to(small_disk / "state")
    if is_begun:
        (small_disk / "state").mkdir(mode=0o700)
        club.write_rules(mode="observe")
        assert club.run("run", "--once").code == 0
        club.write_rules(mode="enforce")
    else:
        (small_disk / "state").mkdir(mode=0o700)
    _fill(small_disk)
    before = club.looks()

    line = complaint(club.run("run", "--once"), 1)

    assert "space" in line or "full" in line
    assert club.files() == {path: (*look[:3], *look[4:]) for path, look in before.items()}
    for each in small_disk.glob("filler*"):
        each.unlink()
    assert club.run("run", "--once").code == 0
    assert not club.salaries.exists()
    assert club.log_holds()


@pytest.mark.root
@needs_root
def test_a_state_directory_that_is_read_only_is_one_sentence(club, small_disk):
    club.state.symlink_to(small_disk / "state")
    (small_disk / "state").mkdir(mode=0o700)
    club.write_rules(mode="observe")
    assert club.run("run", "--once").code == 0
    club.write_rules(mode="enforce")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    before = club.files()

    said = club.run("run", "--once")

    assert str(club.state) in complaint(said, said.code)
    assert said.code in {1, 2}
    assert club.files() == before


@pytest.mark.parametrize("what", ["ledger/vault.db", "ledger/checkpoint", "secret"])
def test_state_that_is_rubbish_is_one_sentence_and_nothing_is_done(club, what):
    club.write_rules(mode="observe")
    assert club.run("run", "--once").code == 0
    club.write_rules(mode="enforce")
    (club.state / what).write_bytes(b"rubbish\n" * 2000)
    for each in club.state.rglob("*-wal"):
        each.unlink()
    before = club.files()

    said = club.run("run", "--once")

    assert said.code in {1, 2, 3}, said.out
    assert "Traceback" not in said.err
    assert "unexpected fault" not in said.err
    assert said.complaints
    assert club.files() == before


def test_a_catalogue_that_is_rubbish_is_built_anew_and_the_holds_stand(club):
    club.write_rules(mode="observe")
    assert club.run("run", "--once").code == 0
    assert club.run("hold", "place", "A-1", str(club.salaries), "--why", "prövning").code == 0
    club.write_rules(mode="enforce")
    rubbish = b"rubbish\n" * 2000
    (club.state / "catalogue.db").write_bytes(rubbish)
    for each in club.state.rglob("*-wal"):
        each.unlink()
    before = club.files()

    shown = club.run("list")
    assert shown.code == 1
    assert shown.complaints
    said = club.run("run", "--once")

    assert said.code == 0, said.err
    assert "Traceback" not in said.err
    assert club.files() == before
    (kept,) = club.state.glob("catalogue.db.damaged-*")
    assert kept.read_bytes() == rubbish
    assert [each["reference"] for each in club.objects("hold", "list")] == ["A-1"]
    assert {each["path"] for each in club.objects("list")} >= {str(club.salaries)}

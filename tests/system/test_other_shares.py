"""Shares that are not a folder on an ordinary disk of this machine, as people's own commands see
them: nothing is lost, nothing counts as gone, and it is said what cannot be done and why.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import unicodedata

import pytest

from gallra.watch.identity import MARKER_ATTRIBUTE

pytestmark = pytest.mark.root

INJECTED = """\
import sys
from gallra.kernel import filesystems, mounts
filesystems.kind_number = lambda path: int(sys.argv[1], 16)
from gallra.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
"""The command on a machine whose kernel says that every folder lies on another kind of disk."""


FULL = (
    [
        ("xfs", "320M", "observe"),
        ("ext4", "24M", "enforce"),
        ("xfs", "320M", "enforce"),
        ("btrfs", "128M", "enforce"),
        ("btrfs", "128M", "observe"),
    ]
    if os.environ.get("GALLRA_TEST_FULL")
    else []
)


full = pytest.mark.skipif(not FULL, reason="GALLRA_TEST_FULL is not set")


def status_of(club, code=0):
    said = club.run("status", "--json")
    assert said.code == code, said.err
    return said.objects[1]


def planned(club):
    """Return how many records the plan would take."""
    return club.objects("plan")[-1]["counts"].get("quarantine", 0)


def intents(club):
    return [each for each in club.objects("log") if each["action"] == "intent"]


def image(club, name, kind, size="24M", *options):
    """Make a disk with a filesystem of ``kind``, or skip."""
    maker = shutil.which(f"mkfs.{kind}", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if maker is None:
        pytest.skip(f"this machine makes no {kind}")
    path = club.folder / name
    with path.open("wb") as file:
        file.truncate(int(size[:-1]) << 20)
    done = subprocess.run([maker, "-q", *options, path], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine makes no such {kind}")
    return path


def listed(folder):
    return [
        os.path.relpath(os.path.join(above, name), folder)
        for above, _, names in os.walk(folder)
        for name in names
    ]


def unmount(folder, *options):
    subprocess.run(["umount", *options, folder], check=True)


def test_what_is_mounted_over_is_on_hold_and_comes_back_without_being_read_again(club, mount):
    assert club.run("scan").code == 0
    over = mount("tmpfs", club.salaries.parent, "-t", "tmpfs")
    (over / "annan.csv").write_text("Namn;Personnummer\nAnna Andersson;19900118-9811\n")

    for _ in range(2):
        said = club.run("run", "--once")
        assert said.code == 1
        assert any("another filesystem is mounted here" in each for each in said.complaints)

    assert not intents(club)
    assert {each["state"] for each in club.objects("list")} == {"present"}
    assert not any("annan.csv" in each["path"] for each in club.objects("list"))
    assert status_of(club, 1)["not_looked_at"] == [{"path": "Löner"}]
    assert "Löner: another filesystem lies here" in club.run("status").out
    assert "its folder cannot be reached" in club.run("explain", club.salaries).out
    assert planned(club) == 0

    unmount(over)
    said = club.run("run", "--once")
    assert said.code == 0, said.err
    assert "0 files read now" in said.out
    assert not club.salaries.exists()
    assert status_of(club)["not_looked_at"] == []


@full
def test_a_folder_of_the_share_that_is_mounted_in_it_once_more_is_seen_once(club, mount):
    mount(club.share / "Mallar", club.share / "Spegel", "--bind")

    assert club.run("scan").code == 1

    paths = [each["path"] for each in club.objects("list")]
    assert len(paths) == len(set(paths)) == 3
    assert status_of(club, 1)["not_looked_at"] == [{"path": "Spegel"}]


@full
def test_a_file_that_another_is_mounted_upon_is_not_taken_for_it(club, mount):  # noqa: ARG001 - mounts of our own
    assert club.run("scan").code == 0
    other = club.folder / "annan.txt"
    other.write_text("Namn;Personnummer\nErik Eriksson;19811228-9874\n")
    covered = club.share / "Mallar/dagordning.txt"
    done = subprocess.run(["mount", "--bind", other, covered], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("one file cannot be mounted upon another here")
    try:
        said = club.run("scan")
        assert said.code == 0, said.err
        assert "0 files read now" in said.out
        assert len(club.objects("list")) == 3
    finally:
        unmount(covered)
    assert "0 files read now" in club.run("scan").out


def test_of_a_share_that_is_read_only_all_is_read_and_nothing_is_tried(club, mount):
    mount(club.share, club.share, "--bind")
    subprocess.run(["mount", "-o", "remount,bind,ro", club.share], check=True)

    for _ in range(2):
        said = club.run("run", "--once")
        assert said.code == 1
        assert any("read-only" in each for each in said.complaints), said.err

    assert not intents(club)
    assert club.salaries.exists()
    assert {each["class"] for each in club.objects("list")} >= {"salary-list"}
    assert status_of(club)["read_only"] is True
    assert "read-only" in club.run("status").out
    assert "read-only" in club.run("doctor").out
    unmount(club.share)
    assert club.run("run", "--once").code == 0
    assert not club.salaries.exists()


@pytest.mark.parametrize(
    ("kind", "size", "mode"),
    [
        ("ext4", "24M", "observe"),
        *FULL,
    ],
)
def test_a_disk_that_has_another_number_is_the_same_share_and_is_not_read_again(
    club, mount, kind, size, mode
):
    path = image(club, "disk.img", kind, size)
    tree = {name: (club.share / name).read_bytes() for name in listed(club.share)}
    mount(path, club.share, "-o", "loop")
    club.write(tree)
    shutil.rmtree(club.share / "lost+found", ignore_errors=True)
    club.write_rules(mode=mode)
    if mode == "enforce":
        club.edit_rules('keep = "4 years"', 'keep = "40 years"')
    assert club.run("run", "--once").code == 0
    is_marked = MARKER_ATTRIBUTE in os.listxattr(club.share)
    assert is_marked is (mode == "enforce")
    number = os.stat(club.share).st_dev

    unmount(club.share)
    assert club.run("status").code == 1
    mount(image(club, "annan.img", "ext4"), club.folder / "annan", "-o", "loop")
    mount("tmpfs", club.folder / "ännu en", "-t", "tmpfs")
    mount(path, club.share, "-o", "loop")
    assert os.stat(club.share).st_dev != number

    if kind == "xfs" and mode == "observe" and not _tells_uuid(club.share):
        pytest.skip("this kernel does not tell the UUID of a filesystem")
    club.write_rules(mode="enforce")
    said = club.run("run", "--once")
    assert said.code == 0, said.err
    assert "0 files read now" in said.out
    assert not club.salaries.exists()
    (lying,) = club.objects("quarantine", "list")
    assert club.run("quarantine", "restore", lying["quarantine_id"]).code == 0
    assert club.salaries.read_bytes() == tree[os.path.relpath(club.salaries, club.share)]


def _tells_uuid(folder):
    import fcntl  # noqa: PLC0415

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, 0x80111500, bytearray(17))
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_an_overlay_is_read_and_acted_on_and_known_again(club, mount):
    lower = mount(image(club, "nedre.img", "ext4"), club.folder / "nedre", "-o", "loop")
    for name in listed(club.share):
        (lower / name).parent.mkdir(exist_ok=True)
        shutil.copy2(club.share / name, lower / name)
    above = mount("tmpfs", club.folder / "övre", "-t", "tmpfs")
    (above / "u").mkdir()
    (above / "w").mkdir()
    options = f"lowerdir={lower},upperdir={above / 'u'},workdir={above / 'w'}"

    for turn in range(2):
        mount("overlay", club.share, "-t", "overlay", "-o", options)
        said = club.run("run", "--once")
        assert said.code == 0, (turn, said.err)
        assert status_of(club)["backlog"] == 0
        unmount(club.share)
        mount("tmpfs", club.folder / f"annan {turn}", "-t", "tmpfs")
    mount("overlay", club.share, "-t", "overlay", "-o", options)
    assert not club.salaries.exists()
    assert club.actions()[-1] == "quarantined"


@pytest.fixture
def fuse(club):
    """The club's share through a filesystem in user space; what lies behind it is returned."""
    if shutil.which("bindfs") is None:
        pytest.skip("bindfs is not installed")
    behind = club.folder / "behind"
    club.share.rename(behind)
    club.share.mkdir()

    def put():
        done = subprocess.run(
            ["bindfs", "--xattr-none", behind, club.share], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"nothing in user space can be mounted here: {done.stderr}")

    put()
    yield put
    subprocess.run(["umount", "-l", club.share], check=False, capture_output=True)


def test_a_filesystem_in_user_space_is_scanned_and_what_it_cannot_is_told(club, mount, fuse):  # noqa: ARG001 - mount: mounts of our own
    for _ in range(2):
        said = club.run("run", "--once")
        assert said.code == 1
        assert any("risk of replacing others" in each for each in said.complaints), said.err

    assert not intents(club)
    assert club.salaries.exists()
    assert not list(club.share.glob(".gallra-staging/*"))
    with pytest.raises(OSError, match="not supported"):
        os.getxattr(club.share, MARKER_ATTRIBUTE)
    kind = status_of(club)["scans_only"]
    assert kind.startswith("fuse")
    assert f"{kind} does not tell of changes" in club.run("status").out
    told = {each["check"]: each for each in club.run("doctor", "--json").objects if "check" in each}
    assert kind in told["watching"]["found"]

    # What it shows is the same after it was mounted anew: nothing is read again.
    unmount(club.share)
    assert club.run("status").code == 1
    fuse()
    assert "0 files read now" in club.run("run", "--once").out


def test_in_a_filesystem_that_knows_no_case_names_that_differ_in_it_are_one_file(club, mount):  # noqa: ARG001 - mounts of our own
    maker, mounter = shutil.which("mkntfs", path="/usr/sbin:/sbin"), shutil.which("lowntfs-3g")
    if maker is None or mounter is None:
        pytest.skip("ntfs-3g is not installed")
    path = club.folder / "disk.img"
    with path.open("wb") as file:
        file.truncate(20 << 20)
    subprocess.run([maker, "-F", "-q", path], check=True, capture_output=True)
    tree = {name: (club.share / name).read_bytes() for name in listed(club.share)}
    done = subprocess.run([mounter, "-o", "ignore_case", path, club.share], capture_output=True,
                          check=False)  # fmt: skip
    if done.returncode:
        pytest.skip(f"nothing in user space can be mounted here: {done.stderr}")
    try:
        club.write(tree)
        assert (club.share / "LÖNER").exists()
        said = club.run("run", "--once")
        assert said.code == 1, said.err  # it is found, and cannot be moved
        records = club.objects("list")
        assert len(records) == 3
        assert [each["class"] for each in records].count("salary-list") == 1
        (salaries,) = club.share.glob("l*ner/*.csv")
        salaries.rename(salaries.with_name("x.csv"))
        salaries.with_name("X.CSV").rename(salaries.with_name("LISTA.CSV"))
        assert club.run("scan").code == 0
        assert len(club.objects("list")) == 3
    finally:
        subprocess.run(["umount", "-l", club.share], check=False)


@pytest.mark.parametrize("number", ["6969", "ff534d42"] if FULL else ["6969"])
def test_what_the_kernel_calls_nfs_or_cifs_is_scanned_only(club, number):
    before = [sys.executable, "-c", INJECTED, number]
    command = [*before, *club.command("status", "--json")[1:]]
    assert club.run("scan").code == 0

    done = subprocess.run(command, capture_output=True, check=True)

    share = json.loads(done.stdout.splitlines()[1])
    assert share["scans_only"]
    assert share["state"] == "present"


NFC = unicodedata.normalize("NFC", "Löner/Lönelista 2018.csv")
NFD = unicodedata.normalize("NFD", NFC)


def test_names_that_only_look_alike_are_two_files_and_each_comes_back_as_it_was(club):
    other = "Namn;Personnummer;Månadslön\nMaria Nilsson;19640823-3234;38900\n"
    club.salaries.unlink()
    club.write({NFC: SALARIES_NFC, NFD: other})
    before = {path: look[:3] + look[4:] for path, look in club.looks().items()}
    if len(listed(club.share)) != 4:
        pytest.skip("this filesystem takes the two for one")

    club.edit_rules('mode = "enforce"', 'mode = "observe"')
    assert club.run("run", "--once").code == 0
    paths = {each["path"] for each in club.objects("list")}
    assert {str(club.share / NFC), str(club.share / NFD)} <= paths
    told = club.run("explain", club.share / NFC).out
    assert "is written like this one's" in told
    assert r"Lo\xcc\x88ner" in told

    mixed = NFD.split("/")[0] + "/" + NFC.split("/")[1]  # neither, byte for byte
    said = club.run("explain", club.share / mixed)
    assert said.code == 1
    assert "several names are written like this" in said.err
    shell = said.err.split("$'")[1].split("'")[0]
    assert club.run("explain", shell.encode().decode("unicode_escape").encode("latin-1")).code == 0

    club.edit_rules('mode = "observe"', 'mode = "enforce"')
    assert club.run("run", "--once").code == 0
    lying = club.objects("quarantine", "list")
    assert len(lying) == 2
    for each in lying:
        assert club.run("quarantine", "restore", each["quarantine_id"]).code == 0
    after = {path: look[:3] + look[4:] for path, look in club.looks().items()}
    files = [path for path in before if path.endswith(b".csv")]
    assert len(files) == 2
    assert {path: after[path] for path in files} == {path: before[path] for path in files}


SALARIES_NFC = "Namn;Personnummer;Månadslön\nAnna Andersson;19900118-9811;34500\n"


def test_a_folder_from_a_mac_is_under_the_rules_and_found_as_it_is_typed(club):
    club.salaries.unlink()
    club.salaries.parent.rmdir()
    club.write({NFD: SALARIES_NFC})
    assert club.run("scan").code == 0

    (record,) = [each for each in club.objects("list") if each["path"].endswith(".csv")]
    assert record["class"] == "salary-list"
    assert record["path"] == str(club.share / NFD)
    assert club.run("explain", club.share / NFC).code == 0
    listed_ = club.objects("list", "--path", str(club.share / NFC.split("/", maxsplit=1)[0]))
    assert [each["path"] for each in listed_] == [record["path"]]


@pytest.fixture
def disk(club, mount):
    """The club's share as a disk of its own, and a way to mount it where it was."""
    path = image(club, "disk.img", "ext4")
    tree = {name: (club.share / name).read_bytes() for name in listed(club.share)}

    def put():
        mount(path, club.share, "-o", "loop")

    put()
    club.write(tree)
    shutil.rmtree(club.share / "lost+found")
    club.write_rules(mode="observe")
    return put


@pytest.mark.parametrize("how", [(), ("-l",)] if FULL else [("-l",)], ids=" ".join)
def test_a_disk_that_goes_and_comes_back_while_the_daemon_runs(  # noqa: PLR0917 - what a club has
    club, mount, disk, start, eventually, how
):
    daemon = start()
    eventually(daemon.has_looked)
    eventually(lambda: share_of(club).get("watched_directories") == 4)
    read_before = len(daemon.read("Mallar/dagordning.txt"))
    assert read_before == 1

    def gone():
        done = subprocess.run(["umount", *how, club.share], check=False, capture_output=True)
        return done.returncode == 0

    # The daemon lets go of the folder once nothing is being read.
    eventually(gone)
    eventually(lambda: "another folder lies where share gemensam was" in daemon.err)
    assert {each["state"] for each in club.objects("list")} == {"present"}
    assert planned(club) == 0

    # Another disk in its place is not taken for it.
    mount("tmpfs", club.share, "-t", "tmpfs")
    (club.share / "annan.txt").write_text("Dagordning\n", "utf-8")
    assert status_of(club, 1)["state"] == "replaced"
    unmount(club.share)

    disk()
    eventually(lambda: "share gemensam is back" in daemon.err)
    (club.share / "Mallar/ny.txt").write_text("Dagordning\n", "utf-8")
    eventually(lambda: daemon.read("Mallar/ny.txt"))
    eventually(lambda: share_of(club).get("watched_directories") == 4)
    assert not daemon.read("annan.txt")
    assert len(daemon.read("Mallar/dagordning.txt")) == read_before
    assert daemon.stop() == 0
    assert planned(club) == 1


def test_what_is_mounted_in_a_share_while_the_daemon_runs_is_on_hold_at_once(
    club, mount, start, eventually
):
    club.write_rules(mode="observe")
    daemon = start()
    eventually(daemon.has_looked)
    over = mount("tmpfs", club.salaries.parent, "-t", "tmpfs")

    eventually(lambda: share_of(club, 1).get("not_looked_at") == [{"path": "Löner"}])
    assert planned(club) == 0
    unmount(over)
    eventually(lambda: share_of(club).get("not_looked_at") == [])
    assert planned(club) == 1
    assert len(daemon.read(os.path.relpath(club.salaries, club.share))) == 1
    assert daemon.stop() == 0


def share_of(club, code=0):
    """Return what status tells of the share; nothing while it has to wait for the daemon."""
    threading.Event().wait(0.5)  # to ask costs more than what is waited for
    said = club.run("status", "--json")
    return said.objects[1] if said.code == code else {}

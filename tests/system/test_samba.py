"""Beside a real Samba server: what its clients write, save, hold open, delete and forge."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

PORT = "14445"
USER = "gallratest"
PASSWORD = "ett-tva-tre"

CONFIGURATION = """\
[global]
smb ports = {port}
bind interfaces only = yes
interfaces = lo
server role = standalone server
state directory = {folder}/state
private dir = {folder}/private
lock directory = {folder}/lock
cache directory = {folder}/cache
pid directory = {folder}/pid
ncalrpc dir = {folder}/ncalrpc
log file = {folder}/log
passdb backend = tdbsam:{folder}/passdb.tdb
disable spoolss = yes
load printers = no
ea support = yes
[klubb]
path = {share}
read only = no
vfs objects = recycle streams_xattr
recycle:repository = .recycle/%U
recycle:keeptree = yes
recycle:versions = yes
"""

SALARIES = "Namn;Personnummer;Månadslön\nAnna Andersson;19900118-9811;34500\n"

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="a server with users of its own takes root"),
    pytest.mark.skipif(
        not (shutil.which("smbd") and shutil.which("smbclient")), reason="no Samba on this machine"
    ),
]


@pytest.fixture(scope="module", autouse=True)
def user():
    """A user of the system that only the server knows."""
    try:
        pwd.getpwnam(USER)
    except KeyError:
        _run("useradd", "-M", "-s", "/usr/sbin/nologin", USER)
        yield
        _run("userdel", USER)
    else:
        yield


def _run(*words, said=None):
    return subprocess.run(words, input=said, capture_output=True, check=True, text=True).stdout


@dataclass(kw_only=True)
class Server:
    """A server on loopback with one share, and its client."""

    folder: Path
    share: Path
    process: subprocess.Popen

    def client(self, *commands):
        """Run commands of the client as a member would; return what it printed."""
        done = subprocess.run(
            (*self._words(), "-c", "; ".join(commands)), capture_output=True, check=False, text=True
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _words(self):
        configuration = str(self.folder / "smb.conf")
        who = f"{USER}%{PASSWORD}"
        return ("smbclient", "//127.0.0.1/klubb", "-p", PORT, "-s", configuration, "-U", who)

    def put(self, name, text):
        """Write a file as a client does."""
        source = self.folder / "put"
        source.write_text(text, "utf-8")
        self.client(f'put "{source}" "{name}"')

    def opening(self, name):
        """Hold a file open for writing until the process that is returned ends."""
        client = subprocess.Popen(
            self._words(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        client.stdin.write(f'open "{name}"\n')
        client.stdin.flush()
        return client


@pytest.fixture
def tmp_path():
    """A folder that others may pass through: pytest's own it closes again and again."""
    made = Path(tempfile.mkdtemp(prefix="gallra-samba-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(club, tmp_path, eventually):
    folder = tmp_path / "samba"
    for name in ("state", "private", "lock", "cache", "pid", "ncalrpc"):
        (folder / name).mkdir(parents=True)
    configuration = folder / "smb.conf"
    configuration.write_text(
        CONFIGURATION.format(port=PORT, folder=folder, share=club.share), "utf-8"
    )
    for directory, _, _ in os.walk(club.share):
        os.chmod(directory, 0o777)  # noqa: S103 - everybody may write, as on a common share
    _run(
        *("smbpasswd", "-c", str(configuration), "-s", "-a", USER),
        said=f"{PASSWORD}\n{PASSWORD}\n",
    )
    process = subprocess.Popen(
        ["smbd", "-F", "--no-process-group", "-s", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it ends its children by ending its group
    )
    made = Server(folder=folder, share=club.share, process=process)

    def answers():
        if process.poll() is not None:
            pytest.fail("the server ended")
        try:
            return made.client("ls")
        except AssertionError:  # not yet
            return None

    try:
        eventually(answers)
        yield made
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def daemon(server, start, eventually):  # noqa: ARG001 - the server first: it opens the folders
    """The daemon, enforcing, after its first look."""
    found = start()
    eventually(found.has_looked)
    return found


def record(club, name):
    """Return what is known of the file ``name`` of the share, or None."""
    path = str(club.share / name)
    found = [each for each in club.objects("list") if each["path"] == path]
    return found[0] if found else None


def class_of(club, name):
    found = record(club, name)
    return found and found["class"]


def test_what_a_client_writes_is_classified_and_taken_and_no_client_sees_where(
    club, server, daemon, eventually
):
    server.put("Löner/Lönelista 2018.csv", SALARIES)

    eventually(lambda: daemon.read("Löner/Lönelista 2018.csv"))
    eventually(lambda: not (club.share / "Löner/Lönelista 2018.csv").exists())

    told = server.client("recurse on", "ls", "cd ..", "ls", "cd .gallra-quarantine-gemensam", "ls")
    assert "Protokoll" in told
    assert "quarantine" not in told.replace("cd \\.gallra-quarantine-gemensam\\", "")
    assert "2018" not in told
    assert [each["path"] for each in club.objects("quarantine", "list")]


@pytest.mark.usefixtures("daemon")
def test_saves_as_office_programs_do_them_keep_the_class(club, server, eventually):
    club.write_rules(mode="observe")
    name = "Löner/Lönelista 2026.csv"
    server.put(name, SALARIES)
    eventually(lambda: class_of(club, name) == "salary-list")
    seen = record(club, name)

    # Word and Excel: beside it, two renames, the old one goes
    server.put("Löner/~$tmp1.tmp", SALARIES + "Erik Eriksson;19811228-9874;41200\n")
    server.client(
        f'rename "{name}" "Löner/~$old.tmp"',
        f'rename "Löner/~$tmp1.tmp" "{name}"',
        'del "Löner/~$old.tmp"',
    )
    eventually(lambda: (record(club, name) or seen)["entities"]["SE_PERSONNUMMER"] == 2)
    assert class_of(club, name) == "salary-list"

    # LibreOffice: a lock file comes, the file is written in place, the lock file goes
    server.put("Löner/.~lock.Lönelista 2026.csv#", ",maria,pc,22.11.2026 12:00,file;")
    server.put(name, SALARIES + "Maria Nilsson;19640823-3234;1\nErik Eriksson;19811228-9874;2\n")
    server.client('del "Löner/.~lock.Lönelista 2026.csv#"')
    eventually(lambda: (record(club, name) or seen)["entities"]["SE_PERSONNUMMER"] == 3)
    assert class_of(club, name) == "salary-list"


def test_a_file_that_a_client_holds_open_is_left_alone(club, server, eventually):
    server.put("Löner/Lönelista 2017.csv", SALARIES)
    path = club.share / "Löner/Lönelista 2017.csv"
    old = time.time() - 3600
    os.utime(path, (old, old))
    club.run("scan")
    client = server.opening("Löner/Lönelista 2017.csv")
    try:
        eventually(lambda: is_open(path))
        assert club.run("run", "--once").code == 1
        assert path.read_text("utf-8") == SALARIES
    finally:
        client.stdin.write("exit\n")
        client.communicate()
    eventually(lambda: not is_open(path))
    assert club.run("run", "--once").code == 0
    assert not path.exists()


def is_open(path):
    """Tell whether a server's process has the file open."""
    for each in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(each) == str(path):
                return True
        except OSError:
            continue
    return False


@pytest.mark.usefixtures("daemon")
def test_the_recycle_bin_is_under_the_policy(club, server, eventually):
    club.write_rules(mode="observe")
    server.put("Löner/Lönelista 2014.csv", SALARIES)
    eventually(lambda: class_of(club, "Löner/Lönelista 2014.csv"))

    server.client('del "Löner/Lönelista 2014.csv"')

    name = f".recycle/{USER}/Löner/Lönelista 2014.csv"
    assert (club.share / name).exists()
    eventually(lambda: record(club, name))
    assert record(club, name)["entities"]["SE_PERSONNUMMER"] == 1


@pytest.mark.usefixtures("daemon")
def test_a_forged_tag_changes_nothing(club, server, eventually):
    club.write_rules(mode="observe")
    name = "Löner/Lönelista 2013.csv"
    server.put(name, SALARIES)
    eventually(lambda: class_of(club, name) == "salary-list")
    before = record(club, name)

    for tag in ("gallra.class", "gallra.due", "gallra.rules"):
        server.client(f'setea "{name}" {tag} no-personal-data')
    assert os.getxattr(club.share / name, "user.gallra.class").startswith(b"no-personal-data")
    club.run("scan")

    after = record(club, name)
    assert (after["class"], after["due_on"]) == (before["class"], before["due_on"])

"""A small club, and the command as people run it: a process of its own, nothing replaced."""

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from gallra.rules.starting import starting_rules

sys.path.append(str(Path(__file__).parent))
"""What boots a machine for tests lies beside them."""

GALLRA = Path(sys.executable).with_name("gallra")

SALARIES = "Löner/Lönelista 2019.csv"
SALARY_TEXT = (
    "Namn;Personnummer;Månadslön\n"
    "Anna Andersson;19900118-9811;34500\n"
    "Erik Eriksson;19811228-9874;41200\n"
    "Maria Nilsson;19640823-3234;38900\n"
)
TREE = {
    SALARIES: SALARY_TEXT,
    "Mallar/dagordning.txt": "Dagordning\n1. Öppnande\n2. Val av justerare\n",
    "Protokoll/2026-03 styrelse.txt": "Protokoll\n§ 1 Mötet öppnas.\n§ 2 Kaffet är slut.\n",
}

RULES = """\
version = 1
mode = "{mode}"

[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{share}"
role = "common-area"

[class.salary-list]
title = {{ sv = "Lönelistor", nb = "Lønnslister", en = "Salary lists" }}
purpose = "Förhandla"
categories = ["name", "salary"]
legal_basis = ["GDPR 6(1)(b)"]
source = "Arbetsgivaren"
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[safety]
dwell = "{dwell}"
settle = "1 second"
new_rules_wait = "0 days"
most_of_a_share = "{most_of_a_share}"
"""

_WRITTEN = 1_790_000_000
"""September 2026: long settled."""

LATER = """\
import sys
from datetime import timedelta
from gallra.cli.main import main
from gallra.service import clock
now, boot, later = clock.now, clock.boot_seconds, timedelta(days=int(sys.argv[1]))
clock.now = lambda: now() + later
if sys.argv[2] == "slept":
    clock.boot_seconds = lambda: boot() + later.total_seconds()
sys.exit(main(sys.argv[3:]))
"""
"""The command on a machine whose one clock shows a later day."""


def environment():
    """What the command is run with: nothing of the tester's own gallra."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GALLRA_")}
    kept.pop("JOURNAL_STREAM", None)
    kept.pop("NOTIFY_SOCKET", None)
    return kept | {"LC_ALL": "C.UTF-8", "COLUMNS": "200"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def objects(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaints(self):
        """Lines of standard error that are about what is wrong, without those about progress."""
        return [line for line in self.err.splitlines() if line.startswith(("gallra: ", "/"))]


@dataclass(kw_only=True)
class Club:
    """A share, its rules, its state, and the command line."""

    folder: Path

    @property
    def share(self):
        return self.folder / "share"

    @property
    def rules(self):
        return self.folder / "rules.toml"

    @property
    def state(self):
        return self.folder / "state"

    @property
    def salaries(self):
        """The one file that is due."""
        return self.share / SALARIES

    @property
    def quarantine(self):
        return self.folder / ".gallra-quarantine-gemensam"

    def write_rules(self, *, mode="enforce", dwell="30 days", most_of_a_share="100 %", share=None):
        text = RULES.format(
            share=share or self.share, mode=mode, dwell=dwell, most_of_a_share=most_of_a_share
        )
        draft = self.rules.with_suffix(".draft")
        draft.write_text(text, "utf-8")
        draft.replace(self.rules)

    def edit_rules(self, before, after):
        text = self.rules.read_text("utf-8")
        assert before in text
        self.rules.write_text(text.replace(before, after, 1), "utf-8")

    def write(self, tree):
        """Write ``tree``: name, text or bytes, to content; it has lain there for a while."""
        for name, content in tree.items():
            path = os.path.join(os.fsencode(self.share), os.fsencode(name))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content.encode("utf-8") if isinstance(content, str) else content)
            os.utime(path, (_WRITTEN, _WRITTEN))

    def command(self, *words):
        options = ["--lang", "en", "--rules", self.rules, "--state", self.state]
        return [os.fsencode(each) for each in (GALLRA, *options, *words)]

    def run(self, *words, before=(), timeout=120):
        """Run one command to its end; ``before`` is what it is started through."""
        return _said([*before, *self.command(*words)], timeout)

    def run_later(self, days, *words, slept=True):
        """Run one command on a later day; not ``slept``: only the wall clock was moved."""
        start = [sys.executable, "-c", LATER, str(days), "slept" if slept else "moved"]
        return _said([*start, *self.command(*words)[1:]], 120)

    def objects(self, *words):
        """Run one command with ``--json`` that has to end well; return what it told."""
        said = self.run(*words, "--json")
        assert said.code == 0, said.err
        return said.objects

    def actions(self):
        """Return what the log says was done, in order, without intents."""
        return [each["action"] for each in self.objects("log") if each["action"] != "intent"]

    def looks(self):
        """Return all there is in the share, as :func:`_looks` does."""
        return _looks(self.share)

    def files(self):
        """Return the same without the times at which tags were set: what people care about."""
        return {path: (*look[:3], *look[4:]) for path, look in self.looks().items()}

    def contents(self):
        """Return the contents of all regular files: in the share, and in quarantine."""
        return _contents(self.share), _contents(self.quarantine)

    def log_holds(self):
        return self.run("log", "verify").code == 0


def _said(command, timeout):
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        timeout=timeout,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )
    return Said(
        code=done.returncode,
        out=done.stdout.decode("utf-8"),
        err=done.stderr.decode("utf-8"),
    )


def _looks(root):
    """Return all below ``root``: kind, mode, owner, change, size, time, content."""
    found = {}
    for directory, folders, files in os.walk(os.fsencode(root)):
        for name in (b".", *folders, *files):
            path = os.path.normpath(os.path.join(directory, name))
            status = os.lstat(path)
            content = b""
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    content = file.read()
            elif stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            found[path] = (
                status.st_mode,
                status.st_uid,
                status.st_gid,
                status.st_ctime_ns,
                status.st_size if not stat.S_ISDIR(status.st_mode) else 0,
                status.st_mtime_ns,
                content,
            )
    return found


def _contents(root):
    found = []
    for directory, _, names in os.walk(os.fsencode(root)):
        for name in names:
            path = os.path.join(directory, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                with open(path, "rb") as file:
                    found.append(file.read())
    return sorted(found)


def _eventually(condition, *, seconds=180):
    """Wait until ``condition()`` is true and return what it gave; fail after so long."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, "this never came true"
        time.sleep(0.05)


class Running:
    """``gallra run --json`` in the foreground, heard line by line."""

    def __init__(self, club, before=()):
        self._club = club
        self.process = subprocess.Popen(
            [*before, *club.command("run", "--json")[bool(before) :]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        )
        self.told = []
        self._complained = []
        self._ears = [
            threading.Thread(target=self._hear, args=(stream, kept), daemon=True)
            for stream, kept in (
                (self.process.stdout, self.told),
                (self.process.stderr, self._complained),
            )
        ]
        for each in self._ears:
            each.start()

    @staticmethod
    def _hear(stream, kept):
        for line in stream:
            kept.append(line.decode("utf-8"))

    @property
    def err(self):
        return "".join(self._complained)

    def read(self, name):
        """Return what was told of the file ``name``, newest first; empty if nothing yet."""
        path = str(self._club.share / name)
        told = [json.loads(line) for line in tuple(self.told)]
        return [each for each in reversed(told) if each.get("path") == path]

    def has_looked(self):
        """Tell whether it has said what is due for the first time."""
        return any('"hash"' in line for line in tuple(self.told))

    def children(self):
        """Return the processes below the daemon: id to command line."""
        found = {}
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                for child in (thread / "children").read_text("ascii").split():
                    with contextlib.suppress(OSError):
                        found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes()
        return found

    def child(self, module):
        """Return the id of a child that runs ``module``, or None."""
        wanted = module.encode("ascii")
        return next((pid for pid, line in self.children().items() if wanted in line), None)

    def cpu_seconds(self):
        """Return what the daemon and its children have used of the processors so far."""
        used = 0
        for pid in (self.process.pid, *self.children()):
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
        return used / os.sysconf("SC_CLK_TCK")

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        """Tell it to end, and return its exit code."""
        self.send(number)
        code = self.process.wait(timeout=180)
        for each in self._ears:
            each.join(timeout=60)
        return code

    def abandon(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for each in self._ears:
            each.join(timeout=60)
        self.process.stdout.close()
        self.process.stderr.close()


@pytest.fixture
def eventually():
    """Wait until what is given comes true, and return it; fail when it takes too long."""
    return _eventually


@pytest.fixture
def club(tmp_path):
    """A club whose share nobody has looked at yet; what is due would be taken."""
    found = Club(folder=tmp_path)
    found.write(TREE)
    found.write_rules()
    return found


@pytest.fixture
def shipped_club(tmp_path):
    """The same, with the rules that gallra ships: they observe."""
    found = Club(folder=tmp_path)
    found.write(TREE)
    text = starting_rules((("gemensam", str(found.share), "common-area"),))
    found.rules.write_bytes(text.replace(b'settle = "2 seconds"', b'settle = "1 second"'))
    return found


@pytest.fixture
def start(club):
    """Start the daemon for the club; whatever is left of it ends with the test."""
    started = []

    def begin(before=()):
        started.append(Running(club, before))
        return started[-1]

    yield begin
    for each in started:
        each.abandon()

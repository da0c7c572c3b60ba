"""A club with something of everything due, made once and put back as it was before each blow."""

import calendar
import contextlib
import email.utils
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gallra.service.house import House

HERE = Path(__file__).parent
LATER = 40
"""Days after everything was read: all of it is due, and what went first may be destroyed."""
_WRITTEN = 1_790_000_000

RULES = """\
version = 1
mode = "enforce"

[organisation]
name = "Klubben"
language = "en"
timezone = "Europe/Stockholm"

[share.gemensam]
path = "{root}/share"
quarantine = "{quarantine}"
role = "common-area"

[share.arkiv]
path = "{archive}"
role = "case-area"

[class.salary-list]
title = "Salaries"
purpose = "Negotiate"
legal_basis = ["GDPR 6(1)(b)"]
authority = "F15.5"
keep = "4 years"
from = "document-date"
then = "destroy"

[class.old]
title = "Old"
purpose = "Work"
legal_basis = ["GDPR 6(1)(b)"]
authority = "B 1"
keep = "20 days"
from = "first-seen"
then = "destroy"

[class.mail]
title = "Mail"
purpose = "Answer"
legal_basis = ["GDPR 6(1)(b)"]
authority = "B 4"
keep = "20 days"
from = "document-date"
then = "destroy"

[class.agreement]
title = "Agreements"
purpose = "Keep"
legal_basis = ["GDPR 6(1)(b)"]
authority = "B 2"
keep = "20 days"
from = "first-seen"
then = "move"
to = "arkiv:avtal"

[class.here]
title = "Agreements that stay"
purpose = "Keep"
legal_basis = ["GDPR 6(1)(b)"]
authority = "B 3"
keep = "20 days"
from = "first-seen"
then = "move"
to = "gemensam:Avslutat"

[[rule]]
class = "salary-list"
when = {{ path = "Löner/**" }}

[[rule]]
class = "old"
when = {{ path = ["Gamla/**", "Brev/**"] }}

[[rule]]
class = "mail"
when = {{ path = "Post/**", type = "message", entities = {{ SE_PERSONNUMMER = 1 }} }}

[[rule]]
class = "agreement"
when = {{ path = "Avtal/**" }}

[[rule]]
class = "here"
when = {{ path = "Klart/**" }}

[safety]
dwell = "30 days"
settle = "0 seconds"
most_of_a_share = "100 %"
"""


_TODAY = time.gmtime()
_DAY = 86_400


def letter(number, days, text):
    """One message of a mailbox, written ``days`` from now."""
    at = time.gmtime(calendar.timegm(_TODAY) + days * _DAY)
    return (
        f"From a@example.org {time.strftime('%a %b %d %H:%M:%S %Y', at)}\n"
        "From: a@example.org\nTo: b@example.org\n"
        f"Date: {email.utils.formatdate(calendar.timegm(at), usegmt=True)}\n"
        f"Message-ID: <{number}@example.org>\n\n"
        f"Brev nummer {number}.\n{text}\n\n"
    )


_OLD = "Personnummer: 19900118-9811"
LETTERS = [
    letter(1, -3000, _OLD), letter(2, 0, "Ses vi?"), letter(3, 0, _OLD), letter(4, 0, "Ja."),
    letter(5, 0, _OLD),
]  # fmt: skip
"""One is due on the first day, two are in the cycle that is struck."""
FIRST = {
    "Löner/Lönelista 2019 a.csv": "Lön;a\n",
    "Löner/Lönelista 2019 b.csv": "Lön;b\n",
}
"""Taken on the first day, destroyed in the cycle that is struck."""
SECOND = {
    "Gamla/ett.txt": "Anteckning ett\n",
    "Gamla/djupt/ner/två.txt": "Anteckning två\n",
    "Brev/cur/1.host:2,S": "From: c@example.org\nTo: d@example.org\nSubject: Hej\n\nSes vi?\n",
    "Avtal/avtal.txt": "Avtal om lokal\n",
    "Klart/klart.txt": "Avslutat avtal\n",
}
KEPT = {f"Mallar/{name}.txt": f"Dagordning {name}\n" for name in "abcdefghijkl"}


class Driver:
    """The process that has gallra in memory and forks it."""

    def __init__(self):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("GALLRA_")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", HERE / "driver.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment
            | {
                "LC_ALL": "C.UTF-8",
                "COLUMNS": "200",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONPATH": os.pathsep.join(map(str, (HERE, HERE.parents[1] / "daemon"))),
            },
        )
        assert self.process.stdout.readline() == b"ready\n"

    def ask(self, request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@dataclass(kw_only=True)
class Grounds:
    """The club, on one filesystem or on several."""

    driver: Driver
    folder: Path
    far: Path | None = None
    """On another filesystem: then quarantine and archive lie there."""
    days: int = LATER
    originals: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[Path, Path]] = field(default_factory=list)

    @property
    def root(self):
        return self.folder / "club"

    @property
    def share(self):
        return self.root / "share"

    @property
    def state(self):
        return self.root / "state"

    @property
    def quarantine(self):
        return (
            (self.far or self.folder) / "club" / "quarantine"
            if self.far
            else (self.root / "quarantine")
        )

    @property
    def archive(self):
        return self.far / "club" / "archive" if self.far else self.root / "archive"

    @property
    def sides(self):
        return [
            ["quarantine", str(self.quarantine)],
            ["archive", str(self.archive)],
            ["archive", str(self.archive.parent / ".gallra-quarantine-arkiv")],
            ["share", str(self.share)],
            ["ledger", str(self.state / "ledger")],
            ["catalogue", str(self.state / "catalogue.db")],
            ["state", str(self.state)],
        ]

    def make(self):
        """Write the club, read it, and let the first of it be taken; keep a copy of it all."""
        self.archive.mkdir(parents=True)
        mailbox = {"Post/in.mbox": "".join(LETTERS)}
        for name, text in {**FIRST, **SECOND, **KEPT, **mailbox}.items():
            path = self.share / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            os.utime(path, (_WRITTEN, _WRITTEN))
        (self.root / "rules.toml").write_text(
            RULES.format(root=self.root, quarantine=self.quarantine, archive=self.archive), "utf-8"
        )
        for days in (0, 0, 1):
            said = self.run(days=days)
            assert said["code"] == 0, said
        assert len(list(self.quarantine.iterdir())) == len(FIRST) + 1
        for place in {self.root, self.archive.parent}:
            copy = place.with_name("kept")
            shutil.copytree(place, copy, symlinks=True)
            self.kept.append((copy, place))

    def put_back(self):
        """Have everything as it was before the cycle that is struck."""
        for copy, place in self.kept:
            shutil.rmtree(place)
            shutil.copytree(copy, place, symlinks=True)
        with contextlib.closing(sqlite3.connect(self.state / "catalogue.db")) as catalogue:
            self._rebase(catalogue)
            catalogue.commit()

    def _rebase(self, catalogue):
        """Tell the catalogue which inodes the copy has: to it, nothing has happened."""
        roots = {"gemensam": self.share, "arkiv": self.archive}
        shares = dict(catalogue.execute("SELECT share_id, name FROM share").fetchall())
        for share_id, name in shares.items():
            status, whole = os.stat(roots[name]), os.statvfs(roots[name])
            catalogue.execute(
                "UPDATE share SET device = ?, root_inode = ?, filesystem = ? WHERE share_id = ?",
                (status.st_dev, status.st_ino, f"{whole.f_fsid:016x}", share_id),
            )
        for key, share_id, path in catalogue.execute(
            "SELECT directory_id, share_id, path FROM directory"
        ).fetchall():
            status = os.stat(os.path.join(os.fsencode(roots[shares[share_id]]), path))
            catalogue.execute(
                "UPDATE directory SET inode = ?, mtime_ns = ?, listing = NULL"
                " WHERE directory_id = ?",
                (status.st_ino, status.st_mtime_ns, key),
            )
        for key, share_id, path, name in catalogue.execute(
            "SELECT file_id, file.share_id, path, name FROM file JOIN directory"
            " USING (directory_id) WHERE state = 'present'"
        ).fetchall():
            status = os.stat(os.path.join(os.fsencode(roots[shares[share_id]]), path, name))
            seen = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
            catalogue.execute(
                "UPDATE file SET device = ?, inode = ?, mtime_ns = ?, ctime_ns = ?,"
                " read_device = ?, read_inode = ?, read_mtime_ns = ?, read_ctime_ns = ?"
                " WHERE file_id = ?",
                (*seen, *seen, key),
            )
        for key, name in catalogue.execute(
            "SELECT quarantine_id, object_name FROM quarantine WHERE state = 'quarantined'"
        ).fetchall():
            status = os.stat(self.quarantine / name)
            catalogue.execute(
                "UPDATE quarantine SET device = ?, inode = ?, mtime_ns = ?, ctime_ns = ?"
                " WHERE quarantine_id = ?",
                (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, key),
            )

    def run(
        self, *words, days=None, strike=None, watched="", among=(), readers=False, seconds=None
    ):
        """Run one command line.

        Args:
            words: What follows ``gallra``; nothing for one whole cycle.
            days: How much later than now it is.
            strike: Which of the calls that count, from 1, and what befalls it: ``kill``, or an
                errno; and ``on`` where all that follow on that side fail with it.
            watched: ``changing`` or ``all``: which calls are listened to.
            among: Only these of them count.
            readers: Whether the readers' calls count instead of the main process's.
            seconds: When it is killed by the clock.
        """
        words = words or ("run", "--once")
        return self.driver.ask(
            {
                "argv": [*self.options, *words],
                "days": self.days if days is None else days,
                "sides": self.sides,
                "strike": strike,
                "watched": watched or ("changing" if strike else ""),
                "among": list(among),
                "readers": readers,
                "seconds": seconds,
            }
        )

    @property
    def options(self):
        """What every command line begins with."""
        rules = str(self.root / "rules.toml")
        return ["--lang", "en", "--rules", rules, "--state", str(self.state)]

    def texts(self):
        """Return all that lies anywhere: what it is, to where; mail message by message."""
        found = []
        for place in {self.root, self.archive.parent}:
            for directory, _, names in os.walk(place):
                if directory.startswith(str(self.state)):
                    continue
                for name in names:
                    path = os.path.join(directory, name)
                    if path.endswith(("rules.toml", ".lock")):
                        continue
                    with open(path, encoding="utf-8") as file:
                        text = file.read()
                    found.append((os.path.relpath(path, place), text))
        return found

    def versions(self):
        """Return how often each text, and each message, is there."""
        count = Counter()
        for _, text in self.texts():
            parts = (
                ["From " + each for each in text.split("From ")[1:]]
                if (text.startswith("From "))
                else [text]
            )
            count.update(parts)
        return count

    def look(self):
        """Return what a person finds: the shares' files, and what is in quarantine."""
        shared = {
            path: text
            for path, text in self.texts()
            if not path.startswith("quarantine/") and ".gallra" not in path
        }
        gone = sorted(text for path, text in self.texts() if path.startswith("quarantine/"))
        stray = [
            path for path, _ in self.texts()
            if path.startswith("quarantine/") and not is_object(path.partition("/")[2])
        ]  # fmt: skip
        return shared, gone, stray

    def house(self):
        return House.open(self.root / "rules.toml", self.state)

    def told(self):
        """Check ledger and catalogue; return what the ledger says was done, and how often."""
        with self.house() as house:
            verification = house.ledger.verify()
            assert verification.is_good, verification.complaint
            house.catalogue.database.check()
            entries = list(house.ledger.entries())
            intents = {each.sequence for each in entries if each.entry.deed.value == "intent"}
            outcomes = Counter(
                each.entry.intent for each in entries if each.entry.intent is not None
            )
            is_open = {each.sequence for each in house.ledger.open_intents()}
            assert set(outcomes) == intents - is_open
            assert set(outcomes.values()) <= {1}
            return Counter(
                (each.entry.deed.value, clear.get("path"), clear.get("part"))
                for each in entries
                for clear in [dict(each.entry.clear)]
                if each.entry.deed.value in {"quarantined", "destroyed", "moved", "restored"}
            ), {
                dict(each.entry.clear).get("sha256")
                for each in entries
                if each.entry.deed.value == "destroyed"
                or (each.entry.deed.value == "intent" and each.entry.act == "destroy")
            }

    def final(self):
        """Return all that is to be as if nothing had happened, once the work is finished."""
        counts = self.versions()
        assert set(counts.values()) <= {1}, [text for text, count in counts.items() if count > 1]
        shared, taken, stray = self.look()
        assert not stray
        assert not self.locks()
        with self.house() as house:
            assert not house.ledger.open_intents()
            noted = Counter(
                (item.path, item.part, item.state.value)
                for item in house.catalogue.quarantine_items(is_whole=True)
            )
        return shared, taken, self.told()[0], noted

    def locks(self):
        """Return the lock files and drafts that lie in the shares."""
        return [path for path in self.share.rglob("*") if path.suffix in {".lock", ".new"}]

    def missing(self):
        """Return what is nowhere to be found."""
        there = self.versions()
        return {text for text in self.wanted() if text not in there}

    def require_destroyed(self, texts):
        """Make sure that the ledger says of each of ``texts`` that it was to be destroyed."""
        covered = self.told()[1]
        assert not [text for text in texts if digest(text) not in covered]

    def wanted(self):
        """Return every text that must be somewhere."""
        return [*FIRST.values(), *SECOND.values(), *KEPT.values(), *LETTERS]


def is_object(name):
    """Tell whether a name in quarantine is one of an object that lies there."""
    return len(name) == 32 and all(letter in "0123456789abcdef" for letter in name)


def digest(text):
    return sha256(text.encode()).hexdigest()

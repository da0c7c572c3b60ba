"""A share, its quarantine, a real catalogue and a real ledger, in a temporary directory."""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from gallra.dispose.disk import Disk
from gallra.dispose.hand import Hand
from gallra.model.finding import PartReport
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.passage import ByteSpan, Outcome
from gallra.model.record import (
    Act,
    Classification,
    Disposition,
    Due,
    Record,
    RecordState,
)
from gallra.model.retention import (
    Action,
    Destination,
    Mode,
    Organisation,
    Period,
    RetentionClass,
    RetentionSchedule,
    Safety,
    Trigger,
)
from gallra.model.share import STAGING, Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.store.effects import EFFECTS
from gallra.store.ingest import Directory, Ingest, Look, SeenFile
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DWELL_DAYS = 30


_FROM = re.compile(rb"(?:^|(?<=\n))From ")


def letter(number, text, *, sender="a"):
    """One message of a mailbox, as an mbox holds it."""
    return (
        f"From {sender}@example.org Mon Jan  5 10:{number % 60:02}:00 2026\n"
        f"From: {sender}@example.org\nSubject: {number}\n\n{text}\n\n"
    )


def spans_in(content):
    """Where each message of a mailbox stands; the tests' letters never quote a From line."""
    begins = [found.start() for found in _FROM.finditer(content)]
    ends = [*begins[1:], len(content)][: len(begins)]
    return [
        ByteSpan(
            offset_bytes=begin,
            length_bytes=end - begin,
            sha256=sha256(content[begin:end]).hexdigest(),
        )
        for begin, end in zip(begins, ends, strict=True)
    ]


def schedule_for(root, quarantine, archive):
    return RetentionSchedule(
        mode=Mode.ENFORCE,
        organisation=Organisation(
            name="Klubben vid Exempelbolaget",
            controller="Klubben",
            data_protection_officer=None,
            language="sv",
            timezone="Europe/Stockholm",
            own_domains=(),
        ),
        shares=(
            Share(
                name="gemensam",
                path=os.fsencode(root),
                role=ShareRole.COMMON_AREA,
                quarantine=os.fsencode(quarantine),
                line=1,
            ),
            Share(
                name="arkiv",
                path=os.fsencode(archive),
                role=ShareRole.CASE_AREA,
                quarantine=os.fsencode(f"{archive}-quarantine"),
                line=2,
            ),
        ),
        classes=(
            RetentionClass(
                code="agreement",
                title=(),
                purpose=(),
                categories=(),
                legal_basis=(),
                source=(),
                authority="B 1",
                keep=Period(),
                counted_from=Trigger.FIRST_SEEN,
                else_from=None,
                then=Action.MOVE,
                line=3,
                to=Destination(share="arkiv", path=b"avtal"),
            ),
        ),
        rules=(),
        safety=Safety(),
        digest="ab" * 32,
    )


class World:
    """Everything the hand touches. `restart` is what a new process finds after a crash."""

    def __init__(self, path, *, disk=None, effects=EFFECTS, quarantine=None):
        self.path = path
        self.share = path / "share"
        self.quarantine = quarantine or path / "quarantine"
        self.archive = path / "archive"
        self.share.mkdir(exist_ok=True)
        self.archive.mkdir(exist_ok=True)
        self.now = NOW
        self.held = set()
        self.schedule = schedule_for(self.share, self.quarantine, self.archive)
        self.open(disk=disk, effects=effects)

    def open(self, *, disk=None, effects=EFFECTS):
        self.catalogue = Catalogue.open(self.path / "catalogue.db")
        self.catalogue.register_shares(self.schedule.shares)
        self.ledger = Ledger.open(
            self.path / "ledger", Keys(b"k" * 32), origin="gallra.ledger/1", effects=effects
        )
        self.hand = Hand(
            ledger=self.ledger,
            catalogue=self.catalogue,
            schedule=self.schedule,
            clock=lambda: self.now,
            is_held=lambda item: item.record.path in self.held,
            dwell_ends_on=lambda day: day + timedelta(days=DWELL_DAYS),
            disk=disk or Disk(),
        )

    def close(self):
        self.catalogue.close()
        self.ledger.close()

    def restart(self, **changed):
        self.close()
        self.open(**changed)

    def write(self, tree):
        for name, content in tree.items():
            target = os.path.join(os.fsencode(self.share), os.fsencode(name))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
        self.scan()

    def tree(self):
        found = {}
        for folder, below, names in os.walk(os.fsencode(self.share)):
            below[:] = [each for each in below if each != STAGING]
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    relative = os.path.relpath(path, os.fsencode(self.share))
                    found[os.fsdecode(relative)] = file.read().decode("utf-8", "replace")
        return found

    def captured(self):
        if not self.quarantine.exists():
            return []
        return sorted(path.read_bytes().decode() for path in self.quarantine.iterdir())

    def waiting(self):
        """Return what lies in staging directories: on its way when the power went."""
        folders = [root / os.fsdecode(STAGING) for root in (self.share, self.archive)]
        return [path.read_text() for folder in folders for path in folder.glob("*")]

    def staged(self):
        return sorted(path.name for path in (self.share / os.fsdecode(STAGING)).glob("*"))

    def messages(self, name, *numbers):
        """Return the decision to cut out the messages of a mailbox that are numbered so."""
        parts = {f"msg:{number}" for number in numbers}
        return [
            each for each in self.decided(name)
            if each.item.record.part in parts
        ]  # fmt: skip

    def scan(self):
        """Bring the catalogue up to date, and give every file a class."""
        share_id = self.catalogue.share_id("gemensam")
        device = self.share.stat().st_dev
        ingest = Ingest(self.catalogue.database, share_id, device=device, at=self.now)
        folders = {}
        for folder, below, names in os.walk(os.fsencode(self.share)):
            below[:] = [each for each in below if each != STAGING]
            relative = os.path.relpath(folder, os.fsencode(self.share))
            relative = b"" if relative == b"." else relative
            parent = folders.get(relative.rpartition(b"/")[0]) if relative else None
            known = ingest.directory(relative) or Directory(path=relative, parent=parent)
            folders[relative] = known
            look = Look(directory=known)
            had = ingest.files(known)
            for name in names:
                try:
                    status = os.lstat(os.path.join(folder, name))
                except FileNotFoundError:
                    continue  # somebody was faster, as in life
                seen = SeenFile(
                    name, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns,
                    status.st_ctime_ns, status.st_nlink, status.st_mode, status.st_uid,
                    status.st_gid, None,
                )  # fmt: skip
                if name in had:
                    look.changed.append((had.pop(name), seen))
                else:
                    look.new.append(seen)
            look.gone.extend(had.items())
            ingest.put(look)
        ingest.flush()
        with self.catalogue.atomic():
            for arrival in self.catalogue.arrivals(100_000):
                self._read(arrival)

    def _read(self, arrival):
        spans = [None]
        if arrival.path.endswith(b".mbox"):
            root = self.share if arrival.share == "gemensam" else self.archive
            path = os.path.join(os.fsencode(root), arrival.path)
            with open(path, "rb") as file:
                spans += spans_in(file.read())
        reports, records = [], []
        for number, span in enumerate(spans):
            report, record = self._told(arrival, number, span, is_container=len(spans) > 1)
            reports.append(report)
            records.append(record)
        self.catalogue.store_reports(
            arrival, reports, records, rules_digest=self.schedule.digest, scanner_version="1",
            at=self.now,
        )  # fmt: skip

    def _told(self, arrival, number, span, *, is_container):
        part = f"msg:{number}" if number else ""
        record = Record(
            record_id=0, share="gemensam", role="common-area", path=arrival.path, part=part,
            kind="txt", outcome=Outcome.READ,
            size_bytes=span.length_bytes if span else arrival.signature.size_bytes,
            modified_at=self.now, first_seen_at=self.now,
            is_container=is_container and not part, span=span,
        )  # fmt: skip
        return PartReport(address=part, kind="txt", outcome=Outcome.READ, span=span), (
            record,
            Classification(class_code="salary-list", rule_number=3, because=()),
            Due(due_on=date(2026, 1, 1), counted_from=date(2022, 1, 1), because=()),
        )

    def decided(self, *names, act=Act.QUARANTINE):
        """Return the decision to quarantine each of the files named, or all."""
        wanted = {os.fsencode(name) for name in names}
        state = RecordState.PRESENT if act is Act.QUARANTINE else RecordState.QUARANTINED
        return [
            Disposition(item=item, act=act, then=Action.DESTROY, because=(said("it is due"),))
            for item in self.catalogue.catalogued(states=(state,))
            if not wanted or item.record.path in wanted
        ]

    def due(self):
        """Return what a plan would say: every file, and of each mailbox every second message."""
        return [
            each for each in self.decided()
            if each.item.record.share == "gemensam"
            and each.item.is_current and not each.item.record.is_container
            and (not each.item.record.part or int(each.item.record.part[4:]) % 2)
        ]  # fmt: skip

    def moves(self, *names):
        """Return the decision to move each of the files named, or all, to the archive."""
        code = Classification(class_code="agreement", rule_number=1, because=())
        return [
            replace(each, act=Act.MOVE, item=replace(each.item, classification=code))
            for each in self.decided(*names)
            if not each.item.record.part
            and not each.item.record.is_container
            and each.item.record.share == "gemensam"
        ]

    def moved(self, *names):
        return list(self.hand.move(self.moves(*names)))

    def archived(self):
        return {
            path.relative_to(self.archive).as_posix(): path.read_text()
            for path in self.archive.rglob("*")
            if path.is_file() and os.fsdecode(STAGING) not in path.parts
        }

    def quarantined(self, *names):
        return list(self.hand.quarantine(self.decided(*names)))

    def destroyed(self, *names):
        return list(self.hand.destroy(self.decided(*names, act=Act.DESTROY)))

    def only_item(self):
        (item,) = self.catalogue.quarantine_items()
        return item

    def later(self, days):
        self.now += timedelta(days=days)

    def deeds(self):
        return [entry.entry.deed for entry in self.ledger.entries()]

    def digests_destroyed(self):
        """Return the sha256 of everything the ledger says was destroyed."""
        return {
            dict(entry.entry.clear).get("sha256")
            for entry in self.ledger.entries()
            if entry.entry.deed is Deed.DESTROYED
        }


@pytest.fixture(scope="session")
def make_letter():
    return letter


@pytest.fixture(scope="session")
def digest_of():
    return lambda text: sha256(text.encode()).hexdigest()


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def make_world():
    made = []

    def make(path, **options):
        made.append(World(path, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()

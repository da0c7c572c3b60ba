"""Events: what somebody told, or a sign on a share said, and what it is about."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from gallra.model.errors import WrongUseError
from gallra.model.event import Event, EventSource, Place
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.model.names import as_base64
from gallra.model.record import CataloguedRecord, Due, RecordState
from gallra.model.retention import Trigger
from gallra.store.database import Row, understood
from gallra.store.packing import (
    packed_day,
    packed_instant,
    plain,
    unpacked_day,
    unpacked_instant,
    unpacked_messages,
)
from gallra.store.recalled import SIGN_IS_SOUGHT, Recalled
from gallra.store.rows import QUERY, Deduplicated, catalogued_from
from gallra.store.seal import Seal, bent, sealed
from gallra.store.shelf import parted

_VERSION = "events_version"
_SEAL = "events_seal"
_EVENT = (
    "event_id, kind, reference, on_day, source, told_by, told_us, sign_file_id, undone_us,"
    " undone_by FROM event"
)


_PRESENT = "WHERE record.state = 'present' AND record.file_id IN (SELECT file_id FROM file"
_OF_SHARE = f"{_PRESENT} WHERE file.state = 'present' AND file.share_id = ?)"
_IN_FOLDER = (
    f"{_PRESENT} WHERE file.state = 'present' AND file.directory_id IN (SELECT directory_id"  # noqa: S608 - constants
    " FROM directory WHERE share_id = ? AND (path = ? OR (path >= ? AND path < ?))))"
)
_OF_FILE = (
    f"{_PRESENT} WHERE file.state = 'present' AND name = ? AND directory_id ="  # noqa: S608 - constants
    " (SELECT directory_id FROM directory WHERE share_id = ? AND path = ?))"
)
_QUARANTINED = (
    "WHERE record.state = 'quarantined' AND record.file_id IN (SELECT file_id"
    " FROM quarantine WHERE state = 'quarantined' AND share_id = ?)"
)
_COPIES = (
    "WHERE record.state = 'present' AND share.role = ?1 AND record.record_id IN"
    " (SELECT mine.record_id FROM value_digest mine JOIN value_digest other"
    " ON other.digest = mine.digest AND other.entity = mine.entity"
    " AND other.record_id <> mine.record_id"
    " JOIN record copy ON copy.record_id = other.record_id AND copy.state = 'present'"
    " JOIN file there ON there.file_id = copy.file_id"
    " JOIN share place ON place.share_id = there.share_id"
    " WHERE mine.entity = ?2 AND place.role = ?3"
    # A copy whose attachments were taken off is none: they would be lost.
    " AND (SELECT count(*) FROM attachment WHERE record_id = mine.record_id)"
    " <= (SELECT count(*) FROM attachment WHERE record_id = copy.record_id)"
    # A Message-ID alone can be anybody's: what the messages are about has to agree.
    " AND (EXISTS (SELECT 1 FROM value_digest a JOIN value_digest b USING (digest, entity)"
    " WHERE a.record_id = mine.record_id AND b.record_id = copy.record_id"
    " AND a.entity = 'SUBJECT_LINE') OR NOT EXISTS (SELECT 1 FROM value_digest WHERE entity ="
    " 'SUBJECT_LINE' AND record_id IN (mine.record_id, copy.record_id))))"
)


class Events(Recalled):
    """What happened when; it outlives every scan."""

    def tell_event(self, event: Event) -> tuple[Event, bool]:
        """Let an event stand; return it with its number, and whether it is new.

        One of the same kind about the same, on the same day, that stands already is not told a
        second time. What a person took back is not told again by the file or the sign that
        told it before; only a person can.
        """
        key = key_of(event)
        with self.database.atomic():
            known = self.database.row(
                f"SELECT {_EVENT} WHERE key = ?"
                " ORDER BY undone_us IS NOT NULL, event_id DESC LIMIT 1",
                (key,),
            )
            if known is not None and not _may_be_told_again(known, event.source):
                self._find_sign_again(known, event)
                return self._event(known), False
            number = self.database.insert(
                "INSERT INTO event (event_id, kind, reference, on_day, source, told_by, told_us,"
                " key, sign_file_id) VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    event.event_id,
                    event.kind.value,
                    plain(event.reference),
                    packed_day(event.on),
                    event.source.value,
                    plain(event.told_by),
                    packed_instant(event.told_at),
                    key,
                    event.sign_file_id,
                ),
            )
            self.database.run_many(
                "INSERT OR IGNORE INTO event_place (event_id, share, path, part, sha256)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    (number, each.share, each.path, plain(each.part), each.sha256)
                    for each in event.places
                ),
            )
            self.database.run_many(
                "INSERT OR IGNORE INTO event_value (event_id, entity, digest) VALUES (?, ?, ?)",
                ((number, each.entity, bytes.fromhex(each.digest)) for each in event.values),
            )
            self._changed(number)
        return replace(event, event_id=number), True

    def _find_sign_again(self, known: Row, event: Event) -> None:
        if known[7] == SIGN_IS_SOUGHT and known[8] is None and event.sign_file_id is not None:
            self.find_sign(known[0], event.sign_file_id)

    def undo_event(self, event_id: int, *, at: datetime, by: str) -> Event:
        """Take an event back and return it; that it was told is kept.

        Raises:
            WrongUseError: No event of this number stands.
        """
        with self.database.atomic():
            event = self.standing_event(event_id)
            self.database.run(
                "UPDATE event SET undone_us = ?, undone_by = ? WHERE event_id = ?",
                (packed_instant(at), plain(by), event_id),
            )
            self._changed(event_id, was=event)
        return replace(event, undone_at=at, undone_by=by)

    def standing_event(self, event_id: int) -> Event:
        """Return the event of this number.

        Raises:
            WrongUseError: There is none that stands.
        """
        row = self.database.row(
            f"SELECT {_EVENT} WHERE event_id = ? AND undone_us IS NULL",
            (event_id,),
        )
        if row is None:
            raise WrongUseError(
                said("no event {number} stands: see gallra event list", number=event_id)
            )
        return self._event(row)

    def events(self, *, is_whole: bool = False) -> tuple[Event, ...]:
        """Return the events that stand, in the order in which they were told.

        Args:
            is_whole: With those that were taken back.
        """
        # Those that were taken back, too: a bent byte could take one back.
        with self.snapshot():
            rows = self.database.rows(f"SELECT {_EVENT} ORDER BY event_id")
            found = [self._event(row) for row in rows]
            found_seal, seal = Seal.of(map(sealed, found)), self._seal()
        if seal is not None and seal.text != found_seal.text:
            raise bent()
        return tuple(each for each in found if is_whole or each.undone_at is None)

    @understood
    def _seal(self) -> Seal | None:
        """Return the seal of the events; ``None``: an earlier version kept none."""
        row = self.database.row("SELECT value FROM meta WHERE key = ?", (_SEAL,))
        return None if row is None else Seal.read(str(row[0]))

    def events_version(self) -> int:
        """Return a number that is another one whenever an event was told or taken back."""
        found = self.database.row("SELECT value FROM meta WHERE key = ?", (_VERSION,))
        return 0 if found is None else int(found[0])

    def values_of(self, record_id: int) -> tuple[ValueDigest, ...]:
        """Return every keyed digest of what occurs in a record."""
        return tuple(
            ValueDigest(entity=entity, digest=digest.hex())
            for entity, digest in self.database.rows(
                "SELECT entity, digest FROM value_digest WHERE record_id = ?", (record_id,)
            )
        )

    def classes_of_file(self, file_id: int) -> dict[str, tuple[str, Due]]:
        """Return class and day of each record of a file, by the address of its part.

        Of the reasons for the day nothing is returned.
        """
        return {
            part: (
                code,
                Due(
                    due_on=unpacked_day(due_on),
                    counted_from=unpacked_day(counted_from),
                    because=(),
                    latest_on=unpacked_day(latest_on),
                ),
            )
            for part, code, due_on, counted_from, latest_on in self.database.rows(
                "SELECT part, class, due_on, counted_from, latest_on FROM record WHERE file_id = ?",
                (file_id,),
            )
        }

    def beneath(self, place: Place) -> Iterator[CataloguedRecord]:
        """Yield the records in a place that are in their share, or in quarantine from there.

        Those of a share that lies within the place belong to that share: they are asked for by
        a place of its own.
        """
        if self.database.row("SELECT 1 FROM share WHERE name = ?", (place.share,)) is None:
            return
        share = self.share_id(place.share)
        directory, name = parted(place.path)
        below = (place.path + b"/", place.path + b"0")
        if not place.path:
            yield from self._streamed_rows(_OF_SHARE, (share,))
        else:
            yield from self._streamed_rows(_IN_FOLDER, (share, place.path, *below))
            yield from self._streamed_rows(_OF_FILE, (name, share, directory))
        for item in self._streamed_rows(_QUARANTINED, (share,)):
            path = item.record.path
            if not place.path or path == place.path or path.startswith(place.path + b"/"):
                yield item

    def destroyed_count(self, event: Event) -> int:
        """Return how many records were destroyed because of ``event``, as far as is remembered.

        What became of them tells it, not where they lay: a message that was tied to the event by
        its subject line is counted, and a file that went for another reason is not.
        """
        count = 0
        for because, due_because in self.database.streamed(
            "SELECT because, due_because FROM record WHERE state = 'destroyed'"
            " AND (instr(due_because, ?1) OR instr(because, ?1))",
            (f'"{event.kind.value}"',),
        ):
            reasons = (*unpacked_messages(because), *unpacked_messages(due_because))
            count += any(_names(dict(each.values), event) for each in reasons)
        return count

    def folders_called(self, name: bytes) -> tuple[Place, ...]:
        """Return the folders of exactly this name, in every share, in order of their paths."""
        suffix = b"/" + name
        return tuple(
            Place(share=share, path=path)
            for share, path in self.database.rows(
                "SELECT share.name, path FROM directory JOIN share USING (share_id)"
                " WHERE path = ?1 OR substr(path, -length(?2)) = ?2 ORDER BY share.name, path",
                (name, suffix),
            )
        )

    def folders(self, share: str) -> Iterator[bytes]:
        """Yield the path of every folder of a share; memory stays flat."""
        for (path,) in self.database.streamed(
            "SELECT path FROM directory JOIN share USING (share_id) WHERE share.name = ?"
            " AND path <> X''",
            (share,),
        ):
            yield path

    def files_since(self, share: str, after: int) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield number, folder and name of the present files that came after file ``after``."""
        yield from self.database.streamed(
            "SELECT file.file_id, directory.path, file.name FROM file"
            " JOIN share ON share.share_id = file.share_id"
            " JOIN directory ON directory.directory_id = file.directory_id"
            " WHERE file.file_id > ? AND share.name = ? AND file.state = 'present'",
            (after, share),
        )

    def newest_file(self, share: str) -> int:
        """Return the number of the file of a share that came last."""
        return self.database.number(
            "SELECT coalesce(max(file_id), 0) FROM file JOIN share USING (share_id)"
            " WHERE share.name = ?",
            (share,),
        )

    def whereabouts(self, file_id: int) -> tuple[RecordState, bytes, bytes] | None:
        """Return state, folder and name of a file; ``None`` where it is forgotten."""
        row = self.database.row(
            "SELECT file.state, directory.path, file.name FROM file LEFT JOIN directory"
            " ON directory.directory_id = file.directory_id WHERE file_id = ?",
            (file_id,),
        )
        return None if row is None else (RecordState(row[0]), row[1] or b"", row[2])

    def copies(self, entity: str, role: str, other_role: str) -> Iterator[CataloguedRecord]:
        """Yield the present records in shares of a role of which another role has a copy.

        Args:
            entity: The mark by which a copy is known: ``MESSAGE_ID``.
            role: Of the shares whose records are asked for.
            other_role: Of those in which the copies lie.
        """
        yield from self._streamed_rows(_COPIES, (role, entity, other_role))

    def _streamed_rows(
        self, condition: str, values: tuple[object, ...]
    ) -> Iterator[CataloguedRecord]:
        seen = Deduplicated(self.database)
        for row in self.database.streamed(f"{QUERY} {condition}", values):
            yield catalogued_from(row, seen)

    @understood
    def _event(self, row: Row) -> Event:
        (
            event_id, kind, reference, on_day, source, told_by, told_us, sign_file_id, undone_us,
            undone_by,
        ) = row  # fmt: skip
        return Event(
            event_id=event_id,
            kind=Trigger(kind),
            reference=reference,
            on=date.fromisoformat(on_day),
            places=tuple(
                Place(share=share, path=path, part=part, sha256=sha256)
                for share, path, part, sha256 in self.database.rows(
                    "SELECT share, path, part, sha256 FROM event_place WHERE event_id = ?"
                    " ORDER BY share, path, part",
                    (event_id,),
                )
            ),
            values=tuple(
                ValueDigest(entity=entity, digest=digest.hex())
                for entity, digest in self.database.rows(
                    "SELECT entity, digest FROM event_value WHERE event_id = ?"
                    " ORDER BY entity, digest",
                    (event_id,),
                )
            ),
            source=EventSource(source),
            told_by=told_by,
            told_at=unpacked_instant(told_us),
            sign_file_id=sign_file_id,
            undone_at=None if undone_us is None else unpacked_instant(undone_us),
            undone_by=undone_by,
        )

    def _changed(self, event_id: int, *, was: Event | None = None) -> None:
        """Seal the events again of which one was told, or is another one than it was."""
        rows = self.database.rows(f"SELECT {_EVENT} WHERE event_id = ?", (event_id,))
        seal = self._seal()
        if seal is None:
            seal = Seal()
            was, rows = None, self.database.rows(f"SELECT {_EVENT}")
        if was is not None:
            seal.subtract(sealed(was))
        for row in rows:
            seal.add(sealed(self._event(row)))
        self.database.run("REPLACE INTO meta (key, value) VALUES (?, ?)", (_SEAL, seal.text))
        self.database.run(
            "INSERT INTO meta (key, value) VALUES (?, '1')"
            " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
            (_VERSION,),
        )


def key_of(event: Event) -> str:
    """Return what is the same for the same event, however often it is told.

    A sign on a share is the same on whatever day it is noticed; what people tell is another
    event on another day.
    """
    digest = hashlib.sha256(event.kind.value.encode())
    if event.source is not EventSource.RULE:
        digest.update(b"\n" + event.on.isoformat().encode())
    for place in sorted(event.places, key=lambda each: (each.share, each.path, each.sha256)):
        line = f"\n{place.share}/{as_base64(place.path)}#{place.sha256}"
        digest.update(line.encode())
    for value in sorted(event.values, key=lambda each: (each.entity, each.digest)):
        digest.update(f"\n{value.entity}={value.digest}".encode())
    return digest.hexdigest()


def _names(values: Mapping[str, object], event: Event) -> bool:
    """Tell whether the values of a reason name ``event``, by its number or by what it is about."""
    if values.get("event") != event.kind.value:
        return False
    number = values.get("number")
    return (
        number == event.event_id
        if number is not None
        else (values.get("reference") == event.reference)
    )


def _may_be_told_again(row: Row, source: EventSource) -> bool:
    """Tell whether an event that was taken back may be told by ``source`` once more."""
    undone_us, undone_by = row[-2:]
    return undone_us is not None and (source is EventSource.COMMAND or undone_by == "")

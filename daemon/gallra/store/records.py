"""Records: what was read in a file, the class it was given, and when it is due."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gallra.model.arrival import Arrival
from gallra.model.finding import PartReport
from gallra.model.message import Message
from gallra.model.passage import Outcome
from gallra.model.record import (
    CataloguedRecord,
    Classification,
    Due,
    Record,
    RecordState,
)
from gallra.store.columns import (
    INSERT,
    RECLASSIFY,
    UPDATE,
    content_columns,
    grouped,
    least_complete,
    verdict_columns,
)
from gallra.store.extents import extent_of
from gallra.store.mailing import replace_mail
from gallra.store.packing import (
    packed,
    packed_day,
    packed_instant,
    packed_ns,
    plain,
    signed,
    unpacked_instant,
    unpacked_messages,
)
from gallra.store.rows import QUERY, Deduplicated, catalogued_from
from gallra.store.shelf import Shelf, parted


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadPart:
    """A part that was not read in full, and why."""

    part: str
    kind: str
    outcome: Outcome
    reason: Message | None
    encrypted: str | None


class Records(Shelf):
    """What is known of the content of files."""

    def store_reports(  # noqa: PLR0913 - one transaction needs all of it at once
        self,
        arrival: Arrival,
        reports: Sequence[PartReport],
        records: Sequence[tuple[Record, Classification, Due]],
        *,
        rules_digest: str,
        scanner_version: str,
        at: datetime,
    ) -> bool:
        """Replace, in one transaction, all that was known of a file's content.

        A record keeps its number as long as the file and the part's address stay the same.
        If the file changed since ``arrival`` was taken, it stays in the queue; if it is no
        longer in the share, nothing is stored.

        Args:
            arrival: The version that was read.
            reports: What was found in each part; digests of values come from here.
            records: The file's records, one for each part that has a fate of its own.
            rules_digest: Which rules classified them.
            scanner_version: Which scanner read them.
            at: When.

        Returns:
            Whether the file is still there, so that something was stored.
        """
        with self.database.atomic():
            if not self._note_read(arrival, reports, scanner_version=scanner_version, at=at):
                return False
            by_record = grouped(reports, [record.part for record, _, _ in records])
            numbers = {
                part: number
                for number, part in self.database.rows(
                    "SELECT record_id, part FROM record WHERE file_id = ?", (arrival.file_id,)
                )
            }
            kept: list[tuple[int, str, Sequence[PartReport]]] = []
            for record, classification, due in records:
                parts = by_record[record.part]
                values = (
                    *content_columns(record, parts),
                    *verdict_columns(classification, due, rules_digest),
                    arrival.file_id,
                    plain(record.part),
                )
                number = numbers.pop(plain(record.part), None)
                if number is None:
                    number = self.database.insert(INSERT, values)
                else:
                    self.database.run(UPDATE, values)
                kept.append((number, record.part, parts))
            self._forget_records(numbers.values())
            self._replace_digests(kept)
            replace_mail(self.database, kept)
            self._replace_unread_parts(arrival.file_id, reports)
            self._note_unseen(arrival.file_id, reports)
        return True

    def catalogued(
        self,
        *,
        share: str | None = None,
        states: Iterable[RecordState] = (RecordState.PRESENT, RecordState.QUARANTINED),
        class_code: str | None = None,
        beneath: bytes | None = None,
    ) -> Iterator[CataloguedRecord]:
        """Yield records with flat memory, in no promised order, as they are at this moment.

        Args:
            share: Only of this share.
            states: Only in these states.
            class_code: Only of this class.
            beneath: Only of files in this directory, relative to the share, and below it.
        """
        wanted = sorted(state.value for state in states)
        conditions = [f"record.state IN ({', '.join('?' * len(wanted))})"]
        values: list[object] = [*wanted]
        if wanted == [RecordState.QUARANTINED.value]:
            # Of millions of records few lie in quarantine: these are found by an index of theirs.
            conditions.append(
                "record.file_id IN (SELECT file_id FROM quarantine WHERE state = 'quarantined')"
            )
        if share is not None:
            conditions.append("share.name = ?")
            values.append(share)
        if class_code is not None:
            conditions.append("record.class = ?")
            values.append(class_code)
        if beneath:
            conditions.append(
                "(directory.path = ? OR (directory.path >= ? AND directory.path < ?))"
            )
            values += [beneath, beneath + b"/", beneath + b"0"]
        return self._streamed(f"{QUERY} WHERE {' AND '.join(conditions)}", values)

    def due(self, on: date) -> Iterator[CataloguedRecord]:
        """Yield the present records whose retention has ended on that day, most overdue first.

        Then those that are not due, but may not be kept any more. Indexes hold exactly these, so
        that the size of the catalogue does not matter.
        """
        yield from self._streamed(
            f"{QUERY} WHERE record.state = 'present' AND record.due_on IS NOT NULL"
            " AND record.due_on <= ? ORDER BY record.due_on",
            (packed_day(on),),
        )
        yield from self._streamed(
            f"{QUERY} WHERE record.state = 'present' AND record.latest_on IS NOT NULL"
            " AND record.latest_on <= ?1 AND (record.due_on IS NULL OR record.due_on > ?1)",
            (packed_day(on),),
        )

    def record_by_path(self, share: str, path: bytes, part: str = "") -> CataloguedRecord | None:
        """Return the present record at a path, else the one that was there last."""
        directory, name = parted(path)
        values = (self.share_id(share), plain(part))
        found = self.database.row(
            f"{QUERY} WHERE file.share_id = ? AND record.part = ? AND file.state = 'present'"
            " AND directory.share_id = file.share_id AND directory.path = ? AND file.name = ?",
            (*values, directory, name),
        ) or self.database.row(
            f"{QUERY} WHERE file.share_id = ? AND record.part = ? AND file.name = ?"
            " AND file.old_path = ? ORDER BY file.ended_us DESC LIMIT 1",
            (*values, name, path),
        )
        return None if found is None else catalogued_from(found, Deduplicated(self.database))

    def record(self, record_id: int) -> CataloguedRecord | None:
        """Return one record by its number."""
        found = self.database.row(f"{QUERY} WHERE record.record_id = ?", (record_id,))
        return None if found is None else catalogued_from(found, Deduplicated(self.database))

    def records_of_file(self, file_id: int) -> list[CataloguedRecord]:
        """Return all records of one file, in the order of their numbers."""
        seen = Deduplicated(self.database)
        return [
            catalogued_from(row, seen)
            for row in self.database.rows(
                f"{QUERY} WHERE record.file_id = ? ORDER BY record.record_id", (file_id,)
            )
        ]

    def nominate(self, entity: str, digest: str) -> Iterator[CataloguedRecord]:
        """Yield the present and quarantined records in which a value occurs.

        Args:
            entity: Of which type the value is.
            digest: 32 hex digits, keyed, as detection makes it.
        """
        return self._streamed(
            f"{QUERY} JOIN value_digest ON value_digest.record_id = record.record_id"
            " WHERE value_digest.digest = ? AND value_digest.entity = ?"
            " AND record.state IN ('present', 'quarantined')",
            (bytes.fromhex(digest), entity),
        )

    def reclassify(
        self, decisions: Iterable[tuple[int, Classification, Due]], *, rules_digest: str
    ) -> int:
        """Give records another class or due date, in one transaction; return how many.

        Meant for batches of some hundreds out of :meth:`to_reclassify`.
        """
        with self.database.atomic():
            return self.database.run_many(
                f"{RECLASSIFY} WHERE record_id = ?",
                (
                    (*verdict_columns(classification, due, rules_digest), record_id)
                    for record_id, classification, due in decisions
                ),
            )

    def to_reclassify(self, rules_digest: str) -> Iterator[CataloguedRecord]:
        """Yield the records, in quarantine too, that other rules than these classified."""
        return self._streamed(
            f"{QUERY} WHERE record.state IN ('present', 'quarantined')"
            " AND record.rules_digest <> ?",
            (rules_digest,),
        )

    def is_judged_by(self, rules_digest: str) -> bool:
        """Tell whether every record that is present or in quarantine was classified by these."""
        return not self.database.row(
            "SELECT 1 FROM tally WHERE state IN ('present', 'quarantined')"
            " AND rules_digest <> ? AND record_count > 0 LIMIT 1",
            (rules_digest,),
        )

    def first_seen_messages(self, file_id: int) -> Mapping[str, datetime]:
        """Return when each message of a mailbox was first seen, by the SHA-256 of its bytes.

        A mailbox that grew is read anew as a whole; what was in it before keeps its age, and
        what came with the change has none.
        """
        return {
            sha256: unpacked_instant(instant)
            for sha256, instant in self.database.rows(
                "SELECT span_sha256, min(first_seen_us) FROM record"
                " WHERE file_id = ? AND span_sha256 IS NOT NULL GROUP BY span_sha256",
                (file_id,),
            )
        }

    def unread_parts(self, file_id: int) -> list[UnreadPart]:
        """Return the parts of a file that were not read in full."""
        return [
            UnreadPart(
                part=part,
                kind=kind,
                outcome=Outcome(outcome),
                reason=next(iter(unpacked_messages(reason)), None),
                encrypted=encrypted,
            )
            for part, kind, outcome, reason, encrypted in self.database.rows(
                "SELECT part, kind, outcome, reason, encrypted FROM unread_part"
                " WHERE file_id = ? ORDER BY part",
                (file_id,),
            )
        ]

    def reason_of(self, record_id: int) -> Message | None:
        """Return why a record was not read in full; ``None`` where it was."""
        found = self.database.row("SELECT reason FROM record WHERE record_id = ?", (record_id,))
        return next(iter(unpacked_messages(found[0])), None) if found else None

    def class_counts(self) -> dict[str, int]:
        """Return how many present records each class has: counted as they come and go."""
        return dict(
            self.database.rows(
                "SELECT class, sum(record_count) FROM tally WHERE state = 'present'"
                " AND record_count > 0 GROUP BY class"
            )
        )

    def _streamed(self, query: str, values: Sequence[object]) -> Iterator[CataloguedRecord]:
        seen = Deduplicated(self.database)
        for row in self.database.streamed(query, values):
            yield catalogued_from(row, seen)

    def _note_read(
        self, arrival: Arrival, reports: Sequence[PartReport], *, scanner_version: str, at: datetime
    ) -> bool:
        read = arrival.signature
        version = (
            signed(read.device),
            signed(read.inode),
            read.size_bytes,
            packed_ns(read.modified_ns),
            packed_ns(read.changed_ns),
        )
        changed = self.database.run(
            "UPDATE file SET read_device = ?1, read_inode = ?2, read_size_bytes = ?3,"
            " read_mtime_ns = ?4, read_ctime_ns = ?5, read_link_count = ?6, read_us = ?7,"
            " scanner_version = ?8, outcome = ?9, extent = ?11, attempt_count = 0,"
            " pending = (device, inode, size_bytes, mtime_ns, ctime_ns)"
            " IS NOT (?1, ?2, ?3, ?4, ?5)"
            " WHERE file_id = ?10 AND state = 'present'",
            (
                *version,
                read.link_count,
                packed_instant(at),
                scanner_version,
                least_complete(reports).value,
                arrival.file_id,
                extent_of(reports).value,
            ),
        )
        return changed == 1

    def _forget_records(self, numbers: Iterable[int]) -> None:
        self.database.run_many(
            "DELETE FROM record WHERE record_id = ?", ((number,) for number in numbers)
        )

    def _replace_digests(self, kept: Sequence[tuple[int, str, Sequence[PartReport]]]) -> None:
        self.database.run_many(
            "DELETE FROM value_digest WHERE record_id = ?", ((number,) for number, _, _ in kept)
        )
        self.database.run_many(
            "INSERT OR IGNORE INTO value_digest (digest, entity, record_id) VALUES (?, ?, ?)",
            (
                (bytes.fromhex(value.digest), value.entity, number)
                for number, _, parts in kept
                for part in parts
                for value in part.digests
            ),
        )

    def _replace_unread_parts(self, file_id: int, reports: Sequence[PartReport]) -> None:
        self.database.run("DELETE FROM unread_part WHERE file_id = ?", (file_id,))
        self.database.run_many(
            "INSERT OR REPLACE INTO unread_part (file_id, part, kind, outcome, reason, encrypted)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    file_id,
                    plain(report.address),
                    report.kind,
                    report.outcome.value,
                    packed((report.reason,)) if report.reason else None,
                    report.encrypted,
                )
                for report in reports
                if not report.outcome.is_complete
            ),
        )

    def _note_unseen(self, file_id: int, reports: Sequence[PartReport]) -> None:
        """Put a file into the queue, or take it out, as its reading ended."""
        count = sum(report.awaits_sight for report in reports)
        if count:
            self.database.run(
                "INSERT INTO unseen (file_id, page_count) VALUES (?1, ?2)"
                " ON CONFLICT (file_id) DO UPDATE SET page_count = ?2, attempt_count = 0",
                (file_id, count),
            )
        else:
            self.database.run("DELETE FROM unseen WHERE file_id = ?", (file_id,))

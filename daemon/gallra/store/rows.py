"""From a row of the catalogue to a record of the model, quickly: plans read all of them."""

from typing import Any, Final

from gallra.model.arrival import FileSignature
from gallra.model.exposure import Exposure
from gallra.model.finding import DocumentDate, Precision
from gallra.model.message import Message
from gallra.model.passage import ByteSpan, Direction, Outcome
from gallra.model.record import CataloguedRecord, Classification, Due, Record, RecordState
from gallra.store.accesses import exposure_from
from gallra.store.database import Database, Row, understood
from gallra.store.packing import (
    unpacked_counts,
    unpacked_day,
    unpacked_instant,
    unpacked_messages,
    unpacked_ns,
    unpacked_scores,
    unpacked_words,
    unsigned,
)
from gallra.store.shelf import joined

QUERY: Final = """
SELECT record.record_id, record.file_id, share.name, share.role,
  directory.path, file.name, file.old_path,
  record.part, record.kind, record.outcome, record.encrypted, record.is_incomplete,
  record.is_container, record.size_bytes, record.language, record.entities, record.special,
  record.subjects, record.document_on, record.document_precision, record.document_source,
  record.created_us, record.modified_us, record.first_seen_us,
  record.span_offset, record.span_length, record.span_sha256,
  record.class, record.rule_number, record.because, record.due_on, record.counted_from,
  record.due_because, record.latest_on, record.is_for_a_person, record.state, record.direction,
  file.read_device, file.read_inode, file.read_size_bytes, file.read_mtime_ns,
  file.read_ctime_ns, file.read_link_count, file.read_us, file.pending,
  quarantine.quarantine_id, quarantine.destroy_on,
  access.mode, access.uid, access.gid, access.access_list, reach.readers
FROM record JOIN file ON file.file_id = record.file_id
  JOIN share ON share.share_id = file.share_id
  LEFT JOIN directory ON directory.directory_id = file.directory_id
  LEFT JOIN quarantine ON file.state = 'quarantined' AND quarantine.file_id = file.file_id
    AND quarantine.state = 'quarantined'
  LEFT JOIN access ON file.state = 'present' AND access.access_id = file.access_id
  LEFT JOIN reach ON reach.reach_id = directory.reach_id
"""

_CLOSED: Final = (
    "SELECT share.name, directory.path FROM share CROSS JOIN directory USING (share_id)"
    " WHERE unreadable_errno IS NOT NULL"
)
_MOST_REMEMBERED: Final = 10_000
_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}
_STATES: Final = {state.value: state for state in RecordState}


class Deduplicated:
    """What many records share, found out once: reasons, who reads them, what stands in the way."""

    def __init__(self, database: Database) -> None:
        """Begin with none; learn which directories cannot be reached now."""
        self._messages: dict[str, tuple[Message, ...]] = {}
        self._exposures: dict[tuple[Any, ...], Exposure | None] = {}
        self._closed: dict[str, list[bytes]] = {}
        for share, path in database.rows(_CLOSED):
            self._closed.setdefault(share, []).append(path)

    def is_closed(self, share: str, directory: bytes) -> bool:
        """Tell whether no way leads to a directory; there are few of these, most often none."""
        return bool(self._closed) and any(
            not path or directory == path or directory.startswith(path + b"/")
            for path in self._closed.get(share, ())
        )

    def messages(self, text: str) -> tuple[Message, ...]:
        """Return the messages that ``text`` holds."""
        known = self._messages.get(text)
        if known is None:
            if len(self._messages) >= _MOST_REMEMBERED:
                self._messages.clear()
            known = self._messages[text] = unpacked_messages(text)
        return known

    def exposure(self, columns: tuple[Any, ...]) -> Exposure | None:
        """Return who reads what has these columns; ``None`` where that is not known."""
        try:
            return self._exposures[columns]
        except KeyError:
            if len(self._exposures) >= _MOST_REMEMBERED:
                self._exposures.clear()
            known = self._exposures[columns] = exposure_from(columns)
            return known


@understood
def catalogued_from(row: Row, seen: Deduplicated) -> CataloguedRecord:
    """Return the record that a row of :data:`QUERY` holds."""
    (
        record_id, file_id, share, role, directory, name, old_path,
        part, kind, outcome, encrypted, is_incomplete,
        is_container, size_bytes, language, entities, special,
        subjects, document_on, document_precision, document_source,
        created_us, modified_us, first_seen_us,
        span_offset, span_length, span_sha256,
        class_code, rule_number, because, due_on, counted_from, due_because, latest_on,
        is_for_a_person, state, direction,
        device, inode, read_size_bytes, mtime_ns, ctime_ns, link_count, read_us, pending,
        quarantine_id, destroy_on, *access,
    ) = row  # fmt: skip
    dated = unpacked_day(document_on)
    return CataloguedRecord(
        record=Record(
            record_id=record_id,
            share=share,
            role=role,
            path=joined(directory or b"", name) if old_path is None else old_path,
            part=part,
            kind=kind,
            outcome=_OUTCOMES[outcome],
            is_encrypted=encrypted is not None,
            is_incomplete=bool(is_incomplete),
            size_bytes=size_bytes,
            language=language,
            entities=() if entities == "[]" else unpacked_counts(entities),
            special_categories=() if special == "[]" else unpacked_words(special),
            subjects=() if subjects == "[]" else unpacked_scores(subjects),
            document_date=None
            if dated is None
            else DocumentDate(
                on=dated, precision=Precision(document_precision), source=document_source
            ),
            created_at=None if created_us is None else unpacked_instant(created_us),
            modified_at=unpacked_instant(modified_us),
            first_seen_at=unpacked_instant(first_seen_us),
            read_at=None if read_us is None else unpacked_instant(read_us),
            is_container=bool(is_container),
            direction=Direction(direction) if direction else None,
            span=None
            if span_offset is None
            else ByteSpan(offset_bytes=span_offset, length_bytes=span_length, sha256=span_sha256),
        ),
        classification=Classification(
            class_code=class_code, rule_number=rule_number, because=seen.messages(because)
        ),
        due=Due(
            due_on=unpacked_day(due_on),
            counted_from=unpacked_day(counted_from),
            because=seen.messages(due_because),
            latest_on=unpacked_day(latest_on),
            is_for_a_person=bool(is_for_a_person),
        ),
        state=_STATES[state],
        signature=FileSignature(
            device=unsigned(device or 0),
            inode=unsigned(inode or 0),
            size_bytes=read_size_bytes or 0,
            modified_ns=unpacked_ns(mtime_ns or 0),
            changed_ns=unpacked_ns(ctime_ns or 0),
            link_count=link_count or 0,
        ),
        file_id=file_id,
        is_current=not pending,
        is_reachable=old_path is not None or not seen.is_closed(share, directory or b""),
        quarantine_id=quarantine_id,
        destroy_on=unpacked_day(destroy_on),
        exposure=seen.exposure(tuple(access)),
    )

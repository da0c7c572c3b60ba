"""Which columns a record is written into, and in which order."""

from collections.abc import Sequence
from typing import Final

from gallra.model.finding import PartReport
from gallra.model.passage import Outcome
from gallra.model.record import Classification, Due, Record
from gallra.store.packing import packed, packed_day, packed_instant

_LEAST_COMPLETE_FIRST: Final = (
    Outcome.UNREADABLE,
    Outcome.DAMAGED,
    Outcome.OPAQUE,
    Outcome.TOO_LARGE,
    Outcome.UNSUPPORTED,
    Outcome.READ_IN_PART,
    Outcome.READ,
)


_CONTENT_COLUMNS: Final = (
    "kind, outcome, reason, encrypted, is_incomplete, is_container, size_bytes, language,"
    " entities, special, subjects, document_on, document_precision, document_source,"
    " created_us, modified_us, first_seen_us, span_offset, span_length, span_sha256,"
    " direction"
)
_VERDICT_COLUMNS: Final = (
    "class, rule_number, because, due_on, counted_from, due_because, latest_on,"
    " is_for_a_person, rules_digest"
)
_COLUMNS: Final = f"{_CONTENT_COLUMNS}, {_VERDICT_COLUMNS}"
_MARKS: Final = ", ".join("?" * len(_COLUMNS.split(",")))
INSERT: Final = f"INSERT INTO record ({_COLUMNS}, file_id, part) VALUES ({_MARKS}, ?, ?)"  # noqa: S608 - constants
UPDATE: Final = f"UPDATE record SET ({_COLUMNS}) = ({_MARKS}) WHERE file_id = ? AND part = ?"  # noqa: S608 - constants

RECLASSIFY: Final = (
    f"UPDATE record SET ({_VERDICT_COLUMNS}) ="  # noqa: S608 - constants
    f" ({', '.join('?' * len(_VERDICT_COLUMNS.split(',')))})"
)


def content_columns(record: Record, parts: Sequence[PartReport]) -> tuple[object, ...]:
    """Return what the first columns of :data:`INSERT` hold: what was read."""
    own = next((part for part in parts if part.address == record.part), None)
    span = own.span if own else None
    mark = span or (own.item if own else None)
    dated = record.document_date
    incomplete = min(
        (part for part in parts if part.reason is not None),
        key=lambda part: _LEAST_COMPLETE_FIRST.index(part.outcome),
        default=None,
    )
    encrypted = next((part.encrypted for part in parts if part.encrypted), None)
    return (
        record.kind,
        record.outcome.value,
        packed((incomplete.reason,)) if incomplete else None,
        encrypted or ("encrypted" if record.is_encrypted else None),
        record.is_incomplete,
        record.is_container,
        record.size_bytes,
        record.language,
        packed(record.entities),
        packed(record.special_categories),
        packed(record.subjects),
        packed_day(dated.on) if dated else None,
        dated.precision.value if dated else None,
        dated.source if dated else None,
        None if record.created_at is None else packed_instant(record.created_at),
        packed_instant(record.modified_at),
        packed_instant(record.first_seen_at),
        span.offset_bytes if span else None,
        span.length_bytes if span else None,
        mark.sha256 if mark else None,
        record.direction.value if record.direction else None,
    )


def verdict_columns(
    classification: Classification, due: Due, rules_digest: str
) -> tuple[object, ...]:
    """Return what the columns after them hold: what was decided."""
    return (
        classification.class_code,
        classification.rule_number,
        packed(classification.because),
        packed_day(due.due_on),
        packed_day(due.counted_from),
        packed(due.because),
        packed_day(due.latest_on),
        due.is_for_a_person,
        rules_digest,
    )


def least_complete(reports: Sequence[PartReport]) -> Outcome:
    """Return the outcome of a file: that of the part of which least could be read."""
    return min(
        (report.outcome for report in reports),
        key=_LEAST_COMPLETE_FIRST.index,
        default=Outcome.UNREADABLE,
    )


def grouped(reports: Sequence[PartReport], parts: Sequence[str]) -> dict[str, Sequence[PartReport]]:
    """Give each report to the innermost record that it is inside."""
    grouped: dict[str, list[PartReport]] = {part: [] for part in parts}
    for report in reports:
        address = report.address
        while address not in grouped and address:
            address, _, _ = address.rpartition("!")
        if address in grouped:
            grouped[address].append(report)
    return dict(grouped)

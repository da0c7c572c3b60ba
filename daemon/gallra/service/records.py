"""Fold what the sandbox reported, part by part, into the records that have a fate."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time

from gallra.content.direction import direction_in
from gallra.model.arrival import Arrival
from gallra.model.finding import DocumentDate, PartReport, Precision
from gallra.model.passage import Direction, Outcome
from gallra.model.record import Record
from gallra.model.share import Share
from gallra.policy.folders import dated

MAILBOX_KINDS = frozenset({"mbox", "olm", "pst"})
"""Files whose messages are records of their own."""
_MESSAGE = "msg:"


def records_from(  # noqa: PLR0913 - what is known of the file besides its parts
    arrival: Arrival,
    reports: Sequence[PartReport],
    *,
    share: Share,
    created_at: datetime | None,
    first_seen_at: datetime,
    read_at: datetime,
    messages_seen_at: Mapping[str, datetime] | None = None,
) -> tuple[Record, ...]:
    """Return the records in one file: the file itself, then each message of a mailbox.

    An attachment, a sheet or an archive member belongs to the record that it is inside, and
    what was found in it counts as found there. Only a file that *is* a mailbox has messages
    for records; a mailbox inside an archive cannot be acted on by message.

    Args:
        arrival: The version of the file that was read.
        reports: Every part, in any order; exactly one has the address ``""``.
        share: Where the file lies.
        created_at: The file's birth time, where the filesystem knows it.
        first_seen_at: When gallra first saw this path.
        read_at: When this version was read.
        messages_seen_at: When messages of this mailbox were first seen, by the SHA-256 of their
            bytes; others are as new as this reading, unless the whole file is.
    """
    known = messages_seen_at or {}
    top = next(report for report in reports if report.address == "")
    is_container = top.kind in MAILBOX_KINDS
    groups: dict[str, list[PartReport]] = {"": [top]}
    for report in reports:
        if report is top:
            continue
        owner = report.address.partition("!")[0] if is_container else ""
        if not owner.startswith(_MESSAGE):
            owner = ""  # of the mailbox itself: what no message has a share in
        groups.setdefault(owner, []).append(report)
    modified_at = datetime.fromtimestamp(arrival.signature.modified_ns / 1e9, UTC)
    return tuple(
        _record(
            arrival,
            address,
            parts,
            share=share,
            created_at=_sent_at(parts[0]) if address else created_at,
            modified_at=(_sent_at(parts[0]) or modified_at) if address else modified_at,
            first_seen_at=_seen_at(parts[0], known, first_seen_at, read_at),
            read_at=read_at,
            is_container=is_container and not address,
        )
        for address, parts in groups.items()
    )


def _record(  # noqa: PLR0913 - one for each thing a record knows of its file
    arrival: Arrival,
    address: str,
    parts: Sequence[PartReport],
    *,
    share: Share,
    created_at: datetime | None,
    modified_at: datetime,
    first_seen_at: datetime,
    read_at: datetime,
    is_container: bool,
) -> Record:
    own = parts[0]
    counted: Counter[str] = Counter()
    subjects: dict[str, float] = {}
    for part in parts:
        counted.update(dict(part.entities))
        for subject in part.subjects:
            subjects[subject.kind] = max(subject.score, subjects.get(subject.kind, 0.0))
    return Record(
        record_id=0,
        share=share.name,
        role=share.role,
        path=arrival.path,
        part=address,
        kind=own.kind,
        outcome=_outcome(parts),
        is_encrypted=any(part.encrypted is not None for part in parts),
        size_bytes=_size_bytes(own, arrival),
        language=_language(parts),
        entities=tuple(sorted(counted.items())),
        special_categories=tuple(sorted({each for p in parts for each in p.special_categories})),
        subjects=tuple(sorted(subjects.items(), key=lambda pair: (-pair[1], pair[0]))),
        document_date=_latest(parts) if own.is_message else dated(_latest(parts), arrival.path),
        created_at=created_at,
        modified_at=modified_at,
        first_seen_at=first_seen_at,
        read_at=read_at,
        is_container=is_container,
        direction=_direction(own, arrival.path),
        span=own.span if address else None,
    )


def _direction(own: PartReport, path: bytes) -> Direction | None:
    """Return which way a message went; a folder of sent mail outranks what servers wrote."""
    if not own.is_message:
        return None
    folders = path.decode("utf-8", "replace").rpartition("/")[0]
    by_folder = direction_in((folders,)) if folders else None
    return by_folder if by_folder is Direction.SENT else own.direction or by_folder


def _size_bytes(own: PartReport, arrival: Arrival) -> int:
    if own.span is not None:
        return own.span.length_bytes
    if own.item is not None:
        return own.item.size_bytes
    return arrival.signature.size_bytes


def _seen_at(
    part: PartReport, known: Mapping[str, datetime], file_seen_at: datetime, read_at: datetime
) -> datetime:
    """Return since when a record is known; a message that came later is younger than its file."""
    mark = part.span or part.item
    if mark is None or not known:
        return file_seen_at
    return known.get(mark.sha256, read_at)


def _outcome(parts: Sequence[PartReport]) -> Outcome:
    """Return how the whole was read: in full only where every part of it was."""
    own = parts[0].outcome
    if own is Outcome.READ and any(part.outcome is not Outcome.READ for part in parts):
        return Outcome.READ_IN_PART
    return own


def _language(parts: Iterable[PartReport]) -> str:
    """Return the language of most of the text."""
    weights: Counter[str] = Counter()
    for part in parts:
        weights[part.language] += part.character_count
    weights["other"] = min(weights["other"], 1) if len(weights) > 1 else weights["other"]
    return weights.most_common(1)[0][0]


def _latest(parts: Sequence[PartReport]) -> DocumentDate | None:
    """Return the latest date that the record speaks of, so that nothing is due too early.

    What a document's name and text say outranks its properties, which every saving moves: a
    list of 2021 does not become younger by being opened. A message was sent when it was sent,
    whatever it talks of, so its header counts beside the rest.
    """
    dates = [part.document_date for part in parts if part.document_date is not None]
    dates += [_stated(part.stated_on) for part in parts if part.stated_on is not None]
    if not parts[0].is_message:
        dates = [each for each in dates if each.source in {"name", "text"}] or dates
    return max(dates, key=lambda each: each.on, default=None)


def _stated(on: date) -> DocumentDate:
    return DocumentDate(on=on, precision=Precision.DAY, source="header")


def _sent_at(message: PartReport) -> datetime | None:
    if message.stated_on is None:
        return None
    return datetime.combine(message.stated_on, time(12), UTC)

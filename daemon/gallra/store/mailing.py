"""How messages were sent, as the catalogue keeps it: digests, and what each attachment holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from gallra.model.finding import PartReport
from gallra.model.mailed import AttachmentFacts, Mailed
from gallra.model.mailing import Correspondent, Field, MailFacts
from gallra.model.passage import Direction
from gallra.store.database import Database, Row, understood
from gallra.store.packing import (
    packed,
    packed_instant,
    plain,
    unpacked_counts,
    unpacked_instant,
    unpacked_scores,
    unpacked_words,
)
from gallra.store.shelf import Shelf, joined

_FLAGS: Final = (
    "is_invitation", "has_notice", "shows_participants", "states_password", "is_cut",
)  # fmt: skip
_STATES_PASSWORD: Final = 1 << _FLAGS.index("states_password")
_DIGEST_BYTES: Final = 16
_AT_A_TIME: Final = 500
_MOST_AT_A_TIME: Final = 20_000
"""Messages, and receivers of them, that are held at once; a single message has all of its own."""

_SELECT: Final = (
    "SELECT record.record_id, share.name, share.role, directory.path, file.name,"
    " file.old_path, record.part,"
    " record.direction, record.entities, record.special, record.subjects, record.encrypted,"
    " envelope.message_id, envelope.answered, envelope.topics, envelope.sent_us, envelope.sender,"
    " envelope.sender_domains, envelope.resender, envelope.resender_domains, envelope.flags,"
    " envelope.headed, envelope.named"
    " FROM envelope JOIN record USING (record_id) JOIN file USING (file_id)"
    " LEFT JOIN directory USING (directory_id) JOIN share ON share.share_id = file.share_id"
)
_STANDING: Final = "record.state IN ('present', 'quarantined')"
_OF_REGISTERS: Final = (
    "SELECT DISTINCT value_digest.entity, value_digest.digest FROM record"  # noqa: S608 - constants
    f" JOIN value_digest USING (record_id) WHERE {_STANDING} AND NOT EXISTS"
    " (SELECT 1 FROM envelope WHERE envelope.record_id = record.record_id) AND"
)


def replace_mail(database: Database, kept: Iterable[tuple[int, str, Sequence[PartReport]]]) -> None:
    """Write how the messages of a file were sent, in the place of what was known.

    Args:
        database: Within a transaction.
        kept: For each record its number, its part and the reports of all that is in it.
    """
    for number, part, reports in kept:
        facts = facts_of(part, reports)
        if facts is None:
            continue
        database.run("DELETE FROM envelope WHERE record_id = ?", (number,))
        database.run("DELETE FROM recipient WHERE record_id = ?", (number,))
        database.run("DELETE FROM attachment WHERE record_id = ?", (number,))
        database.run(
            f"INSERT INTO envelope VALUES ({', '.join('?' * 12)})",  # noqa: S608 - marks alone
            _envelope_columns(number, facts),
        )
        database.run_many(
            "INSERT OR IGNORE INTO recipient VALUES (?, ?, ?, ?, ?)",
            (
                (number, each.field.value, _one(each.address), _joined(each.also),
                 _joined(each.domains))
                for each in facts.recipients
            ),
        )  # fmt: skip
        database.run_many(
            "INSERT OR IGNORE INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, plain(each.name), each.kind, packed(each.methods), packed(each.entities),
                 packed(each.special_categories), packed(each.subjects))
                for each in attachments_of(part, reports)
            ),
        )  # fmt: skip


def facts_of(part: str, reports: Sequence[PartReport]) -> MailFacts | None:
    """Return the facts of a record that is a message, with those of calendars in it.

    A calendar file that is a record of its own is a message of its own: a meeting.
    """
    own = next((each for each in reports if each.address == part), None)
    if own is None or own.mail is None:
        return None
    if own.kind == "ics":
        return own.mail
    meetings = [
        each.mail
        for each in reports
        if each.kind == "ics" and each.mail is not None and "!" not in _below(each.address, part)
    ]
    if not meetings:
        return own.mail
    return _with_meetings(own.mail, meetings)


def _with_meetings(facts: MailFacts, meetings: Sequence[MailFacts]) -> MailFacts:
    attendees = {each.address: each for meeting in meetings for each in meeting.recipients}
    everything = (facts, *meetings)
    return MailFacts(
        message_id=facts.message_id,
        references=facts.references,
        topics=facts.topics,
        sent_at=facts.sent_at,
        sender=facts.sender,
        resender=facts.resender,
        recipients=(*facts.recipients, *attendees.values()),
        is_cut=any(each.is_cut for each in everything),
        is_invitation=True,
        has_notice=any(each.has_notice for each in everything),
        shows_participants=any(each.shows_participants for each in everything),
        states_password=any(each.states_password for each in everything),
        headed=tuple(sorted({value for each in everything for value in each.headed})),
        named=tuple(sorted({value for each in everything for value in each.named})),
    )


def attachments_of(part: str, reports: Sequence[PartReport]) -> Iterator[AttachmentFacts]:
    """Yield each attachment of which there is anything to say, with all that is inside it."""
    groups: dict[str, list[PartReport]] = {}
    for report in reports:
        if report.address != part:
            groups.setdefault(_below(report.address, part).partition("!")[0], []).append(report)
    for name, inside in groups.items():
        counted: Counter[str] = Counter()
        for each in inside:
            counted.update(dict(each.entities))
        methods = tuple(dict.fromkeys(each.encrypted for each in inside if each.encrypted))
        if not counted and not methods:
            continue
        yield AttachmentFacts(
            name=name,
            kind=inside[0].kind,
            methods=methods,
            entities=tuple(sorted(counted.items())),
            special_categories=tuple(
                sorted({category for each in inside for category in each.special_categories})
            ),
            subjects=tuple(sorted({subject.kind for each in inside for subject in each.subjects})),
        )


def _below(address: str, part: str) -> str:
    return address.removeprefix(f"{part}!") if part else address


class Mailings(Shelf):
    """The messages of all shares, one after the other."""

    def mail_change_count(self) -> int:
        """Return a number that is another one after anything about messages has changed."""
        return self.database.number("SELECT change_count FROM mail_change")

    def mailed(self) -> Iterator[Mailed]:
        """Yield every message that is there or in quarantine, with flat memory."""
        batch: list[Row] = []
        for row in self.database.streamed(f"{_SELECT} WHERE {_STANDING} ORDER BY record_id"):
            batch.append(row)
            if len(batch) >= _AT_A_TIME:
                yield from self._filled(batch)
                batch = []
        yield from self._filled(batch)

    def mailed_record(self, record_id: int) -> Mailed | None:
        """Return one message."""
        rows = self.database.rows(f"{_SELECT} WHERE envelope.record_id = ?", (record_id,))
        return next(self._filled(rows), None)

    def values_outside_address_lines(self, mailed: Mailed) -> frozenset[tuple[str, str]]:
        """Return the entity and the digest of each value that a message speaks of."""
        headed = set(mailed.facts.headed)
        return frozenset(
            (entity, found)
            for entity, digest in self.database.rows(
                "SELECT entity, digest FROM value_digest WHERE record_id = ?", (mailed.record_id,)
            )
            if (found := digest.hex()) not in headed
        )

    def values_of_registers(
        self, *, class_code: str, record_ids: Iterable[int]
    ) -> frozenset[tuple[str, str]]:
        """Return entity and digest of all that occurs in the club's registers of members.

        Messages are none, whatever their attachments are: who got one is no member by that.

        Args:
            class_code: The class of registers.
            record_ids: Other records that are one.
        """
        found = {
            (entity, digest.hex())
            for entity, digest in self.database.rows(
                f"{_OF_REGISTERS} record.class = ?", (class_code,)
            )
        }
        for record_id in record_ids:
            rows = self.database.rows(f"{_OF_REGISTERS} record.record_id = ?", (record_id,))
            found |= {(entity, digest.hex()) for entity, digest in rows}
        return frozenset(found)

    def files_of(self, share: str) -> Iterator[tuple[int, bytes]]:
        """Yield the record and the path of each file of a share that is no mailbox."""
        for record_id, directory, name in self.database.streamed(
            "SELECT record.record_id, directory.path, file.name FROM file"
            " JOIN directory USING (directory_id) JOIN record USING (file_id)"
            " WHERE file.share_id = ? AND file.state = 'present' AND record.part = ''"
            " AND NOT record.is_container",
            (self.share_id(share),),
        ):
            yield record_id, joined(directory, name)

    def _filled(self, rows: Sequence[Row]) -> Iterator[Mailed]:
        """Yield messages with their receivers and attachments."""
        if not rows:
            return
        numbers = [row[0] for row in rows]
        marks = ", ".join("?" * len(numbers))
        if len(rows) > 1 and self._recipient_count(numbers) > _MOST_AT_A_TIME:
            half = len(rows) // 2  # mailings to thousands: fewer of them are held at once
            yield from self._filled(rows[:half])
            yield from self._filled(rows[half:])
            return
        recipients: dict[int, list[Correspondent]] = {}
        for number, *columns in self.database.rows(
            f"SELECT * FROM recipient WHERE record_id IN ({marks})",  # noqa: S608 - marks alone
            numbers,
        ):
            recipients.setdefault(number, []).append(_correspondent(*columns))
        attachments: dict[int, list[AttachmentFacts]] = {}
        for number, *columns in self.database.rows(
            f"SELECT * FROM attachment WHERE record_id IN ({marks})",  # noqa: S608 - marks alone
            numbers,
        ):
            attachments.setdefault(number, []).append(_attachment(*columns))
        for row in rows:
            yield _mailed(row, recipients.get(row[0], ()), attachments.get(row[0], ()))

    def _recipient_count(self, numbers: Sequence[int]) -> int:
        marks = ", ".join("?" * len(numbers))
        return self.database.number(
            f"SELECT count(*) FROM recipient WHERE record_id IN ({marks})",  # noqa: S608 - marks alone
            numbers,
        )


def _envelope_columns(number: int, facts: MailFacts) -> tuple[object, ...]:
    flags = sum(getattr(facts, name) << place for place, name in enumerate(_FLAGS))
    return (
        number,
        _one(facts.message_id) if facts.message_id else None,
        _joined(facts.references),
        _joined(facts.topics),
        None if facts.sent_at is None else packed_instant(facts.sent_at),
        _joined(facts.sender.digests if facts.sender else ()),
        _joined(facts.sender.domains if facts.sender else ()),
        _joined(facts.resender.digests if facts.resender else ()),
        _joined(facts.resender.domains if facts.resender else ()),
        flags,
        _joined(facts.headed),
        _joined(facts.named),
    )


@understood
def _mailed(
    row: Row, recipients: Sequence[Correspondent], attachments: Sequence[AttachmentFacts]
) -> Mailed:
    (
        number, share, role, directory, name, old_path, part, direction, entities, special,
        subjects, encrypted, message_id, answered, topics, sent_us, sender, sender_domains,
        resender, resender_domains, flags, headed, named,
    ) = row  # fmt: skip
    said = {each: bool(flags >> place & 1) for place, each in enumerate(_FLAGS)}
    return Mailed(
        record_id=number,
        share=share,
        role=role,
        path=old_path if directory is None else joined(directory, name),
        part=part,
        direction=None if direction is None else Direction(direction),
        facts=MailFacts(
            message_id=None if message_id is None else message_id.hex(),
            references=_parted(answered),
            topics=_parted(topics),
            sent_at=None if sent_us is None else unpacked_instant(sent_us),
            sender=_somebody(sender, sender_domains),
            resender=_somebody(resender, resender_domains),
            recipients=tuple(recipients),
            headed=_parted(headed),
            named=_parted(named),
            **said,
        ),
        attachments=tuple(attachments),
        entities=unpacked_counts(entities),
        special_categories=unpacked_words(special),
        subjects=tuple(kind for kind, _ in unpacked_scores(subjects)),
        is_encrypted=encrypted is not None,
    )


@understood
def _correspondent(field: str, address: bytes, also: bytes, domains: bytes) -> Correspondent:
    return Correspondent(
        field=Field(field), address=address.hex(), also=_parted(also), domains=_parted(domains)
    )


@understood
def _attachment(  # noqa: PLR0913, PLR0917 - its columns
    part: str, kind: str, methods: str, entities: str, special: str, subjects: str
) -> AttachmentFacts:
    return AttachmentFacts(
        name=part,
        kind=kind,
        methods=unpacked_words(methods),
        entities=unpacked_counts(entities),
        special_categories=unpacked_words(special),
        subjects=unpacked_words(subjects),
    )


def _somebody(digests: bytes, domains: bytes) -> Correspondent | None:
    address, *also = _parted(digests) or ("",)
    if not address:
        return None
    return Correspondent(
        field=Field.TO, address=address, also=tuple(also), domains=_parted(domains)
    )


def _one(digest: str) -> bytes:
    return bytes.fromhex(digest)


def _joined(digests: Iterable[str]) -> bytes:
    return b"".join(map(bytes.fromhex, digests))


def _parted(joined_digests: bytes) -> tuple[str, ...]:
    return tuple(
        joined_digests[at : at + _DIGEST_BYTES].hex()
        for at in range(0, len(joined_digests), _DIGEST_BYTES)
    )

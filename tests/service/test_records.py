"""Parts are folded into the records that have a fate."""

from dataclasses import replace
from datetime import UTC, date, datetime

from gallra.model.arrival import Arrival, FileSignature
from gallra.model.finding import DocumentDate, PartReport, Precision, Subject
from gallra.model.passage import ByteSpan, Direction, MailboxItem, Outcome
from gallra.model.share import Share, ShareRole
from gallra.service.records import records_from

SEEN = datetime(2026, 1, 2, tzinfo=UTC)
ARRIVAL = Arrival(
    file_id=7,
    share="klubb",
    path=b"post/inbox.mbox",
    signature=FileSignature(
        device=1, inode=2, size_bytes=900, modified_ns=1_700_000_000_000_000_000, changed_ns=0
    ),
)
SHARE = Share(
    name="klubb", path=b"/srv/k", role=ShareRole.MAIL_EXPORT, quarantine=b"/srv/q", line=1
)


def part(address="", kind="txt", outcome=Outcome.READ, **changes):
    return PartReport(address=address, kind=kind, outcome=outcome, **changes)


def fold(*reports):
    return records_from(
        ARRIVAL, reports, share=SHARE, created_at=None, first_seen_at=SEEN, read_at=SEEN
    )


def test_a_file_is_one_record_with_all_that_is_inside_it():
    (record,) = fold(
        part(kind="docx", entities=(("PERSON", 2),), language="sv", character_count=90),
        part(
            "bilaga.xlsx",
            entities=(("PERSON", 3), ("SALARY", 1)),
            special_categories=("HEALTH",),
            language="nb",
            character_count=10,
        ),
    )

    assert record.entities == (("PERSON", 5), ("SALARY", 1))
    assert record.special_categories == ("HEALTH",)
    assert (record.kind, record.language, record.outcome) == ("docx", "sv", Outcome.READ)


def test_each_message_of_a_mailbox_is_a_record_with_its_attachments():
    span = ByteSpan(offset_bytes=0, length_bytes=400, sha256="00" * 32)
    box, first, second = fold(
        part(kind="mbox"),
        part("msg:1", kind="message", span=span, stated_on=date(2024, 5, 1), is_message=True),
        part("msg:1!lön.xlsx", kind="xlsx", entities=(("SALARY", 4),)),
        part("msg:2", kind="message", outcome=Outcome.OPAQUE, encrypted="S/MIME"),
    )

    assert (box.is_container, box.entities) == (True, ())
    assert (first.part, first.entities, first.size_bytes) == ("msg:1", (("SALARY", 4),), 400)
    assert first.created_at == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert (second.part, second.is_encrypted, second.outcome) == ("msg:2", True, Outcome.OPAQUE)


def test_a_mailbox_inside_an_archive_belongs_to_the_archive():
    (record,) = fold(
        part(kind="zip"),
        part("inbox.mbox", kind="mbox"),
        part("inbox.mbox!msg:1", kind="message", entities=(("PERSON", 1),)),
    )

    assert record.entities == (("PERSON", 1),)


def test_a_file_with_an_unread_part_was_not_read_in_full():
    (record,) = fold(part(kind="eml"), part("foto.jpg", outcome=Outcome.UNSUPPORTED))

    assert record.outcome is Outcome.READ_IN_PART


def test_the_latest_date_counts_so_that_nothing_is_due_too_early():
    def on(year, source):
        return DocumentDate(on=date(year, 12, 31), precision=Precision.YEAR, source=source)

    (record,) = fold(
        part(kind="xlsx", document_date=on(2019, "name"), stated_on=date(2026, 1, 1)),
        part("sheet:Lön", document_date=on(2021, "text")),
    )

    assert record.document_date == on(2021, "text")


def test_a_message_is_as_old_as_its_header_says_whatever_is_attached():
    (record,) = fold(
        part(kind="eml", is_message=True, stated_on=date(2023, 7, 22)),
        part(
            "lön 2018.xlsx",
            document_date=DocumentDate(
                on=date(2018, 12, 31), precision=Precision.YEAR, source="name"
            ),
        ),
    )

    assert record.document_date.on == date(2023, 7, 22)


def test_what_a_document_is_counts_with_its_best_evidence():
    (record,) = fold(
        part(subjects=(Subject(kind="case", score=0.6),)),
        part(
            "a", subjects=(Subject(kind="salary-list", score=0.9), Subject(kind="case", score=0.7))
        ),
    )

    assert record.subjects == (("salary-list", 0.9), ("case", 0.7))


def test_an_item_of_a_mailbox_file_keeps_its_age_by_what_it_holds():
    read_at = datetime(2026, 3, 1, tzinfo=UTC)
    box, kept, came = records_from(
        ARRIVAL,
        [
            part(kind="pst"),
            part(
                "msg:2097188",
                kind="message",
                item=MailboxItem(identifier="2097188", sha256="a" * 64, size_bytes=70),
            ),
            part(
                "msg:2097220",
                kind="contact",
                item=MailboxItem(identifier="2097220", sha256="b" * 64),
            ),
            part("msg:2097220!a.txt", entities=(("PERSON", 1),)),
        ],
        share=SHARE,
        created_at=None,
        first_seen_at=SEEN,
        read_at=read_at,
        messages_seen_at={"a" * 64: SEEN},
    )

    assert box.is_container
    assert (kept.size_bytes, kept.first_seen_at) == (70, SEEN)
    assert (came.first_seen_at, came.entities) == (read_at, (("PERSON", 1),))


def test_the_way_of_a_message_is_told_by_its_folder_before_its_servers():
    def way(path, **changes):
        (record,) = records_from(
            replace(ARRIVAL, path=path),
            [part(kind="eml", is_message=True, **changes)],
            share=SHARE,
            created_at=None,
            first_seen_at=SEEN,
            read_at=SEEN,
        )
        return record.direction

    received = Direction.RECEIVED
    assert way(b"Maildir/.Skickat/cur/1.M1P1.host:2,S", direction=received) is Direction.SENT
    assert way(b"Maildir/.Sendte elementer/cur/1", direction=None) is Direction.SENT
    assert way(b"Maildir/cur/1", direction=received) is received
    assert way(b"Maildir/.Utkast/new/1") is Direction.DRAFT
    assert way(b"1.eml") is None
    (other,) = fold(part(kind="docx", direction=None))
    assert other.direction is None

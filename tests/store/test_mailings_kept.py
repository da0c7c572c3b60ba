"""How messages were sent comes back as it was read, however many receivers there are."""

from datetime import UTC, datetime

import pytest

from gallra.model.arrival import Arrival, FileSignature
from gallra.model.finding import PartReport, Subject
from gallra.model.mailing import Correspondent, Field, MailFacts
from gallra.model.passage import Direction, Outcome
from gallra.model.record import Classification, Due, Record
from gallra.store.catalogue import Catalogue

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SIGNATURE = FileSignature(device=1, inode=1, size_bytes=1, modified_ns=1, changed_ns=1)


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "catalogue.db") as opened:
        database = opened.database
        database.run("INSERT INTO share (share_id, name, role) VALUES (1, 'epost', 'mail-export')")
        database.run("INSERT INTO directory (directory_id, share_id, path) VALUES (1, 1, x'')")
        database.run(
            "INSERT INTO file (file_id, share_id, directory_id, name, device, inode, size_bytes,"
            " mtime_ns, ctime_ns, link_count, mode, uid, gid, first_seen_us, ready_us)"
            " VALUES (1, 1, 1, CAST('a.mbox' AS BLOB), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"
        )
        yield opened


def digest(number):
    return f"{number:032x}"


def facts(number, *, receivers=2):
    return MailFacts(
        message_id=digest(number),
        references=(digest(8), digest(9)),
        topics=(digest(7),),
        sent_at=NOON,
        sender=Correspondent(
            field=Field.TO, address=digest(1), also=(digest(2),), domains=(digest(3),)
        ),
        recipients=tuple(
            Correspondent(field=Field.BCC, address=digest(100 + each), domains=(digest(4),))
            for each in range(receivers)
        ),
        is_invitation=True,
        states_password=True,
        headed=(digest(5),),
        named=(digest(6),),
    )


def report(address, **more):
    return PartReport(address=address, kind="message", outcome=Outcome.READ, **more)


def store(catalogue, *reports):
    records = [
        Record(
            record_id=0,
            share="epost",
            role="mail-export",
            path=b"a.mbox",
            part=each.address,
            kind=each.kind,
            outcome=each.outcome,
            modified_at=NOON,
            first_seen_at=NOON,
            direction=Direction.SENT,
            is_container=not each.address,
        )
        for each in reports
        if "!" not in each.address
    ]
    judged = (
        Classification(class_code="mail", rule_number=None, because=()),
        Due(due_on=None, counted_from=None, because=()),
    )
    assert catalogue.store_reports(
        Arrival(file_id=1, share="epost", path=b"a.mbox", signature=SIGNATURE),
        reports,
        [(each, *judged) for each in records],
        rules_digest="",
        scanner_version="1",
        at=NOON,
    )


BOX = PartReport(address="", kind="mbox", outcome=Outcome.READ)


def test_what_was_kept_comes_back_the_same(catalogue):
    store(
        catalogue,
        BOX,
        report("msg:1", mail=facts(11)),
        PartReport(
            address="msg:1!lista.xlsx",
            kind="xlsx",
            outcome=Outcome.READ,
            subjects=(Subject(kind="member-register", score=0.9),),
        ),
        PartReport(
            address="msg:1!lista.xlsx!sheet:Blad1",
            kind="sheet",
            outcome=Outcome.READ,
            entities=(("PERSON", 3),),
            special_categories=("UNION_MEMBERSHIP",),
        ),
        PartReport(
            address="msg:1!l.zip!a.txt", kind="txt", outcome=Outcome.OPAQUE, encrypted="zip AES-256"
        ),
        PartReport(address="msg:1!tom.txt", kind="txt", outcome=Outcome.READ),
    )

    (mailed,) = catalogue.mailed()

    assert mailed.facts == facts(11)
    assert (mailed.share, mailed.path, mailed.part) == ("epost", b"a.mbox", "msg:1")
    assert mailed.direction is Direction.SENT
    by_name = {each.name: each for each in mailed.attachments}
    assert set(by_name) == {"lista.xlsx", "l.zip"}
    assert by_name["lista.xlsx"].subjects == ("member-register",)
    assert by_name["lista.xlsx"].entities == (("PERSON", 3),)
    assert by_name["l.zip"].methods == ("zip AES-256",)


def test_those_who_are_asked_to_a_meeting_are_receivers_of_its_message_alone(catalogue):
    attendee = Correspondent(field=Field.ATTENDEE, address=digest(50))
    meeting = MailFacts(recipients=(attendee,), is_invitation=True)
    calendar = {"kind": "ics", "outcome": Outcome.READ, "mail": meeting}
    store(
        catalogue,
        BOX,
        report("msg:1", mail=facts(11)),
        PartReport(address="msg:1!mote.ics", **calendar),
        report("msg:2", mail=facts(12)),
        PartReport(address="msg:2!vidare.eml!mote.ics", **calendar),
    )

    first, second = catalogue.mailed()

    assert attendee in first.facts.recipients
    assert second.facts == facts(12)


def test_what_is_read_anew_takes_the_place_of_what_was_known(catalogue):
    before = catalogue.mail_change_count()
    store(catalogue, BOX, report("msg:1", mail=facts(11)), report("msg:2", mail=facts(12)))
    between = catalogue.mail_change_count()
    store(catalogue, BOX, report("msg:1", mail=facts(13, receivers=1)))

    (mailed,) = catalogue.mailed()

    assert mailed.facts == facts(13, receivers=1)
    assert before < between < catalogue.mail_change_count()
    assert catalogue.database.number("SELECT count(*) FROM recipient") == 1


def test_mailings_to_thousands_come_one_by_one(catalogue):
    numbers = range(1, 4)
    store(
        catalogue,
        BOX,
        *(report(f"msg:{each}", mail=facts(each, receivers=15_000)) for each in numbers),
    )

    found = list(catalogue.mailed())

    assert [each.facts.message_id for each in found] == [digest(each) for each in numbers]
    assert all(len(each.facts.recipients) == 15_000 for each in found)

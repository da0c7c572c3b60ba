"""What a message tells of how it was sent, as digests and yes or no."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.content.reader import read
from gallra.detect.addresses import address_in, domains_of, name_in, spellings_of
from gallra.detect.engine import Detector
from gallra.detect.mailing import MailReader
from gallra.model.finding import Detection
from gallra.model.mailing import Field
from gallra.model.passage import Outcome, Part, Passage
from gallra.store.keys import Keys

KEYS = Keys(bytes(32)).digest_keys()
READER = MailReader(KEYS)


@pytest.fixture(scope="module")
def detector():
    return Detector(digest_keys=KEYS)


def parts_of(text, tmp_path, name="x.eml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(read(descriptor, name))
    finally:
        os.close(descriptor)


def text_part(text):
    passages = (Passage(where="body", text=text),)
    return Part(address="", kind="txt", outcome=Outcome.READ, passages=passages)


def facts_of(text, tmp_path, name="x.eml"):
    return READER.facts(parts_of(text, tmp_path, name)[0], Detection())


def fields_of(facts, field):
    return [each.address for each in facts.recipients if each.field is field]


def digest(address):
    return READER.digests_of(address)[0]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Kari Ås <kari@example.no>", "kari@example.no"),
        ('"anna@privat.example" <lista@klubb.example>', "lista@klubb.example"),
        ("anna@example.se (Anna)", "anna@example.se"),
        ("Anna <anna@example.se", "anna@example.se"),
        ("mailto:anna@example.se", "anna@example.se"),
        ("undisclosed-recipients:;", None),
        ("anna@", None),
        ("@example.se", None),
        ("<>", None),
        ("", None),
        ("/O=ORG/OU=EX/CN=ANNA", None),
        ("a" * 65 + "@example.se", None),
    ],
)
def test_an_address_is_what_stands_in_its_brackets(written, address):
    assert address_in(written) == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna.Berg@Example.SE", "anna.berg@example.se"),
        ("anna+klubben@example.se", "anna@example.se"),
        ("anna@blåbär.example", "anna@xn--blbr-noae.example"),
        ("anna@BLÅBÄR.example", "anna@blåbär.example"),
        ("anna@bla\u030aba\u0308r.example", "anna@blåbär.example"),
    ],
)
def test_ways_to_write_one_mailbox_have_one_digest(one, other):
    assert digest(one) == digest(other)


def test_what_a_register_says_is_among_the_digests(detector):
    found = {
        each.digest
        for each in detector.find(text_part("Anna Berg, anna+klubben@example.se")).findings
        if each.entity == "EMAIL_ADDRESS"
    }
    assert found
    assert found <= set(READER.digests_of("Anna+Klubben@example.se"))


def test_domains_above_are_known_too_but_no_topmost_one():
    assert domains_of("a.b.example.se") == ("a.b.example.se", "b.example.se", "example.se")
    assert domains_of("se") == ("se",)


def test_addresses_stand_in_their_fields(tmp_path):
    facts = facts_of(
        "From: Klubben <klubben@example.org>\nTo: =?utf-8?q?=C3=85sa_Bj=C3=B6rk?=\n"
        " <asa@example.se>,\n\tBo <bo@example.se>\nCc: c@example.se\nBcc: d@example.se\n"
        "Resent-From: e@example.org\nResent-To: f@example.se\nResent-Bcc: g@example.se\n"
        "Subject: Hej\n\nHej\n",
        tmp_path,
    )

    assert fields_of(facts, Field.TO) == [digest("asa@example.se"), digest("bo@example.se")]
    assert fields_of(facts, Field.CC) == [digest("c@example.se")]
    assert fields_of(facts, Field.BCC) == [digest("d@example.se")]
    assert fields_of(facts, Field.RESENT) == [digest("f@example.se")]
    assert fields_of(facts, Field.RESENT_BCC) == [digest("g@example.se")]
    assert facts.sender.address == digest("klubben@example.org")
    assert facts.resender.address == digest("e@example.org")


def test_nobody_is_to_see_whom_a_group_without_members_holds(tmp_path):
    assert facts_of("To: undisclosed-recipients:;\n\nHej\n", tmp_path).recipients == ()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Anna Berg", "Anna Berg"),
        ('"Anna Berg" </O=ORG/CN=ANNA>', "Anna Berg"),
        ("undisclosed-recipients:;", None),
        ("undisclosed-recipients:", None),
        ("anna@", None),
        ("Anna <anna@example.se>", None),
        ("", None),
        ("?", None),
        ("x" * 101, None),
    ],
)
def test_a_name_out_of_an_address_book_stands_for_its_owner(written, name):
    assert name_in(written) == name


def test_a_name_alone_has_the_digest_of_the_name(detector, tmp_path):
    facts = facts_of("From: k@example.org\nTo: Anna Berg </O=ORG/CN=ANNA>\n\nHej\n", tmp_path)
    register = detector.find(text_part("Namn;Avdelning\nAnna Berg;Visby\nBo Ek;Visby\n"))

    (receiver,) = facts.recipients
    assert receiver.domains == ()
    assert receiver.address in {each.digest for each in register.findings}


def test_members_of_a_group_are_receivers(tmp_path):
    facts = facts_of("To: Styrelsen: a@example.se, b@example.se;\n\nHej\n", tmp_path)

    assert fields_of(facts, Field.TO) == [digest("a@example.se"), digest("b@example.se")]


def test_what_a_message_answers_is_known(tmp_path):
    first = facts_of("Message-ID: <1@example.se>\nTo: a@example.se\n\nHej\n", tmp_path)
    answer = facts_of(
        "In-Reply-To: <1@example.se>\nReferences: <0@x> <1@example.se>\n\nHej\n", tmp_path
    )

    assert first.message_id in answer.references
    assert len(answer.references) == 2


def test_ten_thousand_receivers_are_kept_and_cheap(tmp_path):
    many = ",\n ".join(f"M{n} <medlem{n}@example.se>" for n in range(10_000))
    part = parts_of(f"From: k@example.org\nTo: {many}\nSubject: x\n\nHej\n", tmp_path)[0]
    before = time.process_time()
    facts = READER.facts(part, Detection())

    assert len(fields_of(facts, Field.TO)) == 10_000
    assert time.process_time() - before < 60


@pytest.mark.parametrize(
    "text",
    [
        "Lösen: Vintergatan42",
        "PW: Vintergatan42",
        "Lösenordet är Sommar2026!",
        "Lösenordet till filen är: \n\nrosa elefant",
        "lösenord: hemligt-99",
        "Koden är 4711",
        "Passordet er Blåbær42",
        "Passord: hest-batteri-stift",
        "Bruk passordet Hemmelig99 for å åpne",
        "Passordet til vedlegget er trettentigre",
        "Koden er 8472.",
        "Passordet er eplekake7, og du finn fila i førre e-post",
        "The password is hunter2",
        "Password for the file: Tulip-44",
    ],
)
def test_a_password_is_seen_in_each_language(text, tmp_path):
    assert facts_of(f"To: a@example.se\nSubject: fil\n\n{text}\n", tmp_path).states_password


@pytest.mark.parametrize(
    "text",
    [
        "Lösenordet skickas separat.",
        "Lösenordet får du via sms",
        "Lösenordet är detsamma som sist",
        "Lösenordet är ditt medlemsnummer",
        "Lösenord: se separat sms",
        "Lösenord: ****",
        "portkoden är 1234",
        "Passordet kommer på SMS.",
        "Passordet sender jeg på tekstmelding",
        "Husk å bytte passord innen fredag",
        "Passordet ditt utløper snart",
        "Passordet får du på telefon",
        "You can change your password at https://example.org/reset?id=3",
        "The password will follow by text message",
    ],
)
def test_speaking_of_a_password_is_not_telling_it(text, tmp_path):
    assert not facts_of(f"To: a@example.se\nSubject: fil\n\n{text}\n", tmp_path).states_password


@pytest.mark.parametrize(
    "text",
    [
        "Observera att deltagarna kommer att se varandra.",
        "Din e-postadress blir synlig för övriga deltagare.",
        "Ved påmelding blir identiteten din gjort kjent for de øvrige deltakerne.",
        "Vær klar over at deltakerne kan se hverandre i møtet.",
        "Ver merksam på at deltakarane vil kunne sjå kvarandre.",
        "Please note that participants will be able to see each other.",
    ],
)
def test_the_notice_is_seen_in_each_language(text, tmp_path):
    assert facts_of(f"To: a@example.se\nSubject: Inbjudan\n\n{text}\n", tmp_path).has_notice


@pytest.mark.parametrize(
    "text",
    ["Deltagarna kommer inte att se varandra.", "Välkommen, kom och se filmen!", "Hej"],
)
def test_what_is_no_notice_is_none(text, tmp_path):
    assert not facts_of(f"To: a@example.se\nSubject: Inbjudan\n\n{text}\n", tmp_path).has_notice


@pytest.mark.parametrize(
    "subject",
    ["Inbjudan till årsmöte", "Kallelse", "Invitasjon til medlemsmøte", "Innkalling", "Invitation"],
)
def test_an_invitation_is_known_by_its_subject(subject, tmp_path):
    assert facts_of(f"To: a@example.se\nSubject: {subject}\n\nHej\n", tmp_path).is_invitation


def test_attendees_of_a_meeting_are_open(tmp_path):
    facts = facts_of(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Kurs\r\n"
        "ORGANIZER;CN=Klubben:mailto:klubben@example.org\r\n"
        "ATTENDEE;CN=Anna Berg;PARTSTAT=NEEDS-ACTION:mailto:anna@pri\r\n vat.example\r\n"
        "ATTENDEE:MAILTO:bo@privat.example\r\nDTSTART:20260301T100000Z\r\nEND:VEVENT\r\n"
        "END:VCALENDAR\r\n",
        tmp_path,
        name="kurs.ics",
    )

    assert fields_of(facts, Field.ATTENDEE) == [
        digest("anna@privat.example"),
        digest("bo@privat.example"),
    ]
    assert facts.sender.address == digest("klubben@example.org")
    assert facts.is_invitation


def test_values_of_address_lines_are_told_from_what_is_said(detector, tmp_path):
    part = parts_of(
        "From: Klubben <klubben@example.org>\nTo: Anna Berg <anna@example.se>\nSubject: Hej\n\n"
        "Hej! Ring bo@example.se eller anna@example.se.\n",
        tmp_path,
    )[0]
    facts = READER.facts(part, detector.find(part))

    assert digest("klubben@example.org") in facts.headed
    assert digest("anna@example.se") in facts.named
    assert digest("bo@example.se") not in {*facts.headed, *facts.named}


def test_without_keys_nothing_is_told():
    assert MailReader({}).facts(text_part("x"), Detection()) is None


@given(st.text(max_size=200))
def test_no_text_is_too_strange_for_an_address(text):
    found = address_in(text)
    if found is not None:
        assert spellings_of(found)
        assert READER.digests_of(text)


@given(st.binary(max_size=300))
def test_no_headers_are_too_strange(tmp_path_factory, raw):
    folder = tmp_path_factory.getbasetemp()
    facts = facts_of(
        b"From: k@example.org\nTo: " + raw.replace(b"\n", b"\n ") + b"\nSubject: x\n\nHej\n", folder
    )
    assert facts is not None

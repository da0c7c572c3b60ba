"""Calendars and address cards: everybody in them is found, however the lines were folded."""

import base64
import random

import pytest

from gallra.model.passage import Outcome, Part

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x\r\nX-WR-CALNAME:Klubbens möten\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    "END:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Oslo:20260301T093000\r\n"
    "DTEND:20260301T110000\r\nSUMMARY:Förhandling\\, lön\r\nDESCRIPTION:Rad ett\\nRad två\r\n"
    'ORGANIZER;CN="Kari Ås":mailto:kari@example.no\r\n'
    'ATTENDEE;ROLE=REQ-PARTICIPANT;CN=Bo Ek;EMAIL=bo@example.se;DELEGATED-TO="mailto:e\r\n'
    ' va@example.se":mailto:bo.ek@exam\r\n ple.se\r\n'
    "ATTENDEE:mailto:nils%40example.no\r\nLOCATION:Rum 3\r\nCOMMENT:MARKER\r\n"
    "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=lista.txt:"
    + base64.b64encode(b"MARKER bifogad").decode()
    + "\r\nBEGIN:VALARM\r\nDESCRIPTION:Ring Eva\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dahl;P=C3=A5=\r\n"
    "l;;;\r\nFN:Per Dahl\r\nitem1.TEL;CELL:070-174 06 05\r\nBDAY:1970-05-17\r\n"
    "NOTE:MARKER\\; nr 7\r\nADR;HOME:;;Storgatan 1;Malmö;;211 22;\r\n"
    "PHOTO;PNG;ENCODING=BASE64:iVBO\r\n Rw0KGgo=\r\n\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Eva Öst\r\nEMAIL:eva@example.se\r\nEND:VCARD\r\n"
)


def found(part: Part) -> set[tuple[str, str]]:
    return {(passage.where, passage.text) for passage in part.passages}


def test_people_in_calendars_are_found_in_values_and_parameters(read) -> None:
    own, attached = read(CALENDAR.encode(), "möten.ics")
    assert (own.kind, own.outcome) == ("ics", Outcome.READ)
    assert found(own) >= {
        ("summary", "Förhandling, lön"),
        ("description", "Rad ett\nRad två"),
        ("organizer", "Kari Ås\tkari@example.no"),
        ("attendee", "Bo Ek\tbo@example.se\teva@example.se\tbo.ek@example.se"),
        ("attendee", "nils@example.no"),
        ("location", "Rum 3"),
        ("comment", "MARKER"),
        ("description", "Ring Eva"),
        ("x-wr-calname", "Klubbens möten"),
    }
    assert (attached.address, attached.text) == ("lista.txt", "MARKER bifogad")
    assert str(own.stated_on) == "2026-03-01"


def test_cards_are_read_in_old_and_new_forms_with_their_pictures(read) -> None:
    own, photo = read(CARDS.encode(), "kontakter.vcf")
    assert own.kind == "vcf"
    assert found(own) >= {
        ("n", "Dahl Pål"),
        ("fn", "Per Dahl"),
        ("tel", "070-174 06 05"),
        ("bday", "1970-05-17"),
        ("note", "MARKER; nr 7"),
        ("adr", "Storgatan 1 Malmö 211 22"),
        ("fn", "Eva Öst"),
        ("email", "eva@example.se"),
    }
    assert (photo.address, photo.kind) == ("photo.png", "image")


@pytest.mark.parametrize(
    ("rule", "stated"),
    [("FREQ=WEEKLY", "None"), ("FREQ=DAILY;UNTIL=20271231T000000Z", "2027-12-31")],
)
def test_what_is_repeated_for_ever_has_no_last_day(read, rule: str, stated: str) -> None:
    content = CALENDAR.replace("LOCATION:", f"RRULE:{rule}\r\nLOCATION:")
    own, *_ = read(content.encode(), "a.ics")
    assert str(own.stated_on) == stated


def test_lines_that_are_none_are_told_as_they_stand(read) -> None:
    (own,) = read(b"BEGIN:VCARD\nFN:A\njust words of MARKER\nEND:VCARD\n", "a.vcf")
    assert ("body", "just words of MARKER") in found(own)


def test_truncated_and_flipped_cards_end_with_an_outcome(read, check_parts) -> None:
    chance = random.Random(5)
    for content, name in ((CALENDAR.encode(), "a.ics"), (CARDS.encode(), "a.vcf")):
        for _ in range(60):
            cut = read(content[: chance.randrange(30, len(content) - 20)], name)
            check_parts(cut)
            assert cut[0].outcome is not Outcome.READ or content.count(b"BEGIN:VCARD") > 1
            flipped = bytearray(content)
            for _ in range(chance.choice((1, 5, 50))):
                flipped[chance.randrange(len(flipped))] = chance.randrange(256)
            check_parts(read(bytes(flipped), name))

"""Outlook's message files: who wrote to whom, every body, every property, all that hangs on it."""

import random
from datetime import UTC, datetime

import pytest

from gallra.content.bounds import Bounds
from gallra.content.compressed_rtf import decompressed
from gallra.model.passage import Direction, Outcome, Part

SENT_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MAIL = {
    0x001A: "IPM.Note",
    0x0037: "Lønn 2026",
    0x0042: "Kari Ås",
    0x0065: "kari@example.no",
    0x0039: SENT_AT,
    0x0E07: 0x21,
    0x1000: "Hei\r\nhopp\r\n",
    0x1035: "<1@example.no>",
}
PEOPLE = [
    {0x0C15: 1, 0x3001: "Anna Ek", 0x39FE: "anna@example.se"},
    {0x0C15: 2, 0x3001: "bo@example.se", 0x3003: "bo@example.se"},
    {0x0C15: 3, 0x3001: "Eva Öst", 0x3003: "/O=KLUBB/CN=EVA"},
    {0x0C15: 0x10000001, 0x3001: "Ola", 0x39FE: "ola@example.no"},
]


def found(part: Part) -> list[tuple[str, str]]:
    return [(passage.where, passage.text) for passage in part.passages]


def test_a_message_is_told_as_a_mail_is(read, message_file) -> None:
    html = "<p>Hei</p><p>på dere</p>".encode("cp1252")
    content = message_file({**MAIL, 0x1013: html, 0x3FDE: 1252}, recipients=PEOPLE)
    (part,) = read(content, "x.msg")
    assert (part.kind, part.outcome) == ("msg", Outcome.READ)
    assert found(part) == [
        ("from", "Kari Ås <kari@example.no>"),
        ("to", "Anna Ek <anna@example.se>, Ola <ola@example.no>"),
        ("cc", "bo@example.se"),
        ("bcc", "Eva Öst </O=KLUBB/CN=EVA>"),
        ("subject", "Lønn 2026"),
        ("body", "Hei\nhopp"),
        ("html body", "Hei\npå dere"),
    ]
    assert part.message is not None
    assert part.message.to == ("Anna Ek <anna@example.se>", "Ola <ola@example.no>")
    assert part.message.bcc == ("Eva Öst </O=KLUBB/CN=EVA>",)
    assert part.message.message_id == "<1@example.no>"
    assert part.message.sent_at == SENT_AT
    assert part.message.direction is Direction.SENT
    assert str(part.stated_on) == "2026-11-20"


def test_texts_in_a_code_page_are_decoded_by_it(read, message_file) -> None:
    for charset, codes in (("cp1252", {0x3FFD: 1252}), ("cp1251", {0x3FF1: 1049}), ("utf-8", {})):
        subject = "Привет" if charset == "cp1251" else "Årsmöte"
        (part,) = read(message_file({**codes, 0x0037: subject}, charset=charset), "a.msg")
        assert ("subject", subject) in found(part), charset


def test_attachments_and_messages_within_messages_are_followed(
    read, message_file, message_tree
) -> None:
    inner = message_tree(
        {**MAIL, 0x0037: "inner"},
        attachments=[({0x3707: "d.txt", 0x3705: 1, 0x3701: b"deep"}, None)],
        is_top=False,
    )
    content = message_file(
        MAIL,
        attachments=[
            ({0x3704: "LON~1.CSV", 0x3707: "lön!.csv", 0x3705: 1, 0x3701: b"a;b"}, None),
            ({0x3705: 5, 0x3001: "Vidaresänt"}, inner),
            ({0x3705: 6, 0x3707: "object"}, {"CONTENTS": b"plain words in an object"}),
        ],
    )
    parts = {part.address: part for part in read(content, "a.msg")}
    assert parts["lön%21.csv"].text == "a;b"
    assert ("subject", "inner") in found(parts["Vidaresänt"])
    assert parts["Vidaresänt"].kind == "message"
    assert parts["Vidaresänt!d.txt"].text == "deep"
    assert any("plain words" in part.text for part in parts.values())
    assert parts[""].message is not None
    assert parts[""].message.attachments == ("lön!.csv", "Vidaresänt", "object")


def test_contacts_and_named_properties_are_told_by_their_names(read, message_file) -> None:
    content = message_file(
        {
            0x001A: "IPM.Contact",
            0x3001: "Per Dahl",
            0x3A1C: "070-174 06 05",
            0x3A42: datetime(1970, 5, 17, tzinfo=UTC),
            0x3A58: ["Åse", "Ola"],
            0x8000: "per@example.se",
            0x8001: "nr 17",
            0x8002: ["facket", "lön"],
        },
        named={0x8000: 0x8083, 0x8001: "Ärendenummer", 0x8002: "Keywords"},
    )
    (part,) = read(content, "Per Dahl.msg")
    assert set(found(part)) == {
        ("birthday", "1970-05-17"),
        ("name", "Per Dahl"),
        ("mobile telephone", "070-174 06 05"),
        ("children", "Åse"),
        ("children", "Ola"),
        ("email 1", "per@example.se"),
        ("property Ärendenummer", "nr 17"),
        ("keywords", "facket"),
        ("keywords", "lön"),
    }
    assert part.message is None


def test_a_meeting_tells_its_attendees_and_when_it_is(read, message_file) -> None:
    content = message_file(
        {
            0x001A: "IPM.Appointment",
            0x0037: "Förhandling",
            0x8000: datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
            0x8001: datetime(2026, 3, 1, 11, 0, tzinfo=UTC),
            0x8002: "Rum 3",
            0x8003: "Anna Ek; Bo Ek",
        },
        named={0x8000: 0x820D, 0x8001: 0x820E, 0x8002: 0x8208, 0x8003: 0x8238},
        recipients=PEOPLE[:2],
    )
    (part,) = read(content, "a.msg")
    assert ("start", "2026-03-01 09:30") in found(part)
    assert ("location", "Rum 3") in found(part)
    assert ("attendees", "Anna Ek; Bo Ek") in found(part)
    assert ("to", "Anna Ek <anna@example.se>") in found(part)
    assert str(part.stated_on) == "2026-03-01"


@pytest.mark.parametrize(
    ("more", "direction"),
    [
        ({0x0E07: 0x08}, Direction.DRAFT),
        ({0x0E07: 0x01, 0x0040: "Anna"}, Direction.RECEIVED),
        ({0x007D: "Received: from a\r\nFrom: b@example.se\r\n\r\n"}, Direction.RECEIVED),
        ({0x0E07: 0x21}, Direction.SENT),
        ({}, None),
    ],
)
def test_the_way_a_message_went_is_told_where_the_file_tells_it(
    read, message_file, more, direction
) -> None:
    (part,) = read(message_file({0x0037: "x", **more}), "a.msg")
    assert part.message is not None
    assert part.message.direction is direction


def test_what_only_the_transport_headers_say_is_told(read, message_file) -> None:
    headers = "From: Nils <n@example.no>\r\nTo: x@example.se\r\nResent-To: y@example.se\r\n"
    headers += "Date: Fri, 20 Nov 2026 10:00:00 +0100\r\nMessage-ID: <h@x>\r\n\r\n"
    (part,) = read(message_file({0x0037: "x", 0x007D: headers}), "a.msg")
    assert part.message is not None
    assert part.message.sender == "Nils <n@example.no>"
    assert part.message.to == ("x@example.se",)
    assert part.message.resent == ("y@example.se",)
    assert part.message.message_id == "<h@x>"
    assert part.message.sent_at == SENT_AT
    assert ("header resent-to", "y@example.se") in found(part)


def test_messages_nested_too_deep_end_at_the_limit(read, message_file, message_tree) -> None:
    tree = message_tree({0x0037: "innermost"}, is_top=False)
    for depth in range(30):
        tree = message_tree(
            {0x0037: f"depth {depth}"}, attachments=[({0x3707: "a", 0x3705: 5}, tree)], is_top=False
        )
    content = message_file({0x0037: "outer"}, attachments=[({0x3707: "a", 0x3705: 5}, tree)])
    parts = read(content, "a.msg", Bounds(most_depth=5))
    assert [part.outcome for part in parts] == [Outcome.READ] * 6 + [Outcome.TOO_LARGE]


def test_an_encrypted_message_is_opaque_but_its_headers_are_read(read, message_file) -> None:
    enveloped = bytes.fromhex(
        "3042 06092a864886f70d010703 a035 3033 020100 3100 302c 06092a864886f70d010701"
        "301d 060960864801650304012a 0410 000102030405060708090a0b0c0d0e0f 8000".replace(" ", "")
    )
    content = message_file(
        {**MAIL, 0x001A: "IPM.Note.SMIME"},
        attachments=[({0x3707: "smime.p7m", 0x3705: 1, 0x3701: enveloped}, None)],
    )
    (part,) = read(content, "a.msg")
    assert (part.outcome, part.encrypted) == (Outcome.OPAQUE, "S/MIME AES-256-CBC")
    assert ("subject", "Lønn 2026") in found(part)


def test_compressed_bodies_are_unpacked_as_their_format_says() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d"
        "0a800fa0"
    )
    text = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert decompressed(packed, 1000).content == text
    assert decompressed(packed, 1000).is_whole
    overlapping = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompressed(overlapping, 1000).content == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert not decompressed(packed[:-6], 1000).is_whole
    assert not decompressed(packed, 10).is_whole
    assert decompressed(packed, 10).content == text[:10]
    plain = len(text).to_bytes(4, "little")
    stored = (len(text) + 12).to_bytes(4, "little") + plain + b"MELA" + bytes(4) + text
    assert decompressed(stored, 1000).content == text


def test_truncated_and_flipped_messages_end_with_an_outcome(
    read, message_file, message_tree, check_parts
) -> None:
    inner = message_tree(MAIL, recipients=PEOPLE, is_top=False)
    content = message_file(
        {**MAIL, 0x1013: b"<p>x</p>" * 900},
        recipients=PEOPLE,
        attachments=[({0x3707: "a.txt", 0x3701: b"x" * 5000}, None), ({0x3707: "b"}, inner)],
    )
    chance = random.Random(7)
    for _ in range(60):
        check_parts(read(content[: chance.randrange(len(content))], "a.msg"))
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        check_parts(read(bytes(flipped), "a.msg"))
    for cut in range(1500, len(content) - 600, 1500):
        parts = read(content[:cut], "a.msg")
        assert not all(part.outcome is Outcome.READ for part in parts), cut

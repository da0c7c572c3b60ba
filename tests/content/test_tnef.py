"""``winmail.dat``: the message, the people and the files that Outlook wrapped."""

import random
import struct
from datetime import UTC, datetime

from gallra.model.passage import Outcome

MAIL_CLASS = b"IPM.Microsoft Mail.Note\0"


def attribute(level: int, kind: int, number: int, value: bytes) -> bytes:
    head = struct.pack("<BHHI", level, number, kind, len(value))
    return head + value + struct.pack("<H", sum(value) & 0xFFFF)


def padded(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % 4)


def single(number: int, value: str | bytes | int, kind: int = 0x1F, name: bytes = b"") -> bytes:
    if isinstance(value, int):
        return struct.pack("<HH", 0x03, number) + name + struct.pack("<i", value)
    raw = value.encode("utf-16-le") + b"\0\0" if isinstance(value, str) else value
    kind = kind if isinstance(value, str) else (0x102 if kind == 0x1F else kind)
    return struct.pack("<HH", kind, number) + name + struct.pack("<II", 1, len(raw)) + padded(raw)


def listed(*properties: bytes) -> bytes:
    return struct.pack("<I", len(properties)) + b"".join(properties)


def named(identifier: int | str) -> bytes:
    if isinstance(identifier, int):
        return bytes(16) + struct.pack("<II", 0, identifier)
    raw = identifier.encode("utf-16-le") + b"\0\0"
    return bytes(16) + struct.pack("<II", 1, len(raw)) + padded(raw)


def tnef(*attributes: bytes) -> bytes:
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x0006, 0x9007, struct.pack("<II", 1252, 0))
        + attribute(1, 0x0007, 0x8008, MAIL_CLASS)
        + b"".join(attributes)
    )


INNER = tnef(attribute(1, 1, 0x8004, "Inre ärende\0".encode("cp1252")))
WHOLE = tnef(
    attribute(1, 1, 0x8004, "Lönen\0".encode("cp1252")),
    attribute(
        1,
        6,
        0x9003,
        listed(
            single(0x1000, "MARKER body"),
            single(0x0042, "Kari Ås"),
            single(0x0065, "kari@example.no"),
            single(0x8000, "per@example.se", name=named(0x8083)),
            single(0x8001, "nr 17", name=named("Ärendenummer")),
        ),
    ),
    attribute(
        1,
        6,
        0x9004,
        struct.pack("<I", 1)
        + listed(single(0x0C15, 2), single(0x3001, "Bo Ek"), single(0x39FE, "bo@example.se")),
    ),
    attribute(2, 6, 0x9002, bytes(14)),
    attribute(2, 1, 0x8010, "lön.txt\0".encode("cp1252")),
    attribute(2, 6, 0x800F, b"MARKER file"),
    attribute(2, 6, 0x9005, listed(single(0x3707, "lön och annat.txt"))),
    attribute(2, 6, 0x9002, bytes(14)),
    attribute(
        2,
        6,
        0x9005,
        listed(
            single(0x3001, "Vidaresänt"),
            single(0x3701, bytes.fromhex("0703020000000000c000000000000046") + INNER, kind=0x0D),
        ),
    ),
)


def ends(content: bytes) -> set[int]:
    """Return where attributes end."""
    found, position = {6}, 6
    while position < len(content):
        position += 11 + struct.unpack_from("<I", content, position + 5)[0]
        found.add(position)
    return found


ENDS = ends(WHOLE)


def test_what_was_wrapped_is_read_with_people_and_files(read) -> None:
    parts = {part.address: part for part in read(WHOLE, "winmail.dat")}
    own = parts[""]
    assert (own.kind, own.outcome) == ("tnef", Outcome.READ)
    assert [(passage.where, passage.text) for passage in own.passages] == [
        ("from", "Kari Ås <kari@example.no>"),
        ("cc", "Bo Ek <bo@example.se>"),
        ("subject", "Lönen"),
        ("body", "MARKER body"),
        ("email 1", "per@example.se"),
        ("property Ärendenummer", "nr 17"),
    ]
    assert parts["lön och annat.txt"].text == "MARKER file"
    assert parts["Vidaresänt"].kind == "tnef"
    assert "Inre ärende" in parts["Vidaresänt"].text


def test_a_mail_with_winmail_dat_is_followed(read) -> None:
    import base64  # noqa: PLC0415 - used here only

    mail = b"From: a@example.se\r\nTo: b@example.se\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    mail += b"Content-Type: application/ms-tnef; name=winmail.dat\r\n"
    mail += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(WHOLE)
    parts = {part.address: part for part in read(mail, "a.eml")}
    assert "MARKER body" in parts["winmail.dat"].text
    assert parts["winmail.dat!lön och annat.txt"].text == "MARKER file"


def test_times_are_told_and_fixed_sizes_walked_over(read) -> None:
    born = int(
        (datetime(1970, 5, 17, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()
    )
    properties = listed(
        struct.pack("<HHQ", 0x40, 0x3A42, born * 10_000_000),
        struct.pack("<HHhxx", 0x02, 0x0E17, 1),
        struct.pack("<HHd", 0x05, 0x0E18, 1.5),
        single(0x3001, "Per Dahl"),
    )
    (own,) = read(tnef(attribute(1, 6, 0x9003, properties)), "winmail.dat")
    assert {"1970-05-17", "Per Dahl"} <= {passage.text for passage in own.passages}


def test_truncated_and_flipped_wrappings_end_with_an_outcome(read, check_parts) -> None:
    chance = random.Random(11)
    for _ in range(60):
        cut = chance.randrange(12, len(WHOLE) - 3)
        parts = read(WHOLE[:cut], "winmail.dat")
        check_parts(parts)
        # nothing says how many attributes there should be
        assert (parts[0].outcome is Outcome.READ) <= (cut in ENDS)
        flipped = bytearray(WHOLE)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        check_parts(read(bytes(flipped), "winmail.dat"))

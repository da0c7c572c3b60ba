"""PowerPoint before 2007, written by hand: slides, notes, comments, older savings, damage."""

import random
import struct
import zlib

import pytest
from compound_writer import compound_file
from property_writer import property_set

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome, Part

DOCUMENT, SLIDE, NOTES, MASTER = 0x3E8, 0x3EE, 0x3F0, 0x3F8


def atom(kind: int, body: bytes, instance: int = 0, version: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | version, kind, len(body)) + body


def container(kind: int, *inside: bytes, instance: int = 0) -> bytes:
    return atom(kind, b"".join(inside), instance, 0xF)


def wide(text: str) -> bytes:
    return atom(0xFA0, text.encode("utf-16-le"))


def narrow(text: str) -> bytes:
    return atom(0xFA8, text.encode("latin-1"))


def string(text: str, instance: int) -> bytes:
    return atom(0xFBA, text.encode("utf-16-le"), instance)


def shape(*texts: bytes) -> bytes:
    return container(0x40C, container(0xF002, container(0xF004, container(0xF00D, *texts))))


def comment(author: str, text: str) -> bytes:
    inside = container(0x2EE0, string(author, 0), string(text, 1), string("II", 2))
    tag = container(0x138A, string("___PPT10", 0), atom(0x138B, inside))
    return container(0x1388, tag)


def persisted(reference: int, identifier: int) -> bytes:
    return atom(0x3F3, struct.pack("<4I", reference, 0, 0, identifier) + bytes(4))


WORD_ART = "WORDART\0".encode("utf-16-le")
ART = atom(0xF00B, struct.pack("<HI", 0x80C0, len(WORD_ART)) + WORD_ART, 1, 3)
NATIVE = b"\2\0a.txt\0a\0\0\0\3\0\2\0\0\0t\0\5\0\0\0INNER"
OBJECT = compound_file({"\x01Ole10Native": struct.pack("<I", len(NATIVE)) + NATIVE})
PACKED = atom(0x1011, struct.pack("<I", len(OBJECT)) + zlib.compress(OBJECT), 1)
RECORDS = {
    1: container(
        DOCUMENT,
        container(0xFD9, string("DATED", 0), string("HEADING", 1), string("FOOTING", 2)),
        container(0xFF0, persisted(4, 99), instance=1),
        container(0xFF0, persisted(3, 257), narrow("OUTLINE OF FIRST"), persisted(2, 256)),
        container(0xFF0, persisted(5, 300), instance=2),
        container(0x409, container(0xFD7, string("LINKED", 0), string("mailto:a%40b.se", 1))),
    ),
    2: container(SLIDE, shape(narrow("SECOND SLIDE"), ART)),
    3: container(
        SLIDE, shape(wide("FIRST SLIDE\rTWO\x0bLINES ÅÄÖ — x")), comment("WRITER", "REMARK")
    ),
    4: container(MASTER, shape(narrow("MASTER TEXT"))),
    5: container(NOTES, atom(0x3F1, struct.pack("<I", 257) + bytes(4)), shape(narrow("NOTED"))),
    6: PACKED,
}  # fmt: skip
OLD = container(SLIDE, shape(narrow("FIRST SLIDE\rDELETED IN TIME")))


def streams(*, is_encrypted: bool = False) -> dict[str, bytes]:
    content = OLD
    places = []
    for record in RECORDS.values():
        places.append(len(content))
        content += record
    directory = len(content)
    count = len(places)
    content += atom(0x1772, struct.pack(f"<{count + 1}I", count << 20 | 1, *places))
    newest = len(content)
    edit = struct.pack("<IIIII", 256, 0, 0, directory, 1) + bytes(8 + 4 * is_encrypted)
    content += atom(0xFF5, edit)
    token = 0xF3D1C4DF if is_encrypted else 0xE391C05F
    user = struct.pack("<HHI", 0, 0xFF6, 32) + struct.pack("<III", 20, token, newest) + bytes(20)
    return {"PowerPoint Document": content, "Current User": user}


@pytest.fixture(name="whole", scope="module")
def _whole() -> bytes:
    png = b"\x89PNG\r\n\x1a\n" + bytes(40)
    blip = struct.pack("<HHI", 0x6E00, 0xF01E, 17 + len(png)) + bytes(17) + png
    summary = property_set({2: "TITLE", 4: "AUTHOR"})
    return compound_file({**streams(), "Pictures": blip, "\x05SummaryInformation": summary})


def own(parts: list[Part]) -> Part:
    (part,) = [part for part in parts if not part.address]
    return part


def test_slides_notes_and_comments_come_in_the_order_of_the_show(read, whole) -> None:
    part = own(read(whole, "a.ppt"))
    assert (part.kind, part.outcome) == ("ppt", Outcome.READ)
    found = [(each.where, each.text) for each in part.passages]
    assert found[:6] == [
        ("slide 1", "OUTLINE OF FIRST"),
        ("slide 1", "FIRST SLIDE"),
        ("slide 1", "TWO\nLINES ÅÄÖ — x"),
        ("notes 1", "NOTED"),
        ("comment", "REMARK"),
        ("slide 2", "SECOND SLIDE"),
    ]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("master", "MASTER TEXT"), ("header", "DATED"), ("header", "HEADING"),
        ("footer", "FOOTING"), ("hyperlink", "LINKED"), ("hyperlink", "a@b.se"),
        ("author", "WRITER"), ("alternative text", "WORDART"), ("properties", "TITLE"),
        ("properties", "AUTHOR"), ("earlier version", "DELETED IN TIME"),
    ],
)  # fmt: skip
def test_what_lies_beside_the_slides_is_read(read, whole, where: str, text: str) -> None:
    assert (where, text) in [(each.where, each.text) for each in own(read(whole, "a.ppt")).passages]


def test_what_an_older_saving_says_again_is_not_said_twice(read, whole) -> None:
    texts = [each.text for each in own(read(whole, "a.ppt")).passages]
    assert texts.count("FIRST SLIDE") == 1


def test_pictures_and_packed_objects_are_followed(read, whole) -> None:
    parts = {part.address: part for part in read(whole, "a.ppt")}
    assert parts["picture-1.png"].kind == "image"
    assert parts["object-1!a.txt"].text == "INNER"


def test_an_encrypted_presentation_says_how(read) -> None:
    content = streams(is_encrypted=True)
    (part,) = read(compound_file(content), "a.ppt")
    assert (part.outcome, part.encrypted) == (Outcome.OPAQUE, "PowerPoint RC4 CryptoAPI")
    content["Current User"] = content["Current User"].replace(
        b"\xdf\xc4\xd1\xf3", b"\x5f\xc0\x91\xe3"
    )
    (part,) = read(compound_file(content), "a.ppt")
    assert (part.outcome, part.passages) == (Outcome.OPAQUE, ())


def test_slides_are_read_though_nothing_tells_which_is_which(read) -> None:
    content = streams()
    content["Current User"] = b""
    part = own(read(compound_file(content), "a.ppt"))
    assert part.outcome is Outcome.READ_IN_PART
    for text in ("FIRST SLIDE", "SECOND SLIDE", "NOTED", "REMARK", "DELETED IN TIME"):
        assert text in part.text


def test_a_presentation_of_powerpoint_95_is_not_called_read(read) -> None:
    (part,) = read(compound_file({"PowerPoint Document": bytes(400)}), "a.ppt")
    assert (part.kind, part.outcome) == ("ppt", Outcome.UNSUPPORTED)


def test_records_nested_without_end_cost_no_more_than_their_bytes(read) -> None:
    levels = 20_000
    nested = b"".join(struct.pack("<HHI", 0xF, SLIDE, 8 * left) for left in range(levels, 0, -1))
    content = streams()
    content["PowerPoint Document"] += nested
    assert "FIRST SLIDE" in own(read(compound_file(content), "a.ppt")).text


def test_a_limit_of_text_is_said(read, whole) -> None:
    part = own(read(whole, "a.ppt", Bounds(most_characters=30)))
    assert part.outcome is Outcome.READ_IN_PART


def test_a_cut_presentation_is_never_called_whole(read, whole) -> None:
    for cut in range(600, len(whole) - 1, len(whole) // 60):
        assert own(read(whole[:cut], "a.ppt")).outcome is not Outcome.READ


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_end_with_an_outcome(read, whole, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        flipped = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        for part in read(bytes(flipped), "a.ppt"):
            assert (part.reason is None) is (part.outcome is Outcome.READ)

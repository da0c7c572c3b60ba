"""Word before 2007, written by hand: stories, tables, changes, fields, objects, damage."""

import io
import random
import struct
import zipfile

import pytest
from compound_writer import compound_file
from property_writer import property_set

from gallra.content.compound import Compound
from gallra.content.source import MemorySource
from gallra.model.passage import Outcome, Part

TEXT_AT = 0x800
PAIRS_AT = 0x9A
CHPX, PAPX, HEADERS, CLX = 12, 13, 11, 33


def fkp(runs: list[tuple[int, bytes]], entry_bytes: int, begin: int) -> bytes:
    """Write a page of formatted runs: (place where the run ends, its modifiers)."""
    page = bytearray(512)
    page[511] = len(runs)
    struct.pack_into("<I", page, 0, begin)
    at = 510
    for number, (end, content) in enumerate(runs):
        struct.pack_into("<I", page, 4 * (number + 1), end)
        if not content:
            continue
        raw = bytes([len(content)]) + content
        if entry_bytes == 13:
            even = content + bytes(len(content) % 2 == 0)
            raw = bytes([(len(even) + 3) // 2]) + b"\0\0" + even
        at = (at - len(raw)) & ~1
        page[at : at + len(raw)] = raw
        page[4 * (len(runs) + 1) + number * entry_bytes] = at // 2
    return bytes(page)


def sttb(texts: list[str]) -> bytes:
    raw = struct.pack("<HHH", 0xFFFF, len(texts), 0)
    return raw + b"".join(struct.pack("<H", len(each)) + each.encode("utf-16-le") for each in texts)


def streams(
    stories: dict[int, str],
    *,
    row: range | None = None,
    changes: tuple[tuple[int, int, int], ...] = (),
    headers: tuple[int, ...] = (),
    tables: dict[int, bytes] | None = None,
    narrow: bool = False,
    left_behind: bytes = b"",
) -> dict[str, bytes]:
    """Write the streams of a Word 97 document.

    Args:
        stories: texts by their place among the eight stories.
        row: positions of a table row, up to and with the mark that ends it.
        changes: (from, to, modifier's number) of deleted and inserted runs.
        headers: where headers begin, in their story.
        tables: more tables, by the number of their pair.
        narrow: write the text with one byte a character.
        left_behind: bytes in the text area that no piece refers to.
    """
    text = "".join(stories.get(number, "") for number in range(8))
    width = 1 if narrow else 2
    raw = text.encode("cp1252" if narrow else "utf-16-le")
    begin, end = TEXT_AT + len(left_behind), TEXT_AT + len(left_behind) + len(raw)
    main = bytearray(TEXT_AT) + left_behind + raw
    main += bytes(-len(main) % 512)
    paragraphs = []
    for at, sign in enumerate(text):
        if sign in "\r\x07":
            flags = b"\x16\x24\x01" if row and at in row else b""
            flags += b"\x17\x24\x01" if row and at == row[-1] else b""
            paragraphs.append((begin + (at + 1) * width, flags))
    page = len(main) // 512
    main += fkp(paragraphs if row else [(end, b"")], 13, begin)
    runs = []
    for first, last, number in changes:
        runs += [
            (begin + first * width, b""),
            (begin + last * width, struct.pack("<HB", number, 1)),
        ]
    main += fkp([*runs, (end, b"")], 1, begin)
    place = begin * 2 | 0x40000000 if narrow else begin
    plan = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, place, 0)
    pairs = {
        CLX: b"\x02" + struct.pack("<I", len(plan)) + plan,
        PAPX: struct.pack("<III", begin, end, page),
        CHPX: struct.pack("<III", begin, end, page + 1),
        HEADERS: struct.pack(f"<{len(headers)}I", *headers),
        **(tables or {}),
    }
    table = b""
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 10, 0x200)
    struct.pack_into("<II", main, 0x18, TEXT_AT, end)
    struct.pack_into("<8I", main, 0x4C, *(len(stories.get(number, "")) for number in range(8)))
    for number, content in pairs.items():
        struct.pack_into("<II", main, PAIRS_AT + 8 * number, len(table), len(content))
        table += content
    return {"WordDocument": bytes(main), "1Table": table}


STORIES = {
    0: "FIRST\rCELL\rMORE\x07SECOND\x07\x07kept OLDNAMENEWNAME end\r"
    'a \x13 HYPERLINK "mailto:link%40example.se" \x14SHOWN\x15\x01 b\x1ec\x1fd\r',
    1: "\x02FOOTNOTE\r",
    2: "SEPARATOR\rHEADER\rFOOTER\r\r",
    4: "\x05COMMENT\r",
    5: "ENDNOTE\r",
    6: "BOXED\r",
    7: "BOXED IN HEADER\r",
}
BODY = STORIES[0]
PLACES = (0, 10, 10, 10, 10, 10, 10, 17, 17, 24, 24, 24, 25)
CHANGES = (
    (BODY.index("OLDNAME"), BODY.index("OLDNAME") + 7, 0x0800),
    (BODY.index("NEWNAME"), BODY.index("NEWNAME") + 7, 0x0801),
)
TABLES = {
    51: sttb(["Unknown", "REVISER"]),
    71: sttb(["SAVER", "C:\\hemma\\PATHNAME.doc"]),
    32: sttb(["", "", "TITLED"]),
    21: sttb(["_Toc1", "BOOKMARKED"]),
    36: struct.pack("<H", 9) + "COMMENTER".encode("utf-16-le"),
}


@pytest.fixture(name="whole")
def _whole() -> bytes:
    row = range(BODY.index("CELL"), BODY.index("\x07\x07") + 2)
    content = streams(STORIES, row=row, changes=CHANGES, headers=PLACES, tables=TABLES)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.txt", "INNER")
    native = b"\2\0brev.txt\0C:\\brev.txt\0\0\0\3\0\4\0\0\0t.t\0\6\0\0\0PACKED"
    png = b"\x89PNG\r\n\x1a\n" + bytes(50)
    blip = struct.pack("<HHI", 0x6E00, 0xF01E, 17 + len(png)) + bytes(17) + png
    word_art = "WORDART\0".encode("utf-16-le")
    shape = struct.pack("<HHIHI", 0x13, 0xF00B, 6 + len(word_art), 0x80C0, len(word_art)) + word_art
    content["1Table"] += shape
    return compound_file({
        **content,
        "Data": blip,
        "\x05SummaryInformation": property_set({
            2: "TITLE", 4: "AUTHÖR", 8: "SAVEDBY", 12: 131_000_000_000_000_000,
        }),
        "\x05DocumentSummaryInformation": property_set({14: "MANAGER", 15: "COMPANY"}),
        "ObjectPool": {
            "_1": {"Package": packed.getvalue()},
            "_2": {"\x01Ole10Native": struct.pack("<I", len(native)) + native},
            "_3": streams({0: "DOCUMENT IN DOCUMENT\r"}),
            "_4": {"\x01Ole": b"strange"},
        },
    })  # fmt: skip


MARKERS = (
    *("FIRST", "CELL", "MORE", "SECOND", "OLDNAME", "NEWNAME", "link@example.se", "SHOWN"),
    *("FOOTNOTE", "SEPARATOR", "HEADER", "FOOTER", "COMMENT", "ENDNOTE", "BOXED"),
    *("BOXED IN HEADER", "REVISER", "SAVER", "PATHNAME", "TITLED", "BOOKMARKED", "COMMENTER"),
    *("TITLE", "AUTHÖR", "SAVEDBY", "MANAGER", "COMPANY", "WORDART"),
)


def own(parts: list[Part]) -> Part:
    (part,) = [part for part in parts if not part.address]
    return part


@pytest.mark.parametrize("marker", MARKERS)
def test_a_text_planted_in_any_corner_is_found(read, whole, marker: str) -> None:
    part = own(read(whole, "a.doc"))
    assert (part.kind, part.outcome) == ("doc", Outcome.READ)
    assert marker in part.text


def test_stories_rows_and_changes_have_their_places(read, whole) -> None:
    part = own(read(whole, "a.doc"))
    found = [(passage.where, passage.text) for passage in part.passages]
    assert found[:4] == [
        ("body", "FIRST"),
        ("table", "CELL MORE\tSECOND"),
        ("body", "kept NEWNAME end"),
        ("body", "a SHOWN b-cd"),
    ]
    assert ("body before change", "kept OLDNAME end") in found
    for where, text in (("header", "HEADER"), ("footer", "FOOTER"), ("footnote", "FOOTNOTE"),
                        ("comment", "COMMENT"), ("endnote", "ENDNOTE"), ("text box", "BOXED"),
                        ("hyperlink", "link@example.se"), ("author", "COMMENTER")):  # fmt: skip
        assert (where, text) in found
    assert part.stated_on is not None


def test_what_is_embedded_is_followed_and_what_is_strange_is_said_to_be(read, whole) -> None:
    parts = {part.address: part for part in read(whole, "a.doc")}
    assert parts["picture-1.png"].kind == "image"
    assert parts["_1!_1!inner.txt"].text == "INNER"
    assert parts["_2!brev.txt"].text == "PACKED"
    assert parts["_3"].text == "DOCUMENT IN DOCUMENT"
    assert parts["_4"].outcome is Outcome.UNSUPPORTED


@pytest.mark.parametrize("narrow", [True, False])
def test_text_of_one_and_of_two_bytes(read, narrow: bool) -> None:  # noqa: FBT001 - a case
    (part,) = read(compound_file(streams({0: "Åsa läste — på\r"}, narrow=narrow)), "a.doc")
    assert (part.text, part.outcome) == ("Åsa läste — på", Outcome.READ)


def test_what_a_quick_save_left_behind_is_read_too(read) -> None:
    (part,) = read(compound_file(streams({0: "now\r"}, left_behind=b"Kari Nordmann\r")), "a.doc")
    assert [(each.where, each.text) for each in part.passages] == [
        ("body", "now"), ("left behind", "Kari Nordmann"),
    ]  # fmt: skip


def test_word_95_is_read_by_its_own_header(read) -> None:
    text = b"F\xf6rsta\rA\x07B\x07\x07C\x07D\x07\x07sista\r"
    main = bytearray(0x400) + text
    struct.pack_into("<HH", main, 0, 0xA5DC, 104)
    struct.pack_into("<II", main, 0x18, 0x400, len(main))
    struct.pack_into("<I", main, 0x34, len(text))
    (part,) = read(compound_file({"WordDocument": bytes(main)}), "a.doc")
    assert part.outcome is Outcome.READ
    assert [each.text for each in part.passages] == ["Första", "A\tB", "C\tD", "sista"]


@pytest.mark.parametrize(
    ("case", "method"),
    [
        ((0x8100, 0xC1, b""), "Word XOR"),
        ((0x0100, 0xC1, b"\1\0\1\0"), "Word RC4"),
        ((0x0100, 0xC1, b"\4\0\2\0"), "Word RC4 CryptoAPI"),
        ((0x0100, 104, b""), "Word XOR"),
    ],
)
def test_encrypted_documents_say_how(read, case: tuple[int, int, bytes], method: str) -> None:
    flags, version, header = case
    main = bytearray(streams({0: "SECRET\r"})["WordDocument"])
    struct.pack_into("<H", main, 2, version)
    struct.pack_into("<H", main, 10, flags)
    (part,) = read(compound_file({"WordDocument": bytes(main), "0Table": header}), "a.doc")
    assert (part.outcome, part.encrypted, part.passages) == (Outcome.OPAQUE, method, ())


def test_text_outside_the_file_is_missed_and_said_to_be(read) -> None:
    content = streams({0: "BEGIN " + "text " * 1000})
    content["WordDocument"] = content["WordDocument"][:4000]
    (part,) = read(compound_file(content), "a.doc")
    assert part.outcome is Outcome.READ_IN_PART
    assert part.text.startswith("BEGIN text")


def test_a_cut_document_is_never_called_whole(read, whole) -> None:
    for cut in range(600, len(whole) - 1, 97):
        assert own(read(whole[:cut], "a.doc")).outcome is not Outcome.READ


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_end_with_an_outcome(read, whole, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        flipped = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        parts = read(bytes(flipped), "a.doc")
        assert len({part.address for part in parts}) == len(parts)
        for part in parts:
            assert (part.reason is None) is (part.outcome is Outcome.READ)


def test_loops_and_orphans_in_a_directory_end_and_lose_nothing() -> None:
    content = bytearray(compound_file({"one": b"1" * 600, "inner": {"two": b"2"}, "three": b"3"}))
    at = content.index("inner".encode("utf-16-le"))
    struct.pack_into("<I", content, at + 72, 0)  # its right neighbour is the root itself
    found = Compound(MemorySource(bytes(content)))
    assert not found.is_sound
    assert found.root.read("one").content == b"1" * 600
    assert found.root.read("three").content == b"3"
    assert found.root.storages["inner"].read("two").content == b"2"

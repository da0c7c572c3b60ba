"""Excel before 2007, written by hand: cells, comments, boxes, hidden sheets, caches, damage."""

import random
import struct

import pytest
from compound_writer import compound_file
from excel_writer import book8, link, record, sheet8, text8
from property_writer import property_set
from python_calamine import CalamineError, CalamineWorkbook

from gallra.content.bounds import Bounds
from gallra.content.grid import cell_name
from gallra.model.passage import Outcome, Part

LONG = "ÅÄÖ" * 4000
"""Longer than a record: it goes on in the next, there with a flag of its own."""


def shared(*texts: str) -> bytes:
    """Write the table of texts; each goes on in a record that says again how wide it is."""
    body = struct.pack("<II", len(texts), len(texts))
    pieces = []
    for text in texts:
        raw = text.encode("utf-16-le")
        body += struct.pack("<HB", len(text), 1)
        while raw:
            room = (8224 - len(body)) // 2 * 2
            body, raw = body + raw[:room], raw[room:]
            if raw:
                pieces.append(body)
                body = b"\1"
    first, *more = [*pieces, body]
    head = struct.pack("<HH", 0xFC, len(first)) + first
    return head + b"".join(struct.pack("<HH", 0x3C, len(each)) + each for each in more)


def cell(row: int, column: int, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style)


def formula(row: int, column: int, value: bytes, literal: str = "") -> bytes:
    tokens = b"\x17" + text8(literal, short=True) if literal else b""
    return record(
        0x06, cell(row, column) + value + bytes(6) + struct.pack("<H", len(tokens)) + tokens
    )


def drawn(number: int, text: str) -> bytes:
    """Write an object and the text in it."""
    common = struct.pack("<HHHH", 0x15, 0x12, 0x19, number) + bytes(14)
    box = bytes(10) + struct.pack("<HH4x", len(text), 16)
    body = b"\0" + text.encode("latin-1")
    return record(0x5D, common) + record(0x1B6, box) + record(0x3C, body) + record(0x3C, bytes(16))


CELLS = (
    record(0xFD, cell(1, 1) + struct.pack("<I", 0)),
    record(0x203, cell(1, 3) + struct.pack("<d", 12345)),
    record(0x27E, cell(3, 0) + struct.pack("<I", (1250 << 2 | 3))),
    record(0xBD, struct.pack("<HH", 3, 1) + struct.pack("<HIHI", 1, 45352 << 2 | 2, 0, 7 << 2 | 2)
           + struct.pack("<H", 2)),
    record(0x205, cell(3, 3) + b"\1\0"),
    record(0x205, cell(3, 4) + b"\x2a\1"),
    formula(3, 5, struct.pack("<d", -3.0), "mailto:formula@example.se"),
    formula(3, 6, b"\0\0\0\0\0\0\xff\xff"),
    record(0x207, text8("RESULT")),
    formula(3, 7, b"\2\0\x07\0\0\0\xff\xff"),
    record(0x204, cell(3, 8) + text8("LABEL")),
    record(0xFD, cell(4, 0) + struct.pack("<I", 1)),
    record(0x203, cell(5, 0, 2) + struct.pack("<d", 101011234)),
)  # fmt: skip
BESIDE = (
    drawn(7, "NOTE TEXT"),
    drawn(8, "BOXED"),
    record(0x1C, struct.pack("<4H", 1, 1, 0, 7) + text8("NOTE AUTHOR") + b"\0"),
    record(0x14, text8('&L&"Arial"MARGIN&P')),
    record(0x15, text8("FOOTING")),
    record(0x1B8, bytes(24) + link("mailto:cell@example.se")),
    record(0x1BE, bytes(4) + b"".join(map(text8, ("PROMPT", "\0", "HELP", "\0")))
           + struct.pack("<HH", 11, 0) + b"\x17" + text8("Anna,Bo", short=True)),
    record(0x809, struct.pack("<HH12x", 0x600, 0x20)),
    record(0x100D, b"\0\0" + text8("CHARTED", short=True)),
    record(0x204, cell(0, 0) + text8("CACHED LABEL")), record(0x0A, b""),
)  # fmt: skip
GLOBALS = [
    record(0x5C, text8("LAST USER").ljust(112)),
    record(0x41E, struct.pack("<H", 164) + text8("yyyy-mm-dd")),
    record(0xE0, struct.pack("<HH16x", 0, 0)),
    record(0xE0, struct.pack("<HH16x", 0, 164)),
    record(0x41E, struct.pack("<H", 165) + text8("000000-0000")),
    record(0xE0, struct.pack("<HH16x", 0, 165)),
    record(0x18, struct.pack("<HBBHH2xI", 0, 0, 5, 0, 0, 0) + b"\0NAMED"),
    record(0x1AE, struct.pack("<HH", 1, 9) + b"\0\1LINK.xls" + text8("OTHERSHEET")),
    record(0x5A, struct.pack("<BBH", 0, 0, 0) + b"\2" + text8("CACHED CELL")),
    shared("Kari", LONG),
]


def book(**more: bytes) -> bytes:
    sheets = {
        "Lön!2024": sheet8(*CELLS, *BESIDE),
        "Gömd": sheet8(record(0x204, cell(65535, 255) + text8("FAR"))),
        "Djupt": sheet8(record(0x204, cell(0, 0) + text8("VERY HIDDEN"))),
    }
    png = b"\x89PNG\r\n\x1a\n" + bytes(40)
    blip = struct.pack("<HHI", 0x6E00, 0xF01E, 17 + len(png)) + bytes(17) + png
    stream = book8([*GLOBALS, record(0xEB, blip)], sheets, {"Gömd": 1, "Djupt": 2})
    return compound_file({
        "Workbook": stream,
        "\x05SummaryInformation": property_set({2: "TITLE", 4: "AUTHOR"}),
        "_SX_DB_CUR": {"0001": record(0xCD, text8("PIVOTED")) + record(0x0A, b"")},
        "MBD1": {"\x01Ole10Native": b"\x09\0\0\0\2\0a.txt\0a\0\0\0\3\0\2\0\0\0t\0\5\0\0\0INNER"},
        **more,
    })  # fmt: skip


@pytest.fixture(name="whole", scope="module")
def _whole() -> bytes:
    return book()


def by_address(parts: list[Part]) -> dict[str, Part]:
    return {part.address: part for part in parts}


def test_rows_are_passages_as_the_convention_says(read, whole) -> None:
    sheet = by_address(read(whole, "a.xls"))["sheet:Lön%212024"]
    assert (sheet.kind, sheet.outcome) == ("sheet", Outcome.READ)
    assert [(each.where, each.text) for each in sheet.passages[:4]] == [
        ("row 2", "\tKari\t\t12345"),
        ("row 4", "12.5\t2024-03-01\t7\tTRUE\t#N/A\t-3\tRESULT\t#DIV/0!\tLABEL"),
        ("row 5", LONG),
        ("row 6", "010101-1234"),
    ]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("comment B2", "NOTE TEXT"), ("text box", "BOXED"), ("header", "MARGIN"),
        ("footer", "FOOTING"), ("hyperlink", "cell@example.se"), ("author", "NOTE AUTHOR"),
        ("input help", "PROMPT"), ("input help", "HELP"), ("choice", "Anna,Bo"),
        ("formula F4", "mailto:formula@example.se"), ("chart", "CHARTED"),
        ("chart", "CACHED LABEL"),
    ],
)  # fmt: skip
def test_what_lies_beside_the_cells_is_read(read, whole, where: str, text: str) -> None:
    sheet = by_address(read(whole, "a.xls"))["sheet:Lön%212024"]
    assert (where, text) in [(each.where, each.text) for each in sheet.passages]


@pytest.mark.parametrize(
    "marker",
    [
        *("TITLE", "AUTHOR", "LAST USER", "NAMED", "LINK.xls", "OTHERSHEET", "CACHED CELL"),
        *("PIVOTED", "Gömd"),
    ],
)
def test_what_belongs_to_the_book_is_in_its_part(read, whole, marker: str) -> None:
    part = read(whole, "a.xls")[0]
    assert (part.address, part.kind, part.outcome) == ("", "xls", Outcome.READ)
    assert marker in part.text


def test_hidden_sheets_and_embedded_files_are_read(read, whole) -> None:
    parts = by_address(read(whole, "a.xls"))
    assert parts["sheet:Gömd"].text == "\t" * 255 + "FAR"
    assert parts["sheet:Djupt"].text == "VERY HIDDEN"
    assert parts["picture-1.png"].kind == "image"
    assert parts["MBD1!a.txt"].text == "INNER"


def test_excel_95_is_read_in_its_code_page(read) -> None:
    name = b"L\xf6n"
    sheet = (
        record(0x809, struct.pack("<HH4x", 0x500, 0x10))
        + record(0x204, cell(0, 0) + b"\5\0Sj\xf6lu")
        + record(0x1C, struct.pack("<3H", 0, 0, 6) + b"R\xe4tta!")
        + record(0x0A, b"")
    )
    begin = record(0x809, struct.pack("<HH4x", 0x500, 0x05)) + record(0x42, struct.pack("<H", 1252))
    listed = len(begin) + 4 + 7 + len(name) + 4
    head = record(0x85, struct.pack("<IH", listed, 0) + bytes([len(name)]) + name)
    whole, part = read(compound_file({"Book": begin + head + record(0x0A, b"") + sheet}), "a.xls")
    assert (whole.kind, whole.outcome, part.address) == ("xls", Outcome.READ, "sheet:Lön")
    assert [(each.where, each.text) for each in part.passages] == [
        ("row 1", "Sjölu"), ("comment A1", "Rätta!"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "method"),
    [
        (bytes(6), "Excel XOR"),
        (b"\1\0\1\0\1\0" + bytes(48), "Excel RC4"),
        (b"\1\0\2\0\2\0" + bytes(48), "Excel RC4 CryptoAPI"),
    ],
)
def test_encrypted_workbooks_say_how(read, body: bytes, method: str) -> None:
    stream = book8([record(0x2F, body), *GLOBALS], {"a": sheet8(*CELLS)}, {})
    begin = record(0x809, struct.pack("<HH12x", 0x600, 0x05))
    stream = begin + record(0x2F, body) + stream[len(begin) :]
    (part,) = read(compound_file({"Workbook": stream}), "a.xls")
    assert (part.outcome, part.encrypted, part.passages) == (Outcome.OPAQUE, method, ())


def test_two_far_cells_cost_no_sheet_and_a_limit_is_said(read) -> None:
    rows = [record(0x204, cell(row, 255) + text8("x")) for row in range(200)]
    stream = compound_file({"Workbook": book8([], {"a": sheet8(*rows)}, {})})
    _, part = read(stream, "a.xls", Bounds(most_characters=10_000))
    assert part.outcome is Outcome.READ_IN_PART
    assert len(part.text) <= 10_000


def test_a_text_that_is_not_in_the_table_is_missed(read) -> None:
    sheet = sheet8(record(0xFD, cell(0, 0) + struct.pack("<I", 99)), CELLS[0])
    _, part = read(compound_file({"Workbook": book8(GLOBALS, {"a": sheet}, {})}), "a.xls")
    assert part.outcome is Outcome.READ_IN_PART
    assert "Kari" in part.text


def test_a_history_of_changes_is_not_called_read(read) -> None:
    content = book(**{"Revision Log": b"\x12\0\0OLD SALARY OF KARI"})
    part = read(content, "a.xls")[0]
    assert part.outcome is Outcome.READ_IN_PART
    assert "OLD SALARY OF KARI" in part.text


def test_a_cut_workbook_is_never_called_whole(read, whole) -> None:
    for cut in range(600, len(whole) - 1, len(whole) // 60):
        parts = read(whole[:cut], "a.xls")
        assert [part.outcome for part in parts if not part.address] != [Outcome.READ]


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bytes_end_with_an_outcome(read, whole, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        flipped = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        for part in read(bytes(flipped), "a.xls"):
            assert (part.reason is None) is (part.outcome is Outcome.READ)


def test_cells_have_the_names_that_people_know() -> None:
    assert [cell_name(0, column) for column in (0, 25, 26, 701, 702)] == [
        "A1", "Z1", "AA1", "ZZ1", "AAA1",
    ]  # fmt: skip
    assert cell_name(9, 16383) == "XFD10"


@pytest.mark.parametrize("pattern", ["*.xls", "*.xlsb"])
def test_the_cells_of_real_workbooks_are_those_that_another_reader_sees(
    fixtures, read_path, pattern: str
) -> None:
    compared = 0
    for path in sorted(fixtures.glob(pattern)):
        try:
            other = CalamineWorkbook.from_path(path)
        except CalamineError:
            continue  # it cannot read this one
        parts = by_address(read_path(path))
        for name in other.sheet_names:
            sheet = other.get_sheet_by_name(name)
            rows = {each.where: each.text.split("\t") for each in parts[f"sheet:{name}"].passages}
            top, left = sheet.start or (0, 0)
            for number, row in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
                shown = rows.get(f"row {number}", [])
                for column, value in enumerate(row, left):
                    own = shown[column] if column < len(shown) else ""
                    if isinstance(value, str) and not own.startswith("#") and value.isprintable():
                        assert own == value, (path.name, name, number, column)
                        compared += 1
    assert compared

"""Binary workbooks, written by hand: cells, comments, links, hidden sheets, caches, damage."""

import io
import random
import struct
import zipfile

import pytest
from excel_writer import record12, text12

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome, Part

SPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NO_TEXT = b"\xff\xff\xff\xff"


def links(*linked: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{KINDS}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target, mode) in enumerate(linked, 1)
    )
    return f'<Relationships xmlns="{SPACE}">{inner}</Relationships>'


def sheet_entry(name: str, number: int, state: int) -> bytes:
    return record12(156, struct.pack("<II", state, number) + text12(f"rId{number}") + text12(name))


def cell(column: int, style: int = 0) -> bytes:
    return struct.pack("<II", column, style)


ROWS = (
    record12(0, struct.pack("<I", 1)),
    record12(7, cell(1) + struct.pack("<I", 0)),
    record12(5, cell(3) + struct.pack("<d", 12345)),
    record12(0, struct.pack("<I", 3)),
    record12(2, cell(0) + struct.pack("<I", 1250 << 2 | 3)),
    record12(2, cell(1, 1) + struct.pack("<I", 45352 << 2 | 2)),
    record12(4, cell(2) + b"\1"),
    record12(3, cell(3) + b"\x2a"),
    record12(6, cell(4) + text12("INLINE")),
    record12(8, cell(5) + text12("RESULT") + bytes(6) + b"\x17" + text12("LITERAL")[:2]
             + text12("LITERAL")[4:]),
    record12(9, cell(6) + struct.pack("<d", -3.0) + bytes(6)),
    record12(10, cell(7) + b"\0" + bytes(6)),
    record12(11, cell(8) + b"\x07" + bytes(6)),
    record12(62, cell(9) + b"\0" + text12("RICH")),
)  # fmt: skip
BESIDE = (
    record12(494, bytes(16) + text12("rId9") + text12("") + text12("TIP TEXT") + text12("")),
    record12(479, b"\0\0" + text12("&LMARGIN") + text12("&CFOOTING") + NO_TEXT * 4),
    record12(64, bytes(20) + text12("PROMPTED")),
)
COMMENTS = (
    record12(632, text12("NOTE AUTHOR")),
    record12(635, struct.pack("<5I16x", 0, 1, 1, 1, 1)),
    record12(637, b"\0" + text12("NOTE TEXT")),
)
STYLES = (
    record12(44, struct.pack("<H", 164) + text12("yyyy-mm-dd")),
    record12(617), record12(47, struct.pack("<HH12x", 0, 0)),
    record12(47, struct.pack("<HH12x", 0, 164)), record12(618),
)  # fmt: skip
MEMBERS = {
    "xl/workbook.bin": sheet_entry("Lön!2024", 1, 0) + sheet_entry("Gömd", 2, 2)
    + record12(39, bytes(9) + text12("NAMED") + bytes(8)),
    "xl/_rels/workbook.bin.rels": links(
        ("worksheet", "worksheets/sheet1.bin", ""), ("worksheet", "worksheets/sheet2.bin", "")
    ),
    "xl/sharedStrings.bin": record12(19, b"\0" + text12("Kari")),
    "xl/styles.bin": b"".join(STYLES),
    "xl/worksheets/sheet1.bin": b"".join((*ROWS, *BESIDE, record12(130))),
    "xl/worksheets/_rels/sheet1.bin.rels": links(
        ("comments", "../comments1.bin", ""),
        ("hyperlink", "mailto:cell%40example.se", ' TargetMode="External"'),
    ),
    "xl/worksheets/sheet2.bin": record12(0, struct.pack("<I", 1048575))
    + record12(6, cell(16383) + text12("FAR")) + record12(130),
    "xl/comments1.bin": b"".join(COMMENTS),
    "xl/drawings/drawing1.xml": '<a:p xmlns:a="urn:a"><a:r><a:t>BOXED</a:t></a:r></a:p>',
    "xl/pivotCache/pivotCacheDefinition1.bin": record12(1000, text12("PIVOTED")),
    "xl/externalLinks/externalLink1.bin": record12(1000, text12("CACHED CELL")),
    "docProps/core.xml": '<c:p xmlns:c="urn:c"><c:title>TITLE</c:title></c:p>',
    "xl/embeddings/a.txt": "INNER",
}  # fmt: skip


def packed(members: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def by_address(parts: list[Part]) -> dict[str, Part]:
    return {part.address: part for part in parts}


def test_rows_are_passages_as_the_convention_says(read) -> None:
    parts = by_address(read(packed(MEMBERS), "a.xlsb"))
    sheet = parts["sheet:Lön%212024"]
    assert (sheet.kind, sheet.outcome) == ("sheet", Outcome.READ)
    assert [(each.where, each.text) for each in sheet.passages[:2]] == [
        ("row 2", "\tKari\t\t12345"),
        ("row 4", "12.5\t2024-03-01\tTRUE\t#N/A\tINLINE\tRESULT\t-3\tFALSE\t#DIV/0!\tRICH"),
    ]
    assert parts["sheet:Gömd"].text == "\t" * 16383 + "FAR"


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("comment B2", "NOTE TEXT"), ("author", "NOTE AUTHOR"), ("hyperlink", "cell@example.se"),
        ("hyperlink", "TIP TEXT"), ("header", "MARGIN"), ("footer", "FOOTING"),
        ("input help", "PROMPTED"), ("formula F4", "LITERAL"),
    ],
)  # fmt: skip
def test_what_lies_beside_the_cells_is_read(read, where: str, text: str) -> None:
    sheet = by_address(read(packed(MEMBERS), "a.xlsb"))["sheet:Lön%212024"]
    assert (where, text) in [(each.where, each.text) for each in sheet.passages]


@pytest.mark.parametrize("marker", ["TITLE", "NAMED", "Gömd", "BOXED", "PIVOTED", "CACHED CELL"])
def test_what_belongs_to_the_book_is_in_its_part(read, marker: str) -> None:
    part = read(packed(MEMBERS), "a.xlsb")[0]
    assert (part.address, part.kind, part.outcome) == ("", "xlsb", Outcome.READ)
    assert marker in part.text


def test_embedded_files_are_parts_and_binary_parts_are_not(read) -> None:
    parts = by_address(read(packed(MEMBERS), "a.xlsb"))
    assert set(parts) == {"", "sheet:Lön%212024", "sheet:Gömd", "xl/embeddings/a.txt"}
    assert parts["xl/embeddings/a.txt"].text == "INNER"


def test_parts_that_break_off_or_are_missing_are_said(read) -> None:
    short = dict(MEMBERS)
    short["xl/worksheets/sheet1.bin"] = b"".join(ROWS)[:-3]
    short["xl/sharedStrings.bin"] = b""
    del short["xl/worksheets/sheet2.bin"]
    parts = by_address(read(packed(short), "a.xlsb"))
    assert parts["sheet:Lön%212024"].outcome is Outcome.READ_IN_PART
    assert "12345" in parts["sheet:Lön%212024"].text
    assert parts["sheet:Gömd"].outcome is Outcome.DAMAGED


def test_a_limit_of_text_is_said(read) -> None:
    parts = by_address(read(packed(MEMBERS), "a.xlsb", Bounds(most_characters=100)))
    assert parts["sheet:Gömd"].outcome is Outcome.READ_IN_PART


@pytest.mark.parametrize("seed", range(6))
def test_damage_inside_ends_with_an_outcome(read, seed: int) -> None:
    chance = random.Random(seed)
    names = [name for name in MEMBERS if name.endswith(".bin")]
    for _ in range(10):
        members = dict(MEMBERS)
        name = chance.choice(names)
        content = bytearray(members[name])
        if chance.random() < 0.5:
            content = content[: chance.randrange(len(content))]
        for _ in range(chance.choice((1, 5, 50)) if content else 0):
            content[chance.randrange(len(content))] = chance.randrange(256)
        members[name] = bytes(content)
        for part in read(packed(members), "a.xlsb"):
            assert (part.reason is None) is (part.outcome is Outcome.READ)


def test_a_cut_package_is_never_called_whole(read) -> None:
    content = packed(MEMBERS)
    for cut in range(4, len(content) - 1, len(content) // 60):
        for part in read(content[:cut], "a.xlsb"):
            if not part.address:
                assert part.outcome is not Outcome.READ

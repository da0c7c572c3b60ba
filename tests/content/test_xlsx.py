"""Workbooks: the text convention, hidden sheets, comments, and sheets made to break readers."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from gallra.content.bounds import Bounds
from gallra.content.sheets import is_date_format, masked, number_mask, shown_date, shown_number
from gallra.model.passage import Outcome


def book() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].title = "Lön!2024"
    return workbook


def saved(workbook: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def test_rows_are_passages_as_the_convention_says(read) -> None:
    workbook = book()
    sheet = workbook.worksheets[0]
    sheet["B2"] = "Kari"
    sheet["D2"] = 12345
    sheet["A4"] = 12.5
    sheet["B4"] = dt.datetime(2024, 3, 1)  # noqa: DTZ001 - cells know no zone
    sheet["C4"] = dt.datetime(2024, 3, 1, 13, 5)  # noqa: DTZ001 - cells know no zone
    sheet["D4"] = True
    sheet["E4"] = "#N/A"
    sheet["F4"] = -3.0
    sheet["G4"] = dt.time(8, 30)
    sheet["H4"] = 8
    sheet["I4"] = "two\nlines"
    sheet["B2"].comment = Comment("not paid", "Ola")
    whole, part = read(saved(workbook), "a.xlsx")
    assert (whole.address, whole.kind) == ("", "xlsx")
    assert (part.address, part.kind, part.outcome) == ("sheet:Lön%212024", "sheet", Outcome.READ)
    assert [(passage.where, passage.text) for passage in part.passages[:2]] == [
        ("row 2", "\tKari\t\t12345"),
        ("row 4", "12.5\t2024-03-01\t2024-03-01T13:05:00\tTRUE\t#N/A\t-3\t08:30:00\t8\ttwo\nlines"),
    ]  # fmt: skip
    assert ("comment B2", "not paid") in [(each.where, each.text) for each in part.passages]


def test_hidden_sheets_properties_names_lists_and_formulas_are_read(read) -> None:
    workbook = book()
    hidden = workbook.create_sheet("Gömd")
    hidden.sheet_state = "veryHidden"
    hidden["XFD1048576"] = "FAR"
    workbook.worksheets[0]["A1"] = '=HYPERLINK("mailto:formula@example.se","x")'
    workbook.worksheets[0]["A2"].hyperlink = "mailto:cell@example.se"
    workbook.worksheets[0].oddHeader.center.text = "MARGIN"
    validation = DataValidation(type="list", formula1='"Anna Alm,Bo Berg"')
    workbook.worksheets[0].add_data_validation(validation)
    validation.add("A3")
    workbook.properties.title = "TITLE"
    workbook.properties.creator = "CREATOR"
    whole, first, second = read(saved(workbook), "a.xlsx")
    assert whole.passages[0].text == "TITLE"
    assert whole.passages[1].text == "CREATOR"
    assert second.address == "sheet:Gömd"
    assert second.text == "\t" * 16383 + "FAR"
    for text in ("formula@example.se", "cell@example.se", "MARGIN", "Anna Alm,Bo Berg"):
        assert text in first.text


def test_a_sheet_with_more_text_than_the_limit_is_read_in_part(read) -> None:
    workbook = book()
    for number in range(1, 200):
        workbook.worksheets[0].cell(number, 16384, "x")
    _, part = read(saved(workbook), "a.xlsx", Bounds(most_characters=100_000))
    assert part.outcome is Outcome.READ_IN_PART
    assert len(part.text) <= 100_000


def test_a_sheet_that_breaks_off_keeps_its_first_rows(read) -> None:
    workbook = book()
    for number in range(1, 50):
        workbook.worksheets[0].cell(number, 1, f"text {number}")
    original = zipfile.ZipFile(io.BytesIO(saved(workbook)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in original.namelist():
            content = original.read(name)
            cut = len(content) // 2 if name.endswith("sheet1.xml") else len(content)
            archive.writestr(name, content[:cut])
    _, part = read(packed.getvalue(), "a.xlsx")
    assert part.outcome is Outcome.READ_IN_PART
    assert part.text.startswith("text 1\n")


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True), ("[$-41D]d mmmm yyyy", True), ("[h]:mm", True), ("General", False),
        ('0.00" dagar"', False), ("#,##0 [Red]", False), ("000000-0000", False), ("@", False),
    ],
)  # fmt: skip
def test_number_formats_tell_dates_from_numbers(code: str, is_date: bool) -> None:  # noqa: FBT001
    assert is_date_format(code) is is_date


def test_serial_dates_count_as_excel_counts() -> None:
    epoch = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates know no zone
    assert shown_date(45352, epoch) == "2024-03-01"
    assert shown_date(61, epoch) == "1900-03-01"
    assert shown_date(1, epoch) == "1900-01-01"
    assert shown_date(0.5, epoch) == "12:00:00"
    assert shown_date(-1, epoch) == "-1"
    assert shown_number(1e20) == "100000000000000000000"
    assert shown_number(float("nan")) == "nan"


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("000000-0000", 101011234, "010101-1234"),
        ("00000000\\-0000", 190101011234, "19010101-1234"),
        ('000 00" "0', 5, "000 00 5"),
        ("00", 1234, "1234"),
        ("0", None, None), ("0.00", None, None), ("#,##0", None, None), ("yyyy-mm-dd", None, None),
    ],
)  # fmt: skip
def test_a_number_behind_a_mask_is_shown_as_a_person_sees_it(code: str, number, text) -> None:
    mask = number_mask(code)
    assert (mask is None) is (text is None)
    if mask is not None:
        assert masked(number, mask) == text


def test_a_personnummer_kept_as_a_number_keeps_its_zeros(read) -> None:
    workbook = book()
    cell = workbook.worksheets[0]["A1"]
    cell.value, cell.number_format = 101011234, "000000-0000"
    assert read(saved(workbook), "a.xlsx")[1].text == "010101-1234"


def with_members(content: bytes, **members: str | bytes) -> bytes:
    packed = io.BytesIO(content)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return packed.getvalue()


LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = 'xmlns:a="a"'
CORNERS = {
    "xl/threadedComments/threadedComment1.xml": '<T><threadedComment ref="B2"><text>THREADED</text>'
    "</threadedComment></T>",
    "xl/persons/person.xml": '<x><person displayName="PERSON" userId="person@example.se"/></x>',
    "xl/drawings/drawing1.xml": f'<d {A}><cNvPr descr="ALTTEXT"/><a:p><a:t>BOX</a:t></a:p></d>',
    "xl/charts/chart1.xml": f"<c {A}><a:p><a:t>CHART</a:t></a:p><cat><v>SERIES</v></cat></c>",
    "xl/diagrams/data1.xml": f"<d {A}><a:p><a:t>DIAGRAM</a:t></a:p></d>",
    "xl/pivotCache/pivotCacheDefinition1.xml": '<x><cacheField><s v="PIVOT"/></cacheField></x>',
    "xl/externalLinks/externalLink1.xml": "<e><cell><v>CACHED</v></cell></e>",
    "xl/externalLinks/_rels/externalLink1.xml.rels": f'<R><Relationship Id="r1" Type="{LINKS}/'
    'externalLinkPath" Target="file:///OTHERBOOK.xlsx" TargetMode="External"/></R>',
    "docProps/custom.xml": "<p><property><v>CUSTOM</v></property></p>",
    "customXml/item1.xml": "<d>XMLDATA</d>",
    "xl/worksheets/_rels/sheet1.xml.rels": f'<R><Relationship Id="r1" Type="{LINKS}/'
    'threadedComment" Target="../threadedComments/threadedComment1.xml"/></R>',
}


@pytest.mark.parametrize(
    "corner",
    ["THREADED", "PERSON", "person@example.se", "ALTTEXT", "BOX", "CHART", "SERIES", "DIAGRAM",
     "PIVOT", "CACHED", "CUSTOM", "XMLDATA", "OTHERBOOK"],
)  # fmt: skip
def test_a_text_planted_beside_the_cells_is_found(read, corner: str) -> None:
    parts = read(with_members(saved(book()), **CORNERS), "a.xlsx")
    assert {part.outcome for part in parts} == {Outcome.READ}
    assert corner in "\n".join(part.text for part in parts)


def test_macros_are_named_and_an_embedded_book_is_followed(read) -> None:
    inner = book()
    inner.worksheets[0]["A1"] = "INSIDE"
    more = {"xl/vbaProject.bin": b"code", "xl/embeddings/inner.xlsx": saved(inner)}
    parts = {part.address: part for part in read(with_members(saved(book()), **more), "a.xlsm")}
    assert parts["xl/vbaProject.bin"].kind == "macro"
    assert parts["xl/vbaProject.bin"].outcome is Outcome.UNSUPPORTED
    assert "INSIDE" in parts["xl/embeddings/inner.xlsx!sheet:Lön%212024"].text

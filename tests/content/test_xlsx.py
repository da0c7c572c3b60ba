"""Workbooks: the text convention, hidden sheets, comments, and sheets made to break readers."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from gallra.content.bounds import Bounds
from gallra.content.sheets import is_date_format, shown_date, shown_number
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

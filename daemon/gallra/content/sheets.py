"""The cells of SpreadsheetML, streamed: a row is a passage, as the text convention says.

The workbook library drops error values, lays a sheet with two far cells out whole until
memory ends, and cannot be stopped half-way; so these sheets are read here.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.8.30 (numFmt), 18.17.4 (dates).
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from gallra.content.ooxml import Package, elements, local, spend
from gallra.content.place import normalised
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMNS: dict[str, int] = {}
"""Columns that were met, by their letters: at most 18,278 of them."""
_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_VALUES, _INLINE, _TEXTS = (
    frozenset(f"{{{space}}}{name}" for space in _SPACES) for name in ("v", "is", "t")
)
_ESCAPED_SIGN = re.compile(r"\\(.)")
_MASK = re.compile(r"0[0 -]*0")
_MOST_MASKED = 1e15
_LITERAL = re.compile(r'"((?:[^"]|"")+)"')
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z&])')
_MOST_COLUMNS = 16_384
_SECONDS_A_DAY = 86_400


@dataclass(slots=True)
class Book:
    """What the cells of all sheets refer to."""

    strings: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    masks: dict[int, str] = field(default_factory=dict)
    """Cell styles that show leading zeros or hyphens: what they show is what a person sees."""
    epoch: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 - serial dates know no zone


def is_date_format(code: str) -> bool:
    """Tell whether a number format shows a date or a time."""
    bare = _QUIET.sub("", code.split(";", 1)[0]).lower()
    return "general" not in bare and any(letter in bare for letter in "dmyhs")


def number_mask(code: str) -> str | None:
    """Return what a number format adds around digits, ``000000-0000``; ``None`` where it is none.

    Only zeros, hyphens and blanks, with two zeros at least: a number plate, not an amount.
    """
    mask = _ESCAPED_SIGN.sub(r"\1", code).replace('"', "")
    return mask if _MASK.fullmatch(mask) and mask.count("0") > 1 else None


def masked(number: float, mask: str) -> str:
    """Return a number as its mask shows it, with the zeros and hyphens that a person sees."""
    digits = str(int(number)).zfill(mask.count("0"))
    shown: list[str] = []
    position = len(digits)
    for sign in reversed(mask):
        if sign == "0":
            position -= 1
            shown.append(digits[position])
        else:
            shown.append(sign)
    return digits[:position] + "".join(reversed(shown))


def read_styles(package: Package, name: str, book: Book) -> None:
    """Note which cell styles show dates, and which show numbers behind a mask.

    Raises:
        RefusedError: a limit.
        etree.XMLSyntaxError: it breaks off.
    """
    formats: dict[int, str] = {}
    styles: list[int] = []
    for element in elements(package, name, ["{*}numFmt", "{*}cellXfs"]):
        if local(element.tag) == "numFmt":
            formats[_whole(element.get("numFmtId"))] = element.get("formatCode", "")
        else:
            styles = [_whole(each.get("numFmtId")) for each in element]
    set_styles(book, formats, styles)


def set_styles(book: Book, formats: dict[int, str], styles: list[int]) -> None:
    """Note what cell styles show.

    Args:
        book: is told.
        formats: the codes of number formats, by their numbers.
        styles: of each cell style the number of its format.
    """
    dates = {number for number, code in formats.items() if is_date_format(code)}
    dates |= BUILT_IN_DATES - set(formats)
    masks = {number: mask for number, code in formats.items() if (mask := number_mask(code))}
    book.date_styles = frozenset(at for at, number in enumerate(styles) if number in dates)
    book.masks = {at: masks[number] for at, number in enumerate(styles) if number in masks}


def shared_strings(package: Package, name: str) -> Iterator[str]:
    """Yield the workbook's texts in the order in which cells number them."""
    for element in elements(package, name, ["{*}si"]):
        yield _rich_text(element)
        spend(element)


def _rich_text(element: "etree._Element") -> str:
    """Join the runs, without the phonetic reading that East Asian cells carry beside."""
    pieces = []
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            pieces.append(child.text or "")
        elif tag == "r":
            pieces += [part.text or "" for part in child if local(part.tag) == "t"]
    return _unescaped(pieces[0] if len(pieces) == 1 else "".join(pieces))


def _unescaped(text: str) -> str:
    """Undo how Excel writes signs that XML cannot hold, ``_x000D_``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return normalised(text)


def _whole(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def letters_of(column: int) -> str:
    """Return the letters that name a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """Return the column, counted from 0, that ``letters`` name."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(slots=True)
class Aside:
    """What a sheet holds besides its cells."""

    formulas: list[Passage] = field(default_factory=list)
    margins: list[Passage] = field(default_factory=list)
    is_cut: bool = False
    """More text than the limit lets through."""


def rows(  # noqa: C901 - one pass over the sheet, its five kinds of element
    package: Package, name: str, book: Book, aside: Aside, most_characters: int
) -> Iterator[Passage]:
    """Yield one passage for each row that holds anything; fills ``aside`` on the way.

    Raises:
        RefusedError: a limit.
        etree.XMLSyntaxError: the sheet breaks off.
    """
    number = 0
    room = most_characters
    told: set[str] = set()
    margins = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
    tags = ["row", "dataValidation", "formula", *margins]
    for element in elements(package, name, [f"{{*}}{tag}" for tag in tags]):
        tag = local(element.tag)
        if tag == "row":
            number = _whole(element.get("r")) or number + 1
            cells = _cells(element, book, aside, told)
            spend(element)
            if any(cells):
                while not cells[-1]:
                    cells.pop()
                text = "\t".join(cells)
                room -= len(text) + 1
                if room < 0:
                    aside.is_cut = True
                    return
                yield Passage(where=f"row {number}", text=text)
        elif tag in margins:
            if text := _CODE.sub(" ", element.text or "").strip():
                where = "header" if tag.endswith("Header") else "footer"
                aside.margins.append(Passage(where=where, text=normalised(text)))
        elif tag == "dataValidation":
            for attribute in ("prompt", "promptTitle", "error", "errorTitle"):
                literal(f'"{element.get(attribute, "")}"', "input help", told, aside)
            for child in element:
                literal(child.text or "", "choice", told, aside)


def _cells(row: "etree._Element", book: Book, aside: Aside, told: set[str]) -> list[str]:
    cells: list[str] = []
    position = -1
    for cell in row:
        reference = cell.get("r")
        if reference:
            letters = reference.rstrip("0123456789")
            known = _COLUMNS.get(letters)
            position = _column(letters) if known is None else known
        else:
            position += 1
        count = len(cell)
        if not count or position >= _MOST_COLUMNS:
            continue
        last = cell[-1]
        if count == 1 and last.tag in _VALUES:
            text = _shown(last.text or "", cell.get("t"), cell.get("s"), book)
        elif count == 1 and last.tag in _INLINE and len(last) == 1 and last[0].tag in _TEXTS:
            text = _unescaped(last[0].text or "")
        else:
            text = _cell_text(cell, reference, book, aside, told)
        if text:
            gap = position - len(cells)
            if gap > 0:
                cells.extend([""] * gap)
            if gap >= 0:
                cells.append(text)
            else:
                cells[position] = text
    return cells


def _cell_text(
    cell: "etree._Element", reference: str | None, book: Book, aside: Aside, told: set[str]
) -> str:
    """Return the text of a cell that holds more than a value: a formula, or its own text."""
    value = ""
    rich = None
    for child in cell:
        tag = local(child.tag)
        if tag == "v":
            value = child.text or ""
        elif tag == "is":
            rich = _rich_text(child)
        elif tag == "f" and child.text and '"' in child.text:
            literal(child.text, f"formula {reference or ''}".strip(), told, aside)
    return rich if rich is not None else _shown(value, cell.get("t"), cell.get("s"), book)


def _column(letters: str) -> int:
    """Return a column's number and remember it; the next one, where the letters are none."""
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:  # noqa: PLR2004 - XFD
        return _MOST_COLUMNS
    number = column_of(letters.upper())
    _COLUMNS[letters] = number
    return number


def literal(formula: str, where: str, told: set[str], aside: Aside) -> None:
    """Keep the texts that stand in a formula: a name is data wherever it stands."""
    for match in _LITERAL.finditer(formula):
        text = normalised(match[1].replace('""', '"')).strip()
        if len(text) > 1 and text not in told:
            told.add(text)
            aside.formulas.append(Passage(where=where, text=text))


def _shown(  # noqa: PLR0911 - one return for each type of cell
    value: str, kind: str | None, style: str | None, book: Book
) -> str:
    if not value:
        return ""
    if kind == "s":
        try:
            return book.strings[int(value)]
        except (ValueError, IndexError):
            return ""
    if kind in {"str", "e", "inlineStr"}:
        return _unescaped(value)
    if kind == "b":
        return "TRUE" if value.strip() in {"1", "true"} else "FALSE"
    if kind == "d":
        return value.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00")
    try:
        number_value = float(value)
    except ValueError:
        return normalised(value)
    if style and (book.date_styles or book.masks):
        return styled(number_value, _whole(style), book)
    return shown_number(number_value)


def styled(number: float, style: int, book: Book) -> str:
    """Return a number as a cell of that style shows it to a person."""
    if style in book.date_styles:
        return shown_date(number, book.epoch)
    mask = book.masks.get(style)
    if mask and 0 <= number < _MOST_MASKED and number.is_integer():
        return masked(number, mask)
    return shown_number(number)


def shown_number(number: float) -> str:
    """Return a number as the convention says: integral ones without decimals."""
    number = float(number)
    if math.isfinite(number) and number.is_integer():
        return str(int(number))
    return repr(number)


def shown_date(serial: float, epoch: datetime) -> str:
    """Return the ISO date of a serial number, with the time only where it is not midnight.

    Args:
        serial: days since the epoch; below 1 a time of day.
        epoch: 1899-12-30, or 1904-01-01 for workbooks made on old Macintoshes.
    """
    if not 0 <= serial < 2_958_466:  # noqa: PLR2004 - the year 10000
        return shown_number(serial)
    days, fraction = divmod(serial, 1)
    seconds = round(fraction * _SECONDS_A_DAY)
    if days == 0 and epoch.year < 1904 and seconds < _SECONDS_A_DAY:  # noqa: PLR2004 - the Macintosh epoch has a day 0
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60).isoformat()
    if epoch.year < 1904 and days < 60:  # noqa: PLR2004 - Excel believes in 29 February 1900
        days += 1
    at = epoch + timedelta(days=days, seconds=seconds)
    is_midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    return at.date().isoformat() if is_midnight else at.isoformat()

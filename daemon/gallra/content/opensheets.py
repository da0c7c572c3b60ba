"""The cells of OpenDocument sheets, streamed: a row is a passage, as the text convention says.

Repetition is how these files say that rows and columns are alike; what is repeated is told a
bounded number of times, since it says nothing new.

Source: OASIS OpenDocument 1.3 part 3, 9.1 (tables), 19.385 (office:value-type).
"""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gallra.content.opentext import OpenReader, name_of
from gallra.content.sheets import Aside, letters_of, literal, shown_number
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ROWS_REPEATED = f"{_TABLE}number-rows-repeated"
_COLUMNS_REPEATED = f"{_TABLE}number-columns-repeated"
_FORMULA = f"{_TABLE}formula"
_VALUE_TYPE = f"{_OFFICE}value-type"
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_NUMBERS = frozenset({"float", "percentage", "currency"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_PARAGRAPHS = frozenset({"p", "h"})
_MOST_REPEATS = 1_000
_REPEAT_COST = 64
"""Characters that a repeated row costs besides its own: it lies in memory each time."""
_MOST_COLUMNS = 16_384
_MASKED = re.compile(r"(?=0|\d[\d ]*-)\d[\d -]*\d")
"""A number shown as a number plate is: with leading zeros, or with a hyphen inside."""
_DURATION = re.compile(r"(-?)PT?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")


@dataclass(slots=True)
class Sheet:
    """A sheet while it is read."""

    room: int
    """Characters that may still be kept."""
    name: str = ""
    number: int = 0
    """Of the last row."""
    rows: list[Passage] = field(default_factory=list)
    reader: OpenReader = field(default_factory=OpenReader)
    aside: Aside = field(default_factory=Aside)
    told: set[str] = field(default_factory=set)

    @property
    def passages(self) -> list[Passage]:
        """All that the sheet says: rows, comments, boxes, links, choices."""
        reader = self.reader
        return [
            *self.rows,
            *reader.corners.comments,
            *reader.beside.boxes,
            *reader.corners.links.values(),
            *self.aside.formulas,
            *reader.beside.notes,
        ]

    def add(self, row: "etree._Element") -> None:
        """Add a ``table:table-row``, as often as it says, within bounds."""
        repeats = _whole(row.get(_ROWS_REPEATED))
        first = self.number + 1
        self.number += repeats
        if self.aside.is_cut:
            return
        cells = self._cells(row, first)
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            return
        text = "\t".join(cells)
        for number in range(first, first + min(repeats, _MOST_REPEATS)):
            self.room -= len(text) + (1 if number == first else _REPEAT_COST)
            if self.room < 0:
                self.aside.is_cut = True
                return
            self.rows.append(Passage(where=f"row {number}", text=text))

    def _cells(self, row: "etree._Element", number: int) -> list[str]:
        cells: list[str] = []
        position = 0
        for cell in row:
            repeats = cell.get(_COLUMNS_REPEATED)
            count = 1 if repeats is None else _whole(repeats)
            is_empty = not len(cell) and cell.get(_VALUE_TYPE) is cell.get(_FORMULA) is None
            if not is_empty and name_of(cell) in _CELLS:
                text = self._text(cell, position, number)
                if text:
                    gap = min(position, _MOST_COLUMNS) - len(cells)
                    if gap > 0:
                        cells += [""] * gap
                    if count == 1:
                        cells.append(text)
                    else:
                        most = min(count, _MOST_REPEATS, 1 + max(0, self.room) // len(text))
                        cells += [text] * most
            position += count
        return cells

    def _text(self, cell: "etree._Element", column: int, row: int) -> str:
        kind = cell.get(_VALUE_TYPE)
        formula = cell.get(_FORMULA)
        if formula is None and len(cell) == 1:
            only = cell[0]
            text = only.text or ""
            if only.tag == _PARAGRAPH and not len(only) and text.isprintable() and "  " not in text:
                return text if kind is None or kind == "string" else value_of(cell, kind, text)
        if formula and '"' in formula:
            where = f"formula {letters_of(min(column, _MOST_COLUMNS))}{row}"
            literal(formula, where, self.told, self.aside)
        shown = self._shown(cell, column, row)
        return shown if kind is None or kind == "string" else value_of(cell, kind, shown)

    def _shown(self, cell: "etree._Element", column: int, row: int) -> str:
        """Return what the cell shows; comments and shapes in it go beside."""
        texts: list[str] = []
        for child in cell:
            name = name_of(child)
            if name in _PARAGRAPHS:
                texts.append(self.reader.paragraph(child, f"row {row}"))
            elif name == "annotation":
                where = f"comment {letters_of(min(column, _MOST_COLUMNS))}{row}"
                self.reader.annotation(child, where)
            else:
                for block in self.reader.blocks_of(child, name):
                    if name_of(block) in _PARAGRAPHS:
                        texts.append(self.reader.paragraph(block, f"row {row}"))
                    else:
                        boxes = self.reader.passages(block, "nested table")
                        self.reader.beside.boxes.extend(boxes)
        text = "\n".join(texts)
        return text or cell.get(f"{_OFFICE}string-value", "")


def value_of(cell: "etree._Element", kind: str, shown: str) -> str:
    """Return a cell's value as the convention says.

    Args:
        cell: holds the value in its attributes.
        kind: its type, as written.
        shown: what the cell shows; kept where it says more than the number: leading zeros.
    """
    if kind in _NUMBERS:
        return _number(cell.get(f"{_OFFICE}value", ""), shown)
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", shown).removesuffix("T00:00:00") or shown
    if kind == "boolean":
        value = cell.get(f"{_OFFICE}boolean-value", "")
        return {"true": "TRUE", "false": "FALSE"}.get(value, shown)
    if kind == "time":
        return _time(cell.get(f"{_OFFICE}time-value", "")) or shown
    return shown


def _number(value: str, shown: str) -> str:
    try:
        text = shown_number(float(value))
    except ValueError:
        return shown
    return shown if shown != text and _MASKED.fullmatch(shown) else text


def _time(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        return ""
    hours, minutes, seconds = (int(match[group] or 0) for group in (2, 3, 4))
    return f"{match[1]}{hours:02}:{minutes:02}:{seconds:02}"


def _whole(text: str | None) -> int:
    """Return how often something is repeated: at least once, and no more than a sheet has room."""
    try:
        return max(1, min(int(text or 1), 1 << 20))
    except ValueError:
        return 1

"""One sheet of an old workbook: its cells, and everything that lies beside them.

Source: [MS-XLS] 2.4.149 (LabelSst), 2.4.174 (MulRk), 2.4.127 (Formula), 2.4.268 (String),
2.4.179 (Note), 2.4.329 (Txo), 2.4.181 (Obj), 2.4.140 (HLink), 2.4.96 (Dv), 2.4.136 (Header).
"""

import struct
from dataclasses import dataclass, field

from gallra.content.biff import (
    BOF,
    CONTINUE,
    EOF,
    BrokenError,
    boxed_text,
    link_targets,
    literals,
    records,
    texts_in,
)
from gallra.content.grid import ERRORS, Grid, cell_name, margin_text
from gallra.content.officeart import shape_texts
from gallra.content.ooxml import link_text
from gallra.content.xls_book import Workbook
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_LABEL_SST, _LABEL, _RICH_LABEL, _NUMBER, _RK, _MUL_RK = 0xFD, 0x204, 0xD6, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _TRUTH_OR_ERROR = 0x06, 0x207, 0x205
_FORMULA_95 = 0x206
_SHARED_FORMULA, _ARRAY_FORMULA = 0x4BC, 0x221
_NOTE, _OBJECT, _BOX, _DRAWING = 0x1C, 0x5D, 0x1B6, 0xEC
_LINK, _LINK_TIP, _VALIDATION = 0x1B8, 0x800, 0x1BE
_HEADER, _FOOTER, _MORE_MARGINS = 0x14, 0x15, 0x89C
_SERIES_TEXT = 0x100D
_GUESSED = frozenset({0xAF, 0x9E, 0xB0, 0xB1, 0xB2, 0x100, 0x872, 0x877, 0x878, 0x802, 0x1B1})
"""Scenarios, filters, pivot tables, lists: read by what looks like text."""
_DOUBLE = struct.Struct("<d").unpack_from
_CELL = struct.Struct("<HHH").unpack_from
_SST_CELL = struct.Struct("<HHHI").unpack_from
_NUMBER_CELL = struct.Struct("<HHHd").unpack_from


def rk_number(packed: int) -> float:
    """Return the number that 30 bits and two flags stand for."""
    if packed & 2:
        number: float = (packed >> 2) - (1 << 30 if packed & 0x80000000 else 0)
    else:
        (number,) = _DOUBLE(struct.pack("<II", 0, packed & 0xFFFFFFFC))
    return number / 100 if packed & 1 else number


@dataclass(slots=True)
class SheetText:
    """What a sheet holds."""

    cells: list[Passage] = field(default_factory=list)
    beside: list[Passage] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    is_cut: bool = False
    """More text than the limit lets through."""


class _Reader:
    """Takes the records of a sheet in their order."""

    def __init__(self, workbook: Workbook, most_characters: int) -> None:
        self._workbook = workbook
        self._book, self._texts = workbook.book, workbook.texts
        self.grid = Grid(most_characters)
        self._most_characters = most_characters
        self.charts: list[Grid] = []
        self.chart_texts: list[str] = []
        self.margins: list[Passage] = []
        self._notes: list[tuple[str, int, str, str]] = []
        self._boxes: dict[int, str] = {}
        self.aside: dict[tuple[str, str], None] = {}
        self._drawing: list[bytes] = []
        self._object = 0
        self._formula_cell: tuple[Grid, int, int] | None = None
        self._box: tuple[int, int] | None = None
        self._box_pieces: list[bytes] = []
        self._last = 0
        self.is_damaged = False

    def note(self, where: str, text: str) -> None:
        if text := text.strip("\0 \n\t"):
            self.aside.setdefault((where, text))

    def read(  # noqa: C901 - one pass over the records, the frequent ones first
        self, begin: int
    ) -> bool:
        """Read to the end of the sheet; tell whether there was one."""
        depth = 0
        grid = self.grid
        shared, shown = self._workbook.shared, self._workbook.shown
        count = len(shared)
        for number, at, length in records(self._book, begin):
            if number == _LABEL_SST and length >= 10:  # noqa: PLR2004 - the record's size
                row, column, _, index = _SST_CELL(self._book, at)
                if index < count:
                    grid.add(row, column, shared[index])
                else:
                    self.is_damaged = True
            elif number == _NUMBER and length >= 14:  # noqa: PLR2004 - as above
                row, column, style, value = _NUMBER_CELL(self._book, at)
                grid.add(row, column, shown(value, style))
            elif number == _RK and length >= 10:  # noqa: PLR2004 - as above
                row, column, style, packed = _SST_CELL(self._book, at)
                grid.add(row, column, shown(rk_number(packed), style))
            elif number == BOF:
                depth += 1
                if depth > 1:
                    grid = Grid(self._most_characters)
                    self.charts.append(grid)
            elif number == EOF:
                depth -= 1
                grid = self.grid
                if depth <= 0:
                    return True
            elif number == CONTINUE:
                self._continued(self._book[at : at + length])
            else:
                self._other(number, at, at + length, grid)
                self._last = number
        return False

    def _continued(self, body: bytes) -> None:
        if self._last == _BOX:
            self._box_pieces.append(body)
        elif self._last == _DRAWING:
            self._drawing.append(body)

    def _other(self, number: int, at: int, end: int, grid: Grid) -> None:
        if number == _MUL_RK:
            row, first = struct.unpack_from("<HH", self._book, at)
            for position, place in enumerate(range(at + 4, end - 7, 6)):
                style, packed = struct.unpack_from("<HI", self._book, place)
                grid.add(row, first + position, self._workbook.shown(rk_number(packed), style))
        elif number in {_FORMULA, _FORMULA_95}:
            self._formula(at, end, grid)
        elif number == _STRING:
            if self._formula_cell is not None:
                goal, row, column = self._formula_cell
                goal.add(row, column, self._texts.read(self._book, at, end)[0])
        elif number in {_LABEL, _RICH_LABEL}:
            row, column, _ = _CELL(self._book, at)
            grid.add(row, column, self._texts.read(self._book, at + 6, end)[0])
        elif number == _TRUTH_OR_ERROR:
            row, column, _ = _CELL(self._book, at)
            grid.add(row, column, _truth_or_error(self._book[at + 6], self._book[at + 7]))
        else:
            self._beside(number, at, end)

    def _formula(self, at: int, end: int, grid: Grid) -> None:
        row, column, style = _CELL(self._book, at)
        value = self._book[at + 6 : at + 14]
        self._formula_cell = None
        if value[6:8] != b"\xff\xff":
            grid.add(row, column, self._workbook.shown(_DOUBLE(value)[0], style))
        elif value[0] == 0:
            self._formula_cell = grid, row, column
        elif value[0] in {1, 2}:
            grid.add(row, column, _truth_or_error(value[2], value[0] - 1))
        formula = self._book[at + 20 : end]
        if b"\x17" in formula:
            for text in literals(formula):
                self.note(f"formula {cell_name(row, column)}", text)

    def _beside(  # noqa: C901 - a ladder of records
        self, number: int, at: int, end: int
    ) -> None:
        book, texts = self._book, self._texts
        if number == _NOTE:
            self._comment(at, end)
        elif number == _OBJECT:
            if end - at >= 8 and book[at : at + 2] == b"\x15\0":  # noqa: PLR2004 - the first sub-record
                (self._object,) = struct.unpack_from("<H", book, at + 6)
        elif number == _BOX:
            self._end_box()
            self._box = self._object, struct.unpack_from("<H", book, at + 10)[0]
        elif number == _DRAWING:
            self._drawing.append(book[at:end])
        elif number in {_HEADER, _FOOTER}:
            text, _ = texts.read(book, at, end, is_short=not texts.is_wide)
            self._margin("header" if number == _HEADER else "footer", text)
        elif number == _LINK:
            for text in link_targets(book[at + 24 : end]):
                self.note("hyperlink", link_text(text))
        elif number == _LINK_TIP:
            self.note("hyperlink", book[at + 10 : end].decode("utf-16-le", "replace"))
        elif number == _VALIDATION:
            self._validation(at, end)
        else:
            self._rare(number, at, end)

    def _rare(self, number: int, at: int, end: int) -> None:
        book, texts = self._book, self._texts
        if number == _MORE_MARGINS:
            place = at + 38
            for where in ("header", "footer", "header", "footer"):
                if place < end:
                    text, place = texts.read(book, place, end)
                    self._margin(where, text)
        elif number == _SERIES_TEXT:
            self.chart_texts.append(texts.read(book, at + 2, end, is_short=True)[0])
        elif number in {_SHARED_FORMULA, _ARRAY_FORMULA}:
            for text in literals(book[at:end]):
                self.note("formula", text)
        elif number in _GUESSED:
            for text in texts_in(book[at:end], texts):
                self.note("other", text)

    def _margin(self, where: str, text: str) -> None:
        if text := margin_text(text):
            self.margins.append(Passage(where=where, text=text))

    def _comment(self, at: int, end: int) -> None:
        row, column, third, fourth = struct.unpack_from("<4H", self._book, at)
        if self._texts.is_wide:
            author, _ = self._texts.read(self._book, at + 8, end)
            self._notes.append((cell_name(row, column), fourth, author, ""))
        else:
            text = self._book[at + 6 : end].decode(self._texts.codec, "replace")
            if row == 0xFFFF and self._notes:  # noqa: PLR2004 - a long comment goes on
                cell, number, author, begin = self._notes[-1]
                self._notes[-1] = (cell, number, author, begin + text)
            else:
                self._notes.append((cell_name(row, column), -1 - third, "", text))

    def _validation(self, at: int, end: int) -> None:
        place = at + 4
        for _ in range(4):
            text, place = self._texts.read(self._book, place, end)
            self.note("input help", text)
        for text in literals(self._book[place:end]):
            self.note("choice", text)

    def _end_box(self) -> None:
        if self._box is not None:
            number, count = self._box
            text = boxed_text(self._box_pieces, count)
            self._boxes[number] = (
                f"{self._boxes[number]}\n{text}" if number in self._boxes else text
            )
        self._box, self._box_pieces = None, []

    def rest(self) -> list[Passage]:
        """Return what lies beside the cells, in its order."""
        self._end_box()
        found = []
        for cell, number, author, text in self._notes:
            text = self._boxes.pop(number, "") or text  # noqa: PLW2901 - Excel 95 has it in the note itself
            if text.strip():
                found.append(Passage(where=f"comment {cell}", text=text))
            self.note("author", author)
        boxes = [text for text in self._boxes.values() if text.strip()]
        found += [Passage(where="text box", text=text) for text in boxes]
        found += self.margins
        found += [Passage(where=where, text=text) for where, text in self.aside]
        found += [Passage(where="chart", text=text) for text in self.chart_texts if text.strip()]
        for chart in self.charts:
            found += chart.passages(self._most_characters, "chart")
        return found + list(shape_texts(b"".join(self._drawing)))


def _truth_or_error(value: int, is_error: int) -> str:
    if is_error:
        return ERRORS.get(value, "#N/A")
    return "TRUE" if value else "FALSE"


def sheet_text(workbook: Workbook, begin: int, most_characters: int) -> SheetText:
    """Read a sheet.

    Args:
        workbook: what came before the sheets.
        begin: the offset at which the workbook says the sheet begins.
        most_characters: of its cells.
    """
    found = SheetText()
    reader = _Reader(workbook, most_characters)
    head = workbook.book[begin : begin + 4]
    is_sheet = len(head) == 4 and struct.unpack("<HH", head)[0] & 0xFF == BOF & 0xFF  # noqa: PLR2004 - a record's head
    try:
        is_whole = is_sheet and reader.read(begin)
    except (BrokenError, struct.error, IndexError):
        is_whole = False
    found.cells = list(reader.grid.passages(most_characters))
    found.beside = reader.rest()
    if not is_whole or reader.is_damaged:
        found.shortfalls.append(said("its cells are damaged"))
    found.is_cut = reader.grid.is_cut
    if found.is_cut:
        found.shortfalls.append(said("holds more than {limit} characters", limit=most_characters))
    return found

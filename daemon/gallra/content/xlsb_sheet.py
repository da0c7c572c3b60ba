"""One sheet of a binary workbook, taken record by record.

Source: [MS-XLSB] 2.5.9 (Cell), 2.4.656 (BrtHLink), 2.4.96 (BrtBeginHeaderFooter), 2.4.351
(BrtDVal), 2.4.28 (BrtBeginComment), 2.4.324 (BrtCommentText).
"""

import struct
from collections.abc import Callable, Iterator

from gallra.content.biff12 import literals, texts_in, wide
from gallra.content.grid import ERRORS, Grid, cell_name, margin_text
from gallra.content.ooxml import link_text
from gallra.content.sheets import Book, styled
from gallra.content.xls_sheet import rk_number
from gallra.model.passage import Passage

_ROW, _END_SHEET = 0, 130
_BLANK, _RK, _ERROR, _TRUTH, _REAL, _TEXT, _SHARED, _RICH = 1, 2, 3, 4, 5, 6, 7, 62
_FORMULA_TEXT, _FORMULA_NUMBER, _FORMULA_TRUTH, _FORMULA_ERROR = 8, 9, 10, 11
_LAST_CELL = 11
_LINK, _VALIDATION, _MARGINS = 494, 64, 479
_GUESSED = frozenset({_LINK, _VALIDATION, 426, 427, 500, 501, 502, 463, 1045})
"""Links, choices, shared formulas, scenarios, filters: read by what looks like text."""
_COMMENT, _COMMENT_TEXT, _COMMENT_AUTHOR = 635, 637, 632
_SHARED_CELL = struct.Struct("<III").unpack_from
_FORMULA_AT = {_FORMULA_NUMBER: 16, _FORMULA_TRUTH: 9, _FORMULA_ERROR: 9}


class SheetReader:
    """Takes the records of a sheet in their order."""

    def __init__(self, book: Book, most_characters: int) -> None:
        """Begin before the first row.

        Args:
            book: what the cells refer to.
            most_characters: of the cells.
        """
        self._book = book
        self._row = 0
        self.grid = Grid(most_characters)
        self.margins: list[Passage] = []
        self.is_damaged = False
        """A cell asked for a shared text that is not there."""
        self.is_ended = False
        self._beside: dict[tuple[str, str], None] = {}

    def beside(self) -> Iterator[Passage]:
        """Yield what stands beside the cells, each text once."""
        for where, text in self._beside:
            yield Passage(where=where, text=text)

    def take(self, number: int, body: bytes) -> None:
        """Take a record.

        Raises:
            struct.error: it is too short.
            BrokenError: a text in it is not whole.
        """
        if number == _SHARED:  # by far the most frequent, so no detour
            column, _, index = _SHARED_CELL(body)
            if index < len(self._book.strings):
                self.grid.add(self._row, column, self._book.strings[index])
            else:
                self.is_damaged = True
        elif number == _ROW:
            (self._row,) = struct.unpack_from("<I", body)
        elif number <= _LAST_CELL or number == _RICH:
            if number != _BLANK:
                self._cell(number, body)
        elif number == _END_SHEET:
            self.is_ended = True
        elif number == _MARGINS:
            self._margins(body)
        elif number in _GUESSED:
            self._guess(number, body)

    def _cell(self, number: int, body: bytes) -> None:
        column, style = struct.unpack_from("<II", body)
        self.grid.add(self._row, column, self._shown(number, body, style & 0xFFFFFF))
        if number == _FORMULA_TEXT:
            formula = body[wide(body, 8)[1] :]
        elif number in _FORMULA_AT:
            formula = body[_FORMULA_AT[number] :]
        else:
            return
        if b"\x17" in formula:
            for text in literals(formula):
                self._note(f"formula {cell_name(self._row, column)}", text)

    def _shown(self, number: int, body: bytes, style: int) -> str:
        if number in {_TEXT, _FORMULA_TEXT}:
            return wide(body, 8)[0]
        if number == _RICH:
            return wide(body, 9)[0]
        if number in {_TRUTH, _FORMULA_TRUTH}:
            return "TRUE" if body[8] else "FALSE"
        if number in {_ERROR, _FORMULA_ERROR}:
            return ERRORS.get(body[8], "#N/A")
        if number == _RK:
            value = rk_number(struct.unpack_from("<I", body, 8)[0])
        else:
            (value,) = struct.unpack_from("<d", body, 8)
        return styled(value, style, self._book)

    def _margins(self, body: bytes) -> None:
        at = 2
        for where in ("header", "footer") * 3:
            text, at = wide(body, at)
            if text := margin_text(text):
                self.margins.append(Passage(where=where, text=text))

    def _guess(self, number: int, body: bytes) -> None:
        if number == _LINK:
            for text in texts_in(body[16:]):
                if not text.startswith("rId"):
                    self._note("hyperlink", link_text(text))
            return
        where = "input help" if number == _VALIDATION else "other"
        for text in (*texts_in(body), *literals(body)):
            self._note(where, text)

    def _note(self, where: str, text: str) -> None:
        if text := text.strip():
            self._beside.setdefault((where, text))


def comments_in(found: list[Passage]) -> Callable[[int, bytes], None]:
    """Return what takes the records of a part with comments, and appends to ``found``."""
    cell = ""

    def take(number: int, body: bytes) -> None:
        nonlocal cell
        if number == _COMMENT:
            _, row, _, column = struct.unpack_from("<4I", body)
            cell = cell_name(row, column)
        elif number == _COMMENT_TEXT:
            text, _ = wide(body, 1)
            if text.strip():
                found.append(Passage(where=f"comment {cell}".strip(), text=text))
        elif number == _COMMENT_AUTHOR:
            author, _ = wide(body, 0)
            if author.strip() and not author.startswith("tc="):
                found.append(Passage(where="author", text=author))

    return take

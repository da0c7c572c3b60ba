"""The cells of a sheet, gathered in any order, shown a row a passage."""

import re
from collections.abc import Iterator

from gallra.content.place import normalised
from gallra.model.passage import Passage

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Source: [MS-XLS] 2.5.10 (Bes), [MS-XLSB] 2.5.97.2 (BErr)."""
_MARGIN_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Za-z&])')


class Grid:
    """What the cells show, by row and column."""

    def __init__(self, most_characters: int) -> None:
        """Begin empty; more text than ``most_characters`` is left out, and that is known."""
        self._rows: dict[int, dict[int, str]] = {}
        self._room = most_characters
        self.is_cut = False

    def add(self, row: int, column: int, text: str) -> None:
        """Put a text into a cell; both count from 0. A later one replaces an earlier one."""
        if text:
            self._room -= len(text) + 1
            if self._room < 0:
                self.is_cut = True
                return
            cells = self._rows.get(row)
            if cells is None:
                self._rows[row] = {column: text}
            else:
                cells[column] = text

    def passages(self, most_characters: int, where: str | None = None) -> Iterator[Passage]:
        """Yield a passage for each row that holds anything, as the convention says."""
        room = most_characters
        for row in sorted(self._rows):
            cells = self._rows[row]
            last = max(cells)
            if last + 1 == len(cells):
                text = "\t".join([cells[column] for column in range(last + 1)])
            else:
                text = "\t".join([cells.get(column, "") for column in range(last + 1)])
            room -= len(text) + 1
            if room < 0:
                self.is_cut = True
                return
            yield Passage(where=where or f"row {row + 1}", text=normalised(text))


def cell_name(row: int, column: int) -> str:
    """Return a cell's name, ``A1`` for 0, 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def margin_text(text: str) -> str:
    """Return a page's header or footer without the codes that format it."""
    return normalised(_MARGIN_CODE.sub(" ", text)).strip()

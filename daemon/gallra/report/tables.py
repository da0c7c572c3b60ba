"""Rows for people: framed on a terminal, aligned plain lines where nobody watches."""

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from gallra.model.names import shown

_LOOK_AHEAD_COUNT = 200
"""So many rows decide how wide columns are; the rest stream through, however many."""
_WIDEST = 60
"""No column is padded beyond this: one long name must not push the others off the page."""

Row = Sequence[str]


def plain(headings: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a heading line and a line for each of ``rows``, columns aligned, texts escaped."""
    remaining = (tuple(shown(cell) for cell in row) for row in rows)
    first = list(itertools.islice(remaining, _LOOK_AHEAD_COUNT))
    widths = [
        min(_WIDEST, max(_width(row[column]) for row in (headings, *first)))
        for column in range(len(headings))
    ]
    for row in itertools.chain((tuple(headings),), first, remaining):
        yield "  ".join(map(_padded, row, widths)).rstrip()


def framed(headings: Row, rows: Iterable[Row], stream: TextIO) -> None:
    """Draw a table on a terminal; cells are never read as markup."""
    from rich import box  # noqa: PLC0415 - 60 ms that only a terminal pays
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(shown(cell)) for cell in row))
    Console(file=stream, highlight=False).print(table)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Return how many cells of a terminal ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character)
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )

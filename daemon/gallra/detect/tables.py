"""Tables in text: a header row says what stands below it, however far down."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from gallra.detect.columns import role_of
from gallra.detect.recognizer import Cell

_SEPARATORS = ("\t", ";", "|", ",")
_LONGEST_LINE = 4000
_SEPARATOR = re.compile(r"[\t;|,]")
_HEADER_HINT = re2.compile(
    r"(?im)^[^\n]*(?:namn|navn|name|nr|nummer|number|l[öø]n|salary|medlem|anst|ansat|person"
    r"|f[öø]d|mail"
    r"|post|telef|tlf|mobil|konto|adres|delta|kandidat|s[öø]k|member|employee)[^\n]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where a table stands in the text, its columns, and its cells that have a role."""

    start: int
    end: int
    roles: tuple[str, ...]
    cells: tuple[Cell, ...]
    row_count: int


def tables(text: str) -> Iterator[Table]:
    """Yield the tables of ``text`` that have a header row, in order.

    A header is a line of at least two short cells of which at least two, or one that names a
    kind of number, are known words; it holds for the lines below that are split the same way.
    """
    length = len(text)
    row = 0
    position = 0
    for start, end in _separated_lines(text):
        if start < position:
            continue
        position = end + 1
        line = text[start:end]
        if not _SEPARATOR.search(line):
            table = _spaced(text, start, end, row)
            if table is not None:
                row += table.row_count
                position = table.end + 1
                yield table
            continue
        found = _header(line)
        if found is None:
            continue
        mark, roles = found
        cells: list[Cell] = []
        rows = 0
        last = end
        while position < length:
            stop = text.find("\n", position)
            stop = length if stop < 0 else stop
            if stop - position > _LONGEST_LINE or mark not in text[position:stop]:
                break
            row += 1
            rows += 1
            _cut(text, position, stop, mark, roles, row, cells)
            last = stop
            position = stop + 1
        if rows:
            yield Table(start=start, end=last, roles=roles, cells=tuple(cells), row_count=rows)


_SPACED_WORD = re.compile(
    r"(?<![^\W_])(?P<who>namn|navn|medlem|person(?:nummer|nr)|fødsels(?:nummer|nr)|anställd"
    r"|ansatt|tilsett)(?![^\W_])"
    r"|(?<![^\W_])(?P<pay>(?:ny |nuvarande |nåværende |noverande )?\w{0,9}(?:lön|lønn|løn)"
    r"|(?:løn+s|löne)?(?:krav|yrkande)(?: kr)?)(?![^\W_])",
    re.IGNORECASE,
)  # fmt: skip
_PAY_HINTS = ("lön", "løn", "krav", "yrkande")
_BIRTH_NUMBER = re.compile(r"\d{6,8}[-+ ]?\d{4,5}(?!\d)")
_AMOUNT = re.compile(r"(?<![\d.,-])(?:\d{5,7}|\d{2,3} \d{3})(?![\d,-]|[.]\d)")
_LONGEST_SPACED = 160
_WRAPPED = 2
"""Lines in a row without an amount: a cell that ran on, a page's foot."""


def _spaced(text: str, start: int, end: int, row: int) -> Table | None:
    """Return the table of pay under this header; a PDF left only spaces between columns."""
    if end - start > _LONGEST_SPACED:
        return None
    low = text[start:end].lower()
    if not any(word in low for word in _PAY_HINTS):
        return None
    words = list(_SPACED_WORD.finditer(text, start, end))
    paid = sum(1 for word in words if word["pay"])
    if not paid or paid == len(words):
        return None
    is_member = low.startswith("medlem ")
    cells: list[Cell] = []
    position, rows, last, silent = end + 1, 0, end, 0
    while position < len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        line = text[position:stop]
        amounts = (
            []
            if len(line) > _LONGEST_SPACED
            else list(
                _AMOUNT.finditer(_BIRTH_NUMBER.sub(lambda number: "x" * len(number[0]), line))
            )
        )
        if not amounts or not line[0].isalpha():
            silent += 1
            if silent > _WRAPPED:
                break
            position = stop + 1
            continue
        silent = 0
        rows += 1
        if is_member:
            name = line[: amounts[0].start()].rstrip()
            cells.append(Cell(position, position + len(name), "member", row + rows))
        cells.extend(
            Cell(position + amount.start(), position + amount.end(), "salary", row + rows)
            for amount in amounts[:paid]
        )
        last = stop
        position = stop + 1
    if not rows:
        return None
    roles = ("member" if is_member else "name", *("salary",) * paid)
    return Table(start=start, end=last, roles=roles, cells=tuple(cells), row_count=rows)


def _separated_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that may be headers: those with a word for a column."""
    for match in _HEADER_HINT.finditer(text):
        start, end = match.span()
        if end - start <= _LONGEST_LINE:
            yield start, end


def _header(line: str) -> tuple[str, tuple[str, ...]] | None:
    for mark in _SEPARATORS:
        if mark not in line:
            continue
        names = [name.strip(" \"'*:") for name in line.split(mark)]
        if any(len(name) > 40 for name in names):  # noqa: PLR2004 - a cell, not a sentence
            return None
        roles = tuple(role_of(name) for name in names)
        known = sum(1 for role in roles if role)
        if known >= 2 or (known == 1 and len(names) >= 2 and mark != ","):  # noqa: PLR2004 - two make a header
            if any(re.search(r"\d{5}|@", name) for name in names):
                return None
            return mark, roles
        return None
    return None


def _cut(  # noqa: PLR0913, PLR0917 - one row's place, and where its cells go
    text: str,
    start: int,
    stop: int,
    mark: str,
    roles: tuple[str, ...],
    row: int,
    cells: list[Cell],
) -> None:
    position = start
    for role in roles:
        end = text.find(mark, position, stop)
        end = stop if end < 0 else end
        if role:
            first, last = position, end
            while first < last and text[first] in ' "':
                first += 1
            while last > first and text[last - 1] in ' "\r':
                last -= 1
            if first < last:
                cells.append(Cell(first, last, role, row))
        if end >= stop:
            return
        position = end + 1

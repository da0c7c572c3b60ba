"""Reading a list of members, however its columns are named and its numbers are written.

The file is read in the sandbox; the text is looked at here, at the moment a person asks, and
kept nowhere.
"""

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from gallra.duties.member_columns import heads_of, inferred
from gallra.duties.member_lines import has_letters, member_of
from gallra.model.errors import WrongUseError
from gallra.model.finding import PartReport
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.washing import Member, MemberList
from gallra.service.scanning import Scanner

_DELIMITERS: Final = ";\t,|"
_MOST_PREAMBLE: Final = 40
"""So many lines may stand before the headings."""
_MOST_LINES: Final = 200_000
_ROW: Final = re.compile(r"row (\d+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a file: a sheet, or the text of a csv."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Number and cells, those with something in them."""


def read_list(path: str, *, scanner: Scanner, sheet: str = "") -> MemberList:
    """Return the members that the file at ``path`` lists.

    Args:
        path: A workbook, a csv or any file with one table of members in it.
        scanner: The sandbox.
        sheet: Which table, where there are several.

    Raises:
        OSError: If it cannot be opened.
        WrongUseError: If nothing of it can be read, no table of members is in it, or several are.
    """
    reports = scanner.reports(os.fsencode(path), wants_text=True)
    tables = tuple(tables_in(reports))
    found = [(table, read) for table in tables if (read := members_in(table)) is not None]
    if sheet:
        found = [pair for pair in found if pair[0].name.casefold() == sheet.casefold()]
    if not found:
        raise WrongUseError(_nothing(path, reports))
    if len(found) > 1:
        raise WrongUseError(
            said(
                "{path}: several tables of members ({tables}): say which with --sheet",
                path=shown(path),
                tables=", ".join(shown(table.name) for table, _ in found),
            )
        )
    read = found[0][1]
    return MemberList(
        members=read.members,
        ununderstood_rows=read.ununderstood_rows,
        complaints=tuple(_incomplete(path, reports)),
        roles=read.roles,
    )


def tables_in(reports: Sequence[PartReport]) -> Iterator[Table]:
    """Yield the tables of a file: one for each part that has rows."""
    for report in reports:
        passages = report.passages or ()
        numbered = [
            (int(place[1]), tuple(passage.text.split("\t")))
            for passage in passages
            if (place := _ROW.match(passage.where))
        ]
        if not numbered:
            drawn = [passage.text for passage in passages if passage.where == "table"]
            numbered = [
                (number, tuple(text.split("\t"))) for number, text in enumerate(drawn, start=1)
            ]
        if not numbered:
            bodies = [passage.text for passage in passages if passage.where == "body"]
            numbered = list(_separated(bodies[0])) if len(bodies) == 1 else []
        if numbered:
            name = report.address.removeprefix("sheet:")
            yield Table(name=name, rows=tuple(numbered[:_MOST_LINES]))


def members_in(table: Table) -> MemberList | None:
    """Return the members of a table; ``None`` where it is no table of members."""
    at, heads = heads_of([cells for _, cells in table.rows[:_MOST_PREAMBLE]])
    body = table.rows[at + 1 :] if heads else table.rows
    heads = inferred(heads, [cells for _, cells in body])
    roles = tuple(head.role for head in heads)
    if not {"name", "last-name", "personal-number", "member-number", "email"} & set(roles):
        return None
    if len([role for role in roles if role]) < 2:  # noqa: PLR2004 - a single column is any list
        return None
    members: list[Member] = []
    lost: list[int] = []
    for number, cells in body:
        if sum(1 for cell in cells if cell.strip()) <= 1 and len(heads) > 1:
            if not _is_footer(cells):
                lost.append(number)
            continue
        member = member_of(number, heads, cells)
        if member is None:
            if has_letters(cells):
                lost.append(number)
            continue
        members.append(member)
    return MemberList(members=tuple(members), ununderstood_rows=tuple(lost), roles=roles)


def _is_footer(cells: Iterable[str]) -> bool:
    """Tell whether a line with one cell is a remark: a total, a date of printing, a page."""
    return "@" not in "".join(cells)


def _separated(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield number and cells of each line of a csv that has something in it."""
    lines = text.splitlines()
    delimiter = _delimiter(lines[:_MOST_PREAMBLE])
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, row in enumerate(rows, start=1):
            if any(cell.strip() for cell in row):
                yield number, tuple(row)
    except csv.Error:  # a quotation mark that never ends: what follows cannot be told apart
        return


def _delimiter(lines: Sequence[str]) -> str:
    """Return what parts the columns: what comes most often in the most lines."""

    def weight(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if line.strip()]
        most = max(counts, default=0)
        return (sum(1 for count in counts if count == most) if most else 0, most)

    return max(_DELIMITERS, key=weight)


def _incomplete(path: str, reports: Sequence[PartReport]) -> Iterator[Message]:
    if any(not report.outcome.is_complete for report in reports):
        yield said("{path} was not read in full: lines of it may be missing", path=shown(path))


def _nothing(path: str, reports: Sequence[PartReport]) -> Message:
    unread = [report for report in reports if not report.outcome.is_complete]
    if unread:
        return said(
            "{path} was not read in full, and no list of members can be seen in it",
            path=shown(path),
        )
    return said(
        "{path}: no table of members is in it. One has a line of headings, with a name, a"
        " personal number, a member number or a mail address among them",
        path=shown(path),
    )

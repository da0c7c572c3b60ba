"""Files that tell of events: TOML or CSV, understood as a whole or complained of line by line."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from gallra.model.message import Message, said
from gallra.model.retention import Trigger
from gallra.rules.complaint import WHOLE_FILE, Complaint
from gallra.rules.description import KeyDescription, TableDescription
from gallra.rules.notes import Notes
from gallra.rules.positions import Positions
from gallra.rules.ruling import EVENTS
from gallra.rules.shapes import Day, Several, Text, Word
from gallra.rules.syntax import LARGEST_BYTES, Reading, read
from gallra.rules.validation import Values, listed

if TYPE_CHECKING:
    from collections.abc import Mapping

SUFFIXES = (".toml", ".csv")
_MOST_ROWS = 10_000


CLAIM = TableDescription(
    name="event",
    header="[[event]]",
    sentence=said("Something that happened on a day, and what it is about."),
    keys=(
        KeyDescription(
            name="kind",
            shape=Word(EVENTS),
            sentence=said("What has happened."),
            is_required=True,
            example='"case-closed"',
        ),
        KeyDescription(
            name="reference",
            shape=Text(),
            sentence=said("What people call it, or what it is about where nothing below says so."),
            is_required=True,
            example='"Sak 17"',
        ),
        KeyDescription(
            name="on",
            shape=Day(),
            sentence=said("The day on which it happened."),
            is_required=True,
            example="2026-03-01",
        ),
        KeyDescription(
            name="folder",
            shape=Several(Text()),
            sentence=said("A folder in a share, as SHARE/PATH or from the root, with all in it."),
            example='"arenden/Sak 17"',
        ),
        KeyDescription(
            name="file",
            shape=Several(Text()),
            sentence=said("A file, or a message in a mailbox, as FILE#msg:17."),
            example='"epost/inn.mbox#msg:17"',
        ),
        KeyDescription(
            name="subject",
            shape=Several(Text()),
            sentence=said("Messages of which this is the subject line, or a piece of it."),
            example='"Sommerfest 2026"',
        ),
        KeyDescription(
            name="person",
            shape=Several(Text()),
            sentence=said("Whatever speaks of this person: a number or a mail address, no name."),
            example='"anna@example.org"',
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An event as somebody wrote it down."""

    kind: Trigger
    reference: str
    on: date | None
    """``None``: today."""
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    line: int = WHOLE_FILE


def claims_in(content: bytes, *, is_table: bool) -> tuple[Claim, ...] | tuple[Complaint, ...]:
    """Return the events that a file tells of, or what is wrong with it, in file order.

    Args:
        content: The bytes of the file.
        is_table: Whether it is CSV: one event a line, under the names of the keys; columns
            parted by semicolon, comma or tab, and several values in a cell by ``|``.
    """
    reading = _rows(content) if is_table else read(content)
    notes = Notes(reading)
    read_values: list[Values] = []
    if not reading.complaints:
        for name in reading.document:
            if name != CLAIM.name:
                notes.complain_of_unknown((name,), (CLAIM.name,))
        read_values = listed(CLAIM, reading.document, notes)
    complaints = notes.in_file_order()
    if complaints:
        return complaints
    return tuple(
        _claim(values, notes.line_of((CLAIM.name, index)))
        for index, values in enumerate(read_values)
    )


def _claim(values: Values, line: int) -> Claim:
    def several(name: str) -> tuple[str, ...]:
        return cast("tuple[str, ...]", values.get(name, ()))

    return Claim(
        kind=Trigger(cast("str", values["kind"])),
        reference=cast("str", values["reference"]),
        on=cast("date", values["on"]),
        folders=several("folder"),
        files=several("file"),
        subjects=several("subject"),
        persons=several("person"),
        line=line,
    )


def _rows(content: bytes) -> Reading:
    """Read a table as if its lines were tables of TOML."""
    if len(content) > LARGEST_BYTES:
        return _unread(said("the file is larger than {limit} bytes", limit=LARGEST_BYTES))
    text = _decoded(content)
    if "\0" in text:
        return _unread(said("a NUL character stands in the file"))
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    positions = Positions()
    events: list[Mapping[str, object]] = []
    names: list[str] | None = None
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = [cell.strip().lower() for cell in row]
                continue
            if len(row) > len(names) or len(events) >= _MOST_ROWS:
                extra = said("this line has more columns than the first one, or is one too many")
                return _unread(extra, rows.line_num)
            positions.lines[CLAIM.name, len(events)] = rows.line_num
            events.append(_row(names, row))
    except csv.Error:
        return _unread(said("this line is no line of a table"), rows.line_num)
    return Reading(document={CLAIM.name: events}, positions=positions, complaints=())


def _row(names: list[str], row: list[str]) -> dict[str, object]:
    single = {"kind", "reference", "on"}
    return {
        name: cell.strip() if name in single else [each.strip() for each in cell.split("|")]
        for name, cell in zip(names, row, strict=False)
        if cell.strip()
    }


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # as a spreadsheet saves it


def _unread(message: Message, line: int = 1) -> Reading:
    complaint = Complaint(line=line, message=message)
    return Reading(document={}, positions=Positions(), complaints=(complaint,))

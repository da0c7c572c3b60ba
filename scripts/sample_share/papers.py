"""Documents before they have a format, and files with the truth about each of their parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sample_share.marked import Marked, join

if TYPE_CHECKING:
    from collections.abc import Iterable

READ = "read in full"
OPAQUE = "opaque"
DAMAGED = "damaged"
UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a document is, and what follows from it."""

    kind: str | None
    """One of the kinds that rules know, or ``None``."""
    language: str | None
    class_code: str
    """The retention class that a record with this content belongs to."""
    special_categories: tuple[str, ...] = ()
    on: date
    """When it was written; also the file's time."""
    document_date: date | None = None
    """The last day that its own words about its date can mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTruth:
    """What a perfect reader and detector would say about one part of a file."""

    address: str
    format: str
    """The reader's word: ``docx``, ``sheet``, ``message``, …"""
    text: Marked = field(default_factory=Marked)
    outcome: str = READ
    subject: Subject | None = None
    """``None`` for what only contains other parts, or holds no words."""
    is_record: bool = False
    """Whether it has a class and a fate of its own."""
    message_id: str | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A finished file."""

    name: str
    content: bytes
    subject: Subject
    parts: tuple[PartTruth, ...]
    """The file itself first, its address ``""``."""

    def inside(self, prefix: str) -> tuple[PartTruth, ...]:
        """Return the parts as they are addressed from a container, where no part is a record."""
        return tuple(
            replace(
                part,
                address=f"{prefix}!{part.address}" if part.address else prefix,
                is_record=False,
            )
            for part in self.parts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of equal meaning; the first is the heading."""

    rows: tuple[tuple[Marked, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Running text with, perhaps, a table: becomes docx, pdf, html, txt or a mail's body."""

    stem: str
    """The file's name without its ending."""
    subject: Subject
    title: Marked
    blocks: tuple[Marked | Table, ...]
    header: Marked | None = None
    footer: Marked | None = None
    comment: Marked | None = None
    author: Marked | None = None

    def lines(self, separator: str) -> list[Marked]:
        """Return title and blocks as lines; a table's cells are joined with ``separator``."""
        lines = [self.title]
        for block in self.blocks:
            if isinstance(block, Table):
                lines.extend(join(separator, row) for row in block.rows)
            else:
                lines.append(block)
        return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook. A cell of digits only becomes a number, one of ISO form a date."""

    name: str
    rows: tuple[tuple[Marked, ...], ...]
    number_columns: frozenset[int] = frozenset()
    """Columns, from 0, whose digits are numbers and not text."""
    is_hidden: bool = False
    comments: tuple[tuple[int, int, Marked], ...] = ()
    """Row and column, from 0, and what was remarked, in reading order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """Sheets: becomes xlsx, or csv where there is only one."""

    stem: str
    subject: Subject
    sheets: tuple[Sheet, ...]
    title: str = ""
    author: Marked | None = None


def at_noon(day: date) -> datetime:
    """Return an instant of ``day``."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def lines_of(items: Iterable[Marked | str | None]) -> Marked:
    """Return the passages as the part's text: one line break between them, none left out."""
    return join("\n", (item for item in items if item))

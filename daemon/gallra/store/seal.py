"""A sum over rows that nothing contradicts: a byte that bends in one of them is noticed.

What a hold is on, or on which day a case was closed, is written in one place of the catalogue. A
text that is bent there is a text like any other, so each row has a digest, and the sum of all is
kept beside them: it changes with a row that is another one, is gone, or is there twice.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from gallra.model.errors import DamagedCatalogueError
from gallra.model.event import Event
from gallra.model.message import said

Row = Sequence[Any]
_DIGITS: Final = 64


class Seal:
    """The sum of the digests of rows, as a number of 256 bits."""

    def __init__(self, total: int = 0) -> None:
        """Begin with what is kept; no row is 0."""
        self._total = total

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Seal":
        """Return the seal of all of ``rows``, in whatever order."""
        seal = cls()
        for row in rows:
            seal.add(row)
        return seal

    @classmethod
    def read(cls, text: str) -> "Seal":
        """Return what :attr:`text` was."""
        return cls(int(text, 16))

    @property
    def text(self) -> str:
        """As it is kept: 64 hex digits."""
        return f"{self._total:0{_DIGITS}x}"

    def add(self, row: Row) -> None:
        """Count a row that was written."""
        self._total = (self._total + _number(row)) % (1 << 256)

    def subtract(self, row: Row) -> None:
        """Count a row no more, as it was before it was changed."""
        self._total = (self._total - _number(row)) % (1 << 256)


def require_sealed(kept: str | None, rows: Iterable[Row]) -> None:
    """Compare rows with the seal that was kept of them; ``None``: of a version that kept none.

    Raises:
        DamagedCatalogueError: They are not what was written.
    """
    if kept is not None and Seal.of(rows).text != kept:
        raise bent()


def bent() -> DamagedCatalogueError:
    """Return what to raise where a decision is not as it was written."""
    return DamagedCatalogueError(
        said("the catalogue is damaged (a decision is not as it was written)")
    )


def sealed(event: Event) -> Row:
    """Return what is sealed of an event; which file said it is found again, and may change."""
    return (
        event.event_id, event.kind.value, event.reference, event.on.isoformat(),
        event.source.value, event.told_by, event.told_at.isoformat(), event.undone_by,
        event.undone_at and event.undone_at.isoformat(),
        [(each.share, each.path, each.part, each.sha256) for each in event.places],
        [(each.entity, each.digest) for each in event.values],
    )  # fmt: skip


def _number(row: Row) -> int:
    # ascii: the same in every version of Python, whatever letters it knows.
    return int.from_bytes(hashlib.sha256(ascii(tuple(row)).encode()).digest())

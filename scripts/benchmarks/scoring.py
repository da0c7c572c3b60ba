"""Precision, recall and F1: how they are counted, of spans and of whole documents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gallra.model.finding import SPECIAL_CATEGORIES

Span = tuple[str, int, int]
"""Entity, start, end: offsets in Unicode characters, the end exclusive."""


@dataclass(slots=True)
class Tally:
    """Counts of what is there and what is said to be there; grows."""

    held: int = 0
    """How many there are."""
    met: int = 0
    """How many of them were found."""
    said: int = 0
    """How many were reported."""
    right: int = 0
    """How many of these were so."""

    def add(self, other: "Tally") -> None:
        """Count ``other`` in."""
        self.held += other.held
        self.met += other.met
        self.said += other.said
        self.right += other.right

    @property
    def recall(self) -> float | None:
        """From 0 to 1; ``None`` where there was nothing to find."""
        return self.met / self.held if self.held else None

    @property
    def precision(self) -> float | None:
        """From 0 to 1; ``None`` where nothing was reported."""
        return self.right / self.said if self.said else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; ``None`` where there was nothing to find."""
        if not self.held:
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def exact(expected: Collection[Span], found: Collection[Span]) -> Tally:
    """Count spans that agree to the character."""
    expected, found = set(expected), set(found)
    both = len(expected & found)
    return Tally(held=len(expected), met=both, said=len(found), right=both)


def overlapping(expected: Collection[Span], found: Collection[Span]) -> Tally:
    """Count spans that share a character with one of the same entity on the other side."""
    expected, found = set(expected), set(found)
    return Tally(
        held=len(expected),
        met=_touching(expected, found),
        said=len(found),
        right=_touching(found, expected),
    )


def _touching(spans: Iterable[Span], others: Iterable[Span]) -> int:
    """Count those of ``spans`` that share a character with one of ``others``."""
    borders: dict[tuple[str, int], None] = {
        (entity, place): None for entity, start, end in others for place in range(start, end)
    }
    return sum(
        any((entity, place) in borders for place in range(start, end))
        for entity, start, end in spans
    )


def categories(
    holds: Collection[str], found: Collection[str], *, doubtful: Collection[str] = ()
) -> dict[str, Tally]:
    """Count each special category of one document, those that are ``doubtful`` left out."""
    return {
        category: Tally(
            held=category in holds,
            met=category in holds and category in found,
            said=category in found,
            right=category in holds and category in found,
        )
        for category in sorted(SPECIAL_CATEGORIES - set(doubtful))
    }

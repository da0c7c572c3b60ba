"""What every recognizer of ours is: a Presidio recognizer that never fails in silence."""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import re2

from gallra.detect.presidio import LANGUAGE, Artifacts, EntityRecognizer, RecognizerResult

THRESHOLD = 0.5
"""What scores less is not reported. A valid checksum beside its label scores 0.95 to 1; a
checksum alone by how many random numbers pass it; a form without checksum only with a label."""

Sighting = tuple[str, int, int, float]
"""Entity, start, end, score: offsets in the reading's text."""


class Cell(NamedTuple):
    """A filled cell of a table whose column header says what it holds.

    A tuple and no dataclass: a member list has a hundred thousand of them.
    """

    start: int
    end: int
    role: str
    row: int


@dataclass(slots=True, kw_only=True)
class Reading:
    """The text that recognizers look at in one go, and what is known of it beforehand."""

    text: str
    cells: tuple[Cell, ...] = ()
    """In order."""
    failures: list[str] = field(default_factory=list)
    """Names of the recognizers that could not do their work."""
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the cells."""
        self._starts = [cell.start for cell in self.cells]

    def cell_at(self, position: int) -> Cell | None:
        """Return the cell that ``position`` stands in, if any."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or self.cells[index].end < position:
            return None
        return self.cells[index]

    def role_at(self, position: int) -> str:
        """Return what the column at ``position`` holds; ``""`` outside any table."""
        cell = self.cell_at(position)
        return cell.role if cell else ""

    def before(self, start: int, reach: int = 40) -> str:
        """Return up to ``reach`` characters of the same line before ``start``.

        Where nothing but white space stands before it on its line, the end of the line
        above is taken: a label often stands over its value.
        """
        text = self.text[max(0, start - reach) : start]
        head, newline, tail = text.rpartition("\n")
        if newline and tail.strip():
            return tail
        if newline:
            return head.rpartition("\n")[2]
        return text

    def after(self, end: int, reach: int = 24) -> str:
        """Return up to ``reach`` characters of the same line after ``end``."""
        return self.text[end : end + reach].partition("\n")[0]

    def is_labelled(self, start: int, end: int, label: re2._Regexp, reach: int = 40) -> bool:
        """Tell whether ``label`` stands shortly before, or directly after, a span."""
        return bool(label.search(self.before(start, reach)) or label.search(self.after(end)))


class Recognizer(EntityRecognizer):  # type: ignore[misc] # Presidio is not typed for mypy here
    """Looks at a reading and yields what it sees; a failure becomes part of the result."""

    ENTITIES: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        """Register with Presidio under the class's own name."""
        super().__init__(
            supported_entities=list(self.ENTITIES), supported_language=LANGUAGE, version="1"
        )

    def load(self) -> None:
        """Load nothing: data come in through the constructor, before the sandbox closes."""

    @abstractmethod
    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield what this recognizer sees in ``reading``; time linear in its length."""

    def analyze(
        self,
        text: str,  # noqa: ARG002 - Presidio's interface; the reading holds the same text
        entities: list[str],  # noqa: ARG002 - Presidio's interface
        nlp_artifacts: Artifacts,
    ) -> list[RecognizerResult]:
        """Return the sightings as Presidio's results.

        A recognizer that fails is named in ``reading.failures``, and the engine makes the
        detection incomplete: "nothing found" and "did not look" must never be the same.
        """
        reading: Reading = nlp_artifacts.reading
        found: list[RecognizerResult] = []
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        try:
            for entity, start, end, score in self.sightings(reading):
                found.append(RecognizerResult(entity, start, end, score, None, metadata))
        except Exception:  # noqa: BLE001 - whatever it was: said as incomplete; its text is the document's
            reading.failures.append(self.name)
        return found

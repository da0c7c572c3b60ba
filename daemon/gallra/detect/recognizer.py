"""What every recognizer of ours is: a Presidio recognizer that never fails in silence."""

import re
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from gallra.detect.presidio import LANGUAGE, Artifacts, EntityRecognizer, RecognizerResult, Result
from gallra.model.finding import SPECIAL_CATEGORIES

THRESHOLD = 0.5
"""What scores less is not reported. A valid checksum beside its label scores 0.95 to 1; a
checksum alone by how many random numbers pass it; a form without checksum only with a label."""

Sighting = tuple[str, int, int, float]
"""Entity, start, end, score: offsets in the reading's text."""


NOT_AFTER = r"(?<![\d+])(?<!\d[./-])(?<!\w-)"
"""What no number begins behind: another number's digits, decimals, or the like."""
NOT_BEFORE = r"(?!\d|[-.]\d|,\d\d?(?!\d))"
"""What no number ends before. A comma may be the next cell's: only decimals are meant."""
_NUMBERS = re.compile(r"\d(?:[ \t;|.()/+-]{0,4}\d){6,}", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
_BEFORE, _AFTER = 8, 12
"""What patterns of numbers take in before the first digit (NO, SE, a bracket), and look at after
the last one."""


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
    _numbers: list[tuple[int, int, int]] | None = None

    def __post_init__(self) -> None:
        """Index the cells."""
        self._starts = [cell.start for cell in self.cells]

    def numbers(self, pattern: re.Pattern[str], digits: int) -> Iterator[re.Match[str]]:
        """Yield the matches of ``pattern`` that take in ``digits`` digits or more, at least seven.

        Only stretches of so many digits are looked at, of which no two are farther apart than
        four separators: they are sought once for all patterns, and few texts have any.
        """
        if self._numbers is None:
            self._numbers = _stretches(self.text)
        for start, end, count in self._numbers:
            if count >= digits:
                yield from pattern.finditer(self.text, start, end)

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

    def is_among_digits(self, start: int, end: int) -> bool:
        """Tell whether more digits stand a space before or behind: a long, grouped number."""
        text = self.text
        return (start > 1 and text[start - 1] == " " and text[start - 2].isdigit()) or (
            text[end : end + 1] == " " and text[end + 1 : end + 3].isdigit()
        )

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


def _stretches(text: str) -> list[tuple[int, int, int]]:
    """Return where numbers stand, with what is around them, and how many digits at most."""
    found: list[tuple[int, int, int]] = []
    for match in _NUMBERS.finditer(text):
        start, end = max(0, match.start() - _BEFORE), match.end() + _AFTER
        count = len(_DIGIT.findall(match[0]))
        if found and start <= found[-1][1]:
            start, count = found[-1][0], found[-1][2] + count
            found.pop()
        found.append((start, end, count))
    return found


class Recognizer(EntityRecognizer):  # type: ignore[misc] # Presidio is not typed for mypy here
    """Looks at a reading and yields what it sees; a failure becomes part of the result."""

    ENTITIES: ClassVar[tuple[str, ...]]
    LEAST: ClassVar[float] = THRESHOLD
    """What scores less is not a result: nothing raises it. Special categories may be tied."""

    def __init__(self) -> None:
        """Register with Presidio under the class's own name."""
        super().__init__(
            supported_entities=list(self.ENTITIES), supported_language=LANGUAGE, version="1"
        )
        self._metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }

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
        metadata = self._metadata
        least = self.LEAST
        try:
            for entity, start, end, score in self.sightings(reading):
                if score < least and entity not in SPECIAL_CATEGORIES:
                    continue
                found.append(Result(entity, start, end, score, None, metadata))
        except Exception:  # noqa: BLE001 - whatever it was: said as incomplete; its text is the document's
            reading.failures.append(self.name)
        return found

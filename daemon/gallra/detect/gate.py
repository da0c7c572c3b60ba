"""The gate: which lines of a text can hold anything at all.

One linear pass of RE2 over the UTF-8 bytes finds every line with a digit, an ``@`` or a word of
a lexicon; one pass over the capitalised words finds every line with a name of the gazetteer or a
chain of two capitalised words. Only those lines, each with two lines above it (labels stand over
values), go on to Presidio; in an empty gate it is never called.

Recognizers look no further than the line above and ``MARGIN`` characters along a line, and
tables are found on the whole text: so nothing that they would find in the whole text is lost.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import re2

from gallra.detect.gazetteer import Gazetteer
from gallra.detect.recognizer import Cell, Reading
from gallra.detect.special import GATE_PIECES, GATE_WORDS
from gallra.detect.tables import Table
from gallra.detect.vocabulary import load
from gallra.detect.wording import options, spelt

MARGIN = 400
"""Characters around a candidate that are shown of a line longer than ``LONG_LINE``."""
LONG_LINE = 4000
LINES_ABOVE = 2
SMALL = 4_000
"""A text of so many characters is shown whole if it holds a candidate: windows would cost more."""
BATCH = 500_000
"""Characters that recognizers see in one go: bounds memory, not what is found."""
OVERLAP = 2000
"""Characters that consecutive slices of one long window share."""
_SAMPLES, _SAMPLE, _DENSE = 3, 1500, 0.7
"""How many samples, of how many characters, and which share of them makes a text dense."""
_GAP = "\n\n"

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_CAPITALISED = re.compile(rf"(?<![^\W_])[{_UPPER}][^\W\d_]*(?:['-][^\W\d_]+)*")
_SURE = re.compile("[0-9@]")
_TWO = re.compile(
    rf"(?<![^\W_])[{_UPPER}][^\W\d_]*[.]?[ ,;|\t]{{1,3}}(?:(?:af|av|von|van|de|der|den|la|al|el"
    rf"|bin|di|da) ){{0,2}}[{_UPPER}][^\W\d_]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of the text that recognizers are shown."""

    start: int
    end: int


def is_dense(text: str, holds: Callable[[str], bool]) -> bool:
    """Tell whether nearly every line of ``text`` holds something, by three samples.

    Then windows are nearly all of it, and finding them costs more than what they spare.
    """
    for share in range(_SAMPLES):
        start = len(text) * share // _SAMPLES
        lines = text[start : start + _SAMPLE].split("\n")
        held = sum(len(line) for line in lines if line and holds(line))
        if held < _DENSE * (len(text[start : start + _SAMPLE]) - len(lines) + 1):
            return False
    return True


class Gate:
    """Built once; holds the compiled pass and the names."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Compile the pass over digits, ``@`` and words."""
        self._pass = re2.compile(
            rf"[0-9@]|(?:^|[^\p{{Latin}}0-9])(?:{spelt(GATE_WORDS)})|{spelt(GATE_PIECES)}",
            options(),
        )
        self._vocabulary = load()
        self._names = frozenset(gazetteer.first) | frozenset(gazetteer.surname)

    def windows(self, text: str, found_tables: Iterable[Table] = ()) -> tuple[Window, ...]:
        """Return the windows of ``text``, in order, apart from one another; ``()`` for none."""
        if len(text) <= SMALL:
            return (Window(start=0, end=len(text)),) if self._holds_any(text) else ()
        if is_dense(text, self._holds_any):
            return (Window(start=0, end=len(text)),)
        lines: list[tuple[int, int]] = [(table.start, table.end) for table in found_tables]
        lines.extend(self._by_pattern(text))
        lines.extend(self._by_name(text))
        lines.extend(_line_around(text, start) for _, start, _ in self._vocabulary.spans(text))
        if not lines:
            return ()
        lines.sort()
        merged: list[list[int]] = []
        for start, end in lines:
            if merged and start <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        return tuple(Window(start=start, end=end) for start, end in merged)

    def _holds_any(self, text: str) -> bool:
        if _SURE.search(text) or self._pass.search(text) or _TWO.search(text):
            return True
        if any(self._is_name(match[0]) for match in _CAPITALISED.finditer(text)):
            return True
        return self._vocabulary.is_in(text)

    def _is_name(self, word: str) -> bool:
        low = word.lower()
        return low in self._names or low.removesuffix("s") in self._names or "-" in low

    def _by_pattern(self, text: str) -> Iterator[tuple[int, int]]:
        content = text.encode("utf-8", "replace")
        is_ascii = len(content) == len(text)
        position = 0
        at_character = 0
        at_byte = 0
        match = self._pass.search(content, 0)
        while match is not None:
            found = max(match.end() - 1, position)
            while content[found] & 0xC0 == 0x80:  # noqa: PLR2004 - never within a character of UTF-8
                found -= 1
            if is_ascii:
                here = found
            else:
                at_character += len(content[at_byte:found].decode("utf-8", "ignore"))
                at_byte = found
                here = at_character
            start, end = _line_around(text, min(here, len(text) - 1))
            yield start, end
            if end >= len(text):
                return
            position = self._byte_of(text, content, here, found, end, is_ascii=is_ascii)
            match = self._pass.search(content, position)

    @staticmethod
    def _byte_of(  # noqa: PLR0913 - two ways to count one place
        text: str, content: bytes, here: int, found: int, end: int, *, is_ascii: bool
    ) -> int:
        if is_ascii:
            return end
        return min(len(content), found + len(text[here:end].encode("utf-8", "replace")))

    def _by_name(self, text: str) -> Iterator[tuple[int, int]]:
        seen = -1
        for match in _CAPITALISED.finditer(text):
            if match.start() <= seen:
                continue
            if self._is_name(match[0]):
                start, seen = _line_around(text, match.start())
                yield start, seen
        seen = -1
        for match in _TWO.finditer(text):
            if match.start() <= seen:
                continue
            start, seen = _line_around(text, match.start())
            yield start, seen


def within(windows: Iterable[Window], most: int) -> Iterator[Window]:
    """Yield of ``windows`` the first ``most`` characters."""
    left = most
    for window in windows:
        if left <= 0:
            return
        yield Window(start=window.start, end=min(window.end, window.start + left))
        left -= window.end - window.start


def _line_around(text: str, position: int) -> tuple[int, int]:
    """Return the line of ``position`` and the one above it; of a long line, its surroundings."""
    start = text.rfind("\n", max(0, position - LONG_LINE), position) + 1
    if start == 0 and position > LONG_LINE:
        start = _at_space(text, position - MARGIN, -1)
    for _ in range(LINES_ABOVE if start else 0):
        if start:
            least = max(0, start - 1 - MARGIN)
            start = max(text.rfind("\n", least, start - 1) + 1, least)
    end = text.find("\n", position, position + LONG_LINE)
    if end < 0:
        end = (
            len(text)
            if len(text) <= position + LONG_LINE
            else _at_space(text, position + MARGIN, 1)
        )
    return start, end


def _at_space(text: str, position: int, step: int) -> int:
    """Return the nearest white space from ``position`` on, within 64 characters."""
    for _ in range(64):
        if not 0 < position < len(text) or text[position].isspace():
            break
        position += step
    return max(0, min(position, len(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A reading, and the way back from its offsets to the text's."""

    reading: Reading
    starts: tuple[int, ...]
    shifts: tuple[int, ...]
    own: tuple[tuple[int, int], ...]
    """Of each window, the stretch of the text whose findings it answers for."""

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the span in the whole text; ``None`` where another window answers for it."""
        index = bisect_right(self.starts, start) - 1 if len(self.starts) > 1 else 0
        shift = self.shifts[index]
        first, last = self.own[index]
        if not first <= start + shift < last:
            return None
        return start + shift, end + shift


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    start: int
    end: int
    own_from: int
    own_to: int


def _slices(text: str, windows: Iterable[Window]) -> Iterator[_Slice]:
    """Cut windows longer than ``BATCH`` at lines or spaces, each slice overlapping the last."""
    for window in windows:
        start = own_from = window.start
        while window.end - start > BATCH + OVERLAP:
            wanted = start + BATCH
            cut = text.rfind("\n", wanted - OVERLAP, wanted) + 1
            cut = cut or _at_space(text, wanted, -1)
            yield _Slice(
                start=start,
                end=min(window.end, _at_space(text, cut + OVERLAP, 1)),
                own_from=own_from,
                own_to=cut,
            )
            own_from = cut
            start = _at_space(text, cut - OVERLAP, -1)
        yield _Slice(start=start, end=window.end, own_from=own_from, own_to=window.end + 1)


def batches(text: str, windows: Iterable[Window], found_tables: Iterable[Table]) -> Iterator[Batch]:
    """Yield ``windows`` of ``text`` in readings of about ``BATCH`` characters, cells included."""
    cells = [cell for table in found_tables for cell in table.cells]
    starts = [cell.start for cell in cells]
    gathered: list[_Slice] = []
    length = 0
    for piece in _slices(text, windows):
        gathered.append(piece)
        length += piece.end - piece.start
        if length >= BATCH:
            yield _batch(text, gathered, cells, starts)
            gathered, length = [], 0
    if gathered:
        yield _batch(text, gathered, cells, starts)


def _batch(text: str, slices: list[_Slice], cells: list[Cell], cell_starts: list[int]) -> Batch:
    starts: list[int] = []
    shifts: list[int] = []
    position = 0
    moved: list[Cell] = []
    for piece in slices:
        starts.append(position)
        shift = piece.start - position
        shifts.append(shift)
        first, last = bisect_left(cell_starts, piece.start), bisect_left(cell_starts, piece.end)
        moved.extend(
            Cell(cell.start - shift, cell.end - shift, cell.role, cell.row)
            for cell in cells[first:last]
            if cell.end <= piece.end
        )
        position += piece.end - piece.start + len(_GAP)
    return Batch(
        reading=Reading(
            text=_GAP.join(text[piece.start : piece.end] for piece in slices), cells=tuple(moved)
        ),
        starts=tuple(starts),
        shifts=tuple(shifts),
        own=tuple((piece.own_from, piece.own_to) for piece in slices),
    )

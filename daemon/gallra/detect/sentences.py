"""Sentences, rows and headings: the stretches of a text within which words belong together."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gallra.detect import phrases
from gallra.detect.verdict import Mark

LONGEST = 400
"""Characters that a sentence is followed to either side of a word."""
_WRAPPED = 55
"""A line of mail that is so long goes on in the next one."""
_STOP = re.compile(r"[.!?](?=[\s)\"']|$)|\n")
_ABBREVIATED = re.compile(
    r"(?:^|[\W\d])(?:nr|kl|tel|tlf|pga|bl|tom|fom|ca|dvs|osv|medl|medlemsnr|ev|evt|inkl|avd|dr|jf"
    r"|jfr|st|no|mr|mrs|ms|\w)\.$|\d\.$",
    re.IGNORECASE,
)
_SEPARATORS = ("\t", ";", "|")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True)  # no slots: what is looked for once is kept beside the fields
class Sentence:
    """A sentence, or the line of a table or of a list."""

    start: int
    end: int
    written: str
    low: str
    """As ``written``, in small letters; as long."""
    words: frozenset[str]
    people: Sequence[Mark]
    separator: str
    """What parts the cells where this is a row of a table, else ``""``."""

    @cached_property
    def possible(self) -> frozenset[str]:
        """Which dear phrases may be in it: those that are not need not be looked for."""
        return phrases.possible(self.low)

    @cached_property
    def general(self) -> re.Match[str] | None:
        """Where it speaks of anybody."""
        return phrases.GENERAL.search(self.low) if "general" in self.possible else None

    @cached_property
    def is_first_person(self) -> bool:
        """Whether somebody speaks of themselves in it."""
        return bool(self.words & phrases.FIRST_PERSON or phrases.I.search(self.written))


def sentence_around(
    text: str, start: int, end: int, people: Sequence[Mark], starts: Sequence[int]
) -> Sentence:
    """Return the sentence that holds the characters from ``start`` to ``end``.

    It is followed no farther than ``LONGEST`` characters to either side. ``people`` are the
    persons of the text in order, and ``starts`` where they start.
    """
    first, last = _first(text, start), _last(text, end)
    written = text[first:last]
    low = written.lower()
    if len(low) != len(written):  # some capitals have no small letter of one character
        low = "".join(each.lower() if len(each.lower()) == 1 else each for each in written)
    return Sentence(
        start=first,
        end=last,
        written=written,
        low=low,
        words=frozenset(_WORD.findall(low)),
        people=people[bisect_left(starts, first) : bisect_left(starts, last)],
        separator=separator_of(written),
    )


def separator_of(line: str) -> str:
    """Return what parts the cells of ``line``; ``""`` where it is no row."""
    for mark in _SEPARATORS:
        if mark in line and (mark != ";" or "; " not in line):
            return mark
    return ""


def line_around(text: str, position: int) -> tuple[int, int]:
    """Return the line of ``position``, of a long one the ``LONGEST`` around it."""
    start = max(text.rfind("\n", max(0, position - LONGEST), position) + 1, position - LONGEST, 0)
    end = text.find("\n", position, position + LONGEST)
    return start, end if end >= 0 else min(len(text), position + LONGEST)


def _first(text: str, position: int) -> int:
    least = max(0, position - LONGEST)
    at = position
    while True:
        at = max(text.rfind(stop, least, at) for stop in ".!?\n")
        if at < 0:
            return least
        if _STOP.match(text, at, position) and not _goes_on(text, at, least):
            return at + 1


def _last(text: str, position: int) -> int:
    most = min(len(text), position + LONGEST)
    for match in _STOP.finditer(text, position, most):
        if not _goes_on(text, match.start(), max(0, match.start() - LONGEST)):
            return match.start()
    return most


def _goes_on(text: str, position: int, least: int) -> bool:
    """Tell whether the stop at ``position`` ends no sentence: a wrapped line, an abbreviation."""
    if text[position] == ".":
        return _ABBREVIATED.search(text, max(least, position - 10), position + 1) is not None
    if text[position] != "\n":
        return False
    line = text[text.rfind("\n", least, position) + 1 : position]
    following = text[position + 1 : position + 2]
    return (
        len(line) >= _WRAPPED
        and following.isalpha()
        and line[-1] not in ".!?:;|"
        and not separator_of(line)
    )

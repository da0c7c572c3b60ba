"""Where the rules for names and the names model see the same words, one of them is believed.

In running text the model is better, in lists, tables and headers the rules are: they know what a
column or a header says. Which of the two it is, is decided for each line.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter

from gallra.detect.chains import STREETS
from gallra.detect.recognizer import THRESHOLD, Cell
from gallra.detect.verdict import Mark

RULES, MODEL = "Names", "NamesModel"
SURE = 0.85
"""A score from which the rules are believed on a line of a list, whatever the model saw."""
NOTE = 200
"""Characters of a note: in so short a text both are believed, as on a line of a list."""
LISTED = 0.2
"""A marginal from which the model's persons are reported on a line of a list."""
_LIST_LINE = re.compile(r"[;|\t<>@]|^\s*[-*•]|\d[ \d.:/-]{4,}\d")
_PROSE_WORDS = 7
"""A line of fewer words is no running text."""
NAME_ROLES = frozenset({"name", "member", "first-name", "last-name"})
_LEAST_SMALL = 0.3
"""A marginal from which persons written small are reported on a line of a list."""
_WORDS = re.compile(r"[^\W\d_]+")
_BETWEEN_CELLS = re.compile(r"[ \"]*[;\t|][ \"]*")
_ABBREVIATION = re.compile(r"[A-ZÅÄÖÆØ]{2,4}")
_CODE = re.compile(r"(?<![^\W\d_])[A-ZÅÄÖÆØ]{1,4}$")
_DIGITS = re.compile(r"-?\d")
_LIFTED = "NamesModel on a line of a list"
_CELL = re.compile(r"[^;\t|\n\"]+")
_HIDING = frozenset({"ORGANIZATION", "LOCATION"})
_BEFORE = 4
"""Findings before a place that may reach over it: those of other kinds may overlap each other."""
_NAMED = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})


def agreed(
    text: str,
    marks: Sequence[Mark],
    cells: Sequence[Cell] = (),
    *,
    is_ordinary: Callable[[str], bool] = lambda _: False,
) -> list[Mark]:
    """Return ``marks`` without what contradicts the better of rules and model.

    Args:
        text: That both looked at.
        marks: Of all recognizers, the rules for names and the model among them.
        cells: Of the tables in the text, in order: a column of names is one.
        is_ordinary: Whether a word is one of the language, and on no list of names.
    """
    kept: list[Mark] = []
    by_rule: list[Mark] = []
    named: list[Mark] = []
    for mark in marks:
        (
            kept
            if mark.entity not in _NAMED
            else by_rule
            if mark.recognizer == RULES
            else named
            if mark.recognizer == MODEL
            else kept
        ).append(mark)
    seen = [
        mark
        for mark in _lifted(text, sorted(named, key=lambda mark: mark.start))
        if not (
            _is_mistaken(text, mark, is_ordinary)
            if mark.entity == "PERSON"
            else _is_code(text, mark)
        )
    ]
    starts = [mark.start for mark in seen]
    dropped: set[int] = set()
    for mark in by_rule:
        over = [
            index
            for index in range(
                max(0, bisect_left(starts, mark.start) - 1), bisect_left(starts, mark.end)
            )
            if seen[index].end > mark.start
        ]
        sure = [index for index in over if seen[index].score >= THRESHOLD]
        if mark.entity != "PERSON":
            if not sure:
                kept.append(mark)
        elif placed := _placed(cells, mark):
            kept.extend(placed)
            dropped.update(over)
        elif len(text) < NOTE or is_list_line(text, mark.start):
            others = [index for index in sure if seen[index].entity != "PERSON"]
            if mark.score >= SURE or not others:
                persons = [seen[index] for index in sure if index not in others]
                kept.extend(_pieces(text, mark, persons))
                dropped.update(others)
        elif not sure and any(
            seen[index].entity == "PERSON" and seen[index].score >= LISTED for index in over
        ):
            kept.append(mark)
    kept += [mark for index, mark in enumerate(seen) if index not in dropped]
    return kept


def hinted(marks: Sequence[Mark], seen: Sequence[Mark]) -> list[Mark]:
    """Return the persons of ``seen`` that score too little, apart from what was found.

    Args:
        marks: What was found, in order; organisations and places may hide a person.
        seen: Of all recognizers, the model among them.
    """
    taken = [mark for mark in marks if mark.entity not in _HIDING]
    starts = [mark.start for mark in taken]
    found: list[Mark] = []
    low = [
        mark
        for mark in seen
        if mark.recognizer == MODEL and mark.entity == "PERSON" and mark.score < THRESHOLD
    ]
    for mark in sorted(low, key=lambda mark: mark.start):
        index = bisect_left(starts, mark.end)
        if not any(each.end > mark.start for each in taken[max(0, index - _BEFORE) : index]):
            found.append(mark)
    return found


def _is_mistaken(text: str, mark: Mark, is_ordinary: Callable[[str], bool]) -> bool:
    """Tell whether ``mark`` is a street, an abbreviation, a code, or a word of a list."""
    if STREETS.match(text, mark.end) or _ABBREVIATION.fullmatch(text, mark.start, mark.end):
        return True
    return _is_code(text, mark) or (
        mark.score < SURE
        and is_list_line(text, mark.start)
        and _is_doubtful(text[mark.start : mark.end], mark.score, is_ordinary)
    )


def _is_code(text: str, mark: Mark) -> bool:
    """Tell whether ``mark`` are the letters of a number."""
    return bool(_DIGITS.match(text, mark.end) and _CODE.search(text[mark.start : mark.end]))


def _is_doubtful(written: str, score: float, is_ordinary: Callable[[str], bool]) -> bool:
    """Tell whether what was taken for a person in a list is a heading, or a word of a cell."""
    if written.islower() and score < _LEAST_SMALL:
        return True
    return all(is_ordinary(word) for word in _WORDS.findall(written))


def _lifted(text: str, seen: list[Mark]) -> list[Mark]:
    """Return ``seen`` with persons on lines of lists reported from ``LISTED`` on.

    Persons written small are from ``_LEAST_SMALL`` on.

    What is lifted beside a person on the same line, a space between them, is of that person.
    """
    lifted: list[Mark] = []
    for mark in seen:
        if mark.entity != "PERSON" or mark.score < LISTED:
            lifted.append(mark)
            continue
        before = lifted[-1] if lifted else None
        is_weak = mark.score < THRESHOLD
        is_clear = text[mark.start].isupper() or mark.score >= _LEAST_SMALL
        if is_weak and not (is_clear and is_list_line(text, mark.start)):
            lifted.append(mark)
            continue
        if (
            before is not None
            and before.entity == "PERSON"
            and (is_weak or before.recognizer == _LIFTED)
            and text[before.end : mark.start] == " "
            and before.score >= THRESHOLD
        ):
            lifted[-1] = before._replace(end=mark.end)
        else:
            lifted.append(mark._replace(score=THRESHOLD, recognizer=_LIFTED) if is_weak else mark)
    return lifted


def _pieces(text: str, mark: Mark, seen: Sequence[Mark]) -> list[Mark]:
    """Return of ``mark`` the cells that hold nothing of ``seen``; without any, all of it."""
    if not seen:
        return [mark]
    return [
        mark._replace(start=start, end=end)
        for start, end in (
            (mark.start + match.start(), mark.start + match.end())
            for match in _CELL.finditer(text[mark.start : mark.end])
        )
        if not any(each.start < end and start < each.end for each in seen)
    ]


def _placed(cells: Sequence[Cell], mark: Mark) -> list[Mark]:
    """Return what of ``mark`` stands in each cell of columns of names; nothing if any does not."""
    index = bisect_right(cells, mark.start, key=attrgetter("start")) - 1
    pieces: list[Mark] = []
    for number in range(max(0, index), len(cells)):
        cell = cells[number]
        if cell.start >= mark.end:
            break
        if cell.role not in NAME_ROLES or cell.end < mark.start:
            return []
        pieces.append(mark._replace(start=max(mark.start, cell.start), end=min(mark.end, cell.end)))
    return pieces if pieces and pieces[-1].end == mark.end else []


def is_list_line(text: str, position: int) -> bool:
    """Tell whether the line at ``position`` is of a list, a table or a header, not running text."""
    start = text.rfind("\n", max(0, position - 200), position) + 1
    end = text.find("\n", position, position + 200)
    line = text[start or max(0, position - 200) : end if end >= 0 else position + 200]
    if _LIST_LINE.search(line):
        return True
    return line.count(" ") + 1 < _PROSE_WORDS and not line.rstrip().endswith((".", "!", "?"))


def whole_name(text: str, marks: Sequence[Mark], index: int) -> str:
    """Return what is digested of ``marks[index]``: of a person in two cells, both of them.

    So whoever asks for ``Kari Nilsen`` is led to ``Kari;Nilsen`` as well.
    """
    mark = marks[index]
    written = text[mark.start : mark.end]
    if mark.entity != "PERSON":
        return written
    for one, two in ((index - 1, index), (index, index + 1)):
        if one < 0 or two >= len(marks):
            continue
        first, second = marks[one], marks[two]
        if first.entity != second.entity or not _BETWEEN_CELLS.fullmatch(
            text, first.end, max(first.end, second.start)
        ):
            continue
        if " " not in text[first.start : first.end] or " " not in text[second.start : second.end]:
            return text[first.start : second.end]
    return written

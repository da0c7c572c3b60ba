"""From sightings to findings: one meaning for each span, and names that stand again alone."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from gallra.detect.recognizer import THRESHOLD
from gallra.model.finding import SPECIAL_CATEGORIES


class Mark(NamedTuple):
    """A sighting in the whole text. A tuple, and no dataclass, for there are many."""

    entity: str
    start: int
    end: int
    score: float
    recognizer: str


Rank = Callable[[Mark], tuple[float | str | bool, ...]]
"""What sorts marks: the better one first."""


_ORDER = (
    "SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER", "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER",
    "IBAN_CODE", "SALARY", "MEMBER_NUMBER", "DATE_OF_BIRTH", "SE_ORGANISATIONSNUMMER",
    "NO_ORGANISASJONSNUMMER", "SE_BANKGIRO", "SE_PLUSGIRO", "NO_KONTONUMMER", "PHONE_NUMBER",
    "POSTAL_ADDRESS",
)  # fmt: skip
"""Numbers, of which a span is only one. Where scores tie, the earlier: a fødselsnummer is decided
before a kontonummer, since each of them also passes as one."""
_RANK = {entity: number for number, entity in enumerate(_ORDER)}
_BIRTH_NUMBERS = frozenset(_ORDER[:5])

_NAMES = ("EMAIL_ADDRESS", "POSTAL_ADDRESS", "ORGANIZATION", "PERSON", "LOCATION")
_NAME_RANK = {entity: number for number, entity in enumerate(_NAMES)}


_Key = Callable[[Mark], tuple[object, ...]]
"""What orders the marks of a cluster, the best first."""


def settled(marks: Iterable[Mark]) -> list[Mark]:
    """Return the marks that are reported, or wait for a tie, each span with one meaning.

    Numbers that overlap compete by score, birth numbers first; names, organisations and
    addresses likewise. What scores under the threshold is dropped, words of the special
    categories excepted: ``tied`` decides about them.
    """
    numbers: list[Mark] = []
    names: list[Mark] = []
    others: list[Mark] = []
    for mark in marks:
        if mark.entity in SPECIAL_CATEGORIES:
            others.append(mark)
        elif mark.score < THRESHOLD:
            continue
        elif mark.entity in _RANK and mark.entity != "POSTAL_ADDRESS":
            numbers.append(mark)
        elif mark.entity in _NAME_RANK:
            names.append(mark)
        else:
            others.append(mark)
    kept = _best(
        numbers,
        lambda mark: (
            mark.entity not in _BIRTH_NUMBERS,
            -mark.score,
            mark.start - mark.end,
            _RANK[mark.entity],
        ),
    )
    kept += _best(names, lambda mark: (_NAME_RANK[mark.entity], mark.start - mark.end, -mark.score))
    kept += _best(
        others, lambda mark: (mark.entity, mark.start - mark.end, -mark.score), by_entity=True
    )
    return sorted(kept, key=lambda mark: (mark.start, mark.end, mark.entity))


def _best(marks: list[Mark], key: _Key, *, by_entity: bool = False) -> list[Mark]:
    """Return the marks that no better one overlaps; n log n, and linear within a cluster."""
    marks.sort(key=lambda mark: (mark.entity if by_entity else "", mark.start, mark.end))
    kept: list[Mark] = []
    cluster: list[Mark] = []
    reach = -1
    entity = ""
    for mark in marks:
        if cluster and (mark.start >= reach or (by_entity and mark.entity != entity)):
            kept += _of_cluster(cluster, key)
            cluster = []
            reach = -1
        cluster.append(mark)
        entity = mark.entity
        reach = max(reach, mark.end)
    if cluster:
        kept += _of_cluster(cluster, key)
    return kept


def _of_cluster(cluster: list[Mark], key: _Key) -> list[Mark]:
    if len(cluster) == 1:
        return cluster
    starts: list[int] = []
    chosen: list[Mark] = []
    for mark in sorted(cluster, key=key):
        index = bisect_left(starts, mark.start)
        if index < len(chosen) and chosen[index].start < mark.end:
            continue
        if index > 0 and chosen[index - 1].end > mark.start:
            continue
        starts.insert(index, mark.start)
        chosen.insert(index, mark)
    return chosen


PERSONAL = frozenset(
    {
        "PERSON",
        "SE_PERSONNUMMER",
        "SE_SAMORDNINGSNUMMER",
        "NO_FODSELSNUMMER",
        "NO_D_NUMMER",
        "NO_H_NUMMER",
        "MEMBER_NUMBER",
    }
)
"""What stands for a person when a word is to be tied to one."""

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['-][^\W\d_]+)*")
_BEFORE_IT = re.compile(r"(?:[^\s.!?:…-] |[«\"(“])[A-ZÅÄÖÆØ][^\W\d_]* $")
_BEHIND_IT = re.compile(r" [A-ZÅÄÖÆØ][^\W\d_]")
_LONGEST_BEFORE = 40
_SEEKING = 100_000
"""Characters times names up to which seeking name by name is quicker than word by word."""
_LEAST_ECHO = 4
_SURE = 0.8
"""Letters of a name that is looked for again."""


def _standing(
    text: str, names: Collection[str], marks: Sequence[Mark], starts: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield where words of ``text`` are one of ``names``, in order; not all that overlap a mark."""
    if len(text) * len(names) > _SEEKING:
        for match in _WORD.finditer(text):
            if match[0] in names:
                yield match.span()
        return
    lines: set[tuple[int, int]] = set()
    for name in names:
        at = text.find(name)
        while at >= 0:
            if _is_apart(marks, starts, at, at + len(name)):
                end = text.find("\n", at)
                lines.add((text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)))
            at = text.find(name, at + 1)
    for start, end in sorted(lines):
        for match in _WORD.finditer(text, start, end):
            if match[0] in names:
                yield match.span()


def _is_inside_a_name(text: str, start: int, end: int) -> bool:
    """Tell whether capitals stand around: ``Manager`` in ``Football Manager``, ``Jan Mayen``."""
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    return bool(_BEHIND_IT.match(text, end) or _BEFORE_IT.search(before))


def _is_apart(marks: Sequence[Mark], starts: Sequence[int], start: int, end: int) -> bool:
    """Tell whether no mark near ``start`` overlaps the span."""
    index = bisect_right(starts, start)
    for mark in marks[max(0, index - 3) : index + 2]:
        if mark.start < end and start < mark.end:
            return False
    return True


def echoed(text: str, marks: Sequence[Mark], *, most: int) -> list[Mark]:
    """Return ``marks`` and the names that stand again by themselves: ``Ås`` after ``Kari Ås``.

    A name of two words or more makes its first and last word, the latter also in the genitive, a
    person wherever it stands capitalised in the same part, apart from other capitals, and nothing
    else was seen. No more than ``most`` marks come out of it.
    """
    names: dict[str, str] = {}
    for mark in marks:
        if mark.entity == "PERSON" and mark.score >= THRESHOLD:
            words = _WORD.findall(text, mark.start, mark.end)
            if len(words) < 2:  # noqa: PLR2004 - a name alone is what is looked for
                continue
            last = words[0] if "," in text[mark.start : mark.end] else words[-1]
            first = words[1] if last is words[0] else words[0]
            if mark.score >= _SURE and len(first) >= _LEAST_ECHO and first[1:].islower():
                names.setdefault(first, mark.recognizer)
            if len(last) >= _LEAST_ECHO and last[1:].islower():
                names[last] = mark.recognizer
                names[last + "s"] = mark.recognizer
    if not names:
        return list(marks)
    starts = [mark.start for mark in marks]
    added: list[Mark] = []
    for start, end in _standing(text, names, marks, starts):
        written = text[start:end]
        recognizer = names[written]
        if not _is_apart(marks, starts, start, end) or _is_inside_a_name(text, start, end):
            continue
        is_genitive = written.endswith("s") and written[:-1] in names
        if len(marks) + len(added) >= most:
            break
        added.append(Mark("PERSON", start, end - is_genitive, 0.6, recognizer))
    return sorted([*marks, *added], key=lambda mark: (mark.start, mark.end, mark.entity))

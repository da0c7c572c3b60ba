"""The names model's gate: which stretches of a text can hold a name at all.

A capitalised word is a candidate unless the word lists know it written small and the gazetteer
does not know it as a name; a word written small is one if only the gazetteer knows it. In short
texts, notes and messages, names are often written small: there a word written small is one too
where the word lists do not know it, or the gazetteer knows it as well, and so it is in a long text
without a single capital. Cells under a header that says what they hold are for the rules, which
know more of them than the model does: only what stands beside them makes candidates. Texts
without a candidate are never shown to the model. The decision is kept for each word.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from gallra.detect.gate import Window, is_dense
from gallra.detect.gazetteer import Gazetteer
from gallra.detect.tables import Table
from gallra.detect.words import Lexicon

SMALL = 4_000
"""A text of so many characters is shown whole if it holds a candidate."""
REACH = 400
"""Characters around a candidate that are shown of a longer line."""
MOST_WORDS = 100_000
"""Words whose decision is remembered; with more, all are forgotten: bounds memory."""
_COMMON_FIRST, _COMMON_SURNAME = 3, 2
"""Classes of the gazetteer that are looked for among words written small."""
_KNOWN_FIRST = 2
_NEVER, _IF_SHORT, _ALWAYS = 0, 1, 2
_NOWHERE = (sys.maxsize, sys.maxsize)
_WORD = re.compile(r"[^\W\d_]{1,60}")


class Candidates:
    """Decides by word; built once."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        """Judge by ``gazetteer`` and ``lexicon``."""
        self._gazetteer = gazetteer
        self._lexicon = lexicon
        self._decided: dict[str, int] = {}

    def windows(self, text: str, tables: Sequence[Table] = ()) -> tuple[Window, ...]:
        """Return the stretches to look at, in order, apart from one another; ``()`` for none.

        Args:
            text: All of it.
            tables: The tables in it, in order.
        """
        distinct = set(_WORD.findall(text))
        if len(self._decided) > MOST_WORDS:
            self._decided = {}
        decided = self._decided
        new = distinct.difference(decided)
        if new:
            self._decide(sorted(new))
        is_short = len(text) <= SMALL or text.islower()
        # who lists people writes them large; what no list knows is a trade, or a task
        least = _IF_SHORT if is_short and not tables else _ALWAYS
        candidates = {word for word in distinct if decided[word] >= least}
        if not candidates:
            return ()
        whole = (Window(start=0, end=len(text)),)
        if not tables and (
            is_short or is_dense(text, lambda line: not candidates.isdisjoint(_WORD.findall(line)))
        ):
            return whole
        matches = (match for match in _WORD.finditer(text) if match[0] in candidates)
        found = _outside(matches, _told(text, tables))
        if is_short:
            return whole if any(True for _ in found) else ()
        return _merged(_around(text, match.start(), match.end()) for match in found)

    def is_ordinary(self, word: str) -> bool:
        """Tell whether ``word`` is one of the language, and on no list of names."""
        low = word.lower()
        lists = self._gazetteer
        is_name = low in lists.first or low in lists.surname
        if low in lists.words or not is_name:
            return low in lists.common or bool(self._lexicon.of([low])[0] & 3)
        return False

    def _decide(self, words: list[str]) -> None:
        lists = self._gazetteer
        lowers = [word.lower() for word in words]
        for word, low, bits in zip(words, lowers, self._lexicon.of(lowers), strict=True):
            first, surname = lists.first.get(low, 0), lists.surname.get(low, 0)
            is_word = bool(bits & 3) or low in lists.common
            if word[0].isupper():
                is_candidate = first or surname or not is_word
                self._decided[word] = _ALWAYS if is_candidate else _NEVER
            elif low in lists.words or low in lists.common:
                self._decided[word] = _NEVER
            elif not is_word and (first >= _COMMON_FIRST or surname >= _COMMON_SURNAME):
                self._decided[word] = _ALWAYS
            else:
                is_known = first >= _KNOWN_FIRST or surname
                is_odd = not is_word and len(word) > 2  # noqa: PLR2004 - abbreviations
                self._decided[word] = _IF_SHORT if is_known or is_odd else _NEVER


def _told(text: str, tables: Sequence[Table]) -> Iterator[tuple[int, int]]:
    """Yield of ``tables`` the headers, and the cells that the rules say all of, in order.

    One word under "name" may be anything.
    """
    for table in tables:
        end = text.find("\n", table.start)
        yield table.start, table.end if end < 0 else end
        for cell in table.cells:
            if cell.role not in {"name", "member"} or " " in text[cell.start : cell.end]:
                yield cell.start, cell.end


def _outside(
    found: Iterable[re.Match[str]], told: Iterable[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    """Yield of ``found``, in order, what stands in none of ``told``, in order."""
    following = iter(told)
    first, last = next(following, _NOWHERE)
    for match in found:
        start = match.start()
        while last <= start:
            first, last = next(following, _NOWHERE)
        if start < first:
            yield match


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the line of a candidate; of a long line, its surroundings."""
    first = text.rfind("\n", max(0, start - REACH), start) + 1
    if not first and start > REACH:
        first = text.find(" ", start - REACH, start) + 1 or start - REACH
    last = text.find("\n", end, end + REACH)
    if last < 0:
        last = len(text)
        if last > end + REACH:
            last = text.rfind(" ", end, end + REACH)
            last = last if last > 0 else end + REACH
    return first, last


def _merged(stretches: Iterable[tuple[int, int]]) -> tuple[Window, ...]:
    merged: list[list[int]] = []
    for start, end in stretches:
        if merged and start <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return tuple(Window(start=start, end=end) for start, end in merged)

r"""Alternations of words, spelt for RE2: linear time, whatever the text and however many words.

The lexicons are written with ``\b``, ``\w`` and ``(?!\w)``, as one thinks them; RE2 takes ``\b``
and ``\w`` for ASCII only and has no look-ahead. Python's own ``re`` would try every alternative at
every position: 15 µs for forty characters, where RE2 needs 2.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

import re2

_A_LETTER = r"[\p{Latin}0-9]"
_NOT_IN_WORD = r"[^\p{Latin}0-9]"
_NO_LETTER = rf"(?:$|{_NOT_IN_WORD})"


def spelt(words: str) -> str:
    """Return the alternation ``words`` as RE2 takes it: no look-ahead, Latin letters only.

    Counted repetitions of a letter class would multiply the automaton; a word is a word.
    """
    for bounded in (r"\w{2,10}", r"\w{3,12}", r"\w+"):
        words = words.replace(bounded, rf"{_A_LETTER}+")
    words = words.replace(r"(?!\w)", _NO_LETTER).replace(r"\b", _NO_LETTER)
    return words.replace(r"\w*", rf"{_A_LETTER}*").replace(r"\w", _A_LETTER)


def options() -> re2.Options:
    """Return the options of every pattern here: any case, silent, room for the automaton."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.max_mem = 64 << 20
    return chosen


class Words:
    r"""Any of some words, at a word's start; group 1 of a match is the word.

    Where the alternative ends in ``\b`` the group takes the next character in: see ``spans``.
    The automaton is built when it is first asked for: a ``Screen`` spares most of them for ever.
    """

    def __init__(self, words: str) -> None:
        """Keep the pattern for ``words``, an alternation."""
        self.pattern = _at_word_start(words)

    @cached_property
    def _regexp(self) -> re2._Regexp:
        return re2.compile(self.pattern, options())

    def search(self, text: str | bytes) -> re2._Match | None:
        """Return the first match in ``text``."""
        return self._regexp.search(text)

    def finditer(self, text: str | bytes) -> Iterator[re2._Match]:
        """Yield the matches in ``text``."""
        yield from self._regexp.finditer(text)


def _at_word_start(words: str, then: str = "") -> str:
    return rf"(?:^|{_NOT_IN_WORD})({spelt(words)}){then}"


def spans(pattern: Words, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of ``pattern`` stand in ``text``."""
    for match in pattern.finditer(text):
        start, end = match.span(1)
        while end > start and not text[end - 1].isalnum():
            end -= 1
        yield start, end


class Screen:
    """Many patterns in one automaton: one pass tells which of them occur in a text at all.

    A part of five hundred characters holds few of them; each search that is spared saves more
    than the pass costs. Where a pattern stands is not told: that is what makes it cheap.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Join ``patterns``, in RE2's syntax."""
        self._set = re2.Set.SearchSet(options())
        for pattern in patterns:
            self._set.Add(pattern)
        self._set.Compile()

    def occurring(self, text: str | bytes) -> Collection[int]:
        """Return the places, in the order they were given, of the patterns that occur."""
        found: Collection[int] | None = self._set.Match(text)
        return found or ()


class Label:
    """Words beside a value: thousands of times asked whether they stand there, never where."""

    def __init__(self, words: str, *, then: str = "") -> None:
        """Take any of ``words``, an alternation, at a word's start, with ``then`` behind it."""
        self._screen = Screen([_at_word_start(words, then)])

    def is_in(self, text: str) -> bool:
        """Tell whether one of the words stands in ``text``."""
        return bool(self._screen.occurring(text))

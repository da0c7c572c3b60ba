"""Long lists of words and phrases, looked up word by word: the cost does not grow with the list."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from gallra.model.finding import SPECIAL_CATEGORIES, UNION_MEMBERSHIP

_WORD = re.compile(r"[^\W\d_]{2,40}")


class _Entry(NamedTuple):
    """A word or phrase, what it tells, and by which of its words it is found."""

    entity: str
    words: tuple[str, ...]
    place: int


class Vocabulary:
    """Words and phrases of several entities."""

    def __init__(self, lines: Mapping[str, Sequence[str]]) -> None:
        """Index ``lines``, in small letters, of each entity; a phrase by its longest word."""
        self._entries: dict[str, list[_Entry]] = {}
        for entity, every in lines.items():
            for line in every:
                words = tuple(line.split(" "))
                key = max(words, key=len)
                entry = _Entry(entity, words, words.index(key))
                self._entries.setdefault(key, []).append(entry)

    def is_in(self, text: str) -> bool:
        """Tell whether ``text`` holds any of it."""
        return next(self.spans(text), None) is not None

    def spans(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield entity, start and end of what ``text`` holds; time linear in its length."""
        held = set(_WORD.findall(text.lower()))
        # a phrase of which a word is missing is not looked for
        possible = {
            key: found
            for key in self._entries.keys() & held
            if (found := [each for each in self._entries[key] if held.issuperset(each.words)])
        }
        if not possible:
            return
        matches = list(_WORD.finditer(text))
        lower = [match[0].lower() for match in matches]
        for place, word in enumerate(lower):
            for entity, words, at in possible.get(word, ()):
                first = place - at
                last = first + len(words)
                if first >= 0 and tuple(lower[first:last]) == words:
                    start, end = matches[first].start(), matches[last - 1].end()
                    if "\n\n" not in text[start:end]:
                        yield entity, start, end


@cache
def load() -> Vocabulary:
    """Read the shipped files, one for each special category but union membership.

    What tells that is told apart more finely: a member, an office, the name of a union.
    """
    lines: dict[str, list[str]] = {}
    for entity in sorted(SPECIAL_CATEGORIES - {UNION_MEMBERSHIP}):
        name = f"vocabulary-{entity.lower().replace('_', '-')}.txt"
        content = (files("gallra.detect.data") / name).read_text("utf-8")
        lines[entity] = [line for line in content.splitlines() if line[:1] not in "#["]
    return Vocabulary(lines)


@cache
def kinds() -> dict[str, str]:
    """Return what each word of health is: an illness, a medicine, care, an absence."""
    found: dict[str, str] = {}
    kind = ""
    content = (files("gallra.detect.data") / "vocabulary-health.txt").read_text("utf-8")
    for line in content.splitlines():
        if line.startswith("["):
            kind = sys.intern(line.strip("[]"))
        elif not line.startswith("#"):
            found[line] = kind
    return found

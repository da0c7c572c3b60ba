"""Groups of words, looked up word by word: which of them a text has any of."""

import re
from collections.abc import Iterable, Mapping

_TOKEN = re.compile(r"[^\W\d_]+|\d+|[%§]")
_MOST_KNOWN = 20_000
"""Words whose groups are kept in memory."""

_Phrase = tuple[str, str, frozenset[str]]
"""A group, what stands in the text with its words parted by spaces, and the words in full."""


class Groups:
    """Which groups of words a text has any of; each word is looked up once, and then known."""

    def __init__(self, lines: Mapping[str, Iterable[str]]) -> None:
        """Index ``lines`` by group: words, stems, inner pieces, and phrases by a word of theirs."""
        self._words: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._pieces: dict[str, str] = {}
        self._phrases: dict[str, list[_Phrase]] = {}
        self._known: dict[str, tuple[tuple[str, ...], tuple[_Phrase, ...]]] = {}
        self._idle: set[str] = set()
        for group, every in lines.items():
            for line in every:
                if " " in line:
                    whole = frozenset(each for each in line.split(" ") if "*" not in each)
                    shown = f" {line[:-1]}" if line.endswith("*") else f" {line} "
                    self._phrases.setdefault(max(sorted(whole), key=len), []).append(
                        (group, shown, whole)
                    )
                elif line.startswith("*"):
                    self._pieces[line.strip("*")] = group
                elif line.endswith("*"):
                    self._stems.setdefault(line[:-1], set()).add(group)
                else:
                    self._words.setdefault(line, set()).add(group)
        self._longest = max(map(len, self._stems), default=0)

    def of(self, text: str) -> set[str]:
        """Return the groups of which ``text``, in small letters, holds a word."""
        found: set[str] = set()
        possible: list[_Phrase] = []
        tokens = _TOKEN.findall(text)
        words = set(tokens)
        for word in words - self._idle:
            groups, phrases = self._known.get(word) or self._looked_up(word)
            found.update(groups)
            possible.extend(phrases)
        if possible:
            words.add("0")
            joined = ""
            for group, shown, whole in possible:
                if group not in found and whole <= words:
                    joined = joined or (
                        f" {' '.join('0' if each.isdigit() else each for each in tokens)} "
                    )
                    if shown in joined:
                        found.add(group)
        return found

    def _looked_up(self, word: str) -> tuple[tuple[str, ...], tuple[_Phrase, ...]]:
        if len(self._known) + len(self._idle) >= _MOST_KNOWN:
            self._known.clear()
            self._idle.clear()
        known = (tuple(self._of_word(word)), tuple(self._phrases.get(word, ())))
        if any(known):
            self._known[word] = known
        else:
            self._idle.add(word)
        return known

    def _of_word(self, word: str) -> set[str]:
        found = set(self._words.get(word, ()))
        for length in range(1, min(len(word), self._longest) + 1):
            found |= self._stems.get(word[:length], frozenset())
        found.update(group for piece, group in self._pieces.items() if piece in word)
        return found

"""Which language a part is written in: its small words, endings and letters, counted.

Other languages have lists too, shorter ones: a German text must not be the Swedish that it is
least unlike. Danish and Bokmål share most of theirs; what only one of them writes decides.
"""

import re
from collections import Counter

from gallra.detect.lexicon import sections

SAMPLE = 20_000
"""Characters that are looked at."""
LANGUAGES = ("sv", "nb", "nn", "en")
"""Those that are told; where two weigh the same, the earlier."""
_LISTS = {name: lines for name, lines in sections("language").items() if name != "suffixes"}
_SETS = {language: frozenset(" ".join(lines).split()) for language, lines in _LISTS.items()}
_SHARED = Counter(word for words in _SETS.values() for word in words)
_BY_SHARES = (0, 10, 4, 2)
"""Tenths that a word weighs that one, two, or more languages have: whole numbers have one sum, in
whatever order the words come."""
_WEIGHTS: dict[str, tuple[tuple[str, int], ...]] = {
    word: tuple(
        (language, _BY_SHARES[min(count, 3)]) for language in _SETS if word in _SETS[language]
    )
    for word, count in _SHARED.items()
}
_ENDINGS: dict[str, tuple[str, ...]] = {}
for _line in sections("language")["suffixes"]:
    _language, *_words = _line.split()
    for _each in _words:
        _ENDINGS[_each] = (*_ENDINGS.get(_each, ()), _language)
_ENDING = re.compile(".{3,}?(" + "|".join(sorted(_ENDINGS, key=len, reverse=True)) + ")")
_OF_ENDING, _OF_SHARED_ENDING, _MOST_ENDINGS = 4, 2, 1_000
_LETTERS = {
    "ä": ("sv", "de", "fi", "et"), "ö": ("sv", "de", "fi", "et", "is"),
    "å": ("sv", "nb", "nn", "da"), "æ": ("nb", "nn", "da", "is"), "ø": ("nb", "nn", "da"),
    "ü": ("de", "et"), "ß": ("de",), "õ": ("et",), "ò": ("nn", "it"), "þ": ("is",), "ð": ("is",),
    "ł": ("pl",), "ą": ("pl",), "ę": ("pl",), "ż": ("pl",), "ś": ("pl",), "ñ": ("es",),
    "ó": ("es", "pl", "is"), "í": ("es", "is"), "ç": ("fr",), "è": ("fr", "it"), "ê": ("fr",),
    "à": ("fr", "it"), "á": ("es", "is"), "ú": ("es", "is"),
}  # fmt: skip
_OF_LETTER = 5
_MOST_OF_LETTERS = 20
"""Tenths that all letters may weigh in a short text, with one for each five words of a longer."""
_WORD = re.compile(r"[^\W\d_]+")
_WEB = re.compile(r"https?://\S+")
_BEFORE_AT = re.compile(r"[^\s<>;,]{1,64}\Z")
_AFTER_AT = re.compile(r"[^\s<>;,]+")
_LEAST, _LEAST_OF_TITLE = 9, 4
_TITLE = 8
"""A text of so few words is a title, or a sheet without rows: one word that two languages share
is enough."""
_MARGIN = 4
"""Tenths by which another language must weigh more: here it is the less likely one."""
_LEAST_SHARE = 0.12
"""Tenths for each word: one small word among eighty."""


def language_of(text: str) -> str:
    """Return ``sv``, ``nb``, ``nn``, ``en``, or ``other`` where no language shows itself.

    A long text is looked at in its first 20,000 characters. The answer changes nothing in what is
    looked for: every recognizer and lexicon is tried on every text. Rules may ask for it.
    """
    sample = text[:SAMPLE]
    words = _WORD.findall(_without_addresses(sample).lower())
    total = len(words)
    if not total:
        return "other"
    tenths = dict.fromkeys(_SETS, 0)
    counts = Counter(words)
    unknown: list[str] = []
    for word, count in counts.items():
        weights = _WEIGHTS.get(word)
        if weights is None:
            unknown.append(word)
            continue
        for language, weight in weights:
            tenths[language] += weight * min(count, 5 + count // 5)
    _add_endings(unknown, tenths)
    _add_letters("".join(counts), tenths, most=_MOST_OF_LETTERS + total // 5)
    best = max(LANGUAGES, key=lambda each: tenths[each])
    least = _LEAST_OF_TITLE if total <= _TITLE else _LEAST
    if tenths[best] < max(least, _LEAST_SHARE * total):
        return "other"
    is_foreign = any(weight > tenths[best] + _MARGIN for weight in tenths.values())
    return "other" if is_foreign else best


def _add_endings(words: list[str], tenths: dict[str, int]) -> None:
    """Weigh how ``words``, which no list has, end."""
    for word in words[:_MOST_ENDINGS]:
        match = _ENDING.fullmatch(word)
        if match:
            languages = _ENDINGS[match[1]]
            weight = _OF_ENDING if len(languages) == 1 else _OF_SHARED_ENDING
            for language in languages:
                tenths[language] += weight


def _add_letters(letters: str, tenths: dict[str, int], *, most: int) -> None:
    """Weigh the letters that not every language has."""
    gained: Counter[str] = Counter()
    for letter, languages in _LETTERS.items():
        count = letters.count(letter)
        if count:
            for language in languages:
                gained[language] += _OF_LETTER * count
    for language, weight in gained.items():
        tenths[language] += min(weight, most)


def _without_addresses(text: str) -> str:
    """Return ``text`` without e-mail and web addresses, whose words tell no language."""
    if "://" in text:
        text = _WEB.sub(" ", text)
    pieces: list[str] = []
    position = 0
    at = text.find("@")
    while at >= 0:
        domain = _AFTER_AT.match(text, at + 1)
        local = _BEFORE_AT.search(text[max(position, at - 64) : at])
        if domain and local:
            pieces.append(text[position : at - len(local[0])])
            position = domain.end()
        at = text.find("@", max(at + 1, position))
    return " ".join([*pieces, text[position:]])

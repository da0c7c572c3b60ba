"""Which language a part is written in: function words of sv, nb, nn and en, counted."""

import re
from collections import Counter

from gallra.detect.lexicon import sections

SAMPLE = 20_000
"""Characters that are looked at."""
_SETS = {
    language: frozenset(" ".join(lines).split()) for language, lines in sections("language").items()
}
_SHARED = Counter(word for words in _SETS.values() for word in words)
_WEIGHTS: dict[str, tuple[tuple[str, int], ...]] = {
    word: tuple(
        (language, 10 if _SHARED[word] == 1 else 3) for language in _SETS if word in _SETS[language]
    )
    for word in _SHARED
}
"""Tenths: whole numbers have one sum, in whatever order the words come."""
_WORD = re.compile(r"[^\W\d_]+")
_WEB = re.compile(r"https?://\S+")
_BEFORE_AT = re.compile(r"[^\s<>;,]{1,64}\Z")
_AFTER_AT = re.compile(r"[^\s<>;,]+")
_LEAST_SCORE = 1.0
_LEAST_SHARE = 0.012


def language_of(text: str) -> str:
    """Return ``sv``, ``nb``, ``nn``, ``en``, or ``other`` where no language shows itself.

    A long text is looked at in its first 20,000 characters. ``other`` has one consequence: no
    lexicon of kinds weighs in; identifiers and names are looked for all the same.
    """
    sample = text[:SAMPLE]
    words = _WORD.findall(_without_addresses(sample).lower())
    total = len(words)
    if not total:
        return "other"
    tenths = dict.fromkeys(_SETS, 0)
    for word, count in Counter(filter(_WEIGHTS.__contains__, words)).items():
        for language, weight in _WEIGHTS[word]:
            tenths[language] += weight * min(count, 5 + count // 5)
    scores = {language: tenth / 10 for language, tenth in tenths.items()}
    swedish = sample.count("ä") + sample.count("ö") + sample.count("Ä") + sample.count("Ö")
    norwegian = sample.count("æ") + sample.count("ø") + sample.count("Æ") + sample.count("Ø")
    if swedish > 3 * norwegian:
        scores["sv"] += min(2.0 + total / 50, 0.5 * swedish)
    elif norwegian > 3 * swedish:
        bonus = min(2.0 + total / 50, 0.5 * norwegian)
        scores["nb"] += bonus
        scores["nn"] += bonus * 0.95
    best = max(scores, key=lambda each: scores[each])
    if scores[best] < max(_LEAST_SCORE, _LEAST_SHARE * total):
        return "other"
    return best


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

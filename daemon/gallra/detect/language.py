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
_WEIGHTS: dict[str, tuple[tuple[str, float], ...]] = {
    word: tuple(
        (language, 1.0 if _SHARED[word] == 1 else 0.3)
        for language in _SETS
        if word in _SETS[language]
    )
    for word in _SHARED
}
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"[^\s<>;,]{1,64}@[^\s<>;,]+|https?://\S+")
_LEAST_SCORE = 1.0
_LEAST_SHARE = 0.012


def language_of(text: str) -> str:
    """Return ``sv``, ``nb``, ``nn``, ``en``, or ``other`` where no language shows itself.

    A long text is looked at in its first 20,000 characters. ``other`` has one consequence: no
    lexicon of kinds weighs in; identifiers and names are looked for all the same.
    """
    words = Counter(_WORD.findall(_ADDRESS.sub(" ", text[:SAMPLE]).lower()))
    total = sum(words.values())
    if not total:
        return "other"
    scores = dict.fromkeys(_SETS, 0.0)
    for word, weights in _WEIGHTS.items():
        count = words.get(word)
        if count:
            for language, weight in weights:
                scores[language] += weight * min(count, 5 + count // 5)
    sample = text[:SAMPLE]
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

"""Which language a part is written in: function words of sv, nb, nn and en, counted."""

import re
from collections import Counter

SAMPLE = 20_000
"""Characters that are looked at."""
_WORDS = {
    "sv": "och att det som är på för av med den till inte har om ett men var jag vi från eller kan ska när han hon "
    "de sig så efter under över även bara mycket någon utan vid blir hade detta varit också där nu mer sin här "
    "skulle hur alla enligt samt möte lön lista namn medlem anställd personnummer telefon här kommer bilagan hälsning hälsningar vänlig sedan medlemsnummer datum adress närvarande befattning född",
    "nb": "og at det som er på for av med den til ikke har om et men var jeg vi fra eller kan skal når han hun de "
    "seg så etter under over også bare mye noen uten ved blir hadde dette vært der nå mer sin her skulle hvor "
    "alle ifølge samt møte lønn liste navn medlem ansatt en ei hva hvem deres her kommer siden vedlegg vedlegget vennlig hilsen fødselsnummer dato adresse mobil sted stilling ny deltaker medlemmer",
    "nn": "og at det som er på for av med den til ikkje har om eit men var eg vi frå eller kan skal når han ho dei "
    "seg så etter under over også berre mykje nokon utan ved blir hadde dette vore der no meir sin her skulle "
    "kvar alle ifølgje samt møte løn liste namn medlem tilsett ein ei kva kven deira vart verte me her kjem sidan vedlegg vedlegget venleg helsing fødselsnummer dato adresse mobil stad stilling døme deltakar medlemer årsløn frå medlemsregister",
    "en": "the and of to in is that for it as with was on be by this are from at or an have not which but were "
    "they has you we all will can their been if would there what when who our your name member salary employee",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
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

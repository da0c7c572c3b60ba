"""Words of the special categories (GDPR Art. 9 and 10), in sv, nb, nn and en.

A word alone tells nothing about anybody: these sightings score below the threshold, and
``ties`` raises those that stand by a person. Stems are matched at a word's start, with the
endings that the four languages add.
"""

from collections.abc import Iterator

from gallra.detect.lexicon import alternatives, sections
from gallra.detect.recognizer import Reading, Recognizer, Sighting
from gallra.detect.wording import Screen, Words, spans
from gallra.model.finding import SPECIAL_CATEGORIES, UNION_MEMBERSHIP

WORD_ALONE = 0.3
"""The score of a word until it is tied to a person."""

_STEMS = {
    entity: alternatives("special", entity)
    for entity in sections("special")
    if entity in SPECIAL_CATEGORIES
}

GATE_WORDS = "|".join(_STEMS.values())


_PATTERNS = tuple((entity, Words(stems)) for entity, stems in _STEMS.items())
_SCREEN = Screen(pattern.pattern for _, pattern in _PATTERNS)


class SpecialCategories(Recognizer):
    """Words of the special categories, not yet tied to anybody."""

    ENTITIES = tuple(_STEMS)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each word, at the score of a word alone."""
        for place in sorted(_SCREEN.occurring(reading.text)):
            entity, pattern = _PATTERNS[place]
            for start, end in spans(pattern, reading.text):
                yield entity, start, end, WORD_ALONE
        table = -1
        for cell in reading.cells:
            if cell.role == "member" and cell.row != table + 1:
                yield UNION_MEMBERSHIP, cell.start, cell.end, WORD_ALONE
            if cell.role == "member":
                table = cell.row

"""Words of the special categories (GDPR Art. 9 and 10), in sv, nb, nn and en.

A word alone tells nothing about anybody: these sightings score below the threshold, by how they
are tied, and ``ties`` raises those that are said of a person. Stems are matched at a word's
start, with the endings that the four languages add.
"""

import re
from collections.abc import Iterator

from gallra.detect.lexicon import alternatives, sections
from gallra.detect.recognizer import Reading, Recognizer, Sighting
from gallra.detect.vocabulary import load
from gallra.detect.wording import Screen, Words, spans, spelt
from gallra.model.finding import SPECIAL_CATEGORIES, UNION_MEMBERSHIP

STATE = 0.4
"""A word that says how a person is: sjukskriven, fagorganisert."""
THING = 0.35
"""A word for what a person has: läkarintyg, kontingent."""
OFFICE = 0.3
"""A word for an office in a union."""
LIST = 0.25
"""The heading of a list of members."""
TOPIC = 0.2
"""A word that is mostly spoken of in general: sykefravær."""
MENTION = 0.15
"""The name of a union."""
_STRENGTHS = {
    "state": STATE,
    "thing": THING,
    "office": OFFICE,
    "list": LIST,
    "topic": TOPIC,
    "mention": MENTION,
}

_STEMS = {
    section: alternatives("special", section).replace(" ", "[ \n]")
    for section in sections("special")
    if section.partition(" ")[2] in _STRENGTHS
}
_ENDING = re.compile(r"(?:\\w\*)+$")
_HAS_ANY_WORD = re.compile(r"\\w[+*]\)? |\{0,")
"""A line of the lexicon that lets any words stand between its own: dear to look for."""


def _keys(entity: str) -> tuple[str, str]:
    """Return what stands in every match of the patterns for ``entity``, quick to look for.

    Two alternations: of what stands at a word's start, and of what may stand within a word. What
    may follow either is left off: it costs automata much, and tells nothing more.
    """
    lines = [
        _ENDING.sub("", line).replace(" ", "[ \n]")
        for section, found in sections("special").items()
        if section.startswith(entity)
        for line in found
        if section.endswith(" keys") or not _HAS_ANY_WORD.search(line)
    ]
    starts = [line for line in lines if not line.startswith(r"\w")]
    whole = "|".join(line.removesuffix(r"\b") for line in starts if line.endswith(r"\b"))
    opening = "|".join(line for line in starts if not line.endswith(r"\b"))
    # one end of a word for all: each costs hundreds of states
    pieces = (rf"(?:{whole})\b" if whole else "", opening)
    return (
        "|".join(piece for piece in pieces if piece),
        "|".join(line[3:] for line in lines if line.startswith(r"\w")),
    )


_PATTERNS = {
    entity: tuple(
        (_STRENGTHS[section.partition(" ")[2]], Words(stems))
        for section, stems in _STEMS.items()
        if section.startswith(entity)
    )
    for entity in sorted(SPECIAL_CATEGORIES)
}
_KEYS = {entity: _keys(entity) for entity in _PATTERNS}
GATE_WORDS = "|".join(words for words, _ in _KEYS.values())
GATE_PIECES = "|".join(pieces for _, pieces in _KEYS.values() if pieces)
_SCREEN = Screen(
    Words(words).pattern + (f"|{spelt(pieces)}" if pieces else "")
    for words, pieces in _KEYS.values()
)


_GREETING = "hälsa"
"""Health, and to greet: the same word in Swedish."""
_GREETS = re.compile(
    r"(?:\b(?:att|vill|ville|kan|får|ska|skulle|ber|bad|bett|be|mig|dig|oss|er|dem|honom|henne)\s+)$",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"\s+(?:(?i:till\b(?!\s+följd)|från\b|att\b|gärna\b|så\b|henne\b|honom\b|dem\b|alla\b)|[A-ZÅÄÖÆØ][a-zåäöæø]+)"
)
_LOOKED_BACK = 12


def is_greeting(text: str, start: int, end: int) -> bool:
    """Tell whether the word is the verb: ``bett mig hälsa``, ``Hälsa till Anna``."""
    if text[start:end].casefold() != _GREETING:
        return False
    before = text[max(0, start - _LOOKED_BACK) : start]
    return bool(_GREETS.search(before) or _GREETED.match(text, end))


class SpecialCategories(Recognizer):
    """Words of the special categories, not yet tied to anybody."""

    ENTITIES = tuple(_PATTERNS)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each word, at the score that says how it is tied."""
        entities = tuple(_PATTERNS)
        for place in sorted(_SCREEN.occurring(reading.text)):
            for strength, pattern in _PATTERNS[entities[place]]:
                for start, end in spans(pattern, reading.text):
                    if not is_greeting(reading.text, start, end):
                        yield entities[place], start, end, strength
        for entity, start, end in load().spans(reading.text):
            yield entity, start, end, THING
        table = -1
        for cell in reading.cells:
            if cell.role == "member" and cell.row != table + 1:
                yield UNION_MEMBERSHIP, cell.start, cell.end, STATE
            if cell.role == "member":
                table = cell.row

"""What a subject line can be called by: without what answering puts before it, and in pieces."""

import re
import unicodedata

_ANSWER = re.compile(
    r"\s*(?:re|aw|sv|vs|fw|fwd|wg|ang|angående|ad|svar|videresendt|vidarebefordrat)"
    r"(?:\[\d+\]|\(\d+\))?\s*:",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[\[\](){}|:;]+\s*|\s+[-\u2013\u2014]+\s+")
_SPACES = re.compile(r"\s+")
_MOST_PARTS = 8
_SHORTEST = 3


def normalised_subject(text: str) -> str:
    """Return a subject line without what answering and forwarding put before it."""
    text = unicodedata.normalize("NFC", text)
    while (answer := _ANSWER.match(text)) is not None:
        text = text[answer.end() :]
    return _SPACES.sub(" ", text).strip().casefold()


def subjects_in(text: str) -> tuple[str, ...]:
    """Return what a subject line can be called by: the whole of it, and its pieces.

    Pieces are parted by colons, brackets, bars, and dashes with space around them, as in
    ``[Kurs i Visby] Deltagare`` and ``Sommerfest 2026 - påmelding``.
    """
    whole = normalised_subject(text)
    pieces = (piece for piece in _PARTS.split(whole) if len(piece) >= _SHORTEST)
    return tuple(dict.fromkeys((whole, *pieces)))[:_MOST_PARTS] if whole else ()

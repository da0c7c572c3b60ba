"""Keyed digests of what a message is about, and of what names it wherever it is copied to."""

import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping
from hashlib import sha256

from gallra.model.event import MARKS, MESSAGE_ID, SUBJECT_LINE
from gallra.model.finding import ValueDigest
from gallra.model.passage import Part

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


class Marker:
    """Makes digests of marks; none without keys for them."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of marks."""
        self._keys = {mark: key for mark, key in keys.items() if mark in MARKS}

    def marks(self, part: Part) -> Iterator[ValueDigest]:
        """Yield the marks of a message that is a record of its own, or a file of its own.

        What a message inside it is about is not what it is about itself.
        """
        if part.message is None or "!" in part.address or not self._keys:
            return
        if part.message.message_id:
            yield self._digest(MESSAGE_ID, part.message.message_id.strip())
        for subject in subjects_in(part.message.subject or ""):
            yield self._digest(SUBJECT_LINE, subject)

    def subject(self, text: str) -> ValueDigest | None:
        """Return the mark of messages whose subject line is, or names, ``text``."""
        whole = normalised_subject(text)
        return self._digest(SUBJECT_LINE, whole) if whole else None

    def message_id(self, text: str) -> ValueDigest:
        """Return the mark of the message that ``text`` names, in its angle brackets or not."""
        return self._digest(MESSAGE_ID, text.strip())

    def _digest(self, mark: str, value: str) -> ValueDigest:
        code = hmac.new(self._keys[mark], value.encode("utf-8", "replace"), sha256)
        return ValueDigest(entity=mark, digest=code.digest()[:16].hex())

"""Text as a recognizer can read it: odd spaces, hyphens and digits replaced, hidden marks gone.

What people paste holds no-break spaces, typographic hyphens, full-width digits, zero-width marks,
letters with their accents apart, and now and then a Cyrillic letter in a Latin word. Most are
replaced one for one, so offsets stay; where marks had to be taken out, :meth:`Legible.original`
leads back.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

_ZEROES = (
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50,
    0xED0, 0xF20, 0x1040, 0x17E0, 0x1810,
)  # fmt: skip
"""The digit zero of the scripts that people write by hand or keyboard."""


def _plain(codes: range) -> dict[str, str]:
    """Return the characters of ``codes`` that are an ASCII character in another dress."""
    plain = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in codes}
    return {styled: each for styled, each in plain.items() if len(each) == 1 and each.isascii()}


_REPLACED = {
    **_plain(range(0xFF01, 0xFF5F)),
    **{chr(zero + digit): str(digit) for zero in _ZEROES for digit in range(10)},
    **dict.fromkeys(
        "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
        "\u205f\u3000",
        " ",
    ),
    **dict.fromkeys(
        "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d", "-"
    ),
    "\u2019": "'",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x85": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
}
_HIDING = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb"
)
_HIDDEN = re.compile(f"[{_HIDING}]+")
_COMBINING = "\u0300-\u034e\u0350-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_COMBINED = re.compile(f"([A-Za-z0-9\u00c0-\u024f])([{_COMBINING}]+)")
_GONE = "\u200b"
"""Stands for a mark until the hidden ones are taken out."""
_LOOKALIKES = {
    **dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝ", "ABESIJKMHOPCTYXaesijopcyxhdqw", strict=True)),  # noqa: RUF001 - Cyrillic
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοα", "ABEZHIKMNOPTYXoa", strict=True)),  # noqa: RUF001 - Greek
}
_FOREIGN = re.compile("[" + "".join(_LOOKALIKES) + "]")
_WORD = re.compile(r"[^\W_]+")
_FROM_LOOKALIKE = str.maketrans(_LOOKALIKES)
_LATIN = re.compile("[A-Za-z0-9\u00c0-\u024f]")
_MATHEMATICAL = _plain(range(0x1D400, 0x1D800))
_HIGH = re.compile("[\U0001d400-\U0001d7ff\U000e0000-\U000e007f]")
"""Bold and script letters of mathematics, and tags that nobody sees. A class of its own: one that
reaches above the basic plane makes the search for all others four hundred times slower."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ANY = re.compile(
    "["
    + "".join(re.escape(odd) for odd in _REPLACED if odd <= "\uffff")
    + "".join(_LOOKALIKES)
    + f"{_HIDING}{_COMBINING}\ud800-\udfff\U00010000-\U0010ffff]"
)
"""Beyond the first plane everything: one by one, they made the search a hundred times slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legible:
    """A part's text made legible."""

    text: str
    starts: tuple[int, ...] = (0,)
    """Where in ``text`` the pieces between hidden marks begin."""
    shifts: tuple[int, ...] = (0,)
    """How many characters were taken out before each piece."""
    marked: dict[int, int] = field(default_factory=dict)
    """Where in the original a letter's marks begin and end that were joined to it."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that ``start`` to ``end`` was made from."""
        if len(self.starts) == 1:
            return start, end
        first = self.shifts[bisect_right(self.starts, start) - 1]
        last = end + self.shifts[bisect_right(self.starts, max(start, end - 1)) - 1]
        return start + first, self.marked.get(last, last)


def legible(text: str) -> Legible:
    """Return ``text`` made legible; ASCII text is returned as it is, at no cost.

    Time and memory are linear in its length.
    """
    if text.isascii():
        return Legible(text=text.replace("\x0b", "\n").replace("\x0c", "\n"))
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):
        text = _HIGH.sub(_from_high, text)
    if not _ANY.search(text):
        return Legible(text=text)
    for odd in set(text).intersection(_REPLACED):
        text = text.replace(odd, _REPLACED[odd])
    text = _SURROGATE.sub("\ufffd", text)
    if _FOREIGN.search(text):
        text = _WORD.sub(_in_latin, text)
    marked = {match.start(2): match.end(2) for match in _COMBINED.finditer(text)}
    if marked:
        text = _COMBINED.sub(_composed, text)
    gaps = [match.span() for match in _HIDDEN.finditer(text)]
    if not gaps:
        return Legible(text=text)
    edges = [(0, 0), *gaps, (len(text), len(text))]
    pieces: list[str] = []
    starts: list[int] = []
    shifts: list[int] = []
    length = 0
    for (_, start), (end, _) in pairwise(edges):
        if start == end and pieces:
            continue
        pieces.append(text[start:end])
        starts.append(length)
        shifts.append(start - length)
        length += end - start
    return Legible(text="".join(pieces), starts=tuple(starts), shifts=tuple(shifts), marked=marked)


def _from_high(odd: re.Match[str]) -> str:
    return _MATHEMATICAL.get(odd[0], odd[0] if odd[0] < "\U000e0000" else _GONE)


def _in_latin(word: re.Match[str]) -> str:
    """Return a word that mixes alphabets in Latin letters; one in Cyrillic or Greek as it is."""
    written = word[0]
    if written.isascii() or not _LATIN.search(written):
        return written
    return written.translate(_FROM_LOOKALIKE)


def _composed(letter: re.Match[str]) -> str:
    """Return a letter with its accent; what is struck through or underlined without that."""
    whole = unicodedata.normalize("NFC", letter[0])[0]
    return whole + _GONE * len(letter[2])

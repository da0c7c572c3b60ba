"""Text as a recognizer can read it: odd spaces, hyphens and digits replaced, hidden marks gone.

What people paste holds no-break spaces, typographic hyphens, full-width digits and zero-width
marks. All but the last are replaced one for one, so offsets stay; where hidden marks had to be
taken out, :meth:`Legible.original` leads back.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

_REPLACED = {
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u202f", " "
    ),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    **{chr(0x0660 + digit): str(digit) for digit in range(10)},
    "\u2019": "'",
    "\uff20": "@",
    "\u2028": "\n",
    "\u2029": "\n",
    "\x0b": "\n",
    "\x0c": "\n",
}
_ODD = re.compile("[" + "".join(map(re.escape, _REPLACED)) + "]")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_ANY = re.compile(
    "[" + "".join(map(re.escape, _REPLACED)) + "\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
    "\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Legible:
    """A part's text made legible."""

    text: str
    starts: tuple[int, ...] = (0,)
    """Where in ``text`` the pieces between hidden marks begin."""
    shifts: tuple[int, ...] = (0,)
    """How many characters were taken out before each piece."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that ``start`` to ``end`` was made from."""
        if len(self.starts) == 1:
            return start, end
        first = self.shifts[bisect_right(self.starts, start) - 1]
        last = self.shifts[bisect_right(self.starts, max(start, end - 1)) - 1]
        return start + first, end + last


def legible(text: str) -> Legible:
    """Return ``text`` made legible; ASCII text is returned as it is, at no cost."""
    if text.isascii():
        return Legible(text=text.replace("\x0b", "\n").replace("\x0c", "\n"))
    if not _ANY.search(text):
        return Legible(text=text)
    for odd in set(_ODD.findall(text)):
        text = text.replace(odd, _REPLACED[odd])
    text = _SURROGATE.sub("\ufffd", text)
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
    return Legible(text="".join(pieces), starts=tuple(starts), shifts=tuple(shifts))

"""Patterns on paths: what ``*``, ``?`` and ``**`` match.

- ``*`` is any run of characters within one name, ``?`` exactly one character, ``**`` any
  number of whole folders, none included; at the end of a pattern ``**`` is everything below.
- A pattern without ``/`` is about the name alone, in whatever folder it lies. One that ends
  in ``/`` is about everything below that folder.
- Case does not count, nor whether å is one character or a with a ring, as macOS writes it.
- Brackets, braces and all other characters stand for themselves.

A pattern becomes one regular expression whose wildcards are atomic: each takes the earliest
place where the next piece fits and never reconsiders, so that no path takes long, whatever
its name. Taking the earliest is right, since what follows a wildcard may only need more room.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from gallra.model.names import as_text


def normalised(path: bytes) -> str:
    """Return ``path`` as patterns see it: composed characters, case folded."""
    text = as_text(path)
    if text.isascii():
        return text.lower()
    return _folded(text)


def matches(path: str, pattern: str) -> bool:
    """Tell whether ``path``, as :func:`normalised` made it, matches ``pattern``."""
    return _compiled(pattern).match(path) is not None


def literal(path: bytes) -> str:
    """Return the pattern that ``path`` itself matches, for a hold on this very file.

    What would be a wildcard, and bytes that are no UTF-8 (which no text column takes), become
    ``?``: so it may match a neighbour that differs there, and never fails to match ``path``.
    """
    text = as_text(path)
    return "".join("?" if each in "*?" or "\udc80" <= each <= "\udcff" else each for each in text)


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one expression that fits, from its beginning, what any of ``patterns`` matches."""
    return re.compile("|".join(f"(?:{_compiled(each).pattern})" for each in patterns), re.DOTALL)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    names = _folded(pattern).split("/")
    if names[-1] == "":
        names[-1] = "**"
    if len(names) == 1 and names[0] != "**":
        names.insert(0, "**")
    return re.compile(_expression(names), re.DOTALL)


def _folded(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", composed)


def _expression(names: list[str]) -> str:
    """Put the runs of names between ``**`` together; each run takes the earliest place."""
    runs: list[list[str]] = [[]]
    for name in names:
        if name == "**":
            runs.append([])
        else:
            runs[-1].append(name)
    first, *others = ("/".join(_name(name) for name in run) for run in runs)
    if not others:
        return first + r"\Z"
    expression = f"{first}/" if first else ""
    *middle, last = others
    for run in middle:
        if run:
            expression += rf"(?>(?:[^/]*+/)*?{run}/)"
    if not last:
        return expression + r"."
    depth = len(runs[-1]) - 1
    return expression + rf"(?:[^/]*+/)*?(?=[^/]*+(?:/[^/]*+){{{depth}}}\Z){last}\Z"


def _name(name: str) -> str:
    """Return the expression for one name of a pattern."""
    first, *others = (_piece(piece) for piece in re.split(r"\*+", name))
    if not others:
        return first
    *middle, last = others
    atoms = "".join(rf"(?>[^/]*?{piece})" for piece in middle if piece)
    if not last:
        return rf"{first}{atoms}[^/]*+"
    return rf"{first}{atoms}(?>[^/]*?{last}(?=/|\Z))"


def _piece(piece: str) -> str:
    return "".join("[^/]" if character == "?" else re.escape(character) for character in piece)

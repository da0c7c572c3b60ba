"""Text that knows what stands in it: the truth grows with the text, nothing is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DECOY = "decoy"
"""The entity of what looks like personal data and is none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text that is personal data, or looks like it."""

    entity: str
    start: int
    """In Unicode characters, as is ``end``, which is exclusive."""
    end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its marks, ordered by where they start; marks never overlap."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self.text)

    def __add__(self, other: Marked | str) -> Marked:
        """Return both, one after the other."""
        return join("", (self, other))

    def of(self, entity: str) -> tuple[str, ...]:
        """Return the texts that are marked as ``entity``."""
        return tuple(
            self.text[mark.start : mark.end] for mark in self.marks if mark.entity == entity
        )

    def wrapped(self, width: int) -> Marked:
        """Return the text with spaces turned into line breaks, so that lines have ``width``.

        No offset moves. A line is never broken inside a mark, nor after a hyphen, which PDF
        readers take for a word divided.
        """
        characters = list(self.text)
        closed = bytearray(len(characters))
        for mark in self.marks:
            closed[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
        line_start = 0
        candidate = None
        for place, character in enumerate(characters):
            if character == "\n":
                line_start, candidate = place + 1, None
            elif character == " " and not closed[place] and characters[place - 1] not in "-\u2013":
                candidate = place
            if place - line_start >= width and candidate is not None:
                characters[candidate] = "\n"
                line_start, candidate = candidate + 1, None
        return Marked("".join(characters), self.marks)


def value(entity: str, text: str) -> Marked:
    """Return ``text``, all of which is an ``entity``."""
    return Marked(text, (Mark(entity, 0, len(text)),))


def join(separator: str, items: Iterable[Marked | str]) -> Marked:
    """Return the items with ``separator`` between them, marks moved along."""
    texts: list[str] = []
    marks: list[Mark] = []
    place = 0
    for item in items:
        if texts:
            place += len(separator)
        if isinstance(item, str):
            texts.append(item)
            place += len(item)
            continue
        texts.append(item.text)
        marks.extend(Mark(mark.entity, mark.start + place, mark.end + place) for mark in item.marks)
        place += len(item.text)
    return Marked(separator.join(texts), tuple(marks))


@lru_cache(maxsize=4096)
def _parsed(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))


def compose(template: str, scope: Mapping[str, object]) -> Marked:
    """Return ``template`` with ``{name}`` and ``{name.attribute}`` filled in from ``scope``.

    What is filled in is marked text, or an object whose attributes are; anything else is shown
    as ``str`` does.

    Raises:
        KeyError: The template names what the scope does not hold.
    """
    items: list[Marked | str] = []
    for literal, name in _parsed(template):
        if literal:
            items.append(literal)
        if name is None:
            continue
        first, *attributes = name.split(".")
        filling = scope[first]
        for attribute in attributes:
            filling = getattr(filling, attribute)
        items.append(filling if isinstance(filling, Marked) else str(filling))
    return join("", items)

"""The shapes that a value can have: what each accepts, and how it is told to an editor.

A shape reads the value that ``tomllib`` made and returns what the schedule needs, or
complains and returns ``None``: then the key counts as not given.
"""

import zoneinfo
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from gallra.model.message import Message, said
from gallra.rules.complaint import UnfitError, quoted
from gallra.rules.notes import Notes, nearest
from gallra.rules.positions import Key

JsonSchema = dict[str, object]

LONGEST_TEXT = 2_000


class Shape(ABC):
    """What the value of a key may be."""

    @property
    @abstractmethod
    def named(self) -> Message:
        """What it is called in the reference."""

    @abstractmethod
    def read(self, value: object, key: Key, notes: Notes) -> object:
        """Return the value ready for use, or complain at ``key`` and return ``None``."""

    @abstractmethod
    def as_json_schema(self) -> JsonSchema:
        """Return what an editor has to know."""


def complain_of_type(value: object, key: Key, notes: Notes, expected: Message) -> None:
    """Complain that ``value`` is of the wrong TOML type; ``expected`` has a ``{where}``."""
    is_bare_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_bare_number and expected is _TEXT_EXPECTED:
        notes.complain(key, said("{where}: a text in quotation marks is expected, not a number"))
        return
    notes.complain(key, expected)


_TEXT_EXPECTED = said("{where}: a text in quotation marks is expected")


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """Any text that says something."""

    is_empty_allowed: bool = False

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("text")

    def read(self, value: object, key: Key, notes: Notes) -> str | None:
        """Return the text without space around it."""
        if not isinstance(value, str):
            complain_of_type(value, key, notes, _TEXT_EXPECTED)
            return None
        if len(value) > LONGEST_TEXT:
            too_long = said("{where}: longer than {limit} characters", limit=LONGEST_TEXT)
            notes.complain(key, too_long)
            return None
        if "\0" in value:
            notes.complain(key, said("{where}: a NUL character cannot stand in a text"))
            return None
        if not value.strip() and not self.is_empty_allowed:
            notes.complain(key, said("{where}: the text is empty"))
            return None
        return value.strip()

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {"type": "string"} if self.is_empty_allowed else {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Spelled(Shape):
    """A text that has to be understood: a period, a size, a time zone."""

    name: Message
    understand: Callable[[str], object]
    """Returns the value; raises :class:`UnfitError`."""
    pattern: str = ""
    """For editors only; ``understand`` decides."""

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return self.name

    def read(self, value: object, key: Key, notes: Notes) -> object:
        """Return what the text means."""
        text = Text().read(value, key, notes)
        if text is None:
            return None
        try:
            return self.understand(text)
        except UnfitError as error:
            notes.complain(key, error.message)
            return None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        schema: JsonSchema = {"type": "string"}
        return {**schema, "pattern": self.pattern} if self.pattern else schema


@dataclass(frozen=True, slots=True)
class Word(Shape):
    """One of a few words."""

    allowed: tuple[str, ...]

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("one of the words below")

    def read(self, value: object, key: Key, notes: Notes) -> str | None:
        """Return the word."""
        if not isinstance(value, str):
            complain_of_type(value, key, notes, _TEXT_EXPECTED)
            return None
        if value in self.allowed:
            return value
        complain_of_word(value, self.allowed, key, notes)
        return None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {"enum": list(self.allowed)}


def complain_of_word(value: str, allowed: tuple[str, ...], key: Key, notes: Notes) -> None:
    """Complain that ``value`` is none of ``allowed``, and say which was probably meant."""
    guess = nearest(value, allowed)
    if guess:
        notes.complain(
            key,
            said(
                '{where}: unknown value "{value}"; did you mean "{suggestion}"?',
                value=quoted(value),
                suggestion=guess,
            ),
        )
        return
    notes.complain(
        key,
        said(
            '{where}: unknown value "{value}"; it can be {allowed}',
            value=quoted(value),
            allowed=", ".join(allowed),
        ),
    )


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A whole number between two bounds."""

    least: int
    most: int

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("whole number")

    def read(self, value: object, key: Key, notes: Notes) -> int | None:
        """Return the number."""
        if not isinstance(value, int) or isinstance(value, bool):
            notes.complain(key, said("{where}: a whole number without quotation marks is expected"))
            return None
        if self.least == self.most != value:
            notes.complain(key, said("{where}: it can only be {least}", least=self.least))
            return None
        if not self.least <= value <= self.most:
            between = said(
                "{where}: {value} is not between {least} and {most}",
                value=quoted(str(value)) if abs(value) <= 10**18 else "…",
                least=self.least,
                most=self.most,
            )
            notes.complain(key, between)
            return None
        return value

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Truth(Shape):
    """``true`` or ``false``."""

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("true or false")

    def read(self, value: object, key: Key, notes: Notes) -> bool | None:
        """Return it."""
        if not isinstance(value, bool):
            notes.complain(key, said("{where}: true or false is expected, without quotation marks"))
            return None
        return value

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Day(Shape):
    """A day: TOML's own date, or a text such as ``2026-12-31``."""

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("date")

    def read(self, value: object, key: Key, notes: Notes) -> date | None:
        """Return the day; what was written instead is not repeated, it may be a person's."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            notes.complain(key, said("{where}: a date is expected, written as 2026-12-31"))
            return None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class Several(Shape):
    """A list, or a single element without brackets."""

    of: Shape
    is_empty_allowed: bool = False

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("{element}, or a list of such", element=self.of.named.in_english())

    def read(self, value: object, key: Key, notes: Notes) -> tuple[object, ...] | None:
        """Return the elements in order; each mistake is told at its own line."""
        if not isinstance(value, list):
            single = self.of.read(value, key, notes)
            return None if single is None else (single,)
        if not value and not self.is_empty_allowed:
            notes.complain(key, said("{where}: the list is empty"))
            return None
        read: list[object] = []
        for index, element in enumerate(value):
            one = self.of.read(element, (*key, index), notes)
            if one is not None and one in read[:64]:
                twice = said('{where}: "{value}" stands twice', value=quoted(str(element)))
                notes.complain((*key, index), twice)
            elif one is not None:
                read.append(one)
        return tuple(read) if len(read) == len(value) else None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        least: JsonSchema = {} if self.is_empty_allowed else {"minItems": 1}
        one = self.of.as_json_schema()
        return {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True} | least]}


@dataclass(frozen=True, slots=True)
class Translations(Shape):
    """A text, or a table with the same text in several languages."""

    languages: tuple[str, ...]

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("text, or a table with the text in sv, nb and en")

    def read(self, value: object, key: Key, notes: Notes) -> object:
        """Return a plain text as it is, a table as pairs of language and text."""
        if not isinstance(value, dict):
            return Text().read(value, key, notes)
        table = cast("Mapping[str, object]", value)
        if not table:
            notes.complain(key, said("{where}: the text is empty"))
        for language in table:
            if language not in self.languages:
                notes.complain_of_unknown((*key, language), self.languages)
        pairs = (
            (language, Text().read(table[language], (*key, language), notes))
            for language in self.languages
            if language in table
        )
        return tuple(pair for pair in pairs if pair[1] is not None) or None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        texts = {language: Text().as_json_schema() for language in self.languages}
        table: JsonSchema = {
            "type": "object",
            "properties": texts,
            "additionalProperties": False,
            "minProperties": 1,
        }
        return {"anyOf": [Text().as_json_schema(), table]}


@dataclass(frozen=True, slots=True)
class Counts(Shape):
    """A table of entities, each with the least number of times that it occurs."""

    allowed: tuple[str, ...]
    each: Number

    @property
    def named(self) -> Message:
        """See :class:`Shape`."""
        return said("table of entities, each with the least number of it")

    def read(self, value: object, key: Key, notes: Notes) -> object:
        """Return pairs of entity and number, sorted by entity."""
        if not isinstance(value, dict):
            notes.complain(key, said("{where}: a table is expected, as in {{ PERSON = 5 }}"))
            return None
        table = cast("Mapping[str, object]", value)
        if not table:
            notes.complain(key, said("{where}: the table is empty"))
            return None
        pairs: list[tuple[str, int]] = []
        for entity, least in table.items():
            if entity not in self.allowed:
                notes.complain_of_unknown((*key, entity), self.allowed)
                continue
            count = self.each.read(least, (*key, entity), notes)
            if count is not None:
                pairs.append((entity, count))
        return tuple(sorted(pairs)) if len(pairs) == len(table) else None

    def as_json_schema(self) -> JsonSchema:
        """See :class:`Shape`."""
        return {
            "type": "object",
            "properties": {entity: self.each.as_json_schema() for entity in self.allowed},
            "additionalProperties": False,
            "minProperties": 1,
        }


def zone_of(text: str) -> str:
    """Return ``text`` where it names a time zone.

    Raises:
        UnfitError: If there is no such zone.
    """
    names = zoneinfo.available_timezones()
    if text in names:
        return text
    guess = nearest(text, names)
    if guess:
        raise UnfitError(
            said(
                '{where}: unknown time zone "{zone}"; did you mean "{suggestion}"?',
                zone=quoted(text),
                suggestion=guess,
            )
        )
    raise UnfitError(
        said(
            '{where}: unknown time zone "{zone}"; write it as "Europe/Stockholm"', zone=quoted(text)
        )
    )

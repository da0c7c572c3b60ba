"""Requests of persons about what is kept of them (GDPR Art. 15, 16, 17), and what was found."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gallra.model.message import Message


class RequestKind(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    """Art. 15: to be told, and to get a copy."""
    ERASURE = "erasure"
    """Art. 17."""
    RECTIFICATION = "rectification"
    """Art. 16."""


class Certainty(StrEnum):
    """How sure it is that a record speaks of the person."""

    SURE = "sure"
    """A number or an address of theirs stands in it."""
    NAMED = "named"
    """Their full name stands in it, in a spelling that was listed, and no number of another."""
    DOUBTFUL = "doubtful"
    """A part of the name, an initial, another spelling, a shared address: a person decides."""


class Stance(StrEnum):
    """What a person said of a record that was found."""

    UNDECIDED = "undecided"
    CONFIRMED = "confirmed"
    WHOLE = "whole"
    """It is about the person, and may be handed out as it is."""
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """By what somebody can be found. Clear text: it lies in the registers alone."""

    names: tuple[str, ...] = ()
    """In every spelling they know of; the first is what they are called in letters."""
    identifiers: tuple[tuple[str, str], ...] = ()
    """Entity and value: numbers, mail addresses, telephones, as written."""
    addresses: tuple[str, ...] = ()
    """Postal; others may live there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRecord:
    """A record that speaks of the person, or may."""

    number: int
    """Within the request; it stays when one searches again."""
    share: str
    path: bytes
    """Relative to the share."""
    part: str
    version: str
    """Which version was read: what was decided about another one does not count."""
    quarantine_id: str | None = None
    class_code: str
    kind: str
    certainty: Certainty
    hits: tuple[tuple[str, int], ...]
    """How many of each entity."""
    speaks_of_others: bool
    """Whether anything in it had to be masked."""
    is_incomplete: bool = False
    """Not all of it could be read."""
    stance: Stance = Stance.UNDECIDED
    why: str = ""
    decided_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has still to decide about it."""
        return self.stance is Stance.UNDECIDED and self.certainty is Certainty.DOUBTFUL

    @property
    def is_theirs(self) -> bool:
        """Whether it counts as the person's."""
        if self.stance is Stance.UNDECIDED:
            return self.certainty is not Certainty.DOUBTFUL
        return self.stance is not Stance.EXCLUDED


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSearched:
    """Something that may speak of the person and could not be looked into."""

    share: str
    path: bytes
    part: str
    outcome: str
    reason: Message | None = None
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An entry of the ledger whose clear half speaks of the person."""

    sequence: int
    at: datetime
    deed: str
    class_code: str
    is_destroyed: bool
    """Whether it tells that something was destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """That the time was extended, and why (Art. 12(3))."""

    on: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """That something was made or done for the person: a letter, a bundle, a correction."""

    at: datetime
    what: str
    """``letter``, ``bundle``, ``erasure``, ``correction``, ``informed``."""
    by: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, as the register keeps it."""

    kind: RequestKind
    person: Person
    language: str
    received_on: date
    deadline_on: date
    """The last day."""
    opened_by: str
    extension: Extension | None = None
    searched_at: datetime | None = None
    is_searched_whole: bool = False
    """Whether every file was read, and not only what the catalogue nominated."""
    found: tuple[FoundRecord, ...] = ()
    not_searched: tuple[NotSearched, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    registered: tuple[tuple[str, str], ...] = ()
    """Entries of gallra's own registers that name the person: which register, and its number."""
    given: tuple[Given, ...] = ()
    answered_on: date | None = None
    late_because: str = ""
    closed_because: str = ""

    @property
    def theirs(self) -> tuple[FoundRecord, ...]:
        """What counts as speaking of the person."""
        return tuple(each for each in self.found if each.is_theirs)

    @property
    def undecided(self) -> tuple[FoundRecord, ...]:
        """What a person has still to decide about."""
        return tuple(each for each in self.found if each.is_open)

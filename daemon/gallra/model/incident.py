"""A personal data breach, as the register keeps it from the first hour to the last."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gallra.model.duty import FindingKind


class Receiver(StrEnum):
    """Who is told of a breach."""

    OFFICER = "officer"
    """The data protection officer, at once."""
    AUTHORITY = "authority"
    """The supervisory authority, within 72 hours. Source: GDPR Art. 33."""
    MEMBERS = "members"
    """The persons concerned. Source: GDPR Art. 34."""


class Nature(StrEnum):
    """What sort of breach. Source: EDPB Guidelines 9/2022, paragraph 17."""

    CONFIDENTIALITY = "confidentiality"
    """Data were disclosed, or could be seen."""
    INTEGRITY = "integrity"
    """Data were changed."""
    AVAILABILITY = "availability"
    """Data were lost, or cannot be reached."""


class Risk(StrEnum):
    """How likely it harms the persons concerned: decides who has to be told."""

    UNLIKELY = "unlikely"
    """The authority need not be told."""
    RISK = "risk"
    """The authority is told."""
    HIGH = "high"
    """The persons concerned are told, too."""


class Authority(StrEnum):
    """The supervisory authorities that gallra knows how to write to."""

    IMY = "imy"
    """Integritetsskyddsmyndigheten, in Sweden."""
    DATATILSYNET = "datatilsynet"
    """In Norway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file, or what is in it, from which data got out."""

    share: str
    path: bytes
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Somebody was told: one phase of a notification."""

    receiver: Receiver
    at: datetime
    by: str
    more_follows: bool = False
    """Whether facts were missing and will be given in a later phase. Source: GDPR Art. 33(4)."""
    why_late: str = ""
    """The reasons for the delay, where the authority was told after its time."""
    reference: str = ""
    """What the receiver calls it: the authority's case number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether somebody is to be told, and why."""

    receiver: Receiver
    is_to_be_told: bool
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One breach: what is known of it, what was decided, who was told."""

    known_at: datetime
    """When it became known that it is one: the 72 hours begin. Aware."""
    known_why: str = ""
    """How it became known, or why the time was corrected."""
    title: str = ""
    """One line, where a person opened it."""
    kind: FindingKind | None = None
    """Where gallra found it itself."""
    findings: tuple[str, ...] = ()
    """By their references."""
    what: str = ""
    """What happened, in a person's words."""
    natures: tuple[Nature, ...] = (Nature.CONFIDENTIALITY,)
    happened_from: datetime | None = None
    happened_until: datetime | None = None
    places: tuple[Place, ...] = ()
    groups: tuple[str, ...] = ()
    """What sorts of persons are concerned, in words: members, applicants."""
    person_count: int | None = None
    """About how many persons."""
    record_count: int | None = None
    """About how many records."""
    categories: tuple[str, ...] = ()
    """What sorts of data: entities, special categories, or words."""
    exposed: tuple[str, ...] = ()
    """Whose data, as far as the findings name them."""
    exposed_to: tuple[str, ...] = ()
    """Who could see them."""
    consequences: str = ""
    taken: str = ""
    """What was done about it."""
    planned: str = ""
    """What will be done about it."""
    risk: Risk | None = None
    risk_why: str = ""
    decisions: tuple[Decision, ...] = ()
    """In the order in which they were taken; of one receiver the last one counts."""
    told: tuple[Told, ...] = ()
    """In the order in which it was noted."""
    opened_by: str = ""
    """``""``: by gallra."""
    closed_by: str = ""
    closed_why: str = ""
    is_breach: bool = True
    """Whether it still counts as one; not where it was closed as a false alarm."""

    def decision(self, receiver: Receiver) -> Decision | None:
        """Return what stands about telling ``receiver``."""
        return next((each for each in reversed(self.decisions) if each.receiver is receiver), None)

    def told_to(self, receiver: Receiver) -> tuple[Told, ...]:
        """Return the phases in which ``receiver`` was told."""
        return tuple(each for each in self.told if each.receiver is receiver)

"""What the detection stage makes of a part. Never the text, only what and where."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gallra.model.mailing import MailFacts
from gallra.model.message import Message
from gallra.model.passage import ByteSpan, Direction, MailboxItem, MessageHeaders, Outcome, Passage

UNION_MEMBERSHIP = "UNION_MEMBERSHIP"

SPECIAL_CATEGORIES = frozenset(
    {
        UNION_MEMBERSHIP,
        "HEALTH",
        "RELIGION",
        "POLITICAL_OPINION",
        "ETHNIC_ORIGIN",
        "SEX_LIFE",
        "BIOMETRIC_OR_GENETIC",
        "CRIMINAL_OFFENCE",
    }
)
"""GDPR Art. 9(1) and Art. 10."""

DOCUMENT_KINDS = frozenset(
    {
        "salary-list",
        "member-register",
        "case",
        "hiring-committee",
        "conflict-preparedness",
        "minutes",
        "new-employees",
        "recruiting-list",
        "invitation",
        "participant-list",
        "consent",
        "confidentiality-declaration",
        "accounting",
    }
)
"""What a document can be said to be: the words of ``when = { kind = … }``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A span of a part's text that is, or tells, something about a person."""

    entity: str
    """Presidio's name, or ours: see the reference of entities."""
    start: int
    end: int
    """Offsets in Unicode characters of the part's text; ``end`` is exclusive."""
    score: float
    """From 0 to 1."""
    recognizer: str
    digest: str | None = None
    """Keyed digest of the normalised value, 32 hex digits; ``None`` where no key was given."""


class Precision(StrEnum):
    """How much of a date was said."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDate:
    """The date a document speaks of: the year of a negotiation, the day of a meeting."""

    on: date
    """The *last* day that the words can mean: 31 December where only a year is said, so that
    nothing is ever due too early."""
    precision: Precision
    source: str
    """``name``, ``text``, ``header``, ``properties`` or ``folder``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a document is, in the words that rules use: ``salary-list``, ``minutes``."""

    kind: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """All that detection found in one part."""

    findings: tuple[Finding, ...] = ()
    """Ordered by start, then end, then entity."""
    hints: tuple[Finding, ...] = ()
    """Persons that score too little to count, in order, apart from those of ``findings``: only
    who asks to see findings sees them, and nothing is decided by them."""
    language: str = "other"
    """``sv``, ``nb``, ``nn``, ``en`` or ``other``."""
    special_categories: tuple[str, ...] = ()
    """Sorted; of :data:`SPECIAL_CATEGORIES`."""
    subjects: tuple[Subject, ...] = ()
    """Best first."""
    document_date: DocumentDate | None = None
    incomplete: Message | None = None
    """Why something was not looked at; ``None`` exactly when everything was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueDigest:
    """That a value of some type occurs: lets an access request nominate the file later."""

    entity: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReport:
    """What leaves the sandbox about one part. The last four fields only when asked for."""

    address: str
    kind: str
    outcome: Outcome
    reason: Message | None = None
    encrypted: str | None = None
    span: ByteSpan | None = None
    item: MailboxItem | None = None
    stated_on: date | None = None
    is_message: bool = False
    direction: Direction | None = None
    mail: MailFacts | None = None
    """Of a message that is a record, and of a calendar file; ``None`` without keys."""
    awaits_sight: int = 0
    """Pages and pictures that wait to be looked at."""
    language: str = "other"
    entities: tuple[tuple[str, int], ...] = ()
    """How many of each, sorted by name."""
    special_categories: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    document_date: DocumentDate | None = None
    digests: tuple[ValueDigest, ...] = ()
    """Distinct, sorted."""
    character_count: int = 0
    findings: tuple[Finding, ...] | None = None
    hints: tuple[Finding, ...] | None = None
    """What may be a person, and counts for nothing."""
    passages: tuple[Passage, ...] | None = None
    message: MessageHeaders | None = None

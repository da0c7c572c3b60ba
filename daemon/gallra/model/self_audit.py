"""The yearly self-audit: questions, answers, the year in figures, and who signed it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gallra.model.diagnosis import Diagnosis
from gallra.model.duty import FindingKind
from gallra.model.ledger import Deed


class Question(StrEnum):
    """What only people can know. What each asks stands in report/audit_questions."""

    ROUTINE = "routine"
    """The routine was gone through, and works as it is meant to (F21)."""
    RULES = "rules"
    """Periods and classes in the rules are still right (F15)."""
    NAMES = "names"
    """Controller, officer and representatives in the rules are those of today (F2, F3)."""
    TRAINING = "training"
    """Whoever is new has been shown the routine (F1)."""
    ACCESS = "access"
    """Who has access to shares and mailboxes was gone through (F6)."""
    DECLARATIONS = "declarations"
    """The nomination committee has signed (F17)."""
    MAILINGS = "mailings"
    """Everybody mails members as blind copy (U1, F11)."""
    CONSENTS = "consents"
    """It is passed on only with a written consent who is a member (U2)."""
    GIFTS = "gifts"
    """Members' gifts do not show who is a member (F16)."""
    ELSEWHERE = "elsewhere"
    """Paper, phones, private mail and clouds were cleared, where gallra does not reach (F15)."""
    HANDOVERS = "handovers"
    """Whoever stepped down handed over (F14)."""
    ENCRYPTION = "encryption"
    """Computers and phones that hold members' data are encrypted (F20)."""
    BACKUPS = "backups"
    """A copy was put back, to try it, and old copies are destroyed in their time (F20)."""
    INCIDENTS = "incidents"
    """Everybody knows whom to tell of a breach, at once (F19)."""
    PROCESSORS = "processors"
    """There are agreements with those who process data for the club (F1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person said to one question."""

    question: Question
    is_yes: bool
    text: str = ""
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who stands for the audit, and for what exactly."""

    by: str
    why: str
    at: datetime
    digest: str
    """SHA-256 of the report as it was signed, hex."""
    report: str
    """The report itself, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAudit:
    """The audit of one year, as the register keeps it."""

    year: int
    """Whose figures it looks at; it is signed in the first quarter of the next."""
    answers: tuple[Answer, ...] = ()
    """In the order in which they were given; of one question the last one counts."""
    signature: Signature | None = None

    def answer(self, question: Question) -> Answer | None:
        """Return what stands to ``question``."""
        return next((each for each in reversed(self.answers) if each.question is question), None)

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """What nobody has answered yet."""
        return tuple(each for each in Question if self.answer(each) is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """What became of records of one class in a year."""

    class_code: str
    counts: tuple[tuple[Deed, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFigures:
    """One of the club's registers in a year."""

    kind: str
    opened_count: int
    closed_count: int
    late_count: int
    """How many of them were closed later than they were due."""
    longest_days: int | None
    """Of what was closed: how long it was open at most, in full days."""
    open_count: int
    """How many are open now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFigures:
    """Breaches that became known in a year."""

    known_count: int = 0
    in_time_count: int = 0
    """The authority was told within 72 hours."""
    late_count: int = 0
    not_told_count: int = 0
    """It was decided that it need not be told."""
    none_count: int = 0
    """It turned out to be no breach."""
    open_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFigures:
    """Requests of members in a year, with the times they took."""

    received_count: int = 0
    answered_count: int = 0
    late_count: int = 0
    """How many of the answers came after their day."""
    shortest_days: int | None = None
    longest_days: int | None = None
    median_days: int | None = None
    open_count: int = 0
    """How many are unanswered now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A year, and how things stand at the moment at which it is looked at."""

    year: int
    deeds: tuple[tuple[Deed, int], ...]
    """How often each stands in the ledger, in the order of the vocabulary."""
    classes: tuple[ClassFigures, ...]
    rules: tuple[tuple[datetime, str], ...]
    """When which rules were taken into use, by their digest."""
    registers: tuple[RegisterFigures, ...]
    incidents: IncidentFigures
    requests: RequestFigures
    findings: tuple[tuple[FindingKind, int], ...]
    """What is open now."""
    diagnoses: tuple[Diagnosis, ...]
    """What the doctor says now, and is not simply good."""
    entry_count: int
    """Of the whole ledger."""
    root: str
    is_verified: bool

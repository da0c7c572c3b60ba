"""The retention schedule: what rules.toml says, once it has been found to hold."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gallra.model.notification import USUAL_TERMS, NotificationTerms
from gallra.model.people import Representative
from gallra.model.separation import USUAL_SEPARATION, SeparationTerms
from gallra.model.share import Share


class Mode(StrEnum):
    """Whether gallra may move and destroy."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class Action(StrEnum):
    """What happens to a record when its retention period has ended (``then``)."""

    DESTROY = "destroy"
    """Through quarantine, always."""
    REVIEW = "review"
    """A person decides."""
    ALERT = "alert"
    """It is said, nothing more."""
    KEEP = "keep"
    MOVE = "move"
    """To another place that the rules name; nothing is destroyed."""


class Trigger(StrEnum):
    """What a retention period is counted from (``from``, ``else_from``)."""

    CREATED = "created"
    MODIFIED = "modified"
    FIRST_SEEN = "first-seen"
    DOCUMENT_DATE = "document-date"
    ACTIVITY_ENDED = "activity-ended"
    CASE_CLOSED = "case-closed"
    CASE_TRANSFERRED = "case-transferred"
    MEMBER_LEFT = "member-left"
    NEGOTIATION_ENDED = "negotiation-ended"
    POSITION_FILLED = "position-filled"
    LIST_USED = "list-used"
    DUES_UNPAID = "dues-unpaid"
    """Counted from the day on which they were to be paid."""
    SUPERSEDED = "superseded"
    """A newer version has taken its place."""
    CONSENT_WITHDRAWN = "consent-withdrawn"
    MANDATE_ENDED = "mandate-ended"
    """A representative stepped down, and has handed over."""
    EMPLOYMENT_ENDED = "employment-ended"

    @property
    def is_event(self) -> bool:
        """Whether somebody has to tell that it happened."""
        return self not in {
            Trigger.CREATED,
            Trigger.MODIFIED,
            Trigger.FIRST_SEEN,
            Trigger.DOCUMENT_DATE,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A calendar span; one month after 31 January ends on the last of February."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    @property
    def about_days(self) -> int:
        """How long it is, to compare with others; a calendar tells the days."""
        return self.years * 365 + self.months * 30 + self.weeks * 7 + self.days

    def as_iso8601(self) -> str:
        """Return the period as ISO 8601 writes it, ``P4Y``, ``P1Y6M``, ``P0D``."""
        named = (("Y", self.years), ("M", self.months), ("W", self.weeks), ("D", self.days))
        spans = "".join(f"{count}{unit}" for unit, count in named if count)
        return f"P{spans or '0D'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where records of a class are moved to (``to``)."""

    share: str
    path: bytes
    """Relative to the share; ``b""`` is its root."""

    def holds(self, share: str, path: bytes) -> bool:
        """Tell whether a file lies there already."""
        return share == self.share and (not self.path or path.startswith(self.path + b"/"))

    def place_of(self, path: bytes) -> bytes:
        """Return where the file that lies at ``path`` in its share goes: its folders go along."""
        return self.path + b"/" + path if self.path else path


Translated = tuple[tuple[str, str], ...]
"""One text in several languages: ``(("sv", "Lönelistor"), ("nb", "Lønnslister"))``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionClass:
    """One ``[class.CODE]``: how long, counted from when, then what, and who says so."""

    code: str
    title: Translated
    purpose: Translated
    categories: tuple[str, ...]
    """The categories of personal data, for the record of processing activities (Art. 30)."""
    legal_basis: tuple[str, ...]
    source: Translated
    """Where the data come from."""
    authority: str
    """The clause, law or decision that the period rests on: ``F15.5``."""
    keep: Period | None
    """After how long ``then`` is done; ``None`` only where ``then`` is keep."""
    keep_at_least: Period | None = None
    """A minimum, where a law says keep."""
    keep_at_most: Period | None = None
    """A maximum, where somebody says "at the latest"."""
    counted_from: Trigger
    else_from: Trigger | None
    then: Action
    line: int
    to: Destination | None = None
    """Given exactly where ``then`` is move."""
    persons: Translated = ()
    """Whom the data are about, for the record of processing activities (Art. 30)."""
    recipients: Translated = ()
    """Who is given them; empty: nobody outside the club."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a record must fulfil for a rule to apply: all that is given, and something is."""

    paths: tuple[str, ...] = ()
    """Glob patterns on the path below the share, any of them; case does not count."""
    shares: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Groups of formats: ``spreadsheet``, ``document``, ``message``, … See reference/rules."""
    kinds: tuple[str, ...] = ()
    """What detection says the document is, any of them."""
    languages: tuple[str, ...] = ()
    entities: tuple[tuple[str, int], ...] = ()
    """At least so many of each."""
    special_categories: tuple[str, ...] = ()
    """Any of them."""
    has_personal_data: bool | None = None
    outcomes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    """Any of these was told of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One ``[[rule]]``: records that fulfil ``when`` belong to ``class_code``."""

    number: int
    """Its place in the file, counted from 1; rules are named by it."""
    class_code: str
    when: Condition
    line: int
    is_otherwise: bool = False
    """Whether it speaks only where no other rule does (``otherwise = true``)."""
    authority: str = ""
    """Who says that it goes before rules that would keep a record longer; ``""``: nobody."""
    active_from: date | None = None
    """Until that day nothing is taken under it; it only ever delays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """One ``[[event]]``: a sign on a share that tells that something has happened."""

    number: int
    """Its place in the file, counted from 1."""
    kind: Trigger
    folders: tuple[str, ...] = ()
    """Patterns on the path of a folder: it is this folder that the event is about."""
    files: tuple[str, ...] = ()
    """Patterns on the name of a file: the event is about the folder that it lies in."""
    copied_to: tuple[str, ...] = ()
    """Roles of shares: the event is about each message of which a copy lies there."""
    shares: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person or office, named in letters."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """``[organisation]``: who answers for the data, in which language and time zone."""

    name: str
    controller: str
    data_protection_officer: Contact | None
    language: str
    timezone: str
    own_domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """``[safety]``: what holds gallra back. Missing settings take these, the careful values."""

    dwell: Period = Period(days=30)
    """Between quarantine and destruction."""
    most_per_day: int = 200
    most_of_a_share: float = 0.05
    """As a fraction of the share's files, and of the messages in its mailboxes, per day."""
    most_bytes_per_day: int = 5_000_000_000
    new_rules_wait: Period = Period(days=14)
    """How long what only changed rules let go waits, counted from the change."""
    settle: timedelta = timedelta(seconds=2)
    """How long a file must lie still before it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """``[reading]``: how much of the machine reading may take."""

    pages_per_day: int = 500
    """Scanned pages and pictures that are looked at in a day; 0: none are."""
    processors: float = 1.0
    """Which part of the machine's processors may read at once."""

    def worker_count(self, processor_count: int) -> int:
        """Return how many files are read at once on so many processors; at least one."""
        return max(1, int(self.processors * processor_count))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTerms:
    """``[notice]``: how early owners are told what goes."""

    days: int = 30
    """How many days before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsTerms:
    """``[metrics]``: where figures for monitoring go."""

    textfile: bytes | None = None
    """A file in the folder of node_exporter's textfile collector; ``None``: none is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTerms:
    """``[mail]``: how messages that the club sent are judged."""

    allowed_domains: tuple[str, ...] = ()
    """Those, and all below them, may be sent members' data."""
    private_domains: tuple[str, ...] = ()
    """Besides the providers that are known."""
    representatives_events: tuple[str, ...] = ()
    """Subjects, or pieces of them."""
    password_within: Period = Period(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTerms:
    """``[ledger]``: how long the log remembers what things were called."""

    keep_texts: Period | None = None
    """How long names, paths and reasons stay after an act; ``None``: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTerms:
    """``[requests]``: how long the register remembers who asked what is kept of them."""

    keep: Period | None = None
    """Counted from when a request was closed; ``None``: for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQueue:
    """One ``[[review]]``: who is asked about which classes, and how many of them must agree."""

    name: str
    reviewers: tuple[str, ...] = ()
    """Empty: anybody who may use gallra."""
    classes: tuple[str, ...] = ()
    """Empty: all that no other queue names."""
    needed: int = 1
    line: int = 0


OTHERS = ReviewQueue(name="review")
"""Where no queue of the rules speaks of a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTerms:
    """One ``[[register]]``: files that are the club's register, and how they are kept right."""

    places: tuple[tuple[str, str], ...] = ()
    """Share, and a pattern on the path in it."""
    wash_every: Period = Period(months=1)
    is_superseded: bool = False
    """Whether the old list is told superseded once a newer one took its place."""
    most_leavers: float = 0.20
    """Above this part of the old list, a person confirms that so many have left."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSchedule:
    """The whole of one rules.toml that holds."""

    mode: Mode
    organisation: Organisation
    shares: tuple[Share, ...]
    classes: tuple[RetentionClass, ...]
    rules: tuple[Rule, ...]
    """In file order."""
    event_rules: tuple[EventRule, ...] = ()
    """In file order."""
    review_queues: tuple[ReviewQueue, ...] = ()
    representatives: tuple[Representative, ...] = ()
    """In file order; somebody with two offices at two times stands twice."""
    registers: tuple[RegisterTerms, ...] = ()
    """In file order."""
    separation: SeparationTerms = USUAL_SEPARATION
    safety: Safety
    reading: ReadingLimits = ReadingLimits()
    notice: NoticeTerms = NoticeTerms()
    mail: MailTerms = MailTerms()
    ledger: LedgerTerms = LedgerTerms()
    requests: RequestTerms = RequestTerms()
    metrics: MetricsTerms = MetricsTerms()
    notifications: NotificationTerms = USUAL_TERMS
    digest: str
    """SHA-256 of the file's bytes, hex: names this version in the ledger."""

    @property
    def roots(self) -> dict[str, bytes]:
        """Where each share lies, by name; of shares within each other the innermost first."""
        shares = sorted(self.shares, key=lambda share: -len(share.path))
        return {share.name: share.path for share in shares}

    def class_of(self, code: str) -> RetentionClass:
        """Return the class ``code``, which must exist: rules were checked when loaded."""
        return next(each for each in self.classes if each.code == code)

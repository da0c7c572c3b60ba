"""Records, the classes they were given, and what is to be done with them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gallra.model.arrival import FileSignature
from gallra.model.exposure import Exposure
from gallra.model.finding import DocumentDate
from gallra.model.holding import NOTHING_MORE, About
from gallra.model.message import Message
from gallra.model.passage import ByteSpan, Direction, Outcome
from gallra.model.retention import Action

UNCLASSIFIED = "unclassified"
"""The class of a record that no rule speaks of: kept, and shown to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A file, or one message of a mailbox: the thing that has a class and a fate.

    Attachments, sheets and archive members belong to the record they are inside; what was
    found in them counts as found in it.
    """

    record_id: int
    share: str
    role: str
    path: bytes
    """Relative to the share."""
    part: str
    """``""`` for the file, else the address of the message."""
    kind: str
    outcome: Outcome
    """The least complete outcome of all the record's parts."""
    is_encrypted: bool = False
    is_incomplete: bool = False
    """Detection did not look at everything."""
    size_bytes: int = 0
    language: str = "other"
    entities: tuple[tuple[str, int], ...] = ()
    special_categories: tuple[str, ...] = ()
    subjects: tuple[tuple[str, float], ...] = ()
    """What detection says the document is, best first."""
    document_date: DocumentDate | None = None
    created_at: datetime | None = None
    """The file's birth time as the filesystem knows it, or a message's own date."""
    modified_at: datetime
    first_seen_at: datetime
    read_at: datetime | None = None
    """When this version was read: no date that the file claims for itself is trusted far beyond
    it. ``None`` where that is not known."""
    is_container: bool = False
    """A mailbox whose messages are records of their own."""
    direction: Direction | None = None
    """Which way a message went, where its mailbox, its folder or its servers tell."""
    span: ByteSpan | None = None
    """Where a message stands in its mailbox; ``None`` where it cannot be cut out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The one class of a record, and why."""

    class_code: str
    rule_number: int | None
    """``None`` where no rule spoke."""
    because: tuple[Message, ...]
    """Most decisive first; rules that lost are named too."""
    also: tuple[str, ...] = ()
    """The classes that lost: what they say to keep at least, or at most, holds all the same.
    Known while a record is judged; not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a record's retention ends."""

    due_on: date | None
    """The first day, in the organisation's time zone, on which the period has ended in full;
    ``None`` where it never ends or waits for an event."""
    counted_from: date | None
    because: tuple[Message, ...]
    latest_on: date | None = None
    """The day from which it may not be kept any more, where somebody says "at the latest"."""
    is_for_a_person: bool = False
    """Whether a person has to decide when the day has come, although its class destroys."""

    @property
    def is_kept_longer(self) -> bool:
        """Whether it stays beyond the day from which it may not be kept any more."""
        if self.latest_on is None:
            return False
        return self.due_on is None or self.due_on > self.latest_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """While it stands, what it covers is not disposed of."""

    reference: str
    path: str | None = None
    """Glob on ``SHARE/PATH``."""
    class_code: str | None = None
    reason: str = ""
    placed_by: str = ""
    placed_at: datetime
    about: About = NOTHING_MORE
    """Cases, persons, a condition; together with path and class, all of it counts."""
    until: date | None = None
    """The day on which a person is reminded of it; it never ends by itself."""


class RecordState(StrEnum):
    """Where a record is in its life."""

    PRESENT = "present"
    QUARANTINED = "quarantined"
    DESTROYED = "destroyed"
    GONE = "gone"
    """Somebody else removed it."""


class Act(StrEnum):
    """What a plan says is to be done with a record on a day."""

    RETAIN = "retain"
    QUARANTINE = "quarantine"
    DESTROY = "destroy"
    REVIEW = "review"
    ALERT = "alert"
    MOVE = "move"
    HAND_OVER = "hand-over"
    """It gets another owner, because a person decided so when somebody stepped down."""
    WAIT = "wait"
    """It would be taken, destroyed or moved, but the rules that say so are under a dry run."""

    @property
    def is_destructive(self) -> bool:
        """Whether it takes the record from where people know it to be."""
        return self in {Act.QUARANTINE, Act.DESTROY, Act.MOVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedRecord:
    """A record with all that has been decided and happened so far: what plans are made from."""

    record: Record
    classification: Classification
    due: Due
    state: RecordState
    signature: FileSignature
    """The version of the file that was read."""
    file_id: int
    quarantine_id: str | None = None
    destroy_on: date | None = None
    """Set for what lies in quarantine: the first day after the dwell."""
    is_current: bool = True
    """False where the file changed since it was read: all this is about an older version."""
    exposure: Exposure | None = None
    """Who reads the file; ``None`` where nobody looked yet, or it is not in the share."""
    is_reachable: bool = True
    """False where no way led to the file at the last look: a folder that cannot be read, or that
    another filesystem is mounted upon. It is not gone, and nothing can be done with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Whose a file is to be, and whose it was: accounts of this machine, by number."""

    from_uid: int
    to_uid: int
    from_gid: int = -1
    """The group that is the former owner's alone; -1: there is none."""
    to_gid: int = -1
    """The group that takes its place; -1: the file keeps the group that it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """A decision about one record, with the reasons that led to it."""

    item: CataloguedRecord
    act: Act
    then: Action
    because: tuple[Message, ...]
    """Most decisive first."""
    held_by: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    """The reviewers who let it go."""
    would: Act | None = None
    """What is waited with, where the act is to wait."""
    waits_until: date | None = None
    """The day from which it would be done, as far as is known today."""
    receiver: Receiver | None = None
    """Given exactly where it is to be handed over."""
    to_share: str = ""
    """For a move that a person decided on: into which share; ``""``: where its class says."""
    to_path: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheLatest:
    """Records of one class that may not be kept any more and are still there."""

    class_code: str
    count: int
    since: date
    """The earliest of their days."""
    act: Act
    """What the plan says of them: to quarantine, or why they stay."""
    held_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done at an instant, whole, before anything is."""

    at: datetime
    rules_digest: str
    dispositions: tuple[Disposition, ...]
    """One for each record, ordered by share, path and part; retained ones included only where
    asked for."""
    digest: str
    """SHA-256 over what would be destroyed or quarantined: a person confirms this very plan."""
    counts: tuple[tuple[str, int], ...] = ()
    """How many of each act, sorted."""
    at_the_latest: tuple[AtTheLatest, ...] = ()
    """What has come to the day from which it may not be kept any more, by class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """Something that stops a plan from being carried out."""

    code: str
    """``count``, ``share``, ``bytes``, ``clock``, ``ledger``, ``catalogue``."""
    message: Message
    is_released_by_confirmation: bool
    """Whether a person who has looked may release it; else the cause must be mended."""
    command: str = ""
    """What releases this very brake for this very plan; ``""`` where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the brakes look at besides the plan."""

    now: datetime
    acted_today_count: int = 0
    acted_today_bytes: int = 0
    files_taken_today: tuple[tuple[str, int], ...] = ()
    """By share: those that were taken out of it today."""
    files_of_share: tuple[tuple[str, int], ...] = ()
    """By share: those that were there this morning."""
    messages_taken_today: tuple[tuple[str, int], ...] = ()
    """By share: those that were cut out of mailboxes today."""
    messages_of_share: tuple[tuple[str, int], ...] = ()
    """By share: those that were in mailboxes this morning, where the plan takes any."""
    clock_jump_seconds: float = 0.0
    """How far the wall clock moved against the boot clock since the last cycle."""
    last_ledger_at: datetime | None = None
    is_ledger_good: bool = True
    has_texts: bool = True
    """False where texts of the ledger are gone that are never erased: its vault was lost."""
    is_catalogue_good: bool = True
    """False while a catalogue that was lost is built anew, and does not know everything yet."""
    confirmed: frozenset[str] = field(default_factory=frozenset)
    """Hashes of plans that a person confirmed, lately enough."""
    released: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Hash and code: which brake a person released for which plan, lately enough."""

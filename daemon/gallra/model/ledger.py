"""What is written down for good."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """What a ledger entry testifies to."""

    RULES_LOADED = "rules-loaded"
    INTENT = "intent"
    """An act on a file is about to begin; it always gets one of the outcomes below."""
    QUARANTINED = "quarantined"
    RESTORED = "restored"
    DESTROYED = "destroyed"
    MOVED = "moved"
    HANDED_OVER = "handed-over"
    """It has another owner."""
    NOT_DONE = "not-done"
    """The act was called off or failed; the file is where it was."""
    HOLD_PLACED = "hold-placed"
    HOLD_LIFTED = "hold-lifted"
    REVIEW_APPROVED = "review-approved"
    REVIEW_KEPT = "review-kept"
    REVIEW_VOID = "review-void"
    """What a reviewer decided about is another version, or of another class, by now."""
    PLAN_CONFIRMED = "plan-confirmed"
    EVENT_TOLD = "event-told"
    EVENT_UNDONE = "event-undone"
    RECLASSIFIED = "reclassified"
    """A record was given another class."""
    TEXTS_ERASED = "texts-erased"
    """The clear halves of entries are about to be erased: how many, and on whose word."""
    KEPT_LONGER = "kept-longer"
    """What keeps a record, a law's minimum, goes beyond what somebody allows at most."""
    HANDOVER_BEGUN = "handover-begun"
    HANDOVER_DECIDED = "handover-decided"
    """What becomes of some of what somebody leaves behind."""
    HANDOVER_FINISHED = "handover-finished"
    FINDING_NOTED = "finding-noted"
    """Something is not as it should be, and a person must look."""
    FINDING_RESOLVED = "finding-resolved"
    """It was not found again."""
    FINDING_DISMISSED = "finding-dismissed"
    """A person looked, and nothing more is to be done about it."""
    REGISTER_WASHED = "register-washed"
    """A register of members was compared with a fresh export."""
    CONSENT_RECORDED = "consent-recorded"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_EXPIRED = "consent-expired"
    DECLARATION_RECORDED = "declaration-recorded"
    DECLARATION_WITHDRAWN = "declaration-withdrawn"
    MEMBER_REMINDED = "member-reminded"
    """A member was told to keep what they need of a case that is closed."""
    INCIDENT_OPENED = "incident-opened"
    """A breach became known: its clock runs."""
    INCIDENT_ASSESSED = "incident-assessed"
    """Its facts, or how likely it harms somebody, were written down or put right."""
    INCIDENT_DECIDED = "incident-decided"
    """Whether the authority, or the persons concerned, are told, and why."""
    INCIDENT_TOLD = "incident-told"
    """The officer, the authority or the persons concerned were told."""
    INCIDENT_LISTED = "incident-listed"
    """A list of the persons concerned, or all that is known of it, was written out."""
    INCIDENT_CLOSED = "incident-closed"
    INCIDENT_REOPENED = "incident-reopened"
    REQUEST_OPENED = "request-opened"
    """Somebody asked what is kept of them, or to have it erased or put right."""
    REQUEST_SEARCHED = "request-searched"
    REQUEST_DECIDED = "request-decided"
    """A person said which records are about whoever asked, or took that back."""
    REQUEST_EXTENDED = "request-extended"
    REQUEST_SERVED = "request-served"
    """Something was made or done for whoever asked: a letter, a bundle, an erasure."""
    REQUEST_ANSWERED = "request-answered"
    REQUEST_CLOSED = "request-closed"
    REQUEST_FORGOTTEN = "request-forgotten"
    """The request itself was erased from the register."""
    SELF_AUDIT_ANSWERED = "self-audit-answered"
    """Questions that only people can answer were."""
    SELF_AUDIT_SIGNED = "self-audit-signed"
    """Somebody stands for the audit of a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be written: the open half goes into the tree, the clear half into the vault."""

    deed: Deed
    act: str = ""
    """For an intent and its outcome: ``quarantine``, ``restore``, ``destroy``,
    ``move`` or ``hand-over``."""
    intent: int | None = None
    """For an outcome: the sequence number of its intent."""
    class_code: str = ""
    authority: str = ""
    rules_digest: str = ""
    rule_number: int | None = None
    clear: tuple[tuple[str, str | int | None], ...] = ()
    """Path, reason, signature, quarantine name, sha256 …: may be personal data; erasable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """An entry as it stands in the ledger; ``clear`` is ``None`` once it was erased."""

    sequence: int
    at: datetime
    entry: Entry
    is_erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the ledger found."""

    is_good: bool
    entry_count: int
    root: str
    """The tree's root hash, base64."""
    complaint: str = ""
    """English, for a message to carry; ``""`` when good."""

"""What a hold is on, besides paths and classes; and what reviewers decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gallra.model.arrival import FileSignature
from gallra.model.event import MARKS, Place
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.model.retention import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A case, a person, or what a condition describes: what is there now, and what comes later."""

    cases: tuple[str, ...] = ()
    """Whatever lies in a folder, or is a file, that is called one of these."""
    places: tuple[Place, ...] = ()
    values: tuple[ValueDigest, ...] = ()
    """Persons, subject lines and Message-IDs, as keyed digests: never the text."""
    when: Condition | None = None
    """As a rule's ``when``: the record must fulfil this besides all else."""

    @property
    def is_named(self) -> bool:
        """Whether a case or a person is named: any one of them is enough."""
        return bool(self.cases or self.places or self.values)

    @property
    def persons(self) -> tuple[str, ...]:
        """Of what type each person's number or address is, once each; never the number."""
        return tuple(sorted({each.entity for each in self.values if each.entity not in MARKS}))


NOTHING_MORE = About()
RESTORED = said("restored from quarantine")
"""Why what was put back is held; kept in English, shown in the reader's language."""


class Verdict(StrEnum):
    """What a reviewer says of a record."""

    APPROVE = "approve"
    """It may go."""
    KEEP = "keep"
    """It stays until a day, and is asked about again."""
    RELEASE = "release"
    """It goes although its period has not ended: a person decided so about this very record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one reviewer said of one version of a record, for the reasons of that moment."""

    decision_id: int = 0
    record_id: int
    verdict: Verdict
    by: str
    why: str
    at: datetime
    until: date | None = None
    """For ``keep``: the first day on which it is asked about again."""
    is_whole: bool = False
    """Whether a mailbox that cannot be cut is meant with all that is in it."""
    class_code: str
    reasons: str
    """A digest of why a person was asked, and why the record has its class."""
    sha256: str
    """Of the bytes that were looked at: the file's, or the message's."""
    signature: FileSignature
    """The file that held these bytes when that was last seen to be so."""
    ended_because: str = ""
    """Why it counts no more: ``""`` while it does."""

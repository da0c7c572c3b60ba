"""What waits for a person, and what came of a person's decision."""

from dataclasses import dataclass

from gallra.model.holding import Decision
from gallra.model.record import CataloguedRecord, Disposition
from gallra.model.retention import ReviewQueue


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A record that waits for a person."""

    disposition: Disposition
    queue: ReviewQueue
    approved_by: tuple[str, ...] = ()
    """Who approves already, where more are needed."""
    days: int = 0
    """For how long it has waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What came of one decision."""

    item: CataloguedRecord
    decision: Decision
    is_new: bool
    missing_count: int = 0
    """How many more must approve."""
    along_count: int = 0
    """Messages that are not due and go with their mailbox."""

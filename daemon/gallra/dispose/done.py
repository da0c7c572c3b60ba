"""What the hand hands back about each file."""

from dataclasses import dataclass

from gallra.model.ledger import Deed
from gallra.model.message import Message
from gallra.model.record import CataloguedRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How one act ended."""

    share: str
    path: bytes
    """Where the file is, or was, relative to the share."""
    deed: Deed
    """``QUARANTINED``, ``RESTORED``, ``DESTROYED``, ``MOVED``, ``HANDED_OVER`` or
    ``NOT_DONE``."""
    reason: Message | None = None
    """Why not; ``None`` exactly when it was done."""
    quarantine_id: str | None = None
    item: CataloguedRecord | None = None
    """The record that the decision was about; ``None`` for a restore, and after a crash."""
    sequence: int | None = None
    """The outcome's number in the ledger; ``None`` where nothing was even begun."""
    remains: tuple[Message, ...] = ()
    """Where copies of what was destroyed may remain, as far as could be seen."""

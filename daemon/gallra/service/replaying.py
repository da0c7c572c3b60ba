"""What people decided, brought back out of the ledger where the catalogue does not have it.

The catalogue keeps up to which entry it has been told. Where that is the ledger's end, which is
what it is on any normal day, nothing is read. Where the catalogue was lost, or is an older copy,
all after it is told again; what is known already changes nothing.
"""

from dataclasses import dataclass, replace
from typing import Final

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.model.record import Hold
from gallra.service import clock
from gallra.service.testifying import event_of, hold_entry, hold_of, number_of, reference_of
from gallra.store.catalogue import Catalogue
from gallra.store.database import understood
from gallra.store.ledger import Ledger

_NOTED: Final = "decisions_noted"
_DECISIONS: Final = frozenset(
    {
        Deed.HOLD_PLACED,
        Deed.HOLD_LIFTED,
        Deed.EVENT_TOLD,
        Deed.EVENT_UNDONE,
        Deed.PLAN_CONFIRMED,
    }
)


@dataclass(slots=True)
class Replayed:
    """What came back."""

    hold_count: int = 0
    event_count: int = 0
    lost_count: int = 0
    """Decisions of which the ledger only says that there was one: a person has to look."""

    @property
    def has_news(self) -> bool:
        """Whether the catalogue did not know something."""
        return bool(self.hold_count or self.event_count or self.lost_count)


def replay(catalogue: Catalogue, ledger: Ledger) -> Replayed:
    """Tell the catalogue of every decision that it does not know; return what was news.

    Where the text of one was erased, or cannot be understood, everything is put on hold: it
    may have been a hold itself.

    Raises:
        BrakeError: At an entry that gallra did not write.
        GallraError: If the catalogue or the ledger cannot be used.
    """
    found = Replayed()
    size = ledger.size
    if _noted(catalogue) == size:
        return found
    with catalogue.atomic():
        first = _noted(catalogue)
        # An older copy of the ledger is noticed, and refused, where acts are recovered.
        for entry in ledger.entries(first=first) if first < size else ():
            if entry.entry.deed in _DECISIONS and not _tell(catalogue, entry, found):
                found.lost_count += 1
        if found.lost_count:
            _hold_everything(catalogue, ledger, found.lost_count, first)
        catalogue.set_meta(_NOTED, str(max(first, ledger.size)))
    return found


@understood
def _noted(catalogue: Catalogue) -> int:
    return int(catalogue.meta(_NOTED) or 0)


def _tell(catalogue: Catalogue, entry: LedgerEntry, found: Replayed) -> bool:
    """Tell of one decision; return whether it could be understood."""
    match entry.entry.deed:
        case Deed.HOLD_PLACED:
            return _place(catalogue, entry, found)
        case Deed.HOLD_LIFTED:
            return _lift(catalogue, entry, found)
        case Deed.EVENT_TOLD:
            return _tell_event(catalogue, entry, found)
        case Deed.EVENT_UNDONE:
            return _undo_event(catalogue, entry, found)
        case _:
            # One that is lost is only asked for again.
            clear = dict(entry.entry.clear)
            digest, released = clear.get("plan"), clear.get("released")
            if isinstance(digest, str) and isinstance(released, str):
                catalogue.release_brakes(digest, released.split(), at=entry.at)
            return True


def _place(catalogue: Catalogue, entry: LedgerEntry, found: Replayed) -> bool:
    hold = hold_of(entry)
    if catalogue.knows_hold(placed_at=entry.at, reference=reference_of(entry) or ""):
        return True
    if hold is None:
        return False
    try:
        catalogue.place_hold(hold)
    except WrongUseError:  # another of that name stands: both were meant
        catalogue.place_hold(replace(hold, reference=f"{hold.reference} ({entry.sequence})"))
    found.hold_count += 1
    return True


def _lift(catalogue: Catalogue, entry: LedgerEntry, found: Replayed) -> bool:
    reference = reference_of(entry)
    if reference is None:
        # Which one it was cannot be told: then it stands, and is lifted once more.
        return True
    standing = [each for each in catalogue.holds() if each.reference == reference]
    if standing and standing[0].placed_at < entry.at:
        clear = dict(entry.entry.clear)
        by, why = str(clear.get("by") or ""), str(clear.get("reason") or "")
        catalogue.lift_hold(reference, at=entry.at, by=by, why=why)
        found.hold_count += 1
    return True


def _tell_event(catalogue: Catalogue, entry: LedgerEntry, found: Replayed) -> bool:
    number = number_of(entry)
    if number is None:
        return catalogue.knows_telling(entry.at)
    if catalogue.knows_event(number, told_at=entry.at):
        return True
    event = event_of(entry)
    if event is None:
        return False
    told, is_new = catalogue.tell_event(event)
    if is_new:
        _wait(catalogue, told.event_id)
        found.event_count += 1
    return True


def _undo_event(catalogue: Catalogue, entry: LedgerEntry, found: Replayed) -> bool:
    number = number_of(entry)
    if number is None:
        return catalogue.knows_telling(entry.at)
    try:
        standing = catalogue.standing_event(number)
    except WrongUseError:
        return True
    if standing.told_at <= entry.at:
        by = str(dict(entry.entry.clear).get("by") or "")
        catalogue.undo_event(number, at=entry.at, by=by)
        _wait(catalogue, number)
        found.event_count += 1
    return True


def _wait(catalogue: Catalogue, number: int) -> None:
    waiting = catalogue.waiting_events()
    if number not in waiting:
        catalogue.set_waiting_events([*waiting, number])


def _hold_everything(catalogue: Catalogue, ledger: Ledger, count: int, first: int) -> None:
    """Let nothing go until a person has seen what could not be brought back."""
    why = said(
        "the catalogue was lost, and {count} decisions could not be read back from the ledger:"
        " see gallra log, place anew what is missing, then lift this hold",
        count=count,
    )
    hold = Hold(
        reference=f"catalogue-{first}-{ledger.size}",
        path="**",
        reason=why.in_english(),
        placed_by="gallra",
        placed_at=clock.now(),
    )
    catalogue.place_hold(hold)
    entry = hold_entry(Deed.HOLD_PLACED, hold, by=hold.placed_by, why=hold.reason)
    ledger.append((entry,), at=hold.placed_at)

"""Holds: placed, lifted, looked at inside each act; each is written into the ledger."""

from collections.abc import Callable

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed, Entry
from gallra.model.message import said
from gallra.model.record import CataloguedRecord, Hold
from gallra.policy.holds import holds_on
from gallra.service import clock
from gallra.service.house import House


def holder(house: House) -> Callable[[CataloguedRecord], bool]:
    """Return the look at the holds that the hand takes inside each act."""

    def is_held(item: CataloguedRecord) -> bool:
        return bool(holds_on(item, house.catalogue.holds(), house.schedule.roots))

    return is_held


def place_hold(house: House, hold: Hold) -> None:
    """Place ``hold`` and write it into the ledger; the catalogue first, since it protects."""
    house.catalogue.place_hold(hold)
    house.ledger.append((_hold_entry(Deed.HOLD_PLACED, hold),), at=hold.placed_at)


def lift_hold(house: House, reference: str, *, by: str) -> Hold:
    """Lift a hold; the ledger first, since from then on records may go.

    Raises:
        WrongUseError: If there is no such hold.
    """
    hold = next((each for each in house.catalogue.holds() if each.reference == reference), None)
    if hold is None:
        raise WrongUseError(
            said("{reference}: there is no such hold; see gallra hold list", reference=reference)
        )
    now = clock.now()
    house.ledger.append((_hold_entry(Deed.HOLD_LIFTED, hold, by=by),), at=now)
    return house.catalogue.lift_hold(reference, at=now)


def _hold_entry(deed: Deed, hold: Hold, *, by: str | None = None) -> Entry:
    return Entry(
        deed=deed,
        class_code=hold.class_code or "",
        clear=(
            ("reference", hold.reference),
            ("pattern", hold.path),
            ("reason", hold.reason),
            ("by", by if by is not None else hold.placed_by),
        ),
    )

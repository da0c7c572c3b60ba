"""Holds: placed, lifted, looked at inside each act; each is written into the ledger."""

from collections import Counter
from collections.abc import Callable
from datetime import date

from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord, Hold
from gallra.policy.holds import Holding
from gallra.service import clock
from gallra.service.house import House
from gallra.service.testifying import hold_entry


def holding_of(house: House, *only: Hold) -> Holding:
    """Return the holds as they stand now, with what they speak of looked up for every record.

    Args:
        house: Whose holds.
        only: These alone, where any are given.
    """
    holds = only or house.catalogue.holds()
    values = {value for hold in holds for value in hold.about.values}
    found = house.catalogue.occurrences(values) if values else {}
    return Holding(holds, house.schedule.roots, lambda number: found.get(number, ()))


def holder(house: House) -> Callable[[CataloguedRecord], bool]:
    """Return the look at the holds that the hand takes inside each act.

    It sees what was placed a moment ago, by whatever process, and what was found in a record
    since the plan was made.
    """
    known: tuple[int, Holding] | None = None

    def is_held(item: CataloguedRecord) -> bool:
        nonlocal known
        version = house.catalogue.holds_version()
        if known is None or known[0] != version:
            holds = house.catalogue.holds()
            known = (version, Holding(holds, house.schedule.roots, house.catalogue.values_of))
        return bool(known[1].on(item))

    return is_held


def reminders(house: House, today: date) -> tuple[Message, ...]:
    """Return what is to be said of holds that somebody wanted to look at by now."""
    return tuple(
        said(
            "the hold {reference} was to be looked at on {day}: it stands until somebody lifts"
            " it with gallra hold lift {reference}",
            reference=hold.reference,
            day=hold.until.isoformat(),
        )
        for hold in house.catalogue.holds()
        if hold.until is not None and hold.until <= today
    )


def kept_counts(house: House, holding: Holding) -> Counter[str]:
    """Count the records, in their shares or in quarantine, that each hold covers."""
    counts: Counter[str] = Counter()
    for item in house.catalogue.catalogued() if holding else ():
        counts.update(hold.reference for hold in holding.on(item))
    return counts


def place_hold(house: House, hold: Hold) -> None:
    """Place ``hold`` and write it into the ledger; the catalogue first, since it protects."""
    entry = hold_entry(Deed.HOLD_PLACED, hold, by=hold.placed_by, why=hold.reason)
    house.catalogue.place_hold(hold)
    house.ledger.append((entry,), at=hold.placed_at)


def lift_hold(house: House, reference: str, *, by: str, why: str) -> Hold:
    """Lift a hold; the ledger first, since from then on records may go.

    Raises:
        WrongUseError: If there is no such hold.
    """
    hold = next((each for each in house.catalogue.holds() if each.reference == reference), None)
    if hold is None:
        raise WrongUseError(
            said(
                "{reference}: there is no such hold; see gallra hold list",
                reference=shown(reference),
            )
        )
    now = clock.now()
    house.ledger.append((hold_entry(Deed.HOLD_LIFTED, hold, by=by, why=why),), at=now)
    return house.catalogue.lift_hold(reference, at=now, by=by, why=why)

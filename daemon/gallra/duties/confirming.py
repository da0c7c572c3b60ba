"""What a person has to confirm before more goes at once than the rules let go in a day."""

from datetime import datetime

from gallra.model.errors import BrakeError
from gallra.model.ledger import Deed, Entry
from gallra.model.message import Message
from gallra.model.record import Plan
from gallra.policy.brakes import CAPS, brakes
from gallra.service import clock
from gallra.service.disposal import circumstances
from gallra.service.house import House


def require_no_brake(  # noqa: PLR0913 - what would go, who confirms it, what is said
    house: House, found: Plan, *, now: datetime, confirmed: str, by: str, limit: Message
) -> None:
    """Stop where a brake holds, unless it is a limit of a day and the person confirms the plan.

    Args:
        house: Whose rules and log.
        found: What would be taken out of its place.
        now: Aware.
        confirmed: The hash of the plan that the person confirms, or ``""``.
        by: Who gave the command.
        limit: What is said where a limit of a day holds: how to look, and to confirm.

    Raises:
        BrakeError: If one holds.
    """
    if confirmed and confirmed == found.digest:
        entry = Entry(
            deed=Deed.PLAN_CONFIRMED,
            rules_digest=house.schedule.digest,
            clear=(("plan", found.digest), ("released", " ".join(CAPS)), ("by", by)),
        )
        house.ledger.append((entry,), at=clock.now())
        house.catalogue.release_brakes(found.digest, CAPS, at=clock.now())
    holding = brakes(found, circumstances(house, now, found), house.schedule)
    if not holding:
        return
    told = [brake.message for brake in holding if brake.code not in CAPS]
    if any(brake.code in CAPS for brake in holding):
        told.append(limit)
    raise BrakeError(*told)

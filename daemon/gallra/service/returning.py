"""What lies in quarantine goes back to where it was, and is held there."""

from gallra.dispose.done import Done
from gallra.model.errors import WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import Hold, RecordState
from gallra.policy.paths import literal
from gallra.service import clock
from gallra.service.disposal import hand_of
from gallra.service.holding import lift_hold, place_hold
from gallra.service.house import House


def restore(house: House, quarantine_id: str, *, to: bytes | None, by: str) -> tuple[Done, Hold]:
    """Put a file back, and hold it there: what a person fetched back is not taken again.

    Raises:
        WrongUseError: If nothing of that name lies in quarantine.
        GallraError: If it cannot be put back; it is still in quarantine.
    """
    item = house.catalogue.quarantine_item(quarantine_id)
    if item is None or item.state is not RecordState.QUARANTINED:
        raise WrongUseError(
            said(
                "{id}: nothing of that name lies in quarantine; see gallra quarantine list",
                id=quarantine_id,
            )
        )
    now = clock.now()
    hold = Hold(
        reference=f"restored-{quarantine_id}",
        path=f"{item.share}/{literal(to if to is not None else item.path)}",
        reason="restored from quarantine",
        placed_by=by,
        placed_at=now,
    )
    # The hold first: were it placed after, a daemon could take the file away in between.
    place_hold(house, hold)
    with house.acting():
        done = hand_of(house).restore(quarantine_id, to=to)
    if done.deed is not Deed.RESTORED:
        lift_hold(house, hold.reference, by=by)
    return done, hold

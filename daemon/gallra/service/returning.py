"""What lies in quarantine goes back to where it was, and is held there."""

import contextlib
import os

from gallra.dispose.done import Done
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.event import Place
from gallra.model.holding import NOTHING_MORE, RESTORED, About
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import Hold, RecordState
from gallra.policy.paths import literal
from gallra.service import clock
from gallra.service.disposal import hand_of, recover
from gallra.service.folder_notes import tend_notes
from gallra.service.holding import lift_hold, place_hold
from gallra.service.house import House
from gallra.store.quarantine import QuarantineItem


def restore(house: House, quarantine_id: str, *, to: bytes | None, by: str) -> tuple[Done, Hold]:
    """Put a file back, and hold it there: what a person fetched back is not taken again.

    Raises:
        WrongUseError: If nothing of that name lies in quarantine.
        GallraError: If it cannot be put back; it is still in quarantine.
    """
    with house.acting():
        hand = hand_of(house)
        recover(house)  # an earlier attempt may have been killed when all was done
        item = house.catalogue.quarantine_item(quarantine_id)
        if item is None or item.state is not RecordState.QUARANTINED:
            raise WrongUseError(
                said(
                    "{id}: nothing of that name lies in quarantine; see gallra quarantine list",
                    id=quarantine_id,
                )
            )
        hold = Hold(
            reference=f"restored-{quarantine_id}",
            path=f"{item.share}/{literal(to if to is not None else item.path)}",
            about=NOTHING_MORE if to is not None else _message_alone(house, item),
            reason=RESTORED.template,
            placed_by=by,
            placed_at=clock.now(),
        )
        if any(each.reference == hold.reference for each in house.catalogue.holds()):
            lift_hold(
                house, hold.reference, by=by, why="tried again"
            )  # of an attempt that came to nothing
        # The hold first: what lies in its place unheld could be taken away again.
        place_hold(house, hold)
        done = hand.restore(quarantine_id, to=to)
        if done.deed is not Deed.RESTORED:
            lift_hold(house, hold.reference, by=by, why="not restored")
    with contextlib.suppress(GallraError):  # it is back all the same; the daemon tries again
        tend_notes(house)
    return done, hold


def _message_alone(house: House, item: QuarantineItem) -> About:
    """Return what lets the hold stand on one message of a mailbox, by its bytes.

    The others are nobody's to keep: what is due in the mailbox goes on being due. Where the
    message could be another one when it is back, since a line break has to be added to it, the
    whole mailbox is held.
    """
    records = tuple(house.catalogue.records_of_file(item.file_id)) if item.part else ()
    span = records[0].record.span if len(records) == 1 else None
    if span is None or not _ends_with_a_line_break(house, item):
        return NOTHING_MORE
    place = Place(share=item.share, path=item.path, part=item.part, sha256=span.sha256)
    return About(places=(place,))


def _ends_with_a_line_break(house: House, item: QuarantineItem) -> bool:
    share = next((each for each in house.schedule.shares if each.name == item.share), None)
    if share is None:
        return False
    path = os.path.join(share.quarantine, os.fsencode(item.object_name))
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1) == b"\n"
    except OSError:
        return False
    finally:
        os.close(descriptor)

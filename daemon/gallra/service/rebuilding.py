"""A catalogue that is gone, damaged or another's: built anew, and never read as an empty share.

What lies on the shares is read again. What people decided, and what lies in quarantine, comes
back out of the ledger. Until all of that is done nothing is moved or destroyed.
"""

import os
from collections import Counter
from datetime import datetime
from pathlib import Path

from gallra.model.errors import LostCatalogueError
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.report.counting import counted
from gallra.service import clock
from gallra.service.disposal import hand_of
from gallra.service.house import REBUILDING, House
from gallra.store.aside import set_aside


def rebuild_if_lost(house: House) -> tuple[Message, ...]:
    """Make sure that there is a catalogue to work with; return what a person should know.

    Use it inside ``house.working()``, before anything else. What is damaged is kept aside.

    Raises:
        GallraError: If another one cannot be made, as on a full disk; the next run tries again.
    """
    told: list[Message] = []
    try:
        catalogue = house.catalogue
    except LostCatalogueError as loss:
        now = clock.now()
        aside = set_aside(house.state, now)
        catalogue = house.new_catalogue(now)
        told += _what_happened(loss, aside)
    catalogue.register_shares(house.schedule.shares)
    if catalogue.meta(REBUILDING) is not None:
        catalogue.recall_shares()
        with house.acting():
            hand_of(house).recover()
        told += _what_came_back(house)
    catalogue.keep_shares()
    return tuple(told)


def rebuilding_since(house: House) -> datetime | None:
    """Return when the catalogue began to be built anew; ``None`` where it is whole."""
    since = house.catalogue.meta(REBUILDING)
    return None if since is None else datetime.fromisoformat(since)


def unfinished(house: House) -> Message | None:
    """Return what to say to whoever looks at a catalogue that does not know everything yet."""
    since = rebuilding_since(house)
    if since is None:
        return None
    return said(
        "the catalogue is being built anew since {day}: this is not all there is, and nothing is"
        " moved or destroyed until every share was read through; gallra scan does that",
        day=f"{since:%Y-%m-%d}",
    )


def finish(house: House, absent_shares: frozenset[str]) -> bool:
    """Call the catalogue whole when every share was looked through and read; tell whether it is.

    Args:
        house: Whose catalogue.
        absent_shares: Shares that could not be looked through.
    """
    if house.catalogue.meta(REBUILDING) is None:
        return True
    looked_through = all(
        house.catalogue.coverage(share.name).reconciled_at is not None
        for share in house.schedule.shares
    )
    shares = frozenset(share.name for share in house.schedule.shares)
    settling = house.catalogue.next_settling_at(shares)
    if absent_shares or not looked_through or (settling is not None and settling <= clock.now()):
        return False
    house.catalogue.set_meta(REBUILDING, None)
    return True


def unknown_objects(house: House) -> tuple[Message, ...]:
    """Return a sentence for each share in whose quarantine lies what nobody knows of."""
    with house.acting():
        found = Counter(stray.share for stray in hand_of(house).strays())
    return tuple(
        counted(
            "{count} file in the quarantine of share {share} is known neither to the catalogue nor"
            " to the ledger ({path}): it is left alone; look at it, and move it where it belongs",
            "{count} files in the quarantine of share {share} are known neither to the catalogue"
            " nor to the ledger ({path}): they are left alone; look at them, and move them where"
            " they belong",
            count=count,
            share=share,
            path=shown(house.share(share).quarantine),
        )
        for share, count in sorted(found.items())
    )


def _what_happened(loss: LostCatalogueError, aside: Path | None) -> tuple[Message, ...]:
    anew = said(
        "another catalogue is built from the shares and the ledger; what only the old one knew,"
        " such as since when a file has been there, counts from today"
    )
    if aside is None:
        return loss.messages[0], anew
    keeps = said(
        "the old catalogue is kept as {path}; it holds names of files, so delete it once all is"
        " well again",
        path=shown(os.fsencode(aside)),
    )
    return loss.messages[0], anew, keeps


def _what_came_back(house: House) -> tuple[Message, ...]:
    holds = len(house.catalogue.holds())
    events = len(house.catalogue.events())
    items = sum(1 for _ in house.catalogue.quarantine_items())
    back = said(
        "out of the ledger came back: holds {holds}, events {events}, files in quarantine {items}",
        holds=holds,
        events=events,
        items=items,
    )
    return back, *unknown_objects(house)

"""What is somebody's on the shares: an inventory at its beginning, what remains at its end."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from gallra.model.handover import Choice, Handover, Item, Party, Progress
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord, RecordState
from gallra.policy.decide import day_of
from gallra.policy.handover import case_of, ground_of, proposed
from gallra.service.holding import holding_of
from gallra.service.house import House


def inventory(house: House, giver: Party, now: datetime) -> tuple[Item, ...]:
    """Return all that is the giver's, with what is proposed for each piece of it.

    Files, and those messages of mailboxes that are due; the others go with their mailbox.
    """
    today = day_of(now, house.schedule)
    classes = {each.code: each for each in house.schedule.classes}
    holding = holding_of(house)
    found: list[tuple[tuple[str, bytes, str], Item]] = []
    for item in house.catalogue.catalogued(states=(RecordState.PRESENT,)):
        ground = ground_of(item, giver)
        record = item.record
        is_due = item.due.due_on is not None and item.due.due_on <= today
        if ground is None or (record.part and not is_due):
            continue
        held_by = tuple(hold.reference for hold in holding.on(item))
        code = item.classification.class_code
        proposal, because = proposed(item, classes.get(code), held_by=held_by, today=today)
        found.append(
            (
                (record.share, record.path, record.part),
                Item(
                    number=0,
                    share=record.share,
                    path=record.path,
                    part=record.part,
                    ground=ground,
                    class_code=code,
                    due_on=item.due.due_on,
                    held_by=held_by,
                    size_bytes=record.size_bytes if record.part else item.signature.size_bytes,
                    modified_ns=item.signature.modified_ns,
                    sha256=record.span.sha256 if record.part and record.span else "",
                    is_mailbox=record.is_container,
                    case=case_of(item, giver),
                    proposal=proposal,
                    because=because,
                ),
            )
        )
    return tuple(
        replace(item, number=number)
        for number, (_, item) in enumerate(sorted(found, key=_place), 1)
    )


def _place(found: tuple[tuple[str, bytes, str], Item]) -> tuple[str, bytes, str]:
    return found[0]


def is_as_it_was(item: Item, found: CataloguedRecord) -> bool:
    """Tell whether a file is the version that the inventory saw."""
    if item.part:
        return found.record.span is not None and found.record.span.sha256 == item.sha256
    return (item.size_bytes, item.modified_ns) == (
        found.signature.size_bytes,
        found.signature.modified_ns,
    )


def remaining(house: House, handover: Handover, now: datetime) -> Iterator[Message]:
    """Yield what is not settled yet, and what has come or changed since the inventory."""
    for item in handover.items:
        unsettled = _unsettled(house, item)
        if unsettled is not None:
            yield unsettled
    yield from _news(house, handover, now)
    for share, folder in _folders(handover):
        if owner_of(house, share, folder) in handover.giver.uids:
            place = f"{share}/{shown(folder)}"
            yield said("{place}: the folder still belongs to who steps down", place=place)


def place_of(item: Item) -> str:
    """Return where a piece is, for people: ``epost/inn.mbox#msg:3``."""
    return f"{item.share}/{shown(item.path)}{'#' if item.part else ''}{item.part}"


def _unsettled(house: House, item: Item) -> Message | None:
    place = place_of(item)
    if item.choice is None:
        return said("{place}: not decided", place=place)
    if item.progress is Progress.REFUSED:
        return said("{place}: tried, and not done", place=place)
    if item.progress is Progress.OPEN and item.choice in {Choice.DELETE, Choice.HAND_OVER}:
        return said("{place}: not carried out yet", place=place)
    if item.choice is Choice.RETURN and _is_there(house, item):
        return said("{place}: private, and not fetched yet", place=place)
    return None


def _news(house: House, handover: Handover, now: datetime) -> Iterator[Message]:
    known = {(item.share, item.path): item for item in handover.items if not item.part}
    moved = {(item.to_share, item.to_path) for item in handover.items if item.to_share}
    for each in inventory(house, handover.giver, now):
        before = known.get((each.share, each.path))
        if each.part or (each.share, each.path) in moved:
            continue
        if before is None:
            yield said("{place}: new since the inventory", place=place_of(each))
        elif before.choice is not None and _has_changed(before, each):
            yield said("{place}: changed since the inventory", place=place_of(each))


def _has_changed(before: Item, now: Item) -> bool:
    is_other = (before.size_bytes, before.modified_ns) != (now.size_bytes, now.modified_ns)
    return is_other and not before.is_mailbox


def _is_there(house: House, item: Item) -> bool:
    found = house.catalogue.record_by_path(item.share, item.path, item.part)
    return found is not None and found.state is RecordState.PRESENT


def _folders(handover: Handover) -> list[tuple[str, bytes]]:
    """Return the folders in which pieces lie that were handed over and stayed where they were."""
    return sorted(
        {
            (item.share, item.path.rpartition(b"/")[0])
            for item in handover.items
            if item.choice is Choice.HAND_OVER and not item.to_share and b"/" in item.path
        }
    )


def owner_of(house: House, share: str, folder: bytes) -> int | None:
    """Return whose a folder is; ``None`` where it cannot be looked at."""
    root = house.schedule.roots.get(share)
    try:
        return None if root is None else os.lstat(os.path.join(root, folder)).st_uid
    except OSError:
        return None

"""What is proposed for each piece that somebody who steps down leaves behind: pure.

A proposal is no decision: nothing is done before a person has decided about the piece.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from gallra.model.handover import Choice, Ground, Item, Party, Progress
from gallra.model.message import Message, said
from gallra.model.record import CataloguedRecord, RecordState
from gallra.model.retention import Action, RetentionClass
from gallra.model.share import ShareRole
from gallra.policy.decide import is_kept_by_class

_PRIVATE: Final = re.compile(
    r"(?:^|/)(?:privat|private|privata|personligt?|personlige|personal|egna filer)(?=/)",
    re.IGNORECASE,
)
_CASES: Final = frozenset({ShareRole.CASE_AREA.value, ShareRole.HANDLER_AREA.value})
_CASE_KINDS: Final = frozenset({"case"})


def ground_of(item: CataloguedRecord, giver: Party) -> Ground | None:
    """Return why a record is the giver's; ``None`` where it is not."""
    if area_around(giver, item.record.share, item.record.path) is not None:
        return Ground.AREA
    owner = item.exposure.owner if item.exposure is not None else None
    return Ground.OWNER if owner in giver.uids else None


def area_around(party: Party, share: str, path: bytes) -> bytes | None:
    """Return the folder of ``party`` in which a file lies, if it lies in one."""
    return next(
        (
            folder
            for name, folder in party.areas
            if name == share and path.startswith(folder + b"/")
        ),
        None,
    )


def destination(item: Item, giver: Party, receiver: Party) -> tuple[str, bytes] | None:
    """Return where a piece goes: out of the giver's folder into the receiver's of that share.

    ``None`` where it stays: it lies in no folder of the giver's, or the receiver has none there.
    """
    area = area_around(giver, item.share, item.path)
    if area is None or item.part:
        return None
    theirs = next((folder for name, folder in receiver.areas if name == item.share), None)
    if theirs is None or theirs == area:
        return None
    return item.share, theirs + item.path.removeprefix(area)


def proposed(
    item: CataloguedRecord,
    retention_class: RetentionClass | None,
    *,
    held_by: tuple[str, ...],
    today: date,
) -> tuple[Choice, Message]:
    """Return what is proposed for a record, and why.

    Args:
        item: A file, or a message that is due.
        retention_class: Its class; ``None`` where the rules know none.
        held_by: The holds on it.
        today: The day in the organisation's time zone.
    """
    if held_by:
        return Choice.HAND_OVER, said("the hold {reference} keeps it", reference=held_by[0])
    if _PRIVATE.search(item.record.path.decode("utf-8", "replace")):
        return Choice.RETURN, said("it lies in a folder that is called private")
    days = [day for day in (item.due.due_on, item.due.latest_on) if day is not None]
    is_kept = retention_class is None or is_kept_by_class(item, retention_class.then)
    if days and min(days) <= today and not is_kept and not item.record.is_container:
        day = min(days).isoformat()
        return Choice.DELETE, said("the time for which it is kept ended on {day}", day=day)
    if item.record.part:
        return Choice.KEEP, said("it stays in its mailbox")
    return Choice.HAND_OVER, _why_needed(item, retention_class)


def _why_needed(item: CataloguedRecord, retention_class: RetentionClass | None) -> Message:
    if retention_class is None:
        return said("no rule says that it may go")
    if item.due.due_on is not None:
        return said("it is still needed, and kept until {day}", day=item.due.due_on.isoformat())
    return said("it is still needed, and no day for it has come yet")


def obstacle_to(
    choice: Choice, item: CataloguedRecord, retention_class: RetentionClass | None, today: date
) -> Message | None:
    """Return why a record cannot be deleted or given away, whoever decides; ``None``: it can."""
    if choice in {Choice.KEEP, Choice.RETURN}:
        return None
    if item.state is not RecordState.PRESENT:
        return said("it is not in its share")
    if choice is Choice.HAND_OVER and item.record.part:
        return said("a message goes with its mailbox: decide delete or keep")
    kept = _kept_by_law(item, retention_class, today) if choice is Choice.DELETE else None
    if kept is not None:
        return kept
    if item.signature.link_count > 1:
        return said("it has several names (hard links): take the others away first")
    return None


def _kept_by_law(
    item: CataloguedRecord, retention_class: RetentionClass | None, today: date
) -> Message | None:
    """Return why a record may not be deleted, by its class or its form."""
    if item.record.part and item.record.span is None:
        return said("it cannot be cut out of its mailbox")
    if retention_class is None:
        return None
    if retention_class.then is Action.KEEP or is_kept_by_class(item, retention_class.then):
        return said("its class {code} keeps it", code=retention_class.code)
    is_due = item.due.due_on is not None and item.due.due_on <= today
    if retention_class.keep_at_least is not None and not is_due:
        return said("a law keeps it: class {code}", code=retention_class.code)
    return None


def case_of(item: CataloguedRecord, giver: Party) -> bytes:
    """Return the folder of the case that a record belongs to; ``b""``: of none.

    In shares for cases that is the topmost folder, below the handler's own where there is one;
    in other shares the folder in which a document of a case lies.
    """
    record = item.record
    folder, _, _ = record.path.rpartition(b"/")
    if record.role not in _CASES:
        kinds = {kind for kind, _ in record.subjects[:1]}
        return folder if kinds & _CASE_KINDS else b""
    area = area_around(giver, record.share, record.path)
    start = len(area) + 1 if area is not None else 0
    first, slash, _ = record.path[start:].partition(b"/")
    return record.path[:start] + first if slash else b""


def folders_given(items: Iterable[Item]) -> tuple[tuple[str, bytes], ...]:
    """Return the folders, sorted, whose pieces were handed over where they lie.

    Those, and all that they lie in, below the share; but none in which, however deep, a piece
    is left that was not given away or deleted.
    """
    given: set[tuple[str, bytes]] = set()
    left: set[tuple[str, bytes]] = set()
    for item in items:
        if item.to_share or item.part or item.progress is Progress.GONE:
            continue
        is_done = item.progress is Progress.DONE
        if is_done and item.choice is Choice.DELETE:
            continue
        around = given if is_done and item.choice is Choice.HAND_OVER else left
        folder = item.path
        while b"/" in folder:
            folder = folder.rpartition(b"/")[0]
            around.add((item.share, folder))
    return tuple(sorted(given - left))

"""Carrying a handover out: what is given away, deleted, moved; goes on where it was stopped.

Each piece is looked for before anything is done about it: what a run before this one did, and
could not note any more, is found done.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from gallra.dispose.done import Done
from gallra.dispose.hand import Hand
from gallra.dispose.handing import Folder
from gallra.duties.confirming import require_no_brake
from gallra.duties.handover import record_of, register
from gallra.duties.inventory import is_as_it_was, owner_of
from gallra.duties.registering import Kept
from gallra.duties.releasing import release
from gallra.model.errors import GallraError
from gallra.model.handover import Choice, Handover, Item, Progress
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import (
    Act,
    CataloguedRecord,
    Disposition,
    Plan,
    Receiver,
    RecordState,
)
from gallra.model.retention import Action, Mode
from gallra.policy.handover import destination, folders_given
from gallra.policy.plan import digest_of
from gallra.service.disposal import hand_of
from gallra.service.house import House
from gallra.service.shares import absent, look_at_shares

_Piece = TypeVar("_Piece")
SAVED_COUNT = 50
"""After so many pieces what was done is noted; a crash in between loses nothing but the note."""
CHANGED = said("it changed since the inventory: decide about it again")


@dataclass(slots=True)
class _Work:
    """One run."""

    house: House
    kept: Kept[Handover]
    by: str
    items: dict[int, Item]
    places: dict[tuple[str, bytes, str], int] = field(default_factory=dict)
    """By where a record is: the number of its piece."""

    @property
    def handover(self) -> Handover:
        return self.kept.body

    def note(self, number: int, **changes: object) -> None:
        self.items[number] = replace(self.items[number], **changes)  # type: ignore[arg-type]  # fields of Item

    def save(self) -> None:
        """Write down how far it has come."""
        items = tuple(self.items[item.number] for item in self.handover.items)
        if items != self.handover.items:
            body = replace(self.handover, items=items)
            self.kept = register(self.house).change(self.kept, body, deed=None)


def carry_out(
    house: House, kept: Kept[Handover], *, by: str, now: datetime, confirmed: str = ""
) -> Kept[Handover]:
    """Do what was decided about each piece and is not done yet.

    Files get their new owner first, then what is to be deleted goes into quarantine, and what
    is left is moved to the receiver's folders.

    Args:
        house: Whose shares.
        kept: The handover.
        by: Who gave the command; stands in the ledger with each act.
        now: Aware.
        confirmed: The hash of the plan that the person confirms, where a limit of a day holds.

    Returns:
        The handover, with how far each piece has come.

    Raises:
        GallraError: If the rules only observe, or the ledger cannot be written.
        BrakeError: If a brake holds: nothing was deleted or moved.
        DurabilityError: If the disk did not confirm something.
    """
    if house.schedule.mode is Mode.OBSERVE:
        raise GallraError(
            said('mode = "observe" in the rules: nothing is given away, deleted or moved')
        )
    house.require_catalogue()
    gone = absent(look_at_shares(house, remembers=False))
    with house.acting():
        hand = hand_of(house, attested=(("by", by), ("handover", kept.reference)))
        hand.recover()
        work = _Work(house, kept, by, {item.number: item for item in kept.body.items})
        _look_what_is_done(work, gone)
        work.save()
        _require_no_brake(work, gone, now, confirmed)
        _work_off(work, hand.hand_over, _givings(work, gone))
        _delete(work, hand, gone)
        _work_off(work, hand.move, _movings(work, gone))
        tuple(hand.hand_over_folders(_folders(work, gone)))
    house.ledger.checkpoint()
    return work.kept


def _open(
    work: _Work, choice: Choice, gone: frozenset[str]
) -> Iterator[tuple[Item, CataloguedRecord]]:
    """Yield what is to be done, with the record as it is now."""
    for item in tuple(work.items.values()):
        if item.choice is not choice or item.progress in {Progress.DONE, Progress.GONE}:
            continue
        if item.share in gone:
            away = said("its share {share} is not there", share=item.share)
            work.note(item.number, progress=Progress.REFUSED, reason=away)
            continue
        found = record_of(work.house, item)
        if found is not None and (item.is_mailbox or is_as_it_was(item, found)):
            yield item, found


def _look_what_is_done(work: _Work, gone: frozenset[str]) -> None:
    """Note what a run before this one has done, and what somebody else has changed."""
    taken: set[str] | None = None
    for item in work.handover.items:
        is_to_do = item.choice in {Choice.DELETE, Choice.HAND_OVER}
        if not is_to_do or item.progress in {Progress.DONE, Progress.GONE} or item.share in gone:
            continue
        found = record_of(work.house, item)
        if found is not None:
            if not is_as_it_was(item, found) and not item.is_mailbox:
                work.note(item.number, progress=Progress.REFUSED, reason=CHANGED)
            continue
        if item.choice is Choice.HAND_OVER:
            _look_where_it_went(work, item)
            continue
        if item.part and taken is None:
            taken = _messages_taken(work.house)
        is_taken = item.sha256 in (taken or ()) if item.part else _was_taken(work.house, item)
        work.note(item.number, progress=Progress.DONE if is_taken else Progress.GONE, reason=None)


def _look_where_it_went(work: _Work, item: Item) -> None:
    place = destination(item, work.handover.giver, work.handover.receiver)
    there = work.house.catalogue.record_by_path(*place) if place is not None else None
    if place is not None and there is not None and is_as_it_was(item, there):
        work.note(
            item.number,
            progress=Progress.DONE,
            reason=None,
            to_share=place[0],
            to_path=place[1],
        )
    else:
        work.note(item.number, progress=Progress.GONE, reason=None)


def _was_taken(house: House, item: Item) -> bool:
    found = house.catalogue.record_by_path(item.share, item.path)
    return found is not None and found.state in {RecordState.QUARANTINED, RecordState.DESTROYED}


def _messages_taken(house: House) -> set[str]:
    """Return by their digests the messages that were cut out of mailboxes."""
    states = (RecordState.QUARANTINED, RecordState.DESTROYED)
    return {
        each.record.span.sha256
        for each in house.catalogue.catalogued(states=states)
        if each.record.part and each.record.span is not None
    }


def _givings(work: _Work, gone: frozenset[str]) -> Iterator[Disposition]:
    """Yield what gets another owner; what needs none and goes nowhere is done."""
    giver, receiver = work.handover.giver, work.handover.receiver
    own = dict(zip(giver.uids, giver.own_gids, strict=False))
    for item, record in _open(work, Choice.HAND_OVER, gone):
        known = work.house.catalogue.known_file(item.share, item.path)
        if known is not None and known.uid in giver.uids and receiver.uids:
            yield _disposition(
                work,
                item,
                record,
                Act.HAND_OVER,
                receiver=Receiver(
                    from_uid=known.uid,
                    to_uid=receiver.uids[0],
                    from_gid=own.get(known.uid, -1),
                    to_gid=(*receiver.own_gids, -1)[0],
                ),
            )
        elif destination(item, giver, receiver) is None:
            work.note(item.number, progress=Progress.DONE, reason=None)


def _movings(work: _Work, gone: frozenset[str]) -> Iterator[Disposition]:
    giver, receiver = work.handover.giver, work.handover.receiver
    for item, record in _open(work, Choice.HAND_OVER, gone):
        place = destination(item, giver, receiver)
        known = work.house.catalogue.known_file(item.share, item.path)
        is_given = known is not None and (known.uid not in giver.uids or not receiver.uids)
        if place is not None and is_given:
            yield _disposition(work, item, record, Act.MOVE, to_share=place[0], to_path=place[1])


def _folders(work: _Work, gone: frozenset[str]) -> tuple[Folder, ...]:
    """Return the giver's folders of what was handed over where it lies, the topmost first.

    One in which something is left that the giver keeps, or takes with them, stays the giver's.
    """
    giver, receiver = work.handover.giver, work.handover.receiver
    if not receiver.uids:
        return ()
    because = said("handover {reference}: what is in it", reference=work.kept.reference)
    found: list[Folder] = []
    for share, path in folders_given(work.items.values()):
        known = owner_of(work.house, share, path) if share not in gone else None
        if known in giver.uids:
            own = dict(zip(giver.uids, giver.own_gids, strict=False))
            found.append(
                Folder(
                    share=share,
                    path=path,
                    receiver=Receiver(
                        from_uid=known,
                        to_uid=receiver.uids[0],
                        from_gid=own.get(known, -1),
                        to_gid=(*receiver.own_gids, -1)[0],
                    ),
                    because=(because,),
                )
            )
    return tuple(found)


def _delete(work: _Work, hand: Hand, gone: frozenset[str]) -> None:
    """Let what is to be deleted go, on a person's word that stands in the ledger first."""
    going = [
        (item, _disposition(work, item, record, Act.QUARANTINE))
        for item, record in _open(work, Choice.DELETE, gone)
    ]
    for many in _batches(going, SAVED_COUNT):
        release(
            work.house,
            [(each.item, item.by, item.why) for item, each in many],
            duty=("handover", work.kept.reference),
            typed_by=work.by,
        )
        _note(work, hand.quarantine([each for _, each in many]))
        work.save()


def _disposition(  # noqa: PLR0913 - what is to be done with it
    work: _Work,
    item: Item,
    record: CataloguedRecord,
    act: Act,
    *,
    receiver: Receiver | None = None,
    to_share: str = "",
    to_path: bytes = b"",
) -> Disposition:
    work.places[record.record.share, record.record.path, record.record.part] = item.number
    because = said(
        "{name} decided so in handover {reference}: {why}",
        name=item.by,
        reference=work.kept.reference,
        why=item.why,
    )
    return Disposition(
        item=record,
        act=act,
        then=Action.DESTROY if act is Act.QUARANTINE else Action.KEEP,
        because=(because, *record.due.because),
        receiver=receiver,
        to_share=to_share,
        to_path=to_path,
    )


def _work_off(
    work: _Work,
    act: Callable[[Sequence[Disposition]], Iterator[Done]],
    dispositions: Iterable[Disposition],
) -> None:
    for many in _batches(dispositions, SAVED_COUNT):
        _note(work, act(many))
        work.save()


def _note(work: _Work, done: Iterable[Done]) -> None:
    """Take in how acts ended."""
    giver, receiver = work.handover.giver, work.handover.receiver
    for each in done:
        part = each.item.record.part if each.item is not None else ""
        number = work.places.get((each.share, each.path, part))
        if number is None:
            continue  # of another run: it was found out before
        place = destination(work.items[number], giver, receiver)
        if each.deed is Deed.NOT_DONE:
            work.note(number, progress=Progress.REFUSED, reason=each.reason)
        elif each.deed is Deed.MOVED and place is not None:
            work.note(
                number,
                progress=Progress.DONE,
                reason=None,
                to_share=place[0],
                to_path=place[1],
            )
        elif each.deed is Deed.QUARANTINED or place is None:
            work.note(number, progress=Progress.DONE, reason=None)


def plan_of(work: _Work, gone: frozenset[str], now: datetime) -> Plan:
    """Return what would be taken out of its place, for the brakes to look at."""
    giver, receiver = work.handover.giver, work.handover.receiver
    found = [
        _disposition(work, item, record, Act.QUARANTINE)
        for item, record in _open(work, Choice.DELETE, gone)
    ]
    for item, record in _open(work, Choice.HAND_OVER, gone):
        place = destination(item, giver, receiver)
        if place is not None:
            found.append(
                _disposition(work, item, record, Act.MOVE, to_share=place[0], to_path=place[1])
            )
    return Plan(
        at=now,
        rules_digest=work.house.schedule.digest,
        dispositions=tuple(found),
        digest=digest_of(found),
    )


def _require_no_brake(work: _Work, gone: frozenset[str], now: datetime, confirmed: str) -> None:
    """Stop where a brake holds that the person has not confirmed.

    Raises:
        BrakeError: If one holds.
    """
    found = plan_of(work, gone, now)
    limit = said(
        "this takes {count} records at once, more than the rules let go in a day: look at"
        " gallra handover show {reference}, then give the command again with"
        " --confirm {digest}",
        count=len(found.dispositions),
        reference=work.kept.reference,
        digest=found.digest,
    )
    require_no_brake(work.house, found, now=now, confirmed=confirmed, by=work.by, limit=limit)


def _batches(pieces: Iterable[_Piece], count: int) -> Iterator[tuple[_Piece, ...]]:
    waiting = iter(pieces)
    while many := tuple(islice(waiting, count)):
        yield many

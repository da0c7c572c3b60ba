"""Unlink files from quarantine, in batches. There is no other way in which a file goes."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, is_there, require_lease, require_regular
from gallra.dispose.disk import signature_from
from gallra.dispose.done import Done
from gallra.dispose.means import Means, Outcome, not_begun
from gallra.dispose.places import Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.testimony import DESTROY, Case, case_of
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import Act, Disposition, RecordState
from gallra.store.quarantine import QuarantineItem

_TOO_EARLY = said("its time in quarantine has not passed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What catalogue and ledger say of files that are to be destroyed."""

    items: Mapping[str, QuarantineItem]
    """By the name in quarantine."""
    witnesses: Mapping[int, Case]
    """How each came into quarantine, by its intent."""


def known_of(means: Means, batch: Sequence[Disposition]) -> Known:
    """Look up all that must be known about the files of ``batch``, once."""
    items: dict[str, QuarantineItem] = {}
    for disposition in batch:
        name = disposition.item.quarantine_id or ""
        item = means.catalogue.quarantine_item(name)
        if item is not None:
            items[name] = item
    intents = {item.intent for item in items.values() if item.intent is not None}
    cases = {
        intent: case_of(entry)
        for intent, entry in (means.ledger.outcomes(intents) if intents else {}).items()
        if entry.entry.deed is Deed.QUARANTINED
    }
    return Known(
        items=items,
        witnesses={intent: case for intent, case in cases.items() if case is not None},
    )


def destroy_batch(means: Means, batch: Sequence[Disposition], known: Known) -> Iterator[Done]:
    """Destroy the files of ``batch``; yield how each ended.

    A file goes only when the day after its dwell has come, by the catalogue and by the
    ledger, no hold covers it, and it is the same file, bit for bit, that was put there.

    Args:
        means: What to work with.
        batch: The decisions.
        known: What :func:`known_of` found.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written.
    """
    with means.places() as places:
        cases: list[Case] = []
        for disposition in batch:
            try:
                cases.append(_case(means, places, disposition, known))
            except CalledOffError as error:
                yield not_begun(disposition.item, error.reason)
        if not cases:
            return
        outcomes: list[Outcome] = []
        for case in means.announce(cases):
            try:
                outcomes.append(_destroy(means, places, case))
            except AstrayError:
                continue  # its intent stays open, and recovery finds out
            except CalledOffError as error:
                outcomes.append(Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason))
        places.settle()
        yield from means.conclude(outcomes)


def _case(means: Means, places: Places, disposition: Disposition, known: Known) -> Case:
    decided = disposition.item
    item = known.items.get(decided.quarantine_id or "")
    if disposition.act is not Act.DESTROY or item is None:
        raise CalledOffError(said("it was not decided that this file is destroyed"))
    if item.state is not RecordState.QUARANTINED:
        raise CalledOffError(reasons.GONE)
    if disposition.held_by or means.is_held(decided):
        raise CalledOffError(reasons.HELD)
    witness = known.witnesses.get(item.intent) if item.intent is not None else None
    _require_dwell(means, item, witness)
    return Case(
        act=DESTROY,
        share=item.share,
        path=item.path,
        file_id=item.file_id,
        quarantine_id=item.quarantine_id,
        quarantine_inode=places.place(item.share).quarantine_inode,
        signature=item.signature,
        class_code=item.class_code,
        rule_number=decided.classification.rule_number,
        because=disposition.because,
        destroy_on=item.destroy_on,
        sha256=witness.sha256 if witness else None,
        item=decided,
        part=item.part,
    )


def _require_dwell(means: Means, item: QuarantineItem, witness: Case | None) -> None:
    """Go on when the dwell is over, whoever says when that is."""
    today = means.today()
    days = [item.destroy_on, witness.destroy_on if witness else item.destroy_on]
    if any(day is None or today < day for day in days) or means.clock() < item.quarantined_at:
        raise CalledOffError(_TOO_EARLY)


def _destroy(means: Means, places: Places, case: Case) -> Outcome:
    name = case.quarantine_id.encode("ascii")
    disk = means.disk
    try:
        place = places.place(case.share)
        descriptor = disk.open_file(place.quarantine, name)
        with contextlib.closing(os.fdopen(descriptor, "rb", buffering=0)):
            status = os.fstat(descriptor)
            require_regular(status)
            found = signature_from(status)
            if (found.inode, found.size_bytes) != (case.signature.inode, case.signature.size_bytes):
                raise CalledOffError(reasons.NOT_THE_SAME)
            require_lease(disk, descriptor)
            sha256 = disk.sha256(descriptor)
            if case.sha256 is not None:
                is_same = sha256 == case.sha256
            else:
                # its text in the ledger was erased: then no byte of its status may differ
                is_same = found.changed_ns == case.signature.changed_ns
            there = disk.status(place.quarantine, name)
            if not is_same or there.st_ino != status.st_ino:
                raise CalledOffError(reasons.NOT_THE_SAME)
            if means.is_case_held(case):
                raise CalledOffError(reasons.HELD)
            try:
                disk.unlink(place.quarantine, name)
            except FileNotFoundError:
                raise
            except OSError:
                if is_there(disk, place.quarantine, name):
                    raise
            places.touch(place.quarantine)
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    note = partial(means.catalogue.note_destroyed, case.quarantine_id)
    return Outcome(
        case=case,
        deed=Deed.DESTROYED,
        sha256=sha256,
        remains=places.copies(case.share),
        note=lambda at: note(at=at),
    )

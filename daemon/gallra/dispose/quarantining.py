"""Move files out of their shares, in batches."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, Captured, capture, is_undisturbed, put_back
from gallra.dispose.done import Done
from gallra.dispose.landing import drop_copy, landed
from gallra.dispose.means import Means, Outcome, not_begun
from gallra.dispose.places import Places
from gallra.dispose.reasons import CalledOffError
from gallra.dispose.testimony import QUARANTINE, Case
from gallra.model.arrival import FileSignature
from gallra.model.errors import DurabilityError, GallraError
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.record import Act, Disposition, RecordState


def quarantine_batch(means: Means, batch: Sequence[Disposition]) -> Iterator[Done]:
    """Move the files of ``batch`` into quarantine; yield how each ended.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written: everything is back where it was.
    """
    with means.places() as places:
        cases: list[Case] = []
        for disposition in batch:
            try:
                cases.append(_case(means, places, disposition))
            except CalledOffError as error:
                yield not_begun(disposition.item, error.reason)
        if cases:
            yield from _act(means, places, means.announce(cases))


def _case(means: Means, places: Places, disposition: Disposition) -> Case:
    """Turn a decision into a case, or away, before anything is written."""
    item = disposition.item
    if disposition.act is not Act.QUARANTINE or item.state is not RecordState.PRESENT:
        raise CalledOffError(said("it was not decided that this file goes into quarantine"))
    if item.record.part:
        raise CalledOffError(said("a message is cut out of its mailbox, not moved"))
    if disposition.held_by or means.is_held(item):
        raise CalledOffError(reasons.HELD)
    place = places.movable(item.record.share)
    today = means.today()
    return Case(
        act=QUARANTINE,
        share=item.record.share,
        path=item.record.path,
        file_id=item.file_id,
        quarantine_id=secrets.token_hex(16),
        quarantine_inode=place.quarantine_inode,
        signature=item.signature,
        class_code=item.classification.class_code,
        rule_number=item.classification.rule_number,
        because=disposition.because,
        destroy_on=max(today, means.dwell_ends_on(today)),
        item=item,
    )


def _act(means: Means, places: Places, cases: Sequence[Case]) -> Iterator[Done]:
    captured: list[Captured] = []
    outcomes: list[Outcome] = []
    try:
        for case in cases:
            try:
                captured.append(capture(case, places, means.disk, means.is_case_held))
            except CalledOffError as error:
                outcomes.append(Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason))
            except AstrayError:
                continue  # its intent stays open, and recovery tries again
        places.settle()
        captured = _let_go_of_disturbed(means, places, captured, outcomes)
        captured = _landed(means, places, captured, outcomes)
        outcomes.extend(_outcome(means, each) for each in captured)
        try:
            done = means.conclude(outcomes)
        except DurabilityError:
            raise
        except GallraError:
            _undo_unwritten(means, places, captured)
            raise
    finally:
        for each in captured:
            each.close()
    yield from done


def _let_go_of_disturbed(
    means: Means, places: Places, captured: Sequence[Captured], outcomes: list[Outcome]
) -> list[Captured]:
    """Put back what somebody wrote to, or wants to open, since it was captured."""
    kept: list[Captured] = []
    for each in captured:
        if is_undisturbed(each):
            kept.append(each)
            continue
        try:
            put_back(each, means.disk)
            places.touch(each.folder, each.place.staging)
        except AstrayError:
            continue
        finally:
            each.close()
        outcomes.append(Outcome(case=each.case, deed=Deed.NOT_DONE, reason=reasons.IN_USE))
    places.settle()
    return kept


def _landed(
    means: Means, places: Places, captured: Sequence[Captured], outcomes: list[Outcome]
) -> list[Captured]:
    """Copy what lies in a staging directory into its quarantine; put back what cannot be.

    The original goes only when the disk has confirmed a copy that is the same, bit for bit,
    and when nobody has come near it meanwhile.
    """
    remote = [each for each in captured if each.place.is_remote]
    if not remote:
        return list(captured)
    failed: dict[int, Message] = {}
    for each in remote:
        try:
            each.landed = landed(
                means.disk, each.place, each.object_name, each.descriptor, each.sha256
            )
        except CalledOffError as error:
            failed[id(each)] = error.reason
        places.touch(each.place.quarantine)
    places.settle()
    kept: list[Captured] = []
    for each in captured:
        if each.landed is None and id(each) not in failed:
            kept.append(each)
            continue
        try:
            if each.landed is not None and is_undisturbed(each):
                means.disk.unlink(each.place.staging, each.object_name)
                kept.append(each)
            else:
                drop_copy(means.disk, each.place, each.object_name)
                put_back(each, means.disk)
                reason = failed.get(id(each), reasons.IN_USE)
                outcomes.append(Outcome(case=each.case, deed=Deed.NOT_DONE, reason=reason))
                each.close()
        except (OSError, AstrayError):
            each.close()  # its intent stays open, and recovery tries again
        places.touch(each.folder, each.place.staging, each.place.quarantine)
    places.settle()
    return kept


def _undo_unwritten(means: Means, places: Places, captured: Sequence[Captured]) -> None:
    """Where the ledger cannot take the outcomes, nothing is to have been done.

    Where the ledger did take them, and only the catalogue failed, they stand: the catalogue
    is told again by recovery.
    """
    if not captured:
        return
    still_open = {entry.sequence for entry in means.ledger.open_intents()}
    for each in captured:
        if each.case.intent in still_open and each.landed is None:
            try:
                put_back(each, means.disk)
            except AstrayError:
                continue
            places.touch(each.folder, each.place.staging)
    places.settle()


def _outcome(means: Means, captured: Captured) -> Outcome:
    case = captured.case
    return Outcome(
        case=case,
        deed=Deed.QUARANTINED,
        sha256=captured.sha256,
        note=partial(note_quarantined, means, case, captured.landed or captured.signature()),
    )


def note_quarantined(means: Means, case: Case, signature: FileSignature, at: datetime) -> None:
    """Tell the catalogue that the file of ``case`` lies in quarantine, as it is there."""
    means.catalogue.note_quarantined(
        case.file_id,
        case.quarantine_id,
        object_name=case.quarantine_id,
        signature=signature,
        at=at,
        destroy_on=case.destroy_on,
        class_code=case.class_code,
        intent=case.intent,
    )

"""Move files to another place that the rules name; nothing that is there is ever replaced.

A file is captured like one that goes to quarantine, with every check, and from there put where
it is to be: in one step, or by a copy that is compared before the original goes.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence

from gallra.dispose import reasons
from gallra.dispose.capture import (
    AstrayError,
    Captured,
    capture,
    is_there,
    is_undisturbed,
    put_back,
    put_back_as,
)
from gallra.dispose.disk import Disk, is_version, signature_from
from gallra.dispose.done import Done
from gallra.dispose.landing import put_copy
from gallra.dispose.mbox import Piece
from gallra.dispose.means import Means, Outcome, not_begun
from gallra.dispose.places import Place, Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.restoring import require_folder
from gallra.dispose.testimony import MOVE, Case
from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.record import Act, Disposition, RecordState
from gallra.store.shelf import parted


def move_batch(means: Means, batch: Sequence[Disposition]) -> Iterator[Done]:
    """Move the files of ``batch``; yield how each ended.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written; recovery brings it to an end.
    """
    with means.places() as places:
        cases: list[Case] = []
        for disposition in batch:
            try:
                cases.append(_case(means, places, disposition))
            except CalledOffError as error:
                yield not_begun(disposition.item, error.reason)
        if not cases:
            return
        captured: list[Captured] = []
        outcomes: list[Outcome] = []
        try:
            for case in means.announce(cases):
                with _ending(case, outcomes):
                    captured.append(capture(case, places, means.disk, means.is_case_held))
            places.settle()
            for each in captured:
                with _ending(each.case, outcomes):
                    outcomes.append(_delivered(means, places, each))
            places.settle()
            yield from means.conclude(outcomes)
        finally:
            for each in captured:
                each.close()


@contextlib.contextmanager
def _ending(case: Case, outcomes: list[Outcome]) -> Iterator[None]:
    """Note why an act was called off; one that went astray keeps its intent open."""
    try:
        yield
    except CalledOffError as error:
        outcomes.append(Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason))
    except AstrayError:
        return


def _case(means: Means, places: Places, disposition: Disposition) -> Case:
    item = disposition.item
    classes = {each.code: each for each in means.schedule.classes}
    retention_class = classes.get(item.classification.class_code)
    to = retention_class.to if retention_class else None
    to_share, to_path = disposition.to_share, disposition.to_path
    if not to_share and to is not None:
        to_share, to_path = to.share, to.place_of(item.record.path)
    if disposition.act is not Act.MOVE or item.state is not RecordState.PRESENT or not to_share:
        raise CalledOffError(said("it was not decided that this file is moved"))
    # Where a person chose the place, a mailbox goes there as it is, with all its messages.
    if item.record.part or (item.record.is_container and not disposition.to_share):
        raise CalledOffError(said("a mailbox and its messages are not moved: a person decides"))
    if disposition.held_by or means.is_held(item):
        raise CalledOffError(reasons.HELD)
    places.movable(to_share)
    return Case(
        act=MOVE,
        share=item.record.share,
        path=item.record.path,
        file_id=item.file_id,
        quarantine_id=secrets.token_hex(16),
        quarantine_inode=places.movable(item.record.share).quarantine_inode,
        signature=item.signature,
        class_code=item.classification.class_code,
        rule_number=item.classification.rule_number,
        because=disposition.because,
        item=item,
        to_share=to_share,
        to_path=to_path,
    )


def _delivered(means: Means, places: Places, captured: Captured) -> Outcome:
    """Put a captured file where it is to be, or back where it was."""
    case, disk = captured.case, means.disk
    try:
        _deliver(places, disk, captured)
    except (CalledOffError, OSError) as error:
        target = places.place(case.to_share)
        drop(disk, target, captured.place, captured.object_name)
        if is_there(disk, captured.place.staging, captured.object_name):
            put_back(captured, disk)
            places.touch(captured.folder, captured.place.staging)
            reason = error.reason if isinstance(error, CalledOffError) else _why(error)
            raise CalledOffError(reason) from None
    directory, name = parted(case.to_path)
    try:
        target = places.place(case.to_share)
        folder = require_folder(disk, places, target.root, directory)
        signature = signature_from(disk.status(folder, name))
    except OSError as error:
        raise AstrayError from error
    return moved(means, case, signature)


def _deliver(places: Places, disk: Disk, captured: Captured) -> None:
    case, source = captured.case, captured.place
    if not is_undisturbed(captured):
        raise CalledOffError(reasons.IN_USE)
    target = places.place(case.to_share)
    directory, name = parted(case.to_path)
    folder = require_folder(disk, places, target.root, directory)
    if disk.is_one_mount(source.staging, folder):
        disk.rename(source.staging, captured.object_name, folder, name)
        places.touch(source.staging, folder)
        return
    content = [Piece(captured.descriptor, 0, captured.case.signature.size_bytes)]
    copy = _copy(captured.object_name)
    found = put_copy(disk, target.staging, copy, content, captured.descriptor)
    if found != captured.sha256:
        raise CalledOffError(reasons.CHANGED)
    try:
        disk.rename(target.staging, copy, folder, name)
    except OSError:
        if is_there(disk, target.staging, copy):
            raise
    places.touch(target.staging, folder)
    places.settle()
    if not is_undisturbed(captured):
        raise AstrayError  # it lies in both places: recovery finds the copy, and no newer save
    try:
        disk.unlink(source.staging, captured.object_name)
    except OSError as error:
        raise AstrayError from error  # the same
    places.touch(source.staging)


def _copy(name: bytes) -> bytes:
    return name + b".new"


def drop(disk: Disk, target: Place, source: Place, name: bytes) -> None:
    """Remove a copy that was not put in its place.

    Raises:
        AstrayError: If it cannot be removed.
    """
    if target.staging == source.staging and not _has(disk, target.staging, _copy(name)):
        return
    try:
        with contextlib.suppress(FileNotFoundError):
            disk.unlink(target.staging, _copy(name))
    except OSError as error:
        raise AstrayError from error


def _has(disk: Disk, directory: int, name: bytes) -> bool:
    try:
        disk.status(directory, name)
    except FileNotFoundError:
        return False
    return True


def _why(error: OSError) -> Message:
    return reasons.TAKEN_THERE if isinstance(error, FileExistsError) else from_errno(error)


def settle_move(means: Means, places: Places, case: Case) -> Outcome:
    """Bring a move to an end after a crash: finished where the file lies there, else undone.

    Raises:
        CalledOffError: If one of the shares is away.
        AstrayError: If the file cannot be put back.
        OSError: If that cannot be told now.
    """
    disk = means.disk
    source, target = places.place(case.share), places.place(case.to_share)
    name = case.quarantine_id.encode("ascii")
    drop(disk, target, source, name)
    places.touch(target.staging)
    there = _look(disk, places, target, case.to_path)
    if _has(disk, source.staging, name):
        if there is not None and _sha256(disk, source.staging, name) == _sha256(
            disk, there[0], there[1]
        ):
            disk.unlink(source.staging, name)
            places.touch(source.staging)
            return moved(means, case, signature_from(disk.status(*there)))
        directory, old_name = parted(case.path)
        folder = require_folder(disk, places, source.root, directory)
        put_back_as(disk, source.staging, name, folder, old_name)
        places.touch(folder, source.staging)
        return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
    before = _look(disk, places, source, case.path)
    is_still_there = before is not None and is_version(disk.status(*before), case.signature)
    if there is None or is_still_there:
        return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
    return moved(means, case, signature_from(disk.status(*there)))


def _look(disk: Disk, places: Places, place: Place, path: bytes) -> tuple[int, bytes] | None:
    directory, name = parted(path)
    try:
        folder = places.folder(place, directory)
        disk.status(folder, name)
    except FileNotFoundError:
        return None
    return folder, name


def _sha256(disk: Disk, directory: int, name: bytes) -> str:
    descriptor = disk.open_file(directory, name)
    try:
        return disk.sha256(descriptor)
    finally:
        os.close(descriptor)


def moved(means: Means, case: Case, signature: FileSignature) -> Outcome:
    """Return the outcome of a move that was carried out."""
    return Outcome(
        case=case,
        deed=Deed.MOVED,
        note=lambda at: means.catalogue.note_moved(
            case.file_id, share=case.to_share, path=case.to_path, signature=signature, at=at
        ),
    )

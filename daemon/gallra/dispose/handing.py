"""Give files to another owner, and take the former one out of their access lists.

Only regular files of one name, reached through no link, that are still the version that was
decided about and still belong to whom they were taken for. Nothing of their content is touched.
"""

import contextlib
import errno
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, require_regular
from gallra.dispose.disk import Disk, is_version, signature_from
from gallra.dispose.done import Done
from gallra.dispose.means import Means, Outcome, not_begun
from gallra.dispose.places import Places
from gallra.dispose.reasons import CalledOffError, from_errno, unsynced
from gallra.dispose.testimony import HAND_OVER, Case
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.record import Act, Disposition, Receiver, RecordState
from gallra.store.shelf import parted

_ACCESS_LIST: Final = "system.posix_acl_access"
_FOR_NEW_FILES: Final = "system.posix_acl_default"
_HEAD: Final = struct.Struct("<I")
_ENTRY: Final = struct.Struct("<HHI")
_USER, _GROUP = 0x02, 0x08
_NO_LIST: Final = frozenset({errno.ENODATA, errno.EOPNOTSUPP})


def hand_over_batch(means: Means, batch: Sequence[Disposition]) -> Iterator[Done]:
    """Give the files of ``batch`` to their new owners; yield how each ended.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written; recovery brings it to an end.
    """
    with means.places() as places:
        cases: list[Case] = []
        for disposition in batch:
            try:
                cases.append(_case(places, disposition))
            except CalledOffError as error:
                yield not_begun(disposition.item, error.reason)
        if not cases:
            return
        outcomes: list[Outcome] = []
        for case in means.announce(cases):
            try:
                outcomes.append(_given(means, places, case))
            except CalledOffError as error:
                outcomes.append(Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason))
            except AstrayError:
                continue  # its intent stays open, and recovery tries again
        yield from means.conclude(outcomes)


def _case(places: Places, disposition: Disposition) -> Case:
    item, receiver = disposition.item, disposition.receiver
    is_meant = disposition.act is Act.HAND_OVER and item.state is RecordState.PRESENT
    if not is_meant or receiver is None or receiver.to_uid <= 0 or item.record.part:
        raise CalledOffError(said("it was not decided that this file is handed over"))
    return Case(
        act=HAND_OVER,
        share=item.record.share,
        path=item.record.path,
        file_id=item.file_id,
        quarantine_id=secrets.token_hex(16),
        quarantine_inode=places.place(item.record.share).quarantine_inode,
        signature=item.signature,
        class_code=item.classification.class_code,
        rule_number=item.classification.rule_number,
        because=disposition.because,
        item=item,
        from_uid=receiver.from_uid,
        from_gid=receiver.from_gid,
        to_uid=receiver.to_uid,
        to_gid=receiver.to_gid,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that is to be handed over, with nothing of what is in it."""

    share: str
    path: bytes
    receiver: Receiver
    because: tuple[Message, ...]


def hand_over_folders(means: Means, folders: Sequence[Folder]) -> Iterator[Done]:
    """Give folders to their new owners; yield how each ended.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the ledger cannot be written; recovery brings it to an end.
    """
    with means.places() as places:
        cases: list[Case] = []
        for folder in folders:
            with contextlib.suppress(CalledOffError, OSError):  # away, gone, or another's by now
                cases.append(_folder_case(places, folder))
        outcomes: list[Outcome] = []
        for case in means.announce(cases) if cases else ():
            try:
                outcomes.append(_given(means, places, case))
            except CalledOffError as error:
                outcomes.append(Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason))
            except AstrayError:
                continue  # its intent stays open, and recovery tries again
        yield from means.conclude(outcomes)


def _folder_case(places: Places, folder: Folder) -> Case:
    place = places.place(folder.share)
    status = os.fstat(places.folder(place, folder.path))
    receiver = folder.receiver
    if not folder.path or status.st_uid != receiver.from_uid or receiver.to_uid <= 0:
        raise CalledOffError(reasons.OTHER_OWNER)
    return Case(
        act=HAND_OVER,
        share=folder.share,
        path=folder.path,
        file_id=0,
        quarantine_id=secrets.token_hex(16),
        quarantine_inode=place.quarantine_inode,
        signature=signature_from(status),
        because=folder.because,
        is_folder=True,
        from_uid=receiver.from_uid,
        from_gid=receiver.from_gid,
        to_uid=receiver.to_uid,
        to_gid=receiver.to_gid,
    )


def _opened(disk: Disk, places: Places, case: Case) -> int:
    """Open what a case is about, reached without any link.

    Raises:
        CalledOffError: If its share is away.
        OSError: With the kernel's errno.
    """
    place = places.place(case.share)
    if case.is_folder:
        return disk.open_directory(place.root, case.path)
    directory, name = parted(case.path)
    return disk.open_file(places.folder(place, directory), name)


def _require_as_decided(disk: Disk, descriptor: int, case: Case) -> os.stat_result:
    """Look whether it is still what was decided about.

    Raises:
        CalledOffError: If it is not.
    """
    status = os.fstat(descriptor)
    if case.is_folder:
        if status.st_ino != case.signature.inode:
            raise CalledOffError(reasons.CHANGED)
    else:
        require_regular(status)
        if signature_from(status) != case.signature:
            raise CalledOffError(reasons.CHANGED)
    if status.st_uid != case.from_uid:
        raise CalledOffError(reasons.OTHER_OWNER)
    if disk.is_fixed(descriptor):
        raise CalledOffError(reasons.FIXED)
    return status


def _given(means: Means, places: Places, case: Case) -> Outcome:
    """Give one file away.

    Raises:
        CalledOffError: It is as it was.
        AstrayError: It may have been given away in part.
        DurabilityError: If the disk did not confirm it.
    """
    disk = means.disk
    try:
        descriptor = _opened(disk, places, case)
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    try:
        status = _require_as_decided(disk, descriptor, case)
        try:
            disk.give(descriptor, case.to_uid, _group(status, case))
        except OSError as error:
            raise CalledOffError(from_errno(error)) from None
        return _finished(means, descriptor, case)
    finally:
        os.close(descriptor)


def _finished(means: Means, descriptor: int, case: Case) -> Outcome:
    """Take the former owner out of the access list, and have the disk confirm all of it."""
    try:
        for name in (_ACCESS_LIST, _FOR_NEW_FILES) if case.is_folder else (_ACCESS_LIST,):
            forget_in_list(means.disk, descriptor, name, case)
    except OSError as error:
        raise AstrayError from error
    try:
        means.disk.fsync(descriptor)
    except OSError as error:
        raise unsynced(error) from None
    return _outcome(means, case, os.fstat(descriptor))


def _outcome(means: Means, case: Case, status: os.stat_result) -> Outcome:
    return Outcome(
        case=case,
        deed=Deed.HANDED_OVER,
        note=None if case.is_folder else lambda at: note_given(means, case, status, at),
    )


def note_given(means: Means, case: Case, status: os.stat_result, at: datetime) -> None:
    """Tell the catalogue whose a file is, so that nothing of it is read again for that."""
    means.catalogue.refresh_signature(case.file_id, signature_from(status))
    means.catalogue.note_handed_over(case.file_id, uid=status.st_uid, gid=status.st_gid, at=at)


def _group(status: os.stat_result, case: Case) -> int:
    """Return the group to set: another only in the place of the former owner's own."""
    return case.to_gid if case.from_gid >= 0 and status.st_gid == case.from_gid else -1


def forget_in_list(disk: Disk, descriptor: int, name: str, case: Case) -> None:
    """Take the lines that name the former owner out of an access list, if there is one.

    Raises:
        OSError: With the kernel's errno.
    """
    try:
        raw = os.getxattr(descriptor, name)
    except OSError as error:
        if error.errno in _NO_LIST:
            return
        raise
    body = raw[_HEAD.size :]
    if len(body) % _ENTRY.size:
        return  # of a form that nobody here knows
    gone = {(_USER, case.from_uid), (_GROUP, case.from_gid)}
    kept = b"".join(
        _ENTRY.pack(tag, allowed, number)
        for tag, allowed, number in _ENTRY.iter_unpack(body)
        if (tag, number) not in gone
    )
    if kept != body:
        disk.set_access_list(descriptor, name, raw[: _HEAD.size] + kept)


def settle_handing(means: Means, places: Places, case: Case) -> Outcome:
    """Bring a hand-over to an end after a crash: finished where it has its owner, else undone.

    Raises:
        AstrayError: If the former owner cannot be taken out of its access list.
        CalledOffError: If its share is away.
        OSError: If that cannot be told now.
        DurabilityError: If the disk does not confirm it.
    """
    interrupted = Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
    try:
        descriptor = _opened(means.disk, places, case)
    except FileNotFoundError:
        return interrupted
    try:
        status = os.fstat(descriptor)
        is_it = (
            status.st_ino == case.signature.inode
            if case.is_folder
            else is_version(status, case.signature)
        )
        if not is_it or status.st_uid != case.to_uid:
            return interrupted
        return _finished(means, descriptor, case)
    finally:
        os.close(descriptor)

"""Give files to another owner, and take the former one out of their access lists.

Only regular files of one name, reached through no link, that are still the version that was
decided about and still belong to whom they were taken for. Nothing of their content is touched.
"""

import errno
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
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
from gallra.model.message import said
from gallra.model.record import Act, Disposition, RecordState
from gallra.store.shelf import parted

_ACCESS_LIST: Final = "system.posix_acl_access"
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


def _given(means: Means, places: Places, case: Case) -> Outcome:
    """Give one file away.

    Raises:
        CalledOffError: It is as it was.
        AstrayError: It may have been given away in part.
        DurabilityError: If the disk did not confirm it.
    """
    disk = means.disk
    directory, name = parted(case.path)
    try:
        descriptor = disk.open_file(places.folder(places.place(case.share), directory), name)
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    try:
        status = os.fstat(descriptor)
        require_regular(status)
        if signature_from(status) != case.signature:
            raise CalledOffError(reasons.CHANGED)
        if status.st_uid != case.from_uid:
            raise CalledOffError(reasons.OTHER_OWNER)
        if disk.is_fixed(descriptor):
            raise CalledOffError(reasons.FIXED)
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
        forget_in_list(means.disk, descriptor, case)
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
        note=lambda at: note_given(means, case, status, at),
    )


def note_given(means: Means, case: Case, status: os.stat_result, at: datetime) -> None:
    """Tell the catalogue whose a file is, so that nothing of it is read again for that."""
    means.catalogue.refresh_signature(case.file_id, signature_from(status))
    means.catalogue.note_handed_over(case.file_id, uid=status.st_uid, gid=status.st_gid, at=at)


def _group(status: os.stat_result, case: Case) -> int:
    """Return the group to set: another only in the place of the former owner's own."""
    return case.to_gid if case.from_gid >= 0 and status.st_gid == case.from_gid else -1


def forget_in_list(disk: Disk, descriptor: int, case: Case) -> None:
    """Take the lines that name the former owner out of an access list, if there is one.

    Raises:
        OSError: With the kernel's errno.
    """
    try:
        raw = os.getxattr(descriptor, _ACCESS_LIST)
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
        disk.set_access_list(descriptor, raw[: _HEAD.size] + kept)


def settle_handing(means: Means, places: Places, case: Case) -> Outcome:
    """Bring a hand-over to an end after a crash: finished where it has its owner, else undone.

    Raises:
        AstrayError: If the former owner cannot be taken out of its access list.
        CalledOffError: If its share is away.
        OSError: If that cannot be told now.
        DurabilityError: If the disk does not confirm it.
    """
    directory, name = parted(case.path)
    interrupted = Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)
    try:
        descriptor = means.disk.open_file(places.folder(places.place(case.share), directory), name)
    except FileNotFoundError:
        return interrupted
    try:
        status = os.fstat(descriptor)
        if not is_version(status, case.signature) or status.st_uid != case.to_uid:
            return interrupted
        return _finished(means, descriptor, case)
    finally:
        os.close(descriptor)

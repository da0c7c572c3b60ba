"""Put a message back: into its mailbox, or into a file of its own. Nothing is overwritten."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, is_there
from gallra.dispose.disk import signature_from
from gallra.dispose.done import Done
from gallra.dispose.landing import put_copy
from gallra.dispose.locking import finish, locked
from gallra.dispose.mbox import Content, Piece, digest_of, with_message
from gallra.dispose.means import Means, Outcome
from gallra.dispose.places import Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.restoring import require_folder
from gallra.dispose.rewriting import (
    Mailbox,
    Rewrite,
    carry_out,
    opened,
)
from gallra.dispose.testimony import RESTORE, Case, case_of
from gallra.model.arrival import FileSignature
from gallra.model.errors import GallraError
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.store.quarantine import QuarantineItem
from gallra.store.shelf import parted

_FIRST_LINE_BYTES = 4_096
_UNKNOWN = said("The disk does not say whether the message was put back: the next run finds out.")


def put_back(means: Means, item: QuarantineItem, to: bytes | None) -> Done:
    """Put the message ``item`` back into its mailbox, or write it to ``to`` as one of its own.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the share or the mailbox is away or in use, or the ledger cannot be
            written; nothing was done.
    """
    with means.places() as places:
        try:
            with _message(means, places, item) as message:
                case = _case(means, places, item, to)
                if to is not None:
                    outcome = _as_file(means, places, case, message)
                else:
                    with opened(places, means.disk, item.share, item.path, None) as mailbox:
                        outcome = _into(means, places, case, message, mailbox)
        except (CalledOffError, OSError) as error:
            reason = error.reason if isinstance(error, CalledOffError) else from_errno(error)
            if reason == reasons.GONE and to is None:
                reason = said("its mailbox is gone: name a file for it with --to")
            return Done(
                share=item.share,
                path=item.path,
                deed=Deed.NOT_DONE,
                reason=reason,
                quarantine_id=item.quarantine_id,
            )
        places.settle()
        (done,) = means.conclude([outcome])
    return done


@contextlib.contextmanager
def _message(means: Means, places: Places, item: QuarantineItem) -> Iterator[Piece]:
    """Open the message in quarantine, which must be what was put there."""
    place = places.place(item.share)
    descriptor = means.disk.open_file(place.quarantine, item.quarantine_id.encode("ascii"))
    try:
        status = os.fstat(descriptor)
        if (status.st_ino, status.st_size) != (item.signature.inode, item.signature.size_bytes):
            raise CalledOffError(reasons.NOT_THE_SAME)
        yield Piece(descriptor, 0, status.st_size)
    finally:
        os.close(descriptor)


def _case(means: Means, places: Places, item: QuarantineItem, to: bytes | None) -> Case:
    witness: Case | None = None
    if item.intent is not None:
        entry = means.ledger.outcomes((item.intent,)).get(item.intent)
        witness = case_of(entry) if entry else None
    return Case(
        act=RESTORE,
        share=item.share,
        path=item.path if to is None else to,
        file_id=item.file_id,
        quarantine_id=item.quarantine_id,
        quarantine_inode=places.place(item.share).quarantine_inode,
        signature=item.signature,
        class_code=item.class_code,
        destroy_on=item.destroy_on,
        sha256=witness.sha256 if witness else None,
        part=item.part,
        above=witness.above if witness else "",
        below=witness.below if witness else "",
    )


def _require_message(case: Case, message: Piece) -> None:
    if case.sha256 is not None and digest_of([message]) != case.sha256:
        raise CalledOffError(reasons.NOT_THE_SAME)


def _into(means: Means, places: Places, case: Case, message: Piece, mailbox: Mailbox) -> Outcome:
    _require_message(case, message)
    size_bytes = mailbox.signature.size_bytes
    content = with_message(mailbox.descriptor, size_bytes, message, case.above, case.below)
    case = replace(
        case,
        rewrite=secrets.token_hex(16),
        after_sha256=digest_of(content),
        signature=mailbox.signature,
    )
    mailbox.require_same(means.disk)
    (case,) = means.announce([case])
    rewrite = _rewrite(case, places, mailbox.folder)
    reason = reasons.INTERRUPTED
    try:
        with locked(means.disk, mailbox, rewrite.rewrite):
            carry_out(
                places, means.disk, mailbox, rewrite, content,
                make=lambda: None, permit=lambda: None,
            )  # fmt: skip
    except CalledOffError as error:
        reason = error.reason
    except OSError as error:
        reason = from_errno(error)
    try:
        is_done = finish(places, means.disk, rewrite)
    except (OSError, AstrayError):
        raise GallraError(_UNKNOWN) from None
    return _outcome(means, case, reason, is_done=is_done)


def _rewrite(case: Case, places: Places, folder: int) -> Rewrite:
    return Rewrite(
        place=places.place(case.share),
        folder=folder,
        name=parted(case.path)[1],
        rewrite=case.rewrite,
        old=case.signature,
        after_sha256=case.after_sha256,
        spent=case.quarantine_id.encode("ascii"),
    )


def _outcome(means: Means, case: Case, reason: Message, *, is_done: bool) -> Outcome:
    if not is_done:
        return Outcome(case=case, deed=Deed.NOT_DONE, reason=reason)
    return Outcome(
        case=case,
        deed=Deed.RESTORED,
        note=lambda at: means.catalogue.note_put_back(case.quarantine_id, path=case.path, at=at),
    )


def _as_file(means: Means, places: Places, case: Case, message: Piece) -> Outcome:
    """Write the message to a new file, without the line that only a mailbox has."""
    _require_message(case, message)
    content = _alone(message)
    (case,) = means.announce([replace(case, after_sha256=digest_of(content))])
    disk, place = means.disk, places.place(case.share)
    name = case.quarantine_id.encode("ascii")
    draft = name + b".new"
    directory, new_name = parted(case.path)
    try:
        folder = require_folder(disk, places, place.root, directory)
        put_copy(disk, place.staging, draft, content, message.descriptor)
        try:
            disk.rename(place.staging, draft, folder, new_name)
        except OSError:
            if is_there(disk, place.staging, draft):
                raise
        places.touch(folder, place.staging)
        places.settle()
        disk.unlink(place.quarantine, name)
        places.touch(place.quarantine)
        places.settle()
    except (OSError, AstrayError) as error:
        try:
            return settle_file(means, places, case, error)
        except (OSError, AstrayError):
            raise GallraError(_UNKNOWN) from None
    return _as_file_outcome(means, case, signature_from(disk.status(folder, new_name)))


def _alone(message: Piece) -> Content:
    start = os.pread(message.descriptor, _FIRST_LINE_BYTES, 0)
    skip = start.find(b"\n") + 1 if start.startswith(b"From ") else 0
    return [Piece(message.descriptor, skip, message.length_bytes - skip)]


def settle_return(means: Means, places: Places, case: Case) -> Outcome:
    """Bring the return of a message to an end after a crash.

    Raises:
        CalledOffError: If the share is away.
        OSError: If that cannot be told now.
        AstrayError: The same.
    """
    if not case.rewrite:
        return settle_file(means, places, case, None)
    place = places.place(case.share)
    folder = places.folder(place, parted(case.path)[0])
    rewrite = _rewrite(case, places, folder)
    is_done = finish(places, means.disk, rewrite)
    return _outcome(means, case, reasons.INTERRUPTED, is_done=is_done)


def settle_file(means: Means, places: Places, case: Case, error: Exception | None) -> Outcome:
    """Finish the writing of a message to a file if the file is whole and there; else undo."""
    disk, place = means.disk, places.place(case.share)
    name = case.quarantine_id.encode("ascii")
    draft = name + b".new"
    reason = from_errno(error) if isinstance(error, OSError) else reasons.INTERRUPTED
    if is_there(disk, place.staging, draft):
        disk.unlink(place.staging, draft)
        places.touch(place.staging)
        return Outcome(case=case, deed=Deed.NOT_DONE, reason=reason)
    signature = None
    directory, new_name = parted(case.path)
    with contextlib.suppress(FileNotFoundError):
        folder = places.folder(place, directory)
        descriptor = disk.open_file(folder, new_name)
        try:
            if disk.sha256(descriptor) == case.after_sha256:
                signature = signature_from(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    if is_there(disk, place.quarantine, name):
        if signature is None:
            return Outcome(case=case, deed=Deed.NOT_DONE, reason=reason)
        disk.unlink(place.quarantine, name)
        places.touch(place.quarantine)
    return _as_file_outcome(means, case, signature or case.signature)


def _as_file_outcome(means: Means, case: Case, signature: FileSignature) -> Outcome:
    return Outcome(
        case=case,
        deed=Deed.RESTORED,
        note=lambda at: means.catalogue.note_restored(
            case.quarantine_id, path=case.path, signature=signature, at=at
        ),
    )

"""Put files back into their shares. Nothing that is there is ever overwritten."""

import contextlib
import os
import stat

from gallra.dispose import reasons
from gallra.dispose.capture import AstrayError, is_there
from gallra.dispose.disk import Disk, signature_from
from gallra.dispose.done import Done
from gallra.dispose.landing import put_copy
from gallra.dispose.mbox import Piece
from gallra.dispose.means import Means, Outcome
from gallra.dispose.places import Place, Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.testimony import RESTORE, Case
from gallra.kernel.opening import is_beneath
from gallra.model.arrival import FileSignature
from gallra.model.errors import GallraError, WrongUseError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import RecordState
from gallra.store.quarantine import QuarantineItem
from gallra.store.shelf import parted

_MOST_STEPS = 256


def require_item(means: Means, quarantine_id: str, to: bytes | None) -> QuarantineItem:
    """Return what lies in quarantine under a name, and can be put back to ``to``.

    Raises:
        WrongUseError: If there is no such file in quarantine, or ``to`` is not a plain path.
    """
    item = means.catalogue.require_quarantine_item(quarantine_id)
    if item.state is not RecordState.QUARANTINED:
        raise WrongUseError(
            said("{name} is no longer in quarantine: see gallra log", name=quarantine_id)
        )
    path = item.path if to is None else to
    if not is_beneath(path) or path.count(b"/") > _MOST_STEPS:
        raise WrongUseError(
            said("--to takes a path beneath the share, without a leading slash and without ..")
        )
    return item


def restore(means: Means, item: QuarantineItem, to: bytes | None) -> Done:
    """Move one file back to where it was, or to ``to`` beneath its share.

    It comes back as it was: owner, mode, times and attributes are those of the file itself.
    Folders that are gone are made again, with the owner and mode of the one above.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is left to recovery.
        GallraError: If the share is away, or the ledger cannot be written; nothing was done.
    """
    path = item.path if to is None else to
    with means.places() as places:
        try:
            quarantine_inode = places.movable(item.share).quarantine_inode
        except CalledOffError as error:
            raise GallraError(error.reason) from None
        case = Case(
            act=RESTORE,
            share=item.share,
            path=path,
            file_id=item.file_id,
            quarantine_id=item.quarantine_id,
            quarantine_inode=quarantine_inode,
            signature=item.signature,
            class_code=item.class_code,
            destroy_on=item.destroy_on,
        )
        (case,) = means.announce([case])
        try:
            outcome = _restore(means, places, case)
        except AstrayError:
            raise GallraError(
                said("The disk does not say whether the file was moved: the next run finds out.")
            ) from None
        except CalledOffError as error:
            outcome = Outcome(case=case, deed=Deed.NOT_DONE, reason=error.reason)
        places.settle()
        (done,) = means.conclude([outcome])
    return done


def _restore(means: Means, places: Places, case: Case) -> Outcome:
    disk = means.disk
    name = case.quarantine_id.encode("ascii")
    directory, new_name = parted(case.path)
    try:
        place = places.place(case.share)
        status = disk.status(place.quarantine, name)
        if not stat.S_ISREG(status.st_mode) or status.st_ino != case.signature.inode:
            raise CalledOffError(reasons.NOT_THE_SAME)
        folder = require_folder(disk, places, place.root, directory)
        if place.is_remote:
            _bring_back(disk, place, name)
        try:
            disk.rename(place.staging, name, folder, new_name)
        except OSError:
            if is_there(disk, place.staging, name):
                if place.is_remote:
                    disk.unlink(place.staging, name)
                raise
        places.touch(folder, place.staging)
        if place.is_remote:
            places.settle()
            _spend(disk, place, name)
            places.touch(place.quarantine)
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    signature = case.signature
    with contextlib.suppress(OSError):  # it is there all the same; a scan will see how
        signature = signature_from(disk.status(folder, new_name))
    return restored(means, case, signature)


def _spend(disk: Disk, place: Place, name: bytes) -> None:
    """Remove an object that is in its share again; where that fails, recovery comes back to it."""
    try:
        disk.unlink(place.quarantine, name)
    except OSError as error:
        raise AstrayError from error


def _bring_back(disk: Disk, place: Place, name: bytes) -> None:
    """Copy an object from a quarantine on another filesystem to where it can be moved from."""
    descriptor = disk.open_file(place.quarantine, name)
    try:
        with contextlib.suppress(FileNotFoundError):
            disk.unlink(place.staging, name)
        content = [Piece(descriptor, 0, os.fstat(descriptor).st_size)]
        sha256 = disk.sha256(descriptor)
        if put_copy(disk, place.staging, name, content, descriptor) != sha256:
            disk.unlink(place.staging, name)
            raise CalledOffError(reasons.NOT_THE_SAME)
    finally:
        os.close(descriptor)


def settle_remote(means: Means, places: Places, place: Place, case: Case) -> Outcome:
    """Bring a restore from another filesystem to an end: the object is still there.

    Raises:
        OSError: If that cannot be told now.
    """
    disk, name = means.disk, case.quarantine_id.encode("ascii")
    try:
        disk.unlink(place.staging, name)
    except FileNotFoundError:
        directory, new_name = parted(case.path)
        with contextlib.suppress(FileNotFoundError):
            folder = places.folder(place, directory)
            if is_same(disk, (folder, new_name), (place.quarantine, name)):
                signature = signature_from(disk.status(folder, new_name))
                disk.unlink(place.quarantine, name)
                places.touch(place.quarantine)
                return restored(means, case, signature)
    places.touch(place.staging)
    return Outcome(case=case, deed=Deed.NOT_DONE, reason=reasons.INTERRUPTED)


def is_same(disk: Disk, one: tuple[int, bytes], other: tuple[int, bytes]) -> bool:
    """Compare two files, each a directory and a name, bit for bit."""
    digests: list[str] = []
    for directory, name in (one, other):
        descriptor = disk.open_file(directory, name)
        try:
            digests.append(disk.sha256(descriptor))
        finally:
            os.close(descriptor)
    return digests[0] == digests[1]


def restored(means: Means, case: Case, signature: FileSignature) -> Outcome:
    """Return the outcome of a restore that was carried out."""
    return Outcome(
        case=case,
        deed=Deed.RESTORED,
        note=lambda at: means.catalogue.note_restored(
            case.quarantine_id, path=case.path, signature=signature, at=at
        ),
    )


def require_folder(disk: Disk, places: Places, root: int, relative: bytes) -> int:
    """Open a folder, making what is missing of it step by step, and never through a link."""
    at = places.keep(disk.open_directory(root, b""))
    for step in relative.split(b"/") if relative else ():
        try:
            below = disk.open_directory(at, step)
        except FileNotFoundError:
            below = _made(disk, places, at, step)
        at = places.keep(below)
    return at


def _made(disk: Disk, places: Places, parent: int, name: bytes) -> int:
    with contextlib.suppress(FileExistsError):  # somebody else made it: theirs will do
        disk.make_directory(parent, name)
        made = disk.open_directory(parent, name)
        above = os.fstat(parent)
        try:
            if os.fstat(made).st_uid == os.geteuid():  # and not one that was put in its place
                os.fchmod(made, stat.S_IMODE(above.st_mode))
                with contextlib.suppress(PermissionError):  # not ours to give away
                    os.fchown(made, above.st_uid, above.st_gid)
        except BaseException:
            os.close(made)
            raise
        places.touch(parent)
        return made
    return disk.open_directory(parent, name)

"""Take one file out of its share: capture it, then verify what was captured."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from gallra.dispose import reasons
from gallra.dispose.disk import Disk, signature_from
from gallra.dispose.lease import Lease, is_leased
from gallra.dispose.places import Place, Places
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.dispose.testimony import Case
from gallra.model.arrival import FileSignature
from gallra.store.shelf import parted


class AstrayError(Exception):
    """What became of a file cannot be said, or not be mended, now: its intent stays open."""


@dataclass(slots=True, kw_only=True)
class Captured:
    """A file in quarantine, still held open and leased."""

    case: Case
    place: Place
    folder: int
    """Descriptor of the directory it came from."""
    name: bytes
    descriptor: int
    sha256: str
    has_lease: bool
    landed: FileSignature | None = None
    """Of the copy in quarantine, where it had to be copied."""

    @property
    def object_name(self) -> bytes:
        """Its name in the quarantine directory."""
        return self.case.quarantine_id.encode("ascii")

    def signature(self) -> FileSignature:
        """Return its signature as it lies there now."""
        return signature_from(os.fstat(self.descriptor))

    def close(self) -> None:
        """Let others open it again; closing twice does nothing."""
        if self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            os.close(descriptor)


def require_regular(status: os.stat_result) -> None:
    """Go on with a regular file of one name only.

    Raises:
        CalledOffError: With anything else.
    """
    if not stat.S_ISREG(status.st_mode):
        raise CalledOffError(reasons.NOT_A_FILE)
    if status.st_nlink != 1:
        raise CalledOffError(reasons.HARD_LINKED)


def require_lease(disk: Disk, descriptor: int) -> bool:
    """Make sure nobody else has the file open; return whether the filesystem could tell.

    Where it cannot, the act goes on: a capture can be undone, and nothing is destroyed whose
    content is not, bit for bit, what was captured.

    Raises:
        CalledOffError: If it is open elsewhere, or we may not ask.
    """
    match disk.lease(descriptor):
        case Lease.OURS:
            return True
        case Lease.IN_USE:
            raise CalledOffError(reasons.IN_USE)
        case Lease.DENIED:
            raise CalledOffError(reasons.OWNER_UNKNOWN)
        case Lease.UNKNOWN:
            return False


def capture(case: Case, places: Places, disk: Disk, is_held: Callable[[Case], bool]) -> Captured:
    """Move the file of ``case`` into quarantine, if it still is the one decided upon.

    Ordering: the file is opened, found to be the decided version, leased, hashed, and its
    holds are looked at again, before anything is moved; and what was moved is looked at
    once more, for the name may have been given to another file in the last moment. Nothing
    here is durable: the caller has the disk confirm a whole batch.

    Returns:
        The file, open and leased; to be closed when the batch is settled.

    Raises:
        CalledOffError: The file is where it was.
        AstrayError: Another file was captured, and could not be put back.
    """
    place = places.place(case.share)
    directory, name = parted(case.path)
    try:
        folder = places.folder(place, directory)
        descriptor = disk.open_file(folder, name)
    except OSError as error:
        is_covered = error.errno == errno.EXDEV
        reason = reasons.MOUNTED_OVER if is_covered else from_errno(error)
        raise CalledOffError(reason) from None
    captured = Captured(
        case=case,
        place=place,
        folder=folder,
        name=name,
        descriptor=descriptor,
        sha256="",
        has_lease=False,
    )
    try:
        _take(captured, places, disk, is_held)
    except OSError as error:
        captured.close()
        raise CalledOffError(from_errno(error)) from None
    except BaseException:
        captured.close()
        raise
    return captured


def _take(captured: Captured, places: Places, disk: Disk, is_held: Callable[[Case], bool]) -> None:
    case, place, descriptor = captured.case, captured.place, captured.descriptor
    status = os.fstat(descriptor)
    require_regular(status)
    if signature_from(status) != case.signature:
        raise CalledOffError(reasons.CHANGED)
    if disk.is_fixed(descriptor):
        raise CalledOffError(reasons.FIXED)
    captured.has_lease = require_lease(disk, descriptor)
    captured.sha256 = disk.sha256(descriptor)
    if captured.signature() != case.signature:
        raise CalledOffError(reasons.CHANGED)
    if is_held(case):
        raise CalledOffError(reasons.HELD)
    if captured.has_lease and not is_leased(descriptor):
        raise CalledOffError(reasons.IN_USE)
    try:
        disk.rename(captured.folder, captured.name, place.staging, captured.object_name)
    except OSError:
        if not is_there(disk, place.staging, captured.object_name):
            raise
    places.touch(captured.folder, place.staging)
    try:
        there = disk.status(place.staging, captured.object_name)
        is_it = (there.st_dev, there.st_ino) == (status.st_dev, status.st_ino)
    except OSError:
        is_it = False
    if not is_it or not is_undisturbed(captured):
        put_back(captured, disk)
        raise CalledOffError(reasons.CHANGED if not is_it else reasons.IN_USE)


def is_there(disk: Disk, directory: int, name: bytes) -> bool:
    """Look whether an act that is said to have failed did nothing: EIO does not tell.

    Raises:
        AstrayError: If that cannot be seen either; the intent stays open.
    """
    try:
        disk.status(directory, name)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise AstrayError from error
    return True


def is_undisturbed(captured: Captured) -> bool:
    """Tell whether the captured file is the version decided upon, and nobody waits for it.

    One that cannot be looked at is taken for disturbed: it goes back, and is not forgotten.
    """
    try:
        now = captured.signature()
    except OSError:
        return False
    return (
        now.is_same_version(captured.case.signature)
        and now.link_count == 1
        and (not captured.has_lease or is_leased(captured.descriptor))
    )


def put_back(captured: Captured, disk: Disk) -> None:
    """Undo a capture: the file goes back under its name, or beside it where that is taken.

    Raises:
        AstrayError: If it cannot; it stays in quarantine, and its intent stays open.
    """
    put_back_as(disk, captured.place.staging, captured.object_name, captured.folder, captured.name)


def put_back_as(disk: Disk, quarantine: int, object_name: bytes, folder: int, name: bytes) -> bytes:
    """Move an object out of quarantine without replacing anything; return the name it got.

    Raises:
        AstrayError: If it cannot be moved.
    """
    beside = name[:200] + b".gallra-" + object_name[:8]
    error: OSError | None = None
    for free in (name, beside):
        with contextlib.suppress(FileExistsError):
            try:
                disk.rename(quarantine, object_name, folder, free)
            except FileExistsError:
                raise
            except OSError as failed:
                error = failed
                break
            return free
    raise AstrayError from error

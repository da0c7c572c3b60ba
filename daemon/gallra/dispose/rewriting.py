"""Give a mailbox another content in one step, and bring that to an end after a crash.

The new content is written where nobody but us can go, confirmed by the disk and compared by
its digest. Then it and the mailbox change places, in one step of the kernel; what came out is
looked at once more, and only then removed. Three names tell how far it came:

    REWRITE.new   the new content, perhaps not whole: nothing has happened yet
    REWRITE       the new content, whole; or, after the exchange, the old mailbox
    neither       not begun, or done
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gallra.dispose import reasons
from gallra.dispose.capture import put_back_as, require_lease, require_regular
from gallra.dispose.disk import Disk, is_version, signature_from
from gallra.dispose.landing import put_copy
from gallra.dispose.lease import is_leased
from gallra.dispose.mbox import Content
from gallra.dispose.places import Place, Places
from gallra.dispose.reasons import CalledOffError
from gallra.model.arrival import FileSignature
from gallra.store.shelf import parted

_NEW = b".new"


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """A mailbox, open, leased where the filesystem can, and of the version decided upon."""

    place: Place
    folder: int
    name: bytes
    descriptor: int
    has_lease: bool
    signature: FileSignature

    def require_same(self, disk: Disk) -> None:
        """Go on while the mailbox is what it was when it was opened, and nobody waits for it.

        Raises:
            CalledOffError: If it is not.
        """
        if signature_from(os.fstat(self.descriptor)) != self.signature:
            raise CalledOffError(reasons.CHANGED)
        if disk.status(self.folder, self.name).st_ino != self.signature.inode:
            raise CalledOffError(reasons.CHANGED)
        if self.has_lease and not is_leased(self.descriptor):
            raise CalledOffError(reasons.IN_USE)


@contextlib.contextmanager
def opened(
    places: Places, disk: Disk, share: str, path: bytes, decided: FileSignature | None
) -> Iterator[Mailbox]:
    """Open the mailbox at ``path``.

    Args:
        places: The shares.
        disk: What acts.
        share: In which share it lies.
        path: Where in it.
        decided: The version that it must be; ``None``: any.

    Raises:
        CalledOffError: If it is another version, in use, or not a file of one name.
        OSError: If it cannot be opened.
    """
    place = places.movable(share)
    directory, name = parted(path)
    folder = places.folder(place, directory)
    descriptor = disk.open_file(folder, name)
    try:
        status = os.fstat(descriptor)
        require_regular(status)
        if disk.is_fixed(descriptor):
            raise CalledOffError(reasons.FIXED)
        signature = signature_from(status)
        if decided is not None and signature != decided:
            raise CalledOffError(reasons.CHANGED)
        yield Mailbox(
            place=place,
            folder=folder,
            name=name,
            descriptor=descriptor,
            has_lease=require_lease(disk, descriptor),
            signature=signature,
        )
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Which mailbox gets which content; all that is needed to bring it to an end."""

    place: Place
    folder: int
    name: bytes
    rewrite: str
    old: FileSignature
    after_sha256: str
    made: tuple[bytes, ...] = ()
    """Objects in quarantine that it makes: they go again where it is undone."""
    spent: bytes | None = None
    """An object in quarantine whose content is in the mailbox now: it goes where it is done."""

    @property
    def full(self) -> bytes:
        """The name of the whole draft, and of what comes out of the exchange."""
        return self.rewrite.encode("ascii")

    @property
    def new(self) -> bytes:
        """The name of the draft while it is written."""
        return self.full + _NEW


def carry_out(  # noqa: PLR0913 - two files, two steps, and what acts on them
    places: Places,
    disk: Disk,
    mailbox: Mailbox,
    rewrite: Rewrite,
    content: Content,
    *,
    make: Callable[[], None],
    permit: Callable[[], None],
) -> None:
    """Put ``content`` in the place of what ``mailbox`` holds.

    Args:
        places: Where.
        disk: What acts.
        mailbox: The old one, open.
        rewrite: What is done.
        content: The new content.
        make: Writes what else must be on the disk before the exchange.
        permit: Called in the last moment; raises CalledOffError where it may not be.

    Raises:
        CalledOffError: If it was called off; :func:`bring_to_an_end` tidies up.
        OSError: If anything failed: :func:`bring_to_an_end` finds out how far it came.
        DurabilityError: If the disk did not confirm.
    """
    staging = rewrite.place.staging
    if put_copy(disk, staging, rewrite.new, content, mailbox.descriptor) != rewrite.after_sha256:
        raise CalledOffError(reasons.UNLIKE_ITS_MAILBOX)
    make()
    places.touch(staging, rewrite.place.quarantine)
    places.settle()
    disk.rename(staging, rewrite.new, staging, rewrite.full)
    permit()
    mailbox.require_same(disk)
    disk.exchange(staging, rewrite.full, rewrite.folder, rewrite.name)
    places.touch(staging, rewrite.folder)
    places.settle()
    out = disk.status(staging, rewrite.full)
    if out.st_ino != rewrite.old.inode or not is_undisturbed(mailbox):
        _exchange_back(disk, rewrite)
        places.touch(staging, rewrite.folder)
        raise CalledOffError(reasons.IN_USE)


def is_undisturbed(mailbox: Mailbox) -> bool:
    """Tell whether the old mailbox is what it was, and nobody waits for it."""
    try:
        now = signature_from(os.fstat(mailbox.descriptor))
    except OSError:
        return False
    is_leased_still = not mailbox.has_lease or is_leased(mailbox.descriptor)
    return now.is_same_version(mailbox.signature) and now.link_count == 1 and is_leased_still


def bring_to_an_end(places: Places, disk: Disk, rewrite: Rewrite) -> bool:
    """Finish a rewrite that came past its exchange, undo any other; return whether it stands.

    What it finds on the disk alone decides, so that it does the same after a crash.

    Raises:
        OSError: If that cannot be found out, or not be done, now: to be tried again.
        AstrayError: If something that came out cannot be put back.
        DurabilityError: If the disk did not confirm.
    """
    staging = rewrite.place.staging
    full = _look(disk, staging, rewrite.full)
    if full is not None and stat.S_ISREG(full.st_mode) and full.st_ino == rewrite.old.inode:
        _spend(places, disk, rewrite)
        if (full.st_size, full.st_mtime_ns) == (rewrite.old.size_bytes, rewrite.old.modified_ns):
            disk.unlink(staging, rewrite.full)
        else:  # somebody wrote to it all the same: it goes beside the new one, nothing is lost
            put_back_as(disk, staging, rewrite.full, rewrite.folder, rewrite.name)
        places.touch(staging, rewrite.folder)
        places.settle()
        return True
    if full is not None:
        if _sha256(disk, staging, rewrite.full) != rewrite.after_sha256:
            # another file took the mailbox's name in the last moment, and came out instead
            if _sha256(disk, rewrite.folder, rewrite.name) == rewrite.after_sha256:
                _exchange_back(disk, rewrite)
            else:
                put_back_as(disk, staging, rewrite.full, rewrite.folder, rewrite.name)
            places.touch(staging, rewrite.folder)
            places.settle()
        _undo(places, disk, rewrite, (rewrite.full, rewrite.new))
        return False
    if _look(disk, staging, rewrite.new) is not None:
        _undo(places, disk, rewrite, (rewrite.new,))
        return False
    return _stands(places, disk, rewrite)


def _stands(places: Places, disk: Disk, rewrite: Rewrite) -> bool:
    """Tell whether a rewrite of which no draft is left was done, or never begun."""
    quarantine = rewrite.place.quarantine
    if rewrite.spent is not None:
        return _look(disk, quarantine, rewrite.spent) is None
    if not any(_look(disk, quarantine, name) for name in rewrite.made):
        return False
    there = _look(disk, rewrite.folder, rewrite.name)
    if there is not None and is_version(there, rewrite.old):
        _undo(places, disk, rewrite, ())
        return False
    return True


def _spend(places: Places, disk: Disk, rewrite: Rewrite) -> None:
    quarantine = rewrite.place.quarantine
    if rewrite.spent is not None and _look(disk, quarantine, rewrite.spent) is not None:
        disk.unlink(quarantine, rewrite.spent)
        places.touch(quarantine)
        places.settle()


def _undo(places: Places, disk: Disk, rewrite: Rewrite, drafts: tuple[bytes, ...]) -> None:
    """Remove the copies that were made, the draft last: while it is there, nothing was done."""
    quarantine, staging = rewrite.place.quarantine, rewrite.place.staging
    for name in rewrite.made:
        if _look(disk, quarantine, name) is not None:
            disk.unlink(quarantine, name)
    places.touch(quarantine, staging)
    places.settle()
    for name in drafts:
        if _look(disk, staging, name) is not None:
            disk.unlink(staging, name)
    places.touch(staging)


def _exchange_back(disk: Disk, rewrite: Rewrite) -> None:
    disk.exchange(rewrite.place.staging, rewrite.full, rewrite.folder, rewrite.name)


def _look(disk: Disk, directory: int, name: bytes) -> os.stat_result | None:
    try:
        return disk.status(directory, name)
    except FileNotFoundError:
        return None


def _sha256(disk: Disk, directory: int, name: bytes) -> str:
    try:
        descriptor = disk.open_file(directory, name)
    except FileNotFoundError:
        return ""
    try:
        return disk.sha256(descriptor)
    finally:
        os.close(descriptor)

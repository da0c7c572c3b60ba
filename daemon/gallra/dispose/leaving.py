"""Leave a note in a folder out of which something was taken, and take it away again.

A note is told from people's files by its inode and its content, which the catalogue knows; never
by its name. What a person has edited is theirs. It is written under no name, waits among what is
in quarantine, and changes places with its predecessor in one step; what came out is looked at
before it goes, and put back if it is not ours.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from gallra.dispose.capture import AstrayError, put_back_as
from gallra.dispose.disk import signature_from
from gallra.dispose.lease import is_leased
from gallra.dispose.means import BATCH_COUNT, Means
from gallra.dispose.note_looking import begin, keep, look_at
from gallra.dispose.note_recovery import GONE, is_file_of, settled_note
from gallra.dispose.note_states import Change, Leaving, Wanted
from gallra.dispose.readers import is_no_secret, let_read
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.model.message import Message
from gallra.store.folder_notes import FolderNote, NoteFile, note_file

_UNNAMED_REFUSED = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.ENOSYS}
"""What filesystems say that cannot make a file without a name."""


def tellable(
    means: Means, share: str, path: bytes, object_names: Collection[str]
) -> frozenset[str]:
    """Return which objects in quarantine everybody who can list a folder could have read.

    Of the others a note says nothing but what they were called.
    """
    found: set[str] = set()
    with means.places() as places, contextlib.suppress(CalledOffError, OSError):
        place = places.place(share)
        folder = places.folder(place, path)
        for name in object_names:
            with contextlib.suppress(OSError):
                descriptor = means.disk.open_file(place.quarantine, name.encode("ascii"))
                try:
                    if is_no_secret(descriptor, folder):
                        found.add(name)
                finally:
                    os.close(descriptor)
    return frozenset(found)


def leave(
    means: Means, share: str, wanted: Iterable[Wanted], *, may_begin: bool = True
) -> tuple[Message, ...]:
    """Make the notes of one share those that are ``wanted``, and no others.

    Doing it again changes nothing. A note that a person took away, or made their own, comes again
    only when something more was taken since.

    Args:
        means: What to work with.
        share: Its name; it must be there, and be the one it was.
        wanted: One for each folder that is to have one.
        may_begin: Whether folders that have none may get one.

    Returns:
        Why a note is not what it should be, each reason once; no act is any different for it.

    Raises:
        DurabilityError: If the disk did not confirm; what was begun is settled the next time.
        GallraError: If the catalogue cannot be written.
    """
    known = means.catalogue.folder_notes(share)
    coming = {each.path: each for each in wanted}
    if not known and not (coming and may_begin):
        return ()
    with means.places() as places:
        try:
            leaving = Leaving(means=means, places=places, place=places.place(share))
        except CalledOffError as error:
            return (error.reason,)
        for note in known:
            look_at(leaving, note, coming)
        if may_begin:
            begin(leaving, coming.values())
        waiting = iter(leaving.changes)
        while batch := list(islice(waiting, BATCH_COUNT)):
            _change(leaving, batch)
        return tuple(leaving.complaints.values())


def _change(leaving: Leaving, batch: Sequence[Change]) -> None:
    """Carry out some changes: told to the catalogue first, then done, then looked at."""
    means, places = leaving.means, leaving.places
    try:
        with means.catalogue.atomic():
            for change in batch:
                change.note = replace(change.note, object_name=secrets.token_hex(16))
                means.catalogue.put_folder_note(change.note)
        ready = [change for change in batch if _is_ready(leaving, change)]
        places.settle()
        with means.catalogue.atomic():
            for change in ready:
                means.catalogue.put_folder_note(change.note)
        done = [change for change in ready if _is_done(leaving, change)]
        places.settle()
        ended = [change for change in done if _is_spent(leaving, change)]
        places.settle()
        with means.catalogue.atomic():
            for change in ended:
                keep(leaving, change.note, change.after)
    finally:
        for change in batch:
            change.close()


def _is_ready(leaving: Leaving, change: Change) -> bool:
    """Write what is to come, where nobody but we can reach it."""
    coming = change.note.coming
    if change.content is None or coming is None:
        return True
    staging = leaving.place.staging
    try:
        descriptor = _written(leaving, change, change.content)
    except OSError as error:
        leaving.complain(from_errno(error))
        with contextlib.suppress(FileNotFoundError, OSError):
            leaving.means.disk.unlink(staging, change.object_name)
        _give_up(leaving, change)
        return False
    try:
        signature = replace(signature_from(os.fstat(descriptor)), changed_ns=0)
    finally:
        os.close(descriptor)
    change.note = replace(
        change.note, coming=note_file(coming.name, coming.sha256, coming.told_at, signature)
    )
    leaving.places.touch(staging)
    return True


def _give_up(leaving: Leaving, change: Change) -> None:
    """Leave it as it was; what is not there yet is thought of again the next time."""
    before = replace(change.note, object_name="", coming=None)
    keep(leaving, change.note, before if before.lying is not None else None)


def _written(leaving: Leaving, change: Change, content: bytes) -> int:
    disk, staging = leaving.means.disk, leaving.place.staging
    is_named = False
    try:
        descriptor = disk.create_unnamed(change.folder)
    except OSError as error:
        if error.errno not in _UNNAMED_REFUSED:
            raise
        descriptor = disk.create(staging, change.object_name)
        is_named = True
    try:
        let_read(descriptor, change.folder)
        disk.write(descriptor, content)
        disk.fsync(descriptor)
        if not is_named:
            disk.link(descriptor, staging, change.object_name)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _is_done(leaving: Leaving, change: Change) -> bool:
    """Move it; return whether something was moved, so that it is to be looked at."""
    disk, staging = leaving.means.disk, leaving.place.staging
    lying, coming = change.note.lying, change.note.coming
    try:
        if coming is None and lying is not None:
            disk.rename(change.folder, lying.name, staging, change.object_name)
        elif coming is not None and lying is not None:
            disk.exchange(staging, change.object_name, change.folder, lying.name)
        elif coming is not None:
            disk.rename(staging, change.object_name, change.folder, coming.name)
    except OSError as error:
        if error.errno not in {errno.EEXIST, *GONE}:
            leaving.complain(from_errno(error))
        with contextlib.suppress(OSError, AstrayError):  # else it is settled the next time
            keep(
                leaving,
                change.note,
                settled_note(leaving.means, leaving.places, leaving.place, change.note),
            )
        return False
    leaving.places.touch(change.folder, staging)
    return True


def _is_spent(leaving: Leaving, change: Change) -> bool:
    """Remove what came out if it is the note that lay there; else a person's file goes back."""
    note, disk, staging = change.note, leaving.means.disk, leaving.place.staging
    try:
        if note.lying is not None:
            there = disk.status(staging, change.object_name)
            is_it = there.st_ino == os.fstat(change.old).st_ino
            if is_it and change.has_lease and not is_leased(change.old):
                change.after = _returned(leaving, change, note.lying)
                return True
            if is_it and is_file_of(disk, change.old, note.lying):
                disk.unlink(staging, change.object_name)
                leaving.places.touch(staging)
            change.close()  # and with it the lease, which would be in our own way
        change.after = settled_note(leaving.means, leaving.places, leaving.place, note)
    except (OSError, AstrayError):
        return False  # it is settled the next time
    return True


def _returned(leaving: Leaving, change: Change, lying: NoteFile) -> FolderNote:
    """Put back a note that somebody opened in the very moment in which it was to go."""
    disk, staging, note = leaving.means.disk, leaving.place.staging, change.note
    leaving.places.touch(change.folder, staging)
    if note.coming is None:
        put_back_as(disk, staging, change.object_name, change.folder, lying.name)
    else:
        disk.exchange(staging, change.object_name, change.folder, lying.name)
        there = disk.status(staging, change.object_name)
        if there.st_ino == note.coming.inode and stat.S_ISREG(there.st_mode):
            disk.unlink(staging, change.object_name)
    return replace(note, object_name="", coming=None)

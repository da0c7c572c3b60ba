"""After a stop in the middle: whether a note came, went, or has to be put back."""

import errno
import os
import stat
from dataclasses import replace

from gallra.dispose.capture import put_back_as
from gallra.dispose.disk import Disk, signature_from
from gallra.dispose.means import Means
from gallra.dispose.places import Place, Places
from gallra.dispose.restoring import require_folder
from gallra.store.folder_notes import FolderNote, NoteFile, note_file

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""What is said of a name that is not there, or stands for something else now."""
_LONGEST_BYTES = 1 << 20
"""No note is so long: what is, is not read to find out."""


def is_file_of(disk: Disk, descriptor: int, file: NoteFile) -> bool:
    """Tell whether an open file is the note that the catalogue knows, byte for byte.

    Raises:
        OSError: If it cannot be read.
    """
    status = os.fstat(descriptor)
    return (
        stat.S_ISREG(status.st_mode)
        and status.st_ino == file.inode
        and status.st_size <= _LONGEST_BYTES
        and disk.sha256(descriptor) == file.sha256
    )


def settled_note(means: Means, places: Places, place: Place, note: FolderNote) -> FolderNote | None:
    """Bring a change that was begun to one end, from what lies where.

    Returns:
        What is known of the note then; ``None`` where there is none and was to be none.

    Raises:
        OSError: If it cannot be told now; nothing is lost, and it is tried again.
        AstrayError: If a person's file could not be put back.
    """
    disk, name = means.disk, note.object_name.encode("ascii")
    ended = replace(note, object_name="", coming=None)
    try:
        waiting = disk.status(place.staging, name)
    except FileNotFoundError:
        return _settled_without(means, places, place, note)
    coming = note.coming
    if coming is not None and coming.inode in {None, waiting.st_ino}:
        _spend(disk, places, place, name)  # it never came there
        return ended if ended.lying is not None else None
    if note.lying is not None and _is_at(disk, place.staging, name, note.lying):
        _spend(disk, places, place, name)
        return None if coming is None else _settled_without(means, places, place, note)
    _put_back(means, places, place, note)
    return replace(ended, lying=None)


def _settled_without(
    means: Means, places: Places, place: Place, note: FolderNote
) -> FolderNote | None:
    """Tell what lies in the folder, where nothing waits any more."""
    ended = replace(note, object_name="", coming=None)
    file = note.coming or note.lying
    if file is None:
        return None
    if note.coming is not None and note.coming.inode is None:
        return ended if note.lying is not None else None
    try:
        folder = places.folder(place, note.path)
        found = means.disk.status(folder, file.name)
    except OSError as error:
        if error.errno not in GONE:
            raise
        return replace(ended, lying=None, told_at=file.told_at) if note.coming else None
    if note.coming is None:
        return ended
    if found.st_ino != note.coming.inode:
        return ended if note.lying is not None else None
    lying = note_file(file.name, file.sha256, file.told_at, signature_from(found))
    return replace(ended, lying=lying, told_at=file.told_at)


def _put_back(means: Means, places: Places, place: Place, note: FolderNote) -> None:
    """Return a person's file that came out in the place of a note."""
    disk, name = means.disk, note.object_name.encode("ascii")
    file = note.coming or note.lying
    folder = require_folder(disk, places, place.root, note.path)
    places.touch(folder, place.staging)
    if note.coming is not None and file is not None:
        try:
            is_there = disk.status(folder, file.name).st_ino == note.coming.inode
        except FileNotFoundError:
            is_there = False
        if is_there:
            disk.exchange(place.staging, name, folder, file.name)
            if disk.status(place.staging, name).st_ino == note.coming.inode:
                disk.unlink(place.staging, name)
                return
    if file is not None:
        put_back_as(disk, place.staging, name, folder, file.name)


def _is_at(disk: Disk, directory: int, name: bytes, file: NoteFile) -> bool:
    descriptor = disk.open_file(directory, name)
    try:
        return is_file_of(disk, descriptor, file)
    finally:
        os.close(descriptor)


def _spend(disk: Disk, places: Places, place: Place, name: bytes) -> None:
    disk.unlink(place.staging, name)
    places.touch(place.staging)

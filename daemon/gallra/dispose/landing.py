"""Copies, for where a move is not enough: whole, confirmed by the disk, and compared.

Owner, mode, access lists, attributes and times go along, so that what is restored from a copy is
as it was. Long runs of nothing are not written out.
"""

import contextlib
import os

from gallra.dispose import reasons
from gallra.dispose.attributes import keep_attributes
from gallra.dispose.disk import Disk, signature_from
from gallra.dispose.mbox import Content, Piece, read_out
from gallra.dispose.places import Place
from gallra.dispose.reasons import CalledOffError, from_errno, unsynced
from gallra.model.arrival import FileSignature

_BLOCK_BYTES = 512


def put_copy(disk: Disk, directory: int, name: bytes, content: Content, like: int) -> str:
    """Write ``content`` into a new file, with the attributes of ``like``; return its SHA-256.

    The disk has confirmed the file, not yet its name; what is hashed is read from the file.

    Raises:
        OSError: If any of it fails; what there was of the copy is gone again.
        DurabilityError: If the disk did not confirm; the copy is left to recovery.
    """
    status = os.fstat(like)
    has_holes = status.st_blocks * _BLOCK_BYTES < status.st_size
    descriptor = disk.create(directory, name)
    try:
        return _written(disk, descriptor, content, like, has_holes=has_holes)
    except OSError:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            disk.unlink(directory, name)
        raise
    finally:
        os.close(descriptor)


def _written(disk: Disk, descriptor: int, content: Content, like: int, *, has_holes: bool) -> str:
    for chunk in read_out(content):
        if has_holes and chunk == bytes(len(chunk)):
            os.ftruncate(descriptor, os.lseek(descriptor, len(chunk), os.SEEK_CUR))
        else:
            disk.write(descriptor, chunk)
    keep_attributes(like, descriptor)
    try:
        disk.fsync(descriptor)
    except OSError as error:
        raise unsynced(error) from None
    return disk.sha256(descriptor)


def landed(disk: Disk, place: Place, name: bytes, descriptor: int, sha256: str) -> FileSignature:
    """Copy an open file of the staging directory into the quarantine; return the copy's.

    Args:
        disk: What acts.
        place: The share, and its quarantine.
        name: Of the object.
        descriptor: The file, open.
        sha256: What it held when it was captured.

    Raises:
        CalledOffError: If it cannot be copied whole.
    """
    try:
        drop_copy(disk, place, name)
        size_bytes = os.fstat(descriptor).st_size
        found = put_copy(
            disk, place.quarantine, name, [Piece(descriptor, 0, size_bytes)], descriptor
        )
        signature = signature_from(disk.status(place.quarantine, name))
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    if found != sha256:
        raise CalledOffError(reasons.CHANGED)
    return signature


def drop_copy(disk: Disk, place: Place, name: bytes) -> None:
    """Remove a copy of what still lies in the staging directory, if there is one.

    Raises:
        OSError: If it cannot be removed.
    """
    with contextlib.suppress(FileNotFoundError):
        disk.unlink(place.quarantine, name)

"""The locks by which mail programs keep out of each other's way in one mailbox.

A lock file ``NAME.lock`` beside it, flock(2) and fcntl(2) locks. Where one is taken, we come
again later; a lock that somebody forgot is never broken by us.

Source: dovecot's and procmail's documentation of mbox locking; lockfile_create(3).
"""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator

from gallra.dispose import reasons
from gallra.dispose.disk import Disk
from gallra.dispose.places import Places
from gallra.dispose.reasons import CalledOffError
from gallra.dispose.rewriting import Mailbox, Rewrite, bring_to_an_end
from gallra.kernel.opening import open_file_in

_SUFFIX = b".lock"
_LONGEST_NAME = 255
_MOST_BYTES = 512


@contextlib.contextmanager
def locked(disk: Disk, mailbox: Mailbox, rewrite: str) -> Iterator[None]:
    """Hold all three locks on ``mailbox``.

    The lock file is put in its place whole, with ``rewrite`` in it: it is known for ours after a
    crash, and taken away then.

    Raises:
        CalledOffError: If somebody has it locked.
        OSError: With the kernel's errno, where no lock can be had.
    """
    try:
        fcntl.flock(mailbox.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(mailbox.descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CalledOffError(reasons.LOCKED) from None
    name = mailbox.name + _SUFFIX
    if len(name) > _LONGEST_NAME:
        yield  # then no mail program can have made one either
        return
    draft = _draft(rewrite)
    try:
        descriptor = disk.create(mailbox.place.staging, draft)
        try:
            disk.write(descriptor, f"{os.getpid()}:{socket.gethostname()}\n{rewrite}\n".encode())
        finally:
            os.close(descriptor)
        disk.rename(mailbox.place.staging, draft, mailbox.folder, name)
    except FileExistsError:
        raise CalledOffError(reasons.LOCKED) from None
    yield


def finish(places: Places, disk: Disk, rewrite: Rewrite) -> bool:
    """Bring a rewrite to an end and let mail programs in again; return whether it stands.

    Raises:
        OSError: As :func:`bring_to_an_end`; to be tried again.
        AstrayError: As :func:`bring_to_an_end`.
        DurabilityError: As :func:`bring_to_an_end`.
    """
    is_done = bring_to_an_end(places, disk, rewrite)
    unlock(disk, rewrite.place.staging, rewrite.folder, rewrite.name, rewrite.rewrite)
    return is_done


def unlock(disk: Disk, staging: int, folder: int, name: bytes, rewrite: str) -> None:
    """Take our lock file away, if it is there and ours, and the draft of it.

    Raises:
        OSError: If it cannot be: to be tried again, since mail waits.
    """
    with contextlib.suppress(FileNotFoundError):
        disk.unlink(staging, _draft(rewrite))
    with contextlib.suppress(FileNotFoundError):
        descriptor = open_file_in(folder, name + _SUFFIX)
        try:
            is_ours = rewrite.encode() in os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)
        if is_ours:
            disk.unlink(folder, name + _SUFFIX)


def _draft(rewrite: str) -> bytes:
    return rewrite.encode("ascii") + _SUFFIX

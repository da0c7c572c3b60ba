"""Whether a file is ours alone, as far as the kernel can tell."""

import contextlib
import errno
import fcntl
import signal
from enum import Enum


class Lease(Enum):
    """Whether a file is ours alone."""

    OURS = "ours"
    IN_USE = "in use"
    """Somebody has it open, or waits to."""
    UNKNOWN = "unknown"
    """The filesystem cannot tell."""
    DENIED = "denied"
    """Only the file's owner, or CAP_LEASE, may ask."""


def lease(descriptor: int) -> Lease:
    """Ask to be told before anybody else opens the file; fails while anybody has it open.

    Whoever opens it then waits until the descriptor is closed, or 45 seconds.
    """
    try:
        # the default, SIGIO, ends a process that does not expect it; SIGURG is ignored
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EBUSY}:
            return Lease.IN_USE
        return Lease.DENIED if error.errno in {errno.EACCES, errno.EPERM} else Lease.UNKNOWN
    return Lease.OURS


def is_leased(descriptor: int) -> bool:
    """Tell whether the lease on ``descriptor`` still stands, and nobody waits for its end."""
    with contextlib.suppress(OSError):
        return bool(fcntl.fcntl(descriptor, fcntl.F_GETLEASE) == fcntl.F_WRLCK)
    return False

"""Whether somebody writes to a file just now."""

import contextlib
import errno
import fcntl


def is_being_written(descriptor: int) -> bool:
    """Tell whether anybody has the file open for writing.

    A read lease is granted exactly when nobody has. It is given back at once, since a writer
    would be kept waiting while it stands. Where no lease can be had (not the owner and no
    CAP_LEASE, or a filesystem without leases) the answer is no: settling has to do.
    """
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    with contextlib.suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False

"""Whether files can be moved in a place at all, found out before anything is announced.

Else every round would write, for every file that is due, that it is going to be moved, and then
that it was not.
"""

import contextlib
import errno
import os
from typing import Final

from gallra.dispose import reasons
from gallra.dispose.disk import Disk
from gallra.dispose.lease import Lease
from gallra.dispose.reasons import CalledOffError, from_errno
from gallra.kernel.filesystems import WELL_KNOWN, is_read_only, kind_number

PROBE: Final = b".gallra-probe"
_MOVED: Final = b".gallra-probe-moved"
_CANNOT: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


def require_writable(root: int) -> None:
    """Go on where something can be changed in the share that ``root`` is open on.

    Raises:
        CalledOffError: If it is mounted read-only, or does not answer.
    """
    try:
        is_fixed = is_read_only(root)
    except OSError as error:
        raise CalledOffError(from_errno(error)) from None
    if is_fixed:
        raise CalledOffError(reasons.READ_ONLY)


def require_safe_moves(disk: Disk, directory: int) -> None:
    """Go on where a file can be moved without ever replacing another, and be known for unused.

    Of the usual filesystems that is known. Others are asked, with a file of ours in a directory
    of ours: NFS and many in user space cannot.

    Raises:
        CalledOffError: If it cannot, or cannot be found out.
    """
    try:
        if kind_number(b"/proc/self/fd/%d" % directory) in WELL_KNOWN:
            return
        _clear(disk, directory)
        os.close(disk.create(directory, PROBE))
        try:
            _require_leases(disk, directory)
            disk.rename(directory, PROBE, directory, _MOVED)
        finally:
            _clear(disk, directory)
    except OSError as error:
        is_unsafe = error.errno in _CANNOT
        reason = reasons.NO_SAFE_MOVES if is_unsafe else from_errno(error)
        raise CalledOffError(reason) from None


def _require_leases(disk: Disk, directory: int) -> None:
    """Go on unless a file that nobody but us has open counts as open: then every one would.

    A file server does that over CIFS when it gives no leases. Where the system says that it
    cannot tell, it is as on any filesystem without leases.
    """
    descriptor = disk.open_file(directory, PROBE)
    try:
        if disk.lease(descriptor) is Lease.IN_USE:
            raise CalledOffError(reasons.NO_LEASES)
    finally:
        os.close(descriptor)


def _clear(disk: Disk, directory: int) -> None:
    for name in (PROBE, _MOVED):
        with contextlib.suppress(FileNotFoundError):
            disk.unlink(directory, name)

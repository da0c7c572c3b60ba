"""Owner, mode, access lists, extended attributes and times: what a copy keeps of a file."""

import contextlib
import errno
import os
import stat

_OWN_BUSINESS = ("security.", "trusted.")
"""Written by the system for its own ends: kept where it lets us, and no reason to stop."""


def keep_attributes(source: int, target: int) -> None:
    """Give the open file ``target`` all that is not content of the open file ``source``.

    Times come last, to the nanosecond; birth and change time cannot be given.

    Raises:
        OSError: If something of it cannot be kept: then the copy is not to be used.
    """
    status, now = os.fstat(source), os.fstat(target)
    if (status.st_uid, status.st_gid) != (now.st_uid, now.st_gid):
        os.fchown(target, status.st_uid, status.st_gid)
    os.fchmod(target, stat.S_IMODE(status.st_mode))
    keep_extended(source, target)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def keep_extended(source: int, target: int) -> None:
    """Make the extended attributes, access lists among them, those of ``source``.

    Raises:
        OSError: If one of them cannot be set, or one that a folder gave not be taken away.
    """
    wanted = _names(source)
    for name in _names(target) - wanted:
        with _forgiving(name):
            os.removexattr(target, name)
    for name in sorted(wanted):
        with _forgiving(name):
            os.setxattr(target, name, os.getxattr(source, name))


def _names(descriptor: int) -> set[str]:
    try:
        return set(os.listxattr(descriptor))
    except OSError as error:
        if error.errno in {errno.EOPNOTSUPP, errno.ENOSYS}:
            return set()
        raise


def _forgiving(name: str) -> contextlib.AbstractContextManager[None]:
    return contextlib.suppress(OSError) if name.startswith(_OWN_BUSINESS) else _STRICT


_STRICT = contextlib.nullcontext()

"""What the operating system refused, in words; its own are in no language of ours."""

import errno
import os
from typing import Final

from gallra.model.message import Message, said

_KNOWN: Final = {
    errno.ENOENT: said("there is no such file"),
    errno.ENOTDIR: said("there is no such file"),
    errno.EACCES: said("it may not be read; run gallra as root or as its own user"),
    errno.EPERM: said("the system does not allow it"),
    errno.EISDIR: said("it is a folder"),
    errno.EINVAL: said("it is no regular file"),
    errno.ELOOP: said("its links lead in a circle"),
    errno.ENAMETOOLONG: said("its name is too long"),
    errno.ENOSPC: said("the disk is full; make room"),
    errno.EDQUOT: said("the disk quota is used up; make room"),
    errno.EROFS: said("the filesystem can only be read"),
    errno.EIO: said("the disk could not be read or written; check it"),
    errno.ENXIO: said("it is no regular file"),
}


def problem_of(error: OSError | ValueError) -> Message:
    """Return why the system refused, without saying what: the path stands beside it."""
    code = error.errno if isinstance(error, OSError) else None
    if code in _KNOWN:
        return _KNOWN[code]
    if code:
        return said("the system refused it ({problem})", problem=os.strerror(code))
    return said("the system refused it ({problem})", problem=type(error).__name__)

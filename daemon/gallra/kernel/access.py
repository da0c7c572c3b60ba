"""Access lists of files and directories, without opening what they are on."""

import errno
import os
from typing import Final

_ACCESS_LIST: Final = "system.posix_acl_access"
_NO_LIST: Final = frozenset({errno.ENODATA, errno.EOPNOTSUPP})


def access_list_at(place: int | bytes) -> bytes:
    """Return the access list of a path or of an open directory; ``b""`` where it has none.

    A link is not followed.

    Raises:
        OSError: It is not there, or cannot be looked at.
    """
    try:
        if isinstance(place, int):
            return os.getxattr(place, _ACCESS_LIST)
        return os.getxattr(place, _ACCESS_LIST, follow_symlinks=False)
    except OSError as error:
        if error.errno in _NO_LIST:
            return b""
        raise


def access_list_in(directory: int, name: bytes) -> bytes:
    """Return the access list of ``name`` in an open directory; ``b""`` where it has none.

    The way is by the process's own table of descriptors: before Linux 6.13 no call takes
    a directory and a name. A link is not followed.

    Raises:
        OSError: It is no longer there, or cannot be looked at.
    """
    return access_list_at(b"/proc/self/fd/%d/%s" % (directory, name))

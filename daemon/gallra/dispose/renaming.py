"""Moving a file without ever replacing another."""

import ctypes
import errno
import os
from typing import Final

_RENAME_NOREPLACE: Final = 1
_renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
_renameat2.argtypes = (
    ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
)  # fmt: skip


def rename_beside(source: int, name: bytes, target: int, new_name: bytes) -> None:
    """Move ``name`` from one open directory into another; what is there is never replaced.

    Raises:
        OSError: With the kernel's errno; ``EEXIST`` where the new name is taken, ``EINVAL``
            where the filesystem cannot promise not to replace.
    """
    while _renameat2(source, name, target, new_name, _RENAME_NOREPLACE):
        code = ctypes.get_errno()
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code))

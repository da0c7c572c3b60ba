"""Moving a file without ever replacing another."""

import ctypes
import errno
import os
from typing import Final

_RENAME_NOREPLACE: Final = 1
_RENAME_EXCHANGE: Final = 2
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
    _rename(source, name, target, new_name, _RENAME_NOREPLACE)


def exchange(source: int, name: bytes, target: int, other_name: bytes) -> None:
    """Let two files, which must both be there, take each other's place in one step.

    Raises:
        OSError: With the kernel's errno; ``EINVAL`` where the filesystem cannot.
    """
    _rename(source, name, target, other_name, _RENAME_EXCHANGE)


def _rename(source: int, name: bytes, target: int, new_name: bytes, how: int) -> None:
    while _renameat2(source, name, target, new_name, how):
        code = ctypes.get_errno()
        if code != errno.EINTR:
            raise OSError(code, os.strerror(code))

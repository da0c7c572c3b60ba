"""What this kernel can do, and how well its clock is set: asked, never changed."""

import ctypes
import os
from typing import Final

_LANDLOCK_CREATE_RULESET: Final = 444
"""The same number on every machine: landlock(7)."""
_LANDLOCK_VERSION: Final = 1
_TIMEX_BYTES: Final = 256
_STATUS_OFFSET: Final = 40
"""Of ``status`` in ``struct timex`` on 64-bit machines: adjtimex(2)."""
_TIME_ERROR: Final = 5
_UNSYNCHRONISED: Final = 0x0040

_libc: Final = ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """Return the version of Landlock; 0 where the kernel has none, or does not use it."""
    return max(0, int(_libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)))


def is_clock_synchronised() -> bool:
    """Tell whether somebody keeps the clock right, as the kernel knows it.

    Raises:
        OSError: The kernel does not tell.
    """
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    state = _libc.adjtimex(buffer)
    if state < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    status = ctypes.c_int.from_buffer(buffer, _STATUS_OFFSET).value
    return state != _TIME_ERROR and not status & _UNSYNCHRONISED

"""Memory that a burst of work leaves behind, given back."""

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Return to the system what this process has freed; some milliseconds.

    The C library keeps freed memory for the next request, which in an idle daemon does not
    come for hours. Does nothing where the C library has no ``malloc_trim``.

    Source: malloc_trim(3), glibc.
    """
    gc.collect()
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

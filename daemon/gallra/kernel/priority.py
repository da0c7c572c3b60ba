"""Stepping back behind the others on this machine, for the processor and for the disk."""

import contextlib
import ctypes
import os
import platform
from typing import Final

_IOPRIO_SET: Final = {"x86_64": 251, "aarch64": 30}
_WHO_PROCESS: Final = 1
_IDLE: Final = 3 << 13

_libc: Final = ctypes.CDLL(None, use_errno=True)


def step_back(niceness: int) -> bool:
    """Let everybody else go first: this process from now on, and those that it starts.

    Who has stepped back cannot step forward, so this is for processes that do nothing else.

    Args:
        niceness: 0 to 19, added to what the process has; see nice(1).

    Returns:
        Whether the disk too serves it only when nobody else wants it; not every kernel can,
        and a system call filter may refuse. What a service manager has set stays.

    Source: setpriority(2), ioprio_set(2).
    """
    with contextlib.suppress(OSError):  # refused by a filter: then at least nothing else changes
        os.nice(niceness)
    number = _IOPRIO_SET.get(platform.machine())
    return number is not None and _libc.syscall(number, _WHO_PROCESS, 0, _IDLE) == 0


def processor_count() -> int:
    """Return how many processors this process may use, at least one."""
    return max(1, len(os.sched_getaffinity(0)))

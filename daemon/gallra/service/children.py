"""Children that read: how they are started, with what around them, and what their end means."""

import os
import signal
import socket
import subprocess
import sys

from gallra.model.message import Message, said


def death_of(code: int | None) -> Message:
    """Return what to say of a file whose reader ended with ``code``."""
    if code is not None and code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = str(-code)
        return said("the reader was ended by {signal} while it read this file", signal=name)
    return said("the reader ended while it read this file")


def child_of(program: tuple[str, ...], *doors: socket.socket) -> subprocess.Popen[bytes]:
    """Start ``program`` with the other ends of ``doors``.

    Raises:
        OSError: The system would not.
    """
    numbers = [door.fileno() for door in doors]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, *program, *map(str, numbers)],
        pass_fds=numbers,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # native libraries print what they choke on: it may quote the document
        stderr=None if os.environ.get("GALLRA_DEBUG") else subprocess.DEVNULL,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """Only what an interpreter needs: nothing of the daemon's surroundings goes into a worker."""
    kept = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "GALLRA_DEBUG", "TZ")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return environment | {
        "PYTHONDONTWRITEBYTECODE": "1",
        # what one large file took is given back when it has been read
        "MALLOC_MMAP_THRESHOLD_": "262144",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
    }

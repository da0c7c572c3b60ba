"""The only place where the clock is read. Everything below is handed `now`."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path


def now() -> datetime:
    """Return the present instant, aware UTC."""
    return datetime.now(UTC)


def boot_seconds() -> float:
    """Return the seconds since boot, sleep included: nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    """Return what names this boot; ``""`` where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def steady_seconds() -> float:
    """Return a clock for time-outs: it never goes back and never jumps."""
    return time.monotonic()


def nanoseconds(at: datetime) -> int:
    """Return ``at`` as the filesystem counts: nanoseconds since 1970."""
    return int(at.timestamp()) * 1_000_000_000 + at.microsecond * 1_000


def pause(seconds: float) -> None:
    """Wait. Not time.sleep, which fails under a clock that is faked for tests."""
    threading.Event().wait(seconds)


def processor_seconds() -> float:
    """Return the processor time that this process has used."""
    return time.process_time()

"""What the kernel allows: watches on directories, and the calls that a shut-in reader needs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gallra.kernel.features import landlock_version

WANTED_QUEUE: Final = 1 << 20
"""Events the kernel should keep: unpacking 50,000 files loses none then."""
_INOTIFY: Final = "proc/sys/fs/inotify"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLimits:
    """How much may be watched; see inotify(7)."""

    watch_count: int
    queued_event_count: int


def watch_limits(root: Path = Path("/")) -> WatchLimits | None:
    """Return the limits of inotify; None where the kernel does not tell."""
    try:
        return WatchLimits(
            watch_count=_number(root / _INOTIFY / "max_user_watches"),
            queued_event_count=_number(root / _INOTIFY / "max_queued_events"),
        )
    except (OSError, ValueError):
        return None


def has_landlock() -> bool:
    """Tell whether this kernel can shut a process out of all files."""
    return landlock_version() > 0


def has_seccomp(root: Path = Path("/")) -> bool:
    """Tell whether this kernel can take system calls from a process; see seccomp(2)."""
    try:
        told = (root / "proc/sys/kernel/seccomp/actions_avail").read_text("ascii", "replace")
    except OSError:
        return False
    return "kill_process" in told.split()


def _number(path: Path) -> int:
    return int(path.read_text("ascii", "replace"))

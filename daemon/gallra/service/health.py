"""Is all well? Answered from the status file alone, without rules, catalogue or ledger."""

import fcntl
import os
from pathlib import Path

from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.report.health import STATUS_FILE, Health, health_of
from gallra.service import clock

_MOST_BYTES = 1024 * 1024
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def health(state: Path) -> Health:
    """Return what the status file in ``state`` says, as it is to be believed now."""
    try:
        content = _content(state / STATUS_FILE)
    except FileNotFoundError:
        told = said("there is no status yet: gallra run writes one after each round")
        return Health(exit_code=ExitCode.IN_PART, line=told)
    except OSError as error:
        told = said(
            "{path}: the status cannot be read ({error})",
            path=str(state / STATUS_FILE),
            error=os.strerror(error.errno or 0),
        )
        return Health(exit_code=ExitCode.IN_PART, line=told)
    return health_of(content, now=clock.now(), is_at_work=_is_at_work(state))


def _content(path: Path) -> bytes:
    descriptor = os.open(path, _READ)
    try:
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)


def _is_at_work(state: Path) -> bool:
    """Tell whether a daemon holds its lock; shared, so that two who ask see no daemon in each."""
    try:
        descriptor = os.open(state / "daemon.lock", _READ)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False

"""The observing process: inotify watches on every directory, and word of what happened where.

Started as ``python -m gallra.watch.observing`` by :mod:`gallra.watch.observer`. Standard input
holds the shares, standard output takes frames, see :mod:`gallra.watch.wire`. The process does
nothing but tell directories: what is in them, the scan finds.
"""

import ctypes
import logging
import os
import signal
import sys
import time
import warnings
from typing import Final

from gallra.watch.tree import Tree
from gallra.watch.wire import (
    CHANGED,
    FAILED,
    LOST,
    OVERFLOW,
    WATCHED,
    Frame,
    counted,
    framed,
    frames_in,
)

GATHER_SECONDS: Final = 0.1
"""What happens in one directory within this time is told once."""
_QUIET_SECONDS: Final = 1.0
_LONGEST_WAIT_SECONDS: Final = 10.0
_MOVED_OUT_SECONDS: Final = 1.0
_PR_SET_PDEATHSIG: Final = 1


def main() -> int:
    """Watch until the daemon ends or ends us."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which stops us
    logging.getLogger("watchdog").addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")  # watchdog warns where a watch is set again: that is meant
    shares = [
        (root, frozenset(excluded.split(b"\0")) if excluded else frozenset())
        for root, _, excluded in (
            frame.payload.partition(b"\0")
            for frame in frames_in(bytearray(sys.stdin.buffer.read()))
        )
    ]
    try:
        _observe(Tree(shares))
    except BrokenPipeError:
        return 0  # the daemon is gone
    except Exception:  # noqa: BLE001 - whatever it is, the daemon must know that nobody watches
        for number in range(len(shares)):
            _tell(Frame(LOST, number, FAILED))
        return 1
    return 0


def _observe(tree: Tree) -> None:
    tree.watch_all()
    told = _tell_watches(tree, tree.taken()[1], {})
    tree.start()
    while tree.is_alive():
        tree.woken.wait(_MOVED_OUT_SECONDS if tree.has_moving() else None)
        time.sleep(GATHER_SECONDS)
        tree.woken.clear()
        tree.forget_moved_out(_MOVED_OUT_SECONDS)
        if tree.overflown_at is not None:
            _catch_up(tree)
        changed, lost = tree.taken()
        for share, path in changed:
            _tell(Frame(CHANGED, share, path))
        told = _tell_watches(tree, lost, told)
    message = "the reader of events ended"
    raise RuntimeError(message)


def _catch_up(tree: Tree) -> None:
    # Walking while events still pour in would only make the queue overflow again: wait until
    # it is quiet, but not for ever.
    began = time.monotonic()
    while time.monotonic() - began < _LONGEST_WAIT_SECONDS:
        overflown_at = tree.overflown_at
        if overflown_at is None or time.monotonic() - overflown_at >= _QUIET_SECONDS:
            break
        time.sleep(GATHER_SECONDS)
    tree.overflown_at = None
    tree.watch_all()
    tree.lose_all(OVERFLOW)


def _tell_watches(
    tree: Tree, lost: list[tuple[int, bytes]], told: dict[int, int]
) -> dict[int, int]:
    for share, reason in lost:
        _tell(Frame(LOST, share, reason))
    counts = tree.counts()
    for share, count in counts.items():
        if told.get(share) != count:
            _tell(Frame(WATCHED, share, counted(count)))
    return counts


def _tell(frame: Frame) -> None:
    rest = memoryview(framed(frame))
    while rest:
        rest = rest[os.write(sys.stdout.fileno(), rest) :]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        sys.exit(0)  # it died before we could ask to be told


if __name__ == "__main__":
    sys.exit(main())

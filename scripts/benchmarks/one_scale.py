"""Passes over a large share and the bare system calls, in turn, in a process of their own."""

import ctypes
import json
import os
import select
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from benchmarks.tree import tree_seconds, walk
from gallra import __version__
from gallra.model.share import Share
from gallra.service import clock
from gallra.service.house import House
from gallra.service.shares import look_at_shares, reconciler_of
from gallra.watch.observer import Observer, Watched

_ROUNDS: Final = 3
Found = TypeVar("Found")
_MASK: Final = 0x000003C8 | 0x01000000 | 0x00000C00
_READ: Final = """
UPDATE file SET pending = 0, read_device = device, read_inode = inode, read_size_bytes = size_bytes,
  read_mtime_ns = mtime_ns, read_ctime_ns = ctime_ns, read_link_count = 1, read_us = ready_us,
  scanner_version = ?, outcome = 'read in full', extent = 'read in full'
"""
_RECORDS: Final = """
INSERT INTO record (file_id, part, kind, outcome, is_incomplete, is_container, size_bytes, language,
    entities, special, subjects, modified_us, first_seen_us, class, because, due_because,
    rules_digest)
  SELECT file_id, '', 'docx', 'read in full', 0, 0, 0, 'sv', '[["PERSON",3]]', '[]', '[]',
    ready_us, ready_us, 'unclassified', '[]', '[]', ? FROM file
"""


def main() -> None:
    """Print the figures, in seconds of processor time but for the last."""
    rules, state = sys.argv[1:]
    with House.open(Path(rules), Path(state)) as house:
        looks = look_at_shares(house)
        (share,) = (look.share for look in looks)
        reconciler = reconciler_of(house, looks)
        (files, directories), _ = _timed(lambda: walk(share.path))
        _, first = _timed(lambda: reconciler.full_pass(share, clock.now()))
        walks, pruned, full = [], [], []
        for _ in range(_ROUNDS):
            walks.append(_timed(lambda: walk(share.path))[1])
            pruned.append(_timed(lambda: reconciler.pruned_pass(share, clock.now()))[1])
            full.append(_timed(lambda: reconciler.full_pass(share, clock.now()))[1])
        _, add_watch = _timed(lambda: _watch_barely(share.path))
        watching, by_clock = _observed(share, directories)
        with house.catalogue.atomic():
            house.catalogue.database.run(_READ, (__version__,))
            house.catalogue.database.run(_RECORDS, (house.schedule.digest,))
    print(
        json.dumps(
            {
                "files": files,
                "directories": directories,
                "first": first,
                "walk": statistics.median(walks),
                "pruned": statistics.median(pruned),
                "full": statistics.median(full),
                "add_watch": add_watch,
                "observer": watching,
                "observer_wall": by_clock,
            }
        )
    )


def _timed(act: Callable[[], Found]) -> tuple[Found, float]:
    began = time.process_time()
    found = act()
    return found, time.process_time() - began


def _watch_barely(path: bytes) -> None:
    """Find every directory and set a watch on it, and nothing else."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init()
    waiting = [path]
    while waiting:
        each = waiting.pop()
        if libc.inotify_add_watch(descriptor, each, _MASK) < 0:
            raise SystemExit(f"bench: {os.strerror(ctypes.get_errno())}: inotify_add_watch")
        with os.scandir(each) as entries:
            waiting += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    os.close(descriptor)


def _observed(share: Share, directories: int) -> tuple[float, float]:
    """Start to watch; return the observer's processor time until all is watched, and by clock."""
    observer = Observer()
    began, own = time.monotonic(), time.process_time()
    observer.start([share])
    watched = 0
    while watched < directories and observer.is_alive:
        select.select([observer], [], [], 60)
        watched = max(
            (hint.directory_count for hint in observer.read() if isinstance(hint, Watched)),
            default=watched,
        )
    by_clock, spent = time.monotonic() - began, time.process_time() - own
    spent += tree_seconds(os.getpid()) - sum(os.times()[:2])
    observer.stop()
    return spent, by_clock


main()

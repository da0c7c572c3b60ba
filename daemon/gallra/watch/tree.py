"""The watches of all shares, as a tree: which directory a watch stands for now.

watchdog's own recursive observer keeps whole paths, rewrites all of them when a directory is
renamed, and walks anew for each directory that appears; in a storm that walk makes the kernel's
queue overflow. So only its lowest layer is used, the reader of inotify events, and the tree is
kept here: a watch knows the watch above it and its own name, a rename changes one entry.
"""

import errno
import os
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Final

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from gallra.kernel.opening import open_directory_beneath
from gallra.watch.wire import FAILED, LIMIT, OVERFLOW, ROOT

MOST_CHANGED: Final = 100_000
"""If so many directories wait to be told, all is told at once: look everywhere."""

_DEEPEST: Final = 20_000
"""More names than any path has that is entered: a loop in the tree must not hang us."""
_IS_DIRECTORY: Final = InotifyConstants.IN_ISDIR
_APPEARED: Final = InotifyConstants.IN_CREATE | InotifyConstants.IN_MOVED_TO
_LEFT: Final = InotifyConstants.IN_MOVED_FROM
_ENDED: Final = (
    InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT
)
# What is merely read or given other attributes is not told: gallra's own tags would be among it.
_MASK: Final = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_EXCL_UNLINK
)

Share = tuple[bytes, frozenset[bytes]]
"""The root's absolute path, and the paths below it that are not watched."""
_Place = tuple[int, bytes]


class Tree:
    """All watches. One thread reads events, another asks for what changed."""

    def __init__(self, shares: Sequence[Share]) -> None:
        """Prepare for ``shares``; nothing is watched yet.

        Raises:
            OSError: The kernel gives no inotify instance.
        """
        self._shares = shares
        self._lock = threading.RLock()
        self._roots: dict[int, int] = {}
        self._places: dict[int, _Place] = {}
        self._watch_at: dict[_Place, int] = {}
        self._share_at: dict[int, int] = {}
        self._counts = dict.fromkeys(range(len(shares)), 0)
        self._changed: set[int] = set()
        self._lost: dict[tuple[int, bytes], None] = {}
        self._moving: dict[int, tuple[int, float]] = {}
        self.woken = threading.Event()
        self._inotify = _Reader(self.woken)
        self.overflown_at: float | None = None

    def start(self) -> None:
        """Begin to read events, in a thread of its own."""
        self._inotify.start()

    def is_alive(self) -> bool:
        """Tell whether events are being read."""
        return self._inotify.is_alive()

    def watch_all(self) -> None:
        """Set a watch on every directory that has none; those that have one keep it.

        What changes while this goes on may be missed: whoever calls it must afterwards say
        that everything is to be looked at.
        """
        for share, (root, _) in enumerate(self._shares):
            try:
                descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except OSError:
                self._lose(share, ROOT)
                continue
            try:
                self._watch_tree(descriptor, share, [(-1 - share, b"")], is_whole=True)
            finally:
                os.close(descriptor)
        with self._lock:
            self._changed.clear()

    def counts(self) -> dict[int, int]:
        """Return how many directories of each share there is a watch on."""
        with self._lock:
            return dict(self._counts)

    def taken(self) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
        """Return, once, the directories that changed and the shares that lost events.

        Returns:
            Share and path below it for each directory; share and reason for each loss.
        """
        with self._lock:
            watches, self._changed = self._changed, set()
            if len(watches) > MOST_CHANGED:
                self.lose_all(OVERFLOW)
                watches = set()
            lost = list(self._lost)
            self._lost.clear()
            places = (self._path_of(watch) for watch in watches)
            return [place for place in places if place is not None], lost

    def lose_all(self, reason: bytes) -> None:
        """Note that events of every share may have been missed."""
        for share in range(len(self._shares)):
            self._lose(share, reason)

    def has_moving(self) -> bool:
        """Tell whether a directory left its place and did not yet appear at another."""
        return bool(self._moving)

    def forget_moved_out(self, after_seconds: float) -> None:
        """Take the watches off directories that left their share."""
        latest = time.monotonic() - after_seconds
        with self._lock:
            for cookie, (watch, at) in list(self._moving.items()):
                if at <= latest:
                    del self._moving[cookie]
                    self._forget_tree(watch)

    # What the reader of events calls, in its own thread.

    def on_event(self, event: InotifyEvent) -> None:
        """Note in which directory something happened; follow directories that come and go."""
        watch, mask = event.wd, event.mask
        with self._lock:
            if watch not in self._places:
                return
            self._changed.add(watch)
            if mask & _IS_DIRECTORY:
                if mask & _LEFT:
                    self._note_leaving(watch, event.name, event.cookie)
                elif mask & _APPEARED:
                    self._moving.pop(event.cookie, None)
                    self._note_appearing(watch, event.name)
            if mask & _ENDED and watch in self._roots:
                self._lose(self._roots[watch], ROOT)
        self.woken.set()

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        """Forget a watch that ended with its directory."""
        with self._lock:
            if wd in self._roots:
                self._lose(self._roots[wd], ROOT)
            self._forget(wd)
        self.woken.set()

    def on_queue_overflow(self) -> None:
        """Note that the kernel dropped events."""
        self.overflown_at = time.monotonic()
        self.woken.set()

    def _note_appearing(self, parent: int, name: bytes) -> None:
        share = self._share_at[parent]
        try:
            descriptor = os.open(
                self._shares[share][0], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            )
        except OSError:
            self._lose(share, ROOT)
            return
        try:
            self._watch_tree(descriptor, share, [(parent, name)], is_whole=False)
        finally:
            os.close(descriptor)

    def _note_leaving(self, parent: int, name: bytes, cookie: int) -> None:
        watch = self._watch_at.get((parent, name))
        if watch is not None:
            self._moving[cookie] = (watch, time.monotonic())

    def _watch_tree(self, root: int, share: int, waiting: list[_Place], *, is_whole: bool) -> None:
        """Watch directories and what is below them.

        A directory that has a watch already was walked when it got it, and what appeared in it
        since has made events: it is not walked again, unless events were lost.
        """
        while waiting:
            parent, name = waiting.pop()
            with self._lock:
                watch, is_new, descriptor = self._watch(root, share, parent, name)
                if watch is None or descriptor is None:
                    continue
                try:
                    if is_new or is_whole:
                        waiting.extend((watch, each) for each in _directories_in(descriptor))
                finally:
                    os.close(descriptor)

    def _watch(
        self, root: int, share: int, parent: int, name: bytes
    ) -> tuple[int | None, bool, int | None]:
        above = (share, b"") if parent < 0 else self._path_of(parent)
        if above is None:
            return None, False, None
        path = above[1] + b"/" + name if above[1] else name
        if path in self._shares[share][1]:
            return None, False, None
        try:
            descriptor = open_directory_beneath(root, path)
        except OSError:
            return None, False, None  # vanished, a mount, unreadable: the scan tells which
        try:
            # By its descriptor: no link can be put in the way, and no path is too long.
            watch = self._inotify.add_callback(
                b"/proc/self/fd/%d" % descriptor, _MASK, self, CallbackId(id(self))
            )
        except OSError as error:
            os.close(descriptor)
            self._lose(share, LIMIT if error.errno == errno.ENOSPC else FAILED)
            return None, False, None
        if watch < 0:  # watchdog lets EACCES pass
            os.close(descriptor)
            return None, False, None
        is_new = self._set_place(watch, share, (parent, name))
        return watch, is_new, descriptor

    def _set_place(self, watch: int, share: int, place: _Place) -> bool:
        before = self._places.get(watch)
        if before == place:
            return False
        if before is not None:
            if self._watch_at.get(before) == watch:
                del self._watch_at[before]
            self._counts[self._share_at[watch]] -= 1
        self._places[watch] = place
        self._watch_at[place] = watch
        self._share_at[watch] = share
        self._counts[share] += 1
        if place[0] < 0:
            self._roots[watch] = share
        self._changed.add(watch)
        return before is None

    def _path_of(self, watch: int) -> tuple[int, bytes] | None:
        names: list[bytes] = []
        while watch >= 0:
            place = self._places.get(watch)
            if place is None or len(names) > _DEEPEST:
                return None
            watch, name = place
            if name:
                names.append(name)
        names.reverse()
        return -1 - watch, b"/".join(names)

    def _forget_tree(self, top: int) -> None:
        below = {top}
        # A watch may stand in the table before the one above it: look until nothing is added.
        while True:
            found = {
                watch
                for watch, (parent, _) in self._places.items()
                if parent in below and watch not in below
            }
            if not found:
                break
            below |= found
        self._inotify.remove_callbacks(
            [(WatchDescriptor(watch), CallbackId(id(self))) for watch in below]
        )
        for watch in below:
            self._forget(watch)

    def _forget(self, watch: int) -> None:
        place = self._places.pop(watch, None)
        if place is None:
            return
        if self._watch_at.get(place) == watch:
            del self._watch_at[place]
        self._counts[self._share_at.pop(watch)] -= 1
        self._roots.pop(watch, None)
        self._changed.discard(watch)

    def _lose(self, share: int, reason: bytes) -> None:
        self._lost[share, reason] = None
        self.woken.set()


class _Reader(InotifyFD):
    """Reads events; when it ends, for whatever reason, somebody is woken."""

    def __init__(self, woken: threading.Event) -> None:
        super().__init__()
        self._woken = woken

    def run(self) -> None:
        try:
            super().run()
        finally:
            self._woken.set()


def _directories_in(descriptor: int) -> Iterable[bytes]:
    try:
        with os.scandir(descriptor) as entries:
            return [
                os.fsencode(entry.name) for entry in entries if entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []

"""The daemon's side of the observing process: starts it, reads its hints, notices its death."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gallra.kernel.filesystems import remote_kind
from gallra.model.message import Message, said
from gallra.model.share import Share
from gallra.store.catalogue import Catalogue
from gallra.watch import wire
from gallra.watch.exclusion import excluded_below
from gallra.watch.wire import (
    LIMIT,
    OVERFLOW,
    ROOT,
    Frame,
    count_in,
    framed,
    frames_in,
)

_READ_BYTES: Final = 1 << 20
_STOP_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something happened in a directory."""

    share: str
    directory: bytes
    """Relative to the share; ``b""`` is its root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Events of a share were, or may have been, missed: all of it is to be looked through."""

    share: str
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """From now on a share is watched: all of it is to be looked through, for what came before.

    Nothing was lost: before, nobody had promised to see it.
    """

    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwatched:
    """A share is not watched, and cannot be: scans alone find what changes, from now on.

    Nothing was lost either: nobody had promised to see it.
    """

    share: str
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How many directories of a share there is a watch on now."""

    share: str
    directory_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remounted:
    """Something was mounted or unmounted at a share, above it or in it."""

    share: str


Hint = Notice | Lost | Begun | Unwatched | Watched | Remounted


class Observer:
    """Watches shares by a process of its own. Its hints may be late, doubled or missing."""

    def __init__(self, *, excluded: Iterable[bytes] = ()) -> None:
        """Prepare; ``excluded`` are absolute directories that are never watched."""
        self._excluded = tuple(excluded)
        self._process: subprocess.Popen[bytes] | None = None
        self._shares: tuple[Share, ...] = ()
        self._buffer = bytearray()
        self._waiting: list[Hint] = []
        self._begun: set[str] = set()

    @property
    def is_alive(self) -> bool:
        """Whether somebody watches."""
        return self._process is not None

    @property
    def is_wanted(self) -> bool:
        """Whether there is a share that somebody should watch."""
        return bool(self._shares)

    def start(self, shares: Sequence[Share], *, excluded: Iterable[bytes] = ()) -> None:
        """Begin to watch, after an earlier observer has been stopped.

        Returns at once. Setting the watches takes a while, seconds for 50,000 directories; when
        a share has all of them its first :class:`Watched` comes, and with it :class:`Begun`.
        A share on a filesystem that other machines write to is not watched, only scanned.

        Args:
            shares: Those that are there; what lies in a share within another is told of the
                inner one.
            excluded: Absolute directories that are not watched, beside those of the observer's
                own and the quarantines: such as shares that are not there now.
        """
        self.stop()
        self._shares = tuple(share for share in shares if self._is_watchable(share))
        self._begun = set()
        if not self._shares:
            return
        own = {*self._excluded, *excluded}
        own.update(path for share in shares for path in (share.path, share.quarantine))
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
                [sys.executable, "-S", "-m", "gallra.watch.observing", str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Its complaints could only be file names; what counts, it tells in frames.
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except OSError:
            self._lose_all(said("the observer could not be started"))
            return
        self._process = process
        if process.stdin is not None and process.stdout is not None:
            with contextlib.suppress(BrokenPipeError), process.stdin as channel:
                for number, share in enumerate(self._shares):
                    below = sorted(excluded_below(share.path, own))
                    payload = b"\0".join([share.path, *below])
                    channel.write(framed(Frame(0, number, payload)))
            os.set_blocking(process.stdout.fileno(), False)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when there is something to read.

        Raises:
            ValueError: Nobody watches.
        """
        if self._process is None or self._process.stdout is None:
            message = "nobody watches"
            raise ValueError(message)
        return self._process.stdout.fileno()

    def read(self) -> list[Hint]:
        """Return what is known by now, without waiting.

        Should the process have died, every share is :class:`Lost`, once; then
        :attr:`is_alive` is false until :meth:`start`.
        """
        process = self._process
        if process is not None and process.stdout is not None:
            while True:
                try:
                    some = os.read(process.stdout.fileno(), _READ_BYTES)
                except BlockingIOError:
                    break
                if not some:
                    self._note_frames()
                    self.stop()
                    self._lose_all(said("the observer ended unexpectedly"))
                    break
                self._buffer += some
            self._note_frames()
        hints, self._waiting = self._waiting, []
        return hints

    def stop(self) -> None:
        """End the process, if there is one, and wait for it."""
        process, self._process = self._process, None
        self._buffer.clear()
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _is_watchable(self, share: Share) -> bool:
        try:
            kind = remote_kind(share.path)
        except OSError:
            return False  # missing: the scan says so, and a later start tries again
        if kind is None:
            return True
        self._waiting.append(
            Unwatched(
                share=share.name,
                reason=said(
                    "the share {share} lies on a filesystem of the kind {kind}, whose changes are"
                    " not told: it is scanned, not watched",
                    share=share.name,
                    kind=kind,
                ),
            )
        )
        return False

    def _note_frames(self) -> None:
        for frame in frames_in(self._buffer):
            share = self._shares[frame.share].name
            match frame.kind:
                case wire.CHANGED:
                    self._waiting.append(Notice(share=share, directory=frame.payload))
                case wire.LOST:
                    self._waiting.append(Lost(share=share, reason=_reason(frame.payload)))
                case _:
                    self._note_watched(share, count_in(frame.payload))

    def _note_watched(self, share: str, count: int) -> None:
        self._waiting.append(Watched(share=share, directory_count=count))
        if share not in self._begun:
            self._begun.add(share)
            self._waiting.append(Begun(share=share))

    def _lose_all(self, reason: Message) -> None:
        self._waiting.extend(Lost(share=share.name, reason=reason) for share in self._shares)


def note_hints(catalogue: Catalogue, hints: Iterable[Hint], at: datetime) -> None:
    """Write into the catalogue what hints say is to be looked at."""
    directories: dict[str, set[bytes]] = {}
    for hint in hints:
        match hint:
            case Notice():
                directories.setdefault(hint.share, set()).add(hint.directory)
            case Lost():
                catalogue.note_events_lost(hint.share, at, hint.reason)
            case Begun() | Remounted():
                catalogue.mark_share_dirty(hint.share, at)
            case Unwatched():
                catalogue.note_watched(hint.share, 0)
                catalogue.mark_share_dirty(hint.share, at)
            case Watched():
                catalogue.note_watched(hint.share, hint.directory_count)
    for share, paths in directories.items():
        catalogue.mark_dirty(share, paths, at)


def _reason(code: bytes) -> Message:
    if code == OVERFLOW:
        return said("more happened than the kernel keeps: see fs.inotify.max_queued_events")
    if code == LIMIT:
        return said(
            "there are more directories than may be watched: raise fs.inotify.max_user_watches"
        )
    if code == ROOT:
        return said("the share's root went away or was moved")
    return said("the observer failed")

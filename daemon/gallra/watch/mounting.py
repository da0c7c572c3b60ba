"""What is mounted and unmounted at a share, above it and in it, as soon as it happens."""

import contextlib
import os
import select
from collections.abc import Iterable, Sequence
from typing import Final

from gallra.kernel.mounts import Mount, mounts
from gallra.model.share import Share

_TABLE: Final = "/proc/self/mountinfo"


class Mounting:
    """Notices that other filesystems lie at shares than before; see proc(5) on mountinfo."""

    def __init__(self) -> None:
        """Open the kernel's table; where it has none, :attr:`descriptor` is -1."""
        self.descriptor = -1
        """Readable when something was mounted or unmounted, anywhere."""
        self._table = -1
        self._events: select.epoll | None = None
        self._paths: dict[str, bytes] = {}
        self._known: dict[str, frozenset[tuple[int, bytes]]] = {}
        with contextlib.suppress(OSError):
            self._table = os.open(_TABLE, os.O_RDONLY | os.O_CLOEXEC)
            self._events = select.epoll()
            # A table can always be read: that it changed is told as an exception alone.
            self._events.register(self._table, select.EPOLLPRI)
            self.descriptor = self._events.fileno()

    def follow(self, shares: Sequence[Share]) -> None:
        """Take for known what is mounted now at each of ``shares``."""
        self._paths = {share.name: os.path.abspath(share.path) for share in shares}
        self._known = self._found()

    def changed(self) -> tuple[str, ...]:
        """Return the shares at which something else is mounted than when this was last asked."""
        if self._events is None or not self._events.poll(0):
            return ()
        before, self._known = self._known, self._found()
        return tuple(name for name, found in self._known.items() if before.get(name) != found)

    def close(self) -> None:
        """Notice nothing any more."""
        if self._events is not None:
            self._events.close()
        if self._table >= 0:
            os.close(self._table)
        self.descriptor, self._table, self._events = -1, -1, None

    def _found(self) -> dict[str, frozenset[tuple[int, bytes]]]:
        table = mounts()
        return {name: frozenset(_at(path, table)) for name, path in self._paths.items()}


def _at(path: bytes, table: Iterable[Mount]) -> Iterable[tuple[int, bytes]]:
    """Return the mounts that ``path`` lies in, one upon another, and those that lie in it."""
    top = path.rstrip(b"/") + b"/"
    for mount in table:
        at = mount.at.rstrip(b"/") + b"/"
        if top.startswith(at) or at.startswith(top):
            yield mount.number, mount.at

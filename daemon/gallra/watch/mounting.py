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
        self._tables: list[int] = []
        self._events: select.epoll | None = None
        self._asked = select.poll()
        self._paths: dict[str, bytes] = {}
        self._known: dict[str, frozenset[tuple[int, bytes]]] = {}
        with contextlib.suppress(OSError):
            # Each opening of the table tells of a change once, to whoever asks first: one is for
            # being woken, the other for asking what woke us.
            self._tables += (os.open(_TABLE, os.O_RDONLY | os.O_CLOEXEC) for _ in range(2))
            self._events = select.epoll()
            # A table can always be read: that it changed is told as an exception alone.
            self._events.register(self._tables[0], select.EPOLLPRI)
            self._asked.register(self._tables[1], select.POLLPRI)
            self.descriptor = self._events.fileno()

    def follow(self, shares: Sequence[Share]) -> None:
        """Take for known what is mounted now at each of ``shares``."""
        self._paths = {share.name: os.path.abspath(share.path) for share in shares}
        self._known = self._found()

    def changed(self) -> tuple[str, ...]:
        """Return the shares at which something else is mounted than when this was last asked."""
        if self.descriptor < 0 or not self._asked.poll(0):
            return ()
        before, self._known = self._known, self._found()
        return tuple(name for name, found in self._known.items() if before.get(name) != found)

    def close(self) -> None:
        """Notice nothing any more."""
        if self._events is not None:
            self._events.close()
        for table in self._tables:
            os.close(table)
        self.descriptor, self._events = -1, None
        self._tables.clear()

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

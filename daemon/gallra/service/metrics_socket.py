"""The metrics socket: answers one request per connection, and waits for nobody.

It lives in the daemon's own loop. Every call is non-blocking; who asks too much, too slowly or
for something else is dropped, and never holds up the work.
"""

import contextlib
import os
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gallra.service import clock
from gallra.store.outbox import clear_socket

SOCKET = "metrics.sock"
PATIENCE_SECONDS = 5.0
"""From connecting to the last byte of the answer."""
LONGEST_REQUEST_BYTES = 8192
MOST_CALLERS = 8
"""One more, and the one who has been there longest has to leave."""
_MODE = 0o660
_END = b"\r\n\r\n"

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PLAIN = "text/plain; version=0.0.4; charset=utf-8"

Answer = Callable[[bool], bytes]
"""Given whether OpenMetrics is wanted (else the older text), returns the figures."""


@dataclass(slots=True, eq=False)
class Caller:
    """One connection."""

    door: socket.socket
    until_seconds: float
    request: bytearray = field(default_factory=bytearray)
    answer: memoryview | None = None


class MetricsSocket:
    """A unix socket in a selector that others use too; its keys carry this object or a Caller."""

    def __init__(self, selector: selectors.BaseSelector, answer: Answer) -> None:
        """Be closed; see :meth:`open`."""
        self._selector = selector
        self._answer = answer
        self._door: socket.socket | None = None
        self._path: Path | None = None
        self._callers: list[Caller] = []

    @property
    def is_busy(self) -> bool:
        """Whether somebody is connected, so that :meth:`tend` is to be called every second."""
        return bool(self._callers)

    def open(self, path: Path) -> None:
        """Listen at ``path``, which only this user and its group may connect to.

        Raises:
            OSError: If that cannot be.
        """
        clear_socket(path)
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            door.settimeout(0)
            # A name for the folder that is short whatever its path: an address takes 107 bytes.
            door.bind(f"/proc/self/fd/{folder}/{path.name}")
            os.chmod(path, _MODE)
            door.listen(MOST_CALLERS)
        except OSError:
            door.close()
            raise
        finally:
            os.close(folder)
        self._door, self._path = door, path
        self._selector.register(door, selectors.EVENT_READ, self)

    def close(self) -> None:
        """Drop everybody, and take the socket away."""
        for caller in tuple(self._callers):
            self._drop(caller)
        if self._door is not None:
            self._selector.unregister(self._door)
            self._door.close()
            self._door = None
        if self._path is not None:
            with contextlib.suppress(OSError):  # the folder may be gone by now
                clear_socket(self._path)
            self._path = None

    def serve(self, caller: "Caller | MetricsSocket") -> None:
        """Do what can be done at once for what a key of the selector carries."""
        if not isinstance(caller, Caller):
            self._accept()
            return
        try:
            if caller.answer is None:
                self._read(caller)
            else:
                self._write(caller)
        except BlockingIOError:
            return
        except OSError:
            self._drop(caller)  # they have left

    def tend(self) -> None:
        """Drop those whose time is up."""
        now = clock.steady_seconds()
        for caller in tuple(self._callers):
            if now >= caller.until_seconds:
                self._drop(caller)

    def _accept(self) -> None:
        if self._door is None:
            return
        try:
            door, _ = self._door.accept()
        except OSError:
            return  # they have left again, or there are no descriptors: the next turn tries
        door.settimeout(0)
        if len(self._callers) >= MOST_CALLERS:
            self._drop(self._callers[0])
        caller = Caller(door=door, until_seconds=clock.steady_seconds() + PATIENCE_SECONDS)
        self._callers.append(caller)
        self._selector.register(door, selectors.EVENT_READ, caller)

    def _read(self, caller: Caller) -> None:
        received = caller.door.recv(LONGEST_REQUEST_BYTES)
        caller.request += received
        if not received or len(caller.request) > LONGEST_REQUEST_BYTES:
            self._drop(caller)
            return
        if _END not in caller.request.replace(b"\n\n", _END):
            return
        caller.answer = memoryview(self._answered(bytes(caller.request)))
        self._selector.modify(caller.door, selectors.EVENT_WRITE, caller)

    def _write(self, caller: Caller) -> None:
        if caller.answer is None:
            return
        caller.answer = caller.answer[caller.door.send(caller.answer) :]
        if not caller.answer:
            self._drop(caller)

    def _answered(self, request: bytes) -> bytes:
        line, _, headers = request.decode("latin-1").partition("\n")
        method, _, rest = line.strip().partition(" ")
        place, _, protocol = rest.partition(" ")
        if not protocol.startswith("HTTP/1."):
            return _response("400 Bad Request", "text/plain", b"")
        if method != "GET":
            return _response("405 Method Not Allowed", "text/plain", b"")
        if place.partition("?")[0] != "/metrics":
            return _response("404 Not Found", "text/plain", b"GET /metrics\n")
        is_openmetrics = _wants_openmetrics(headers)
        content = self._answer(is_openmetrics)
        return _response("200 OK", OPENMETRICS if is_openmetrics else PLAIN, content)

    def _drop(self, caller: Caller) -> None:
        self._callers.remove(caller)
        self._selector.unregister(caller.door)
        caller.door.close()


def _wants_openmetrics(headers: str) -> bool:
    """Tell which form is asked for; whoever does not say gets OpenMetrics."""
    for header in headers.lower().splitlines():
        name, _, value = header.partition(":")
        if name.strip() == "accept" and "text/plain" in value:
            return "application/openmetrics-text" in value
    return True


def _response(status: str, kind: str, content: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + content

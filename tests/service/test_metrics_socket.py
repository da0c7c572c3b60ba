"""The metrics socket answers those who ask, and outlives those who do something else."""

import contextlib
import os
import selectors
import socket
import stat

import pytest

from gallra.service import clock, metrics_socket
from gallra.service.metrics_socket import (
    LONGEST_REQUEST_BYTES,
    MOST_CALLERS,
    PATIENCE_SECONDS,
    MetricsSocket,
)

REQUEST = b"GET /metrics HTTP/1.1\r\nHost: gallra\r\n\r\n"


class Listening:
    """A socket in a loop that a test turns by hand."""

    def __init__(self, path, content=b"gallra_files 1.0\n# EOF\n"):
        self.path = path
        self.content = content
        self.asked = []
        self.selector = selectors.DefaultSelector()
        self.socket = MetricsSocket(self.selector, self._answer)
        self.socket.open(path)

    def _answer(self, is_openmetrics):
        self.asked.append(is_openmetrics)
        return self.content

    def call(self, said=b""):
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        folder = os.open(self.path.parent, os.O_PATH)
        door.connect(f"/proc/self/fd/{folder}/{self.path.name}")
        os.close(folder)
        door.settimeout(60)
        if said:
            door.sendall(said)
        self.turn()
        return door

    def turn(self):
        """Do all that can be done at once; a hundred steps are more than any test needs."""
        for _ in range(100):
            ready = self.selector.select(0)
            if not ready:
                return
            for key, _ in ready:
                self.socket.serve(key.data)

    def heard(self, door):
        """Return everything up to the end of the connection."""
        found = b""
        while True:
            self.turn()
            try:
                received = door.recv(1 << 20)
            except ConnectionResetError:
                return found
            if not received:
                return found
            found += received

    @property
    def caller_count(self):
        return len(self.socket._callers)


@pytest.fixture
def listening(tmp_path):
    found = Listening(tmp_path / "metrics.sock")
    yield found
    found.socket.close()
    found.selector.close()


@pytest.fixture
def later(monkeypatch):
    """Move the clock of time-outs on."""
    ahead = [0.0]
    steady = clock.steady_seconds
    monkeypatch.setattr(metrics_socket.clock, "steady_seconds", lambda: steady() + ahead[0])

    def move(seconds):
        ahead[0] += seconds

    return move


def test_who_asks_is_answered_and_the_connection_ends(listening):
    with listening.call(REQUEST) as door:
        head, _, body = listening.heard(door).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text")
    assert f"Content-Length: {len(listening.content)}".encode() in head
    assert body == listening.content
    assert not listening.socket.is_busy


@pytest.mark.parametrize(
    ("accept", "is_openmetrics"),
    [
        (b"*/*", True),
        (b"application/openmetrics-text; version=1.0.0,text/plain;q=0.5", True),
        (b"text/plain;version=0.0.4", False),
    ],
)
def test_each_gets_the_form_that_it_accepts(listening, accept, is_openmetrics):
    with listening.call(b"GET /metrics HTTP/1.0\nAccept: " + accept + b"\n\n") as door:
        heard = listening.heard(door)

    assert heard.startswith(b"HTTP/1.1 200")
    assert listening.asked == [is_openmetrics]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /metrics/../secret HTTP/1.1\r\n\r\n", b"404"),
        (b"\x16\x03\x01\x02\x00\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
        (b"GET\r\n\r\n", b"400"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_gathered(listening, request_, status):
    with listening.call(request_) as door:
        assert listening.heard(door).split()[1] == status

    assert listening.asked == []


def test_a_request_that_comes_byte_by_byte_is_answered(listening):
    with listening.call() as door:
        for index in range(len(REQUEST)):
            door.sendall(REQUEST[index : index + 1])
            listening.turn()
        assert listening.heard(door).startswith(b"HTTP/1.1 200")


def test_who_says_nothing_is_dropped_when_patience_ends(listening, later):
    with listening.call() as door:
        listening.socket.tend()
        assert listening.caller_count == 1

        later(PATIENCE_SECONDS + 1)
        listening.socket.tend()

        assert listening.caller_count == 0
        assert listening.heard(door) == b""


def test_who_does_not_read_the_answer_holds_up_nobody(listening, later):
    listening.content = b"x" * 8_000_000
    with listening.call(REQUEST), listening.call(REQUEST) as eager:
        assert len(listening.heard(eager)) > 8_000_000  # while the first reads nothing
        assert listening.caller_count == 1

        later(PATIENCE_SECONDS + 1)
        listening.socket.tend()

        assert listening.caller_count == 0


def test_a_request_without_end_is_cut_off(listening):
    with listening.call() as door:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(3):
                door.sendall(b"A" * LONGEST_REQUEST_BYTES)
                listening.turn()

        assert listening.caller_count == 0
        assert listening.asked == []


def test_a_crowd_that_says_nothing_does_not_keep_out_who_asks(listening):
    with contextlib.ExitStack() as crowd:
        for _ in range(5 * MOST_CALLERS):
            crowd.enter_context(listening.call())
        assert listening.caller_count == MOST_CALLERS

        with listening.call(REQUEST) as door:
            assert listening.heard(door).startswith(b"HTTP/1.1 200")


def test_who_leaves_in_the_middle_is_forgotten(listening):
    for said in (b"", b"GET /met", REQUEST):
        door = listening.call(said)
        door.close()
        listening.turn()

    assert listening.caller_count == 0


def test_who_leaves_with_the_answer_half_read_is_forgotten(listening):
    listening.content = b"x" * 8_000_000
    door = listening.call(REQUEST)
    door.recv(1000)
    door.close()
    listening.turn()

    assert listening.caller_count == 0


def test_only_the_user_and_its_group_may_connect(listening):
    assert stat.S_IMODE(listening.path.stat().st_mode) == 0o660


def test_a_socket_that_a_killed_daemon_left_is_replaced(tmp_path):
    path = tmp_path / "metrics.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(path))
    again = Listening(path)
    with again.call(REQUEST) as door:
        assert again.heard(door).startswith(b"HTTP/1.1 200")
    again.socket.close()
    again.selector.close()

    assert not path.exists()


def test_a_file_in_its_place_is_left_alone(tmp_path):
    path = tmp_path / "metrics.sock"
    path.write_text("somebody's")
    door = MetricsSocket(selectors.DefaultSelector(), lambda _: b"")

    with pytest.raises(OSError, match="in use"):
        door.open(path)

    door.close()
    assert path.read_text() == "somebody's"


def test_a_state_folder_with_a_long_path_has_one_too(tmp_path):
    folder = tmp_path / ("d" * 100) / ("e" * 100)
    folder.mkdir(parents=True)
    far = Listening(folder / "metrics.sock")
    with far.call(REQUEST) as door:
        assert far.heard(door).startswith(b"HTTP/1.1 200")
    far.socket.close()
    far.selector.close()

"""Workers die, hang and talk nonsense; each costs one file, and leaves nothing behind."""

import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest

from gallra.model.passage import Outcome
from gallra.service import pool as pool_module


def reason_of(finished):
    (report,) = finished.reports
    assert report.address == ""
    assert report.outcome is Outcome.UNREADABLE
    assert finished.is_lost
    return report.reason.in_english()


def whole(finished):
    assert not finished.is_lost
    return [report.outcome for report in finished.reports]


@pytest.fixture
def fake_worker(monkeypatch, tmp_path):
    """Have every worker be a program of a few lines instead of the real one."""

    def become(lines):
        program = tmp_path / "worker.sh"
        script = tmp_path / "worker.py"
        script.write_text(
            "import os, socket, struct, sys, time\n"
            "door = socket.socket(fileno=int(sys.argv[-1]))\n"
            "def say(body): door.sendall(struct.pack('!I', len(body)) + body)\n"
            + textwrap.dedent(lines),
            "utf-8",
        )
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', "utf-8")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))

    return become


READY = """
door.recv(1 << 16)
say(b'{"type":"Ready","complaints":[]}')
socket.recv_fds(door, 1 << 16, 1)
"""


def test_a_reader_that_is_killed_costs_its_file_alone(readers):
    readers.submit_long()
    readers.submit("after.txt", b"Hej\n")
    first = readers.worker_at_work()

    os.kill(first, signal.SIGKILL)
    found = readers.ended(2)

    assert "SIGKILL" in reason_of(found["long.mbox"])
    assert whole(found["after.txt"]) == [Outcome.READ]
    assert first not in readers.pool.process_ids


def test_a_reader_that_falls_silent_is_ended(readers, monkeypatch):
    readers.submit_long()
    readers.submit("after.txt", b"Hej\n")
    first = readers.worker_at_work()

    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr(readers.pool, "_silence_seconds", 0.2)
    found = readers.ended(1)
    monkeypatch.setattr(readers.pool, "_silence_seconds", 60.0)

    assert "was stopped after" in reason_of(found["long.mbox"])
    found |= {} if "after.txt" in found else readers.ended(1)
    assert whole(found["after.txt"]) == [Outcome.READ]
    assert not Path(f"/proc/{first}").exists()


@pytest.mark.parametrize(
    "answer",
    [
        "say(b'no json')",
        "say(b'{}')",
        "say(b'[' * 100000)",
        """say(b'{"type":"Done","content_seconds":0,"detect_seconds":0}')""",
        """say(b'{"type":"Reports","parts":[{"address":""}]}')""",
        "door.sendall(bytes([255]) * 8)",
        """say(b'{"type":"Job","name":"x"}')""",
        "say(bytes([0xff, 0xfe]))",
    ],
)
def test_an_answer_that_makes_no_sense_is_taken_for_nothing(readers, fake_worker, answer):
    fake_worker(READY + answer + "\ntime.sleep(60)\n")
    readers.submit("a.txt", b"Hej\n")

    assert "makes no sense" in reason_of(readers.ended()["a.txt"])


def test_a_reader_that_never_stops_talking_is_ended(readers, fake_worker, monkeypatch):
    monkeypatch.setattr(pool_module, "FILE_BYTES", 1_000_000)
    part = '{"address":"","kind":"text","outcome":"read in full"}'
    fake_worker(f"""{READY}\nwhile True: say(b'{{"type":"Reports","parts":[{part}]}}')\n""")
    readers.submit("a.txt", b"Hej\n")

    assert "makes no sense" in reason_of(readers.ended()["a.txt"])


def test_after_three_readers_that_cannot_start_every_file_that_waits_is_told_so(
    readers, fake_worker, tmp_path
):
    starts = tmp_path / "starts"
    fake_worker(f"open({str(starts)!r}, 'a').write('x')\nsys.exit(3)\n")
    for name in ("a.txt", "b.txt", "c.txt"):
        readers.submit(name, b"Hej\n")

    found = readers.ended(3)

    for finished in found.values():
        assert "ended" in reason_of(finished)
    assert len(starts.read_text("ascii")) == 3
    assert readers.pool.process_ids == ()
    assert readers.pool.busy_count == 0


def test_a_reader_that_does_not_get_ready_is_ended(readers, fake_worker, monkeypatch):
    monkeypatch.setattr(pool_module, "START_SECONDS", 0.3)
    fake_worker("time.sleep(60)\n")
    readers.submit("a.txt", b"Hej\n")

    assert "did not start in time" in reason_of(readers.ended()["a.txt"])


def test_nothing_is_left_open_and_no_child_remains(readers):
    before = _open_files()

    for number in range(50):
        readers.submit(f"{number}.txt", b"Anna Andersson 19900118-9811\n")
    found = readers.ended(50)
    pids = readers.pool.process_ids

    assert all(whole(each) == [Outcome.READ] for each in found.values())
    readers.pool.close()
    assert _open_files() == before
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert _zombies() == set()
    readers.submit("again.txt", b"Hej\n")
    assert whole(readers.ended()["again.txt"]) == [Outcome.READ]


def test_what_waits_or_is_read_when_the_pool_closes_is_let_go_of(readers):
    before = _open_files()
    readers.submit_long()
    readers.submit("after.txt", b"Hej\n")
    readers.worker_at_work()

    readers.pool.close()

    assert _open_files() == before
    assert readers.pool.busy_count == 0
    assert _zombies() == set()


def test_dead_readers_leave_nothing_open_either(readers, fake_worker):
    before = _open_files()
    fake_worker(READY + "os.kill(os.getpid(), 9)\n")
    for number in range(5):
        readers.submit(f"{number}.txt", b"Hej\n")

    found = readers.ended(5)

    assert all("SIGKILL" in reason_of(each) for each in found.values())
    readers.pool.close()
    assert _open_files() == before
    assert _zombies() == set()


def _open_files():
    return len(os.listdir("/proc/self/fd"))


def _zombies():
    """Return the children of this process that nobody has waited for."""
    found = set()
    for thread in Path("/proc/self/task").iterdir():
        for child in (thread / "children").read_text("ascii").split():
            state = Path(f"/proc/{child}/stat").read_text("ascii").rpartition(") ")[2][0]
            if state == "Z":
                found.add(int(child))
    return found

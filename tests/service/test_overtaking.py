"""A slow document keeps nobody waiting but itself, however few readers there are."""

import ctypes
import os
import platform
import signal
import sys
from pathlib import Path

import pytest

from gallra.model.passage import Outcome
from gallra.model.retention import ReadingLimits
from gallra.rules.loading import parse
from gallra.service import cycle as cycle_module
from gallra.service import pool as pool_module
from gallra.service.cycle import run_cycle
from gallra.service.house import House
from gallra.service.pool import Pool

SLOW = """
import os, signal, time
from gallra.service import worker
read = worker.read
released = []
signal.signal(signal.SIGUSR1, lambda *_: released.append(1))
def slow(descriptor, name, **more):
    while name.startswith("slow") and not released:
        time.sleep(0.01)
    yield from read(descriptor, name, **more)
worker.read = slow
worker.main()
"""
RULES = """\
version = 1
[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"
[share.gemensam]
path = "{share}"
role = "common-area"
[reading]
processors = "{processors}"
"""


@pytest.fixture(autouse=True)
def _with_slow_files(monkeypatch):
    """Let a file whose name begins with slow take until its reader is sent SIGUSR1."""
    package = str(Path(sys.modules["gallra"].__file__ or "").parents[1])
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.setattr(pool_module, "WORKER", ("-P", "-c", SLOW))


def read_whole(finished):
    assert not finished.is_lost
    return [report.outcome for report in finished.reports] == [Outcome.READ]


def held_up(readers):
    """Wait until the readers are known to be at slow files."""
    for _ in range(1200):
        assert not readers.pool.collect(0.05)
        if readers.pool.wants_small():
            return readers.pool.process_ids
    raise AssertionError("no reader was held up")


def test_small_files_are_read_while_the_only_reader_is_at_a_slow_one(readers, monkeypatch):
    monkeypatch.setattr(pool_module, "SLOW_AFTER_SECONDS", 0.2)
    readers.submit("slow.txt", b"Hej\n")
    (slow,) = held_up(readers)
    for name in ("a.txt", "b.txt"):
        readers.submit(name, b"Hej\n")
        assert read_whole(readers.ended()[name])
    assert len(readers.pool.process_ids) == 2

    os.kill(slow, signal.SIGUSR1)
    assert read_whole(readers.ended()["slow.txt"])
    readers.submit("c.txt", b"Hej\n")
    assert read_whole(readers.ended()["c.txt"])
    assert len(readers.pool.process_ids) == 1


def test_what_takes_long_while_it_overtakes_is_put_aside_for_the_next(readers, monkeypatch):
    monkeypatch.setattr(pool_module, "SLOW_AFTER_SECONDS", 0.2)
    readers.submit("slow.txt", b"Hej\n")
    held_up(readers)
    readers.submit("slow as well.txt", b"Hej\n")
    readers.submit("a.txt", b"Hej\n")

    found = readers.ended(2)

    assert found["slow as well.txt"].is_set_aside
    assert found["slow as well.txt"].reports == ()
    assert read_whole(found["a.txt"])


def test_a_large_file_does_not_overtake(readers, monkeypatch):
    monkeypatch.setattr(pool_module, "SLOW_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(pool_module, "OVERTAKING_BYTES", 10)
    readers.submit("slow.txt", b"Hej\n")
    (slow,) = held_up(readers)
    readers.submit("large.txt", b"Hej, hej, hej\n")
    readers.submit("small.txt", b"Hej\n")
    assert set(readers.ended()) == {"small.txt"}
    os.kill(slow, signal.SIGUSR1)
    assert set(readers.ended(2)) == {"slow.txt", "large.txt"}


def test_a_cycle_with_one_reader_reads_all_others_before_a_slow_file_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(pool_module, "SLOW_AFTER_SECONDS", 3.0)
    share = tmp_path / "share"
    share.mkdir()
    names = ["slow.txt", *(f"{number}.txt" for number in range(6))]
    for name in names:
        (share / name).write_text("Hej", "utf-8")
        os.utime(share / name, (1_700_000_000, 1_700_000_000))
    (tmp_path / "rules.toml").write_text(RULES.format(share=share, processors="1 %"), "utf-8")
    pools, read = [], []

    class Noted(Pool):
        def __init__(self, **more):
            super().__init__(**more)
            pools.append(self)

    monkeypatch.setattr(cycle_module, "Pool", Noted)

    def witness(arrival, _):
        read.append(arrival.path.decode())
        if len(read) == len(names) - 1:
            for reader in pools[0].process_ids:
                os.kill(reader, signal.SIGUSR1)

    with House.open(tmp_path / "rules.toml", tmp_path / "state") as house:
        figures = run_cycle(house, acts=False, witness=witness).figures
        assert house.catalogue.backlog_count() == 0

    assert read[-1] == "slow.txt"
    assert sorted(read) == sorted(names)
    assert (figures.file_count, figures.lost_count) == (len(names), 0)


@pytest.mark.parametrize(
    ("processors", "count", "expected"),
    [("100 %", 8, 8), ("50 %", 8, 4), ("50 %", 3, 1), ("1 %", 64, 1), ("100 %", 1, 1)],
)
def test_the_rules_say_how_many_files_are_read_at_once(processors, count, expected):
    text = RULES.format(share="/srv/share", processors=processors)
    schedule = parse(text.encode(), path="rules.toml")
    assert schedule.reading.worker_count(count) == expected
    assert ReadingLimits().worker_count(count) == count


def test_readers_step_back_and_the_daemon_does_not(readers):
    own = (os.getpriority(os.PRIO_PROCESS, 0), disk_class(0))
    readers.submit("slow.txt", b"Hej\n")
    reader = readers.worker_at_work()

    assert os.getpriority(os.PRIO_PROCESS, reader) == min(19, own[0] + 10)
    assert disk_class(reader) in {3, None}
    assert (os.getpriority(os.PRIO_PROCESS, 0), disk_class(0)) == own


def disk_class(process):
    """Ask how the disk serves a process: 3 is idle; None where the kernel cannot tell."""
    number = {"x86_64": 252, "aarch64": 31}.get(platform.machine())
    found = -1 if number is None else ctypes.CDLL(None).syscall(number, 1, process)
    return None if found < 0 else found >> 13

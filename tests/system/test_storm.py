"""A storm on the share of the running daemon: disposal goes on, and afterwards there is peace."""

import contextlib
import os
import sys
import threading
import time

import pytest

HASTY = """\
import sys
from datetime import timedelta
from gallra.cli.main import main
from gallra.service import times
times.ROUND_WHILE_BUSY = timedelta(seconds=1)
times.WORKERS_LEAVE_AFTER = timedelta(seconds=2)
sys.exit(main(sys.argv[1:]))
"""
"""The daemon as it is, but for two waits that would only make the test long."""


class Storm:
    """Names that are saved again and again, by renaming, and folders that come and go."""

    def __init__(self, share):
        self._share = share
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._rage)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()

    def _rage(self):
        turn = 0
        while not self._is_over.is_set():
            turn += 1
            folder = self._share / f"storm/m{turn % 20}"
            folder.mkdir(parents=True, exist_ok=True)
            draft = folder / f"f{turn % 200}.tmp"
            draft.write_text(f"Dagordning {turn}\n", "utf-8")
            draft.replace(folder / f"f{turn % 200}.txt")
            if not turn % 50:  # most never lie still long enough to be read: these do
                (folder / f"{turn}.txt").write_text("Dagordning\n", "utf-8")
            # As fast as a busy share, not as fast as the kernel: that would only be a test of it.
            self._is_over.wait(0.002)


@pytest.fixture
def daemon(club, start, eventually):
    found = start([sys.executable, "-c", HASTY])
    eventually(found.has_looked)
    eventually(lambda: not club.salaries.exists())
    return found


@pytest.mark.slow
def test_disposal_goes_on_and_what_the_storm_left_is_known(club, daemon, eventually):
    with Storm(club.share):
        eventually(lambda: any("storm/" in each for each in tuple(daemon.told)))
        late = club.share / "Löner/Lönelista 2016.csv"
        late.write_text("Namn;Personnummer\nAnna Andersson;19900118-9811\n", "utf-8")
        eventually(lambda: not late.exists())

    there = {os.path.relpath(path, os.fsencode(club.share)) for path in regular(club.share)}
    eventually(lambda: known(club) == there)
    eventually(lambda: club.objects("status")[0]["backlog"] == 0)
    assert club.log_holds()

    # And then it does nothing: less than a twentieth of a processor, as long as one looks.
    eventually(lambda: is_at_peace(daemon))
    assert daemon.stop() == 0


def is_at_peace(daemon):
    before, began = daemon.cpu_seconds(), time.monotonic()
    threading.Event().wait(2)
    return daemon.cpu_seconds() - before < 0.05 * (time.monotonic() - began)


def regular(share):
    for directory, _, names in os.walk(os.fsencode(share)):
        yield from (os.path.join(directory, name) for name in names)


def known(club):
    with contextlib.suppress(AssertionError):  # while it writes, a command may have to wait
        found = [
            each["path"]
            for each in club.objects("list", "--state-is", "present")
            if not each["part"]
        ]
        assert len(found) == len(set(found))
        return {os.path.relpath(os.fsencode(path), os.fsencode(club.share)) for path in found}
    return None

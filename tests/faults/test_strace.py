"""The command itself, killed by strace: what the forked ones are a short cut of."""

import os
import shutil
import subprocess
import sys

import pytest

STRACE = shutil.which("strace")

LATER = """\
import sys
from datetime import timedelta
from gallra.cli.main import main
from gallra.service import clock
now, boot, later = clock.now, clock.boot_seconds, timedelta(days=int(sys.argv[1]))
clock.now = lambda: now() + later
clock.boot_seconds = lambda: boot() + later.total_seconds()
sys.exit(main(sys.argv[2:]))
"""


def can_trace():
    """Tell whether strace is here, and may look into other processes."""
    if STRACE is None:
        return False
    return not subprocess.run([STRACE, "-qq", "-o", os.devnull, "true"], check=False).returncode


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or not allowed")


@pytest.mark.parametrize(
    ("call", "number"),
    [("renameat2", 4), ("fdatasync", 9), ("unlinkat", 2), ("pwrite64", 150), ("fsync", 7)],
)
def test_the_command_killed_under_strace_is_finished_by_the_next(one_club, call, number):
    grounds = one_club
    grounds.put_back()
    assert grounds.run()["code"] == 0
    for _ in range(2):
        grounds.run()
    wanted = grounds.final()

    grounds.put_back()
    done = subprocess.run(
        [
            STRACE, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}",
            "-e", f"inject={call}:signal=KILL:when={number}",
            sys.executable, "-c", LATER, str(grounds.days), *grounds.options, "run", "--once",
        ],
        capture_output=True,
        check=False,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == -9, done
    missing = grounds.missing()
    for _ in range(2):
        said = grounds.run()
        assert said["code"] == 0, said
    grounds.require_destroyed(missing)
    assert grounds.final() == wanted

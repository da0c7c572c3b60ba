"""The unit file by itself: its exposure, its syntax, and whether its relaxations are explained."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = (SYSTEMD / "gallra.service").read_text("utf-8")
MOST_EXPOSED = 1.0

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


@needs_systemd
def test_its_exposure_is_at_most_one():
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", SYSTEMD / "gallra.service"],
        capture_output=True,
        text=True,
        check=True,
    )
    level = re.search(r"Overall exposure level for gallra\.service: ([0-9.]+)", told.stdout)
    assert level, told.stdout
    assert float(level[1]) <= MOST_EXPOSED


@needs_systemd
def test_systemd_understands_every_line(tmp_path):
    # The program is not installed here, and whether it is there is not the question.
    unit = tmp_path / "gallra.service"
    unit.write_text(UNIT.replace("/usr/lib/gallra/venv/bin/gallra", "/bin/true"), "utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    "setting", ["ProcSubset=all", "RestrictSUIDSGID", "PrivateUsers", "setpriority"]
)
def test_what_is_relaxed_is_explained(setting):
    assert re.search(rf"^# Relaxed, {re.escape(setting)}", UNIT, re.MULTILINE)


def test_it_keeps_the_call_that_symlinks_cannot_fool():
    """RestrictSUIDSGID= makes openat2 fail with ENOSYS."""
    assert not re.search(r"^RestrictSUIDSGID=", UNIT, re.MULTILINE)

"""The unit files by themselves: exposure, syntax, and whether what is relaxed is explained."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = (SYSTEMD / "gallra.service").read_text("utf-8")
SENDER = (SYSTEMD / "gallra-notify.service").read_text("utf-8")
MOST_EXPOSED = {"gallra": 1.0, "gallra-notify": 1.3}
"""The sender has the network: half a point, and half again for what comes with it."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


@needs_systemd
@pytest.mark.parametrize("name", MOST_EXPOSED)
def test_its_exposure_is_at_most_so_much(name):
    unit = SYSTEMD / f"{name}.service"
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=True,
    )
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told.stdout)
    assert level, told.stdout
    assert float(level[1]) <= MOST_EXPOSED[name]


@needs_systemd
def test_systemd_understands_every_line(tmp_path):
    # The program is not installed here, and whether it is there is not the question.
    units = []
    for each in (*SYSTEMD.glob("*.service"), *SYSTEMD.glob("*.path"), *SYSTEMD.glob("*.timer")):
        units.append(tmp_path / each.name)
        text = each.read_text("utf-8").replace("/usr/lib/gallra/venv/bin/gallra", "/bin/true")
        units[-1].write_text(text, "utf-8")
    assert len(units) == 4
    told = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize(
    "setting", ["ProcSubset=all", "RestrictSUIDSGID", "PrivateUsers", "setpriority"]
)
def test_what_is_relaxed_is_explained(setting):
    assert re.search(rf"^# Relaxed, {re.escape(setting)}", UNIT, re.MULTILINE)


@pytest.mark.parametrize(
    "setting", ["PrivateNetwork and IPAddressDeny", "RestrictAddressFamilies", "ProtectSystem"]
)
def test_what_the_sender_is_given_is_explained(setting):
    assert re.search(rf"^# Relaxed, {re.escape(setting)}", SENDER, re.MULTILINE)


def test_only_the_sender_has_a_network_and_it_has_no_capability_and_no_share():
    assert re.search(r"^PrivateNetwork=yes$", UNIT, re.MULTILINE)
    assert not re.search(r"^PrivateNetwork=", SENDER, re.MULTILINE)
    assert re.search(r"^CapabilityBoundingSet=$", SENDER, re.MULTILINE)
    assert re.search(r"^TemporaryFileSystem=/:ro$", SENDER, re.MULTILINE)
    assert re.findall(r"^BindPaths=(.*)$", SENDER, re.MULTILINE) == ["/var/lib/gallra/outbox"]


def test_it_keeps_the_call_that_symlinks_cannot_fool():
    """RestrictSUIDSGID= makes openat2 fail with ENOSYS."""
    assert not re.search(r"^RestrictSUIDSGID=", UNIT, re.MULTILINE)

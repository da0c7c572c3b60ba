"""Root's command works with the service's rights; one word of it gets one right more."""

import os
import subprocess
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[2] / "systemd" / "gallra.command"


@pytest.fixture
def rights(tmp_path):
    """Return what tells with which rights a command line would be carried out."""
    for name, said in (("id", "echo 0"), ("setpriv", 'printf "%s\\n" "$@"')):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{said}\n", "utf-8")
        program.chmod(0o755)

    def told(*words):
        found = subprocess.run(
            ["sh", COMMAND, *words],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=True,
        )
        return {line for line in found.stdout.splitlines() if "caps=" in line or "bounding" in line}

    return told


@pytest.mark.skipif(
    Path("/etc/credstore.encrypted/gallra-secret").exists(), reason="gallra is installed here"
)
@pytest.mark.parametrize(
    ("words", "may_give_away"),
    [
        (("handover", "carry-out", "2026-1"), True),
        (("--rules", "/etc/gallra/rules.toml", "handover", "carry-out", "2026-1"), True),
        (("handover", "show", "2026-1"), False),
        (("run",), False),
        (("scan",), False),
        (("hold", "place", "carry-out", "--why", "handover"), False),
    ],
)
def test_files_are_given_away_by_one_command_alone(rights, words, may_give_away):
    found = rights(*words)

    assert len(found) == 3
    assert all("+lease" in each for each in found)
    assert all(("+chown" in each) is may_give_away for each in found)

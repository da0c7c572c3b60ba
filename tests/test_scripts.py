"""The scripts as a person meets them: help, wrong use, and nothing to do."""

import os
import subprocess
from pathlib import Path

import pytest

from gallra.model.share import Share, ShareRole
from shares_drop_in import WidePathError, drop_in, quoted, writable_paths

ROOT = Path(__file__).parents[1]


def first_line(path):
    with path.open("rb") as file:
        return file.readline()


SCRIPTS = sorted(
    path for path in (ROOT / "scripts").iterdir() if path.is_file() and path.suffix == ""
)
SHELL = [
    path for path in (*SCRIPTS, *(ROOT / ".ci").iterdir()) if first_line(path).endswith(b"bash\n")
]


def by_name(path):
    return path.name


def run(script, *arguments, **environment):
    """Run ``script`` with an empty home, no standard input, from another folder."""
    return subprocess.run(
        [script, *arguments],
        cwd="/",
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "CI": "true", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def share(path, quarantine):
    return Share(
        name="gemensam", path=path, role=ShareRole.COMMON_AREA, quarantine=quarantine, line=1
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=by_name)
class TestEveryScript:
    def test_it_can_be_run(self, script):
        assert os.access(script, os.X_OK)
        assert first_line(script).startswith(b"#!/usr/bin/env ")

    def test_it_says_what_it_does(self, script):
        told = run(script, "--help")
        assert told.returncode == 0, told.stderr
        assert told.stdout.lower().startswith("usage: ")
        assert script.name in told.stdout

    def test_wrong_use_is_refused_before_anything_is_done(self, script):
        if script.name == "test":
            pytest.skip("its arguments are pytest's")
        told = run(script, "--no-such-option")
        assert told.returncode == 2, told.stdout + told.stderr
        assert "usage: " in told.stderr.lower()
        assert "Traceback" not in told.stderr


@pytest.mark.parametrize("script", SHELL, ids=by_name)
def test_it_is_sound_shell(script):
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
    assert b"set -euo pipefail" in script.read_bytes() or script.name == "run"


def test_setting_up_again_has_nothing_to_do():
    told = run(ROOT / "scripts" / "setup")
    assert told.returncode == 0, told.stderr
    assert told.stdout == "setup: nothing to do\n"


def test_setting_up_again_quietly_says_nothing():
    told = run(ROOT / "scripts" / "setup", "--quiet")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_check_refuses_a_step_it_does_not_know():
    told = run(ROOT / "scripts" / "check", "grammar")
    assert told.returncode == 2
    assert "grammar" in told.stderr


@pytest.mark.parametrize("script", ["install", "uninstall"])
def test_a_root_that_is_no_folder_is_refused(script, tmp_path):
    told = run(ROOT / "scripts" / script, "--root", str(tmp_path / "nowhere"))
    assert told.returncode == 2
    assert "nowhere is no folder" in told.stderr


@pytest.mark.skipif(os.getuid() == 0, reason="root may")
@pytest.mark.parametrize("script", ["install", "uninstall"])
def test_installing_takes_root_and_says_so(script):
    told = run(ROOT / "scripts" / script)
    assert told.returncode == 2
    assert "this takes root" in told.stderr


class TestWhatTheServiceMayWrite:
    def test_a_share_and_its_quarantine_lie_in_one_writable_folder(self):
        """Two would be two mounts, and rename(2) refuses to cross from one into the other."""
        assert writable_paths(
            [share(b"/srv/klubb/gemensam", b"/srv/klubb/.gallra-quarantine-gemensam")]
        ) == (b"/srv/klubb",)

    def test_a_folder_inside_another_is_not_named_again(self):
        assert writable_paths(
            [
                share(b"/srv/a/b/one", b"/srv/a/b/.q"),
                share(b"/srv/a/two", b"/srv/a/.q"),
                share(b"/srv/ab/three", b"/srv/ab/.q"),
            ]
        ) == (b"/srv/a", b"/srv/ab")

    def test_a_quarantine_at_the_other_end_of_the_disk_stands_by_itself(self):
        """Records are copied there, as they are between two filesystems."""
        assert writable_paths([share(b"/srv/gemensam", b"/var/quarantine")]) == (
            b"/srv/gemensam",
            b"/var/quarantine",
        )

    def test_all_of_the_machine_is_never_writable(self):
        with pytest.raises(WidePathError, match="all of /"):
            writable_paths([share(b"/", b"/var/quarantine")])

    def test_names_with_blanks_and_specifiers_are_quoted(self):
        assert quoted(b'/srv/Kl "A" 5 %') == '"-/srv/Kl \\"A\\" 5 %%"'

    @pytest.mark.parametrize("name", [b"/srv/a\nExecStart=/bin/false", b"/srv/\xff"])
    def test_names_that_a_unit_file_cannot_say_are_refused(self, name):
        with pytest.raises(WidePathError):
            quoted(name)

    def test_a_share_in_a_home_lifts_the_curtain_over_homes_no_further_than_that(self):
        lines = drop_in([b"/home/klubb"]).splitlines()
        assert lines[-3:] == [
            'BindPaths="-/home/klubb"',
            'ReadWritePaths="-/home/klubb"',
            "ProtectHome=tmpfs",
        ]

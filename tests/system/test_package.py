"""The Debian package under a real systemd: installed, upgraded, removed and purged by apt."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_systemd import PERSONNUMMER, Seen, boot, furnish, overlay

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("in-package-container.sh")

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.getuid() != 0, reason="booting a container takes root"),
    pytest.mark.skipif(
        shutil.which("systemd-nspawn") is None, reason="systemd-container is not installed"
    ),
    pytest.mark.skipif(
        shutil.which("dpkg-deb") is None or shutil.which("apt-get") is None,
        reason="packages of Debian's kind take Debian",
    ),
]

KEPT = {
    "/etc/gallra/rules.toml",
    "/var/lib/gallra",
    "/etc/systemd/system/gallra.service.d",
    "/srv/klubb/.gallra-quarantine-gemensam",
    "gallra",
    "gallra-notify",
}


def build(folder, *options):
    """Build the package and return its path."""
    done = subprocess.run(
        [ROOT / "scripts/build-deb", "--out", folder, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.strip())


def field(package, name):
    return subprocess.run(
        ["dpkg-deb", "--field", package, name], capture_output=True, text=True, check=True
    ).stdout.strip()


def installed(package):
    """Tell whether this machine, which the container is a copy of, has the package."""
    told = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout == "installed"


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    first = build(folder / "first")
    second = build(folder / "second", "--version", field(first, "Version") + "+later")
    yield first, second
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def seen(packages, tmp_path_factory):
    wanted = re.findall(r"[a-z][a-z0-9.+-]+(?=\s*(?:\(|,|$))", field(packages[0], "Depends"))
    if lacking := sorted(name for name in set(wanted) if not installed(name)):
        pytest.skip(f"nothing can be fetched there, and here are no {', '.join(lacking)}")
    base = tmp_path_factory.mktemp("machine")
    kept = tmp_path_factory.mktemp("seen")
    with overlay(base) as root:
        furnish(root, base / "srv")
        (root / "etc/gallra/rules.toml").unlink()
        binds = [f"--bind-ro={packages[0].parents[1]}:/packages"]
        code, console = boot(root, base, SCRIPT, binds)
        shutil.copytree(base / "ci/out", kept, dirs_exist_ok=True)
    assert code == 0, console
    return Seen(kept, console)


def state(seen, step):
    return dict(line.split("=", 1) for line in seen.text(step, "state").splitlines())


def first_seen(seen, step):
    """The time at which the file was first seen, by which a new catalogue would be known."""
    (record,) = [each for each in seen.objects(step) if each["path"].endswith("lista.csv")]
    return record


def test_two_builds_differ_in_what_names_the_version_only(packages):
    first, second = (
        subprocess.run(
            ["dpkg-deb", "--info", each, "md5sums"], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for each in packages
    )
    differing = {line.split(maxsplit=1)[1] for line in {*first} ^ {*second}}
    assert differing == {"usr/share/doc/gallra/changelog.gz"}


@pytest.mark.slow
@pytest.mark.skipif("GALLRA_TEST_FULL" not in os.environ, reason="GALLRA_TEST_FULL is not set")
def test_a_build_of_the_same_commit_gives_the_same_bytes(packages, tmp_path):
    again = build(tmp_path)
    assert again.name == packages[0].name
    assert again.read_bytes() == packages[0].read_bytes()


def test_everything_in_it_is_roots_and_nobody_elses_to_write(packages):
    listed = subprocess.run(
        ["dpkg-deb", "--contents", packages[0]], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(listed) > 1000
    strange = [
        line
        for line in listed
        if line.split()[1] != "root/root" or (line[0] != "l" and "w" in line[4:10])
    ]
    assert strange == []


def test_nothing_in_it_names_the_folder_it_was_built_in(packages):
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", packages[0]], stdout=subprocess.PIPE
    ) as unpacked:
        found = subprocess.run(
            ["grep", "-acF", ROOT], stdin=unpacked.stdout, capture_output=True, check=False
        )
    assert (unpacked.returncode, found.stdout) == (0, b"0\n")


def test_apt_installs_it_and_says_the_one_next_step(seen):
    assert seen.code("install") == 0, seen.text("install") + seen.text("install", "err")
    assert "Next: " in seen.text("install")
    assert "run: gallra-shares" in seen.text("install")
    assert seen.code("shipped") == 0
    assert state(seen, "install")["ActiveState"] == "inactive"
    assert (seen.code("verify"), seen.text("verify", "err")) == (0, "")


def test_it_observes_once_the_rules_are_filled_in(seen):
    assert seen.code("shares") == 0, seen.text("shares", "err")
    after = state(seen, "shares")
    assert (after["ActiveState"], after["UnitFileState"]) == ("active", "enabled")
    (record,) = [each for each in seen.objects("list") if each["path"].endswith("lista.csv")]
    assert record["outcome"] == "read in full"
    assert record["entities"]["SE_PERSONNUMMER"] == 1


def test_an_upgrade_keeps_rules_and_state_and_starts_it_again(seen):
    assert seen.code("upgrade") == 0, seen.text("upgrade") + seen.text("upgrade", "err")
    before, after = state(seen, "shares"), state(seen, "upgrade")
    assert after["ActiveState"] == "active"
    assert after["MainPID"] != before["MainPID"]
    assert seen.text("upgraded-rules") == "# filled in\n"
    assert first_seen(seen, "upgraded-list") == first_seen(seen, "list")
    assert seen.code("log-verify") == 0


def test_purging_is_refused_before_anything_is_done_while_a_quarantine_holds_a_file(seen):
    assert seen.code("purge-refused") != 0
    assert "still holds files" in seen.text("purge-refused") + seen.text("purge-refused", "err")
    assert state(seen, "purge-refused")["ActiveState"] == "active"


def test_removing_keeps_rules_state_user_and_quarantine_and_nothing_else(seen):
    assert seen.code("remove") == 0, seen.text("remove", "err")
    assert set(seen.text("removed").splitlines()) == KEPT


def test_what_was_kept_is_not_purged_later_either_while_a_quarantine_holds_a_file(seen):
    assert seen.code("purge-refused-later") != 0
    told = seen.text("purge-refused-later") + seen.text("purge-refused-later", "err")
    assert "still holds files" in told
    assert set(seen.text("refused").splitlines()) == KEPT


def test_installing_again_goes_on_where_it_stopped(seen):
    assert seen.code("again") == 0, seen.text("again") + seen.text("again", "err")
    assert state(seen, "again")["ActiveState"] == "active"
    assert first_seen(seen, "again-list") == first_seen(seen, "list")


def test_purging_leaves_nothing_but_the_empty_quarantine(seen):
    assert seen.code("purge") == 0, seen.text("purge") + seen.text("purge", "err")
    assert seen.text("purged").splitlines() == ["/srv/klubb/.gallra-quarantine-gemensam"]


def test_the_journal_holds_nobodys_number_and_no_trace_of_a_fault(seen):
    journal = seen.text("journal")
    assert journal
    assert PERSONNUMMER not in journal
    assert "Traceback" not in journal

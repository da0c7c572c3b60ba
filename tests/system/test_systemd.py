"""The service under a real systemd, booted in a container over an overlay of this machine."""

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("in-container.sh")
PERSONNUMMER = "19121212-1212"
"""From the Swedish tax agency's series for tests."""

TARGET = """\
[Unit]
Description=What the test boots into: none of the host's own services
Requires=basic.target
After=basic.target
Wants=ci-test.service
"""
TEST_SERVICE = """\
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash /ci/in-container.sh
ExecStopPost=/bin/sh -c 'systemctl exit $EXIT_STATUS || systemctl poweroff'
"""

CAPABILITIES = {1: "DAC_OVERRIDE", 2: "DAC_READ_SEARCH", 3: "FOWNER", 28: "LEASE"}
MONITORING = """
[metrics]
textfile = "/var/lib/prometheus/node-exporter/gallra.prom"
[notifications]
from = "gallra@example.org"
server = "127.0.0.1"
port = 2525
[[receiver]]
email = "drift@example.org"
as = ["club", "admin"]
"""
MEMBER = 4711
"""The user whose folder nobody else may enter."""

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.getuid() != 0, reason="booting a container takes root"),
    pytest.mark.skipif(
        shutil.which("systemd-nspawn") is None, reason="systemd-container is not installed"
    ),
]


class Seen:
    """What the script in the container wrote down, step by step."""

    def __init__(self, folder, console):
        self._folder = folder
        self.console = console

    def code(self, step):
        return int(self.text(step, "code") or -1)

    def text(self, step, suffix="txt"):
        path = self._folder / f"{step}.{suffix}"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def objects(self, step):
        return [json.loads(line) for line in self.text(step).splitlines() if line]

    def values(self, step, separator="="):
        return dict(
            line.split(separator, 1) for line in self.text(step).splitlines() if separator in line
        )


def run(*command, **options):
    return subprocess.run(
        command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options
    )


@contextlib.contextmanager
def overlay(base):
    """The whole machine, to write in: everything written stays in memory and is gone after."""
    root = base / "root"
    try:
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", base)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"nothing can be mounted here: {error.stderr.strip()}")
    try:
        for name in ("upper", "work", "root", "ci", "srv"):
            (base / name).mkdir()
        layers = f"lowerdir=/,upperdir={base}/upper,workdir={base}/work"
        try:
            run("mount", "-t", "overlay", "overlay", "-o", layers, root)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no overlay can be mounted here: {error.stderr.strip()}")
        try:
            yield root
        finally:
            run("umount", root)
    finally:
        run("umount", base)


def furnish(root, srv):
    """One share of the shipped rules, with a file in a folder that only its owner may enter.

    The share is no part of the overlay, in which a file's device number is another one by name
    than by descriptor: to gallra, another file.
    """
    (root / "etc/gallra").mkdir(exist_ok=True)
    rules = (ROOT / "rules.toml").read_text("utf-8")
    # What a change of the rules lets go waits, by default: here it has to go within the test.
    assert "[safety]\n" in rules
    rules = rules.replace("[safety]\n", '[safety]\nnew_rules_wait = "0 days"\n') + MONITORING
    (root / "var/lib/prometheus/node-exporter").mkdir(parents=True, exist_ok=True)
    (root / "etc/gallra/rules.toml").write_text(rules, "utf-8")
    folder = srv / "klubb/gemensam/stängd"
    folder.mkdir(parents=True)
    file = folder / "lista.csv"
    file.write_text(f"Namn;Personnummer\nTolvan Tolvansson;{PERSONNUMMER}\n", "utf-8")
    file.chmod(0o600)
    folder.chmod(0o700)
    for path in (file, folder):
        os.chown(path, MEMBER, MEMBER)


def boot(root, base, script=SCRIPT, binds=()):
    """Boot it, let the script do its work, and return what it wrote."""
    (base / "ci/out").mkdir()
    shutil.copy(script, base / "ci/in-container.sh")
    units = root / "etc/systemd/system"
    (units / "ci.target").write_text(TARGET)
    (units / "ci-test.service").write_text(TEST_SERVICE)
    machine = root / "etc/machine-id"
    machine.unlink(missing_ok=True)
    machine.touch()
    container = [
        *("systemd-nspawn", "-q", "-D", root, "--private-network"),
        # a machine has landlock; a container lets it through only when told
        "--system-call-filter=landlock_create_ruleset landlock_add_rule landlock_restrict_self",
        *(f"--bind={base}/ci:/ci", f"--bind={base}/srv:/srv"),
        f"--bind-ro={ROOT}:/checkout",
        *binds,
        *("--register=no", "--keep-unit", "-M", f"gallra-test-{os.getpid()}"),
        *("--boot", "systemd.unit=ci.target"),
    ]
    done = subprocess.run(
        container,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    base = tmp_path_factory.mktemp("machine")
    kept = tmp_path_factory.mktemp("seen")
    with overlay(base) as root:
        furnish(root, base / "srv")
        installed = subprocess.run(
            [ROOT / "scripts/install", "--root", root],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert installed.returncode == 0, installed.stdout + installed.stderr
        code, console = boot(root, base)
        shutil.copytree(base / "ci/out", kept, dirs_exist_ok=True)
    assert code == 0, console
    it = Seen(kept, console)
    assert it.code("start") == 0, it.text("journal")
    return it


def test_the_unit_has_no_mistakes(seen):
    assert (seen.code("verify"), seen.text("verify", "err")) == (0, "")


def test_it_is_ready_when_it_says_so(seen):
    state = seen.values("started")
    assert (state["ActiveState"], state["SubState"]) == ("active", "running")


def test_it_reads_what_its_owner_lets_nobody_else_read(seen):
    (record,) = [each for each in seen.objects("list") if each["path"].endswith("lista.csv")]
    assert record["class"]
    assert record["outcome"] == "read in full"
    assert record["entities"]["SE_PERSONNUMMER"] == 1


def test_its_state_is_told_and_no_share_that_is_missing_is_forgotten(seen):
    assert seen.code("status") in {0, 1}, seen.text("status", "err")
    assert "gemensam" in seen.text("status")
    assert "arenden" in seen.text("status")


def test_monitoring_sees_it_by_the_status_file_and_by_the_socket(seen):
    # shares of the shipped rules are missing here, and that is told
    assert seen.code("check") == 1, seen.text("check", "err")
    assert "share" in seen.text("check")
    assert 'gallra_share_present{share="gemensam"} 1.0' in seen.text("metrics")
    assert seen.text("metrics").endswith("# EOF\n")
    assert "metrics.sock gallra gallra 660" in seen.text("socket").splitlines()


def test_the_journal_explains_what_the_daemon_says(seen):
    assert "A share is missing, was replaced or is back" in seen.text("explained")


def test_it_runs_as_its_own_user_with_four_capabilities_and_no_way_to_more(seen):
    process = {name: value.strip() for name, value in seen.values("process", ":").items()}
    assert "0" not in process["Uid"].split()
    for kind in ("CapEff", "CapBnd"):
        held = int(process[kind], 16)
        assert {bit for bit in range(64) if held >> bit & 1} == set(CAPABILITIES)
    assert process["NoNewPrivs"] == "1"
    assert process["Seccomp"] == "2"


def test_it_has_no_network(seen):
    lines = seen.text("interfaces").splitlines()[2:]
    assert [line.split(":")[0].strip() for line in lines] == ["lo"]


def test_it_sees_nothing_of_other_services_and_of_homes(seen):
    points = {line.split()[4]: line.split() for line in seen.text("mounts").splitlines()}
    assert points["/var"][5].startswith("ro")
    assert points["/home"][5].startswith("ro") or "inaccessible" in points["/home"][3]
    assert points["/srv/klubb"][5].startswith("rw")
    assert points["/var/lib/gallra"][5].startswith("rw")
    assert points["/"][5].startswith("ro")


def test_a_reload_keeps_the_process(seen):
    assert seen.code("reload") == 0, seen.text("reload", "err")
    before, after = seen.values("started"), seen.values("reloaded")
    assert after["ActiveState"] == "active"
    assert after["MainPID"] == before["MainPID"]


def test_rules_that_do_not_hold_fail_the_reload_and_leave_the_daemon_as_it_was(seen):
    assert seen.code("bad-reload") != 0
    before, after = seen.values("started"), seen.values("bad-reloaded")
    assert after["ActiveState"] == "active"
    assert after["MainPID"] == before["MainPID"]
    assert "no_such_key" in seen.text("journal")
    assert "de gamla gäller" in seen.text("journal")


def test_monitoring_is_told_of_rules_that_do_not_hold_at_once_and_when_they_do_again(seen):
    assert "rules" in seen.text("alerted")
    assert "rules" not in seen.text("mended")


def test_a_file_that_comes_later_is_found(seen):
    assert any(each["path"].endswith("senare.csv") for each in seen.objects("later"))


def test_a_page_that_is_a_picture_is_looked_at_inside_the_unit(seen):
    (found,) = [each for each in seen.objects("scan") if each["path"].endswith("skannad.pdf")]
    assert found["outcome"] == "read in full"
    assert found["entities"].get("PHONE_NUMBER") == 1


def test_the_readers_are_wholly_shut_in_inside_the_unit(seen):
    journal = seen.text("journal")
    assert "landlock" not in journal
    assert "capabilities" not in journal


def test_it_stops_when_asked(seen):
    assert seen.code("stop") == 0  # not by force: within TimeoutStopSec
    state = seen.values("stopped")
    assert (state["ActiveState"], state["Result"]) == ("inactive", "success")
    assert state["NRestarts"] == "0"


def share_at(seen, step):
    """The share as ``find`` listed it: name to owner and mode."""
    return dict(line.split(" ", 1) for line in seen.text(step).splitlines())


WHOLE = {
    "stängd": f"{MEMBER} 700",
    "stängd/lista.csv": f"{MEMBER} 600",
    "senare.csv": "root 644",
}


def test_observing_leaves_the_share_as_it_was(seen):
    assert share_at(seen, "share") == WHOLE


def test_enforcing_takes_what_is_due_out_of_the_share_into_a_closed_folder(seen):
    assert seen.code("enforce") == 0
    assert "stängd/lista.csv" not in share_at(seen, "taken")
    folder, *files = seen.text("quarantine").splitlines()
    assert folder == "gallra 700"
    assert f"{MEMBER} 600" in files


def test_what_was_taken_comes_back_as_it_was(seen):
    assert seen.code("restore") == 0, seen.text("restore", "err")
    assert share_at(seen, "returned")["stängd/lista.csv"] == WHOLE["stängd/lista.csv"]
    assert seen.code("log-verify") == 0


def test_commands_of_root_leave_nothing_of_root_in_the_state(seen):
    assert set(seen.text("owners").split()) == {"gallra"}


def test_purging_is_refused_while_a_quarantine_holds_somebodys_file(seen):
    assert seen.code("purge") == 3
    assert "still holds files" in seen.text("purge", "err")


def test_uninstalling_keeps_rules_and_state(seen):
    assert seen.code("uninstall") == 0, seen.text("uninstall", "err")
    assert seen.text("left") == ""
    assert seen.text("kept").splitlines() == [
        "/etc/gallra/rules.toml",
        "/var/lib/gallra/catalogue.db",
    ]


def test_the_journal_holds_nobodys_number_and_no_trace_of_a_fault(seen):
    journal = seen.text("journal")
    assert journal
    assert PERSONNUMMER not in journal
    assert "Traceback" not in journal


def test_rules_that_do_not_hold_keep_it_from_starting_without_trying_again(seen):
    assert seen.code("bad-start") != 0
    state = seen.values("bad-started")
    assert state["ActiveState"] == "failed"
    assert (state["ExecMainStatus"], state["NRestarts"]) == ("2", "0")
    assert "/etc/gallra/rules.toml:" in seen.text("bad-status")
    assert '"bogus"' in seen.text("bad-status")


def test_what_fails_again_and_again_is_given_up(seen):
    state = seen.values("given-up")
    assert (state["ActiveState"], state["NRestarts"]) == ("failed", "5")


MANY_COUNT = 500


def test_told_to_stop_amidst_a_days_work_it_ends_in_time_and_nothing_is_lost(seen):
    left, taken = map(int, seen.text("amidst").split())
    assert left + taken == MANY_COUNT
    assert taken
    assert seen.code("amidst-verify") == 0, seen.text("amidst-verify", "err")


def test_the_next_start_goes_on_with_what_was_left(seen):
    assert seen.code("start-again") == 0
    assert seen.text("through").split() == ["0", f"{MANY_COUNT}"]
    # every act that had been begun was ended before it stopped
    assert "63eadae99e2f4e378551607559102b15" not in seen.text("journal")


def test_a_daemon_that_hangs_is_killed_and_started_again(seen):
    state = seen.values("revived")
    assert (state["ActiveState"], state["NRestarts"]) == ("active", "1")
    assert seen.code("revived-verify") == 0, seen.text("revived-verify", "err")


def test_the_secret_is_an_encrypted_credential_to_the_service_and_to_roots_commands(seen):
    assert seen.text("secret") == ""  # none was made beside it
    assert seen.code("amidst-verify") == 0  # while the service was stopped
    assert seen.text("amidst-secret") == ""  # and nothing was left open


@pytest.mark.parametrize(
    ("what", "told", "told_here"),
    [
        ("other-secret", "hemligheten är inte den som loggen", "the secret is not the one"),
        ("no-secret", "", "the secret is not there"),
    ],
)
def test_without_the_secret_of_its_log_it_does_nothing_and_says_so_once(
    seen, what, told, told_here
):
    assert seen.code(what) != 0
    state = seen.values(f"{what}-state")
    assert (state["ActiveState"], state["ExecMainStatus"]) == ("failed", "3")
    assert state["NRestarts"] == "0"
    assert told in seen.text("other-secret-status")
    assert seen.code(f"{what}-list") == 3
    assert told_here in seen.text(f"{what}-list", "err")
    assert seen.text("known") == seen.text("unknown") != ""
    assert seen.code("own-secret") == 0


def test_what_is_to_be_told_is_sent_by_a_unit_of_its_own(seen):
    assert seen.text("triggers").split() == ["active", "active"]
    assert seen.values("sent")["Result"] == "success"
    assert "To: drift@example.org" in seen.text("mail")
    assert seen.text("outbox").split() == ["gallra", "gallra-notify", "2770"]
    assert seen.text("stopped-triggers").split() == ["inactive", "inactive"]


def test_the_sender_sees_the_outbox_and_nothing_else(seen):
    told = seen.text("around").splitlines()
    assert "root: bin dev etc lib lib64 proc run sbin sys tmp usr var" in told
    assert "state: outbox" in told
    assert not [line for line in told if line.startswith("reads ")]
    assert {line for line in told if line.startswith("writes ")} == {
        "writes /tmp",
        "writes /var/lib/gallra/outbox",
    }
    assert "password: prov" in told
    assert {"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "Seccomp:\t2"} <= {*told}


def test_figures_for_node_exporter_are_written_from_inside_the_unit(seen):
    assert 'gallra_files{share="gemensam"} 1.0' in seen.text("textfile")
    assert seen.text("textfile-mode") == "644\n"

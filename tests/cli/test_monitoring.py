"""What monitoring sees: the status file, its one line, and the metrics file."""

import fcntl
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from gallra.model.errors import BrakeError, ExitCode
from gallra.model.figures import Figures, RoundFigures, ShareFigures
from gallra.model.message import said
from gallra.report.health import as_status, health_of
from gallra.report.metrics import BRAKES, as_scrape, as_textfile
from gallra.service.figures import Account

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=2)


def figures(**changed):
    share = ShareFigures(
        name="gemensam",
        file_count=12,
        backlog_count=3,
        directory_count=4,
        watched_directory_count=4,
        read=(("read in full", 9),),
        is_present=changed.pop("is_present", True),
    )
    known = {
        "at": NOW,
        "version": "0.1.0",
        "mode": "enforce",
        "rules_digest": "d" * 64,
        "shares": (share,),
        "round": RoundFigures(at=NOW, **changed.pop("round", {})),
        "quarantine_count": 2,
        "hold_count": 1,
        "acts": (("destroyed", 5), ("quarantined", 7)),
        "ledger_entry_count": 40,
        "is_ledger_good": True,
        "is_rebuilding": False,
    }
    return Figures(**(known | changed))


def health(found, *, now=NOW, is_daemon=False, is_at_work=False):
    content = as_status(found, good_until=SOON, is_daemon=is_daemon)
    return health_of(content, now=now, is_at_work=is_at_work)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, 0),
        ({"round": {"due_count": 7}}, 0),
        ({"round": {"review_count": 1}}, 1),
        ({"round": {"alert_count": 1}}, 1),
        ({"round": {"has_failed": True}}, 1),
        ({"is_present": False}, 1),
        ({"is_ledger_good": False}, 1),
        ({"is_rebuilding": True}, 1),
        ({"has_bad_rules": True}, 1),
        ({"round": {"brakes": ("clock",)}}, 3),
        ({"round": {"brakes": ("count",), "review_count": 4}}, 3),
    ],
)
def test_the_code_says_whether_a_person_is_needed_or_a_brake_holds(changed, code):
    assert health(figures(**changed)).exit_code == code


@pytest.mark.parametrize(
    "now", [SOON + timedelta(seconds=1), NOW - timedelta(minutes=6)], ids=["late", "clock-back"]
)
def test_a_status_that_is_not_of_now_is_bad_however_good_it_says_all_is(now):
    assert health(figures(), now=now).exit_code == ExitCode.IN_PART


def test_a_daemon_that_is_not_at_work_is_bad():
    assert health(figures(), is_daemon=True, is_at_work=True).exit_code == ExitCode.DONE
    assert health(figures(), is_daemon=True).exit_code == ExitCode.IN_PART


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"at": 7, "good_until": null}',
        as_status(figures(), good_until=SOON, is_daemon=False).replace(b'code": 0', b'code": 99'),
        as_status(figures(), good_until=SOON, is_daemon=False)[:-40],
    ],
    ids=range(9),
)
def test_a_damaged_status_is_bad(content):
    assert health_of(content, now=NOW, is_at_work=True).exit_code == ExitCode.IN_PART


def test_a_failed_round_keeps_what_held_before_and_a_broken_ledger_is_a_brake():
    account = Account(round=RoundFigures(at=NOW, due_count=3, brakes=("clock",)))

    account.note_failure(BrakeError(said("it does not verify")), SOON)

    assert account.round == RoundFigures(at=SOON, due_count=3, brakes=("ledger",), has_failed=True)


def test_both_texts_say_the_same_and_their_parsers_understand_them():
    found = figures(round={"brakes": ("clock",)})
    strict = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in openmetrics(as_scrape(found).decode())
        for sample in family.samples
    }
    lenient = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in plain(as_textfile(found).decode())
        for sample in family.samples
    }

    assert strict == lenient
    assert strict["gallra_files", (("share", "gemensam"),)] == 12
    assert strict["gallra_acts_total", (("kind", "destroyed"),)] == 5
    assert {code: strict["gallra_brake", (("code", code),)] for code in BRAKES} == {
        code: code == "clock" for code in BRAKES
    }


def test_the_file_has_no_type_that_the_textfile_collector_does_not_know():
    types = {
        line.split()[3] for line in as_textfile(figures()).decode().splitlines() if "# TYPE" in line
    }
    assert types == {"gauge", "counter"}


def test_before_the_first_round_the_check_says_that_there_is_none(club):
    code, out, _ = club.run("status", "--check")

    assert (code, out.count("\n")) == (1, 1)


def test_a_cycle_leaves_a_status_that_is_checked_without_catalogue_or_rules(scanned):
    assert scanned.run("run", "--once")[0] == 0
    (scanned.folder / "state" / "catalogue.db").unlink()
    scanned.rules.write_text("nonsense")

    code, out, err = scanned.run("status", "--check")

    assert (code, out.count("\n"), err) == (0, 1, "")


def test_a_status_that_says_daemon_is_believed_while_one_is_at_work(scanned):
    assert scanned.run("run", "--once")[0] == 0
    status = scanned.folder / "state" / "status.json"
    status.write_text(status.read_text().replace('"daemon": false', '"daemon": true'))
    assert scanned.run("status", "--check")[0] == 1

    with (scanned.folder / "state" / "daemon.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, (found,) = scanned.objects("status", "--check")

    assert (code, found["exit_code"], found["status"]["files"]) == (0, 0, 4)


def test_the_figures_name_no_file_and_nobody(scanned):
    place = scanned.folder / "node" / "gallra.prom"
    place.parent.mkdir()
    with scanned.rules.open("a") as rules:
        rules.write(f'\n[metrics]\ntextfile = "{place}"\n')
    code, _, err = scanned.run("run", "--once")
    assert code == 0, err

    told = place.read_text() + (scanned.folder / "state" / "status.json").read_text()
    assert "gallra_files" in told
    for secret in (str(scanned.folder), "Lönelista", "Andersson", "post.mbox", "19900118-9811"):
        assert secret not in told


def test_figures_that_cannot_be_written_are_said_and_stop_nothing(scanned):
    with scanned.rules.open("a") as rules:
        rules.write(f'\n[metrics]\ntextfile = "{scanned.folder}/missing/gallra.prom"\n')

    code, _, err = scanned.run("run", "--once")

    assert code == 1
    assert "gallra.prom" in err
    assert scanned.run("status", "--check")[0] == 0


@pytest.mark.parametrize(
    "place", ["/srv/figures.txt", "/gallra.prom", "/srv/.prom", "gallra.prom", "{share}/x.prom"]
)
def test_rules_that_would_have_the_figures_elsewhere_do_not_hold(club, place):
    with club.rules.open("a") as rules:
        rules.write(f'\n[metrics]\ntextfile = "{place.format(share=club.share)}"\n')

    assert club.run("check")[0] == 2

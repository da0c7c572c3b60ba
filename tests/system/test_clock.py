"""The real commands on machines whose clocks show other days: nothing is taken before its day."""

import glob
import os
import subprocess
from datetime import datetime, timedelta

import pytest

FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), "")
IS_FULL = bool(os.environ.get("GALLRA_TEST_FULL"))

pytestmark = pytest.mark.skipif(not FAKETIME, reason="needs libfaketime; scripts/setup as root")


@pytest.fixture
def at(club):
    """Run a command at an instant of UTC, as far as its process can tell; or all of it then."""

    def run(instant, *words, stands_still=False):
        faked = [
            "env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME={'' if stands_still else '@'}{instant}",
            "TZ=UTC", "NO_FAKE_STAT=1", "DONT_FAKE_MONOTONIC=1",
        ]  # fmt: skip
        done = subprocess.run(
            [*faked, *club.command(*words)],
            capture_output=True,
            check=False,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    return run


CASES = [
    # zone, the day the list is of, the instant of UTC at which its four years are over there
    ("Europe/Stockholm", "2022-03-29", "2026-03-28 23:00:00"),
    ("Europe/Oslo", "2022-10-25", "2026-10-24 22:00:00"),
    ("Pacific/Kiritimati", "2022-12-31", "2026-12-30 10:00:00"),
    ("Pacific/Apia", "2007-12-30", "2011-12-30 10:00:00"),
    ("America/St_Johns", "2024-02-29", "2028-02-29 03:30:00"),
    ("Asia/Kathmandu", "2023-01-01", "2026-12-31 18:15:00"),
    ("Europe/Stockholm", "2034-01-20", "2038-01-19 23:00:00"),
    ("Europe/Stockholm", "1966-01-02", "1970-01-01 23:00:00"),
]


@pytest.mark.parametrize(("zone", "day", "over"), CASES if IS_FULL else CASES[2:5:2])
def test_a_period_is_over_at_midnight_where_the_organisation_is_and_not_before(
    club, at, zone, day, over
):
    club.salaries.unlink()
    club.write({f"Löner/Lönelista {day}.csv": f"Lönelista {day}\nAnna Andersson;34500\n"})
    club.write_rules(mode="observe")
    club.edit_rules('timezone = "Europe/Stockholm"', f'timezone = "{zone}"')
    code, said = at(_moved(over, seconds=-3_600), "scan")
    assert code == 0, said

    for seconds, begins in ((-1, "nothing is due"), (1, "what ")):
        _, said = at(_moved(over, seconds=seconds), "plan", stands_still=True)
        assert said.startswith(begins), (seconds, said)


def test_a_clock_that_jumped_holds_destruction_and_back_again_it_is_well(club, at):
    club.write_rules(mode="enforce", dwell="30 days")
    assert at("2026-11-22 12:00:00", "run", "--once")[0] == 0
    assert not club.salaries.exists()
    held = club.contents()

    for instant in ("2036-11-22 12:00:00", "2016-11-22 12:00:00", "1970-01-02 00:00:00",
                    "2038-01-19 03:14:08"):  # fmt: skip
        code, said = at(instant, "run", "--once")
        # Ahead the brake holds what has become due; behind, nothing is due.
        assert code in {0, 3}, said
        assert (code == 3) == (instant > "2026"), said
        assert club.contents() == held
    assert at("2026-11-22 13:00:00", "run", "--once")[0] == 0
    assert club.contents() == held


def _moved(instant, *, seconds):
    return f"{datetime.fromisoformat(instant) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"

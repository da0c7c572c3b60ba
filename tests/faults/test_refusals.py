"""The system refuses any one call on a file: nothing is lost, and it is said why."""

import errno
import os
import random
import sys
from pathlib import Path

import pytest

FULL = bool(os.environ.get("GALLRA_TEST_FULL"))
SEED = int(os.environ.get("GALLRA_TEST_SEED") or 20261122)
SAMPLE = 8
CODES = (
    errno.EIO, errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ESTALE, errno.EDQUOT, errno.EINTR,
)  # fmt: skip
SYNCS = {"fsync", "fdatasync"}
CENTRAL = SYNCS | {
    "rename", "renameat2", "unlink", "unlinkat", "write", "pwrite64", "read", "pread64", "preadv",
}  # fmt: skip
ACTING = {"rename", "renameat2", "unlink", "unlinkat", "write", "copy_file_range", "linkat"}
PEOPLES = {"share", "quarantine", "archive"}
NAMES = ("nelista", "ett.txt", "två", "1.host", "avtal.txt", "klart.txt", "in.mbox", "Dagordning")

pytestmark = pytest.mark.slow


def refusals(calls):
    """Return which call is refused with what: all that matter, or a sample of them.

    A page that SQLite reads or writes is one of hundreds: each is refused with EIO, and in turn
    with one of the others.
    """
    found = []
    for number, (name, *_) in enumerate(calls, 1):
        is_page = name in {"pread64", "pwrite64"}
        if name in CENTRAL and not is_page:
            found += [(number, code) for code in CODES]
            continue
        found.append((number, errno.EIO))
        if is_page:
            found.append((number, CODES[1 + number % (len(CODES) - 1)]))
        elif name.startswith("open"):
            found += [(number, code) for code in (errno.EMFILE, errno.EACCES, errno.ENOMEM)]
        elif name in {"flock", "getdents64", "newfstatat", "statx", "mkdirat"}:
            found.append((number, CODES[1 + number % (len(CODES) - 1)]))
    sys.stdout.write(f"GALLRA_TEST_SEED={SEED}: of {len(found)} refusals\n")
    if FULL:
        part, parts = map(int, os.environ.get("GALLRA_TEST_PART", "1/1").split("/"))
        return found[part - 1 :: parts]
    chance = random.Random(SEED)
    kinds = sorted({(calls[number - 1][0], *calls[number - 1][1:]) for number, _ in found})
    drawn = [
        chance.choice([each for each in found if tuple(calls[each[0] - 1]) == kind])
        for kind in chance.sample(kinds, min(SAMPLE, len(kinds)))
    ]
    return sorted(drawn)


def require_honest(said, at):
    """The run says in a sentence what was wrong, with nothing that is anybody's business."""
    is_state_away = (said["code"], at[2]) == (2, "state")
    assert said["code"] in {0, 1, 3} or is_state_away, (at, said["code"], said["err"])
    assert "Traceback" not in said["err"], (at, said["err"])
    assert "unexpected fault" not in said["err"], (at, said["err"])
    for line in said["err"].splitlines():
        if line.startswith("gallra: "):
            told = line.split(": ", 2)[-1] if line.startswith("gallra: /") else line  # of a file
            assert not any(name in told for name in NAMES), (at, line)


def require_stopped(said, number, at):
    """After a sync that failed, nothing more was done to people's files.

    SQLite says nothing of one that fails while it is closed: its journal stays as it was.
    """
    assert said["code"] == 1 or at[1] == "fdatasync", (at, said["err"])
    later = [
        call for call in said["calls"][number:] if call[0] in ACTING and PEOPLES & set(call[1:])
    ]
    assert not later, (at, later)


def reasons_of(grounds):
    with grounds.house() as house:
        return [
            str(dict(entry.entry.clear).get("reason"))
            for entry in house.ledger.entries()
            if entry.entry.deed.value == "not-done"
        ]


def test_a_call_that_is_refused_costs_nothing_and_is_told(grounds):
    grounds.put_back()
    whole = grounds.run(watched="all")
    assert whole["code"] == 0, whole
    for _ in range(2):
        assert grounds.run()["code"] == 0
    wanted = grounds.final()

    faults = []
    for number, code in refusals(whole["calls"]):
        grounds.put_back()
        said = grounds.run(strike=[number, code], watched="all")
        if len(said["calls"]) < number:
            continue
        name, *sides = said["calls"][number - 1]
        at = (number, name, *sides, errno.errorcode[code])
        try:
            check(grounds, said, at, wanted)
        except AssertionError as error:
            if not FULL:
                raise
            faults.append(f"{at}: {str(error)[:1500]}")
    if os.environ.get("GALLRA_TEST_FAULTS"):
        Path(os.environ["GALLRA_TEST_FAULTS"]).write_text("\n".join(faults), "utf-8")
    assert not faults, "\n".join(faults)


def test_a_file_that_cannot_be_looked_at_once_it_is_taken_goes_back(one_club):
    one_club.put_back()
    assert one_club.run()["code"] == 0
    for _ in range(2):
        one_club.run()
    wanted = one_club.final()
    among = ["renameat2", "newfstatat"]
    one_club.put_back()
    calls = one_club.run(watched="all", among=among)["calls"]
    taken = [at for at, call in enumerate(calls) if call == ["renameat2", "share", "quarantine"]]
    assert len(taken) == 5

    for number in {at + step for at in taken for step in (2, 3)}:
        one_club.put_back()
        said = one_club.run(strike=[number, errno.EIO], watched="all", among=among)
        at = (number, *said["calls"][number - 1], "EIO")
        check(one_club, said, at, wanted)


def check(grounds, said, at, wanted):
    require_honest(said, at)
    number, name, code = at[0], at[1], getattr(errno, at[-1])
    # SQLite alone decides about the sync of the folder that it makes its journal in.
    is_sqlites = name == "fdatasync" and at[2] in {"ledger folder", "state"}
    if name in SYNCS and code != errno.EINTR and not is_sqlites:
        require_stopped(said, number, at)
    missing = grounds.missing()
    for _ in range(2):
        after = grounds.run()
        assert after["code"] == 0, (at, after)
    grounds.require_destroyed(missing)
    assert not any(name in reason for name in NAMES for reason in reasons_of(grounds))
    # A sync that is interrupted ends the run where it is SQLite's: that does not try again.
    if code == errno.EINTR and name in CENTRAL - {"fdatasync"}:
        assert said["code"] == 0, (at, said["err"])
    final = grounds.final()
    for found, hoped in zip(final, wanted, strict=True):
        assert found == hoped, at

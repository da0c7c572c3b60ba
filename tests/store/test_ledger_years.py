"""A year's leaves are sealed when the next one begins, and the tree goes on across the files."""

import errno
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallra.model.errors import GallraError
from gallra.model.ledger import Deed, Entry
from gallra.store import merkle
from gallra.store.effects import Effects
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger

KEYS = Keys(b"k" * 32)
VERIFIER = Path(__file__).parents[2] / "scripts" / "verify-ledger"
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
BEFORE, AFTER = NEW_YEAR - timedelta(seconds=1), NEW_YEAR


def opened(path, **options):
    return Ledger.open(path / "ledger", KEYS, origin="gallra.ledger/1", **options)


def intents(count):
    return [
        Entry(deed=Deed.INTENT, act="quarantine", clear=(("path", f"{number}"),))
        for number in range(count)
    ]


def outcome(number):
    return Entry(deed=Deed.QUARANTINED, act="quarantine", intent=number)


def names(path):
    return sorted(each.name for each in (path / "ledger").glob("leaves*"))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Three years of entries; of the first one an act is still open."""
    path = tmp_path_factory.mktemp("years")
    ledger = opened(path)
    ledger.append(intents(3), at=BEFORE - timedelta(days=365))
    ledger.append([outcome(0)], at=BEFORE)
    ledger.append([outcome(1), *intents(1)], at=AFTER)
    ledger.checkpoint()
    ledger.close()
    return path


def copied(written, tmp_path):
    shutil.copytree(written / "ledger", tmp_path / "ledger")
    return tmp_path


def test_each_year_has_a_file_and_everything_is_read_across_them(written, tmp_path):
    path = copied(written, tmp_path)
    assert names(path) == ["leaves-2025.jsonl", "leaves-2026.jsonl", "leaves.jsonl"]
    ledger = opened(path)

    assert ledger.is_sound()
    assert ledger.verify().is_good
    assert [each.sequence for each in ledger.entries()] == list(range(6))
    assert [each.sequence for each in ledger.open_intents()] == [2, 5]
    assert sorted(ledger.outcomes([0, 1, 2])) == [0, 1]
    for sequence in range(6):
        proof = ledger.inclusion_proof(sequence)
        assert merkle.is_included(proof.leaf, sequence, 6, proof.hashes, proof.root)
    evidence = ledger.evidence([1, 4], size=5)
    assert evidence[1].entry.entry.deed is Deed.INTENT
    ledger.close()


def test_the_short_cut_is_not_needed_and_texts_are_found_across_years(written, tmp_path):
    path = copied(written, tmp_path)
    (path / "ledger" / "standing").unlink()
    ledger = opened(path)

    assert ledger.is_good
    assert ledger.append([outcome(2)], at=AFTER) == range(6, 7)
    assert [each.sequence for each in ledger.open_intents()] == [5]
    ledger.close()


def test_a_ledger_of_one_file_goes_on_and_its_years_are_sealed_as_one(tmp_path):
    ledger = opened(tmp_path)
    ledger.append(intents(2), at=BEFORE - timedelta(days=800))
    ledger.close()
    leaves = tmp_path / "ledger" / "leaves.jsonl"
    with leaves.open("ab") as file:  # as an older version went on in the same file
        other = opened(tmp_path / "other")
        other.append(intents(2), at=BEFORE - timedelta(days=800))
        other.append([outcome(0)], at=BEFORE - timedelta(days=800))
        other.close()
        text = (tmp_path / "other" / "ledger" / "leaves.jsonl").read_bytes().split(b"\n")[2]
        file.write(text.replace(b"2024-10", b"2026-10") + b"\n")
    ledger = opened(tmp_path)
    kept = ledger.checkpoint()
    ledger.append([outcome(1)], at=AFTER)

    assert names(tmp_path) == ["leaves-2026.jsonl", "leaves.jsonl"]
    assert ledger.verify(kept).is_good
    ledger.close()


def test_a_clock_that_went_astray_seals_nothing_twice(tmp_path):
    ledger = opened(tmp_path)
    for years in (0, 10, 0, 1, 0, 11, 1, 2):
        ledger.append([Entry(deed=Deed.HOLD_PLACED)], at=AFTER + timedelta(days=366 * years))
    kept = ledger.checkpoint()
    ledger.close()

    ledger = opened(tmp_path)
    assert ledger.verify(kept).is_good
    assert [each.sequence for each in ledger.entries()] == list(range(8))
    ledger.close()


class StopError(Exception):
    """The power went."""


class PowerCut(Effects):
    """Carries out so many effects, then no more."""

    def __init__(self, count=None):
        super().__init__()
        object.__setattr__(self, "left", count)
        object.__setattr__(self, "done", 0)

    def _step(self):
        if self.left is not None and self.done >= self.left:
            raise StopError
        object.__setattr__(self, "done", self.done + 1)

    def arm(self, count):
        object.__setattr__(self, "left", count)
        object.__setattr__(self, "done", 0)

    def write(self, descriptor, content):
        self._step()
        return super().write(descriptor, content)

    def truncate(self, descriptor, length_bytes):
        self._step()
        super().truncate(descriptor, length_bytes)

    def fsync(self, descriptor):
        self._step()
        super().fsync(descriptor)

    def replace(self, source, target):
        self._step()
        super().replace(source, target)

    def create(self, path):
        self._step()
        super().create(path)

    def commit(self, connection):
        self._step()
        super().commit(connection)


def test_a_kill_at_every_effect_of_sealing_loses_nothing(tmp_path_factory):
    count = 0
    while True:
        path = tmp_path_factory.mktemp("cut")
        effects = PowerCut()
        ledger = opened(path, effects=effects)
        ledger.append(intents(3), at=BEFORE)
        kept = ledger.checkpoint()
        effects.arm(count)
        try:
            ledger.append([outcome(0)], at=AFTER)
        except StopError:
            is_whole = False
        else:
            is_whole = True
        ledger.close()

        again = opened(path)
        assert again.is_sound(), (count, again.complaint)
        assert again.verify(kept).is_good, count
        assert again.size >= 3
        assert again.open_intents()[0].sequence in {0, 1}
        again.append([outcome(2)], at=AFTER)
        assert names(path) == ["leaves-2026.jsonl", "leaves.jsonl"], count
        assert again.verify(kept).is_good, count
        again.close()
        if is_whole:
            break
        count += 1
    assert count > 6


class Refuses(Effects):
    """Has no room for a new file."""

    def create(self, path):
        del path
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_no_new_file_can_be_made_nothing_is_written_and_the_next_one_goes_on(tmp_path):
    ledger = opened(tmp_path, effects=Refuses())
    ledger.append(intents(1), at=BEFORE)
    with pytest.raises(GallraError):
        ledger.append([outcome(0)], at=AFTER)

    assert ledger.append([outcome(0)], at=AFTER) == range(1, 2)
    assert ledger.verify().is_good
    ledger.close()


def test_another_process_notices_that_a_year_was_sealed(tmp_path):
    one, two = opened(tmp_path), opened(tmp_path)
    one.append(intents(2), at=BEFORE)
    assert two.size == 2
    reading = two.entries()
    next(reading)
    one.append([outcome(0)], at=AFTER)

    assert two.append([outcome(1)], at=AFTER) == range(3, 4)
    assert next(reading).sequence == 1
    assert one.size == 4
    assert one.verify().is_good
    assert two.open_intents() == ()
    one.close()
    two.close()


@pytest.mark.parametrize(
    "harm", ["sealed gone", "sealed changed", "sealed cut", "swapped", "active gone", "no note"]
)
def test_whatever_is_done_to_a_sealed_year_is_noticed(written, tmp_path, harm):
    path = copied(written, tmp_path)
    folder = path / "ledger"
    sealed, active = folder / "leaves-2026.jsonl", folder / "leaves.jsonl"
    sealed.chmod(0o600)
    content = sealed.read_bytes()
    match harm:
        case "sealed gone":
            sealed.unlink()
        case "sealed changed":
            sealed.write_bytes(content.replace(b"quarantined", b"quarantineD"))
        case "sealed cut":
            sealed.write_bytes(content[:-5])
        case "swapped":
            sealed.write_bytes(active.read_bytes())
            active.write_bytes(content)
        case "active gone":
            active.unlink()
        case "no note":
            (folder / "checkpoint-2026").unlink()
    ledger = opened(path)

    assert not ledger.verify().is_good
    if harm != "no note":
        assert not ledger.is_sound()
    ledger.close()
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--key"]
    done = subprocess.run(
        [*command, str(folder / "public.vkey")], capture_output=True, text=True, check=False
    )
    # the program knows nothing of the year's own checkpoint: whoever kept it gives it
    assert (done.returncode == 0) == (harm == "no note")


def test_the_script_that_needs_no_gallra_reads_across_years(written):
    folder = written / "ledger"
    command = [sys.executable, "-I", str(VERIFIER), str(folder), "--vault", "--key"]
    done = subprocess.run(
        [*command, str(folder / "public.pem"), "--checkpoint", str(folder / "checkpoint-2025")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "good" in done.stdout
    assert "6 entries are there" in done.stdout
    assert "6 texts" in done.stdout


def test_bytes_changed_behind_every_time_stamp_are_found_before_destruction(written, tmp_path):
    path = copied(written, tmp_path)
    ledger = opened(path)
    assert ledger.is_good
    # no time stamp tells: as a disk that returns another byte, or an edit in the same tick
    descriptor = ledger._folder.leaves().active.descriptor
    content = os.pread(descriptor, 4096, 0)
    writable = os.open(path / "ledger" / "leaves.jsonl", os.O_RDWR)
    os.pwrite(writable, content.replace(b"quarantine", b"Quarantine", 1), 0)
    os.close(writable)
    ledger._standing.fingerprint = ledger._folder.leaves().fingerprint
    assert ledger.is_good

    assert not ledger.is_sound()
    ledger.close()

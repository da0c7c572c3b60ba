"""Nothing in the ledger can be changed unseen, and what is personal in it can be erased."""

import errno
import os
import shutil
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.model.errors import BrakeError, DurabilityError, GallraError
from gallra.model.ledger import Deed, Entry
from gallra.store import merkle
from gallra.store.effects import Effects
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = Keys(b"k" * 32)
ROOT = Path(__file__).parents[2]
SECRET_NAME = "Anna Andersson/lön 2020.xlsx"


def opened(path, **options):
    return Ledger.open(path / "ledger", KEYS, origin="gallra.ledger/1", **options)


def intents(count, path=SECRET_NAME):
    return [
        Entry(
            deed=Deed.INTENT,
            act="quarantine",
            class_code="salary-list",
            authority="F15.5",
            rules_digest="ab" * 32,
            rule_number=3,
            clear=(("path", f"{path} {number}"), ("share", "gemensam"), ("size_bytes", number)),
        )
        for number in range(count)
    ]


def outcomes(numbers, deed=Deed.QUARANTINED):
    return [Entry(deed=deed, act="quarantine", intent=number) for number in numbers]


@pytest.fixture
def ledger(tmp_path):
    made = opened(tmp_path)
    yield made
    made.close()


def test_what_is_appended_is_read_back_as_it_was_told(ledger):
    numbers = ledger.append(intents(3), at=AT)
    ledger.append(outcomes(numbers[:1]), at=AT + timedelta(days=1))

    found = list(ledger.entries())

    assert [each.sequence for each in found] == [0, 1, 2, 3]
    assert dict(found[1].entry.clear) == dict(intents(3)[1].clear)
    assert found[3].entry.intent == 0
    assert [each.sequence for each in ledger.open_intents()] == [1, 2]
    assert ledger.outcomes([0, 1]) == {0: found[3]}
    assert ledger.last_at == AT + timedelta(days=1)
    assert [each.sequence for each in ledger.entries(since=AT + timedelta(hours=1))] == [3]
    assert [each.sequence for each in ledger.entries(until=AT + timedelta(hours=1))] == [0, 1, 2]
    assert [each.sequence for each in ledger.entries(first=2)] == [2, 3]


def test_a_new_ledger_is_good_and_empty(ledger, tmp_path):
    assert ledger.is_good
    assert ledger.verify().is_good
    assert ledger.verify().entry_count == 0
    assert ledger.last_at is None
    assert ledger.append([], at=AT) == range(0)
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "ledger").iterdir()} == {0}


def test_leaves_hold_no_personal_data(ledger, tmp_path):
    ledger.append(intents(2), at=AT)

    assert b"Anna" not in (tmp_path / "ledger" / "leaves.jsonl").read_bytes()


def test_erased_text_is_nowhere_on_the_disk_and_everything_still_verifies(ledger, tmp_path):
    numbers = ledger.append(intents(50), at=AT)
    kept = ledger.checkpoint()
    proof = ledger.inclusion_proof(7)

    ledger.erase(numbers)

    for path in (tmp_path / "ledger").iterdir():
        assert b"Anna" not in path.read_bytes(), path.name
    assert ledger.verify(kept).is_good
    assert merkle.is_included(proof.leaf, 7, 50, proof.hashes, proof.root)
    assert all(each.is_erased and each.entry.clear == () for each in ledger.entries())


def test_opening_again_goes_on_with_or_without_the_short_cut(tmp_path):
    for number in range(4):
        ledger = opened(tmp_path)
        assert ledger.is_good
        ledger.append(intents(3), at=AT)
        assert ledger.size == 3 * (number + 1)
        ledger.close()
        if number % 2:
            (tmp_path / "ledger" / "standing").unlink()
    ledger = opened(tmp_path)
    assert len(ledger.open_intents()) == 12
    ledger.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return a closed, signed ledger to make copies of."""
    path = tmp_path_factory.mktemp("written")
    ledger = opened(path)
    numbers = ledger.append(intents(5), at=AT)
    ledger.append(outcomes(numbers), at=AT)
    ledger.checkpoint()
    ledger.close()
    return path


def copied(written, tmp_path_factory):
    path = tmp_path_factory.mktemp("copy")
    shutil.copytree(written / "ledger", path / "ledger")
    return path


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_flipped_bit_in_the_leaves_is_noticed(written, tmp_path_factory, data):
    path = copied(written, tmp_path_factory)
    leaves = path / "ledger" / "leaves.jsonl"
    content = bytearray(leaves.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    leaves.write_bytes(content)
    if data.draw(st.booleans()):
        (path / "ledger" / "standing").unlink()

    ledger = opened(path)
    try:
        assert not ledger.is_good
        assert not ledger.verify().is_good
        with pytest.raises(BrakeError):
            ledger.append(intents(1), at=AT)
        with pytest.raises(BrakeError):
            ledger.checkpoint()
    finally:
        ledger.close()


@pytest.mark.parametrize(
    "harm",
    ["cut", "emptied", "removed", "swapped", "inserted", "no checkpoint", "forged checkpoint"],
)
@pytest.mark.parametrize("has_standing", [False, True])
def test_whatever_is_done_to_the_leaves_is_noticed(written, tmp_path_factory, harm, has_standing):
    path = copied(written, tmp_path_factory)
    leaves = path / "ledger" / "leaves.jsonl"
    lines = leaves.read_bytes().splitlines(keepends=True)
    match harm:
        case "cut":
            leaves.write_bytes(b"".join(lines[:-1]))
        case "emptied":
            leaves.write_bytes(b"")
        case "removed":
            leaves.unlink()
        case "swapped":
            leaves.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
        case "inserted":
            leaves.write_bytes(b"".join([lines[0], *lines]))
        case "no checkpoint":
            (path / "ledger" / "checkpoint").unlink()
        case "forged checkpoint":
            note = (path / "ledger" / "checkpoint").read_text()
            (path / "ledger" / "checkpoint").write_text(note.replace("\n10\n", "\n9\n"))
    if not has_standing:
        (path / "ledger" / "standing").unlink()

    ledger = opened(path)
    assert not ledger.is_good
    assert ledger.append([Entry(deed=Deed.HOLD_PLACED)], at=AT)
    ledger.close()


def test_entries_newer_than_the_checkpoint_cannot_be_cut_off_either(tmp_path):
    ledger = opened(tmp_path)
    ledger.append(intents(3), at=AT)
    ledger.close()
    leaves = tmp_path / "ledger" / "leaves.jsonl"
    leaves.write_bytes(b"".join(leaves.read_bytes().splitlines(keepends=True)[:2]))

    ledger = opened(tmp_path)
    assert "missing" in ledger.complaint
    ledger.close()


def test_another_secret_is_noticed(written, tmp_path_factory):
    path = copied(written, tmp_path_factory)
    ledger = Ledger.open(path / "ledger", Keys(b"x" * 32), origin="gallra.ledger/1")
    assert "secret" in ledger.complaint
    ledger.close()


def test_a_changed_text_in_the_vault_is_noticed_and_not_believed(ledger):
    ledger.append(intents(3), at=AT)
    ledger._vault._connection.execute("UPDATE clear SET text = x'7b7d' WHERE sequence = 1")

    assert not ledger.verify().is_good
    with pytest.raises(BrakeError):
        ledger.open_intents()


def test_a_checkpoint_kept_elsewhere_shows_a_joint_rollback(written, tmp_path_factory):
    path = copied(written, tmp_path_factory)
    later = opened(path)
    later.append(intents(2), at=AT)
    kept = later.checkpoint()
    later.close()
    rolled_back = opened(copied(written, tmp_path_factory))

    assert later.origin == rolled_back.origin
    assert rolled_back.verify().is_good
    assert "missing" in rolled_back.verify(kept).complaint
    assert not rolled_back.verify("nonsense").is_good
    assert rolled_back.is_good
    rolled_back.close()


def test_an_old_checkpoint_is_still_the_beginning_of_a_longer_ledger(ledger):
    ledger.append(intents(3), at=AT)
    old = ledger.checkpoint()
    ledger.append(intents(4), at=AT)

    assert ledger.verify(old).is_good


def test_a_torn_last_line_is_dropped(written, tmp_path_factory):
    path = copied(written, tmp_path_factory)
    with (path / "ledger" / "leaves.jsonl").open("ab") as file:
        file.write(b'{"at":"2026')

    ledger = opened(path)
    assert ledger.is_good
    assert ledger.size == 10
    assert ledger.append(intents(1), at=AT) == range(10, 11)
    assert ledger.verify().is_good
    ledger.close()


class Fails(Effects):
    """Fails at one call."""

    def __init__(self, name, code):
        super().__init__()
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "armed", [])

    def _may(self, name):
        if self.armed and name == self.name:
            raise OSError(self.code, os.strerror(self.code))

    def write(self, descriptor, content):
        if self.armed and self.name == "short write":
            if len(self.armed) > 1:
                raise OSError(self.code, os.strerror(self.code))
            self.armed.append(True)
            return super().write(descriptor, content[:100])
        self._may("write")
        return super().write(descriptor, content)

    def fsync(self, descriptor):
        self._may("fsync")
        super().fsync(descriptor)

    def commit(self, connection):
        self._may("commit")
        super().commit(connection)


@pytest.mark.parametrize("name", ["write", "short write", "commit"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_what_cannot_be_written_whole_is_not_written(tmp_path, name, code):
    effects = Fails(name, code)
    ledger = opened(tmp_path, effects=effects)
    ledger.append(intents(2), at=AT)
    before = (tmp_path / "ledger" / "leaves.jsonl").read_bytes()
    effects.armed.append(True)

    with pytest.raises(GallraError):
        ledger.append(intents(3), at=AT)

    assert (tmp_path / "ledger" / "leaves.jsonl").read_bytes() == before
    effects.armed.clear()
    assert ledger.append(intents(1), at=AT) == range(2, 3)
    assert ledger.verify().is_good
    ledger.close()


def test_after_a_failed_fsync_nothing_more_is_appended(tmp_path):
    effects = Fails("fsync", errno.EIO)
    ledger = opened(tmp_path, effects=effects)
    effects.armed.append(True)
    with pytest.raises(DurabilityError):
        ledger.append(intents(1), at=AT)
    effects.armed.clear()

    with pytest.raises(DurabilityError):
        ledger.append(intents(1), at=AT)
    ledger.close()


def test_two_processes_append_at_the_same_time(tmp_path):
    script = """
        import sys
        from datetime import UTC, datetime
        from pathlib import Path
        sys.path.insert(0, sys.argv[1])
        from gallra.model.ledger import Deed, Entry
        from gallra.store.keys import Keys
        from gallra.store.ledger import Ledger
        ledger = Ledger.open(Path(sys.argv[2]), Keys(b"k" * 32), origin="gallra.ledger/1")
        for number in range(40):
            entries = [Entry(deed=Deed.HOLD_PLACED, clear=(("reference", sys.argv[3]),))] * 3
            ledger.append(entries, at=datetime(2026, 11, 22, tzinfo=UTC))
            if number % 10 == 0:
                ledger.checkpoint()
    """
    children = [
        subprocess.Popen(
            [
                sys.executable, "-c", textwrap.dedent(script), str(ROOT / "daemon"),
                str(tmp_path / "ledger"), name,
            ]
        )
        for name in ("one", "two")
    ]  # fmt: skip

    assert [child.wait() for child in children] == [0, 0]
    ledger = opened(tmp_path)
    told = [dict(each.entry.clear)["reference"] for each in ledger.entries()]
    assert (told.count("one"), told.count("two")) == (120, 120)
    assert ledger.verify().is_good
    ledger.close()


@given(st.lists(st.binary(max_size=20), max_size=40), st.data())
def test_every_leaf_can_be_proved_and_no_other_leaf_in_its_place(leaves, data):
    root = merkle.root_of(leaves)
    for sequence, leaf in enumerate(leaves):
        proof = merkle.inclusion_proof(iter(leaves), sequence, len(leaves))
        assert merkle.is_included(leaf, sequence, len(leaves), proof, root)
        assert not merkle.is_included(leaf + b"x", sequence, len(leaves), proof, root)
        other = data.draw(st.integers(0, len(leaves) - 1))
        if leaves[other] != leaf:
            assert not merkle.is_included(leaf, other, len(leaves), proof, root)


def test_the_tree_is_that_of_rfc_6962():
    # The test vectors of the Certificate Transparency reference implementation.
    leaves = [
        b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
        bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
    ]  # fmt: skip
    assert merkle.root_of(leaves).hex() == (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    )
    assert merkle.root_of(leaves[:3]).hex() == (
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    )


def verified(path, *arguments):
    command = [str(ROOT / "scripts" / "verify-ledger"), str(path / "ledger"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("form", ["public.vkey", "public.pem"])
def test_the_shipped_script_verifies_with_openssl_alone(written, form):
    done = verified(written, "--vault", "--key", str(written / "ledger" / form))

    assert (done.returncode, done.stderr) == (0, "")
    assert "10 entries" in done.stdout
    assert "10 texts are those that were written, 0 were erased" in done.stdout


def test_the_shipped_script_notices_a_change_and_another_key(written, tmp_path_factory):
    path = copied(written, tmp_path_factory)
    other = tmp_path_factory.mktemp("other")
    Ledger.open(other / "ledger", Keys(b"x" * 32), origin="gallra.ledger/1").close()
    key = str(written / "ledger" / "public.vkey")

    assert verified(path, "--key", str(other / "ledger" / "public.vkey")).returncode == 1
    assert verified(path, "--key", str(other / "ledger" / "public.pem")).returncode == 1
    leaves = path / "ledger" / "leaves.jsonl"
    leaves.write_bytes(leaves.read_bytes().replace(b"salary", b"Salary", 1))
    done = verified(path, "--key", key)
    assert (done.returncode, done.stdout) == (1, "")
    assert "NOT GOOD" in done.stderr
    leaves.write_bytes(b"")
    assert "missing" in verified(path, "--key", key).stderr

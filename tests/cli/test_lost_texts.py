"""What happens where the log's texts, or its public key, are not there any more."""

import pytest

from gallra.store.keys import Keys
from gallra.store.ledger import Ledger

SALARIES = "Löner/Lönelista 2019.csv"


@pytest.fixture
def due(club):
    """A club in which one list is due."""
    club.write_rules(mode="enforce")
    assert club.run("scan")[0] == 0
    assert club.run("log")[0] == 0
    assert not (club.folder / "state" / "ledger" / "vault.db-wal").exists()
    return club


def lose(vault, harm):
    if harm == "gone":
        vault.unlink()
    elif harm == "emptied":
        vault.write_bytes(b"")
    else:
        content = vault.read_bytes()
        vault.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))


@pytest.mark.parametrize("harm", ["gone", "emptied"])
def test_without_the_texts_nothing_goes_until_a_person_releases_it(due, harm):
    vault = due.folder / "state" / "ledger" / "vault.db"
    kept = vault.read_bytes()
    lose(vault, harm)

    code, _, told = due.run("run", "--once")

    assert code == 3
    assert "the texts of the log are lost" in told
    assert (due.share / SALARIES).exists()
    assert due.run("log", "verify")[0] == 1
    summary = due.objects("plan")[1][-1]
    assert f"gallra plan --confirm {summary['hash']} --release vault" in told
    assert due.run("plan", "--confirm", summary["hash"])[0] == 3
    assert due.run("run", "--once")[0] == 3
    if harm == "gone":
        vault.write_bytes(kept)
    else:
        assert due.run("plan", "--confirm", summary["hash"], "--release", "vault")[0] == 0
    assert due.run("run", "--once")[0] == 0
    assert not (due.share / SALARIES).exists()


def test_with_a_vault_that_cannot_be_read_nothing_is_done(due):
    lose(due.folder / "state" / "ledger" / "vault.db", "damaged")

    code, _, told = due.run("run", "--once")

    assert (code, "vault.db" in told) == (1, True)
    assert (due.share / SALARIES).exists()


def test_a_public_key_that_was_deleted_is_written_again(due):
    ledger = due.folder / "state" / "ledger"
    names = ("public.vkey", "public.pem")
    before = [(ledger / name).read_bytes() for name in names]
    for name in names:
        (ledger / name).unlink()

    assert due.run("log", "verify")[0] == 0

    assert [(ledger / name).read_bytes() for name in names] == before


def test_with_another_secret_no_public_key_is_written_and_the_log_does_not_hold(tmp_path):
    Ledger.open(tmp_path, Keys(b"a" * 32), origin="gallra.ledger/1").close()
    (tmp_path / "public.vkey").unlink()

    ledger = Ledger.open(tmp_path, Keys(b"b" * 32), origin="gallra.ledger/1")

    assert "not signed with this ledger's key" in ledger.complaint
    assert not (tmp_path / "public.vkey").exists()
    ledger.close()

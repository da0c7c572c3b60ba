"""A secret that is gone, or another than the log was begun with, is refused; nothing is done."""

import shutil

import pytest

from gallra.model.errors import BrakeError
from gallra.service.cycle import run_cycle
from gallra.service.house import House

RULES = """
version = 1
[organisation]
name = "Klubben vid Exempelbolaget"
language = "en"
timezone = "Europe/Stockholm"
[share.gemensam]
path = "{share}"
role = "common-area"
"""


@pytest.fixture
def club(tmp_path, monkeypatch):
    """A club of which everything has been looked at once."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "share").mkdir()
    (tmp_path / "rules.toml").write_text(RULES.format(share=tmp_path / "share"), "utf-8")
    with opened(tmp_path) as house:
        run_cycle(house, worker_count=1)
    return tmp_path


def opened(folder):
    return House.open(folder / "rules.toml", folder / "state")


def state(folder):
    """What the state directory holds, but for locks and SQLite's own files."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in (folder / "state").rglob("*")
        if path.is_file() and path.suffix != ".lock" and not path.name.endswith(("-wal", "-shm"))
    }


def refusal(folder):
    """Return the one sentence with which a whole cycle is refused."""
    before = state(folder)
    with opened(folder) as house, pytest.raises(BrakeError) as refused:
        run_cycle(house, worker_count=1)
    assert state(folder) == before
    (message,) = refused.value.messages
    return message.in_english()


def test_a_secret_that_is_gone_is_not_made_anew(club):
    (club / "state" / "secret").unlink()

    assert "the secret is not there" in refusal(club)
    assert not (club / "state" / "secret").exists()


def test_another_secret_is_refused_and_the_catalogue_is_not_built_anew(club):
    (club / "state" / "secret").write_bytes(b"x" * 32)

    assert "the secret is not the one that the log was begun with" in refusal(club)
    assert not list((club / "state").glob("catalogue.db.damaged*"))


def test_another_credential_is_refused_though_the_file_would_be_right(club, monkeypatch):
    given = club / "credentials"
    given.mkdir()
    (given / "gallra-secret").write_bytes(b"y" * 32)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))

    told = refusal(club)
    assert str(given / "gallra-secret") in told
    assert "is not the one" in told


def test_the_file_may_become_a_credential_and_all_goes_on(club, monkeypatch):
    given = club / "credentials"
    given.mkdir()
    shutil.move(club / "state" / "secret", given / "gallra-secret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))

    with opened(club) as house:
        assert run_cycle(house, worker_count=1).exit_code == 0
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    assert "the secret is not there" in refusal(club)


def test_without_the_public_key_the_checkpoint_tells(club):
    (club / "state" / "ledger" / "public.vkey").unlink()
    (club / "state" / "secret").write_bytes(b"x" * 32)

    with opened(club) as house:
        assert not house.ledger.is_good


def test_where_no_log_was_begun_a_secret_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    (tmp_path / "share").mkdir()
    (tmp_path / "rules.toml").write_text(RULES.format(share=tmp_path / "share"), "utf-8")
    with opened(tmp_path) as house:
        assert house.keys
    assert (tmp_path / "state" / "secret").exists()

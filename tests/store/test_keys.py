"""The secret is ours alone, made once, and never given away."""

import os
import stat

import pytest

from gallra.model.errors import WrongUseError
from gallra.model.finding import SPECIAL_CATEGORIES
from gallra.store.keys import Keys


@pytest.fixture(autouse=True)
def _without_credentials(monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def test_a_secret_is_made_once_and_kept(tmp_path):
    first = Keys.open(tmp_path / "state").digest_keys()

    assert Keys.open(tmp_path / "state").digest_keys() == first
    assert stat.S_IMODE((tmp_path / "state" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["secret"]


def test_each_purpose_has_a_key_of_its_own(tmp_path):
    keys = Keys.open(tmp_path)
    found = [*keys.digest_keys().values(), keys.derived("ledger/ed25519"), keys.derived("x")]

    assert len(set(found)) == len(found)
    assert {len(key) for key in found} == {32}
    assert not SPECIAL_CATEGORIES & set(keys.digest_keys())


def test_the_credential_wins(tmp_path, monkeypatch):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "gallra-secret").write_bytes(b"c" * 32)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))

    assert Keys.open(tmp_path).derived("x") == Keys(b"c" * 32).derived("x")
    assert not (tmp_path / "secret").exists()


def test_a_secret_may_be_written_as_hex(tmp_path):
    (tmp_path / "secret").write_text("63" * 32 + "\n")
    (tmp_path / "secret").chmod(0o600)

    assert Keys.open(tmp_path).derived("x") == Keys(b"c" * 32).derived("x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused(tmp_path, mode):
    Keys.open(tmp_path)
    (tmp_path / "secret").chmod(mode)

    with pytest.raises(WrongUseError) as caught:
        Keys.open(tmp_path)
    assert "chmod 600" in caught.value.messages[0].in_english()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33, b"z" * 64])
def test_a_secret_of_another_length_is_refused_and_kept(tmp_path, content):
    (tmp_path / "secret").write_bytes(content)
    (tmp_path / "secret").chmod(0o600)

    with pytest.raises(WrongUseError, match="32 bytes"):
        Keys.open(tmp_path)
    assert (tmp_path / "secret").read_bytes() == content


def test_a_secret_behind_a_link_is_refused(tmp_path):
    (tmp_path / "other").write_bytes(b"c" * 32)
    (tmp_path / "secret").symlink_to(tmp_path / "other")

    with pytest.raises(Exception, match="neither read nor made"):
        Keys.open(tmp_path)


def test_a_fifo_in_its_place_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "secret", 0o600)

    with pytest.raises(WrongUseError):
        Keys.open(tmp_path)


def test_printing_the_keys_tells_nothing():
    assert repr(Keys(b"c" * 32)) == "Keys(…)"

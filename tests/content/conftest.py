"""What the tests of the content room share: reading a literal, and finding the fixtures."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gallra.content.bounds import BOUNDS, Bounds
from gallra.content.reader import read
from gallra.model.passage import Outcome, Part

sys.path.append(str(Path(__file__).parent))
"""What writes files for tests lies beside them."""

from compound_writer import compound_file  # noqa: E402 - found by the line above
from outlook_writer import message_file, message_tree  # noqa: E402 - as above
from real_worker import Worker  # noqa: E402 - as above

Read = Callable[..., list[Part]]


def read_bytes(content: bytes, name: str = "", bounds: Bounds = BOUNDS) -> list[Part]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return list(read(file.fileno(), name, bounds=bounds))


def read_path(path: Path, bounds: Bounds = BOUNDS) -> list[Part]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(read(descriptor, path.name, bounds=bounds))
    finally:
        os.close(descriptor)


@pytest.fixture(name="read")
def _read() -> Read:
    return read_bytes


@pytest.fixture(name="read_path")
def _read_path() -> Callable[..., list[Part]]:
    return read_path


@pytest.fixture(scope="session")
def fixtures() -> Path:
    folder = Path(__file__).parents[2].parent / "shared" / "fixtures"
    if not (folder / "manifest.jsonl").exists():
        pytest.skip("the shared fixtures are not beside this checkout")
    return folder


@pytest.fixture(name="compound_file")
def _compound_file() -> Callable[..., bytes]:
    return compound_file


@pytest.fixture(name="message_file")
def _message_file() -> Callable[..., bytes]:
    return message_file


@pytest.fixture(name="message_tree")
def _message_tree() -> Callable[..., object]:
    return message_tree


def check_parts(parts: list[Part]) -> None:
    """Whatever a file holds, this is true of the parts that it was read as."""
    addresses = [part.address for part in parts]
    assert addresses.count("") == 1
    assert len(set(addresses)) == len(addresses)
    for part in parts:
        assert isinstance(part.outcome, Outcome)
        assert (part.reason is None) is (part.outcome is Outcome.READ)
        if part.reason is not None:
            assert part.reason.in_english()
        assert "\0" not in part.text


@pytest.fixture(name="check_parts")
def _check_parts() -> Callable[[list[Part]], None]:
    return check_parts


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    found = Worker(tmp_path_factory.mktemp("worker"))
    yield found
    found.pool.close()

"""What the tests of the content room share: reading a literal, and finding the fixtures."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gallra.content.bounds import BOUNDS, Bounds
from gallra.content.reader import read
from gallra.model.passage import Part

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

"""Shares as literals: what a tree is made of is written as one value and read back as one."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.watch.reconcile import Reconciler

Tree = Mapping[bytes, bytes]


@pytest.fixture
def write(share: Share) -> Callable[[Tree], None]:
    """Make files in the share by path; a path that ends in a slash is a directory."""

    def made(tree: Tree) -> None:
        for path, content in tree.items():
            whole = os.path.join(share.path, path)
            os.makedirs(os.path.dirname(whole), exist_ok=True)
            if not path.endswith(b"/"):
                with open(whole, "wb") as file:
                    file.write(content)

    return made


@pytest.fixture
def on_disk(share: Share) -> Callable[[], set[bytes]]:
    """Read the paths of all regular files in the share."""

    def found() -> set[bytes]:
        return {
            os.path.relpath(os.path.join(directory, name), share.path)
            for directory, _, names in os.walk(share.path)
            for name in names
            if not os.path.islink(os.path.join(directory, name))
        }

    return found


@pytest.fixture
def share(tmp_path: Path) -> Share:
    (tmp_path / "share").mkdir()
    return Share(
        name="gemensam",
        path=os.fsencode(tmp_path / "share"),
        role=ShareRole.COMMON_AREA,
        quarantine=os.fsencode(tmp_path / ".gallra-quarantine-gemensam"),
        line=1,
    )


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db") as opened:
        yield opened


@pytest.fixture
def reconciler(catalogue: Catalogue, share: Share) -> Reconciler:
    return Reconciler(catalogue, [share])


@pytest.fixture
def present(catalogue: Catalogue, share: Share) -> Callable[[], set[bytes]]:
    def paths() -> set[bytes]:
        found = [file.path for file in catalogue.known_files(share.name)]
        assert len(found) == len(set(found)), "a file is in the catalogue twice"
        assert len(found) == catalogue.file_count(share.name)
        return set(found)

    return paths

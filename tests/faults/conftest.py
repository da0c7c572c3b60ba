"""The driver, started once for a file of tests, and the grounds it strikes on."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from grounds import Driver, Grounds

MEMORY = Path("/dev/shm")  # noqa: S108 - a filesystem, in which folders of our own are made


@pytest.fixture(scope="module")
def driver():
    """Return the process that forks gallra; it ends with the module."""
    found = Driver()
    yield found
    found.close()


@pytest.fixture(scope="module")
def memory():
    """Return a folder in memory, where the disk confirms at once; None where there is none."""
    if not MEMORY.is_dir():
        yield None
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(os.path.realpath(folder))


@pytest.fixture(scope="module", params=["one filesystem", "several filesystems"])
def grounds(request, driver, memory, tmp_path_factory):
    """Return a club of which much is due, on one filesystem and on several."""
    folder = tmp_path_factory.mktemp("grounds")
    far = None
    if request.param == "one filesystem":
        folder = memory or folder
    elif memory is None or memory.stat().st_dev == folder.stat().st_dev:
        pytest.skip("there is no second filesystem here")
    else:
        far = memory / "far"
        far.mkdir()
    found = Grounds(driver=driver, folder=folder, far=far)
    found.make()
    return found


@pytest.fixture(scope="module")
def one_club(driver, memory, tmp_path_factory):
    """Return a club on one filesystem."""
    folder = (memory or tmp_path_factory.mktemp("grounds")) / "one club"
    folder.mkdir()
    found = Grounds(driver=driver, folder=folder)
    found.make()
    return found

"""What holds for every test: the same examples on every machine, unless others are asked for."""

import ctypes
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from gallra.service.pool import Pool

# A machine at work may take its time over one example, and a change is judged by the examples
# that the change before it was judged by; the full run looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("new", deadline=None, print_blob=True)
settings.load_profile("new" if os.environ.get("GALLRA_TEST_FULL") else "same")


class KeptPool(Pool):
    """A pool whose sandboxed worker waits for the next command instead of being started anew."""

    def close(self):
        """Leave the worker alone, unless a command was interrupted in the middle of a file."""
        if self.busy_count:
            super().close()

    def close_at_last(self):
        """End the worker."""
        super().close()


@pytest.fixture(scope="session")
def kept_pools():
    """Return what makes pools: for the same keys and eyes the same one, with a single worker."""
    pools = {}

    def pool(*, size, digest_keys, has_eyes=False):
        assert size
        key = (has_eyes, *sorted(digest_keys.items()))
        if key not in pools:
            pools[key] = KeptPool(size=1, digest_keys=digest_keys, has_eyes=has_eyes)
        return pools[key]

    yield pool
    for each in pools.values():
        each.close_at_last()


@pytest.fixture(scope="session")
def credentials(tmp_path_factory):
    """A folder with one secret for all clubs, so that one worker can read for all of them."""
    folder = tmp_path_factory.mktemp("credentials")
    (folder / "gallra-secret").write_bytes(bytes(range(32)))
    return folder


_CLONE_NEWNS = 0x00020000
_MS_REC_PRIVATE = 0x4000 | 0x40000


@pytest.fixture(scope="session")
def _own_mounts():
    """Let this process and its children see mounts that nobody else sees, and that end with it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0:
        pytest.skip("mounting takes root")
    if libc.unshare(_CLONE_NEWNS) or libc.mount(None, b"/", None, _MS_REC_PRIVATE, None):
        pytest.skip(f"no mounts of its own: {os.strerror(ctypes.get_errno())}")


@pytest.fixture
def mount(_own_mounts):
    """Mount ``what`` at ``where``, with options of mount(8); skip where this kernel cannot."""
    places = []

    def mounted(what, where, *options):
        where.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", *options, what, where], capture_output=True, check=False, text=True
        )
        if done.returncode:
            pytest.skip(f"this cannot be mounted here: {' '.join(done.stderr.split())}")
        places.append(where)
        return where

    yield mounted
    for where in reversed(places):
        subprocess.run(["umount", "-l", where], capture_output=True, check=False)


LIMITS = Path("/proc/sys/fs/inotify")


@pytest.fixture
def limit():
    """Lower what the kernel allows, for the whole machine: whoever asks for this runs alone."""
    if os.geteuid() != 0 or not os.access(LIMITS / "max_user_watches", os.W_OK):
        pytest.skip("only root sets the limits of inotify")
    before = {path: path.read_text() for path in LIMITS.iterdir()}

    def lower(name, value):
        (LIMITS / name).write_text(str(value))

    yield lower
    for path, value in before.items():
        path.write_text(value)


def pytest_collection_modifyitems(items):
    """Mark what changes the machine under everybody: scripts/test runs it before all else."""
    for item in items:
        if "limit" in item.fixturenames:
            item.add_marker(pytest.mark.alone)

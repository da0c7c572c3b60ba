"""A pool of real, sandboxed workers, and files to keep them busy."""

import os

import pytest

from gallra.service.channel import Job
from gallra.service.pool import Pool

MESSAGE = (
    b"From a@example.org Mon Jan  6 10:00:00 2025\n"
    b"From: Anna Andersson <a@example.org>\nTo: b@example.org\nSubject: Hej\n"
    b"Date: Mon, 06 Jan 2025 10:00:00 +0100\n\nRing 070-174 06 05 i morgon.\n\n"
)


class Readers:
    """A pool, and a folder with the files that it is given."""

    def __init__(self, folder, size=1):
        self.folder = folder
        self.pool = Pool(size=size, digest_keys={})

    def submit(self, name, content):
        """Write a file and hand it in under its name."""
        path = self.folder / name
        path.write_bytes(content)
        self.pool.submit(name, Job(name=name), os.open(path, os.O_RDONLY | os.O_CLOEXEC))

    def submit_long(self, name="long.mbox"):
        """Hand in a mailbox that takes its reader longer than any test waits."""
        self.submit(name, MESSAGE * 80_000)

    def ended(self, count=1):
        """Return the next ``count`` jobs that end, by name."""
        found = {}
        for _ in range(600):
            found |= {each.key: each for each in self.pool.collect(0.1)}
            if len(found) >= count:
                return found
        raise AssertionError(f"only {sorted(found)} ended")

    def worker_at_work(self):
        """Return the id of the one worker, once it has begun to read."""
        for _ in range(600):
            assert not self.pool.collect(0.05)
            if any(worker.key is not None for worker in self.pool._workers):
                (pid,) = self.pool.process_ids
                return pid
        raise AssertionError("no worker began")


@pytest.fixture
def readers(tmp_path):
    """One worker, started when there is something to read."""
    found = Readers(tmp_path)
    yield found
    found.pool.close()

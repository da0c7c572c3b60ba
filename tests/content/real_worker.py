"""One real worker, asked directly: what tests of bombs, damage and confinement read through."""

import os
from pathlib import Path

from gallra.service.channel import Job
from gallra.service.pool import Finished, Pool


class Worker:
    """One real worker in its real confinement, as the daemon has it."""

    def __init__(self, folder: Path) -> None:
        self.pool = Pool(size=1, digest_keys={})
        self.started: set[int] = set()
        self._folder = folder
        self._number = 0

    @property
    def started_count(self) -> int:
        return len(self.started)

    def read(self, name: str, content: bytes, *, wants_text: bool = False) -> tuple[Finished, int]:
        """Return how the reading of a file ended, and the memory held at the worst moment."""
        path = self._folder / "file"
        path.write_bytes(content)
        for each in self.pool.process_ids:
            Path(f"/proc/{each}/clear_refs").write_bytes(b"5")  # the peak counts from here
        self._number += 1
        job = Job(name=name, wants_text=wants_text)
        self.pool.submit(self._number, job, os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        while True:
            self.started.update(self.pool.process_ids)
            for finished in self.pool.collect(1.0):
                return finished, max(map(_peak_bytes, self.pool.process_ids), default=0)


def _peak_bytes(process_id: int) -> int:
    with Path(f"/proc/{process_id}/status").open(encoding="ascii") as lines:
        (line,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024

"""One scan with so many readers, and when each file was read, by the clock."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from benchmarks.tree import tree_seconds
from gallra.model.arrival import Arrival
from gallra.service import cycle
from gallra.service.cycle import run_cycle
from gallra.service.house import House
from gallra.service.judging import Judged
from gallra.service.pool import Finished, Pool


class WeighedPool(Pool):
    """A pool that notes, when it closes, how long each of its readers has read."""

    worked: ClassVar[list[float]] = []
    started: ClassVar[dict[int, float]] = {}
    """What starting took each of them, by process."""

    def collect(self, timeout_seconds: float = 0.0) -> list[Finished]:
        """Return the jobs that have ended."""
        found = super().collect(timeout_seconds)
        for worker in self._workers:
            reader = worker.child.pid
            if worker.is_ready and reader not in self.started:
                self.started[reader] = tree_seconds(reader)
        return found

    def close(self) -> None:
        """End the readers."""
        self.worked.extend(
            tree_seconds(reader) - self.started.get(reader, 0.0) for reader in self.process_ids
        )
        super().close()


def main() -> None:
    """Print when the largest file had been read, and the last of all others; in seconds."""
    rules, state, workers = sys.argv[1:]
    ended: list[tuple[int, float]] = []
    began = time.monotonic()

    def witness(arrival: Arrival, _: Sequence[Judged]) -> None:
        ended.append((arrival.signature.size_bytes, time.monotonic() - began))

    cycle.Pool = WeighedPool  # type: ignore[misc]  # for this process alone
    with House.open(Path(rules), Path(state)) as house:
        run_cycle(house, acts=False, worker_count=int(workers), witness=witness)
    largest = max(ended)
    others = [at for size, at in ended if size != largest[0]]
    print(
        json.dumps(
            {
                "slowest": largest[1],
                "last_small": max(others),
                "busiest": max(WeighedPool.worked),
                "all": sum(WeighedPool.worked),
            }
        )
    )


main()

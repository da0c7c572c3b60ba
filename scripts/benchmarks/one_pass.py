"""A full pass over an unchanged share and a bare walk of it, in turn, in one process."""

import json
import statistics
import sys
import time
from pathlib import Path

from benchmarks.tree import walk
from gallra.service import clock
from gallra.service.house import House
from gallra.service.shares import look_at_shares, reconciler_of

ROUNDS = 7


def main() -> None:
    """Print the medians, in seconds."""
    rules, state = sys.argv[1:]
    with House.open(Path(rules), Path(state)) as house:
        looks = look_at_shares(house)
        reconciler = reconciler_of(house, looks)
        scans, walks, files = [], [], 0
        paths = [look.share.path for look in looks]
        # a share that lies in another is walked once
        outermost = [
            path
            for path in paths
            if not any(path.startswith(other + b"/") for other in paths if other != path)
        ]
        for _ in range(ROUNDS):
            began = time.perf_counter()
            files = sum(walk(root)[0] for root in outermost)
            walks.append(time.perf_counter() - began)
            began = time.perf_counter()
            for look in looks:
                reconciler.full_pass(look.share, clock.now())
            scans.append(time.perf_counter() - began)
    print(
        json.dumps(
            {
                "files": files,
                "scan": statistics.median(scans),
                "walk": statistics.median(walks),
            }
        )
    )


main()

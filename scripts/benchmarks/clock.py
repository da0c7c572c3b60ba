"""Processor time and memory: of detectors on bulk, and of the sandboxed worker."""

import json
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import materials
from gallra.model.passage import Part
from gallra.service.channel import Job
from gallra.service.pool import Pool

SEED = 1
_NEWS_WORDS = 500_000
_START_PATIENCE_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class Speed:
    """Bulk, and the processor seconds that it took; ``presidio`` is None where not compared."""

    figure: str
    unit: str
    amount: float
    gallra_seconds: float
    presidio_seconds: float | None = None

    @property
    def gallra(self) -> float:
        """In ``unit``."""
        return self.amount / self.gallra_seconds

    @property
    def presidio(self) -> float | None:
        """In ``unit``."""
        return self.amount / self.presidio_seconds if self.presidio_seconds else None


def run(who: str, documents: Sequence[tuple[Part, str]], folder: Path) -> dict[str, Any]:
    """Show ``documents`` to a detector in a process of its own; return what it said."""
    source, target = folder / "detector.in", folder / "detector.out"
    source.write_bytes(pickle.dumps(list(documents)))
    program = Path(__file__).with_name("one_detector.py")
    subprocess.run([sys.executable, program, who, source, target], check=True)
    answer: dict[str, Any] = json.loads(target.read_text())
    return answer


def speeds(
    folder: Path, mails: Sequence[Part], corpora: Path | None, *, is_quick: bool
) -> list[Speed]:
    """Measure processor time on bulk, each in processes that have seen nothing before."""
    part_of_it = 10 if is_quick else 1
    bulks: list[tuple[str, list[Part]]] = [
        ("no candidates", materials.quiet(5_000_000 // part_of_it, seed=SEED)),
        ("dense member lists", materials.member_lists(1_000_000 // part_of_it, seed=SEED)),
        ("short mails", list(mails)),
        ("mails with what they answer", materials.threads(list(mails))),
    ]
    found = []
    for figure, parts in bulks:
        amount = sum(len(part.text.encode()) for part in parts) / 1e6
        looked = [(part, "") for part in parts]
        ours, theirs = (run(who, looked, folder)["seconds"] for who in ("gallra", "presidio"))
        found.append(
            Speed(
                figure=figure,
                unit="MB/s",
                amount=amount,
                gallra_seconds=ours,
                presidio_seconds=theirs,
            )
        )
    if corpora is not None:
        parts = materials.news(corpora, _NEWS_WORDS // part_of_it)
        words = sum(len(part.text.split()) for part in parts)
        for figure, who in (("names alone", "names"), ("news, everything on", "gallra")):
            seconds = run(who, [(part, "") for part in parts], folder)["seconds"]
            found.append(Speed(figure=figure, unit="words/s", amount=words, gallra_seconds=seconds))
    return found


def worker_costs(share: Path) -> dict[str, float]:
    """Start one sandboxed worker, let it read the share, and return its seconds and bytes."""
    paths = sorted(path for path in share.rglob("*") if path.is_file())
    pool = Pool(size=1, digest_keys={"PERSON": bytes(32)})
    try:
        began = time.monotonic()
        _submit(pool, paths[0])
        _wait(pool)
        # the first file is small: what it adds is told apart by reading it once more
        first = time.monotonic() - began
        (worker,) = pool.process_ids
        start_seconds = _processor_seconds(worker)
        began = time.monotonic()
        _submit(pool, paths[0])
        _wait(pool)
        again = time.monotonic() - began
        start_bytes = _memory(worker, "VmRSS")
        for path in paths:
            _submit(pool, path)
            _wait(pool)
        return {
            "worker start seconds": first - again,
            "worker start processor seconds": start_seconds,
            "worker start bytes": start_bytes,
            "worker peak bytes": _memory(worker, "VmHWM"),
        }
    finally:
        pool.close()


def _submit(pool: Pool, path: Path) -> None:
    pool.submit(path, Job(name=path.name), os.open(path, os.O_RDONLY))


def _wait(pool: Pool) -> None:
    deadline = time.monotonic() + _START_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if pool.collect(1.0):
            return
    raise SystemExit("bench: the worker did not answer")


def _processor_seconds(process: int) -> float:
    after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int, name: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("bench: the worker is gone")

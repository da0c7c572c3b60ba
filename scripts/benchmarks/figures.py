"""Each benchmark returns rows: figure, value, unit, and what it was measured beside."""

import json
import os
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.tree import Peak, children_processor_seconds, resident_bytes, tree_seconds
from sample_share import write_share

Row = dict[str, object]

SEED = 1
_PATIENCE_SECONDS = 300.0
_CALM_LOOKS = 20
"""So many looks, half a second apart, must find no less memory before the daemon counts as idle."""


def cycle(folder: Path, files: int | None) -> list[Row]:
    """Measure run --once on a fresh state, beside the bare reading of the same bytes."""
    share = share_of(folder, files or 5_000)
    paths = [path for path in share.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in paths)
    before = time.process_time()
    for path in paths:
        path.read_bytes()
    bare = time.process_time() - before
    found, seconds, wall, peak = _cycle(share, folder / "cycle.state", "run")
    stages = {
        "looking": found["looking_seconds"],
        "content": found["content_seconds"],
        "detect": found["detect_seconds"],
        "classify": found["classify_seconds"],
        "catalogue": found["catalogue_seconds"],
        "planning": found["planning_seconds"],
    }
    stages["the rest"] = seconds - sum(stages.values())
    return [
        row("files read", found["file_count"], "files"),
        row("files per processor second", round(found["file_count"] / seconds, 1), "files/s"),
        row("MB per processor second", round(size / 1e6 / seconds, 2), "MB/s"),
        row(
            "processor time",
            round(seconds, 2),
            "s",
            "bare reading",
            round(bare, 3),
            round(seconds / bare, 1),
        ),
        row("wall time", round(wall, 2), "s"),
        row("peak resident memory of the tree", round(peak.resident_bytes / 1e6), "MB"),
        row("the same, shared pages shared out", round(peak.proportional_bytes / 1e6), "MB"),
        *(
            row(f"share of time: {name}", round(100 * part / seconds, 1), "%")
            for name, part in stages.items()
        ),
    ]


def rescan(folder: Path, files: int | None) -> list[Row]:
    """Measure the scan of an unchanged share, beside a bare walk of the same tree."""
    share = share_of(folder, files or 5_000)
    state = folder / "rescan.state"
    _cycle(share, state, "scan")
    program = Path(__file__).with_name("one_pass.py")
    said = subprocess.run(
        [sys.executable, str(program), str(rules_of(share)), str(state)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = json.loads(said)
    return [
        row(
            f"second scan of {found['files']} files, unchanged",
            round(found["scan"] * 1000, 2),
            "ms",
            "scandir+stat",
            round(found["walk"] * 1000, 2),
            round(found["scan"] / found["walk"], 2),
        )
    ]


def latency(folder: Path, files: int | None) -> list[Row]:
    """Measure from a small file's writing to its class in the catalogue."""
    share = share_of(folder, 200)
    state = folder / "latency.state"
    rows = []
    daemon = _daemon(share, state)
    try:
        _wait_until_read(state, at_least=150)
        settle = _settle_seconds(share)
        # alone, one after the other: the first pays for the worker's start
        alone = [_arrivals(share, state, 1, f"alone-{n}")[0] - settle for n in range(10)]
        many = [each - settle for each in _arrivals(share, state, files or 200, "many")]
        for name, found in (("alone", alone), ("200 arriving", many)):
            ordered = sorted(found)
            rows.append(row(f"{name}: p50", round(statistics.median(ordered), 3), "s"))
            rows.append(row(f"{name}: p99", round(ordered[int(len(ordered) * 0.99) - 1], 3), "s"))
            rows.append(row(f"{name}: worst", round(ordered[-1], 3), "s"))
    finally:
        _end(daemon)
    return rows


def idle(folder: Path, files: int | None) -> list[Row]:
    """Measure the idle daemon's memory, beside a bare interpreter's."""
    share = share_of(folder, files or 10_000)
    state = folder / "idle.state"
    bare = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    time.sleep(0.5)
    reference, _ = resident_bytes(bare.pid)
    bare.communicate(b"\n")
    _cycle(share, state, "scan")
    daemon = _daemon(share, state)
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        resident, proportional = resident_bytes(daemon.pid)
        smallest = resident
        calm = 0
        while calm < _CALM_LOOKS and time.monotonic() < deadline:
            time.sleep(0.5)
            resident, proportional = resident_bytes(daemon.pid)
            calm = calm + 1 if resident >= smallest - 100_000 else 0
            smallest = min(smallest, resident)
        before = tree_seconds(daemon.pid)
        time.sleep(10)
        busy = tree_seconds(daemon.pid) - before
    finally:
        _end(daemon)
    return [
        row(
            "idle daemon, resident memory of the tree",
            round(resident / 1e6, 1),
            "MB",
            "bare python3",
            round(reference / 1e6, 1),
            round(resident / reference, 1),
        ),
        row("the same, shared pages shared out", round(proportional / 1e6, 1), "MB"),
        row("processor time of ten idle seconds", round(busy * 1000), "ms"),
    ]


def row(  # noqa: PLR0913, PLR0917 - a row of a table
    figure: str,
    value: object,
    unit: str,
    reference_name: str | None = None,
    reference: object = None,
    ratio: object = None,
) -> Row:
    """Return one row of the table."""
    found: Row = {"figure": figure, "value": value, "unit": unit}
    if reference_name is not None:
        found |= {"reference_name": reference_name, "reference": reference, "ratio": ratio}
    return found


def share_of(folder: Path, files: int) -> Path:
    """Return a sample share of so many files, made where there is none yet."""
    share = folder / f"share-{files}"
    if not share.exists():
        write_share(share, seed=SEED, files=files)
        # pictures have a lane, and a time, of their own
        rules = rules_of(share)
        seeing = rules.read_text("utf-8")
        blind = re.sub(r"(?m)^pages_per_day = \d+", "pages_per_day = 0", seeing)
        rules.write_text(blind, "utf-8")
    return share


def rules_of(share: Path) -> Path:
    """Return the rules that belong to a sample share."""
    return share.with_name(f"{share.name}.rules.toml")


def _cycle(share: Path, state: Path, kind: str) -> tuple[dict[str, float], float, float, Peak]:
    before, began = children_processor_seconds(), time.monotonic()
    program = Path(__file__).with_name("one_cycle.py")
    child = subprocess.Popen(
        [sys.executable, str(program), str(rules_of(share)), str(state), kind],
        stdout=subprocess.PIPE,
        text=True,
    )
    peak = Peak(child.pid)
    said, _ = child.communicate()
    peak.stop()
    if child.returncode:
        raise SystemExit(f"bench: the cycle ended with {child.returncode}")
    return (
        json.loads(said),
        children_processor_seconds() - before,
        time.monotonic() - began,
        peak,
    )


def _daemon(share: Path, state: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("gallra"))]
    return subprocess.Popen(
        [*command, "--rules", str(rules_of(share)), "--state", str(state), "run"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end(daemon: subprocess.Popen[bytes]) -> None:
    daemon.send_signal(signal.SIGTERM)
    daemon.wait(timeout=60)


def _settle_seconds(share: Path) -> float:
    from gallra.rules.loading import load  # noqa: PLC0415 - only here

    return load(str(rules_of(share))).safety.settle.total_seconds()


def _connection(state: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{state}/catalogue.db?mode=ro", uri=True)


def _wait_until_read(state: Path, *, at_least: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.2)
        if not (state / "catalogue.db").exists():
            continue
        with _connection(state) as connection:
            waiting, read = connection.execute(
                "SELECT sum(pending), count(*) FROM file WHERE state = 'present'"
            ).fetchone()
        if read >= at_least and not waiting:
            return
    raise SystemExit("bench: the daemon did not come to rest")


def _arrivals(share: Path, state: Path, count: int, name: str) -> list[float]:
    """Write ``count`` files and return how long each took to have a class, in seconds."""
    folder = next(path for path in sorted(share.rglob("*")) if path.is_dir())
    written: dict[bytes, float] = {}
    for number in range(count):
        path = folder / f"bench-{name}-{number}.txt"
        path.write_text(
            f"Medlemsnr {100000 + number}: Kari Nordmann, kari{number}@example.org\n",
            "utf-8",
        )
        written[os.fsencode(path.name)] = time.time()
    found: dict[bytes, float] = {}
    deadline = time.monotonic() + _PATIENCE_SECONDS
    connection = _connection(state)
    while len(found) < count and time.monotonic() < deadline:
        now = time.time()
        for (each,) in connection.execute(
            "SELECT file.name FROM record JOIN file USING (file_id)"
            " WHERE CAST(file.name AS TEXT) LIKE ?",
            (f"bench-{name}-%",),
        ):
            found.setdefault(each, now)
        time.sleep(0.01)
    connection.close()
    if len(found) < count:
        raise SystemExit("bench: not every file got a class")
    return [found[each] - at for each, at in written.items()]

"""A large share: start to watching, pruned and full pass, memory, beside the bare system calls."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.tree import descendants, resident_bytes, tree_seconds

FILES: Final = 5_000
A_FOLDER: Final = 10
"""Files in each: half a million lie in fifty thousand directories."""
_BRANCHES: Final = 50
_LONG_AGO: Final = (1_600_000_000, 1_600_000_000)
_PATIENCE_SECONDS: Final = 600.0
_CALM_LOOKS: Final = 10
_NOTHING_BYTES: Final = 100_000
_RULES: Final = """\
version = 1
mode = "observe"
[organisation]
name = "Klubben"
controller = "Förbundet"
language = "en"
timezone = "Europe/Stockholm"
[share.bench]
path = "{0}/scale"
role = "common-area"
"""


def rows(folder: Path, files: int | None) -> list[dict[str, object]]:
    """Return what a share of so many files costs, and what the system calls alone cost."""
    directories = max(1, (files or FILES) // A_FOLDER)
    share, rules, state = folder / "scale", folder / "scale.toml", folder / "scale.state"
    share.mkdir()
    rules.write_text(_RULES.format(folder), "utf-8")
    for path in _folders(share, directories):
        path.mkdir(parents=True, exist_ok=True)
        for number in range(A_FOLDER):
            os.close(os.open(path / f"Protokoll {number}.docx", os.O_WRONLY | os.O_CREAT, 0o644))
    for path, _, _ in os.walk(share):
        os.utime(path, _LONG_AGO)  # what changed just now is looked at once more
    found = _measured("one_scale.py", rules, state)
    count = f"{found['files']} files in {found['directories']} directories"
    return [
        _row("a tree of", count, ""),
        _row("the first full pass", found["first"], "s", "scandir+stat", found["walk"]),
        _row("a full pass, nothing changed", found["full"], "s", "scandir+stat", found["walk"]),
        _row("a pruned pass", found["pruned"], "s", "scandir+stat", found["walk"]),
        _row("watching, from its start", found["observer"], "s", "add_watch", found["add_watch"]),
        _row("the same, by the clock", found["observer_wall"], "s"),
        *_daemon(rules, state, int(found["directories"])),
    ]


def _folders(share: Path, count: int) -> Iterator[Path]:
    for number in range(count):
        upper, lower = divmod(number, _BRANCHES)
        yield share / f"Ärende {upper // _BRANCHES}" / f"{upper % _BRANCHES}" / f"Mapp {lower}"


def _measured(program: str, *words: Path) -> dict[str, float]:
    said = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(program)), *map(str, words)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: dict[str, float] = json.loads(said)
    return found


def _daemon(rules: Path, state: Path, directories: int) -> list[dict[str, object]]:
    """Start the daemon over what the catalogue knows; wait until it rests."""
    began = time.monotonic()
    command = [str(Path(sys.executable).with_name("gallra")), "--rules", str(rules)]
    daemon = subprocess.Popen(
        [*command, "--state", str(state), "run"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        watched_after = None
        while watched_after is None and time.monotonic() - began < _PATIENCE_SECONDS:
            time.sleep(0.1)
            if _watched(state) >= directories:
                watched_after = time.monotonic() - began
        resident, proportional, by_process = _at_rest(daemon.pid)
        before = tree_seconds(daemon.pid)
        time.sleep(10)
        busy = tree_seconds(daemon.pid) - before
    finally:
        daemon.terminate()
        daemon.wait(timeout=60)
    if watched_after is None:
        raise SystemExit("bench: not every directory was watched; see fs.inotify.max_user_watches")
    return [
        _row("the daemon's start to watching all, by the clock", watched_after, "s"),
        _row("idle daemon, resident memory of the tree", round(resident / 1e6, 1), "MB"),
        _row("the same, shared pages shared out", round(proportional / 1e6, 1), "MB"),
        _row("of it each process", by_process, "MB"),
        _row("processor time of ten idle seconds", round(busy, 3), "s"),
    ]


def _watched(state: Path) -> int:
    with contextlib.closing(_connection(state)) as connection:
        found = connection.execute("SELECT sum(watched_count) FROM share").fetchone()
    return int(found[0] or 0)


def _connection(state: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{state}/catalogue.db?mode=ro", uri=True)


def _at_rest(root: int) -> tuple[int, int, str]:
    """Return the memory of the tree when it grows no smaller: all pages, its share, by process."""
    smallest, calm = resident_bytes(root), 0
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while calm < _CALM_LOOKS and time.monotonic() < deadline:
        time.sleep(1)
        found = resident_bytes(root)
        calm = calm + 1 if found[0] >= smallest[0] - _NOTHING_BYTES else 0
        smallest = min(smallest, found)
    each = (resident_bytes(process, is_alone=True)[0] for process in descendants(root))
    return *smallest, " + ".join(f"{size / 1e6:.1f}" for size in each)


def _row(
    figure: str,
    value: object,
    unit: str,
    reference_name: str | None = None,
    reference: float | None = None,
) -> dict[str, object]:
    shown = round(value, 3) if isinstance(value, float) else value
    row: dict[str, object] = {"figure": figure, "value": shown, "unit": unit}
    if reference_name is not None and isinstance(value, float) and reference:
        row |= {
            "reference_name": reference_name,
            "reference": round(reference, 3),
            "ratio": round(value / reference, 2),
        }
    return row

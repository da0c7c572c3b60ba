"""A catalogue that cannot be used any more: told from one that never was, and kept aside."""

import contextlib
import os
from datetime import datetime
from pathlib import Path

CATALOGUE = "catalogue.db"
_LEAVES = "leaves*.jsonl"
_MARK = "catalogue.damaged"
_BESIDE = ("-wal", "-shm", "-journal", "")
"""SQLite's own files go first: beside another database they would be taken for its own."""


def is_lost(state: Path) -> bool:
    """Tell whether there was a catalogue that is gone: the ledger has been written to."""
    if os.path.lexists(state / CATALOGUE):
        return False
    try:
        return any(each.stat().st_size > 0 for each in (state / "ledger").glob(_LEAVES))
    except OSError:
        return False


def mark_damaged(state: Path, problem: str) -> None:
    """Note that a command met damage, so that the next run builds the catalogue anew.

    Where that cannot be noted, the next one meets it, too.
    """
    with contextlib.suppress(OSError):
        (state / _MARK).write_text(f"{problem}\n", "utf-8", "backslashreplace")


def damage(state: Path) -> str | None:
    """Return what a command noted; ``None`` where none did."""
    try:
        return (state / _MARK).read_text("utf-8", "replace").strip()
    except OSError:
        return None


def set_aside(state: Path, at: datetime) -> Path | None:
    """Give the catalogue's files other names, and return the new one; nothing is deleted.

    Returns:
        Where it lies; ``None`` where there was no file, or nothing but SQLite's own.

    Raises:
        OSError: If the directory cannot be written to.
    """
    aside = state / f"{CATALOGUE}.damaged-{at:%Y%m%dT%H%M%SZ}"
    number = 1
    while os.path.lexists(aside):
        number += 1
        aside = state / f"{CATALOGUE}.damaged-{at:%Y%m%dT%H%M%SZ}-{number}"
    is_there = os.path.lexists(state / CATALOGUE)
    for suffix in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            (state / f"{CATALOGUE}{suffix}").rename(aside.with_name(f"{aside.name}{suffix}"))
    with contextlib.suppress(FileNotFoundError):
        (state / _MARK).unlink()
    directory = os.open(state, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return aside if is_there else None

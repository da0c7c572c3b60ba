"""Writes a whole sample share: its files, its rules, and the truth about both."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sample_share.papers import at_noon
from sample_share.recipes import RECIPES, counts, made
from sample_share.rules import SHARES, rules_for
from sample_share.truth import lines_about

if TYPE_CHECKING:
    from sample_share.papers import File

DEFAULT_FILES = 180
REFERENCE_DAY = date(2026, 11, 22)
"""The generator's today: it reads no clock, so that a seed means the same for ever."""


class ShareError(Exception):
    """The share cannot be written there; the text says why and what to do."""


def rules_path(directory: Path) -> Path:
    """Return where the rules for ``directory`` stand."""
    return directory.with_name(f"{directory.name}.rules.toml")


def truth_path(directory: Path) -> Path:
    """Return where the truth about ``directory`` stands."""
    return directory.with_name(f"{directory.name}.truth.jsonl")


def write_share(
    directory: Path, *, seed: int, files: int = DEFAULT_FILES, today: date = REFERENCE_DAY
) -> None:
    """Write ``directory`` and, beside it, its rules and its truth.

    The same arguments give the same bytes, names and times. One file is in memory at a time.

    Args:
        directory: Does not exist, or is empty.
        seed: Which share of all.
        files: How many files the share has.
        today: No document is younger.

    Raises:
        ShareError: Something stands there already, or the name cannot be written in rules.
    """
    directory = Path(os.path.abspath(directory))
    rules, truth = rules_path(directory), truth_path(directory)
    _require_room(directory, rules, truth)
    directory.mkdir(parents=True, exist_ok=True)
    for _, folder, _ in SHARES:
        (directory / folder).mkdir(exist_ok=True)
    with truth.open("x", encoding="utf-8", newline="\n") as lines:
        for recipe, count in zip(RECIPES, counts(files), strict=True):
            for number in range(count):
                folder, file = made(recipe, number, seed=seed, today=today)
                path = _written(directory, folder, file, number)
                lines.writelines(lines_about(path, file))
    _still(directory, at_noon(today))
    rules.write_bytes(rules_for(directory))


def _require_room(directory: Path, rules: Path, truth: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise ShareError(f"{directory} is no directory: name one that does not exist yet")
    if directory.is_dir() and any(directory.iterdir()):
        raise ShareError(f"{directory} is not empty: name a directory that does not exist yet")
    for beside in (rules, truth):
        if beside.exists():
            raise ShareError(f"{beside} exists already: move it away, or name another directory")
    try:
        str(directory).encode()
    except UnicodeEncodeError:
        raise ShareError("the directory's name is not UTF-8: rules.toml cannot name it") from None


def _written(directory: Path, folder: str, file: File, number: int) -> str:
    """Write ``file`` below ``directory``, never over another, and return its path there."""
    parent = directory / folder
    parent.mkdir(parents=True, exist_ok=True)
    name = file.name
    stem, dot, ending = name.rpartition(".")
    copy = 0
    while True:
        try:
            with (parent / name).open("xb") as target:
                target.write(file.content)
            break
        except FileExistsError:
            copy += 1
            mark = f" ({number + 1})" if copy == 1 else f" ({number + 1}-{copy})"
            name = f"{stem}{mark}{dot}{ending}"
    at = at_noon(file.subject.on).timestamp()
    os.utime(parent / name, (at, at))
    return f"{folder}/{name}"


def _still(directory: Path, at: datetime) -> None:
    """Set the times of all directories, deepest first: writing into them has moved them."""
    stamp = at.timestamp()
    for folder, _, _ in os.walk(directory, topdown=False):
        os.utime(folder, (stamp, stamp))

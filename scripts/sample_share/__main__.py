"""The command ``scripts/make-share``."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from sample_share import DEFAULT_FILES, REFERENCE_DAY, ShareError, write_share
from sample_share.kinds import FIRST_YEAR


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of files")
    return count


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-11-22") from None
    if day.year < FIRST_YEAR:
        raise argparse.ArgumentTypeError(f"the club's first papers are of {FIRST_YEAR}")
    return day


def main(arguments: list[str] | None = None) -> int:
    """Write the share that the arguments ask for, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/make-share",
        description="Write a sample club share into DIR, rules for it into DIR.rules.toml, and "
        "the truth about it into DIR.truth.jsonl. Same seed, same bytes. Nothing is overwritten.",
    )
    parser.add_argument("directory", metavar="DIR", type=Path, help="new, or empty")
    parser.add_argument("--seed", metavar="N", type=int, required=True, help="which share of all")
    parser.add_argument(
        "--files",
        metavar="N",
        type=_count,
        default=DEFAULT_FILES,
        help="how many files (%(default)s)",
    )
    parser.add_argument(
        "--today",
        metavar="DAY",
        type=_day,
        default=REFERENCE_DAY,
        help="the youngest document's day (%(default)s); the clock is never asked",
    )
    chosen = parser.parse_args(arguments)
    try:
        write_share(chosen.directory, seed=chosen.seed, files=chosen.files, today=chosen.today)
    except (ShareError, OSError) as error:
        print(f"make-share: {error}", file=sys.stderr)
        return 2 if isinstance(error, ShareError) else 1
    print(f"{chosen.files} files in {chosen.directory}, rules and truth beside it")
    return 0


if __name__ == "__main__":
    sys.exit(main())

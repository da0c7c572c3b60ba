"""How much faster two readers are than one, and how long small files wait behind a slow one."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.figures import row, rules_of, share_of

FILES: Final = 300
_SMALL: Final = 50
_MESSAGE: Final = (
    b"From a@example.org Mon Jan  6 10:00:00 2025\n"
    b"From: Anna Andersson <a@example.org>\nTo: b@example.org\nSubject: Hej\n"
    b"Date: Mon, 06 Jan 2025 10:00:00 +0100\n\nRing 070-174 06 05 i morgon.\n\n"
)
_MESSAGES: Final = 40_000


def rows(folder: Path, files: int | None) -> list[dict[str, object]]:
    """Return how long a cycle takes by the clock with one reader and with two, and who waits."""
    share = share_of(folder, files or FILES)
    one = _cycle(rules_of(share), folder / "one.state", workers=1)
    two = _cycle(rules_of(share), folder / "two.state", workers=2)
    return [
        row(f"one reader, {files or FILES} files, by the clock", round(one["seconds"], 2), "s"),
        row(
            "two readers, the same, by the clock",
            round(two["seconds"], 2),
            "s",
            "one reader",
            round(one["seconds"], 2),
            round(two["seconds"] / one["seconds"], 2),
        ),
        row(
            "processor time of the busier of two readers, started",
            round(two["busiest"], 2),
            "s",
            "of one alone",
            round(one["busiest"], 2),
            round(two["busiest"] / one["busiest"], 2),
        ),
        row(
            "processor time of both, started",
            round(two["all"], 2),
            "s",
            "of one alone",
            round(one["all"], 2),
            round(two["all"] / one["all"], 2),
        ),
        *_behind_a_slow_one(folder),
    ]


def _behind_a_slow_one(folder: Path) -> list[dict[str, object]]:
    share = folder / "slow"
    share.mkdir()
    (share / "all the mail.mbox").write_bytes(_MESSAGE * _MESSAGES)
    rules = folder / "slow.rules.toml"
    text = rules_of(share_of(folder, 200)).read_text("utf-8")
    head = text[: text.index("[share.")]
    rules.write_text(f'{head}[share.slow]\npath = "{share}"\nrole = "case-area"\n', "utf-8")
    for number in range(_SMALL):
        (share / f"{number}.txt").write_text(f"Hej {number}\n", "utf-8")
    found = _cycle(rules, folder / "slow.state", workers=1)
    return [
        row("one reader at one slow mailbox, by the clock", round(found["slowest"], 1), "s"),
        row(
            f"the last of {_SMALL} small files beside it",
            round(found["last_small"], 1),
            "s",
            "the mailbox",
            round(found["slowest"], 1),
            round(found["last_small"] / found["slowest"], 2),
        ),
    ]


def _cycle(rules: Path, state: Path, *, workers: int) -> dict[str, float]:
    program = Path(__file__).with_name("one_parallel.py")
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, str(program), str(rules), str(state), str(workers)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found: dict[str, float] = json.loads(said)
    return found | {"seconds": time.monotonic() - began}

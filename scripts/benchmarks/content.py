"""Reading, format by format, inside the sandbox; beside it what people use, in the same run."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.content_files import MAKERS
from benchmarks.content_reading import REFERENCES
from benchmarks.old_files import OLD_MAKERS

Row = dict[str, object]
FILES = 4
SEED = 1
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "content.md"
_MESSAGES = {"mbox": 300}


def content(folder: Path, files: int | None) -> list[Row]:
    """Measure every format that has a maker; one row each."""
    paths: dict[str, list[Path]] = {}
    for name, make in {**MAKERS, **OLD_MAKERS}.items():
        chance = Random(SEED)  # noqa: S311 - the same files every time
        for number in range(files or FILES):
            path = folder / f"{name.replace(', ', '-')}-{number}"
            path.write_bytes(make(chance))
            paths.setdefault(name, []).append(path)
    own, reference = _child("gallra", paths), _child("reference", paths)
    for complaint in own.pop("complaints"):
        print(f"bench: {complaint}", file=sys.stderr)
    return [_row(name, paths[name], own[name], reference.get(name)) for name in paths]


def _child(kind: str, paths: dict[str, list[Path]]) -> dict[str, Any]:
    program = Path(__file__).with_name("content_reading.py")
    with ExitStack() as stack:
        asked = {
            name: [stack.enter_context(path.open("rb")).fileno() for path in each]
            for name, each in paths.items()
        }
        said = subprocess.run(
            [sys.executable, str(program), kind],
            input=json.dumps(asked) + "\n",
            pass_fds=[number for numbers in asked.values() for number in numbers],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "daemon")},
            text=True,
            check=True,
        ).stdout
    found: dict[str, Any] = json.loads(said)
    return found


def _row(
    name: str, paths: list[Path], own: dict[str, Any], reference: dict[str, Any] | None
) -> Row:
    size = sum(path.stat().st_size for path in paths) / len(paths)
    seconds = own["seconds"]
    messages = _MESSAGES.get(name, 1)
    row: Row = {
        "figure": f"{name} ({size / 1000:.0f} kB)",
        "value": round(messages / seconds, 1),
        "unit": "messages/s" if messages > 1 else "files/s",
        "megabytes_per_second": round(size / 1e6 / seconds, 2),
    }
    if reference:
        row |= {
            "reference_name": REFERENCES[name][0],
            "reference": round(1 / reference["seconds"], 1),
            "ratio": round(reference["seconds"] / seconds, 1),
        }
    return row


def table(rows: list[Row]) -> str:
    """Return the rows as a table for the page."""
    lines = [
        "| format (size of a file) | files/s | MB/s | beside it | files/s | times as fast |",
        "| --- | ---: | ---: | --- | ---: | ---: |",
    ]
    for row in rows:
        value = f"{row['value']}" + (" messages" if row["unit"] == "messages/s" else "")
        beside = " | ".join(
            str(row.get(key, "")) for key in ("reference_name", "reference", "ratio")
        )
        lines.append(f"| {row['figure']} | {value} | {row['megabytes_per_second']} | {beside} |")
    return "\n".join(lines) + "\n"


def write_page(rows: list[Row]) -> None:
    """Put the table into the page, between its marks."""
    PAGE.write_text(with_table(PAGE.read_text("utf-8"), table(rows)), "utf-8")


def with_table(text: str, lines: str) -> str:
    """Return the page with another table between the marks."""
    begin, end = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
    before, _, rest = text.partition(begin)
    return f"{before}{begin}{lines}{end}{rest.partition(end)[2]}"

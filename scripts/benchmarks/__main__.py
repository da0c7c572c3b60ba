"""Run the benchmarks that were asked for; print a table, or JSON lines."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import access, content, detection_rows, disposal, due, figures, parallel, scale

Rows = list[dict[str, object]]
NAMES: dict[str, Callable[[Path, argparse.Namespace], Rows]] = {
    "cycle": lambda folder, asked: figures.cycle(folder, asked.files),
    "rescan": lambda folder, asked: figures.rescan(folder, asked.files),
    "latency": lambda folder, asked: figures.latency(folder, asked.files),
    "idle": lambda folder, asked: figures.idle(folder, asked.files),
    "content": lambda folder, asked: content.content(folder, asked.files),
    "detect": detection_rows.detect,
    "quarantine": lambda folder, asked: disposal.rows(folder, asked.files),
    "scale": lambda folder, asked: scale.rows(folder, asked.files),
    "parallel": lambda folder, asked: parallel.rows(folder, asked.files),
    "due": lambda folder, asked: due.rows(folder, asked.records),
    "access": lambda folder, asked: access.rows(folder, asked.records),
}


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], metavar="NAME")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--files", type=int, default=None)
    parser.add_argument("--records", type=int, default=None)
    parser.add_argument("--page", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--corpora", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gallra-bench-") as folder:
        for name in asked.names or NAMES:
            rows = NAMES[name](Path(folder), asked)
            if asked.page and name == "content":
                content.write_page(rows)
            for row in rows:
                if asked.json:
                    print(json.dumps({"bench": name, **row}), flush=True)
                else:
                    print(_line(name, row), flush=True)
    return 0


def _line(name: str, row: dict[str, object]) -> str:
    reference = row.get("reference")
    ratio = row.get("ratio")
    beside = f"  {row['reference_name']}: {reference}  ratio {ratio}" if reference else ""
    return f"{name:8} {row['figure']:44} {row['value']!s:>12} {row['unit']:10}{beside}"


raise SystemExit(main())

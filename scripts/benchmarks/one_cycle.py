"""One cycle in a process of its own, so that its cost is the kernel's figure, not ours."""

import json
import sys
from dataclasses import fields
from pathlib import Path

from gallra.service.cycle import run_cycle
from gallra.service.house import House


def main() -> None:
    """Run one cycle on RULES and STATE, ``run`` or ``scan``; print its figures as JSON."""
    rules, state, kind = sys.argv[1:]
    with House.open(Path(rules), Path(state)) as house:
        summary = run_cycle(house, acts=kind == "run")
    figures = {
        field.name: getattr(summary.figures, field.name) for field in fields(summary.figures)
    }
    figures["unstarted"] = None
    figures["looking_seconds"] = summary.looking_seconds
    figures["planning_seconds"] = summary.planning_seconds
    print(json.dumps(figures))


main()

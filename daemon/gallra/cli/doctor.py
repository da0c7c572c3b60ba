"""``doctor``: what on this machine is wrong or missing, and what to do."""

import argparse

from gallra.cli.houses import opened
from gallra.model.diagnosis import Gravity
from gallra.model.errors import ExitCode
from gallra.model.names import shown
from gallra.report.diagnoses import as_json, as_lines
from gallra.report.terminal import Terminal
from gallra.service.doctor import examine

_ORDER = (Gravity.FAULT, Gravity.WARNING, Gravity.UNKNOWN, Gravity.GOOD)


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what was found, the worst first.

    Returns:
        1 where somebody has to do something, else 0.
    """
    with opened(arguments) as house:
        found = sorted(examine(house), key=lambda each: _ORDER.index(each.gravity))
    for each in found:
        if terminal.is_json:
            terminal.emit(as_json(each, terminal.say))
        else:
            for line in as_lines(each, terminal.say):
                terminal.write(shown(line))
    return ExitCode.IN_PART if any(each.gravity.wants_care for each in found) else ExitCode.DONE

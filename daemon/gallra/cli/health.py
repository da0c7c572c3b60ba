"""``status --check``: one line and an exit code, for whatever watches over the machine."""

import argparse
from pathlib import Path

from gallra.report.terminal import Terminal
from gallra.service.health import health


def check(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say in one line whether all is well.

    Returns:
        0 where it is, 1 where a person is needed, 3 where a safety brake holds.
    """
    found = health(Path(arguments.state))
    if terminal.is_json:
        line = terminal.say(found.line)
        terminal.emit({"exit_code": int(found.exit_code), "line": line, "status": found.status})
    else:
        terminal.tell(found.line)
    return found.exit_code

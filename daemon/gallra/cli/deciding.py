"""Who decides, as a command's ``--by`` says."""

import argparse

from gallra.cli.houses import who
from gallra.service.scoping import LONGEST_REFERENCE, require_line


def decider(arguments: argparse.Namespace) -> str:
    """Return who says so: with ``--by`` somebody else than who typed it, and both are named."""
    if arguments.by is None:
        return who()
    return f"{require_line(arguments.by, LONGEST_REFERENCE)} ({who()})"

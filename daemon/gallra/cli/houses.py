"""The house that a command works in, as its options name it."""

import argparse
import getpass
import os
from pathlib import Path
from zoneinfo import ZoneInfo

from gallra.model.errors import ExitCode
from gallra.report.terminal import Terminal
from gallra.service.house import House
from gallra.service.rebuilding import unfinished


def rules_path(arguments: argparse.Namespace) -> Path:
    """Return where the rules are."""
    return Path(arguments.rules)


def opened(arguments: argparse.Namespace) -> House:
    """Open the house, to be used in a ``with`` block.

    Raises:
        RulesError: If the rules do not hold.
        WrongUseError: If the state directory cannot be used.
    """
    return House.open(rules_path(arguments), Path(arguments.state))


def roots(house: House) -> dict[str, bytes]:
    """Return where each share is, by name."""
    return house.schedule.roots


def zone(house: House) -> ZoneInfo:
    """Return the organisation's time zone: the one that days are counted in."""
    return ZoneInfo(house.schedule.organisation.timezone)


def warned(house: House, terminal: Terminal) -> ExitCode:
    """Say where the catalogue does not know everything; return what to leave with at best."""
    missing = unfinished(house)
    if missing is None:
        return ExitCode.DONE
    terminal.complain(missing)
    return ExitCode.IN_PART


def who() -> str:
    """Return who gives the command: with sudo, the person behind it."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"

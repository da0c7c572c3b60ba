"""``rules new``: rules to begin with, for folders that are there."""

import argparse
import os
from collections.abc import Sequence

from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import as_text, is_text, shown
from gallra.model.retention import RetentionSchedule
from gallra.report.terminal import Terminal
from gallra.rules.loading import parse
from gallra.rules.starting import share_name, starting_rules


def new(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the shipped rules with the given folders for shares; nothing is written or read.

    Raises:
        WrongUseError: If one is no folder, or rules could not name it.
    """
    shares = _shares(arguments.shares, arguments.role)
    content = starting_rules(shares)
    _require_good(content, [path for _, path, _ in shares])
    text = content.decode("utf-8")
    if terminal.is_json:
        terminal.emit({"rules": text})
    else:
        terminal.write(text.removesuffix("\n"))
    return ExitCode.DONE


def _shares(folders: Sequence[str], role: str) -> list[tuple[str, str, str]]:
    """Return name, path and role of each folder; one that is given twice counts once.

    Raises:
        WrongUseError: If one is no folder, or its path is no UTF-8.
    """
    found: dict[str, tuple[str, str, str]] = {}
    for folder in folders:
        path = os.path.realpath(os.fsencode(folder))
        if not os.path.isdir(path):
            raise WrongUseError(
                said(
                    "{path}: no such folder; name the folder that gallra should look after",
                    path=shown(os.fsencode(folder)),
                )
            )
        if not is_text(path):
            raise WrongUseError(
                said(
                    "{path}: the path is not UTF-8, so rules cannot name it: rename the folder,"
                    " or mount it elsewhere",
                    path=shown(path),
                )
            )
        text = as_text(path)
        name = share_name(os.path.basename(text), {name for name, _, _ in found.values()})
        found.setdefault(text, (name, text, role))
    return list(found.values())


def _require_good(content: bytes, paths: Sequence[str]) -> None:
    """Make sure that what is printed will be understood, and as it is meant.

    Raises:
        WrongUseError: If it would not.
    """
    schedule = parse(content, path="rules.toml")
    if not isinstance(schedule, RetentionSchedule):
        raise WrongUseError(*(complaint.message for complaint in schedule))
    known = {as_text(share.path) for share in schedule.shares}
    for path in paths:
        if path not in known:
            raise WrongUseError(
                said(
                    "{path}: rules cannot name a folder whose path begins or ends with a space:"
                    " rename it",
                    path=f'"{path}"',
                )
            )

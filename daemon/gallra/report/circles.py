"""Who can read what, by share and class: lines for people and for scripts."""

from collections.abc import Sequence
from typing import Final

from gallra.model.message import said
from gallra.policy.separation import Circle, Line
from gallra.report.language import Say

HEADINGS: Final = (said("share"), said("class"), said("records"), said("who reads them"))
"""What :func:`as_row` shows."""


def as_row(line: Line, names: Sequence[str], *, say: Say) -> tuple[str, str, str, str]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return line.share, line.class_code, str(line.count), who(line.circle, names, say=say)


def who(circle: Circle, names: Sequence[str], *, say: Say) -> str:
    """Return who reads it, in words; groups as their members."""
    if circle.is_everybody:
        return say(said("everybody"))
    return ", ".join(names) if names else say(said("nobody but the superuser"))


def as_json(line: Line, names: Sequence[str]) -> dict[str, object]:
    """Return what ``gallra exposure --json`` says of one circle of readers."""
    return {
        "share": line.share,
        "role": line.role,
        "class": line.class_code,
        "records": line.count,
        "everybody": line.circle.is_everybody,
        "users": sorted(line.circle.users),
        "names": list(names),
        "groups": list(line.circle.groups),
    }

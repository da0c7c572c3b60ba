"""What is wrong with a rules.toml, and on which line."""

from dataclasses import dataclass

from gallra.model.errors import WrongUseError
from gallra.model.message import Message
from gallra.model.names import shown

WHOLE_FILE = 0
"""The line of a complaint that has no place: the file is missing, or cannot be read."""

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One mistake. Shown as ``FILE:LINE: text``, or ``FILE: text`` without a line."""

    line: int
    """Counted from 1; :data:`WHOLE_FILE` where there is none."""
    message: Message


class RulesError(WrongUseError):
    """A rules.toml does not hold, and nothing was done with it."""

    def __init__(self, path: str, complaints: tuple[Complaint, ...]) -> None:
        """Keep ``path`` as it was given, and every complaint in file order."""
        super().__init__(*(complaint.message for complaint in complaints))
        self.path = path
        self.complaints = complaints


class UnfitError(Exception):
    """A value cannot be what its key asks for; carries the reason."""

    def __init__(self, message: Message) -> None:
        """Keep ``message``, whose ``{where}`` is filled in by whoever knows the place."""
        super().__init__(message.template)
        self.message = message


def quoted(text: str) -> str:
    """Return ``text`` fit to stand in a complaint: one line, nothing hidden, not endless."""
    whole = shown(text)
    return whole if len(whole) <= _LONGEST_QUOTE else f"{whole[:_LONGEST_QUOTE]}…"

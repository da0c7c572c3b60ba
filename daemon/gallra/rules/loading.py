"""Load a rules.toml: a retention schedule that holds, or every complaint at once.

Nothing is ever written here.
"""

import hashlib
from pathlib import Path

from gallra.model.message import said
from gallra.model.retention import RetentionSchedule
from gallra.rules import meaning
from gallra.rules.building import build
from gallra.rules.complaint import WHOLE_FILE, Complaint, RulesError
from gallra.rules.notes import Notes
from gallra.rules.syntax import LARGEST_BYTES, read
from gallra.rules.validation import Validated

__all__ = ["Complaint", "RulesError", "load", "load_with_text", "parse"]


def load(path: str) -> RetentionSchedule:
    """Read the rules at ``path``.

    Raises:
        RulesError: If the file cannot be read, or does not hold; with every complaint.
    """
    return load_with_text(path)[0]


def load_with_text(path: str) -> tuple[RetentionSchedule, bytes]:
    """Read the rules at ``path``, and return the very bytes that they were made from, too.

    Raises:
        RulesError: If the file cannot be read, or does not hold; with every complaint.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        missing = said("there is no such file; name another with --rules FILE")
        raise RulesError(path, (Complaint(line=WHOLE_FILE, message=missing),)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        unread = said("the file cannot be read: {reason}", reason=reason)
        raise RulesError(path, (Complaint(line=WHOLE_FILE, message=unread),)) from None
    parsed = parse(content, path=path)
    if isinstance(parsed, RetentionSchedule):
        return parsed, content
    raise RulesError(path, parsed)


def parse(content: bytes, *, path: str) -> RetentionSchedule | tuple[Complaint, ...]:
    """Return the schedule in ``content``, or what is wrong with it, in file order.

    Args:
        content: The bytes of a rules.toml.
        path: Where they come from; the schedule does not depend on it.
    """
    del path
    reading = read(content)
    notes = Notes(reading)
    if not reading.complaints or reading.document:
        validated = Validated(reading.document, notes)
        meaning.check(validated, notes)
    complaints = notes.in_file_order()
    if complaints:
        return complaints
    return build(validated, notes, digest=hashlib.sha256(content).hexdigest())

"""Write the class and the day a file is due onto the file itself, for people and scripts.

A copy, no more: an editor's save drops it and a client of the share can forge it, so it is
never read back as the truth.
"""

import errno
import os
from dataclasses import dataclass

from gallra.dispose.disk import signature_from
from gallra.model.arrival import FileSignature
from gallra.model.message import Message, said
from gallra.model.record import Classification, Due

_CLASS = b"user.gallra.class"
_DUE = b"user.gallra.due"
_RULE = b"user.gallra.rule"
_ABSENT = {errno.ENODATA, errno.EOPNOTSUPP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What stands on a file."""

    class_code: str | None = None
    due_on: str | None = None
    """ISO 8601."""
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """How setting the tags ended."""

    signature: FileSignature
    """As the file is now: setting a tag changes its ctime, and the catalogue must know."""
    complaint: Message | None = None
    """Why they could not be set; for the share, so that it is said once."""


def wanted_tags(classification: Classification, due: Due) -> Tags:
    """Return what should stand on a file of this class."""
    rule = classification.rule_number
    return Tags(
        class_code=classification.class_code,
        due_on=due.due_on.isoformat() if due.due_on else None,
        rule=str(rule) if rule is not None else None,
    )


def set_tags(descriptor: int, classification: Classification, due: Due) -> Tagged:
    """Make the tags on an open file what they should be; touch nothing where they are.

    Never fatal: a filesystem without attributes, a read-only one, an immutable file are a
    complaint to be shown once.
    """
    wanted = wanted_tags(classification, due)
    complaint = None
    try:
        present = read_tags(descriptor)
        for name, old, new in (
            (_CLASS, present.class_code, wanted.class_code),
            (_DUE, present.due_on, wanted.due_on),
            (_RULE, present.rule, wanted.rule),
        ):
            if old == new:
                continue
            if new is None:
                os.removexattr(descriptor, name)
            else:
                os.setxattr(descriptor, name, new.encode("utf-8"))
    except OSError as error:
        complaint = said(
            "files here cannot be tagged with their class ({why}); the catalogue has it",
            why=os.strerror(error.errno or 0),
        )
    return Tagged(signature=signature_from(os.fstat(descriptor)), complaint=complaint)


def read_tags(descriptor: int) -> Tags:
    """Return the tags on an open file, whoever wrote them.

    Raises:
        OSError: With the kernel's errno; a filesystem without attributes has no tags.
    """
    return Tags(
        class_code=_read(descriptor, _CLASS),
        due_on=_read(descriptor, _DUE),
        rule=_read(descriptor, _RULE),
    )


def _read(descriptor: int, name: bytes) -> str | None:
    try:
        return os.getxattr(descriptor, name).decode("utf-8", "replace")
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise

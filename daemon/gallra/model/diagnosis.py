"""What the doctor says of the machine that gallra runs on."""

from dataclasses import dataclass
from enum import StrEnum

from gallra.model.message import Message


class Gravity(StrEnum):
    """How much a diagnosis matters."""

    GOOD = "good"
    UNKNOWN = "unknown"
    """It could not be found out; a person has to look."""
    WARNING = "warning"
    """It works, and somebody should do something about it."""
    FAULT = "fault"
    """Something that gallra promises does not hold here."""

    @property
    def wants_care(self) -> bool:
        """Whether somebody has to do something."""
        return self in {Gravity.WARNING, Gravity.FAULT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at, and what to do about it."""

    check: str
    """A stable name for scripts, such as ``disk-encryption``."""
    gravity: Gravity
    found: Message
    remedy: Message | None = None
    """What to do; None where nothing is to be done."""
    share: str | None = None

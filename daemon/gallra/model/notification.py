"""What somebody is to be told, who, and how soon."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gallra.model.message import Message


class Audience(StrEnum):
    """Who is told. Their addresses stand in the rules."""

    ADMIN = "admin"
    """Who looks after the machine: may know that something happened, not to whom."""
    OFFICER = "officer"
    """The data protection officer."""
    CLUB = "club"
    """Who answers for the club's routine: the chair, whoever is named."""


class Urgency(StrEnum):
    """How soon."""

    NOW = "now"
    """Quiet hours do not hold it back: a legal clock runs, or something is wrong."""
    SOON = "soon"
    """When quiet hours are over."""
    DIGEST = "digest"
    """With the next digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing that is to be told. No personal data: it leaves the machine.

    A reference (``2026-3``), a class, a count and a day may stand in it; what a file is called
    and who it is about stand in gallra, where the receiver looks them up.
    """

    kind: str
    """``incident``, ``deadline``, ``brake``, ``due``, ``review``, …: one word, stable."""
    audience: Audience
    urgency: Urgency
    key: str
    """The same thing is not told twice: what has the same key was told already. It names what it
    is about and how far that has come: ``incident 2026-3 opened``, ``request 2026-1 late``."""
    subject: Message
    lines: tuple[Message, ...]
    at: datetime

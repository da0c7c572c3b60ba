"""What somebody is to be told, who, and how soon."""

from dataclasses import dataclass
from datetime import datetime, time
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A span of every day, in the organisation's time zone; it may go past midnight."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTime:
    """When a digest goes out, in the organisation's time zone."""

    weekday: int | None
    """Monday is 0; ``None``: every day."""
    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """One ``[[receiver]]``: who is told of what."""

    email: str
    audiences: tuple[Audience, ...]
    language: str = ""
    """``""``: the organisation's."""
    kinds: tuple[str, ...] = ()
    """Only these; empty: all."""


class Security(StrEnum):
    """How the way to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTerms:
    """``[notifications]`` and the receivers: how people are told."""

    sender: str = ""
    """The address that mail comes from; ``""``: no mail is sent."""
    server: str = "localhost"
    port: int = 25
    security: Security = Security.NONE
    user: str = ""
    password_file: bytes = b""
    apprise_file: bytes = b""
    """A file with addresses of other services, one a line; ``b""``: none is told."""
    quiet: QuietHours | None = None
    digest: DigestTime = DigestTime(weekday=0, at=time(8))
    receivers: tuple[Receiver, ...] = ()

    @property
    def is_anybody_told(self) -> bool:
        """Whether anything is to be put into the outbox at all."""
        return bool(self.sender or self.apprise_file)


USUAL_TERMS = NotificationTerms()
"""Where the rules do not say how anybody is reached."""

"""What is kept of a message, so that how it was sent can be judged without its text."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAIL_DOMAIN = "MAIL_DOMAIN"
"""Under this name there is a key for the domains of mail addresses, and for those above them."""


class Field(StrEnum):
    """Where an address stands: who sees it there."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"
    RESENT = "resent"
    """Resent-To and Resent-Cc: whom somebody sent it on to, unchanged."""
    RESENT_BCC = "resent-bcc"
    ATTENDEE = "attendee"
    """Of a meeting; every calendar that takes it in shows all of them."""

    @property
    def is_open(self) -> bool:
        """Whether every receiver sees it."""
        return self not in {Field.BCC, Field.RESENT_BCC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """An address, as keyed digests of 32 hex digits."""

    field: Field
    address: str
    """Of the mailbox: without what stands behind a plus, its domain in letters of its own. Where
    there is no address, of a name; then there are no domains either."""
    also: tuple[str, ...] = ()
    """Of other ways to write it: as it was, and with the domain in ASCII."""
    domains: tuple[str, ...] = ()
    """Of its domain, then of each one above it but the topmost."""

    @property
    def digests(self) -> tuple[str, ...]:
        """Every digest of the address."""
        return (self.address, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFacts:
    """What the reader makes of one message, or of a meeting in a calendar file."""

    message_id: str | None = None
    """Keyed digest, as of all that follows but the date and the yes and no."""
    references: tuple[str, ...] = ()
    """Of the messages that it answers."""
    topics: tuple[str, ...] = ()
    """Of its subject without what answering puts before it, then of pieces of it."""
    sent_at: datetime | None = None
    sender: Correspondent | None = None
    """Who wrote it; who calls a meeting."""
    resender: Correspondent | None = None
    """Who sent it on, unchanged."""
    recipients: tuple[Correspondent, ...] = ()
    is_cut: bool = False
    """There were more than are kept."""
    is_invitation: bool = False
    has_notice: bool = False
    """It says that those who take part will be seen by the others."""
    shows_participants: bool = False
    """It speaks of a meeting in which they will: one on a screen, or with a list sent round."""
    states_password: bool = False
    headed: tuple[str, ...] = ()
    """Values that occur in its address lines and nowhere else in it."""
    named: tuple[str, ...] = ()
    """Values that occur in its address lines, and elsewhere in it too."""

"""What the content stage makes of a file: parts, and the passages of text in them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gallra.model.message import Message

PASSAGE_SEPARATOR = "\n"


class Outcome(StrEnum):
    """How the reading of a part ended: every part has exactly one."""

    READ = "read in full"
    READ_IN_PART = "read in part"
    OPAQUE = "opaque"
    """Encrypted: nobody without the password can say what is in it."""
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    """The operating system, or the sandbox, would not let it be read to the end."""

    @property
    def is_complete(self) -> bool:
        """Whether "nothing found" means that nothing is there."""
        return self is Outcome.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of text and the place it stands in, as a person would name it."""

    where: str
    """``body``, ``header``, ``footnote``, ``comment``, ``page 3``, ``row 12``, ``subject``, …"""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteSpan:
    """Where a message stands in its mailbox file, so that later it can be cut out alone."""

    offset_bytes: int
    length_bytes: int
    sha256: str
    """Hex digest of exactly those bytes."""


class Direction(StrEnum):
    """Which way a message went, where that can be told."""

    SENT = "sent"
    RECEIVED = "received"
    DRAFT = "draft"
    """It was never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxItem:
    """Which item of a mailbox a message is, where it has no bytes of its own to be cut out."""

    identifier: str
    """What the mailbox itself calls it, and will as long as it is there: a node, a member."""
    sha256: str
    """Hex digest of what it holds: tells whether it is the same as when it was read last."""
    size_bytes: int = 0
    """As the mailbox says; 0 where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeaders:
    """What a mail's own headers say. Addresses as written: ``Kari Ås <kari@example.no>``."""

    message_id: str | None
    sent_at: datetime | None
    """Aware; ``None`` where the header is missing, unreadable or has no zone."""
    sender: str | None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    resent: tuple[str, ...] = ()
    """To whom somebody sent it on unchanged: Resent-To, -Cc and -Bcc."""
    resent_bcc: tuple[str, ...] = ()
    """Those of them whom the others do not see."""
    resent_from: str | None = None
    """Who sent it on."""
    references: tuple[str, ...] = ()
    """The Message-IDs of what it answers."""
    is_meeting: bool = False
    """Its receivers are those who are asked to take part."""
    subject: str | None = None
    attachments: tuple[str, ...] = ()
    """File names, in order of appearance."""
    direction: Direction | None = None
    folder: str | None = None
    """Where in its mailbox it lies: ``Inbox/Cases``; ``None`` where there are no folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One addressed piece of a file, read: the file itself, a message, an attachment, a sheet."""

    address: str
    """``""`` is the file itself; else names joined with ``!``: ``msg:17!lønn.xlsx``.
    In a name, ``!``, ``#``, ``%`` and control characters are percent-encoded."""
    kind: str
    """Short and lower case: ``txt csv html docx xlsx sheet pdf eml message mbox zip image …``"""
    outcome: Outcome
    reason: Message | None = None
    """Why the part was not read in full; ``None`` exactly when it was."""
    encrypted: str | None = None
    """The method, as in ``zip AES-256``, where the part is encrypted."""
    passages: tuple[Passage, ...] = ()
    message: MessageHeaders | None = None
    span: ByteSpan | None = None
    item: MailboxItem | None = None
    awaits_sight: int = 0
    """Pages and pictures of it that nobody has looked at yet."""
    stated_on: date | None = None
    """The date the part states about itself: a mail's Date, a document's own properties."""

    @property
    def text(self) -> str:
        """The text that offsets count in: the passages, joined with one line break each."""
        return PASSAGE_SEPARATOR.join(passage.text for passage in self.passages)

"""Consents and declarations of confidentiality, as the club's registers keep them."""

from dataclasses import dataclass
from datetime import date

ANYBODY = "*"
"""To whom it may be passed on, where the consent says so in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The message or file that shows it."""

    share: str = ""
    """``""`` where it lies in no share: then nothing holds it."""
    path: bytes = b""
    """Relative to the share; else from the root."""
    part: str = ""
    message_id: str = ""
    sha256: str = ""
    """Of the file's bytes, or of the message's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That somebody agreed that data on them are passed on."""

    person: str
    identifiers: tuple[str, ...]
    """Numbers and mail addresses, as typed: at least one, since a name can be another's too."""
    purpose: str
    recipients: tuple[str, ...]
    """Domains, mail addresses, or :data:`ANYBODY`."""
    given_on: date
    until_on: date | None = None
    """The last day on which it holds; ``None``: until it is withdrawn."""
    proof: Proof | None = None
    withdrawn_on: date | None = None
    """The first day on which it does not hold any more."""
    withdrawn_why: str = ""
    by: str = ""
    """Who recorded it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """That somebody promised to keep silent about members' data."""

    name: str
    accounts: tuple[str, ...] = ()
    """Besides those that the rules give a representative of this name."""
    given_on: date
    until_on: date | None = None
    proof: Proof | None = None
    withdrawn_on: date | None = None
    withdrawn_why: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence in which somebody consents, or withdraws a consent."""

    text: str
    is_withdrawal: bool = False

"""A message in the catalogue, with all that its hygiene is judged by."""

from dataclasses import dataclass

from gallra.model.mailing import MailFacts
from gallra.model.passage import Direction

WEAK_METHODS = ("ZipCrypto", "XOR", "RC4", "RC2", " DES", "Blowfish", "IDEA", "CAST5", "rar 1.5",
                "rar 2.0", "without integrity")  # fmt: skip
"""Words in the name of an encryption that can be undone without the password, or may be soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentFacts:
    """One attachment, with all that is inside it."""

    name: str
    """Its address, below the message's."""
    kind: str
    methods: tuple[str, ...] = ()
    """How it, or something inside it, is encrypted."""
    entities: tuple[tuple[str, int], ...] = ()
    """What could be read in it, and so can everybody."""
    special_categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def is_encrypted(self) -> bool:
        """Whether it needs a password, or something inside it does."""
        return bool(self.methods)

    @property
    def weak_methods(self) -> tuple[str, ...]:
        """The encryptions among them that do not protect."""
        return tuple(
            each for each in self.methods if any(sign in f" {each}" for sign in WEAK_METHODS)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """One message: a file, or in a mailbox."""

    record_id: int
    share: str
    role: str
    path: bytes
    part: str
    direction: Direction | None
    facts: MailFacts
    attachments: tuple[AttachmentFacts, ...] = ()
    """Those with anything to say of: encrypted, or with somebody in them."""
    entities: tuple[tuple[str, int], ...] = ()
    """Of the message with all that is in it."""
    special_categories: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    is_encrypted: bool = False

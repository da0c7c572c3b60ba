"""What somebody who steps down leaves behind, and what becomes of each piece of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gallra.model.message import Message


class Choice(StrEnum):
    """What is to become of one piece."""

    DELETE = "delete"
    """It goes, through quarantine."""
    HAND_OVER = "hand-over"
    """It is given to who takes over."""
    KEEP = "keep"
    """It stays where it is, as it is."""
    RETURN = "return"
    """It is private: whoever steps down takes it with them, and gallra does not touch it."""


class Ground(StrEnum):
    """Why it is theirs."""

    OWNER = "owner"
    """The file belongs to their account."""
    AREA = "area"
    """It lies in a folder that the rules call theirs."""


class Progress(StrEnum):
    """How far the carrying out has come."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    """It was tried and called off, for a reason; it is tried again."""
    GONE = "gone"
    """Somebody else removed it, or moved it away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who hands over, or takes over."""

    name: str
    uids: tuple[int, ...]
    """Of their accounts on this machine; the first is that to which things are given."""
    own_gids: tuple[int, ...] = ()
    """Beside each account the group that is its own; -1: it has none."""
    addresses: tuple[str, ...] = ()
    areas: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece: a file, or a message that is due."""

    number: int
    """Counted from 1: by it people name it."""
    share: str
    path: bytes
    part: str = ""
    ground: Ground
    class_code: str
    due_on: date | None = None
    held_by: tuple[str, ...] = ()
    size_bytes: int = 0
    modified_ns: int = 0
    """Size and time tell whether it changed since the inventory."""
    sha256: str = ""
    """Of a message: by it the message is known, since its number moves."""
    is_mailbox: bool = False
    case: bytes = b""
    """The folder of the case that it belongs to; ``b""``: of none."""
    proposal: Choice
    because: Message
    """Why that is proposed."""
    choice: Choice | None = None
    """What was decided; ``None`` until somebody has."""
    by: str = ""
    why: str = ""
    progress: Progress = Progress.OPEN
    reason: Message | None = None
    """Why it was called off."""
    to_share: str = ""
    to_path: bytes = b""
    """Where it lies since it was handed over, where that is another place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handover, from its beginning to its end."""

    giver: Party
    receiver: Party
    begun_by: str
    items: tuple[Item, ...]
    finished_by: str = ""
    why: str = ""
    """Why it was finished although something remained."""
    remaining: tuple[Message, ...] = ()
    """What remained when it was finished, as it was told then."""

"""What somebody told, or a sign on a share said: the day on which a period begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from gallra.model.finding import ValueDigest
from gallra.model.retention import Trigger

SUBJECT_LINE = "SUBJECT_LINE"
"""Under this name the catalogue keeps keyed digests of what messages are about."""
MESSAGE_ID = "MESSAGE_ID"
"""The same of what names a message wherever it is copied to."""
SAME_TEXT = "SAME_TEXT"
"""The same of the words of a part, in whatever format: a file, an attachment, a sheet."""
OTHER_PART = "OTHER_PART"
"""That a record holds a part which says too little to be known again by its words."""
SAME_MESSAGE = "SAME_MESSAGE"
"""The same of all that a message says and when it was sent, where its Message-ID was changed."""
MARKS = frozenset({MESSAGE_ID, OTHER_PART, SAME_MESSAGE, SAME_TEXT, SUBJECT_LINE})
"""What is digested of a message besides what is found in its text: no personal data of its own."""


class EventSource(StrEnum):
    """Who told of an event."""

    COMMAND = "command"
    FILE = "file"
    """A file that was dropped into the state directory."""
    RULE = "rule"
    """A sign on the share that an ``[[event]]`` of the rules speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder with all that is in it, a file, or a message of a mailbox."""

    share: str
    path: bytes
    """Relative to the share; ``b""`` is the whole of it."""
    part: str = ""
    """What a message was called when it was named; numbers move when others are cut out."""
    sha256: str = ""
    """Of a message's bytes: by this it is known, and no other is ever taken for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day, and what on the shares it is about."""

    event_id: int = 0
    """Its number, by which it is undone; 0 before the catalogue gave it one."""
    kind: Trigger
    reference: str
    """What people call it. Where it was a person's number or address, only which it was."""
    on: date
    places: tuple[Place, ...] = ()
    values: tuple[ValueDigest, ...] = ()
    """Persons and subject lines, as keyed digests: never the text."""
    source: EventSource = EventSource.COMMAND
    told_by: str = ""
    told_at: datetime
    sign_file_id: int | None = None
    """The file whose presence says it; who takes that away takes the event back."""
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """That an event is about a record, and by what."""

    event: Event
    is_by_person: bool = False
    """Only because a person occurs in the record: it may speak of others too."""
    is_alone: bool = False
    """Of those found by such an identifier, the record speaks of nobody else."""
    is_by_value: bool = False
    """Only by what stands in the record, a subject line or a person; not by where it lies."""
    is_whole: bool = False
    """By its text, and there is nothing else in the record."""
    is_in_part: bool = False
    """By the text of a part of it: what else is in it may be anything."""


Told = Mapping[Trigger, tuple[Tie, ...]]
"""What is known to have happened to one record."""
NOTHING_TOLD: Told = {}

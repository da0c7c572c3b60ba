"""A register of members as it was read from a list, and what comparing two of them tells."""

from dataclasses import dataclass, field
from datetime import date

from gallra.model.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One line of a list. Clear text: it is shown to who asked, and kept nowhere."""

    row: int
    """Where it stands in its table, counted from 1."""
    name: str = ""
    """First name first, as written."""
    birth_number: str = ""
    """Digits: twelve of a personnummer, eleven of a fødselsnummer; ``""`` where there is none."""
    birth_entity: str = ""
    """Which kind of number, where its check digits hold."""
    member_number: str = ""
    """Lower case, without spaces, hyphens and leading zeros."""
    member_number_written: str = ""
    mails: tuple[str, ...] = ()
    """Lower case."""
    phones: tuple[str, ...] = ()
    """E.164."""
    born_on: date | None = None
    left_on: date | None = None
    """Where the list itself says that the membership has ended."""
    has_left: bool = False
    """The same, without a day."""
    details: tuple[tuple[str, str], ...] = ()
    """What else the list says, by heading; in the order of its columns."""

    @property
    def folded_name(self) -> str:
        """The name as it is compared: case and the order of its words do not count."""
        return " ".join(sorted(self.name.casefold().replace(",", " ").split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberList:
    """One list, read."""

    members: tuple[Member, ...]
    ununderstood_rows: tuple[int, ...] = ()
    """Lines with something in them of which nobody can be told."""
    complaints: tuple[Message, ...] = ()
    """Why the list may not be whole."""
    roles: tuple[str, ...] = ()
    """What its columns were taken for, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that the two lists say differently of a person."""

    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """A person who stands in both lists."""

    old: Member
    new: Member
    known_by: str
    """``personal-number``, ``member-number``, ``email`` or ``name``."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Two lines that may be one person, and may be two: a person has to look."""

    old: Member
    new: Member
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became of everybody: each line of each list stands in exactly one place."""

    left: tuple[Member, ...] = ()
    """Who stands in the old list only, or is said to have left in the new one."""
    joined: tuple[Member, ...] = ()
    same: tuple[Same, ...] = ()
    """Who stands in both, changed or not."""
    doubtful: tuple[Doubt, ...] = ()
    repeated: tuple[tuple[Member, Member], ...] = field(default=())
    """Lines of one list that are the same person: the first counts."""

    @property
    def changed(self) -> tuple[Same, ...]:
        """Who stands in both lists, differently."""
        return tuple(each for each in self.same if each.changes)

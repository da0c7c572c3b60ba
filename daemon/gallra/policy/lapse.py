"""What went wrong with a message, and by what it is known wherever a copy of it lies."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import Mailed
from gallra.model.message import Message

Values = Callable[[Mailed], Collection[tuple[str, str]]]
"""Returns entity and digest of what a message speaks of outside its address lines."""

NUMBERS: Final = frozenset(
    {"SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER", "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER"}
)
"""National numbers of persons."""
IDENTIFYING_NUMBERS: Final = NUMBERS | {"MEMBER_NUMBER"}
TELLING: Final = IDENTIFYING_NUMBERS | {"PERSON", "EMAIL_ADDRESS"}
"""What tells of whom something is said."""
REGISTERS: Final = frozenset({"member-register", "recruiting-list", "conflict-preparedness"})
"""Kinds of documents that list members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Something that went wrong with a message, with digests where the finding has names."""

    finding: Finding
    mailed: Mailed
    exposed: frozenset[str] = frozenset()
    """Addresses whose owners were shown."""
    exposed_to: frozenset[str] = frozenset()
    """Addresses of those who could see."""


def key_of(mailed: Mailed, *more: str) -> str:
    """Return what a message is known by, in however many exports of mailboxes it lies.

    Not by its Message-ID alone: programs give the same one to two messages, and so can people.
    """
    facts = mailed.facts
    sender = facts.resender or facts.sender
    named = [facts.message_id or "", sender.address if sender else "", *facts.topics[:1]]
    if facts.message_id is None:
        named.append(facts.sent_at.isoformat() if facts.sent_at else "")
        named += sorted({each.address for each in facts.recipients})
    return hashlib.sha256("\n".join((*named, "", *more)).encode()).hexdigest()[:32]


def finding_of(  # noqa: PLR0913 - what differs from one to the other
    mailed: Mailed,
    kind: FindingKind,
    gravity: Gravity,
    clause: str,
    *,
    what: Message,
    advice: Message,
    key: str,
    person_count: int,
    is_breach: bool,
    categories: Sequence[str] = (),
) -> Finding:
    """Return what is wrong with a message; without categories those that the message has."""
    return Finding(
        kind=kind,
        gravity=gravity,
        clause=clause,
        share=mailed.share,
        path=mailed.path,
        part=mailed.part,
        key=key,
        what=what,
        advice=advice,
        person_count=person_count,
        categories=tuple(categories) or _categories(mailed),
        happened_at=mailed.facts.sent_at,
        is_breach=is_breach,
    )


def _categories(mailed: Mailed) -> tuple[str, ...]:
    return tuple(sorted({"EMAIL_ADDRESS", UNION_MEMBERSHIP, *mailed.special_categories}))

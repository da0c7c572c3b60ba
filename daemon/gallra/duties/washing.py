"""The wash of a register: who left is told, that it was done is recorded, and said when it is not.

Names are in memory only while a person looks at them. What is told and kept of a leaver are keyed
digests of numbers and addresses, as of every event about a person.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from gallra.detect.digests import Digester
from gallra.duties.member_lists import read_list
from gallra.duties.registering import Kept
from gallra.duties.washes import Wash, look_again, place_of, register, terms_of
from gallra.model.event import Event, EventSource
from gallra.model.finding import ValueDigest
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.retention import RegisterTerms, Trigger
from gallra.model.washing import Comparison, Member, MemberList
from gallra.policy.decide import day_of
from gallra.policy.washing import compare, is_too_many
from gallra.service import clock
from gallra.service.events import tell
from gallra.service.house import House
from gallra.service.scanning import Scanner

REGISTER: Final = "wash"
CLASS: Final = "member-register"
_MAILS: Final = frozenset({"eml", "message", "msg"})
_MEMBER_NUMBER: Final = re.compile(r"(?=.*\d{4}).{4,20}")
_LOOKED: Final = "registers_looked_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Washing:
    """Two lists, compared, before anything is told."""

    old_path: str
    new_path: str
    old: MemberList
    new: MemberList
    comparison: Comparison
    terms: RegisterTerms
    on: date
    brakes: tuple[Message, ...]
    """Why nothing is told of it unless a person confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was told."""

    kept: Kept[Wash]
    told_count: int
    record_count: int
    """Records that the events are about."""
    untold: tuple[Member, ...]
    """Who left, and is named so that somebody else could be meant: nothing is told of them."""
    known_count: int
    """Of how many it was told before."""
    is_superseded: bool


def look(house: House, old_path: str, new_path: str, *, sheet: str = "") -> Washing:
    """Compare two lists; nothing is told and nothing is written.

    Args:
        house: Whose rules and keys.
        old_path: What the club has.
        new_path: The fresh export.
        sheet: Which table, where a workbook has several.

    Raises:
        OSError: If one cannot be opened.
        WrongUseError: If one is no list of members.
    """
    on = day_of(clock.now(), house.schedule)
    with Scanner() as scanner:
        old = read_list(old_path, scanner=scanner, sheet=sheet)
        new = read_list(new_path, scanner=scanner, sheet=sheet)
    comparison = compare(old.members, new.members, on=on)
    terms = terms_of(house, place_of(house, old_path), place_of(house, new_path))
    return Washing(
        old_path=old_path,
        new_path=new_path,
        old=old,
        new=new,
        comparison=comparison,
        terms=terms,
        on=on,
        brakes=tuple(_brakes(old, new, comparison, terms)),
    )


def apply(house: House, washing: Washing, *, by: str, is_confirmed: bool = False) -> Applied:
    """Tell that those have left who did, and record the wash.

    Done twice on a day, it tells nothing twice.

    Args:
        house: Whose.
        washing: What was compared.
        by: Who washes.
        is_confirmed: Whether a person looked at what the brakes say.
    """
    house.catalogue.register_shares(house.schedule.shares)
    now = clock.now()
    old, new = place_of(house, washing.old_path), place_of(house, washing.new_path)
    found = washing.comparison
    body = Wash(
        old_path=shown(os.path.abspath(washing.old_path)),
        new_path=shown(os.path.abspath(washing.new_path)),
        old_share=old.share if old else "",
        old_share_path=shown(old.path) if old else "",
        new_share=new.share if new else "",
        new_share_path=shown(new.path) if new else "",
        old_sha256=_sha256(washing.old_path),
        new_sha256=_sha256(washing.new_path),
        by=by,
        old_count=len(washing.old.members),
        new_count=len(washing.new.members),
        left_count=len(found.left),
        joined_count=len(found.joined),
        changed_count=len(found.changed),
        doubtful_count=len(found.doubtful),
        confirmed=is_confirmed and bool(washing.brakes),
    )
    washes = register(house)
    kept = washes.open(
        body, deed=Deed.REGISTER_WASHED, clear=_clear(body), opened_at=now, is_closed=True
    )
    digester = Digester(house.keys.digest_keys())
    stayers = {each for member in washing.new.members for each in _values(member, digester)}
    stayers -= {
        each
        for member in found.left
        if member.has_left  # whom the new list itself says to have left
        for each in _values(member, digester)
    }
    standing = [set(each.values) for each in _left_before(house)]
    events: list[int] = []
    untold: list[Member] = []
    record_count = known_count = 0
    is_superseded = False
    for member in found.left:
        values = tuple(each for each in _values(member, digester) if each not in stayers)
        if not values:
            untold.append(member)
            continue
        if any(before.issuperset(values) for before in standing):
            known_count += 1  # told anew, it would count from a later day
            continue
        day = member.left_on if member.left_on and member.left_on <= washing.on else washing.on
        left = _event(Trigger.MEMBER_LEFT, day, kept.reference, by, now)
        told = tell(house, replace(left, values=values))
        events.append(told.event.event_id)
        record_count += told.record_count
    if washing.terms.is_superseded and old is not None and old != new:
        superseded = _event(Trigger.SUPERSEDED, washing.on, kept.reference, by, now)
        told = tell(house, replace(superseded, places=(old,)))
        events.append(told.event.event_id)
        is_superseded = True
    body = replace(body, events=tuple(events))
    kept = washes.change(kept, body, deed=None, closed_at=now)
    look_again(house)
    return Applied(
        kept=kept,
        told_count=len(events) - is_superseded,
        record_count=record_count,
        untold=tuple(untold),
        known_count=known_count,
        is_superseded=is_superseded,
    )


def back_again(house: House, washing: Washing) -> tuple[tuple[Member, int], ...]:
    """Return who is a member although they were told to have left, with the event's number."""
    digester = Digester(house.keys.digest_keys())
    told = {value: each.event_id for each in _left_before(house) for value in each.values}
    found: list[tuple[Member, int]] = []
    for member in (*(pair.new for pair in washing.comparison.same), *washing.comparison.joined):
        numbers = {told[each] for each in _values(member, digester) if each in told}
        found += [(member, number) for number in sorted(numbers)]
    return tuple(found)


def _left_before(house: House) -> Iterator[Event]:
    return (each for each in house.catalogue.events() if each.kind is Trigger.MEMBER_LEFT)


def _brakes(
    old: MemberList, new: MemberList, found: Comparison, terms: RegisterTerms
) -> Iterator[Message]:
    yield from old.complaints
    yield from new.complaints
    if new.ununderstood_rows:
        yield said(
            "lines of the new list cannot be understood: {rows}",
            rows=", ".join(map(str, new.ununderstood_rows[:10])),
        )
    if is_too_many(len(found.left), len(old.members), most=terms.most_leavers):
        yield said(
            "{left} of {count} are missing in the new list, more than {percent} %: is it whole?",
            left=len(found.left),
            count=len(old.members),
            percent=round(terms.most_leavers * 100),
        )


def _values(member: Member, digester: Digester) -> tuple[ValueDigest, ...]:
    """Return what tells a member from everybody else, as digests; a name does not."""
    written: list[tuple[str, str]] = []
    if member.birth_number and member.birth_entity:
        written.append((member.birth_entity, member.birth_number))
    if _MEMBER_NUMBER.fullmatch(member.member_number_written):
        written.append(("MEMBER_NUMBER", member.member_number_written))
    written += [("EMAIL_ADDRESS", mail) for mail in member.mails]
    return tuple(
        ValueDigest(entity=entity, digest=digest)
        for entity, text in written
        if (digest := digester.digest(entity, text)) is not None
    )


def _event(kind: Trigger, on: date, reference: str, by: str, now: datetime) -> Event:
    """Return what a wash tells, without what it is about."""
    return Event(
        kind=kind,
        reference=f"register wash {reference}",
        on=on,
        source=EventSource.COMMAND,
        told_by=by,
        told_at=now,
    )


def _clear(body: Wash) -> tuple[tuple[str, str | int | None], ...]:
    return (
        ("old", body.old_path),
        ("new", body.new_path),
        ("left", body.left_count),
        ("joined", body.joined_count),
        ("changed", body.changed_count),
        ("doubtful", body.doubtful_count),
        ("by", body.by),
    )


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Where what should be kept apart is not: looked for each day, told as findings.

One finding speaks of one folder and those who read it, or of one mailbox: not of each document
in it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final

from gallra.detect.mailing import MailReader
from gallra.duties.declarations import Declarations
from gallra.duties.findings import Outcome, note_findings
from gallra.host.accounts import account, members, user_name
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.finding import UNION_MEMBERSHIP
from gallra.model.mailed import Mailed
from gallra.model.message import said
from gallra.model.names import shown
from gallra.model.people import Representative
from gallra.model.share import ShareRole
from gallra.policy.decide import day_of
from gallra.policy.separation import (
    MEMBER_KINDS,
    NOBODY,
    Circle,
    Line,
    beyond,
    circle_of,
    handlers_of,
    is_declared,
    is_misplaced,
    is_union_mail,
    place_of,
)
from gallra.service.house import REBUILDING, House
from gallra.service.shares import look_at_shares, present
from gallra.service.voice import Voice
from gallra.store.exposures import Placed

KINDS: Final = frozenset(
    {
        FindingKind.CASE_IN_COMMON_AREA,
        FindingKind.READABLE_BY_OTHERS,
        FindingKind.NO_DECLARATION,
        FindingKind.UNION_MAIL_OUTSIDE,
    }
)
"""What is looked for."""
MOST_SHOWN: Final = 200
"""So many readers of one folder are named."""
_LOOKED: Final = "separation_looked_on"
_EVERYBODY: Final = -1


@dataclass(slots=True)
class _Place:
    """What is wrong in one folder, for one circle of readers."""

    share: str
    folder: bytes
    circle: Circle
    count: int = 0
    is_special: bool = False


@dataclass(slots=True)
class Seen:
    """What one walk over the catalogue found."""

    lines: dict[tuple[str, str, str, Circle], int] = field(default_factory=dict)
    misplaced: dict[tuple[str, bytes], _Place] = field(default_factory=dict)
    open: dict[tuple[str, bytes, Circle], _Place] = field(default_factory=dict)
    undeclared: dict[tuple[str, int], int] = field(default_factory=dict)
    """By share and account: how many records about members it reads, without a declaration."""
    unknown_count: int = 0
    """Records of which no scan has found out yet who reads them."""


def look_at_separation(house: House, _voice: Voice, now: datetime) -> None:
    """Look once a day, and when the rules change: a chore of the daemon."""
    if house.catalogue.meta(REBUILDING) is not None:
        return
    mark = f"{day_of(now, house.schedule).isoformat()} {house.schedule.digest}"
    if house.catalogue.meta(_LOOKED) == mark:
        return
    check_separation(house, now)
    house.catalogue.set_meta(_LOOKED, mark)


def check_separation(house: House, now: datetime) -> tuple[Seen, Outcome]:
    """Look at everything, and bring the register of findings in step with it."""
    seen = look(house, now)
    there = present(look_at_shares(house, remembers=False))
    outcome = note_findings(house, KINDS, tuple(_findings(house, seen)), now, shares=there)
    return seen, outcome


def look(house: House, now: datetime) -> Seen:
    """Return who reads what, and what of it should not be so."""
    seen = Seen()
    terms = house.schedule.separation
    accounts = tuple(_accounts(house))
    exempt = frozenset(
        {os.geteuid()}
        | {found.uid for name in terms.exempt_accounts if (found := account(name)) is not None}
    )
    has_declared = cache(_declared(house, now))
    known_members = cache(members)
    for reached in house.catalogue.reached(special=UNION_MEMBERSHIP, kinds=MEMBER_KINDS):
        if reached.exposure is None:
            seen.unknown_count += reached.record_count
            continue
        circle = circle_of(reached.exposure, known_members)
        key = (reached.share, reached.role, reached.class_code, circle)
        seen.lines[key] = seen.lines.get(key, 0) + reached.record_count
        others = beyond(circle, exempt) if reached.is_about_members else NOBODY
        for uid in (_EVERYBODY,) if others.is_everybody else others.users:
            if uid == _EVERYBODY or not has_declared(uid):
                where = (reached.share, uid)
                seen.undeclared[where] = seen.undeclared.get(where, 0) + reached.record_count
    for placed in house.catalogue.placed(terms.handler_only):
        if placed.exposure is not None:
            inside = placed.place + b"/"
            handlers = handlers_of(placed.share, inside, placed.exposure.owner, accounts)
            circle = circle_of(placed.exposure, known_members)
            _look_at_cases(seen, placed, beyond(circle, handlers | exempt))
    return seen


def lines(seen: Seen) -> Iterator[Line]:
    """Yield who reads what, by share and class."""
    for (share, role, code, circle), count in sorted(seen.lines.items(), key=_order):
        yield Line(share=share, role=role, class_code=code, circle=circle, count=count)


def _order(line: tuple[tuple[str, str, str, Circle], int]) -> tuple[str, str, bool, list[int]]:
    (share, _, code, circle), _ = line
    return share, code, not circle.is_everybody, sorted(circle.users)


def names_of(circle: Circle) -> tuple[str, ...]:
    """Return what the readers of a circle are called, sorted; not everybody."""
    return tuple(sorted(user_name(uid) for uid in circle.users))[:MOST_SHOWN]


def _look_at_cases(seen: Seen, placed: Placed, others: Circle) -> None:
    where = (placed.share, placed.place)
    if is_misplaced(placed.role):
        found = seen.misplaced.setdefault(where, _Place(*where, others))
    elif others != NOBODY and placed.role != ShareRole.SHARED_MAILBOX:
        found = seen.open.setdefault((*where, others), _Place(*where, others))
    else:
        return
    found.count += placed.record_count
    found.is_special |= placed.is_special


def _declared(house: House, now: datetime) -> Callable[[int], bool]:
    """Return what tells whether the user of an account has a declaration that holds today."""
    today = day_of(now, house.schedule)
    declarations = Declarations(house)
    return lambda uid: declarations.has(uid, today)


def _accounts(house: House) -> Iterator[tuple[Representative, frozenset[int]]]:
    for each in house.schedule.representatives:
        found = (account(name) for name in each.accounts)
        yield each, frozenset(one.uid for one in found if one is not None)


def _findings(house: House, seen: Seen) -> Iterator[Finding]:
    for place in seen.misplaced.values():
        yield _misplaced(place)
    for place in seen.open.values():
        yield _open(place)
    for (share, uid), count in seen.undeclared.items():
        yield _undeclared(share, uid, count)
    yield from _union_mail(house)


def _place(share: str, folder: bytes) -> str:
    return f"{share}/{shown(folder)}" if folder else share


def _readers_key(circle: Circle) -> str:
    if circle.is_everybody:
        return "everybody"
    told = " ".join(map(str, sorted(circle.users)))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _misplaced(place: _Place) -> Finding:
    return Finding(
        kind=FindingKind.CASE_IN_COMMON_AREA,
        gravity=Gravity.GRAVE if place.is_special else Gravity.SERIOUS,
        clause="F6",
        share=place.share,
        path=place.folder,
        key=_place(place.share, place.folder),
        what=said(
            "in {place}, which all representatives share, lie documents that are for their"
            " handler alone: {count}",
            place=_place(place.share, place.folder),
            count=place.count,
        ),
        advice=said(
            'move them to the handler\'s own area; a class with then = "move" does it by itself'
        ),
        exposed_to=names_of(place.circle),
    )


def _open(place: _Place) -> Finding:
    named = _place(place.share, place.folder)
    if place.circle.is_everybody:
        what = said(
            "in {place} lie documents for their handler alone that everybody on the server can"
            " read: {count}",
            place=named,
            count=place.count,
        )
    else:
        what = said(
            "in {place} lie documents for their handler alone that others can read: {count}",
            place=named,
            count=place.count,
        )
    return Finding(
        kind=FindingKind.READABLE_BY_OTHERS,
        gravity=Gravity.GRAVE if place.is_special else Gravity.SERIOUS,
        clause="F6",
        share=place.share,
        path=place.folder,
        key=f"{named} {_readers_key(place.circle)}",
        what=what,
        advice=said(
            "let the handler alone into the folder (chmod 0700), and take others out of its access"
            " list (getfacl, setfacl -b); gallra exposure shows who reads what"
        ),
        exposed_to=names_of(place.circle),
    )


def _undeclared(share: str, uid: int, count: int) -> Finding:
    if uid == _EVERYBODY:
        who = "everybody"
        what = said(
            "in {share} lie records about members that everybody on the server can read: {count}",
            share=share,
            count=count,
        )
        advice = said("take the right to read from others (chmod o-rwx on the share)")
    else:
        who = user_name(uid)
        what = said(
            "{name} can read records about members in {share} ({count}), and no declaration of"
            " confidentiality is on file",
            name=who,
            share=share,
            count=count,
        )
        advice = said(
            "have a declaration signed and record it: gallra declaration record NAME; or take the"
            " right to read away"
        )
    return Finding(
        kind=FindingKind.NO_DECLARATION,
        gravity=Gravity.SERIOUS,
        clause="F17",
        share=share,
        key=f"{share} {uid if uid != _EVERYBODY else who}",
        what=what,
        advice=advice,
        exposed_to=() if uid == _EVERYBODY else (who,),
    )


def union_mail_outside(house: House) -> Iterator[Mailed]:
    """Yield each union message that lies outside the folders declared for it."""
    terms = house.schedule.separation
    if not terms.mail_folders:
        return
    reader = MailReader(house.keys.digest_keys())
    domains = frozenset(map(reader.domain, terms.union_domains))
    for mailed in house.catalogue.mailed():
        if (
            mailed.role == ShareRole.MAIL_EXPORT
            and not is_declared(mailed.path, terms)
            and is_union_mail(mailed, domains)
        ):
            yield mailed


def _union_mail(house: House) -> Iterator[Finding]:
    counts: dict[tuple[str, bytes], int] = {}
    for mailed in union_mail_outside(house):
        place = (mailed.share, place_of(mailed))
        counts[place] = counts.get(place, 0) + 1
    for (share, folder), count in sorted(counts.items()):
        named = _place(share, folder)
        yield Finding(
            kind=FindingKind.UNION_MAIL_OUTSIDE,
            gravity=Gravity.MINOR,
            clause="F7",
            share=share,
            path=folder,
            key=named,
            what=said(
                "in {place}, which is not declared for it, lies union mail: {count} messages",
                place=named,
                count=count,
            ),
            advice=said(
                "move these messages, in the mail program, into a folder whose name shows what it"
                " holds; gallra exposure --mail lists them"
            ),
        )

"""Which files are registers of members, when each was washed, and which nobody washed in time."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gallra.duties.findings import note_findings
from gallra.duties.registering import Register
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.event import Place
from gallra.model.message import said
from gallra.model.names import as_text, shown
from gallra.model.record import CataloguedRecord, RecordState
from gallra.model.retention import RegisterTerms
from gallra.policy.calendars import due_on
from gallra.policy.decide import day_of
from gallra.policy.paths import matches, normalised
from gallra.service.house import House
from gallra.service.voice import Voice

REGISTER: Final = "wash"
CLASS: Final = "member-register"
_MAILS: Final = frozenset({"eml", "message", "msg"})
_LOOKED: Final = "registers_looked_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wash:
    """One wash, as the register keeps it: figures and files, nobody's name."""

    old_path: str
    new_path: str
    old_share: str = ""
    """``""`` where the file lies in no share."""
    old_share_path: str = ""
    new_share: str = ""
    new_share_path: str = ""
    old_sha256: str = ""
    new_sha256: str = ""
    by: str = ""
    old_count: int = 0
    new_count: int = 0
    left_count: int = 0
    joined_count: int = 0
    changed_count: int = 0
    doubtful_count: int = 0
    confirmed: bool = False
    """Whether a person confirmed what a brake held back."""
    events: tuple[int, ...] = ()
    """The numbers of the events that were told."""


def register(house: House) -> Register[Wash]:
    """Return the register of washes."""
    return Register(house, REGISTER, Wash)


def washed_on(house: House, share: str, path: bytes) -> date | None:
    """Return the day on which a register was washed last; ``None`` where it never was."""
    place = (share, shown(path))
    found = [
        kept.opened_at
        for kept in register(house).all()
        if place
        in {
            (kept.body.old_share, kept.body.old_share_path),
            (kept.body.new_share, kept.body.new_share_path),
        }
    ]
    return day_of(max(found), house.schedule) if found else None


def unwashed(house: House, now: datetime) -> Iterator[Finding]:
    """Yield a finding for each register that nobody washed in time."""
    last: dict[tuple[str, str], datetime] = {}
    for kept in register(house).all():
        wash = kept.body
        for place in ((wash.old_share, wash.old_share_path), (wash.new_share, wash.new_share_path)):
            last[place] = max(kept.opened_at, last.get(place, kept.opened_at))
    today = day_of(now, house.schedule)
    for item in registers_in(house):
        record = item.record
        washed_at = last.get((record.share, shown(record.path)))
        since = day_of(washed_at or record.first_seen_at, house.schedule)
        terms = terms_of(house, Place(share=record.share, path=record.path), None)
        if today < due_on(since, terms.wash_every):
            continue
        name = as_text(record.path)
        what = (
            said("the register {path} was not washed since {day}", path=name, day=since.isoformat())
            if washed_at
            else said("the register {path} was never washed", path=name)
        )
        yield Finding(
            kind=FindingKind.REGISTER_UNWASHED,
            gravity=Gravity.SERIOUS,
            clause="F9",
            share=record.share,
            path=record.path,
            key=f"{record.share}/{shown(record.path)} {since.isoformat()}",
            what=what,
            advice=said(
                "fetch a fresh export and compare: gallra register wash OLD NEW; a list that"
                " is no longer needed is better destroyed"
            ),
        )


def registers_in(house: House) -> Iterator[CataloguedRecord]:
    """Yield the files that are registers: by their class, or because the rules name them."""
    seen: set[tuple[str, bytes]] = set()
    candidates = list(house.catalogue.catalogued(class_code=CLASS, states=(RecordState.PRESENT,)))
    for terms in house.schedule.registers:
        for share, pattern in terms.places:
            folder = pattern.rpartition("/")[0]
            is_plain = bool(folder) and not set(folder) & set("*?")
            candidates += [
                item
                for item in house.catalogue.catalogued(
                    share=share,
                    states=(RecordState.PRESENT,),
                    beneath=_as_written(folder, house, share) if is_plain else None,
                )
                if matches(normalised(item.record.path), pattern)
            ]
    for item in candidates:
        place = (item.record.share, item.record.path)
        if place in seen or item.record.part or item.record.kind in _MAILS:
            continue
        seen.add(place)
        yield item


def look_again(house: House) -> None:
    """Have the next round look for unwashed registers, though it is still the same day."""
    house.catalogue.set_meta(_LOOKED, "")


def remind(house: House, voice: Voice, now: datetime) -> None:
    """Look once a day for registers that nobody washed: a chore of the daemon."""
    del voice  # what is found is announced
    today = day_of(now, house.schedule).isoformat()
    mark = f"{today} {house.schedule.digest}"
    if house.catalogue.meta(_LOOKED) == mark:
        return
    note_findings(house, (FindingKind.REGISTER_UNWASHED,), unwashed(house, now), now)
    house.catalogue.set_meta(_LOOKED, mark)


def place_of(house: House, path: str) -> Place | None:
    """Return where a file lies in a share of the rules; ``None`` where it lies in none."""
    whole = os.path.abspath(os.fsencode(path))
    for name, root in house.schedule.roots.items():
        if whole.startswith(root + b"/"):
            return Place(share=name, path=whole.removeprefix(root + b"/"))
    return None


def _as_written(folder: str, house: House, share: str) -> bytes | None:
    """Return the folder that the rules mean; ``None``, the whole share, if it is spelled else."""
    wanted = folder.encode()
    return wanted if wanted in set(house.catalogue.folders(share)) else None


def terms_of(house: House, *places: Place | None) -> RegisterTerms:
    """Return what the rules say of the first of ``places`` that they speak of."""
    for place in filter(None, places):
        for terms in house.schedule.registers:
            for share, pattern in terms.places:
                if share == place.share and matches(normalised(place.path), pattern):
                    return terms
    return RegisterTerms()

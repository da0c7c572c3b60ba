"""Who owns what that goes when: found out from the plan, piece by piece."""

import os
import pwd
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from gallra.model.errors import WrongUseError
from gallra.model.message import said
from gallra.model.record import Act, CataloguedRecord, RecordState
from gallra.policy.decide import day_of
from gallra.policy.plan import plan
from gallra.service.history import formers
from gallra.service.holding import holding_of
from gallra.service.house import House
from gallra.service.shares import absent, look_at_shares
from gallra.store.notices import NOBODY

_AT_ONCE = 2_000


def find_upcoming(house: House, now: datetime, *, days: int, share: str | None = None) -> int:
    """Note what goes within ``days`` days, as the plan of that day says it; return the round.

    Holds, reviews and missing shares are respected as they stand now. Memory grows neither with
    the catalogue nor with what falls due, but with the largest mailbox.
    """
    horizon = now + timedelta(days=days)
    number = house.catalogue.begin_notices()
    today = day_of(now, house.schedule)
    holds, before = holding_of(house), formers(house)
    gone = absent(look_at_shares(house, remembers=False))
    for items in _pieces(house, horizon, share):
        found = plan(
            items,
            holds=holds,
            schedule=house.schedule,
            now=horizon,
            absent_shares=gone,
            formers=before,
        )
        house.catalogue.note_upcoming(
            number,
            (
                (each.item.record.record_id, each.act, max(today, _day(each.item, each.act)))
                for each in found.dispositions
                if each.act.is_destructive
            ),
            nobody={0, os.geteuid()},
        )
    return number


def owner_of(name: str) -> int:
    """Return the number of a user, given by name or number.

    Raises:
        WrongUseError: If there is no such user.
    """
    if name.isdecimal():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except (KeyError, ValueError):
        raise WrongUseError(
            said("{name}: there is no such user on this machine; give a number", name=name)
        ) from None


def name_of(owner: int) -> tuple[str, str]:
    """Return what a user is called here, and their full name; ``""`` where that is not known."""
    if owner == NOBODY:
        return "", ""
    try:
        entry = pwd.getpwuid(owner)
    except KeyError:
        return "", ""
    return entry.pw_name, entry.pw_gecos.partition(",")[0].strip()


def _day(item: CataloguedRecord, act: Act) -> date:
    day = item.destroy_on if act is Act.DESTROY else item.due.due_on
    return day or date.min


def _pieces(
    house: House, horizon: datetime, share: str | None
) -> Iterator[Sequence[CataloguedRecord]]:
    """Yield what is due by then in pieces that can be planned alone: a mailbox is never cut."""
    day = horizon.astimezone(ZoneInfo(house.schedule.organisation.timezone)).date()
    mailboxes: set[int] = set()
    files = _singles(house, day, mailboxes, share)
    while some := list(islice(files, _AT_ONCE)):
        yield some
    for file_id in sorted(mailboxes):
        yield house.catalogue.records_of_file(file_id)


def _singles(
    house: House, day: date, mailboxes: set[int], share: str | None
) -> Iterator[CataloguedRecord]:
    for item in house.catalogue.due(day):
        if share not in {None, item.record.share}:
            continue
        if item.record.part or item.record.is_container:
            mailboxes.add(item.file_id)
        else:
            yield item
    for item in house.catalogue.catalogued(share=share, states=(RecordState.QUARANTINED,)):
        if item.record.part or item.record.is_container:
            mailboxes.add(item.file_id)
        else:
            yield item

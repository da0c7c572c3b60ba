"""Signs on the shares that tell of events: a folder's name, a file in it, a copy elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from gallra.model.event import MESSAGE_ID, SAME_MESSAGE, Event, EventSource, Place
from gallra.model.names import as_text
from gallra.model.record import RecordState
from gallra.model.retention import EventRule
from gallra.model.share import Share
from gallra.policy.paths import matches, normalised
from gallra.service.events import tell, undo
from gallra.service.house import REBUILDING, House
from gallra.store.recalled import SIGN_IS_SOUGHT
from gallra.store.shelf import parted

_SEEN = "signs_seen"
"""Under this key and a share's name stands the last file that was looked at for its name."""


def notice(house: House, now: datetime, *, is_whole: bool = True) -> int:
    """Tell of what the signs say that are on the shares; return how many events were new.

    Args:
        house: Whose shares and rules.
        now: Aware; events are of the day on which they are noticed.
        is_whole: Look at the name of every file; else only of those that came since the last
            look, so that a change on a large share costs little.
    """
    count = 0
    for rule in house.schedule.event_rules:
        for share in house.schedule.shares:
            if not _counts_in(rule, share):
                continue
            for place, sign in tuple(_found(rule, share, house, is_whole=is_whole)):
                event = replace(_event(rule, place, house, now), sign_file_id=sign)
                count += tell(house, event).is_new
    _note_seen(house)
    if is_whole:
        _take_back(house)
    return count


def _counts_in(rule: EventRule, share: Share) -> bool:
    return (not rule.shares or share.name in rule.shares) and (
        not rule.roles or share.role in rule.roles
    )


Said = tuple[Place, int | None]
"""What is said to be over, and the file that says so where it is one."""


def _found(rule: EventRule, share: Share, house: House, *, is_whole: bool) -> Iterator[Said]:
    if rule.folders and not rule.files:
        for path in house.catalogue.folders(share.name):
            if _is_meant(rule, path):
                yield Place(share=share.name, path=path), None
    if rule.files:
        after = 0 if is_whole else int(house.catalogue.meta(f"{_SEEN} {share.name}") or 0)
        for number, folder, file in house.catalogue.files_since(share.name, after):
            if folder and _is_sign(rule, file) and _is_meant(rule, folder):
                yield Place(share=share.name, path=folder), number
    for role in rule.copied_to:
        yield from _copied(share, role, house)


def _copied(share: Share, role: str, house: House) -> Iterator[Said]:
    """Yield the messages of ``share`` of which a copy lies in a share of ``role``.

    A copy is known by its Message-ID; where that is missing, or was changed on the way, by all
    that the message says, and when it was sent.
    """
    seen: set[int] = set()
    by_name = house.catalogue.copies(MESSAGE_ID, share.role, role)
    for item in chain(by_name, house.catalogue.copies(SAME_MESSAGE, share.role, role)):
        record = item.record
        if record.record_id in seen:
            continue
        seen.add(record.record_id)
        # A message that cannot be told from others by its bytes is not taken alone.
        if record.share == share.name and (not record.part or record.span is not None):
            mark = record.span.sha256 if record.span is not None else ""
            place = Place(share=share.name, path=record.path, part=record.part, sha256=mark)
            yield place, None


def _is_meant(rule: EventRule, folder: bytes) -> bool:
    path = normalised(folder)
    return not rule.folders or any(matches(path, pattern) for pattern in rule.folders)


def _is_sign(rule: EventRule, name: bytes) -> bool:
    text = normalised(name)
    return any(matches(text, pattern) for pattern in rule.files)


def _event(rule: EventRule, place: Place, house: House, now: datetime) -> Event:
    zone = ZoneInfo(house.schedule.organisation.timezone)
    name = as_text(parted(place.path)[1])
    return Event(
        kind=rule.kind,
        reference=f"{name}#{place.part}" if place.part else name,
        on=now.astimezone(zone).date(),
        places=(place,),
        source=EventSource.RULE,
        told_by="rules.toml",
        told_at=now,
    )


def _note_seen(house: House) -> None:
    for share in house.schedule.shares:
        newest = house.catalogue.newest_file(share.name)
        house.catalogue.set_meta(f"{_SEEN} {share.name}", str(newest))


def _take_back(house: House) -> None:
    """Take back what a file said that a person has since taken away, moved or renamed.

    What gallra itself took into quarantine goes on saying it, and a folder that has another
    name by now takes nothing back: that is for a person to do.
    """
    for event in house.catalogue.events():
        if event.sign_file_id is None:
            continue
        if event.sign_file_id == SIGN_IS_SOUGHT:
            _seek(event, house)
            continue
        rules = [rule for rule in house.schedule.event_rules if rule.kind is event.kind]
        found = house.catalogue.whereabouts(event.sign_file_id)
        if found is None or found[0] in {RecordState.QUARANTINED, RecordState.DESTROYED}:
            continue
        state, folder, name = found
        is_there = (
            state is RecordState.PRESENT
            and folder == event.places[0].path
            and any(_is_sign(rule, name) for rule in rules)
        )
        if not is_there:
            undo(house, event.event_id, by="")


def _seek(event: Event, house: House) -> None:
    """Look for the file that said an event which came back out of the ledger.

    Where it lies in the share it has been found by now. Where it is in quarantine it still says
    it; where it is in neither, somebody took it away while there was no catalogue.
    """
    rules = [rule for rule in house.schedule.event_rules if rule.kind is event.kind]
    place = event.places[0]
    for item in house.catalogue.quarantine_items(share=place.share):
        folder, name = parted(item.path)
        if folder == place.path and any(_is_sign(rule, name) for rule in rules):
            house.catalogue.find_sign(event.event_id, item.file_id)
            return
    if house.catalogue.meta(REBUILDING) is None:
        undo(house, event.event_id, by="")

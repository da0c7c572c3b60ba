"""Requests that wait are told of before they are late; those long closed are forgotten."""

from datetime import datetime
from typing import Final

from gallra.duties.access import REGISTER, register, zone_of
from gallra.duties.registering import Kept
from gallra.model.access import Request
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.policy.calendars import due_on
from gallra.policy.deadlines import answer_reminder, day_in
from gallra.report.counting import counted
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

_LOOKED: Final = "requests_looked_on"


def look_after(house: House, voice: Voice, now: datetime) -> None:
    """Remind of requests once a day, and forget those whose time is over: a chore of the daemon."""
    del voice  # what there is to say is announced
    today = day_in(now, zone_of(house))
    mark = f"{today.isoformat()} {house.schedule.digest}"
    requests = register(house)
    for kept in requests.all(is_open=True):
        _remind(house, kept, now)
    if house.catalogue.meta(_LOOKED) == mark:
        return
    forget(house, now)
    house.catalogue.set_meta(_LOOKED, mark)


def forget(house: House, now: datetime) -> int:
    """Erase closed requests from the register after the time that the rules set; return how many.

    Raises:
        GallraError: If another process keeps the disk from being overwritten.
    """
    keep = house.schedule.requests.keep
    if keep is None:
        return 0
    zone = zone_of(house)
    today = day_in(now, zone)
    over = [
        kept.reference
        for kept in register(house).all(is_open=False)
        if kept.closed_at is not None and due_on(day_in(kept.closed_at, zone), keep) <= today
    ]
    if not over:
        return 0
    return register(house).erase(over, deed=Deed.REQUEST_FORGOTTEN)


def _remind(house: House, kept: Kept[Request], now: datetime) -> None:
    body = kept.body
    if body.answered_on is not None:
        return
    left = answer_reminder(body.deadline_on, day_in(now, zone_of(house)))
    if left is None:
        return
    day = body.deadline_on.isoformat()
    announce(
        house,
        Notification(
            kind="deadline",
            audience=Audience.CLUB,
            urgency=Urgency.NOW if left <= 1 else Urgency.SOON,
            key=f"{REGISTER} {kept.reference} {day} {left}",
            subject=_subject(kept.reference, left),
            lines=(
                said("Request {reference} is answered on {day} at the latest.",
                     reference=kept.reference, day=day),
                said("gallra access-request show {reference} tells how far it has come.",
                     reference=kept.reference),
            ),
            at=now,
        ),
    )  # fmt: skip


def _subject(reference: str, left: int) -> Message:
    if left < 0:
        return said("Request {reference} is late", reference=reference)
    if left == 0:
        return said("Request {reference} has to be answered today", reference=reference)
    return counted(
        "Request {reference} has to be answered within {count} day",
        "Request {reference} has to be answered within {count} days",
        count=left,
        reference=reference,
    )

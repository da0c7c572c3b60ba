"""What is told of incidents, and when: at once, while the clock runs, and once it ran out."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gallra.duties.incidents import register
from gallra.duties.registering import Kept
from gallra.model.incident import Incident, Receiver
from gallra.model.message import Message, said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.policy.deadlines import hours_left, reminder_after
from gallra.policy.incidents import awaits_more, clock_until, tell_authority_by
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice

_AUDIENCES: Final = (Audience.OFFICER, Audience.CLUB)
_MORE_AFTER: Final = timedelta(days=7)
"""How often it is recalled that the authority was promised more."""


def announce_opened(house: House, kept: Kept[Incident], now: datetime) -> None:
    """Tell the officer and the club at once that the clock runs."""
    lines = [
        said(
            "what, whose data and what to do stands on the machine: gallra incident show"
            " {reference}",
            reference=kept.reference,
        ),
        said(
            "the finished notification: gallra incident letter {reference} --to officer",
            reference=kept.reference,
        ),
    ]
    if kept.body.person_count:
        lines.insert(0, said("persons, about: {count}", count=kept.body.person_count))
    if kept.body.kind is not None:
        lines.insert(0, said("gallra found: {finding_kind}", finding_kind=kept.body.kind.value))
    lines.insert(0, _until(house, kept, now))
    for audience in _AUDIENCES:
        announce(
            house,
            Notification(
                kind="incident",
                audience=audience,
                urgency=Urgency.NOW,
                key=f"incident {kept.reference} opened {audience}",
                subject=said(
                    "personal data breach {reference}: the data protection officer is to be told"
                    " at once",
                    reference=kept.reference,
                ),
                lines=tuple(lines),
                at=now,
            ),
        )


def announce_closed(house: House, kept: Kept[Incident], now: datetime) -> None:
    """Tell the officer how it ended."""
    subject = (
        said("personal data breach {reference} is closed", reference=kept.reference)
        if kept.body.is_breach
        else said("incident {reference} was no breach, and is closed", reference=kept.reference)
    )
    line = said("how and why: gallra incident show {reference}", reference=kept.reference)
    announce(
        house,
        Notification(
            kind="incident",
            audience=Audience.OFFICER,
            urgency=Urgency.SOON,
            key=f"incident {kept.reference} closed {kept.dossier.version}",
            subject=subject,
            lines=(line,),
            at=now,
        ),
    )


def remind_of_incidents(house: House, voice: Voice, now: datetime) -> None:
    """Say of each clock that runs how much of it is left, a few times on its way."""
    del voice  # whatever is announced stands in the journal too
    for kept in register(house).all(is_open=True):
        if clock_until(kept.body) is not None:
            _remind(house, kept, now)
        elif awaits_more(kept.body):
            _remind_of_more(house, kept, now)


def _remind(house: House, kept: Kept[Incident], now: datetime) -> None:
    after = reminder_after(kept.body.known_at, now)
    if after is None:
        return
    left = hours_left(tell_authority_by(kept.body), now)
    subject = (
        said(
            "personal data breach {reference}: {hours} hours are left to tell the authority",
            reference=kept.reference,
            hours=left,
        )
        if left >= 0
        else said(
            "personal data breach {reference}: the 72 hours are over, and the authority was not"
            " told",
            reference=kept.reference,
        )
    )
    lines = (
        _until(house, kept, now),
        said("what remains to be done: gallra incident show {reference}", reference=kept.reference),
    )
    about = f"incident {kept.reference} {kept.body.known_at.isoformat()}"
    for audience in _AUDIENCES:
        announce(
            house,
            Notification(
                kind="deadline",
                audience=audience,
                urgency=Urgency.NOW,
                key=f"{about} hour {after} {audience}",
                subject=subject,
                lines=lines,
                at=now,
            ),
        )


def _remind_of_more(house: House, kept: Kept[Incident], now: datetime) -> None:
    told = kept.body.told_to(Receiver.AUTHORITY)[-1]
    weeks = (now - told.at) // _MORE_AFTER
    if weeks < 1:
        return
    announce(
        house,
        Notification(
            kind="deadline",
            audience=Audience.OFFICER,
            urgency=Urgency.SOON,
            key=f"incident {kept.reference} more {told.at.isoformat()} week {weeks}",
            subject=said(
                "personal data breach {reference}: the authority was promised more facts",
                reference=kept.reference,
            ),
            lines=(
                said(
                    "what remains to be done: gallra incident show {reference}",
                    reference=kept.reference,
                ),
            ),
            at=now,
        ),
    )


def _until(house: House, kept: Kept[Incident], now: datetime) -> Message:
    zone = ZoneInfo(house.schedule.organisation.timezone)
    until = tell_authority_by(kept.body)
    return said(
        "the authority is to be told until {moment}, unless harm is unlikely ({hours} hours from"
        " now)",
        moment=f"{until.astimezone(zone):%Y-%m-%d %H:%M %Z}",
        hours=hours_left(until, now),
    )

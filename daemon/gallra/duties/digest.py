"""What falls due, told in one mail at the time that the rules name: figures, and no names."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gallra.model.message import Message, said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.policy.decide import day_of
from gallra.policy.notifying import last_digest
from gallra.report.counting import counted
from gallra.report.language import in_language
from gallra.service.house import House
from gallra.service.notifications import announce, is_announced
from gallra.service.voice import Voice

_COMMAND = "gallra plan"


def tell_digest(house: House, voice: Voice, now: datetime) -> None:
    """Announce what falls due, once for each time that a digest goes out.

    Args:
        house: Whose records.
        voice: Not needed: nothing is said where nothing is to be told.
        now: Aware.
    """
    del voice
    terms = house.schedule.notifications
    if not terms.is_anybody_told:
        return
    latest = last_digest(terms.digest, now, ZoneInfo(house.schedule.organisation.timezone))
    key = f"digest {latest.isoformat()}"
    if is_announced(house, key):
        return
    lines = tuple(_lines(house, day_of(now, house.schedule)))
    if not lines:
        return
    announce(
        house,
        Notification(
            kind="digest",
            audience=Audience.CLUB,
            urgency=Urgency.SOON,
            key=key,
            subject=said("what falls due"),
            lines=(*lines, said("On the server, {command} shows more.", command=_COMMAND)),
            at=now,
        ),
    )


def _lines(house: House, today: date) -> list[Message]:
    schedule = house.schedule
    days = schedule.notice.days
    until = today + timedelta(days=days)
    titles = {
        each.code: in_language(each.title, schedule.organisation.language) or each.code
        for each in schedule.classes
    }
    lines = [
        said(
            "{title}: {count} come to their day until {day}",
            title=titles.get(code, code),
            count=count,
            day=until.isoformat(),
        )
        for code, count in house.catalogue.due_counts(until)
    ]
    ending = house.catalogue.destroyed_counts(until)
    if ending:
        lines.append(
            counted(
                "{count} record in quarantine is destroyed for good until {day}",
                "{count} records in quarantine are destroyed for good until {day}",
                count=ending,
                day=until.isoformat(),
            )
        )
    return lines

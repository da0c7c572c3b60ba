"""The outbox: what people are to be told, put where the sender finds it. Nothing is sent here."""

import hashlib
from datetime import timedelta

from gallra.model.notification import Notification, Urgency
from gallra.report.language import translator
from gallra.service import journal
from gallra.service.enveloping import packed
from gallra.service.house import House
from gallra.service.kinds import ANNOUNCED, MESSAGE_IDS
from gallra.service.voice import Weight
from gallra.store.spool import Spool

OUTBOX = "outbox"
REMEMBERED_FOR = timedelta(days=800)
"""How long it is remembered what was announced: longer than any reminder is repeated for."""


def outbox_of(house: House) -> Spool:
    """Return the folder in which what is to be told waits."""
    return Spool(house.state / OUTBOX)


def announce(house: House, notification: Notification) -> bool:
    """Have ``notification`` told to whom it is for; return whether that is new.

    The journal is told always, the outbox where the rules say how anybody is reached. What was
    announced under the same key already is not announced again.
    """
    if is_announced(house, notification.key):
        return False
    if house.schedule.notifications.is_anybody_told:
        outbox_of(house).put(notification.at.timestamp(), packed(notification))
    say = translator(house.schedule.organisation.language)
    journal.write(
        say(notification.subject),
        priority=Weight.WARNING if notification.urgency is Urgency.NOW else Weight.NOTICE,
        fields={
            "MESSAGE_ID": MESSAGE_IDS[ANNOUNCED],
            "KIND": notification.kind,
            "AUDIENCE": notification.audience.value,
        },
    )
    house.registers.note_announced(
        _digest(notification.key),
        at=notification.at,
        forget_before=notification.at - REMEMBERED_FOR,
    )
    return True


def is_announced(house: House, key: str) -> bool:
    """Tell whether something was announced under ``key``."""
    return house.registers.is_announced(_digest(key))


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()[:16]

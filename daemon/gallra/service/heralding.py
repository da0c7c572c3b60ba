"""What the daemon says aloud that people should hear of by mail, too: brakes, failures, shares."""

from typing import Final

from gallra.model.errors import GallraError
from gallra.model.message import Message, said
from gallra.model.notification import Audience, Notification, Urgency
from gallra.service import clock
from gallra.service.house import House
from gallra.service.notifications import announce
from gallra.service.voice import Voice, Weight

_OF_THE_CLUB: Final = frozenset({"brake", "latest", "told"})
"""What a club has to decide; the rest is for whoever looks after the machine."""
_AT_ONCE: Final = frozenset({"failed"})

_SHOWS: Final = "gallra status"


class Herald:
    """Hears what is said, and has the weightiest of it told. The same at most once a week."""

    def __init__(self, house: House, voice: Voice) -> None:
        """Announce for ``house``; what cannot be announced is said by ``voice``."""
        self._house = house
        self._voice = voice

    def hear(self, topic: str, message: Message, weight: Weight) -> None:
        """Have ``message`` told, if it weighs enough.

        Args:
            topic: What it is about; its first word is the kind.
            message: Without personal data: it is in the journal already.
            weight: As syslog counts.
        """
        if weight > Weight.ERROR:
            return
        kind = topic.partition(" ")[0]
        now = clock.now()
        year, week, _ = now.isocalendar()
        about = topic
        if kind == "latest":  # a hold's name may be a person's
            values = dict(message.values)
            about = f"latest {values.get('code')}"
            message = said(
                "class {code}: {count} records may not be kept any more, and are still there",
                code=values.get("code", ""),
                count=values.get("count", 0),
            )
        audiences = (Audience.CLUB, Audience.ADMIN) if kind in _OF_THE_CLUB else (Audience.ADMIN,)
        try:
            for audience in audiences:
                announce(
                    self._house,
                    Notification(
                        kind=kind,
                        audience=audience,
                        urgency=Urgency.NOW if kind in _AT_ONCE else Urgency.SOON,
                        key=f"{about} {audience} {year}-{week}",
                        subject=message,
                        lines=(said("On the server, {command} shows more.", command=_SHOWS),),
                        at=now,
                    ),
                )
        except (GallraError, OSError):
            told = said("people could not be told of this by mail: the outbox cannot be written")
            self._voice.say_once("outbox", told)

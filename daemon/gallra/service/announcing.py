"""What the daemon says of a round: what is late, what the rules ask to be said, what holds."""

from collections.abc import Sequence

from gallra.model.message import said
from gallra.model.share import Share
from gallra.service import clock
from gallra.service.disposal import Round
from gallra.service.history import formers
from gallra.service.house import House
from gallra.service.kinds import BRAKE
from gallra.service.shares import ShareLook, how_many_unreadable
from gallra.service.voice import Voice, Weight
from gallra.watch.reconcile import Reconciled


def announce(round_: Round, voice: Voice) -> None:
    """Say all that people should hear of ``round_``, each only when it is not what was last said.

    Args:
        round_: A look at what falls due, and what came of it.
        voice: How the daemon speaks.
    """
    for alert in round_.alerts:
        voice.say_once(f"latest {alert.in_english()}", alert, Weight.ALERT)
    for code, telling in round_.tellings:
        voice.say_once(f"told {code}", telling)
    for brake in round_.brakes:
        voice.say_once(f"{BRAKE} {brake.code}", brake.message, Weight.ALERT)


def announce_rules(house: House, voice: Voice) -> None:
    """Say that new rules are in force, and until when what only they let go waits."""
    voice.say(said("new rules are in force"), topic="rules")
    for former in formers(house)[:1]:
        day = former.asked_until.isoformat()
        waits = said(
            "what only the new rules let go waits until {day}, a dry run: gallra plan shows it",
            day=day,
        )
        voice.say(waits, topic="rules")


def announce_shares(looks: Sequence[ShareLook], house: House, voice: Voice) -> None:
    """Say of each share once that it is away, and that it is back: then all of it is looked at."""
    for look in looks:
        topic = f"share {look.share.name}"
        if look.complaint is not None:
            voice.say_once(topic, look.complaint, Weight.ERROR)
        elif voice.forget(topic):
            voice.say(said("share {share} is back", share=look.share.name), topic=topic)
            house.catalogue.mark_share_dirty(look.share.name, clock.now())


def announce_closed(share: Share, found: Reconciled, voice: Voice) -> None:
    """Say how many folders a pass over ``share`` could not look into, where there are any."""
    closed = how_many_unreadable(share, found)
    if closed is not None:
        voice.say_once(f"unreadable {share.name}", closed)

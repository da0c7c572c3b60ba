"""What the daemon says of a round: what is late, what the rules ask to be said, what holds."""

from gallra.model.message import said
from gallra.service.disposal import Round
from gallra.service.history import formers
from gallra.service.house import House
from gallra.service.kinds import BRAKE
from gallra.service.voice import Voice, Weight


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

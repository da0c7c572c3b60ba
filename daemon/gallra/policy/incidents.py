"""What an incident still asks for, and what may not be done with it. Pure."""

from datetime import UTC, datetime
from typing import Final

from gallra.model.incident import Authority, Incident, Receiver, Risk
from gallra.model.message import Message, said
from gallra.policy.deadlines import BREACH_HOURS, is_late, within_hours

_NORWEGIAN_ZONES: Final = frozenset({"Europe/Oslo", "Arctic/Longyearbyen", "Atlantic/Jan_Mayen"})


def tell_authority_by(incident: Incident) -> datetime:
    """Return until when the authority is to be told, in UTC."""
    return within_hours(incident.known_at, BREACH_HOURS)


def clock_until(incident: Incident) -> datetime | None:
    """Return when the clock runs out; ``None`` once it has stopped.

    It stops when the authority was told for the first time, or when it was decided that it need
    not be.
    """
    if not incident.is_breach or incident.told_to(Receiver.AUTHORITY):
        return None
    decision = incident.decision(Receiver.AUTHORITY)
    if decision is not None and not decision.is_to_be_told:
        return None
    return tell_authority_by(incident)


def awaits_more(incident: Incident) -> bool:
    """Tell whether the authority was promised facts that it has not yet been given."""
    told = incident.told_to(Receiver.AUTHORITY)
    return bool(told) and told[-1].more_follows


def steps(incident: Incident, reference: str) -> tuple[Message, ...]:
    """Return what is still to be done before it can be closed, most urgent first."""
    found: list[Message] = []
    if not incident.told_to(Receiver.OFFICER):
        found.append(
            said(
                "tell the data protection officer at once: gallra incident letter {reference} --to"
                " officer; note it with gallra incident notify {reference} --to officer",
                reference=reference,
            )
        )
    if incident.risk is None:
        found.append(
            said(
                "say how likely it harms somebody: gallra incident assess {reference} --risk",
                reference=reference,
            )
        )
    for receiver in (Receiver.AUTHORITY, Receiver.MEMBERS):
        found += _step(incident, receiver, reference)
    if awaits_more(incident):
        found.append(
            said(
                "give the authority the facts that were promised: gallra incident letter"
                " {reference} --to authority",
                reference=reference,
            )
        )
    return tuple(found)


def _step(incident: Incident, receiver: Receiver, reference: str) -> list[Message]:
    decision = incident.decision(receiver)
    if decision is None and not incident.told_to(receiver):
        return [
            said(
                "decide whether to tell {receiver}: gallra incident decide {reference} --{option}"
                " tell (or not), with --why",
                receiver=receiver.value,
                reference=reference,
                option=receiver.value,
            )
        ]
    if decision is not None and decision.is_to_be_told and not incident.told_to(receiver):
        return [
            said(
                "tell {receiver}: gallra incident letter {reference} --to {option}; note it with"
                " gallra incident notify {reference} --to {option}",
                receiver=receiver.value,
                reference=reference,
                option=receiver.value,
            )
        ]
    return []


def obstacle_to_decision(
    incident: Incident, receiver: Receiver, *, is_to_be_told: bool
) -> Message | None:
    """Return why that may not be decided; ``None`` where it may."""
    if is_to_be_told:
        return None
    if incident.told_to(receiver):
        return said("{receiver}: that was done already", receiver=receiver.value)
    if incident.risk is None:
        return said("first say how likely it harms somebody: gallra incident assess --risk")
    if receiver is Receiver.AUTHORITY and incident.risk is not Risk.UNLIKELY:
        return said(
            "the authority must be told unless harm is unlikely (GDPR Art. 33), and it was assessed"
            " otherwise: tell it, or assess anew with the reason"
        )
    return None


def obstacle_to_note(
    incident: Incident, receiver: Receiver, *, at: datetime, now: datetime, why_late: str
) -> Message | None:
    """Return why it cannot be noted that ``receiver`` was told; ``None`` where it can."""
    if at.astimezone(UTC) > now.astimezone(UTC):
        return said("that is still to come: say when it was done")
    if at.astimezone(UTC) < incident.known_at.astimezone(UTC):
        return said("nobody can have been told before it became known: see --known-at")
    is_first = not incident.told_to(Receiver.AUTHORITY)
    if (
        receiver is Receiver.AUTHORITY
        and is_first
        and is_late(tell_authority_by(incident), at)
        and not why_late
    ):
        return said(
            "that is more than 72 hours after it became known: give the reasons for the delay with"
            " --why-late (GDPR Art. 33(1))"
        )
    return None


def authority_of(*, timezone: str, language: str) -> Authority:
    """Return which authority answers for a club: by where it is, else by its language."""
    if timezone in _NORWEGIAN_ZONES:
        return Authority.DATATILSYNET
    if timezone == "Europe/Stockholm":
        return Authority.IMY
    return Authority.DATATILSYNET if language == "nb" else Authority.IMY

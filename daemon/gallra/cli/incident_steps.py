"""``incident notify``, ``decide``, ``close``, ``reopen``: each step, noted for good."""

import argparse

from gallra.cli.deciding import decider
from gallra.cli.houses import opened, zone
from gallra.cli.incident import emit, tell_steps
from gallra.cli.incident_commands import TELL
from gallra.cli.moments import moment_of
from gallra.duties import incidents
from gallra.duties.incident_clock import announce_closed
from gallra.duties.registering import Kept
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.incident import Decision, Incident, Receiver, Risk, Told
from gallra.model.message import said
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.scoping import LONGEST_REASON, LONGEST_REFERENCE, require_line, require_reason


def notify(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that somebody was told."""
    with opened(arguments) as house:
        now = clock.now()
        told = Told(
            receiver=Receiver(arguments.receiver),
            at=now if arguments.at is None else moment_of(arguments.at, zone(house)),
            by=decider(arguments),
            more_follows=arguments.more_follows,
            why_late=_optional(arguments.why_late, LONGEST_REASON),
            reference=_optional(arguments.number, LONGEST_REFERENCE),
        )
        kept = incidents.note_told(house, arguments.reference, told, now=now)
    terminal.tell(said("noted: {receiver} told", receiver=told.receiver.value))
    _shown(kept, terminal)
    return ExitCode.DONE


def decide(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Decide whom to tell; of both, or of none where one of them may not be decided."""
    why = require_reason(arguments.reason)
    words = {
        Receiver.AUTHORITY: arguments.authority,
        Receiver.MEMBERS: arguments.members,
    }
    if not any(words.values()):
        raise WrongUseError(said("say about whom: --authority tell or not, --members tell or not"))
    with opened(arguments) as house:
        decisions = [
            Decision(
                receiver=receiver,
                is_to_be_told=word == TELL,
                why=why,
                by=decider(arguments),
                at=clock.now(),
            )
            for receiver, word in words.items()
            if word is not None
        ]
        with incidents.register(house).together():
            for decision in decisions:
                kept = incidents.decide(house, arguments.reference, decision)
    for decision in decisions:
        terminal.tell(
            said("decided to tell {receiver}", receiver=decision.receiver.value)
            if decision.is_to_be_told
            else said("decided not to tell {receiver}", receiver=decision.receiver.value)
        )
        is_against = decision.receiver is Receiver.MEMBERS and not decision.is_to_be_told
        if is_against and kept.body.risk is Risk.HIGH:
            terminal.complain(
                said(
                    "the risk is high: that holds only if what got out cannot be read, the risk is"
                    " averted, or telling each would be out of proportion and all are told in"
                    " public (GDPR Art. 34(3))"
                )
            )
    _shown(kept, terminal)
    return ExitCode.DONE


def close(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Close an incident; refused while something remains to be done."""
    why = require_reason(arguments.reason)
    with opened(arguments) as house:
        now = clock.now()
        kept = incidents.close(
            house,
            arguments.reference,
            by=decider(arguments),
            why=why,
            now=now,
            is_breach=not arguments.is_none,
        )
        announce_closed(house, kept, now)
    terminal.tell(said("incident {reference} is closed", reference=kept.reference))
    if terminal.is_json:
        emit(kept, now, terminal)
    return ExitCode.DONE


def reopen(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Open a closed incident again."""
    why = require_reason(arguments.reason)
    with opened(arguments) as house:
        kept = incidents.reopen(house, arguments.reference, by=decider(arguments), why=why)
    terminal.tell(said("incident {reference} is open again", reference=kept.reference))
    _shown(kept, terminal)
    return ExitCode.DONE


def _optional(text: str | None, longest: int) -> str:
    return "" if text is None else require_line(text, longest)


def _shown(kept: Kept[Incident], terminal: Terminal) -> None:
    if terminal.is_json:
        emit(kept, clock.now(), terminal)
    else:
        tell_steps(kept, terminal)

"""``consent``: who agreed to what, shown by which message; found, recorded, withdrawn."""

import argparse
from dataclasses import replace

from gallra.cli.houses import opened, roots, who, zone
from gallra.duties import consent_finding, consents, proofs
from gallra.duties.consent_import import consents_in
from gallra.duties.registering import Kept
from gallra.model.consents import Consent
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.policy.decide import day_of
from gallra.report import consents as shown_consents
from gallra.report.counting import counted
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REASON, require_line, require_reason


def record(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Record one consent."""
    with opened(arguments) as house:
        proof = proofs.proof_of(house, arguments.proof) if arguments.proof else None
        person = arguments.person or (proof.sender_name or proof.sender_address if proof else "")
        identifiers = list(arguments.identifiers)
        if not identifiers and proof is not None and proof.sender_address:
            identifiers.append(proof.sender_address)
        if not person:
            raise WrongUseError(said("say who consented, with --person"))
        sent = proof.sent_at.astimezone(zone(house)).date() if proof and proof.sent_at else None
        kept = consents.record(
            house,
            Consent(
                person=require_line(person, LONGEST_REASON),
                identifiers=tuple(dict.fromkeys(identifiers)),
                purpose=require_line(arguments.purpose, LONGEST_REASON),
                recipients=tuple(dict.fromkeys(arguments.recipients)),
                given_on=arguments.on or sent or day_of(clock.now(), house.schedule),
                until_on=arguments.until,
                proof=proof.proof if proof else None,
                by=who(),
            ),
        )
        _tell(kept, house, terminal)
        if proof is None:
            terminal.complain(
                said("it has no proof: who relies on a consent must be able to show it")
            )
        elif not proof.proof.share:
            terminal.complain(said("the proof lies in no share: see that nobody deletes it"))
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the register, oldest first."""
    with opened(arguments) as house:
        today, where = day_of(clock.now(), house.schedule), roots(house)
        kept = tuple(consents.register(house).all(is_open=None if arguments.is_whole else True))
    if terminal.is_json:
        for each in kept:
            terminal.emit(shown_consents.as_json(each.reference, each.body, today, where))
    elif kept:
        terminal.table(
            shown_consents.CONSENT_HEADINGS,
            (
                shown_consents.consent_row(each.reference, each.body, today, terminal.say)
                for each in kept
            ),
        )
    else:
        terminal.tell(said("no consents"))
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one."""
    with opened(arguments) as house:
        today, where = day_of(clock.now(), house.schedule), roots(house)
        kept = consents.register(house).get(arguments.reference)
    if terminal.is_json:
        terminal.emit(shown_consents.as_json(kept.reference, kept.body, today, where))
    else:
        pairs = shown_consents.facts(kept.body, today, roots=where, say=terminal.say)
        terminal.pairs([(said("consent"), kept.reference), *pairs])
    return ExitCode.DONE


def withdraw(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that a consent was withdrawn."""
    why = require_reason(arguments.reason)
    with opened(arguments) as house:
        on = arguments.on or day_of(clock.now(), house.schedule)
        kept = consents.withdraw(house, arguments.reference, on=on, by=who(), why=why)
        if terminal.is_json:
            _tell(kept, house, terminal)
    terminal.tell(
        said(
            "consent {reference} does not hold from {day} on; tell whoever received something"
            " under it",
            reference=kept.reference,
            day=on.isoformat(),
        )
    )
    return ExitCode.DONE


def expire(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Close what is over."""
    with opened(arguments) as house:
        closed = consents.expire(house, clock.now())
        if terminal.is_json:
            for kept in closed:
                _tell(kept, house, terminal)
    terminal.tell(
        counted("{count} consent is over", "{count} consents are over", count=len(closed))
    )
    return ExitCode.DONE


def take_in(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Record what a list holds."""
    with opened(arguments) as house:
        given = [
            replace(consent, proof=proofs.proof_of(house, proof).proof) if proof else consent
            for consent, proof in consents_in(arguments.file, by=who())
        ]
        for each in given:
            consents.require(each)
        for each in given:
            _tell(consents.record(house, each), house, terminal)
    return ExitCode.DONE


def find(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show which messages say that somebody consents, with the command that records it."""
    with opened(arguments) as house:
        found = consent_finding.find(house, is_whole=arguments.is_whole)
        where, tz = roots(house), zone(house)
    for each in found.proposals:
        path = absolute(where.get(each.share, each.share.encode()), each.path)
        place = f"{shown(path)}#{shown(each.part)}" if each.part else shown(path)
        if terminal.is_json:
            terminal.emit(
                {
                    **path_keys(path),
                    "part": each.part,
                    "person": each.sender_name,
                    "address": each.sender_address,
                    "to": list(each.to),
                    "on": each.sent_at and each.sent_at.astimezone(tz).date().isoformat(),
                    "message_id": each.message_id,
                    "withdrawal": each.statement.is_withdrawal,
                    "text": each.statement.text,
                }
            )
            continue
        day = f"{each.sent_at.astimezone(tz):%Y-%m-%d}" if each.sent_at else "-"
        terminal.write(f"{day}  {shown(each.sender_name)} <{shown(each.sender_address)}>  {place}")
        terminal.write(f"    {shown(each.statement.text)}")
        if each.statement.is_withdrawal:
            terminal.tell(said("    takes it back: gallra consent withdraw REF --why …"))
        else:
            terminal.tell(
                said(
                    "    to accept it: gallra consent record --proof '{place}' --for … --to …",
                    place=place,
                )
            )
    if not found.proposals:
        terminal.tell(said("no message was found that says so"))
    for share, path in found.unread:
        terminal.complain(
            said("it could not be read in full"),
            about=absolute(where.get(share, share.encode()), path),
        )
    return ExitCode.IN_PART if found.unread else ExitCode.DONE


def _tell(kept: Kept[Consent], house: House, terminal: Terminal) -> None:
    today = day_of(clock.now(), house.schedule)
    if terminal.is_json:
        terminal.emit(shown_consents.as_json(kept.reference, kept.body, today, roots(house)))
    terminal.tell(said("consent {reference} is recorded", reference=kept.reference))

"""``declaration``: who promised confidentiality, recorded, shown, withdrawn."""

import argparse
from dataclasses import replace

from gallra.cli.houses import opened, roots, who, zone
from gallra.duties import declarations, proofs
from gallra.duties.consent_import import declarations_in
from gallra.duties.registering import Kept
from gallra.model.consents import Declaration
from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.policy.decide import day_of
from gallra.report import consents as shown_consents
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REFERENCE, require_line, require_reason


def record(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Record one declaration."""
    name = require_line(arguments.person, LONGEST_REFERENCE)
    with opened(arguments) as house:
        proof = proofs.proof_of(house, arguments.proof) if arguments.proof else None
        sent = proof.sent_at.astimezone(zone(house)).date() if proof and proof.sent_at else None
        kept = declarations.record(
            house,
            Declaration(
                name=name,
                accounts=tuple(dict.fromkeys(arguments.accounts)),
                given_on=arguments.on or sent or day_of(clock.now(), house.schedule),
                until_on=arguments.until,
                proof=proof.proof if proof else None,
                by=who(),
            ),
        )
        _tell(kept, house, terminal)
        known = {" ".join(each.name.casefold().split()) for each in house.schedule.representatives}
        if not kept.body.accounts and " ".join(name.casefold().split()) not in known:
            terminal.complain(
                said(
                    "no account is known of {name}: give --account, or name them in rules.toml",
                    name=name,
                )
            )
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the register, oldest first."""
    with opened(arguments) as house:
        today, where = day_of(clock.now(), house.schedule), roots(house)
        kept = tuple(declarations.register(house).all(is_open=None if arguments.is_whole else True))
    if terminal.is_json:
        for each in kept:
            terminal.emit(shown_consents.as_json(each.reference, each.body, today, where))
    elif kept:
        terminal.table(
            shown_consents.DECLARATION_HEADINGS,
            (
                shown_consents.declaration_row(each.reference, each.body, today, terminal.say)
                for each in kept
            ),
        )
    else:
        terminal.tell(said("no declarations"))
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one."""
    with opened(arguments) as house:
        today, where = day_of(clock.now(), house.schedule), roots(house)
        kept = declarations.register(house).get(arguments.reference)
    if terminal.is_json:
        terminal.emit(shown_consents.as_json(kept.reference, kept.body, today, where))
    else:
        pairs = shown_consents.facts(kept.body, today, roots=where, say=terminal.say)
        terminal.pairs([(said("declaration"), kept.reference), *pairs])
    return ExitCode.DONE


def withdraw(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that a declaration was withdrawn."""
    why = require_reason(arguments.reason)
    with opened(arguments) as house:
        on = arguments.on or day_of(clock.now(), house.schedule)
        kept = declarations.withdraw(house, arguments.reference, on=on, by=who(), why=why)
        if terminal.is_json:
            _tell(kept, house, terminal)
    terminal.tell(
        said(
            "declaration {reference} does not hold from {day} on",
            reference=kept.reference,
            day=on.isoformat(),
        )
    )
    return ExitCode.DONE


def take_in(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Record what a list holds."""
    with opened(arguments) as house:
        given = [
            replace(each, proof=proofs.proof_of(house, proof).proof) if proof else each
            for each, proof in declarations_in(arguments.file, by=who())
        ]
        for each in given:
            declarations.require(each)
        for each in given:
            _tell(declarations.record(house, each), house, terminal)
    return ExitCode.DONE


def _tell(kept: Kept[Declaration], house: House, terminal: Terminal) -> None:
    today = day_of(clock.now(), house.schedule)
    if terminal.is_json:
        terminal.emit(shown_consents.as_json(kept.reference, kept.body, today, roots(house)))
    terminal.tell(said("declaration {reference} is recorded", reference=kept.reference))

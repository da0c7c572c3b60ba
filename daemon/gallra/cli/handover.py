"""``handover``: what somebody who steps down leaves behind, and what becomes of it."""

import argparse
from collections.abc import Callable

from gallra.cli.houses import opened, roots, who, zone
from gallra.cli.places import PathFilter
from gallra.cli.writing import write_new
from gallra.duties import carrying_out, concerned, handover
from gallra.duties.registering import Kept
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.handover import Choice, Handover, Item, Progress
from gallra.model.message import said
from gallra.report import handover as shown_handover
from gallra.report import handover_letters
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House
from gallra.service.scoping import LONGEST_REFERENCE, require_line, require_reason


def begin(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Begin a handover, and show how many pieces there are."""
    with opened(arguments) as house:
        kept = handover.begin(
            house,
            handover.party_of(house, arguments.giver),
            handover.party_of(house, arguments.receiver),
            by=who(),
            now=clock.now(),
        )
    _tell_overview(kept, terminal)
    terminal.tell(
        counted(
            "handover {reference}: {count} piece; see: gallra handover show {reference}",
            "handover {reference}: {count} pieces; see: gallra handover show {reference}",
            count=len(kept.body.items),
            reference=kept.reference,
        )
    )
    return ExitCode.DONE


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show all handovers, oldest first."""
    with opened(arguments) as house:
        kept = list(handover.register(house).all())
        tz = zone(house)
    if terminal.is_json:
        for each in kept:
            _tell_overview(each, terminal)
        return ExitCode.DONE
    if not kept:
        terminal.tell(said("no handovers"))
        return ExitCode.DONE
    states = {True: said("under way"), False: said("finished")}
    terminal.table(
        shown_handover.LIST_HEADINGS,
        (
            (
                *shown_handover.overview(
                    each.reference, each.opened_at, each.closed_at, each.body, tz
                ),
                terminal.say(states[each.closed_at is None]),
            )
            for each in kept
        ),
    )
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the pieces of one handover."""
    with opened(arguments) as house:
        kept = handover.register(house).get(arguments.reference)
        is_meant = _selected(arguments, house, kept)
    items = [
        item
        for item in kept.body.items
        if is_meant(item) and not (arguments.undecided and item.choice is not None)
    ]
    if terminal.is_json:
        for item in items:
            terminal.emit(shown_handover.as_json(item, kept.reference, say=terminal.say))
        return ExitCode.DONE
    terminal.table(
        shown_handover.HEADINGS, (shown_handover.as_row(item, say=terminal.say) for item in items)
    )
    return ExitCode.DONE


def decide(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Decide about pieces; what cannot be so is told, and stops none of the others."""
    why, by = require_reason(arguments.reason), _by(arguments)
    is_any = arguments.numbers or arguments.class_code or arguments.path or arguments.proposed
    if not is_any and not arguments.is_whole:
        raise WrongUseError(
            said("which pieces? Give --numbers, --class, --path, --proposed or --all")
        )
    choice = None if arguments.choice == "as-proposed" else Choice(arguments.choice)
    with opened(arguments) as house:
        kept = handover.require_open(house, arguments.reference)
        kept, decided, refused = handover.decide(
            house,
            kept,
            _selected(arguments, house, kept),
            choice,
            by=by,
            why=why,
            now=clock.now(),
        )
    if terminal.is_json:
        for item in decided:
            terminal.emit(shown_handover.as_json(item, kept.reference, say=terminal.say))
    for item, reason in refused:
        terminal.complain(
            said(
                "{path}: {reason}",
                path=shown_handover.place_of(item),
                reason=terminal.say(reason),
            )
        )
    open_count = sum(item.choice is None for item in kept.body.items)
    terminal.tell(
        said(
            "decided: {count}; not decided yet: {open}",
            count=len(decided),
            open=open_count,
        )
    )
    if refused:
        return ExitCode.IN_PART if decided else ExitCode.WRONG
    return ExitCode.DONE


def carry_out(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do what was decided."""
    with opened(arguments) as house:
        house.catalogue.register_shares(house.schedule.shares)
        kept = carrying_out.carry_out(
            house,
            handover.require_open(house, arguments.reference),
            by=who(),
            now=clock.now(),
            confirmed=arguments.confirm,
        )
    _tell_overview(kept, terminal)
    refused = [item for item in kept.body.items if item.progress is Progress.REFUSED]
    for item in refused:
        reason = terminal.say(item.reason) if item.reason else ""
        terminal.complain(
            said("{path}: {reason}", path=shown_handover.place_of(item), reason=reason)
        )
    waiting = [
        item
        for item in kept.body.items
        if item.choice in {Choice.DELETE, Choice.HAND_OVER} and item.progress is Progress.OPEN
    ]
    done_count = sum(item.progress is Progress.DONE for item in kept.body.items)
    terminal.tell(said("carried out: {count}", count=done_count))
    if waiting:
        terminal.complain(
            said(
                "still to be done: {count}; run gallra scan, then give the command again",
                count=len(waiting),
            )
        )
    return ExitCode.IN_PART if refused or waiting else ExitCode.DONE


def members(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Write the list of members to inform, and a letter to them, into a file."""
    with opened(arguments) as house:
        kept = handover.register(house).get(arguments.reference)
        found = concerned.concerned(house, kept.body)
        organisation = house.schedule.organisation
    text = "\n".join(
        handover_letters.as_text(found, kept.reference, kept.body, organisation, say=terminal.say)
    )
    write_new(arguments.out, f"{text}\n", terminal)
    count = sum(len(each.persons) for each in found)
    unread = sum(each.unread_count for each in found)
    if terminal.is_json:
        terminal.emit(
            {"handover": kept.reference, "cases": len(found), "persons": count, "unread": unread}
        )
    terminal.tell(
        said(
            "{path}: {cases} cases, {count} names; look through them before you write to anybody",
            path=arguments.out,
            cases=len(found),
            count=count,
        )
    )
    if unread:
        terminal.complain(
            said("files that could not be read in full: {count}; see the list", count=unread)
        )
    return ExitCode.IN_PART if unread else ExitCode.DONE


def finish(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Close a handover where nothing remains, or somebody says why it is closed all the same."""
    why = require_reason(arguments.reason) if arguments.reason else ""
    by = _by(arguments)
    with opened(arguments) as house:
        kept, rest = handover.finish(
            house,
            handover.require_open(house, arguments.reference),
            by=by,
            why=why,
            now=clock.now(),
        )
    if terminal.is_json:
        terminal.emit(
            {
                **shown_handover.overview_as_json(
                    kept.reference, kept.opened_at, kept.closed_at, kept.body
                ),
                "remaining": [terminal.say(each) for each in rest],
            }
        )
    for each in rest:
        terminal.complain(each)
    if kept.closed_at is None:
        terminal.complain(
            said("it stays open: settle what remains, or say --why it is closed all the same")
        )
        return ExitCode.IN_PART
    terminal.tell(
        said(
            "handover {reference} is finished; its record: gallra handover record {reference}",
            reference=kept.reference,
        )
    )
    return ExitCode.DONE


def record(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show, or write to a file, the signed record."""
    with opened(arguments) as house:
        kept = handover.register(house).get(arguments.reference)
        lines = list(
            shown_handover.record(
                kept.reference,
                kept.opened_at,
                kept.closed_at,
                kept.body,
                organisation=house.schedule.organisation,
                now=clock.now(),
                say=terminal.say,
                zone=zone(house),
                attest=house.ledger.attest,
            )
        )
    if terminal.is_json:
        _tell_overview(kept, terminal)
        if arguments.out is None:
            return ExitCode.DONE
    if arguments.out is None:
        for line in lines:
            terminal.write(line)
        return ExitCode.DONE
    write_new(arguments.out, "".join(f"{line}\n" for line in lines), terminal)
    terminal.tell(said("{path}: the record of the handover", path=arguments.out))
    return ExitCode.DONE


def _tell_overview(kept: Kept[Handover], terminal: Terminal) -> None:
    if terminal.is_json:
        terminal.emit(
            shown_handover.overview_as_json(
                kept.reference, kept.opened_at, kept.closed_at, kept.body
            )
        )


def _selected(
    arguments: argparse.Namespace, house: House, kept: Kept[Handover]
) -> Callable[[Item], bool]:
    numbers = handover.numbers_of(arguments.numbers) if arguments.numbers else None
    if numbers is not None:
        handover.require_known(kept, numbers)
    path = PathFilter(pattern=arguments.path, roots=roots(house))

    def is_meant(item: Item) -> bool:
        return (
            (numbers is None or item.number in numbers)
            and arguments.class_code in {None, item.class_code}
            and arguments.proposed in {None, item.proposal.value}
            and path.fits(item.share, item.path)
        )

    return is_meant


def _by(arguments: argparse.Namespace) -> str:
    return who() if arguments.by is None else require_line(arguments.by, LONGEST_REFERENCE)

"""``event``: what has happened, what it is about, and what follows from it."""

import argparse
import os

from gallra.cli.event_commands import LIST, UNDO
from gallra.cli.houses import opened, roots, who, zone
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.event import EventSource
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.model.retention import Trigger
from gallra.report import events as shown_events
from gallra.report.counting import counted
from gallra.report.problems import problem_of
from gallra.report.records import Roots, address
from gallra.report.terminal import Terminal
from gallra.rules.claims import Claim
from gallra.service import clock, events
from gallra.service.claims import event_of
from gallra.service.dropins import refused
from gallra.service.house import House
from gallra.service.people import people_in


def event(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell of an event, show those that were told, or take one back."""
    if arguments.kind == LIST:
        return _show_list(arguments, terminal)
    if arguments.reference is None:
        raise WrongUseError(
            said("say what it is about, or with undo the number of the event (help: --help)")
        )
    if arguments.kind == UNDO:
        return _undo(arguments, terminal)
    return _tell(arguments, terminal)


def _tell(arguments: argparse.Namespace, terminal: Terminal) -> int:
    claim = Claim(
        kind=Trigger(arguments.kind),
        reference=arguments.reference,
        on=arguments.on,
        folders=tuple(arguments.folder),
        files=tuple(arguments.file),
        subjects=tuple(arguments.subject),
        persons=tuple(arguments.person),
    )
    with opened(arguments) as house:
        house.catalogue.register_shares(house.schedule.shares)
        people = _people(arguments.people, house, terminal)
        happened = event_of(
            claim, house, source=EventSource.COMMAND, by=who(), at=clock.now(), people=people
        )
        applied = events.tell(house, happened)
        tz = zone(house)
        if terminal.is_json:
            terminal.emit(_as_json(applied, roots(house)))
    told = applied.event
    if not applied.is_new:
        terminal.tell(said("this was told already"))
    terminal.tell(
        said(
            "event {number}: {event}, {day}; {reference}",
            number=told.event_id,
            event=told.kind.value,
            reference=told.reference,
            day=told.on.isoformat(),
        )
    )
    terminal.tell(
        counted(
            "it is about {count} record; {changed} changed its class or day",
            "it is about {count} records; {changed} changed their class or day",
            count=applied.record_count,
            changed=applied.changed_count,
        )
    )
    if told.on > clock.now().astimezone(tz).date():
        terminal.tell(said("that day is still to come: nothing counts before it"))
    if applied.due_count:
        terminal.tell(
            counted(
                "the day of {count} of them has come: it is not kept any longer",
                "the day of {count} of them has come: they are not kept any longer",
                count=applied.due_count,
            )
        )
    if told.kind is Trigger.CASE_CLOSED and applied.record_count:
        terminal.tell(
            said(
                "remind the member to keep what they need: gallra reminder {number}",
                number=told.event_id,
            )
        )
    terminal.tell(
        said(
            "see what follows: gallra plan; take it back: gallra event undo {number}",
            number=told.event_id,
        )
    )
    return ExitCode.DONE


def _people(paths: list[str], house: House, terminal: Terminal) -> tuple[ValueDigest, ...]:
    """Return whom the files list.

    Raises:
        WrongUseError: If one is of no use, or is not there: nothing was told then.
    """
    try:
        return people_in(paths, house)
    except OSError as error:
        path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else paths[0]
        problem = terminal.say(problem_of(error))
        raise WrongUseError(said("{path}: {problem}", path=path, problem=problem)) from None


def _undo(arguments: argparse.Namespace, terminal: Terminal) -> int:
    try:
        number = int(arguments.reference)
    except ValueError:
        raise WrongUseError(
            said("{text} is no number of an event: see gallra event list", text=arguments.reference)
        ) from None
    with opened(arguments) as house:
        applied = events.undo(house, number, by=who())
        where = roots(house)
    if terminal.is_json:
        terminal.emit(_as_json(applied, where))
    terminal.tell(
        said("event {number} is taken back; no day counts from it any more", number=number)
    )
    for item in applied.to_restore:
        terminal.tell(
            said(
                "{path} lies in quarantine because of it, and is not destroyed any more;"
                " put it back with: gallra quarantine restore {id}",
                path=address(item, where),
                id=item.quarantine_id or "",
            )
        )
    if applied.destroyed_count:
        terminal.tell(
            counted(
                "{count} record was destroyed because of it, and gallra cannot bring it back: see"
                " gallra log --action destroyed, and look in your backup",
                "{count} records were destroyed because of it, and gallra cannot bring them back:"
                " see gallra log --action destroyed, and look in your backup",
                count=applied.destroyed_count,
            )
        )
    is_whole = not applied.to_restore and not applied.destroyed_count
    return ExitCode.DONE if is_whole else ExitCode.IN_PART


def _show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    with opened(arguments) as house:
        told = house.catalogue.events(is_whole=arguments.is_whole)
        where = roots(house)
        wrong = refused(house, clock.now())
    if terminal.is_json:
        for each in told:
            terminal.emit(shown_events.as_json(each, where))
    elif told:
        terminal.table(
            shown_events.HEADINGS,
            (shown_events.as_row(each, where, terminal.say) for each in told),
        )
    else:
        terminal.tell(said("no events"))
    for refusal in wrong:
        terminal.refuse(refusal)
    return ExitCode.IN_PART if wrong else ExitCode.DONE


def _as_json(applied: events.Applied, where: Roots) -> dict[str, object]:
    return {
        **shown_events.as_json(applied.event, where),
        "new": applied.is_new,
        "records": applied.record_count,
        "changed": applied.changed_count,
        "due": applied.due_count,
        "to_restore": [item.quarantine_id for item in applied.to_restore],
        "destroyed": applied.destroyed_count,
    }

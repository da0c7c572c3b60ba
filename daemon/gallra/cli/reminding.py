"""``reminder``: the letter to a member whose case was closed."""

import argparse

from gallra.cli.houses import opened, who
from gallra.duties import reminding
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.report.counting import counted
from gallra.report.reminders import letter
from gallra.report.terminal import Terminal
from gallra.service import clock


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the letter, or note that it was sent."""
    with opened(arguments) as house:
        case = reminding.closed_case(house, arguments.case)
        if arguments.is_sent:
            kept = reminding.note_reminded(house, case, by=who(), now=clock.now())
            if terminal.is_json:
                terminal.emit(_as_json(case, kept.body.on.isoformat(), ()))
            terminal.tell(said("it is noted that the member was reminded"))
            return ExitCode.DONE
        if case.goes_on is None:
            raise WrongUseError(
                said(
                    "{name}: nothing of it goes by the rules: there is nothing to remind of",
                    name=shown(arguments.case),
                )
            )
        lines = tuple(
            letter(
                closed_on=case.event.on,
                goes_on=case.goes_on,
                record_count=case.record_count,
                organisation=house.schedule.organisation,
                say=terminal.say,
            )
        )
    if terminal.is_json:
        reminded = case.reminded_on.isoformat() if case.reminded_on else None
        terminal.emit(_as_json(case, reminded, lines))
        return ExitCode.DONE
    for line in lines:
        terminal.write(shown(line))
    if case.held_count:
        terminal.complain(
            counted(
                "{count} record of it is on hold, and stays",
                "{count} records of it are on hold, and stay",
                count=case.held_count,
            )
        )
    return ExitCode.DONE


def _as_json(
    case: reminding.ClosedCase, reminded: str | None, lines: tuple[str, ...]
) -> dict[str, object]:
    return {
        "event": case.event.event_id,
        "closed_on": case.event.on.isoformat(),
        "goes_on": case.goes_on and case.goes_on.isoformat(),
        "records": case.record_count,
        "held": case.held_count,
        "reminded_on": reminded,
        "letter": "\n".join(lines),
    }

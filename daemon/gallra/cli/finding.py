"""``finding``: what is not as it should be, and what a person says about it."""

import argparse

from gallra.cli.deciding import decider
from gallra.cli.houses import opened, roots, zone
from gallra.duties import findings
from gallra.duties.findings import Noted
from gallra.duties.registering import Kept
from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.report import findings as shown_findings
from gallra.report.records import Roots
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.scoping import require_reason


def show_list(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what a person must look at, oldest first."""
    with opened(arguments) as house:
        where, tz = roots(house), zone(house)
        kept = [
            each
            for each in findings.register(house).all(is_open=None if arguments.is_whole else True)
            if arguments.kind in {None, each.body.finding.kind.value}
        ]
    if terminal.is_json:
        for each in kept:
            terminal.emit(_as_json(each, where, terminal))
        return ExitCode.DONE
    if not kept:
        terminal.tell(said("no findings"))
        return ExitCode.DONE
    terminal.table(
        shown_findings.HEADINGS,
        (
            shown_findings.as_row(
                each.reference,
                each.body.finding,
                f"{each.opened_at.astimezone(tz):%Y-%m-%d}",
                roots=where,
                say=terminal.say,
            )
            for each in kept
        ),
    )
    terminal.tell(said("all about one of them: gallra finding show REF"))
    return ExitCode.DONE


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell all about one finding."""
    with opened(arguments) as house:
        where, tz = roots(house), zone(house)
        kept = findings.register(house).get(arguments.reference)
    if terminal.is_json:
        terminal.emit(_as_json(kept, where, terminal))
        return ExitCode.DONE
    since = f"{kept.opened_at.astimezone(tz):%Y-%m-%d %H:%M}"
    body = kept.body
    terminal.pairs(
        [
            (said("finding"), kept.reference),
            *shown_findings.facts(body.finding, since, roots=where, say=terminal.say),
        ]
    )
    if body.incident:
        terminal.tell(said("it opened incident {reference}", reference=body.incident))
    if body.dismissed_by:
        terminal.tell(said("dismissed by {name}: {why}", name=body.dismissed_by, why=body.why))
    elif kept.closed_at is not None:
        terminal.tell(said("gone since {day}", day=f"{kept.closed_at.astimezone(tz):%Y-%m-%d}"))
    return ExitCode.DONE


def dismiss(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Note that nothing more is to be done about findings; all of them, or none."""
    why = require_reason(arguments.reason)
    by = decider(arguments)
    with opened(arguments) as house:
        where = roots(house)
        with findings.register(house).together():
            done = [
                findings.dismiss(house, reference, by=by, why=why, now=clock.now())
                for reference in dict.fromkeys(arguments.references)
            ]
    for each in done:
        if terminal.is_json:
            terminal.emit(_as_json(each, where, terminal))
        terminal.tell(said("finding {reference} is dismissed", reference=each.reference))
    return ExitCode.DONE


def _as_json(kept: Kept[Noted], where: Roots, terminal: Terminal) -> dict[str, object]:
    return shown_findings.as_json(
        kept.reference,
        kept.body.finding,
        noted_at=kept.opened_at,
        closed_at=kept.closed_at,
        dismissed_by=kept.body.dismissed_by,
        why=kept.body.why,
        incident=kept.body.incident,
        roots=where,
        say=terminal.say,
    )

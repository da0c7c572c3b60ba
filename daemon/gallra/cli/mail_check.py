"""``mail-check``: judges all messages of the catalogue now, and shows what is wrong."""

import argparse

from gallra.cli.houses import opened, roots, warned, zone
from gallra.duties import findings
from gallra.duties.mail_hygiene import KINDS, check_mail
from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.report import findings as shown_findings
from gallra.report.terminal import Terminal
from gallra.service import clock


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what went wrong with messages, oldest finding first.

    Returns:
        1 where somebody has to look at something, or the catalogue does not know everything.
    """
    with opened(arguments) as house:
        code = warned(house, terminal)
        if code is ExitCode.DONE:
            check_mail(house, clock.now())
        is_known = any(house.catalogue.file_count(each.name) for each in house.schedule.shares)
        where, tz = roots(house), zone(house)
        kept = [
            each
            for each in findings.register(house).all(is_open=True)
            if each.body.finding.kind in KINDS
        ]
    if not kept and not is_known:
        terminal.complain(said("no records; gallra scan brings the catalogue up to date"))
        return ExitCode.IN_PART
    if terminal.is_json:
        for each in kept:
            terminal.emit(
                shown_findings.as_json(
                    each.reference,
                    each.body.finding,
                    noted_at=each.opened_at,
                    closed_at=None,
                    dismissed_by="",
                    why="",
                    incident=each.body.incident,
                    roots=where,
                    say=terminal.say,
                )
            )
    elif kept:
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
    else:
        terminal.tell(said("nothing is wrong with what was mailed"))
    return ExitCode.IN_PART if kept else code

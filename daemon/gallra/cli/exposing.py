"""``exposure``: who can read what, and what of it should not be so."""

import argparse
import os

from gallra.cli.houses import opened, roots, warned
from gallra.duties import separation
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.message import said
from gallra.model.names import shown
from gallra.report import circles, jsonlines
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.service import clock
from gallra.service.house import House


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show it, and bring the findings up to date."""
    with opened(arguments) as house:
        if arguments.share not in {None, *house.schedule.roots}:
            raise WrongUseError(
                said(
                    "{share}: no such share; the shares are: {shares}",
                    share=shown(arguments.share),
                    shares=", ".join(house.schedule.roots),
                )
            )
        house.catalogue.register_shares(house.schedule.shares)
        at_best = warned(house, terminal)
        if arguments.mail:
            return _show_mail(arguments, house, terminal) or at_best
        if at_best is ExitCode.DONE:
            seen, outcome = separation.check_separation(house, clock.now())
            open_count = outcome.open_count
        else:  # what a catalogue in the making does not know is not gone
            seen, open_count = separation.look(house, clock.now()), 0
    found = [
        (line, separation.names_of(line.circle))
        for line in separation.lines(seen)
        if arguments.share in {None, line.share}
    ]
    if terminal.is_json:
        for line, names in found:
            terminal.emit(circles.as_json(line, names))
    else:
        terminal.table(
            circles.HEADINGS,
            (circles.as_row(line, names, say=terminal.say) for line, names in found),
        )
    if open_count:
        terminal.tell(
            counted(
                "{count} finding; see: gallra finding list",
                "{count} findings; see: gallra finding list",
                count=open_count,
            )
        )
    if seen.unknown_count:
        terminal.complain(
            said(
                "records of which it is not known yet who reads them: {count}; run gallra scan",
                count=seen.unknown_count,
            )
        )
        return ExitCode.IN_PART
    return at_best


def _show_mail(arguments: argparse.Namespace, house: House, terminal: Terminal) -> int:
    where = roots(house)
    if not house.schedule.separation.mail_folders:
        terminal.complain(
            said("mail_folders in [separation] of the rules says nothing: nowhere was looked")
        )
        return ExitCode.IN_PART
    for mailed in separation.union_mail_outside(house):
        share, part = mailed.share, mailed.part
        if arguments.share not in {None, share}:
            continue
        full = os.path.join(where.get(share, b""), mailed.path)
        if terminal.is_json:
            terminal.emit({"share": share, **jsonlines.path_keys(full), "part": part})
        else:
            terminal.write(shown(full) + ("#" if part else "") + part)
    return ExitCode.DONE

"""``log erase``: names, paths and reasons go from the log; that something was done stays proved."""

import argparse
import contextlib

from gallra.cli.houses import opened, roots, who, zone
from gallra.cli.places import PathFilter
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.ledger import LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.report import entries
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.service import clock, forgetting
from gallra.service.house import House


def erase(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show which texts would be erased; with ``--yes`` erase them, and write that down."""
    if not (arguments.path or arguments.mentions):
        raise WrongUseError(said("erase what? Give --path or --mentions"))
    if arguments.is_meant and not arguments.why:
        raise WrongUseError(said("--yes wants --why: the reason stands in the log"))
    with opened(arguments) as house, contextlib.ExitStack() as stack:
        if arguments.is_meant:
            stack.enter_context(house.acting())
        found = forgetting.erasable(
            house, lambda entry: _fits(entry, arguments, house), is_eager=True
        )
        where, tz, say = roots(house), zone(house), terminal.say
        for entry in found.values():
            if terminal.is_json:
                terminal.emit(
                    {"sequence": entry.sequence, "at": entry.at.isoformat(),
                     "action": str(entry.entry.deed), "erased": arguments.is_meant}
                )  # fmt: skip
            elif not arguments.is_meant:
                row = entries.as_row(entry, roots=where, zone=tz, say=say)
                terminal.write("  ".join(cell for cell in row if cell))
        if arguments.is_meant:
            forgetting.erase(house, found, at=clock.now(), by=who(), why=arguments.why)
    if not arguments.is_meant:
        amount = counted(
            "the text of {count} entry would be erased; with --yes and --why it is",
            "the texts of {count} entries would be erased; with --yes and --why they are",
            count=len(found),
        )
    else:
        amount = counted(
            "the text of {count} entry is erased, from the disk too; the log still verifies",
            "the texts of {count} entries are erased, from the disk too; the log still verifies",
            count=len(found),
        )
    terminal.tell(amount)
    return ExitCode.DONE


def _fits(entry: LedgerEntry, arguments: argparse.Namespace, house: House) -> bool:
    if arguments.mentions and not forgetting.mentioning(arguments.mentions)(entry):
        return False
    if not arguments.path:
        return True
    path, clear = PathFilter(pattern=arguments.path, roots=roots(house)), dict(entry.entry.clear)
    return any(
        path.fits(str(clear.get(share) or ""), as_bytes(str(clear[name])))
        for share, name in (("share", "path"), ("to_share", "to_path"))
        if clear.get(name)
    )

"""``log``: what was done, and the proof that it was written down and not changed since."""

import argparse
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from gallra.cli.houses import opened, roots, zone
from gallra.cli.places import PathFilter
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.ledger import Deed, LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.model.record import Act
from gallra.report import entries
from gallra.report.problems import problem_of
from gallra.report.terminal import Terminal
from gallra.report.verifier import program
from gallra.service.house import House

_ACTIONS = frozenset({*Deed, Act.QUARANTINE, Act.DESTROY, Act.MOVE, "restore"})


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show entries; for a person, an intent only where nothing came of it yet."""
    if arguments.action is not None and arguments.action not in _ACTIONS:
        raise WrongUseError(
            said(
                "no action {action}; there are: {actions}",
                action=arguments.action,
                actions=", ".join(sorted(_ACTIONS)),
            )
        )
    with opened(arguments) as house:
        found = _wanted(arguments, house)
        where = roots(house)
        if terminal.is_json:
            for entry in found:
                terminal.emit(entries.as_json(entry, roots=where, say=terminal.say))
            return ExitCode.DONE
        if arguments.action != Deed.INTENT:
            still_open = {entry.sequence for entry in house.ledger.open_intents()}
            found = (
                entry
                for entry in found
                if entry.entry.deed is not Deed.INTENT or entry.sequence in still_open
            )
        tz, say = zone(house), terminal.say
        rows = (entries.as_row(entry, roots=where, zone=tz, say=say) for entry in found)
        first = next(rows, None)
        if first is None:
            terminal.tell(said("nothing in the log fits"))
        else:
            terminal.table(entries.HEADINGS, _preceded(first, rows))
    return ExitCode.DONE


def verify(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check the whole log, and that it goes on from a checkpoint that was kept elsewhere."""
    note = None
    if arguments.checkpoint is not None:
        try:
            note = Path(arguments.checkpoint).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problem = terminal.say(problem_of(error))
            raise WrongUseError(
                said("{path}: {problem}", path=arguments.checkpoint, problem=problem)
            ) from error
    with opened(arguments) as house:
        found = house.ledger.verify(note)
        lost = house.ledger.lost_text() if found.is_good else None
        # a kept checkpoint alone that speaks against it does not hold anything back
        is_held = not found.is_good and (note is None or not house.ledger.verify().is_good)
    if terminal.is_json:
        terminal.emit(
            {
                "good": found.is_good,
                "entries": found.entry_count,
                "root": found.root,
                "complaint": found.complaint or None,
                "lost_text": lost,
            }
        )
    if not found.is_good:
        terminal.complain(
            said(
                "the log does not hold: {complaint}. Nothing more will be destroyed until it is"
                " mended; compare with the checkpoint that your auditor keeps",
                complaint=found.complaint,
            )
        )
        return ExitCode.BRAKE if is_held else ExitCode.IN_PART
    if lost is not None:
        terminal.complain(
            said(
                "the log holds, but its texts are lost: that of entry {sequence}, which is never"
                " erased, is not there. Put vault.db back from a backup; what was done stays"
                " proved, but not to what",
                sequence=lost,
            )
        )
        return ExitCode.IN_PART
    terminal.tell(
        said(
            "the log holds: {count} entries, nothing changed, nothing missing (root {root})",
            count=found.entry_count,
            root=found.root,
        )
    )
    return ExitCode.DONE


def checkpoint(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sign the log as it stands, and show the note for the auditor to keep."""
    with opened(arguments) as house:
        note = house.ledger.checkpoint()
        size = house.ledger.size
        verifier, _ = house.ledger.public_key()
    if terminal.is_json:
        terminal.emit({"checkpoint": note, "entries": size, "key": verifier})
        return ExitCode.DONE
    terminal.write(note.rstrip("\n"))
    return ExitCode.DONE


def verifier(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the program that checks a ledger and certificates where there is no gallra."""
    del arguments
    terminal.write(program().rstrip("\n"))
    return ExitCode.DONE


def _wanted(arguments: argparse.Namespace, house: House) -> Iterator[LedgerEntry]:
    """Yield the entries that all filters let through; days are the organisation's."""
    where, tz = roots(house), zone(house)
    path = PathFilter(pattern=arguments.path, roots=where)
    until = arguments.until and arguments.until + timedelta(days=1)
    for entry in house.ledger.entries(_start(arguments.since, tz), _start(until, tz)):
        if arguments.class_code is not None and entry.entry.class_code != arguments.class_code:
            continue
        if arguments.action is not None and arguments.action not in {
            entry.entry.deed,
            entry.entry.act,
        }:
            continue
        if arguments.path is None or _is_about(path, entry):
            yield entry


def _is_about(path: PathFilter, entry: LedgerEntry) -> bool:
    """Tell whether an entry speaks of what ``path`` names; a move, of where it went as well."""
    clear = dict(entry.entry.clear)
    return any(
        clear.get(named) and path.fits(str(clear.get(share) or ""), as_bytes(str(clear[named])))
        for share, named in (("share", "path"), ("to_share", "to_path"))
    )


def _start(day: date | None, tz: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tz)


def _preceded(first: tuple[str, ...], rest: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield first
    yield from rest

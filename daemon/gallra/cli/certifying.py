"""``certificate``: what was destroyed, and the proof of it, for somebody to keep."""

import argparse
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gallra.cli.houses import opened, roots, zone
from gallra.cli.places import PathFilter
from gallra.cli.writing import write_new
from gallra.model.errors import ExitCode, WrongUseError
from gallra.model.ledger import LedgerEntry
from gallra.model.message import said
from gallra.model.names import as_bytes
from gallra.report import certificates, jsonlines
from gallra.report.counting import counted
from gallra.report.terminal import Terminal
from gallra.service import certifying, clock
from gallra.service.house import House


def certificate(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show, or write to a file, the certificate of one act or of a period."""
    if not (arguments.what or arguments.since or arguments.until or arguments.class_code):
        raise WrongUseError(
            said(
                "a certificate of what? Give a path, the id it had in quarantine or the number of"
                " an entry in the log; or --since, --until, --class"
            )
        )
    with opened(arguments) as house:
        tz = zone(house)
        until = arguments.until and arguments.until + timedelta(days=1)
        found = certifying.certify(
            house,
            _wanted(arguments, house),
            now=clock.now(),
            since=_start(arguments.since, tz),
            until=_start(until, tz),
        )
    say, language = terminal.say, terminal.language
    if terminal.is_json:
        lines = [
            jsonlines.line(certificates.as_json(act, found, say=say, language=language))
            for act in found.acts
        ]
    else:
        lines = list(certificates.as_text(found, say=say, language=language, zone=tz))
    if arguments.out is None:
        for line in lines:
            terminal.write(line)
        return ExitCode.DONE
    write_new(arguments.out, "".join(f"{line}\n" for line in lines), terminal)
    terminal.tell(
        counted(
            "{path}: the certificate of {count} destroyed record",
            "{path}: the certificate of {count} destroyed records",
            count=len(found.acts),
            path=arguments.out,
        )
    )
    return ExitCode.DONE


def _wanted(arguments: argparse.Namespace, house: House) -> Callable[[LedgerEntry], bool]:
    """Return the test of an act: what was typed is a number, an id, or a path."""
    what, code = arguments.what, arguments.class_code
    is_named = (
        certifying.numbered([int(what)]) if what and what.isdecimal() else _called(what, house)
    )

    def is_wanted(entry: LedgerEntry) -> bool:
        return code in {None, entry.entry.class_code} and is_named(entry)

    return is_wanted


def _called(what: str | None, house: House) -> Callable[[LedgerEntry], bool]:
    path = PathFilter(pattern=what, roots=roots(house))

    def is_called(entry: LedgerEntry) -> bool:
        if what is None or certifying.name_of(entry) == what:
            return True
        clear = dict(entry.entry.clear)
        share, name, part = (str(clear.get(key) or "") for key in ("share", "path", "part"))
        if not name:
            return False
        return path.fits(share, as_bytes(name)) or (
            bool(part)
            and any(path.fits(share, as_bytes(f"{name}{mark}{part}")) for mark in ("!", "#"))
        )

    return is_called


def _start(day: date | None, tz: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tz)

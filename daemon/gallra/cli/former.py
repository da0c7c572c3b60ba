"""``rules show``: from an entry of the log back to the text of the rules it was made under."""

import argparse

from gallra.cli.houses import opened, zone
from gallra.model.errors import ExitCode, GallraError, WrongUseError
from gallra.model.message import said
from gallra.report.terminal import Terminal
from gallra.service import former_rules
from gallra.service.former_rules import Version
from gallra.service.house import House

HEADINGS = (said("since"), said("digest"))


def show(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show one version of the rules, a piece of it, or which there are."""
    asked = (arguments.digest, arguments.on, arguments.entry)
    if sum(each is not None for each in asked) > 1:
        raise WrongUseError(said("give a digest, a day or an entry, one of them"))
    with opened(arguments) as house:
        if arguments.entry is not None:
            return _show_entry(house, arguments.entry, terminal)
        if arguments.digest is not None:
            version = former_rules.by_digest(house, arguments.digest)
        elif arguments.on is not None:
            version = former_rules.on_day(house, arguments.on)
        else:
            return _show_list(house, terminal)
    text = _text(version)
    if terminal.is_json:
        terminal.emit({"rules": version.digest, "since": version.since.isoformat(), "text": text})
    else:
        terminal.write(text.removesuffix("\n"))
    return ExitCode.DONE


def _show_list(house: House, terminal: Terminal) -> int:
    found = former_rules.versions(house)
    if terminal.is_json:
        for each in found:
            terminal.emit({"rules": each.digest, "since": each.since.isoformat()})
    elif found:
        tz = zone(house)
        terminal.table(
            HEADINGS,
            ((f"{each.since.astimezone(tz):%Y-%m-%d %H:%M}", each.digest) for each in found),
        )
    else:
        terminal.tell(said("no rules were in force yet"))
    return ExitCode.DONE


def _show_entry(house: House, sequence: int, terminal: Terminal) -> int:
    entry = former_rules.entry_of(house, sequence)
    version = former_rules.by_digest(house, entry.entry.rules_digest)
    _text(version)
    pieces = tuple(former_rules.excerpts(version, entry))
    if terminal.is_json:
        terminal.emit(
            {
                "entry": sequence,
                "rules": version.digest,
                "since": version.since.isoformat(),
                "class": entry.entry.class_code or None,
                "authority": entry.entry.authority or None,
                "rule": entry.entry.rule_number,
                "pieces": [{"line": line, "text": text} for line, text in pieces],
            }
        )
        return ExitCode.DONE
    terminal.tell(
        said(
            "entry {number}: rules {digest}, in force since {day}",
            number=sequence,
            digest=version.digest,
            day=f"{version.since.astimezone(zone(house)):%Y-%m-%d}",
        )
    )
    for line, text in pieces:
        terminal.tell(said("line {line}:", line=line))
        terminal.write(text)
    if not pieces:
        terminal.tell(
            said(
                "it names no class and no rule; the whole text: gallra rules show {digest}",
                digest=version.digest[:16],
            )
        )
    return ExitCode.DONE


def _text(version: Version) -> str:
    if version.text is None:
        raise GallraError(
            said("the log has lost the text of rules {digest}", digest=version.digest)
        )
    return version.text

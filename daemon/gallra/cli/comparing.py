"""``rules diff``: what other rules would change, before they are in force."""

import argparse
import json
import tempfile
from typing import TextIO

from gallra.cli.houses import opened, roots
from gallra.model.errors import ExitCode
from gallra.model.message import said
from gallra.policy.difference import Difference
from gallra.report import differences
from gallra.report.terminal import Terminal
from gallra.rules.loading import load
from gallra.service.comparing import Comparison
from gallra.service.holding import holding_of
from gallra.service.house import House

_SHOWN = 40
"""So many records that go earlier, and as many others, are shown to a person at first."""


def diff(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what the rules in a file would change: first what would go earlier.

    What goes earlier is shown as it is found; the rest waits in a file that has no name, so that
    memory does not grow with the catalogue.
    """
    other = load(arguments.file)
    with opened(arguments) as house, tempfile.TemporaryFile("w+", encoding="utf-8") as rest:
        comparison = Comparison.of(house, other)
        summary = differences.Summary()
        shown = _Shown(house, terminal, rest, is_whole=arguments.is_whole or terminal.is_json)
        for remark in comparison.remarks:
            terminal.tell(remark)
        if not comparison.has_same_effect:
            for found in comparison.differences():
                summary.count(found)
                shown.show(found)
        shown.end()
        if terminal.is_json:
            terminal.emit(
                {
                    "summary": True,
                    "records": comparison.record_count,
                    "changed": summary.changed_count,
                    "earlier": summary.earlier_count,
                    "later": summary.later_count,
                    "classes": summary.by_class(),
                    "same_effect": comparison.has_same_effect,
                    "active_on": comparison.active_on.isoformat(),
                    "remarks": [terminal.say(remark) for remark in comparison.remarks],
                    "rules": house.schedule.digest,
                    "other_rules": other.digest,
                }
            )
            return ExitCode.DONE
        if summary.changed_count:
            terminal.write("")
            terminal.table(differences.HEADINGS, summary.rows())
        if comparison.has_same_effect:
            terminal.tell(said("the two say the same of every record"))
        else:
            for sentence in summary.told(comparison.record_count, comparison.active_on):
                terminal.tell(sentence)
    return ExitCode.DONE


class _Shown:
    """Prints differences: those that go earlier at once, the others at the end."""

    def __init__(self, house: House, terminal: Terminal, rest: TextIO, *, is_whole: bool) -> None:
        self._terminal, self._rest, self._is_whole = terminal, rest, is_whole
        self._holding, self._roots = holding_of(house), roots(house)
        self._counts = {True: 0, False: 0}

    def show(self, found: Difference) -> None:
        """Print one, or put it aside."""
        self._counts[found.is_earlier] += 1
        if not self._is_whole and self._counts[found.is_earlier] > _SHOWN:
            return
        holds = self._holding.on(found.item)
        held_by = tuple(hold.reference for hold in holds)
        terminal = self._terminal
        if terminal.is_json:
            value = differences.as_json(found, roots=self._roots, say=terminal.say, held_by=held_by)
            if found.is_earlier:
                terminal.emit(value)
            else:
                self._rest.write(json.dumps(value) + "\n")
            return
        for line in differences.as_lines(
            found, roots=self._roots, say=terminal.say, held_by=held_by
        ):
            if found.is_earlier:
                terminal.write(line)
            else:
                self._rest.write(line + "\n")

    def end(self) -> None:
        """Print what was put aside, and how many there are besides."""
        self._tell_more(self._counts[True])
        self._rest.seek(0)
        for line in self._rest:
            if self._terminal.is_json:
                self._terminal.emit(json.loads(line))
            else:
                self._terminal.write(line.rstrip("\n"))
        self._tell_more(self._counts[False])

    def _tell_more(self, count: int) -> None:
        if not self._is_whole and count > _SHOWN:
            self._terminal.tell(
                said("and {count} more: --all shows every one", count=count - _SHOWN)
            )

"""``rules record``: the record of processing activities."""

import argparse

from gallra.cli.houses import rules_path
from gallra.model.errors import ExitCode
from gallra.policy.decide import day_of
from gallra.report.processing import as_html, as_json, as_text, processing_record
from gallra.report.terminal import Terminal
from gallra.rules.loading import load
from gallra.service import clock


def record(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the record, as text, as a page, or as one object."""
    schedule = load(str(rules_path(arguments)))
    made = processing_record(
        schedule, on=day_of(clock.now(), schedule), say=terminal.say, language=terminal.language
    )
    if terminal.is_json:
        terminal.emit(as_json(made))
    elif arguments.is_page:
        for line in as_html(made, terminal.say, terminal.language):
            terminal.write(line)
    else:
        for line in as_text(made, terminal.say):
            terminal.write(line)
    for missing in made.missing:
        terminal.complain(missing)
    return ExitCode.IN_PART if made.missing else ExitCode.DONE

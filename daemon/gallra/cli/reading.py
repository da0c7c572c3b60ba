"""``read`` and ``detect``: what gallra sees in single files, without rules or catalogue."""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from gallra.model.errors import ExitCode
from gallra.model.finding import PartReport
from gallra.model.message import said
from gallra.report import reading
from gallra.report.problems import problem_of
from gallra.report.terminal import Terminal
from gallra.service.scanning import Scanner

Show = Callable[[bytes, PartReport], None]

_MAILDIR = (b"cur", b"new")


def read(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the text of files, part by part."""

    def show(path: bytes, report: PartReport) -> None:
        if terminal.is_json:
            terminal.emit(reading.read_as_json(path, report, terminal.say))
            return
        _write(terminal, reading.read_as_text(path, report, terminal.say))

    return _each_part(arguments.files, terminal, show, wants_text=True, wants_findings=False)


def detect(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the personal data in files: what and where, the text only where asked for."""
    with_text: bool = arguments.text

    def show(path: bytes, report: PartReport) -> None:
        if terminal.is_json:
            terminal.emit(reading.detected_as_json(path, report, terminal.say, with_text=with_text))
            return
        _write(
            terminal,
            reading.detected_as_text(path, report, terminal.say, with_text=with_text),
        )

    return _each_part(arguments.files, terminal, show, wants_text=with_text, wants_findings=True)


def _each_part(
    files: Sequence[str],
    terminal: Terminal,
    show: Show,
    *,
    wants_text: bool,
    wants_findings: bool,
) -> int:
    """Show every part of every file; a file that cannot be read is named, and the next taken."""
    code = ExitCode.DONE
    with Scanner() as scanner:
        for path in _files(files):
            try:
                if os.path.isdir(path):
                    terminal.complain(
                        said(
                            "{path}: a folder, but no Maildir; name the files in it",
                            path=os.fsdecode(path),
                        )
                    )
                    code = ExitCode.IN_PART
                    continue
                reports = scanner.reports(
                    path, wants_text=wants_text, wants_findings=wants_findings
                )
            except (OSError, ValueError) as error:
                problem = terminal.say(problem_of(error))
                terminal.complain(
                    said("{path}: {problem}", path=os.fsdecode(path), problem=problem)
                )
                code = ExitCode.IN_PART
                continue
            for report in reports:
                show(path, report)
    return code


def _files(names: Iterable[str]) -> Iterator[bytes]:
    """Yield absolute paths, a Maildir's messages in the order of their names.

    What was given absolute stays as it was given, to the byte: nothing is resolved.
    """
    for name in names:
        path = os.path.join(os.getcwdb(), os.fsencode(name).removeprefix(b"./"))
        folders = [os.path.join(path, each) for each in _MAILDIR]
        if not all(os.path.isdir(folder) for folder in folders):
            yield path
            continue
        for folder in folders:
            yield from sorted(os.path.join(folder, each) for each in os.listdir(folder))


def _write(terminal: Terminal, lines: Iterable[str]) -> None:
    for line in lines:
        terminal.write(line)

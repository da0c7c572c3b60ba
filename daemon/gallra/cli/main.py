"""The command line's way in, and the one place where what went wrong becomes words and a code."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TextIO

from gallra.cli.builder import DEFAULT_RULES
from gallra.cli.parser import build, parse
from gallra.model.errors import ExitCode, GallraError
from gallra.model.message import Message, said
from gallra.report.language import chosen, language_of_rules, translator
from gallra.report.problems import problem_of
from gallra.report.terminal import Terminal

Handler = Callable[[argparse.Namespace, Terminal], int]

INTERRUPTED: Final = 130
"""What a shell reports for a command that Ctrl-C ended."""
UNHEARD: Final = 141
"""What a shell reports for a command whose reader left, as in ``gallra list | head``."""

_LONGEST_LOOK: Final = 200_000
"""So many characters of the rules are searched for their language."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line and return its exit code; never raises, never exits.

    Args:
        arguments: What follows the program's name; ``sys.argv`` where ``None``.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        _write_anything(stream)
    language = chosen(
        option=_option(given, "--lang"), environment=os.environ, rules=_rules_language(given)
    )
    terminal = Terminal(translator(language), language=language)
    try:
        code = _carried_out(given, language, terminal)
        sys.stdout.flush()
    except BrokenPipeError:
        _be_quiet()
        return UNHEARD
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _carried_out(given: Sequence[str], language: str, terminal: Terminal) -> int:
    try:
        parser = build(terminal.say, language)
        arguments = parse(parser, given)
        if not arguments.handler:
            parser.print_help(sys.stderr)
            return ExitCode.WRONG
        terminal.is_json = arguments.json
        return _handler(arguments.handler)(arguments, terminal)
    except SystemExit as leaving:  # argparse, after --help and --version
        return leaving.code if isinstance(leaving.code, int) else ExitCode.DONE
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except GallraError as refusal:
        terminal.refuse(refusal)
        return refusal.exit_code
    except OSError as error:
        _show_trace_if_asked()
        terminal.complain(_of_system(error, terminal))
        return ExitCode.IN_PART
    except Exception as fault:  # noqa: BLE001 - the last line before the admin; said, never swallowed
        _show_trace_if_asked()
        terminal.complain(_unexpected(fault))
        return ExitCode.IN_PART


def _handler(name: str) -> Handler:
    """Import the one command that was asked for: the others stay unread."""
    module, _, function = name.partition(":")
    handler: Handler = getattr(importlib.import_module(module), function)
    return handler


def _of_system(error: OSError, terminal: Terminal) -> Message:
    problem = terminal.say(problem_of(error))
    if not isinstance(error.filename, str | bytes):  # none, or the number of a descriptor
        return said("the system refused: {problem}", problem=problem)
    return said("{path}: {problem}", path=os.fsdecode(error.filename), problem=problem)


def _unexpected(fault: Exception) -> Message:
    """Say that this should not have happened: where, but no value that might be somebody's."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}gallra{os.sep}" in frame.filename] or frames
    where = ours[-1]
    return said(
        "an unexpected fault, {kind} at {module}:{line}; please report it. What was done until"
        " then stands in the log. GALLRA_DEBUG=1 shows more, which may hold personal data",
        kind=type(fault).__name__,
        module=Path(where.filename).stem,
        line=where.lineno or 0,
    )


def _show_trace_if_asked() -> None:
    if os.environ.get("GALLRA_DEBUG") == "1":
        traceback.print_exc()


def _option(given: Sequence[str], name: str) -> str | None:
    """Return the last value of the option ``name``, before the parser exists to tell."""
    value = None
    for index, argument in enumerate(given):
        if argument == "--":
            break
        if argument.startswith(f"{name}="):
            value = argument.removeprefix(f"{name}=")
        elif argument == name and index + 1 < len(given):
            value = given[index + 1]
    return value


def _rules_language(given: Sequence[str]) -> str | None:
    path = _option(given, "--rules") or os.environ.get("GALLRA_RULES") or DEFAULT_RULES
    try:
        if not Path(path).is_file():
            return None
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            return language_of_rules(file.read(_LONGEST_LOOK))
    except (OSError, ValueError):
        return None  # the command itself will say what is wrong with that file


def _write_anything(stream: TextIO) -> None:
    """Let ``stream`` take every letter, whatever the system's locale believes of itself."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def _be_quiet() -> None:
    """Let nothing be written at exit to a reader that has left."""
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue  # a stream that is no file has nobody to annoy

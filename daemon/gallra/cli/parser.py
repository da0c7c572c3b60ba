"""What can be typed, and what each word of it means: the one description of the command line.

The parser is built after the language is known, so every help text is translated. The
reference in docs/reference/commands.md is generated from it.
"""

import argparse
import os
from collections.abc import Sequence

from gallra import __version__
from gallra.cli import borrowed
from gallra.cli.builder import DEFAULT_RULES, DEFAULT_STATE, Builder, Parser, common
from gallra.cli.commands import add_all
from gallra.model.message import said
from gallra.report.language import Say


def build(say: Say, language: str) -> Parser:
    """Return the parser of the whole command line, speaking through ``say``."""
    borrowed.speak(language)
    builder = Builder(say)
    parser = Parser(
        prog="gallra",
        description=say(
            said(
                "Thins out the records of a trade-union club that have served their time:"
                " finds personal data, says how long each file may be kept, and moves what is"
                " due to quarantine before it is destroyed."
            )
        ),
        epilog=say(
            said(
                "Exit codes: 0 done; 1 done in part, and it was said what remains; 2 wrong use"
                " or rules that do not hold, nothing was done; 3 a safety brake holds, nothing"
                " was moved or destroyed; 4 another instance is at work."
            )
        ),
        parents=[common(say)],
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"gallra {__version__}",
        help=say(said("show the version and leave")),
    )
    commands = builder.subcommands(parser, required=False)
    add_all(builder, commands)
    return parser


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse ``arguments``; every option that was not given has its default.

    Raises:
        WrongUseError: For anything that cannot be understood.
        SystemExit: After ``--help`` and ``--version``, with code 0.
    """
    found = parser.parse_args(arguments)
    defaults = {
        "rules": os.environ.get("GALLRA_RULES") or DEFAULT_RULES,
        "state": os.environ.get("GALLRA_STATE") or DEFAULT_STATE,
        "lang": None,
        "json": False,
        "handler": "",
    }
    for name, value in defaults.items():
        if not hasattr(found, name):
            setattr(found, name, value)
    return found

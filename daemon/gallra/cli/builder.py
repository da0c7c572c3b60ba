"""How commands are added to the parser: every text in one language, the same options everywhere."""

import argparse
from typing import Final, NoReturn

from gallra.model.errors import WrongUseError
from gallra.model.message import Message, said
from gallra.report.language import LANGUAGES, Say

DEFAULT_RULES: Final = "/etc/gallra/rules.toml"
DEFAULT_STATE: Final = "/var/lib/gallra"


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are refusals like any other, on one line."""

    def error(self, message: str) -> NoReturn:
        """Refuse, and say where help is."""
        raise WrongUseError(
            said("{problem} (help: {command} --help)", problem=message, command=self.prog)
        )


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse names this type no other way


class Builder:
    """Adds commands to a parser, all texts in one language."""

    def __init__(self, say: Say) -> None:
        """Prepare the options that every command takes."""
        self.say = say
        self._everywhere = common(say)

    def command(
        self,
        commands: "Commands[Parser]",
        name: str,
        purpose: Message,
        *,
        handler: str = "",
        more: Message | None = None,
    ) -> Parser:
        """Add the command ``name``; ``handler`` is the ``module:function`` that carries it out."""
        text = self.say(purpose)
        parser = commands.add_parser(
            name,
            help=text,
            description=text if more is None else f"{text}. {self.say(more)}",
            parents=[self._everywhere],
            allow_abbrev=False,
        )
        if handler:
            parser.set_defaults(handler=f"gallra.cli.{handler}")
        return parser

    def argument(self, parser: Parser, *names: str, about: Message, **settings: object) -> None:
        """Add an argument with its explanation."""
        parser.add_argument(*names, help=self.say(about), **settings)  # type: ignore[arg-type]  # argparse's own loose settings, passed through

    def reason(self, parser: Parser) -> None:
        """Add ``--why``, which every decision of a person needs."""
        self.argument(
            parser,
            "--why",
            "--reason",
            dest="reason",
            default="",
            metavar=self.say(said("TEXT")),
            about=said("why, for those who come after you; it is needed"),
        )

    def subcommands(self, parser: Parser, *, required: bool = True) -> "Commands[Parser]":
        """Let ``parser`` take commands of its own."""
        return parser.add_subparsers(
            title=self.say(said("commands")),
            metavar=self.say(said("COMMAND")),
            dest="subcommand" if parser.prog.count(" ") else "command",
            required=required,
        )


def common(say: Say) -> Parser:
    """Return the options that stand before or after the command: given nowhere, set nowhere."""
    options = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    group = options.add_argument_group(say(said("everywhere")))
    group.add_argument(
        "--rules",
        metavar=say(said("FILE")),
        help=say(
            said(
                "the rules; otherwise {variable}, otherwise {default}",
                variable="GALLRA_RULES",
                default=DEFAULT_RULES,
            )
        ),
    )
    group.add_argument(
        "--state",
        metavar=say(said("DIR")),
        help=say(
            said(
                "the folder where gallra keeps what it knows; otherwise {variable}, otherwise"
                " {default}",
                variable="GALLRA_STATE",
                default=DEFAULT_STATE,
            )
        ),
    )
    group.add_argument(
        "--lang",
        choices=LANGUAGES,
        help=say(
            said(
                "the language to speak; otherwise GALLRA_LANG, the language in the rules, or that"
                " of the system"
            )
        ),
    )
    group.add_argument(
        "--json", action="store_true", help=say(said("results for scripts: one JSON object a line"))
    )
    return options

"""The commands ``consent`` and ``declaration``, with their arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import Message, said

_REFERENCE = said("its number, as the list shows it: 2026-3")


def add_consents(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``consent`` and ``declaration``."""
    _add_consent(builder, commands)
    _add_declaration(builder, commands)


def _add_consent(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    consent = builder.subcommands(
        builder.command(
            commands, "consent", said("keep the register of consents to pass members' data on")
        )
    )
    record = builder.command(
        consent,
        "record",
        said("record that somebody consented, with the message or file that shows it"),
        handler="consenting:record",
        more=said(
            "With --proof FILE#PART, person, address and day are those of the message, where they"
            " are not given. What shows it is kept while it stands."
        ),
    )
    builder.argument(
        record, "--person", default="", metavar=say(said("NAME")), about=said("who consented")
    )
    builder.argument(
        record,
        "--id",
        dest="identifiers",
        action="append",
        default=[],
        metavar=say(said("NUMBER")),
        about=said("their number or mail address; a name alone can be somebody else's"),
    )
    builder.argument(
        record,
        "--for",
        dest="purpose",
        required=True,
        metavar=say(said("TEXT")),
        about=said("what for, in their words"),
    )
    builder.argument(
        record,
        "--to",
        dest="recipients",
        action="append",
        required=True,
        metavar=say(said("DOMAIN")),
        about=said("to whom it may be passed on: a domain or a mail address; * for anybody"),
    )
    _add_days_and_proof(builder, record)
    _add_register(builder, consent, "consenting")
    builder.command(
        consent,
        "expire",
        said("close the consents whose last day has passed; the daemon does it each day"),
        handler="consenting:expire",
    )
    _add_import(
        builder,
        consent,
        "consenting",
        said("the list, with the headings name, id, purpose, to, on; until and proof if known"),
    )
    find = builder.command(
        consent,
        "find",
        said("look for messages in which somebody consents, or takes it back"),
        handler="consenting:find",
        more=said("Nothing is recorded: a person reads the message and decides."),
    )
    builder.argument(
        find,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("read every message, not only those that look like a consent; it takes longer"),
    )


def _add_declaration(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    declaration = builder.subcommands(
        builder.command(
            commands,
            "declaration",
            said("keep the register of declarations of confidentiality"),
        )
    )
    record = builder.command(
        declaration,
        "record",
        said("record that somebody signed one, with the file that shows it"),
        handler="declaring:record",
    )
    builder.argument(
        record, "person", metavar=say(said("NAME")), about=said("who signed, as in the rules")
    )
    builder.argument(
        record,
        "--account",
        dest="accounts",
        action="append",
        default=[],
        metavar=say(said("ACCOUNT")),
        about=said("with which they log in, where the rules do not say it"),
    )
    _add_days_and_proof(builder, record)
    _add_register(builder, declaration, "declaring")
    _add_import(
        builder,
        declaration,
        "declaring",
        said("the list, with the headings name and on; account, until and proof if known"),
    )


def _add_days_and_proof(builder: Builder, parser: Parser) -> None:
    builder.argument(
        parser,
        "--on",
        type=day(builder),
        metavar=builder.say(said("DATE")),
        about=said("when; the day of the message, or today, if not given"),
    )
    builder.argument(
        parser,
        "--until",
        type=day(builder),
        metavar=builder.say(said("DATE")),
        about=said("the last day on which it holds; until it is withdrawn, if not given"),
    )
    builder.argument(
        parser,
        "--proof",
        metavar=builder.say(said("PATH[#PART]")),
        about=said("the message or file that shows it"),
    )


def _add_register(builder: Builder, parsers: "Commands[Parser]", module: str) -> None:
    """Add ``list``, ``show`` and ``withdraw``."""
    say = builder.say
    listing = builder.command(
        parsers, "list", said("show what stands"), handler=f"{module}:show_list"
    )
    builder.argument(
        listing,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("with what was withdrawn, or is over"),
    )
    show = builder.command(parsers, "show", said("tell all about one"), handler=f"{module}:show")
    builder.argument(show, "reference", metavar=say(said("REF")), about=_REFERENCE)
    withdraw = builder.command(
        parsers,
        "withdraw",
        said("note that it was withdrawn: from that day on it does not hold"),
        handler=f"{module}:withdraw",
    )
    builder.argument(withdraw, "reference", metavar=say(said("REF")), about=_REFERENCE)
    builder.argument(
        withdraw,
        "--on",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the first day on which it does not hold; today if not given"),
    )
    builder.reason(withdraw)


def _add_import(builder: Builder, parsers: "Commands[Parser]", module: str, about: Message) -> None:
    taking = builder.command(
        parsers,
        "import",
        said("record what a list already holds: all of its lines, or none"),
        handler=f"{module}:take_in",
    )
    builder.argument(taking, "file", metavar=builder.say(said("FILE")), about=about)

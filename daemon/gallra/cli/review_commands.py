"""The command ``review``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import said


def add_review(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``review list``, ``review approve`` and ``review keep``."""
    say = builder.say
    review = builder.subcommands(
        builder.command(commands, "review", said("decide on records that no rule decides on"))
    )
    shown = builder.command(
        review,
        "list",
        said("show what waits for a person, and what happens if nobody decides"),
        handler="reviewing:show_list",
    )
    builder.argument(
        shown, "--queue", metavar=say(said("NAME")), about=said("only this queue of the rules")
    )
    builder.argument(
        shown,
        "--for",
        dest="reviewer",
        metavar=say(said("NAME")),
        about=said("only what this reviewer is asked about"),
    )
    builder.argument(
        shown,
        "--class",
        dest="class_code",
        metavar=say(said("CLASS")),
        about=said("only records of this class"),
    )
    approve = builder.command(
        review,
        "approve",
        said("let records go: to quarantine first, within the limits of a day"),
        handler="reviewing:approve",
    )
    keep = builder.command(
        review,
        "keep",
        said("keep records, and be asked again later"),
        handler="reviewing:keep",
    )
    for command in (approve, keep):
        builder.argument(
            command,
            "references",
            nargs="+",
            metavar=say(said("PATH[#PART]")),
            about=said("a file, or a message in a mailbox: inbox.mbox#msg:17"),
        )
        builder.reason(command)
        builder.argument(
            command,
            "--by",
            metavar=say(said("NAME")),
            about=said("who decides, where it is not you; both names stand in the log"),
        )
    builder.argument(
        approve,
        "--whole",
        action="store_true",
        about=said("a mailbox that cannot be cut, with all that is in it, due or not"),
    )
    builder.argument(
        keep,
        "--until",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the first day on which it is asked about again"),
    )
    builder.argument(
        keep,
        "--for",
        dest="period",
        metavar=say(said("PERIOD")),
        about=said("so long from today, as in the rules: 1 year, 6 månader, 30 dager"),
    )

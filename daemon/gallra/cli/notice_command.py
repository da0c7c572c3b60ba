"""The command ``notice``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_notice(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``notice``."""
    say = builder.say
    notice = builder.command(
        commands,
        "notice",
        said("tell owners in advance what goes of theirs, one text for each"),
        handler="notices:show",
        more=said("What was shown counts as told, and is not shown again."),
    )
    builder.argument(
        notice,
        "--days",
        type=int,
        metavar=say(said("NUMBER")),
        about=said("what goes within so many days; else as the rules say, 30 if they do not"),
    )
    builder.argument(
        notice,
        "--owner",
        metavar=say(said("NAME")),
        about=said("only what belongs to this user, by name or number"),
    )
    builder.argument(
        notice, "--share", metavar=say(said("SHARE")), about=said("only records in this share")
    )
    builder.argument(
        notice,
        "--again",
        action="store_true",
        about=said("with what they were told before"),
    )

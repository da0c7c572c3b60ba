"""The command ``reminder``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_reminder(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``reminder``."""
    reminder = builder.command(
        commands,
        "reminder",
        said("write to the member whose case was closed: keep what you need, before it goes"),
        handler="reminding:show",
        more=said("The letter is in the language that --lang says: the member's."),
    )
    builder.argument(
        reminder,
        "case",
        metavar=builder.say(said("CASE")),
        about=said("the case: its folder, what it was called, or the number of its event"),
    )
    builder.argument(
        reminder,
        "--sent",
        dest="is_sent",
        action="store_true",
        about=said("note that it was sent; nobody is asked for it any more"),
    )

"""The command ``copies``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_copies(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``copies``."""
    say = builder.say
    copies = builder.command(
        commands,
        "copies",
        said("show what else says the same as a file, a folder or a message"),
        handler="copying:show",
        more=said(
            "Copies are known by their words, in whatever format and in whatever archive or mail"
            " they lie. Nothing is done with them; gallra event case-transferred has them go."
        ),
    )
    builder.argument(
        copies,
        "paths",
        nargs="+",
        metavar=say(said("PATH[#PART]")),
        about=said("a file, a folder, or a message in a mailbox"),
    )
    builder.argument(
        copies,
        "--near",
        action="store_true",
        about=said(
            "with what speaks of the same persons and says nearly the same: those files are read"
            " again for it"
        ),
    )

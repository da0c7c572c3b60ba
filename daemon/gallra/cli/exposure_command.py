"""The command ``exposure``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_exposure(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``exposure``."""
    command = builder.command(
        commands,
        "exposure",
        said("show who can read what, and look for what should not be so"),
        handler="exposing:show",
        more=said("What should not be so becomes a finding: see gallra finding list."),
    )
    builder.argument(
        command,
        "--share",
        metavar=builder.say(said("NAME")),
        about=said("only this share"),
    )
    builder.argument(
        command,
        "--mail",
        action="store_true",
        about=said("the union mail that lies outside the folders declared for it, one by one"),
    )

"""How ``rules diff`` is typed."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_diff(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``diff`` to the commands below ``rules``."""
    diff = builder.command(
        commands,
        "diff",
        said("show what other rules would change, record by record, before they are in force"),
        handler="comparing:diff",
        more=said("What would go earlier stands first. Nothing is read anew, and nothing is done."),
    )
    builder.argument(
        diff,
        "file",
        metavar=builder.say(said("FILE")),
        about=said("the other rules: a changed copy of rules.toml"),
    )
    builder.argument(
        diff,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("every record that changes, however many there are"),
    )

"""The command ``notify``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_notify(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``notify``."""
    notify = builder.command(
        commands,
        "notify",
        said("send what people are to be told, as far as its time has come"),
        handler="notifying:notify",
        more=said("The service does so by itself; see [notifications] in the rules."),
    )
    builder.argument(
        notify,
        "--list",
        dest="is_list",
        action="store_true",
        about=said("show what waits, and send nothing"),
    )
    builder.argument(
        notify,
        "--test",
        dest="is_test",
        action="store_true",
        about=said("send every receiver a mail that only tries out whether mail arrives"),
    )

"""How ``rules record`` is typed."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_record(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``record`` to the commands below ``rules``."""
    record = builder.command(
        commands,
        "record",
        said("show the record of processing activities that Article 30 asks for"),
        handler="recording:record",
        more=said("It is made from the rules. What they do not say is told; exit code 1."),
    )
    builder.argument(
        record,
        "--html",
        dest="is_page",
        action="store_true",
        about=said("as a page, to be printed or put where others read it"),
    )

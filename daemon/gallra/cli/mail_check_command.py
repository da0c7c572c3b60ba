"""The command ``mail-check``, with what it means."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_mail_check(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``mail-check``."""
    builder.command(
        commands,
        "mail-check",
        said("judge what the club mailed: who saw whom, what went outside, what was locked"),
        handler="mail_check:show",
        more=said(
            "The daemon does so by itself when mail or rules have changed. What is found is"
            " listed by gallra finding list, too."
        ),
    )

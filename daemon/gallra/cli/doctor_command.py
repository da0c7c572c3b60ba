"""The command ``doctor``, with what it means."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_doctor(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``doctor``."""
    builder.command(
        commands,
        "doctor",
        said("tell what on this machine is wrong or missing, and what to do"),
        handler="doctor:show",
        more=said("Run it as root: others see less. It changes nothing."),
    )

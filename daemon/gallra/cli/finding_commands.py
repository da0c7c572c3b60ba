"""The command ``finding``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.duty import FindingKind
from gallra.model.message import said


def add_findings(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``finding list``, ``finding show`` and ``finding dismiss``."""
    say = builder.say
    finding = builder.subcommands(
        builder.command(commands, "finding", said("see what is not as it should be"))
    )
    listing = builder.command(
        finding, "list", said("show what a person must look at"), handler="finding:show_list"
    )
    builder.argument(
        listing,
        "--kind",
        choices=tuple(each.value for each in FindingKind),
        metavar=say(said("KIND")),
        about=said("only this sort: {kinds}", kinds=", ".join(FindingKind)),
    )
    builder.argument(
        listing,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("with what is closed: gone since, or dismissed"),
    )
    reference = said("its number, as the list shows it: 2026-3")
    show = builder.command(
        finding,
        "show",
        said("tell all about one: what, whose data, seen by whom, what to do"),
        handler="finding:show",
    )
    builder.argument(show, "reference", metavar=say(said("REF")), about=reference)
    dismiss = builder.command(
        finding,
        "dismiss",
        said("say that nothing more is to be done about it; it does not come back"),
        handler="finding:dismiss",
    )
    builder.argument(dismiss, "references", nargs="+", metavar=say(said("REF")), about=reference)
    builder.reason(dismiss)
    builder.argument(
        dismiss,
        "--by",
        metavar=say(said("NAME")),
        about=said("who decides, where it is not you; both names stand in the log"),
    )

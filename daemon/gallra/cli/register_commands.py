"""The command ``register``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said


def add_register(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``register wash``, ``register washes`` and ``register list``."""
    say = builder.say
    register = builder.subcommands(
        builder.command(commands, "register", said("keep the registers of members right"))
    )
    wash = builder.command(
        register,
        "wash",
        said("compare the club's register with a fresh export: who left, who joined, what changed"),
        handler="washing:wash",
        more=said(
            "Without --apply it only shows. Columns may be called and ordered as they like; a"
            " person is known by a personal number, a member number, a mail address, or a name"
            " with a day of birth or a telephone number."
        ),
    )
    builder.argument(
        wash, "old", metavar=say(said("OLD")), about=said("the list that the club has")
    )
    builder.argument(wash, "new", metavar=say(said("NEW")), about=said("the fresh export"))
    builder.argument(
        wash,
        "--apply",
        dest="is_applied",
        action="store_true",
        about=said("tell of everybody who left that they did, and record the wash"),
    )
    builder.argument(
        wash,
        "--confirm",
        type=int,
        metavar=say(said("COUNT")),
        about=said(
            "with --apply, where a safety brake holds: how many have left, as you saw it shown"
        ),
    )
    builder.argument(
        wash,
        "--sheet",
        default="",
        metavar=say(said("NAME")),
        about=said("which sheet, where several of a workbook list members"),
    )
    builder.command(
        register,
        "washes",
        said("show when which register was washed, by whom, with what result"),
        handler="washing:show_washes",
    )
    builder.command(
        register,
        "list",
        said("show the registers of members, and when each was washed last"),
        handler="washing:show_registers",
    )

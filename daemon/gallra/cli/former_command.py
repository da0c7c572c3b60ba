"""How ``rules show`` is typed."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import said


def add_former(builder: Builder, rules: "Commands[Parser]") -> None:
    """Add ``show`` to the commands below ``rules``."""
    say = builder.say
    show = builder.command(
        rules,
        "show",
        said("show the rules of any past day, as the log keeps them"),
        handler="former:show",
        more=said("Without more, which versions there were, and since when."),
    )
    builder.argument(
        show,
        "digest",
        nargs="?",
        metavar=say(said("DIGEST")),
        about=said(
            "the version that an entry of the log or a certificate names; its beginning will do"
        ),
    )
    builder.argument(
        show,
        "--on",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the version that was in force on this day"),
    )
    builder.argument(
        show,
        "--entry",
        type=int,
        metavar=say(said("N")),
        about=said(
            "what the rules said of the class and the rule that this entry of the log names"
        ),
    )

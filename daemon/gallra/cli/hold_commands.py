"""The command ``hold``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import said


def add_hold(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``hold place``, ``hold lift`` and ``hold list``."""
    say = builder.say
    hold = builder.subcommands(
        builder.command(
            commands, "hold", said("keep records whatever the rules say, for as long as needed")
        )
    )
    place = builder.command(
        hold,
        "place",
        said("place a hold"),
        handler="holding:place",
        more=said(
            "Several cases or persons are one hold on any of them; a path, a class and a"
            " condition beside them narrow it"
        ),
    )
    reference = said("what the hold is called, such as a case number")
    builder.argument(place, "reference", metavar=say(said("REFERENCE")), about=reference)
    builder.argument(
        place,
        "target",
        nargs="?",
        metavar=say(said("PATH")),
        about=said("a file or folder in a share, or a pattern on SHARE/PATH"),
    )
    builder.argument(place, "--path", metavar=say(said("PATTERN")), about=said("the same as PATH"))
    builder.argument(
        place,
        "--class",
        dest="class_code",
        metavar=say(said("CLASS")),
        about=said("every record of this class"),
    )
    for option, metavar, about in (
        (
            "--case",
            said("REF"),
            said(
                "all that belongs to a case: the name of a folder, a path, a message as"
                " FILE#msg:17, the subject of messages, a Message-ID in angle brackets; what"
                " comes later, too"
            ),
        ),
        (
            "--cases",
            said("FILE"),
            said("the cases that stand in this file, one a line"),
        ),
        (
            "--person",
            said("NUMBER"),
            said("whatever speaks of the person with this number or mail address, later too"),
        ),
    ):
        builder.argument(
            place, option, action="append", default=[], metavar=say(metavar), about=about
        )
    builder.argument(
        place,
        "--when",
        metavar=say(said("CONDITION")),
        about=said(
            "what fulfils this, written as in a rule: '{example}'",
            example='{ kind = "salary-list", entities = { PERSON = 5 } }',
        ),
    )
    builder.argument(
        place,
        "--query",
        metavar=say(said("FILE")),
        about=said("the same from a file, a key a line"),
    )
    builder.argument(
        place,
        "--all",
        dest="is_everything",
        action="store_true",
        about=said("every record in every share"),
    )
    builder.reason(place)
    builder.argument(
        place,
        "--until",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the day on which you are reminded of it; it stands until it is lifted"),
    )
    lift = builder.command(hold, "lift", said("lift a hold"), handler="holding:lift")
    builder.argument(lift, "reference", metavar=say(said("REFERENCE")), about=reference)
    builder.argument(
        lift,
        "--why",
        "--reason",
        dest="reason",
        default="",
        metavar=say(said("TEXT")),
        about=said("why it is no longer needed; it stands in the log"),
    )
    builder.command(
        hold,
        "list",
        said("show the holds, and how many records each keeps"),
        handler="holding:show_list",
    )

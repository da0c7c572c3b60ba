"""The command ``event``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import said
from gallra.model.retention import Trigger

LIST, UNDO = "list", "undo"
KINDS = tuple(trigger.value for trigger in Trigger if trigger.is_event)


def add_events(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``event``, in which the kind of event stands where other commands have a verb."""
    say = builder.say
    event = builder.command(
        commands,
        "event",
        said("tell that something has happened from which a period counts"),
        handler="eventing:event",
        more=said("gallra event list shows what was told, gallra event undo NUMBER takes it back."),
    )
    builder.argument(
        event,
        "kind",
        choices=(*KINDS, LIST, UNDO),
        metavar=say(said("KIND")),
        about=said("what has happened: {kinds}; or list, or undo", kinds=", ".join(KINDS)),
    )
    builder.argument(
        event,
        "reference",
        nargs="?",
        metavar=say(said("REF")),
        about=said(
            "what it is about: a folder or file in a share, the name of a folder or the subject"
            " of messages, a person's number or mail address; with undo, the number of the event"
        ),
    )
    builder.argument(
        event,
        "--on",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the day on which it happened; today if not given"),
    )
    for option, metavar, about in (
        ("--folder", said("PATH"), said("about all that is in this folder, now and later")),
        ("--file", said("PATH[#PART]"), said("about this file, or this message in a mailbox")),
        (
            "--subject",
            said("TEXT"),
            said("about messages of which this is the subject line, or a piece of it"),
        ),
        (
            "--person",
            said("NUMBER"),
            said("about whatever speaks of the person with this number or mail address"),
        ),
    ):
        builder.argument(
            event,
            option,
            action="append",
            default=[],
            metavar=say(metavar),
            about=about,
        )
    builder.argument(
        event,
        "--people",
        action="append",
        default=[],
        metavar=say(said("FILE")),
        about=said(
            "about everybody whose number or mail address stands in this file: a register, a"
            " list of participants"
        ),
    )
    builder.argument(
        event,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("with list: what was taken back, too"),
    )

"""The command ``incident``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.incident import Authority, Nature, Receiver, Risk
from gallra.model.message import Message, said
from gallra.report.language import LANGUAGES

TELL, NOT = "tell", "not"


def add_incidents(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``incident`` and what can be done with one."""
    incident = builder.subcommands(
        builder.command(
            commands, "incident", said("keep breaches of personal data, and their 72 hours")
        )
    )
    listing = builder.command(
        incident,
        "list",
        said("show the incidents, and how much of each clock is left"),
        handler="incident:show_list",
    )
    builder.argument(
        listing,
        "--all",
        dest="is_whole",
        action="store_true",
        about=said("with those that are closed"),
    )
    show = builder.command(
        incident,
        "show",
        said("tell all about one, and what remains to be done"),
        handler="incident:show",
    )
    _reference(builder, show)
    _add_facts(builder, incident)
    _add_papers(builder, incident)
    _add_steps(builder, incident)


def _add_facts(builder: Builder, incident: "Commands[Parser]") -> None:
    say = builder.say
    opening = builder.command(
        incident,
        "open",
        said("open an incident: the 72 hours run from when it became known"),
        handler="incident:open_one",
    )
    builder.argument(
        opening, "title", metavar=say(said("TITLE")), about=said("in one line, what it is")
    )
    _facts(builder, opening)
    _by(builder, opening)
    assessing = builder.command(
        incident,
        "assess",
        said("add facts, put them right, and say how likely it harms somebody"),
        handler="incident:assess",
        more=said("What is not given stays as it is."),
    )
    _reference(builder, assessing)
    _facts(builder, assessing)
    _option(
        builder,
        assessing,
        "--consequences",
        said("TEXT"),
        said("what it can lead to for those concerned"),
    )
    _option(builder, assessing, "--taken", said("TEXT"), said("what was done about it"))
    _option(builder, assessing, "--planned", said("TEXT"), said("what will be done about it"))
    builder.argument(
        assessing,
        "--risk",
        choices=tuple(each.value for each in Risk),
        about=said(
            "how likely it harms somebody: unlikely, risk (the authority is told), high (those"
            " concerned are told, too); with --why"
        ),
    )
    builder.reason(assessing)
    _by(builder, assessing)


def _add_papers(builder: Builder, incident: "Commands[Parser]") -> None:
    say = builder.say
    letter = builder.command(
        incident,
        "letter",
        said("write the notification to the officer, or a draft to the authority or the members"),
        handler="incident_papers:letter",
    )
    _reference(builder, letter)
    builder.argument(
        letter,
        "--to",
        dest="receiver",
        choices=tuple(each.value for each in Receiver),
        required=True,
        about=said("to whom: officer, authority, members"),
    )
    builder.argument(
        letter,
        "--in",
        dest="letter_language",
        choices=LANGUAGES,
        about=said("the language of the letter; that of the organisation if not given"),
    )
    builder.argument(
        letter,
        "--authority",
        choices=tuple(each.value for each in Authority),
        about=said("which authority; that of the organisation's country if not given"),
    )
    _out(builder, letter)
    members = builder.command(
        incident,
        "members",
        said("read the files again, and write out whom it concerns"),
        handler="incident_papers:members",
    )
    _reference(builder, members)
    builder.argument(
        members,
        "--out",
        metavar=say(said("FILE")),
        required=True,
        about=said("a new CSV file, which only you can read"),
    )
    export = builder.command(
        incident,
        "export",
        said("write out all that is known of one, with its letters and its entries in the log"),
        handler="incident_papers:export",
    )
    _reference(builder, export)
    builder.argument(
        export,
        "--out",
        metavar=say(said("FILE")),
        required=True,
        about=said("a new JSON file, which only you can read"),
    )


def _add_steps(builder: Builder, incident: "Commands[Parser]") -> None:
    notify = builder.command(
        incident,
        "notify",
        said("note that somebody was told"),
        handler="incident_steps:notify",
        more=said("gallra sends no letter itself: it writes it, and you hand it in."),
    )
    _reference(builder, notify)
    builder.argument(
        notify,
        "--to",
        dest="receiver",
        choices=tuple(each.value for each in Receiver),
        required=True,
        about=said("who was told: officer, authority, members"),
    )
    _option(builder, notify, "--at", said("TIME"), said("when; now if not given"))
    builder.argument(
        notify,
        "--more-follows",
        action="store_true",
        about=said("facts were missing, and will be given in a later phase"),
    )
    _option(
        builder,
        notify,
        "--why-late",
        said("TEXT"),
        said("the reasons for the delay, where the authority was told after 72 hours"),
    )
    _option(
        builder,
        notify,
        "--reference",
        said("NUMBER"),
        said("what the receiver calls it: the authority's case number"),
        dest="number",
    )
    _by(builder, notify)
    decide = builder.command(
        incident,
        "decide",
        said("decide whether the authority, or the members concerned, are told"),
        handler="incident_steps:decide",
    )
    _reference(builder, decide)
    for receiver in (Receiver.AUTHORITY, Receiver.MEMBERS):
        builder.argument(
            decide,
            f"--{receiver}",
            choices=(TELL, NOT),
            about=said("whether they are told"),
        )
    builder.reason(decide)
    _by(builder, decide)
    close = builder.command(
        incident,
        "close",
        said("close an incident about which nothing remains to be done"),
        handler="incident_steps:close",
    )
    _reference(builder, close)
    builder.argument(
        close,
        "--no-breach",
        dest="is_none",
        action="store_true",
        about=said("it was no breach of personal data: nobody has to be told"),
    )
    reopen = builder.command(
        incident, "reopen", said("open a closed incident again"), handler="incident_steps:reopen"
    )
    _reference(builder, reopen)
    for command in (close, reopen):
        builder.reason(command)
        _by(builder, command)


def _facts(builder: Builder, parser: Parser) -> None:
    text, time = said("TEXT"), said("TIME")
    _option(
        builder,
        parser,
        "--known-at",
        time,
        said("when it became known: 2026-12-31 14:30, in the organisation's time zone"),
    )
    _option(builder, parser, "--known-how", text, said("how it became known"))
    _option(builder, parser, "--what", text, said("what happened"))
    builder.argument(
        parser,
        "--nature",
        action="append",
        choices=tuple(each.value for each in Nature),
        about=said(
            "disclosed (confidentiality), changed (integrity) or lost (availability); may be given"
            " several times"
        ),
    )
    _option(builder, parser, "--happened-at", time, said("when it happened, or began"))
    _option(builder, parser, "--happened-until", time, said("when it ended"))
    _option(
        builder,
        parser,
        "--whom",
        text,
        said("what sort of persons: members, applicants; may be given several times"),
        action="append",
    )
    for option, about in (
        ("--persons", said("about how many persons")),
        ("--records", said("about how many records")),
    ):
        builder.argument(parser, option, type=int, metavar=builder.say(said("N")), about=about)
    _option(
        builder,
        parser,
        "--category",
        text,
        said("what sort of data, as HEALTH or in words; may be given several times"),
        action="append",
    )
    _option(
        builder,
        parser,
        "--seen-by",
        text,
        said("who could see it; may be given several times"),
        action="append",
    )
    _option(
        builder,
        parser,
        "--file",
        said("PATH[#PART]"),
        said("a file that got out; may be given several times"),
        action="append",
    )


def _reference(builder: Builder, parser: Parser) -> None:
    builder.argument(
        parser,
        "reference",
        metavar=builder.say(said("REF")),
        about=said("its number, as the list shows it: 2026-3"),
    )


def _by(builder: Builder, parser: Parser) -> None:
    _option(
        builder,
        parser,
        "--by",
        said("NAME"),
        said("who decides, where it is not you; both names stand in the log"),
    )


def _out(builder: Builder, parser: Parser) -> None:
    _option(
        builder,
        parser,
        "--out",
        said("FILE"),
        said("to this new file, which only you can read, instead of the screen"),
    )


def _option(
    builder: Builder,
    parser: Parser,
    name: str,
    metavar: Message,
    about: Message,
    **settings: object,
) -> None:
    builder.argument(parser, name, metavar=builder.say(metavar), about=about, **settings)

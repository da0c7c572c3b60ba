"""The command ``access-request``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.access import RequestKind
from gallra.model.message import said
from gallra.report.language import LANGUAGES


def add_access(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``access-request`` with all its verbs."""
    verbs = builder.subcommands(
        builder.command(
            commands,
            "access-request",
            said("answer somebody who asks what is kept of them, or wants it erased or put right"),
        )
    )
    _add_open(builder, verbs)
    _add_looking(builder, verbs)
    _add_deciding(builder, verbs)
    _add_serving(builder, verbs)
    _add_ending(builder, verbs)


def _add_open(builder: Builder, verbs: "Commands[Parser]") -> None:
    say = builder.say
    opening = builder.command(
        verbs, "open", said("enter a request into the register"), handler="accessing:open_one"
    )
    for option, metavar, about in (
        (
            "--name",
            said("NAME"),
            said("what the person is called; once for each spelling, the first is for letters"),
        ),
        (
            "--id",
            said("NUMBER"),
            said("a personal number, a mail address or a telephone number of theirs"),
        ),
        ("--member", said("NUMBER"), said("a member number or employee number of theirs")),
        ("--address", said("TEXT"), said("a postal address of theirs, on one line")),
    ):
        builder.argument(
            opening, option, action="append", default=[], metavar=say(metavar), about=about
        )
    builder.argument(
        opening,
        "--kind",
        choices=tuple(each.value for each in RequestKind),
        default=RequestKind.ACCESS.value,
        about=said("what is asked for; access if not given"),
    )
    builder.argument(
        opening,
        "--came-in",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the day on which it came in, wherever in the club; today if not given"),
    )
    builder.argument(
        opening,
        "--letter",
        choices=LANGUAGES,
        about=said("the language of the letter; the organisation's if not given"),
    )


def _add_looking(builder: Builder, verbs: "Commands[Parser]") -> None:
    listing = builder.command(
        verbs, "list", said("show the requests that are open"), handler="accessing:show_list"
    )
    builder.argument(
        listing, "--all", dest="is_whole", action="store_true", about=said("with those closed")
    )
    show = builder.command(
        verbs,
        "show",
        said("tell all about one request, and what was found"),
        handler="accessing:show",
        more=said("With a number, the passages of that record are read and shown, others masked."),
    )
    _reference(builder, show)
    _numbers(builder, show, nargs="*")
    search = builder.command(
        verbs,
        "search",
        said("search files, messages, attachments, archives, quarantine and log for the person"),
        handler="accessing:search",
    )
    _reference(builder, search)
    builder.argument(
        search,
        "--every-file",
        dest="is_whole",
        action="store_true",
        about=said("read every file anew, and not only those the catalogue names: takes hours"),
    )


def _add_deciding(builder: Builder, verbs: "Commands[Parser]") -> None:
    confirm = builder.command(
        verbs,
        "confirm",
        said("say that records are about this person"),
        handler="accessing:confirm",
    )
    _reference(builder, confirm)
    _numbers(builder, confirm, nargs="+")
    builder.argument(
        confirm,
        "--whole",
        action="store_true",
        about=said("and that they may be handed out as they are, with what they say of others"),
    )
    builder.reason(confirm)
    exclude = builder.command(
        verbs,
        "exclude",
        said("say that records are not about this person, or are not handed out"),
        handler="accessing:exclude",
    )
    _reference(builder, exclude)
    _numbers(builder, exclude, nargs="+")
    builder.reason(exclude)


def _add_serving(builder: Builder, verbs: "Commands[Parser]") -> None:
    say = builder.say
    letter = builder.command(
        verbs, "letter", said("write the letter that answers"), handler="access_serving:letter"
    )
    _reference(builder, letter)
    builder.argument(
        letter,
        "--to",
        metavar=say(said("FILE")),
        about=said("into this file, as HTML where its name ends so; else it is printed"),
    )
    bundle = builder.command(
        verbs,
        "bundle",
        said("write the copy that goes with the letter: an encrypted archive"),
        handler="access_serving:bundle",
        more=said("Its password is shown once, and kept nowhere."),
    )
    _reference(builder, bundle)
    builder.argument(
        bundle,
        "--to",
        required=True,
        metavar=say(said("FILE")),
        about=said("a new file, .zip; nothing is written over"),
    )


def _add_ending(builder: Builder, verbs: "Commands[Parser]") -> None:
    say = builder.say
    extend = builder.command(
        verbs,
        "extend",
        said("extend the time by two months; the person is told within the first"),
        handler="accessing:extend",
    )
    _reference(builder, extend)
    builder.reason(extend)
    erase = builder.command(
        verbs,
        "erase",
        said("show what of theirs can be destroyed, and what a law or a hold keeps"),
        handler="access_serving:erase",
        more=said("With --yes what can be is made due, and goes through quarantine like all else."),
    )
    _reference(builder, erase)
    builder.argument(
        erase,
        "--yes",
        dest="is_meant",
        action="store_true",
        about=said("make it due, and erase their name from the texts of the log"),
    )
    builder.argument(
        erase,
        "--confirm",
        default="",
        metavar=say(said("HASH")),
        about=said("confirm what would go, where it is more than goes in a day"),
    )
    builder.reason(erase)
    correct = builder.command(
        verbs,
        "correct",
        said("note that records were put right, and who was told of it"),
        handler="access_serving:correct",
    )
    _reference(builder, correct)
    _numbers(builder, correct, nargs="+")
    builder.argument(
        correct,
        "--told",
        action="append",
        default=[],
        metavar=say(said("NAME")),
        about=said("to whom the wrong data had been given, and who was told of the right ones"),
    )
    builder.reason(correct)
    answer = builder.command(
        verbs, "answer", said("note that the person was answered"), handler="accessing:answer"
    )
    _reference(builder, answer)
    builder.argument(
        answer,
        "--on",
        type=day(builder),
        metavar=say(said("DATE")),
        about=said("the day on which the answer went out; today if not given"),
    )
    builder.reason(answer)
    close = builder.command(verbs, "close", said("close a request"), handler="accessing:close")
    _reference(builder, close)
    builder.reason(close)


def _reference(builder: Builder, parser: Parser) -> None:
    builder.argument(
        parser,
        "reference",
        metavar=builder.say(said("REF")),
        about=said("the number of the request, as the list shows it: 2026-3"),
    )


def _numbers(builder: Builder, parser: Parser, *, nargs: str) -> None:
    builder.argument(
        parser,
        "numbers",
        nargs=nargs,
        type=int,
        metavar=builder.say(said("NUMBER")),
        about=said("the number of a record, as gallra access-request show tells it"),
    )

"""The command ``handover``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.handover import Choice
from gallra.model.message import Message, said


def add_handover(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``handover begin``, ``list``, ``show``, ``decide``, ``carry-out`` and the rest."""
    handover = builder.subcommands(
        builder.command(
            commands, "handover", said("hand over what somebody who steps down leaves behind")
        )
    )
    _add_begin(builder, handover)
    builder.command(handover, "list", said("show the handovers"), handler="handover:show_list")
    show = _of_one(
        builder, handover, "show", said("show what is to be handed over, piece by piece")
    )
    _selecting(builder, show)
    builder.argument(
        show, "--undecided", action="store_true", about=said("only what nobody has decided about")
    )
    decide = _of_one(
        builder, handover, "decide", said("decide what becomes of pieces"), handler="decide"
    )
    builder.argument(
        decide,
        "choice",
        choices=(*(each.value for each in Choice), "as-proposed"),
        metavar=builder.say(said("WHAT")),
        about=said(
            "what becomes of them: {choices}; as-proposed takes what the list proposes for each",
            choices=", ".join(Choice),
        ),
    )
    _selecting(builder, decide)
    builder.argument(
        decide, "--all", dest="is_whole", action="store_true", about=said("every piece")
    )
    _by(builder, decide)
    builder.reason(decide)
    carry_out = _of_one(
        builder,
        handover,
        "carry-out",
        said("do what was decided; as often as it takes"),
        handler="carry_out",
    )
    builder.argument(
        carry_out,
        "--confirm",
        default="",
        metavar=builder.say(said("HASH")),
        about=said("that you have looked, where more goes than in a day is usual"),
    )
    members = _of_one(
        builder,
        handover,
        "members",
        said("write the list of members to inform, with a letter, into a file"),
        handler="members",
    )
    _out(builder, members, is_required=True)
    finish = _of_one(
        builder,
        handover,
        "finish",
        said("look what remains, and close it where nothing does"),
        handler="finish",
    )
    builder.argument(
        finish,
        "--why",
        "--reason",
        dest="reason",
        default="",
        metavar=builder.say(said("TEXT")),
        about=said("why it is closed although something remains"),
    )
    _by(builder, finish)
    record = _of_one(builder, handover, "record", said("write the signed record"), handler="record")
    _out(builder, record, is_required=False)


def _add_begin(builder: Builder, handover: "Commands[Parser]") -> None:
    begin = builder.command(
        handover,
        "begin",
        said("begin one, with an inventory of what is theirs"),
        handler="handover:begin",
    )
    whom = said("a [[representative]] of the rules, by name or account; or an account")
    builder.argument(
        begin,
        "giver",
        metavar=builder.say(said("FROM")),
        about=said("who steps down: {whom}", whom=builder.say(whom)),
    )
    builder.argument(
        begin,
        "receiver",
        metavar=builder.say(said("TO")),
        about=said("who takes over: {whom}", whom=builder.say(whom)),
    )


def _of_one(
    builder: Builder,
    handover: "Commands[Parser]",
    name: str,
    purpose: Message,
    *,
    handler: str = "",
) -> Parser:
    command = builder.command(handover, name, purpose, handler=f"handover:{handler or name}")
    builder.argument(
        command,
        "reference",
        metavar=builder.say(said("REF")),
        about=said("its number, as the list shows it: 2026-3"),
    )
    return command


def _selecting(builder: Builder, command: Parser) -> None:
    builder.argument(
        command,
        "--numbers",
        metavar=builder.say(said("NUMBERS")),
        about=said("these pieces: 1-3,7"),
    )
    builder.argument(
        command,
        "--class",
        dest="class_code",
        metavar=builder.say(said("CLASS")),
        about=said("only records of this class"),
    )
    builder.argument(
        command,
        "--path",
        metavar=builder.say(said("PATH")),
        about=said("only this file or folder, or what matches a pattern"),
    )
    builder.argument(
        command,
        "--proposed",
        choices=tuple(each.value for each in Choice),
        metavar=builder.say(said("WHAT")),
        about=said("only that for which this is proposed"),
    )


def _by(builder: Builder, command: Parser) -> None:
    builder.argument(
        command,
        "--by",
        metavar=builder.say(said("NAME")),
        about=said("who decides, where it is not you; both names stand in the log"),
    )


def _out(builder: Builder, command: Parser, *, is_required: bool) -> None:
    builder.argument(
        command,
        "--out",
        required=is_required,
        metavar=builder.say(said("FILE")),
        about=said("a new file, for your eyes only; nothing that is there is replaced"),
    )

"""The commands about the log, with their arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.cli.days import day
from gallra.model.message import said


def add_ledger(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``log`` and ``certificate``."""
    _add_log(builder, commands)
    _add_certificate(builder, commands)


def _add_log(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    log = builder.command(
        commands,
        "log",
        said("show what was done, when and under which rule"),
        handler="log:show",
    )
    _add_period(builder, log)
    builder.argument(
        log,
        "--path",
        metavar=say(said("PATTERN")),
        about=said("only about this path, or paths that fit this pattern"),
    )
    _add_class(builder, log)
    builder.argument(
        log,
        "--action",
        metavar=say(said("ACTION")),
        about=said("only this action, such as quarantined or destroyed"),
    )
    of_log = builder.subcommands(log, required=False)
    verify = builder.command(
        of_log,
        "verify",
        said("check that nothing in the log was changed or taken away"),
        handler="log:verify",
    )
    builder.argument(
        verify,
        "--checkpoint",
        metavar=say(said("FILE")),
        about=said("a checkpoint from earlier, kept outside this machine"),
    )
    builder.command(
        of_log,
        "checkpoint",
        said("write and show a signed checkpoint, for the auditor to keep"),
        handler="log:checkpoint",
    )
    _add_erase(builder, of_log)
    builder.command(
        of_log,
        "verifier",
        said("print the program that checks the log and certificates without gallra"),
        handler="log:verifier",
    )


def _add_erase(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    erase = builder.command(
        commands,
        "erase",
        said("erase names, paths and reasons from the log; that something was done stays proved"),
        handler="erasing:erase",
        more=said(
            "What still lies in quarantine, waits for its outcome or is on hold is left alone."
        ),
    )
    builder.argument(
        erase,
        "--path",
        metavar=say(said("PATTERN")),
        about=said("only about this path, or paths that fit this pattern"),
    )
    builder.argument(
        erase,
        "--mentions",
        metavar=say(said("TEXT")),
        about=said("whatever has this in its name or its reasons: a person's name, a number"),
    )
    builder.argument(
        erase,
        "--why",
        metavar=say(said("TEXT")),
        about=said("why, for the log; write no name here"),
    )
    builder.argument(
        erase,
        "--yes",
        dest="is_meant",
        action="store_true",
        about=said("do it; otherwise it is only shown what would be erased"),
    )


def _add_certificate(builder: Builder, commands: "Commands[Parser]") -> None:
    say = builder.say
    certificate = builder.command(
        commands,
        "certificate",
        said("certify what was destroyed: a text to hand out, with the proof in it"),
        handler="certifying:certificate",
        more=said(
            "It can be checked by anybody, with the program that gallra log verifier prints."
        ),
    )
    builder.argument(
        certificate,
        "what",
        nargs="?",
        metavar=say(said("WHAT")),
        about=said(
            "a path, or a pattern that paths fit; the id it had in quarantine; or the number of"
            " the entry in the log"
        ),
    )
    _add_period(builder, certificate)
    _add_class(builder, certificate)
    builder.argument(
        certificate,
        "--out",
        metavar=say(said("FILE")),
        about=said("write it to this file, which must not be there yet"),
    )


def _add_period(builder: Builder, parser: Parser) -> None:
    for option, about in (
        ("--since", said("from this day on")),
        ("--until", said("up to and including this day")),
    ):
        builder.argument(
            parser, option, type=day(builder), metavar=builder.say(said("DATE")), about=about
        )


def _add_class(builder: Builder, parser: Parser) -> None:
    builder.argument(
        parser,
        "--class",
        dest="class_code",
        metavar=builder.say(said("CLASS")),
        about=said("only about records of this class"),
    )

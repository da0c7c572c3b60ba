"""The command ``self-audit``, with its arguments and what they mean."""

from gallra.cli.builder import Builder, Commands, Parser
from gallra.model.message import said
from gallra.model.self_audit import Question
from gallra.report.language import LANGUAGES


def add_self_audit(builder: Builder, commands: "Commands[Parser]") -> None:
    """Add ``self-audit``."""
    say = builder.say
    audit = builder.command(
        commands,
        "self-audit",
        said("go through a year: its figures, what is open, a check-list, and who signs it"),
        handler="self_auditing:self_audit",
        more=said("It is signed in the first quarter of the next year."),
    )
    builder.argument(
        audit,
        "year",
        type=int,
        metavar=say(said("YEAR")),
        about=said("the year whose figures are looked at"),
    )
    builder.argument(
        audit,
        "--answer",
        action="append",
        metavar=say(said("KEY=yes|no:TEXT")),
        about=said(
            "answer a question of the check-list, with a text where the answer is no; may be given"
            " several times. The questions: {questions}",
            questions=", ".join(Question),
        ),
    )
    builder.argument(
        audit,
        "--sign",
        action="store_true",
        about=said("stand for the audit of the year; with --why, once all is answered"),
    )
    builder.reason(audit)
    builder.argument(
        audit,
        "--by",
        metavar=say(said("NAME")),
        about=said("who decides, where it is not you; both names stand in the log"),
    )
    builder.argument(
        audit,
        "--in",
        dest="paper_language",
        choices=LANGUAGES,
        about=said("the language of the report; that of the organisation if not given"),
    )
    builder.argument(
        audit,
        "--out",
        metavar=say(said("FILE")),
        about=said("to this new file, which only you can read, instead of the screen"),
    )

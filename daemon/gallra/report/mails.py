"""What people are told, as mail: one thing, or all that could wait, in the reader's language."""

import textwrap
from collections.abc import Sequence

from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.notification import Notification
from gallra.model.retention import Organisation
from gallra.report.counting import counted
from gallra.report.language import Say

_COLUMNS = 76
_LONGEST_HEADLINE = 150


def headline(notifications: Sequence[Notification], organisation: Organisation, say: Say) -> str:
    """Return the subject line: one line, with what gallra is about first."""
    if len(notifications) == 1:
        text = say(notifications[0].subject)
    else:
        text = say(
            counted(
                "{count} thing to know about",
                "{count} things to know about",
                count=len(notifications),
            )
        )
    return shown(f"gallra, {organisation.name}: {text}")[:_LONGEST_HEADLINE]


def body(notifications: Sequence[Notification], organisation: Organisation, say: Say) -> str:
    """Return the text: what it is, what to do, and where the details stand."""
    paragraphs: list[str] = []
    for each in notifications:
        paragraphs.append(say(each.subject))
        paragraphs += [f"  {shown(say(line))}" for line in each.lines]
        paragraphs.append("")
    paragraphs += [
        "-- ",
        say(
            said(
                "Sent by gallra for {organisation}. Names are not sent by mail: they stand in"
                " gallra, on the club's server.",
                organisation=organisation.name,
            )
        ),
    ]
    return "\n".join(_wrapped(line) for line in paragraphs) + "\n"


def sample(organisation: Organisation) -> tuple[Message, tuple[Message, ...]]:
    """Return what a mail says that only tries out whether mail arrives."""
    return (
        said("a test: mail from gallra arrives"),
        (
            said("This is how gallra tells of what has to be done."),
            said("The rules in force are those of {organisation}.", organisation=organisation.name),
        ),
    )


def _wrapped(line: str) -> str:
    if line == "-- ":
        return line
    margin = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line,
        _COLUMNS,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )

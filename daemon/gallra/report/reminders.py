"""The letter to a member whose case was closed: keep what you need, before it goes."""

from collections.abc import Iterator
from datetime import date

from gallra.model.message import said
from gallra.model.retention import Organisation
from gallra.report.counting import counted
from gallra.report.language import Say


def letter(
    *, closed_on: date, goes_on: date, record_count: int, organisation: Organisation, say: Say
) -> Iterator[str]:
    """Yield the lines of the letter. No name stands in it: whoever sends it knows to whom.

    Args:
        closed_on: When the case was closed.
        goes_on: The first day on which anything of it is taken.
        record_count: How many files and messages go.
        organisation: Who writes.
        say: Speaks the member's language.
    """
    yield say(said("Your case is closed: keep what you need"))
    yield ""
    yield say(said("Hello,"))
    yield ""
    yield say(
        said("The case that we helped you with was closed on {day}.", day=closed_on.isoformat())
    )
    yield say(
        counted(
            "We have {count} document or message about it. It is taken away on {day}, and then"
            " destroyed.",
            "We have {count} documents and messages about it. They are taken away from {day} on,"
            " and then destroyed.",
            count=record_count,
            day=goes_on.isoformat(),
        )
    )
    yield say(
        said(
            "Look through what you have received yourself, and keep what you may need later:"
            " agreements, decisions, certificates. If you lack something, ask us for a copy before"
            " that day. Afterwards we cannot help you with it any more."
        )
    )
    yield say(
        said(
            "If you think that the case is not over, or that something must be kept, answer before"
            " that day, too."
        )
    )
    officer = organisation.data_protection_officer
    if officer is not None:
        yield ""
        yield say(
            said(
                "Questions about your personal data are answered by {name}, {email}.",
                name=officer.name,
                email=officer.email,
            )
        )
    yield ""
    yield say(said("With kind regards"))
    yield organisation.name

"""Calendar spans in words."""

from collections.abc import Callable

from gallra.model.message import Message, said
from gallra.model.retention import Period
from gallra.report.counting import counted


def spans(period: Period) -> tuple[Message, ...]:
    """Return ``period`` as people say it, piece by piece: ``1 year``, ``6 months``."""
    found = (
        counted("{count} year", "{count} years", count=period.years),
        counted("{count} month", "{count} months", count=period.months),
        counted("{count} week", "{count} weeks", count=period.weeks),
        counted("{count} day", "{count} days", count=period.days),
    )
    present = tuple(span for span in found if dict(span.values)["count"])
    return present or (said("no time at all"),)


def spoken(period: Period, say: Callable[[Message], str]) -> str:
    """Return ``period`` in one text."""
    return ", ".join(say(span) for span in spans(period))

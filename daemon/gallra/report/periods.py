"""Calendar spans in words."""

from gallra.model.message import said
from gallra.model.retention import Period
from gallra.report.language import Say, counted


def spoken(period: Period, say: Say) -> str:
    """Return ``period`` as people say it: ``4 years``, ``1 year, 6 months``, ``no time``."""
    spans = [
        counted("{count} year", "{count} years", count=period.years),
        counted("{count} month", "{count} months", count=period.months),
        counted("{count} week", "{count} weeks", count=period.weeks),
        counted("{count} day", "{count} days", count=period.days),
    ]
    present = [say(span) for span in spans if dict(span.values)["count"]]
    return ", ".join(present) or say(said("no time at all"))

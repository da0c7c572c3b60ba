"""Instants as they are typed: in the organisation's time zone, unless they name their own."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from gallra.model.errors import WrongUseError
from gallra.model.message import said
from gallra.model.names import shown


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that ``text`` says, in UTC.

    Of an hour that the clocks show twice the first is meant: the earlier, the more careful.

    Args:
        text: As ISO 8601 writes it: ``2026-03-02 14:30``, ``2026-03-02T14:30+01:00``.
        zone: Of what names no zone itself.

    Raises:
        WrongUseError: If it is no date with a time of day.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or ":" not in text:
        raise WrongUseError(
            said(
                "{text} is no date with a time; write it as 2026-12-31 14:30",
                text=shown(text[:60]),
            )
        )
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)

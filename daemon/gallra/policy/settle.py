"""When a file lies still enough to be read."""

from datetime import datetime, timedelta


def has_settled(
    *,
    modified_at: datetime,
    last_event_at: datetime | None,
    now: datetime,
    settle: timedelta,
) -> bool:
    """Tell whether nothing has happened to a file for ``settle``.

    A time in the future says nothing about when somebody last wrote, and a file that bears one
    would wait for ever: it is left out of account.

    Args:
        modified_at: What the filesystem says, aware.
        last_event_at: When the observer last heard of the file; ``None`` where it never did.
        now: The present, aware.
        settle: How long the file must lie still.
    """
    moments = [modified_at] if last_event_at is None else [modified_at, last_event_at]
    return all(moment > now or now - moment >= settle for moment in moments)

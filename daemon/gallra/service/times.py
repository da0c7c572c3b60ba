"""When the daemon does what, and when it last did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PRUNED_EVERY = timedelta(minutes=5)
"""How often unchanged directories are made sure of, whatever events say."""
FULL_HOUR = 3
"""The hour of the night, local time, in which every file is looked at."""
ROUND_EVERY = timedelta(hours=1)
"""How often what is due is looked for, at the least."""
ROUND_AFTER = timedelta(seconds=10)
"""How long after the last change what is due is looked for."""
RULES_EVERY = timedelta(seconds=5)
"""How often it is looked whether rules.toml was edited."""
WORKERS_LEAVE_AFTER = timedelta(seconds=30)


@dataclass(slots=True)
class Times:
    """When things were last done, or are to be done next."""

    pruned_at: datetime
    round_at: datetime | None = None
    changed_at: datetime | None = None
    dirty_at: datetime | None = None
    busy_at: datetime | None = None
    rules_at: datetime | None = None
    alive_at: datetime | None = None
    full_on: str = ""

"""When the daemon does what, and when it last did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PRUNED_EVERY = timedelta(minutes=5)
"""How often unchanged directories are made sure of, whatever events say."""
FULL_HOUR = 3
"""The hour of the night, local time, in which every file is looked at."""
ROUND_EVERY = timedelta(hours=1)
"""How often what is due is looked for, at the least."""
ROUND_AFTER = timedelta(seconds=10)
"""How long after the last change what is due is looked for."""
ROUND_WHILE_BUSY = timedelta(minutes=5)
"""How often what is due is looked for while files pour in: a storm must not put off disposal."""
RULES_EVERY = timedelta(seconds=5)
"""How often it is looked whether rules.toml was edited."""
WORKERS_LEAVE_AFTER = timedelta(seconds=30)


@dataclass(slots=True)
class Times:
    """When things were last done, or are to be done next."""

    began_at: datetime
    pruned_at: datetime
    round_at: datetime | None = None
    changed_at: datetime | None = None
    dirty_at: datetime | None = None
    busy_at: datetime | None = None
    rules_at: datetime | None = None
    full_on: str = ""

    def is_round_due(self, now: datetime, zone: ZoneInfo, *, is_busy: bool) -> bool:
        """Tell whether it is time to look for what is due.

        Args:
            now: Aware.
            zone: The organisation's: a new day brings new things that are due.
            is_busy: Whether files are being read, or wait to be.
        """
        last, changed = self.round_at, self.changed_at
        if last is None:
            return not is_busy or now - self.began_at >= ROUND_WHILE_BUSY
        if now < last or now - last >= (ROUND_WHILE_BUSY if is_busy else ROUND_EVERY):
            return True
        if is_busy:
            return False
        if now.astimezone(zone).date() != last.astimezone(zone).date():
            return True
        if changed is None or changed <= last:
            return False
        return now - changed >= ROUND_AFTER or now - last >= ROUND_WHILE_BUSY

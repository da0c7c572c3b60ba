"""What has happened since the last look: told in dropped-in files, or by signs on the shares."""

import os
from datetime import datetime
from typing import TYPE_CHECKING

from gallra.model.message import Message
from gallra.report.counting import counted
from gallra.service import clock
from gallra.service.dropins import is_being_written, stamp, take_up
from gallra.service.events import catch_up
from gallra.service.house import House
from gallra.service.signs import notice

if TYPE_CHECKING:
    from gallra.rules.complaint import RulesError

RulesStamp = tuple[int, int, int]


class Noticing:
    """Notices events for one house."""

    def __init__(self, house: House) -> None:
        """Begin as if nothing had been noticed yet."""
        self._house = house
        self._stamp: tuple[tuple[str, int, int], ...] | None = None
        self._is_whole = True
        self.refused: tuple[RulesError, ...] = ()
        """The dropped-in files of which nothing was taken up."""

    @property
    def has_news(self) -> bool:
        """Whether a file was dropped in, changed or taken away since the last look."""
        return stamp(self._house) != self._stamp

    def look_at_everything(self) -> None:
        """At the next look, look at every file's name: after a full pass."""
        self._is_whole = True

    def wait(self) -> None:
        """Wait until files that were dropped in just now lie still."""
        until = clock.now() + 2 * self._house.schedule.safety.settle
        while is_being_written(self._house, now := clock.now()) and now < until:
            clock.pause(0.1)

    def look(self, now: datetime) -> int:
        """Tell of all that is told or shown at ``now``; return how many events were new."""
        seen = stamp(self._house)
        catch_up(self._house)
        count, self.refused = take_up(self._house, now)
        count += notice(self._house, now, is_whole=self._is_whole)
        self._is_whole = False
        if not is_being_written(self._house, now):
            self._stamp = seen  # else it is news the next time
        return count

    @property
    def complaint(self) -> Message | None:
        """What to say about refused files where their names are nobody's business."""
        if not self.refused:
            return None
        return counted(
            "{count} file in events.d was not taken up: gallra event list tells why",
            "{count} files in events.d were not taken up: gallra event list tells why",
            count=len(self.refused),
        )


def rules_stamp(house: House) -> RulesStamp:
    """Return what changes when rules.toml is edited; zeros while it is being replaced."""
    try:
        status = os.stat(house.rules)
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)

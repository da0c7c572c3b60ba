"""The slow lane: scanned pages and pictures, looked at when nothing else waits to be read.

A file whose reading left pages unseen is in the catalogue as read in part, and in the queue of
what is unseen. One by one, the smallest first, such files are read again by a reader with eyes;
only a reading that ended well replaces what was known.
"""

import os
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gallra.model.arrival import Arrival
from gallra.service import clock
from gallra.service.eyes import complaint
from gallra.service.house import House
from gallra.service.pool import Finished, Pool
from gallra.service.reading import Reading, Witness

if TYPE_CHECKING:
    from gallra.model.message import Message

READER_LEAVES_AFTER = timedelta(seconds=30)
PAGES_AT_ONCE = 6
"""Pages that one cycle, ``run --once`` or ``scan``, looks at after all else: about a minute."""


class Seeing(Reading):
    """Reads what is unseen, one file at a time, as far as the day's pages go."""

    def __init__(
        self, house: House, *, witness: Witness | None = None, most_pages: int | None = None
    ) -> None:
        """Start nothing before there is something to see.

        Args:
            house: Whose shares.
            witness: Told of each file that was looked at.
            most_pages: Beyond the day's pages, how many are looked at in all.
        """
        self._eyes = Pool(size=1, digest_keys=house.keys.digest_keys(), has_eyes=True)
        super().__init__(house, self._eyes, witness=witness)
        self._most_pages = most_pages
        self._page_count = 0
        self._idle_since: datetime | None = None
        self.complaint: Message | None = None
        """Why nothing can be looked at here, where that is so."""

    def look(self, now: datetime, shares: Collection[str], *, timeout_seconds: float) -> bool:
        """Go on with what is being looked at, or begin with the next; return whether it is busy.

        Args:
            now: To know what day it is.
            shares: Those that are there.
            timeout_seconds: How long to wait for the reader at most.
        """
        if self.is_busy or self._next(shares) is not None:
            self._idle_since = None
            self.step(settled_before=now, shares=shares, timeout_seconds=timeout_seconds)
            return True
        self._idle_since = self._idle_since or now
        if now - self._idle_since > READER_LEAVES_AFTER:
            self.close()
        return False

    def close(self) -> None:
        """End the reader; what it was looking at stays in the queue."""
        self.finish()
        self._eyes.close()

    def _next(self, shares: Collection[str]) -> Arrival | None:
        """Return the file to look at next; ``None`` where none waits, or the day's pages are up."""
        limit = self._house.schedule.reading.pages_per_day
        waiting = self._house.catalogue.awaiting_sight(1, shares=shares) if limit else []
        if not waiting:
            return None
        self.complaint = complaint()
        if self.complaint is not None:
            return None
        pages = self._house.catalogue.unseen_pages(waiting[0].file_id)
        seen = self._house.catalogue.pages_seen(self._today())
        # one that is longer than a day's pages has a day to itself
        is_too_much = seen > 0 and seen + pages > limit
        if self._most_pages is not None:
            is_too_much |= self._page_count > 0 and self._page_count + pages > self._most_pages
        return None if is_too_much else waiting[0]

    def _today(self) -> date:
        return clock.now().astimezone(ZoneInfo(self._house.schedule.organisation.timezone)).date()

    def _refill(self, settled_before: datetime, shares: Collection[str]) -> None:
        del settled_before  # it was read before, so it has settled
        if self._queue or self._under_way:
            return
        if self._unsaved:
            self._save()
        found = self._next(shares)
        if found is not None:
            self._house.catalogue.begin_looking((found.file_id,))
            self._queue = [found]

    def _let_go(self, begun: Sequence[int]) -> None:
        self._house.catalogue.stop_looking(begun)

    def _take(self, finished: Finished) -> None:
        under_way = self._under_way[finished.key]  # type: ignore[index] # ours are numbers
        pages = self._house.catalogue.unseen_pages(under_way.arrival.file_id)
        self._page_count += pages
        self._house.catalogue.note_pages_seen(self._today(), pages)
        if not finished.is_lost:
            super()._take(finished)
            return
        # What the first reading found stands; the attempt is counted, and after some no more made.
        del self._under_way[under_way.arrival.file_id]
        os.close(under_way.descriptor)
        self.figures.lost_count += 1

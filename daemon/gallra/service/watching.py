"""The daemon's ear: the observing process, started, heard, and started again when it dies."""

import contextlib
import os
import selectors
from collections.abc import Sequence
from datetime import datetime, timedelta

from gallra.model.share import ShareState
from gallra.service.house import House
from gallra.service.shares import ShareLook, not_theirs
from gallra.watch.mounting import Mounting
from gallra.watch.observer import Hint, Observer, Remounted, note_hints

REVIVE_AFTER = timedelta(seconds=30)
"""An observer that dies as soon as it is started is not started again and again."""


class Watching:
    """Hints of what happens in the shares that are there; see :mod:`gallra.watch.observer`."""

    def __init__(self, house: House, selector: selectors.BaseSelector) -> None:
        """Let ``selector`` wake up, with the data ``"observer"``, when there is something."""
        self._house = house
        self._selector = selector
        self._observer = Observer(excluded=(os.fsencode(house.state.absolute()),))
        self._mounting = Mounting()
        self._descriptor = -1
        self._started_at: datetime | None = None
        self._has_died = False
        if self._mounting.descriptor >= 0:
            selector.register(self._mounting.descriptor, selectors.EVENT_READ, "observer")

    def start(self, looks: Sequence[ShareLook], now: datetime) -> None:
        """Observe the shares that are there, by a new process where there was one."""
        self._forget()
        self._mounting.follow(self._house.schedule.shares)
        self._observer.start(
            [look.share for look in looks if look.state is ShareState.PRESENT],
            excluded=not_theirs(self._house),
        )
        self._started_at = now
        self._has_died = self._observer.is_wanted and not self._observer.is_alive
        if self._observer.is_alive:
            self._descriptor = self._observer.fileno()
            self._selector.register(self._descriptor, selectors.EVENT_READ, "observer")

    def hear(self, now: datetime) -> list[Hint]:
        """Write into the catalogue what was noticed, and return it."""
        hints = self._observer.read()
        hints += (Remounted(share=name) for name in self._mounting.changed())
        note_hints(self._house.catalogue, hints, now)
        if self._observer.is_wanted and not self._observer.is_alive:
            self._forget()
            self._has_died = True
        return hints

    def revive(self, looks: Sequence[ShareLook], now: datetime) -> None:
        """Start the observer again if it has died; what it missed is looked for in any case."""
        if not self._has_died:
            return
        started = self._started_at
        if started is None or not timedelta(0) <= now - started < REVIVE_AFTER:
            self.start(looks, now)

    def stop(self) -> None:
        """Observe no more."""
        self._forget()
        self._observer.stop()
        self._mounting.close()

    def _forget(self) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(KeyError, ValueError):  # it closed when the process died
                self._selector.unregister(self._descriptor)
        self._descriptor = -1

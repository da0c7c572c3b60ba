"""What the daemon does while it is in the midst of something long: it stays alive, and answers.

A pass over millions of files, or a day's batches of quarantine, may take longer than systemd waits
for a sign of life, and longer than anybody who asks for figures. So all long work asks between two
pieces of it whether to go on, and that moment is used.
"""

from collections.abc import Callable

from gallra.service import clock
from gallra.service.notify import notify, watchdog_seconds

EVERY_SECONDS = 0.2
"""How often, at the most: the question costs next to nothing otherwise."""


class Pulse:
    """Tells systemd that the daemon lives, and long work whether to go on."""

    def __init__(self, answer: Callable[[], None]) -> None:
        """Call ``answer`` at each beat; it has to return at once."""
        self.is_stopping = False
        self._answer = answer
        self._next_at = clock.steady_seconds()
        self._watchdog = watchdog_seconds()
        self._alive_at: float | None = None

    @property
    def longest_wait_seconds(self) -> float | None:
        """After so long :meth:`stay_alive` is to be called; ``None`` where nobody listens."""
        return None if self._watchdog is None else self._watchdog / 2

    def goes_on(self) -> bool:
        """Beat, and tell whether work that is under way goes on: until the daemon is stopped."""
        now = clock.steady_seconds()
        if now >= self._next_at:
            self.stay_alive()
            self._answer()
            self._next_at = clock.steady_seconds() + EVERY_SECONDS
        return not self.is_stopping

    def stay_alive(self) -> None:
        """Tell the watchdog, as often as it wants to hear."""
        if self._watchdog is None:
            return
        now = clock.steady_seconds()
        if self._alive_at is None or now - self._alive_at >= self._watchdog / 2:
            self._alive_at = now
            notify("WATCHDOG=1")

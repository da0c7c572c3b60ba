"""What the daemon lets monitoring see: the status file, the metrics file, the metrics socket."""

import contextlib
import os
import selectors
from datetime import datetime, timedelta
from pathlib import Path

from gallra.model.errors import GallraError
from gallra.model.figures import Figures
from gallra.model.message import said
from gallra.service import clock
from gallra.service.disposal import Round
from gallra.service.figures import DAEMON_GOOD_FOR, Account, gathered, published
from gallra.service.house import House
from gallra.service.metrics_socket import SOCKET, Caller, MetricsSocket
from gallra.service.pool import Pool
from gallra.service.voice import Voice

FRESH_FOR = timedelta(seconds=15)
"""Whoever asks more often gets the same again."""
_TURNS = 8
"""Coming in, asking and being told are three."""


class Showing:
    """The figures of one daemon, and everybody who asks for them."""

    def __init__(
        self, house: House, voice: Voice, selector: selectors.BaseSelector, pool: Pool
    ) -> None:
        """Show nothing yet; see :meth:`open`."""
        self.account = Account()
        self._house = house
        self._voice = voice
        self._pool = pool
        self._socket = MetricsSocket(selector, self._answer)
        self._selector = selector
        self._figures: Figures | None = None
        self._is_amidst = False

    @property
    def is_busy(self) -> bool:
        """Whether somebody is being answered."""
        return self._socket.is_busy

    def open(self) -> None:
        """Listen in the service's runtime directory, else in the state directory."""
        runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        path = Path(runtime or self._house.state) / SOCKET
        try:
            self._socket.open(path)
        except OSError as error:
            told = said(
                "{path}: no figures can be asked for there ({error})",
                path=str(path),
                error=os.strerror(error.errno or 0),
            )
            self._voice.say_once("metrics socket", told)
        with contextlib.suppress(GallraError):  # the first round says why
            self._gathered(clock.now())

    def close(self) -> None:
        """Listen no more. The status file stays, and says that a daemon should be at work."""
        self._socket.close()

    def serve(self, key: object) -> bool:
        """Serve what a key of the selector carries; tell whether it was one of ours."""
        if not isinstance(key, Caller | MetricsSocket):
            return False
        self._socket.serve(key)
        return True

    def tend(self) -> None:
        """Drop those who take too long."""
        if self._socket.is_busy:
            self._socket.tend()

    def answer(self) -> None:
        """Answer whoever asks, in the midst of other work, with the figures of before it."""
        self._is_amidst = True
        try:
            for _ in range(_TURNS):
                served = [self.serve(key.data) for key, _ in self._selector.select(0)]
                if not any(served):
                    break
            self.tend()
        finally:
            self._is_amidst = False

    def note_round(self, round_: Round, now: datetime, absent: frozenset[str]) -> None:
        """Publish what a round came to."""
        self.account.note_round(self._house, round_, now, absent)
        self._publish(now)

    def note_failure(self, error: GallraError, now: datetime) -> None:
        """Publish that a round came to no end."""
        self.account.note_failure(error, now)
        self._publish(now)

    def note_rules(self, *, has_bad: bool) -> None:
        """Publish at once that the rules were changed and do not hold, or that they hold again."""
        if has_bad != self.account.has_bad_rules:
            self.account.has_bad_rules = has_bad
            self._publish(clock.now())

    def _publish(self, now: datetime) -> None:
        try:
            figures = self._gathered(now)
        except GallraError as error:
            self._voice.complain(error, topic="failed")  # the file goes stale, and that is told too
            return
        complaints = published(self._house, figures, good_for=DAEMON_GOOD_FOR, is_daemon=True)
        for complaint in complaints:
            self._voice.say_once(f"metrics {dict(complaint.values)['path']}", complaint)

    def _gathered(self, now: datetime) -> Figures:
        self._figures = gathered(self._house, self.account, now, processes=self._pool.process_ids)
        return self._figures

    def _answer(self, is_openmetrics: bool) -> bytes:  # noqa: FBT001 - the socket's one question
        # Two megabytes of memory, which nobody who asks for no metrics has to give.
        from gallra.report.metrics import as_scrape, as_textfile  # noqa: PLC0415 - see above

        now = clock.now()
        known = self._figures
        is_fresh = known is not None and timedelta(0) <= now - known.at < FRESH_FOR
        if not is_fresh and not self._is_amidst:
            with contextlib.suppress(GallraError):  # the round says why
                known = self._gathered(now)
        if known is None:
            return b"# EOF\n"  # who asks sees that nothing is there
        return as_scrape(known) if is_openmetrics else as_textfile(known)

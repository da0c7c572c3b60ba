"""One club's rules and state, opened: what every command works on."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from gallra.model.errors import OccupiedError, WrongUseError
from gallra.model.message import said
from gallra.model.retention import RetentionSchedule
from gallra.model.share import Share
from gallra.policy.events import Happenings
from gallra.rules.loading import load_with_text
from gallra.service import clock
from gallra.store.catalogue import Catalogue
from gallra.store.database import Database
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger

LEDGER_ORIGIN = "gallra.ledger/1"
ACT_PATIENCE = timedelta(seconds=60)
"""How long a command waits for a daemon that is moving files just now."""


class House:
    """The rules, the catalogue, the ledger and the keys; opened when first asked for."""

    def __init__(
        self, schedule: RetentionSchedule, *, text: bytes, rules: Path, state: Path
    ) -> None:
        """Use :meth:`open`."""
        self.schedule = schedule
        self.rules = rules
        self.state = state
        self._catalogue: Catalogue | None = None
        self._keys: Keys | None = None
        self._ledger: Ledger | None = None
        self._happenings: tuple[tuple[int, str], Happenings] | None = None
        self.text = text
        self.read_before: dict[str, RetentionSchedule | None] = {}
        """Former rules by their digest, as far as they were asked; ``None``: not understood."""

    @classmethod
    def open(cls, rules: Path, state: Path) -> Self:
        """Load the rules and make sure of the state directory.

        Raises:
            RulesError: If the rules do not hold; nothing was touched.
            WrongUseError: If the state directory cannot be made or used.
        """
        schedule, text = load_with_text(str(rules))
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            is_ours = os.access(state, os.R_OK | os.W_OK | os.X_OK)
        except OSError as error:
            raise WrongUseError(
                said(
                    "{path}: the state directory cannot be made ({error});"
                    " name another with --state",
                    path=str(state),
                    error=os.strerror(error.errno or 0),
                )
            ) from error
        if not is_ours:
            raise WrongUseError(
                said(
                    "{path}: the state directory is not yours to write; run as the user that"
                    " gallra runs as, or name another with --state",
                    path=str(state),
                )
            )
        return cls(schedule, text=text, rules=rules, state=state)

    def reload(self) -> None:
        """Take up the rules as they are on disk now; keep the old ones where they do not hold.

        Raises:
            RulesError: And the old schedule stays in force.
        """
        self.schedule, self.text = load_with_text(str(self.rules))

    @property
    def keys(self) -> Keys:
        """The secrets of this state directory."""
        if self._keys is None:
            self._keys = Keys.open(self.state)
        return self._keys

    @property
    def catalogue(self) -> Catalogue:
        """What is known of the shares."""
        if self._catalogue is None:
            self._catalogue = Catalogue(Database.open(self.state / "catalogue.db"))
        return self._catalogue

    @property
    def ledger(self) -> Ledger:
        """What was done, for good."""
        if self._ledger is None:
            self._ledger = Ledger.open(self.state / "ledger", self.keys, origin=LEDGER_ORIGIN)
        return self._ledger

    def happenings(self) -> Happenings:
        """Return the events that stand at this moment, whoever told the last of them."""
        key = (self.catalogue.events_version(), self.schedule.digest)
        if self._happenings is None or self._happenings[0] != key:
            found = Happenings(self.catalogue.events(), self.schedule.roots)
            self._happenings = (key, found)
        return self._happenings[1]

    def share(self, name: str) -> Share:
        """Return the share ``name``, which must be one of the rules'."""
        return next(share for share in self.schedule.shares if share.name == name)

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Be the one instance that brings the catalogue up to date.

        Raises:
            OccupiedError: If another one is at work.
        """
        with self._locked("daemon.lock", patience=timedelta(0)):
            yield

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Be the one process that moves people's files, for as long as it takes.

        Raises:
            OccupiedError: If another one is, and does not come to an end.
        """
        with self._locked("act.lock", patience=ACT_PATIENCE):
            yield

    @contextlib.contextmanager
    def _locked(self, name: str, *, patience: timedelta) -> Iterator[None]:
        descriptor = os.open(
            self.state / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        try:
            _lock(descriptor, patience, self.state)
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Close what was opened."""
        if self._ledger is not None:
            self._ledger.close()
        if self._catalogue is not None:
            self._catalogue.close()
        self._ledger, self._catalogue = None, None

    def __enter__(self) -> Self:
        """Return the house itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        self.close()


def _lock(descriptor: int, patience: timedelta, state: Path) -> None:
    until = clock.steady_seconds() + patience.total_seconds()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if clock.steady_seconds() >= until:
                raise OccupiedError(
                    said(
                        "{path}: another gallra is at work with this state;"
                        " wait for it, or stop it first",
                        path=str(state),
                    )
                ) from None
            clock.pause(0.2)
        else:
            return

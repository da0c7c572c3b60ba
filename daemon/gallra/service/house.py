"""One club's rules and state, opened: what every command works on."""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from gallra.model.errors import (
    DamagedCatalogueError,
    DurabilityError,
    GallraError,
    LostCatalogueError,
    OccupiedError,
    WrongUseError,
)
from gallra.model.message import Message, said
from gallra.model.retention import RetentionSchedule
from gallra.model.share import Share
from gallra.policy.events import Happenings
from gallra.rules.loading import load_with_text
from gallra.service import clock
from gallra.service.replaying import replay
from gallra.store.aside import CATALOGUE, damage, is_lost, mark_damaged
from gallra.store.catalogue import Catalogue
from gallra.store.database import Database
from gallra.store.founding import keys_of
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger
from gallra.store.registers import REGISTERS, Registers

LEDGER_ORIGIN = "gallra.ledger/1"
REBUILDING = "rebuilding"
"""Under this key the catalogue keeps since when it is being built anew."""
_HAS_REGISTERS = "has_registers"
"""Under this key it keeps that registers were begun."""
_BELONGS_TO = "belongs_to"
"""Under this key it keeps whose it is: another secret's digests would find nobody."""
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
        self._registers: Registers | None = None
        self._catalogue_place = (0, 0)
        self._happenings: tuple[tuple[int, str], Happenings] | None = None
        self.text = text
        self.read_before: dict[str, RetentionSchedule | None] = {}
        """Former rules by their digest, as far as they were asked; ``None``: not understood."""
        self.goes_on: Callable[[], bool] = lambda: True
        """To be asked now and then by whatever takes long: whether to go on."""

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
        """The secrets of this state directory.

        Raises:
            BrakeError: If they are not those that its ledger was begun with.
        """
        if self._keys is None:
            self._keys = keys_of(self.state)
        return self._keys

    @property
    def catalogue(self) -> Catalogue:
        """What is known of the shares.

        Raises:
            LostCatalogueError: If it is gone, damaged or another's; ``run`` and ``scan`` build it
                anew. It is never begun afresh for anybody else, as if the shares were empty.
        """
        if self._catalogue is None:
            if is_lost(self.state):
                raise _lost(said("{path} is gone", path=str(self._catalogue_path)))
            noted = damage(self.state)
            if noted is not None:
                raise _lost(said("{path} is damaged", path=str(self._catalogue_path)))
            self._catalogue = self._opened(facts={})
        return self._catalogue

    def new_catalogue(self, now: datetime) -> Catalogue:
        """Begin a catalogue that knows nothing yet, and knows that; use it once there is none."""
        self._catalogue = self._opened(facts={REBUILDING: now.isoformat()})
        return self._catalogue

    def require_catalogue(self) -> None:
        """Make sure that the catalogue that is open is the one that others would open.

        Raises:
            LostCatalogueError: If it was taken away, or another one lies in its place.
        """
        try:
            status = self._catalogue_path.stat()
        except OSError:
            status = None
        if status is None or (status.st_dev, status.st_ino) != self._catalogue_place:
            raise _lost(said("{path} was replaced", path=str(self._catalogue_path)))

    @property
    def _catalogue_path(self) -> Path:
        return self.state / CATALOGUE

    def _opened(self, *, facts: Mapping[str, str]) -> Catalogue:
        whose = hashlib.sha256(self.keys.derived("catalogue")).hexdigest()
        database = Database.open(self._catalogue_path, facts={**facts, _BELONGS_TO: whose})
        catalogue = Catalogue(database)
        try:
            self._require_ours(catalogue, whose)
            status = self._catalogue_path.stat()
            self._catalogue_place = (status.st_dev, status.st_ino)
            self._replay(catalogue)
        except BaseException:
            catalogue.close()
            raise
        return catalogue

    def _require_ours(self, catalogue: Catalogue, whose: str) -> None:
        known = catalogue.meta(_BELONGS_TO)
        if known is None:  # of a version that did not keep it
            catalogue.set_meta(_BELONGS_TO, whose)
        elif known != whose:
            raise _lost(said("{path} is another installation's", path=str(self._catalogue_path)))

    def _replay(self, catalogue: Catalogue) -> None:
        """Bring decisions back out of the ledger, as far as it can be believed.

        One that cannot be used stops every act by itself, and is told by whoever needs it.
        """
        if not (self.state / "ledger").is_dir():
            return
        try:
            if self.ledger.is_good:
                replay(catalogue, self.ledger)
        except LostCatalogueError:
            raise
        except GallraError as error:
            if isinstance(error, DurabilityError):
                raise

    @property
    def ledger(self) -> Ledger:
        """What was done, for good."""
        if self._ledger is None:
            self._ledger = Ledger.open(self.state / "ledger", self.keys, origin=LEDGER_ORIGIN)
        return self._ledger

    @property
    def registers(self) -> Registers:
        """What the club keeps of incidents, requests and the like.

        Raises:
            GallraError: If they were begun once and are gone: no register looks empty because
                its file was lost.
        """
        if self._registers is None:
            path = self.state / REGISTERS
            if not path.exists() and self.catalogue.meta(_HAS_REGISTERS) is not None:
                raise GallraError(
                    said(
                        "{path} is gone, and nothing can build it anew: put back your copy. Only"
                        " if there is none: touch {path} begins new registers",
                        path=str(path),
                    )
                )
            self._registers = Registers.open(path)
            with contextlib.suppress(LostCatalogueError):  # legal clocks run on without it
                if self.catalogue.meta(_HAS_REGISTERS) is None:
                    self.catalogue.set_meta(_HAS_REGISTERS, "yes")
        return self._registers

    @property
    def has_registers(self) -> bool:
        """Whether registers were ever begun."""
        is_there = (self.state / REGISTERS).exists()
        return is_there or self.catalogue.meta(_HAS_REGISTERS) is not None

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
        if self._registers is not None:
            self._registers.close()
        self._ledger, self._catalogue, self._registers = None, None, None

    def __enter__(self) -> Self:
        """Return the house itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened; note a damage that was met, for the next run to mend."""
        if isinstance(error, DamagedCatalogueError):
            mark_damaged(self.state, error.messages[0].in_english())
        self.close()


def _lost(what: Message) -> LostCatalogueError:
    return LostCatalogueError(
        what,
        said(
            "nothing counts as gone, and nothing is decided: gallra scan, or the next start of the"
            " daemon, builds the catalogue anew from the shares and the ledger"
        ),
    )


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

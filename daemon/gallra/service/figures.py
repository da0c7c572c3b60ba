"""How gallra is doing, gathered: for the status file, the metrics file and the metrics socket."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from gallra import __version__
from gallra.model.errors import BrakeError, GallraError
from gallra.model.figures import Figures, RoundFigures
from gallra.model.message import Message, said
from gallra.model.record import Act
from gallra.report.health import STATUS_FILE, as_status
from gallra.service import clock
from gallra.service.disposal import Round
from gallra.service.house import REBUILDING, House
from gallra.store.outbox import publish

DAEMON_GOOD_FOR = timedelta(hours=2, minutes=30)
"""A daemon looks every hour, and a full pass over a large share may come between."""
ONCE_GOOD_FOR = timedelta(hours=26)
"""``run --once`` is started by a timer, at least once a day."""
_OWN_MODE, _PUBLIC_MODE = 0o600, 0o644


@dataclass(slots=True)
class Account:
    """What is kept between one gathering and the next: what no counter tells."""

    round: RoundFigures | None = None
    acts: tuple[tuple[str, int], ...] = ()
    absent: frozenset[str] = frozenset()
    full_pass_at: datetime | None = None
    has_bad_rules: bool = False

    def note_round(
        self, house: House, round_: Round, now: datetime, absent: frozenset[str]
    ) -> None:
        """Take down what a round came to."""
        counts = dict(round_.plan.counts)
        self.round = RoundFigures(
            at=now,
            due_count=sum(counts.get(act, 0) for act in Act if act.is_destructive),
            review_count=counts.get(Act.REVIEW, 0),
            alert_count=len(round_.alerts),
            brakes=tuple(dict.fromkeys(brake.code for brake in round_.brakes)),
        )
        self.acts, self.absent = house.catalogue.act_counts(), absent

    def note_failure(self, error: GallraError, now: datetime) -> None:
        """Take down that a round came to no end."""
        before = self.round or RoundFigures(at=now)
        brakes = ("ledger",) if isinstance(error, BrakeError) else before.brakes
        self.round = replace(before, at=now, brakes=brakes, has_failed=True)


def gathered(
    house: House, account: Account, now: datetime, *, processes: Collection[int] = ()
) -> Figures:
    """Return the figures of this moment; some milliseconds, whatever the size of the shares.

    Raises:
        GallraError: If the catalogue or the ledger cannot be read.
    """
    catalogue = house.catalogue
    known = {share.name for share in house.schedule.shares}
    return Figures(
        at=now,
        version=__version__,
        mode=str(house.schedule.mode),
        rules_digest=house.schedule.digest,
        shares=tuple(
            replace(each, is_present=each.name not in account.absent)
            for each in catalogue.share_figures()
            if each.name in known
        ),
        round=account.round,
        quarantine_count=catalogue.quarantine_count(),
        hold_count=catalogue.hold_count(),
        acts=account.acts,
        ledger_entry_count=house.ledger.size,
        is_ledger_good=house.ledger.is_good,
        is_rebuilding=catalogue.meta(REBUILDING) is not None,
        has_bad_rules=account.has_bad_rules,
        full_pass_at=account.full_pass_at,
        worker_count=len(processes),
        memory_bytes=_resident_bytes(),
        processor_seconds=clock.processor_seconds(),
    )


def published(
    house: House, figures: Figures, *, good_for: timedelta, is_daemon: bool
) -> Sequence[Message]:
    """Write the status file, and the metrics file where rules ask for one; return complaints.

    Neither is worth a round: what cannot be written is said, and the older one goes stale.
    """
    complaints = []
    status = as_status(figures, good_until=figures.at + good_for, is_daemon=is_daemon)
    wanted = [(house.state / STATUS_FILE, status, _OWN_MODE)]
    if house.schedule.metrics.textfile is not None:
        # Two megabytes of memory, which nobody who asks for no metrics has to give.
        from gallra.report.metrics import as_textfile  # noqa: PLC0415 - as the line above says

        place = Path(os.fsdecode(house.schedule.metrics.textfile))
        wanted.append((place, as_textfile(figures), _PUBLIC_MODE))
    for path, content, mode in wanted:
        try:
            publish(path, content, mode=mode)
        except OSError as error:
            told = said(
                "{path}: the figures cannot be written ({error}); is the folder there, and may"
                " the service write to it? gallra-shares lets it",
                path=str(path),
                error=os.strerror(error.errno or 0),
            )
            complaints.append(told)
    return complaints


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")

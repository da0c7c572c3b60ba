"""Quarantining and destroying with the full protocol, beside what takes files away without it.

All in one process and on one filesystem: the same files, unlinked naively, renamed barely, and
taken by the hand with real ledger and catalogue. What a plan holds is made beforehand.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gallra.dispose.hand import Hand
from gallra.model.finding import PartReport
from gallra.model.passage import Outcome
from gallra.model.record import (
    Act,
    Classification,
    Disposition,
    Due,
    Record,
    RecordState,
)
from gallra.model.retention import Action, Mode, Organisation, RetentionSchedule, Safety
from gallra.model.share import Share, ShareRole
from gallra.store.catalogue import Catalogue
from gallra.store.keys import Keys
from gallra.store.ledger import Ledger
from gallra.watch.reconcile import Reconciler

FILES = 10_000
_FILE_BYTES = 4_096
_FOLDERS = 100
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_DWELL = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one way of taking files away cost."""

    wall_seconds: float
    processor_seconds: float


@dataclass(slots=True, kw_only=True)
class Bench:
    """A share, its catalogue and ledger, and the hand."""

    share: Share
    catalogue: Catalogue
    ledger: Ledger
    schedule: RetentionSchedule
    now: datetime = _NOW

    def hand(self) -> Hand:
        """Return a hand that holds nothing."""
        return Hand(
            ledger=self.ledger,
            catalogue=self.catalogue,
            schedule=self.schedule,
            clock=lambda: self.now,
            is_held=lambda _item: False,
            dwell_ends_on=lambda day: day + _DWELL,
        )

    def decided(self, act: Act) -> list[Disposition]:
        """Return the decision to do ``act`` with all that there is."""
        state = RecordState.PRESENT if act is Act.QUARANTINE else RecordState.QUARANTINED
        return [
            Disposition(item=item, act=act, then=Action.DESTROY, because=item.due.because)
            for item in self.catalogue.catalogued(states=(state,))
        ]


def measured(folder: Path, files: int) -> dict[str, Spent]:
    """Return what each way cost: ``unlink``, ``rename``, ``quarantine`` and ``destroy``."""
    found: dict[str, Spent] = {}
    fill(folder / "unlinked", files)
    paths = list(paths_in(folder / "unlinked"))
    found["unlink"] = spent(lambda: [os.unlink(path) for path in paths])
    fill(folder / "renamed", files)
    aside = folder / "aside"
    aside.mkdir()
    paths = list(paths_in(folder / "renamed"))
    found["rename"] = spent(
        lambda: [os.rename(path, aside / str(number)) for number, path in enumerate(paths)]
    )
    fill(folder / "share", files)
    bench = prepared(folder)
    deciding = bench.decided(Act.QUARANTINE)
    hand = bench.hand()
    found["quarantine"] = spent(lambda: require_done(hand.quarantine(deciding), files))
    bench.now += _DWELL + timedelta(days=1)
    deciding = bench.decided(Act.DESTROY)
    found["destroy"] = spent(lambda: require_done(hand.destroy(deciding), files))
    return found


def rows(folder: Path, files: int | None) -> list[dict[str, object]]:
    """Return the figures: files a second of wall and processor time, and the ratios."""
    count = files or FILES
    found = measured(folder, count)
    told: list[dict[str, object]] = []
    for name, one in found.items():
        told.append(_row(f"{name}: files per second", round(count / one.wall_seconds), "files/s"))
        told.append(
            _row(
                f"{name}: files per processor second",
                round(count / one.processor_seconds),
                "files/s",
            )
        )
    for name in ("quarantine", "destroy"):
        for reference in ("unlink", "rename"):
            wall = found[name].wall_seconds, found[reference].wall_seconds
            told.append(
                _row(f"{name}: wall time", round(wall[0], 2), "s")
                | {
                    "reference_name": f"{reference}, naively",
                    "reference": round(wall[1], 2),
                    "ratio": round(wall[0] / wall[1], 1),
                }
            )
    return told


def _row(figure: str, value: float, unit: str) -> dict[str, object]:
    return {"figure": figure, "value": value, "unit": unit}


def spent(act: Callable[[], object]) -> Spent:
    """Run ``act`` with an emptied write queue; return its cost."""
    os.sync()
    wall, processor = time.perf_counter(), time.process_time()
    act()
    return Spent(
        wall_seconds=time.perf_counter() - wall,
        processor_seconds=time.process_time() - processor,
    )


def require_done(done: Iterator[object], files: int) -> None:
    """Take all of ``done``, of which none may have been called off."""
    count = sum(getattr(each, "reason", None) is None for each in done)
    if count != files:
        raise AssertionError(f"only {count} of {files} were done")


def fill(folder: Path, files: int) -> None:
    """Write ``files`` small files into folders."""
    for number in range(_FOLDERS):
        (folder / f"{number:03}").mkdir(parents=True)
    for number in range(files):
        path = folder / f"{number % _FOLDERS:03}" / f"{number}.txt"
        path.write_bytes(f"{number} ".encode() * (_FILE_BYTES // 8))


def paths_in(folder: Path) -> Iterator[bytes]:
    """Yield every file below ``folder``."""
    for above, _, names in os.walk(os.fsencode(folder)):
        for name in names:
            yield os.path.join(above, name)


def prepared(folder: Path) -> Bench:
    """Return the share in ``folder``, scanned, with every file classed and due."""
    share = Share(
        name="bench",
        path=os.fsencode(folder / "share"),
        role=ShareRole.COMMON_AREA,
        quarantine=os.fsencode(folder / "quarantine"),
        line=1,
    )
    schedule = RetentionSchedule(
        mode=Mode.ENFORCE,
        organisation=Organisation(
            name="Klubben",
            controller="Klubben",
            data_protection_officer=None,
            language="sv",
            timezone="Europe/Stockholm",
            own_domains=(),
        ),
        shares=(share,),
        classes=(),
        rules=(),
        safety=Safety(),
        digest="0" * 64,
    )
    (folder / "state").mkdir()
    catalogue = Catalogue.open(folder / "state" / "catalogue.db")
    ledger = Ledger.open(folder / "state" / "ledger", Keys(b"k" * 32), origin="gallra.bench/1")
    Reconciler(catalogue, (share,)).full_pass(share, _NOW)
    due = Due(due_on=date(2026, 1, 1), counted_from=date(2022, 1, 1), because=())
    judged = Classification(class_code="salary-list", rule_number=1, because=())
    with catalogue.atomic():
        for arrival in catalogue.arrivals(1_000_000):
            record = Record(
                record_id=0,
                share="bench",
                role="common-area",
                path=arrival.path,
                part="",
                kind="txt",
                outcome=Outcome.READ,
                size_bytes=arrival.signature.size_bytes,
                modified_at=_NOW,
                first_seen_at=_NOW,
            )
            catalogue.store_reports(
                arrival,
                [PartReport(address="", kind="txt", outcome=Outcome.READ)],
                [(record, judged, due)],
                rules_digest="0" * 64,
                scanner_version="1",
                at=_NOW,
            )
    return Bench(share=share, catalogue=catalogue, ledger=ledger, schedule=schedule)

"""One whole cycle: look, read, judge, plan, act as far as the mode allows."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from gallra.kernel.priority import processor_count
from gallra.model.errors import BrakeError, ExitCode
from gallra.model.going import GoesOn, always
from gallra.model.ledger import Deed
from gallra.model.message import Message, said
from gallra.report.progress import (
    STAGE_LOOKING,
    STAGE_PLANNING,
    STAGE_READING,
    Progress,
    Silent,
)
from gallra.service import clock
from gallra.service.disposal import Round, dispose, note_clock, recover
from gallra.service.figures import ONCE_GOOD_FOR, Account, gathered, published
from gallra.service.folder_notes import tend_notes
from gallra.service.forgetting import forget_texts
from gallra.service.history import asking_before, note_rules
from gallra.service.house import House
from gallra.service.judging import judge, save, unless_taken_back
from gallra.service.noticing import Noticing
from gallra.service.pool import Pool
from gallra.service.reading import SCANNER_VERSION, Reading, ReadingFigures, Witness
from gallra.service.rebuilding import finish, rebuild_if_lost, unfinished
from gallra.service.seeing import PAGES_AT_ONCE, Seeing
from gallra.service.shares import (
    ShareLook,
    absent,
    look_at_shares,
    present,
    reconciler_of,
    unreadable,
)

FORGET_AFTER = timedelta(days=90)
"""Files that were destroyed or taken away are forgotten after so long: what they were called is
personal data of its own, and the ledger has the proof."""
_RECLASSIFIED_AT_ONCE = 500
_RULES_CHANGED = said("the rules were changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that remains: what, and where that is one file."""

    message: Message
    path: bytes | None = None
    """Absolute; None where the message says the place itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleSummary:
    """What one cycle did."""

    looks: tuple[ShareLook, ...]
    figures: ReadingFigures
    problems: tuple[Problem, ...]
    round: Round | None
    """None where nothing was to be planned: ``scan``."""
    told: tuple[Message, ...] = ()
    """What a person should know besides: that the catalogue was built anew, and why."""
    looking_seconds: float = 0.0
    """Processor time of comparing the shares with the catalogue."""
    planning_seconds: float = 0.0
    """Processor time of planning and acting."""

    @property
    def exit_code(self) -> ExitCode:
        """What the command that ran the cycle ends with."""
        if self.round is not None and self.round.brakes:
            return ExitCode.BRAKE
        return ExitCode.IN_PART if self.problems else ExitCode.DONE


def run_cycle(
    house: House,
    *,
    acts: bool = True,
    progress: Progress | None = None,
    witness: Witness | None = None,
    worker_count: int | None = None,
) -> CycleSummary:
    """Run one cycle and leave.

    Args:
        house: Whose shares.
        acts: False to bring the catalogue up to date and no more.
        progress: Who is told how far it has come.
        witness: Who is told of each file that was read.
        worker_count: How many files are read at once; as the rules say by default.

    Raises:
        OccupiedError: If another instance is at work.
        GallraError: If the catalogue or the ledger cannot be used.
    """
    progress = progress or Silent()
    with house.working():
        began = clock.processor_seconds()
        remaining: list[Message] = []
        told = rebuild_if_lost(house)
        try:
            with house.acting():
                recover(house)
        except BrakeError as error:
            if acts:
                raise
            remaining.extend(error.messages)  # to look and to read is safe all the same
        note_rules(house, clock.now())
        tidy(house)
        if not house.ledger.is_good:
            remaining.append(
                said(
                    "the log does not hold: {complaint}. Nothing is moved or destroyed until it"
                    " is mended; see gallra log verify",
                    complaint=house.ledger.complaint,
                )
            )
        progress.begin(STAGE_LOOKING)
        looks = look_at_shares(house)
        remaining.extend(look.complaint for look in looks if look.complaint is not None)
        remaining.extend(_look_through(house, looks, progress))
        reclassify(house)
        looked = clock.processor_seconds()
        figures = _read_all(house, present(looks), progress, witness, worker_count)
        if figures.in_use_count:
            remaining.append(
                said(
                    "{count} files are being written just now and were left for later",
                    count=figures.in_use_count,
                )
            )
        if figures.unstarted is not None:
            remaining.append(figures.unstarted)
        read = clock.processor_seconds()
        if not finish(house, absent(looks)):
            remaining.extend(filter(None, (unfinished(house),)))
        noticing = Noticing(house)
        noticing.wait()
        noticing.look(clock.now())
        problems = [Problem(message=message) for message in remaining]
        problems += _refused(noticing)
        round_ = None
        if acts:
            progress.begin(STAGE_PLANNING)
            round_ = dispose(house, clock.now(), absent_shares=absent(looks))
            problems.extend(_undone(house, round_))
            problems += [Problem(message=message) for message in tend_notes(house)]
            note_clock(house, clock.now())
            problems += _shown(house, round_, absent(looks))
        _look_at_some(house, present(looks), progress, witness)
        progress.end()
        return CycleSummary(
            looks=looks,
            figures=figures,
            problems=tuple(problems),
            round=round_,
            told=told,
            looking_seconds=looked - began,
            planning_seconds=clock.processor_seconds() - read,
        )


def tidy(house: House) -> None:
    """Have files read again that an older version read, and forget those that are long gone."""
    house.catalogue.require_reading(SCANNER_VERSION)
    house.catalogue.forget_ended(clock.now() - FORGET_AFTER)
    forget_texts(house, clock.now())


def reclassify(house: House, *, goes_on: GoesOn = always) -> int:
    """Judge anew every record that was judged by other rules; return how many."""
    count = 0
    if house.catalogue.is_judged_by(house.schedule.digest):
        return count  # by the counters: to look for none among millions of records takes seconds
    asking = asking_before(house)
    waiting = house.catalogue.to_reclassify(house.schedule.digest)
    while goes_on() and (batch := tuple(islice(waiting, _RECLASSIFIED_AT_ONCE))):
        judged = judge((item.record for item in batch), house)
        safe = [
            each
            if item.classification.class_code == each[1].class_code and each[1].class_code in asking
            else unless_taken_back(house, item, each)
            for item, each in zip(batch, judged, strict=True)
        ]
        save(house, batch, safe, _RULES_CHANGED)
        count += len(batch)
    return count


def not_done(round_: Round) -> Iterator[Message]:
    """Yield why an act that was planned did not come about, for each."""
    for done in round_.done:
        if done.deed is Deed.NOT_DONE and done.reason is not None:
            yield done.reason


def _shown(house: House, round_: Round, gone: frozenset[str]) -> list[Problem]:
    """Publish how it went, for monitoring; return what could not be written."""
    now = clock.now()
    account = Account(full_pass_at=now)
    account.note_round(house, round_, now, gone)
    figures = gathered(house, account, now)
    complaints = published(house, figures, good_for=ONCE_GOOD_FOR, is_daemon=False)
    return [Problem(message=message) for message in complaints]


def _refused(noticing: Noticing) -> Iterator[Problem]:
    for refusal in noticing.refused:
        for each in refusal.complaints:
            place = f"{refusal.path}:{each.line}" if each.line else refusal.path
            yield Problem(message=each.message, path=os.fsencode(place))


def _undone(house: House, round_: Round) -> Iterator[Problem]:
    roots = {share.name: share.path for share in house.schedule.shares}
    for done in round_.done:
        if done.deed is Deed.NOT_DONE and done.reason is not None:
            path = roots.get(done.share, done.share.encode()) + b"/" + done.path
            yield Problem(message=done.reason, path=path)


def _look_through(
    house: House, looks: tuple[ShareLook, ...], progress: Progress
) -> Iterator[Message]:
    reconciler = reconciler_of(house, looks)
    gone = absent(looks)
    for look in looks:
        if look.share.name in gone:
            continue
        found = reconciler.full_pass(look.share, clock.now())
        progress.advance(found.seen)
        yield from unreadable(look.share, found)


def _look_at_some(
    house: House, shares: frozenset[str], progress: Progress, witness: Witness | None
) -> None:
    """Look at a few of the scanned pages and pictures that wait; the next cycle goes on."""
    seeing = Seeing(house, witness=witness, most_pages=PAGES_AT_ONCE)
    try:
        while seeing.look(clock.now(), shares, timeout_seconds=1.0):
            pass
    finally:
        seeing.close()
    if seeing.complaint is not None:
        progress.note(seeing.complaint)


def _read_all(
    house: House,
    shares: frozenset[str],
    progress: Progress,
    witness: Witness | None,
    worker_count: int | None,
) -> ReadingFigures:
    """Read until nothing waits, giving files that came just now the time to settle."""
    backlog = house.catalogue.backlog_count()
    progress.begin(STAGE_READING, backlog)
    usual = house.schedule.reading.worker_count(processor_count())
    pool = Pool(size=worker_count or usual, digest_keys=house.keys.digest_keys())
    reading = Reading(house, pool, witness=witness)
    settle = house.schedule.safety.settle
    until = clock.now() + settle + timedelta(seconds=1)
    try:
        while True:
            now = clock.now()
            settled = now - settle
            progress.advance(
                reading.step(settled_before=settled, shares=shares, timeout_seconds=1.0)
            )
            if reading.is_busy:
                continue
            waiting = house.catalogue.next_settling_at(shares)
            if waiting is None or waiting > until or now > until + settle:
                break
            clock.pause(0.1)
    finally:
        reading.finish()
        pool.close()
    for complaint in reading.tagging.complaints.values():
        progress.note(complaint)
    for complaint in pool.complaints:
        progress.note(complaint)
    return reading.figures

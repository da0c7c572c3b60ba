"""The daemon: one loop that waits for events, and never relies on them."""

import os
import selectors
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import FrameType
from zoneinfo import ZoneInfo

from gallra.kernel.memory import give_back
from gallra.kernel.priority import processor_count
from gallra.model.errors import DurabilityError, GallraError, LostCatalogueError
from gallra.model.message import said
from gallra.model.record import Act
from gallra.model.share import ShareState
from gallra.service import clock
from gallra.service.announcing import announce, announce_closed, announce_rules, announce_shares
from gallra.service.chores import Chore, do_chores
from gallra.service.cycle import not_done, reclassify, tidy
from gallra.service.disposal import Round, dispose, note_clock, recover
from gallra.service.folder_notes import tend_notes_aloud
from gallra.service.history import note_rules
from gallra.service.house import House
from gallra.service.noticing import Noticing, rules_stamp
from gallra.service.notify import notify
from gallra.service.pool import Pool
from gallra.service.pulse import Pulse
from gallra.service.reading import Reading, Witness
from gallra.service.rebuilding import finish, rebuild_if_lost
from gallra.service.seeing import Seeing
from gallra.service.shares import (
    ShareLook,
    absent,
    look_at_shares,
    next_dirty_at,
    present,
    reconciler_of,
)
from gallra.service.showing import Showing
from gallra.service.times import (
    FULL_HOUR,
    PRUNED_EVERY,
    RULES_EVERY,
    WORKERS_LEAVE_AFTER,
    Times,
)
from gallra.service.voice import Voice, Weight
from gallra.service.watching import Watching
from gallra.watch.observer import Lost, Notice, Remounted, Unwatched
from gallra.watch.reconcile import Reconciled, Reconciler

_DEBOUNCE = timedelta(milliseconds=100)
_SCAN_BUDGET = timedelta(seconds=0.5)

Report = Callable[[Round], None]
"""Called with every look at what is due."""


class Daemon:
    """Watches the shares of one house until it is told to stop."""

    def __init__(  # noqa: PLR0913 - whom it works for, and who listens
        self,
        house: House,
        voice: Voice,
        *,
        witness: Witness | None = None,
        report: Report | None = None,
        worker_count: int | None = None,
        chores: Sequence[Chore] = (),
    ) -> None:
        """Prepare; :meth:`run` does the work.

        Args:
            house: Whose shares.
            voice: Says what an admin should know; never what a file is called.
            witness: Told of each file that was read: for a person in the foreground.
            report: Told of each look at what is due: likewise.
            worker_count: How many files are read at once; as the rules say by default.
            chores: What is looked after besides, in each round.
        """
        self._house = house
        self._voice = voice
        self._report = report
        self._chores = chores
        self._worker_count = worker_count
        self._pool = Pool(size=self._readers_at_once(), digest_keys=house.keys.digest_keys())
        self._reading = Reading(house, self._pool, witness=witness)
        self._seeing = Seeing(house, witness=witness)
        self._noticing = Noticing(house)
        self._selector = selectors.DefaultSelector()
        self._watching = Watching(house, self._selector)
        self._showing = Showing(house, voice, self._selector, self._pool)
        self._pulse = Pulse(self._showing.answer)
        house.goes_on = self._pulse.goes_on
        self._looks: tuple[ShareLook, ...] = ()
        now = clock.now()
        self._times = Times(began_at=now, pruned_at=now)
        self._rules_stamp = rules_stamp(house)
        self._wants_reload = False

    def run(self) -> None:
        """Watch until SIGTERM or SIGINT; SIGHUP takes up the rules anew.

        Raises:
            OccupiedError: If another instance is at work.
            GallraError: If the catalogue or the ledger cannot be used.
        """
        with self._house.working():
            wakeup, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            before = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
            for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(each, self._signalled)
            self._selector.register(wakeup, selectors.EVENT_READ, "signal")
            self._selector.register(self._pool.fileno(), selectors.EVENT_READ, "pool")
            try:
                self._begin()
                while not self._pulse.is_stopping:
                    self._turn(wakeup)
            finally:
                self._end()
                signal.set_wakeup_fd(before)
                os.close(wakeup)
                os.close(waker)

    def _signalled(self, number: int, _: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._wants_reload = True
        else:
            self._pulse.is_stopping = True

    def _begin(self) -> None:
        for message in rebuild_if_lost(self._house):
            self._voice.say(message, Weight.ALERT, topic="rebuilt")
        with self._house.acting():
            recovered = recover(self._house)
        if recovered:
            told = said(
                "{count} acts that a crash had interrupted were completed", count=len(recovered)
            )
            self._voice.say(told, topic="recovered")
        note_rules(self._house, clock.now())
        tidy(self._house)
        self._look()
        self._watch()
        self._showing.open()
        notify("READY=1", f"MAINPID={os.getpid()}")
        self._pass(is_full=True)
        reclassify(self._house, goes_on=self._pulse.goes_on)

    def _end(self) -> None:
        notify("STOPPING=1")
        self._reading.finish()
        self._pool.close()
        self._seeing.close()
        self._watching.stop()
        self._showing.close()
        self._selector.close()

    def _turn(self, wakeup: int) -> None:
        """Do once whatever is to be done, then wait for the next thing."""
        for key, _ in self._selector.select(self._wait_seconds()):
            if key.data == "signal":
                os.read(wakeup, 4096)
            elif key.data == "observer":
                self._hear()
            elif not self._showing.serve(key.data) and not self._reading.is_busy:
                self._pool.collect()  # a worker says that it is ready
        now = clock.now()
        self._pulse.stay_alive()
        self._showing.tend()
        self._watching.revive(self._looks, now)
        if self._wants_reload or self._has_edited_rules(now):
            self._reload()
        self._look_again(now)
        self._read(now)
        self._see(now)
        self._settle_accounts(now)

    def _wait_seconds(self) -> float:
        """Return how long nothing needs doing unless something happens."""
        if self._pulse.is_stopping or self._wants_reload:
            return 0.0
        now = clock.now()
        waits = [RULES_EVERY, self._times.pruned_at + PRUNED_EVERY - now]
        if self._pulse.longest_wait_seconds is not None:
            waits.append(timedelta(seconds=self._pulse.longest_wait_seconds))
        if self._times.dirty_at is not None:
            waits.append(self._times.dirty_at + _DEBOUNCE - now)
        if self._seeing.is_busy or self._showing.is_busy:
            waits.append(timedelta(seconds=1))
        if self._reading.is_busy:
            waits.append(timedelta(milliseconds=200))
        else:
            settling = self._house.catalogue.next_settling_at(present(self._looks))
            if settling is not None:
                waits.append(settling + self._house.schedule.safety.settle - now)
            if self._is_round_due(now):
                waits.append(timedelta(0))
        return max(0.02, min(waits).total_seconds())

    def _hear(self) -> None:
        """Mark what the observer noticed; the scan finds out what it was."""
        now = clock.now()
        hints = self._watching.hear(now)
        for hint in hints:
            if isinstance(hint, Lost | Unwatched):
                self._voice.say_once(f"lost {hint.share}", hint.reason, Weight.INFO)
        if hints:
            self._times.dirty_at = self._times.dirty_at or now
        if any(isinstance(hint, Remounted) for hint in hints):
            self._reading.forget_roots()  # what was unmounted is let go
            self._seeing.forget_roots()
            self._look(is_remounted=True)
        if any(isinstance(hint, Notice) for hint in hints):
            # Started now, workers are ready by the time the file has settled.
            self._pool.warm()
            self._times.busy_at = now

    def _look(self, *, is_remounted: bool = False) -> None:
        """See which shares are there; watch those, hold the others."""
        before = absent(self._looks) if self._looks else None
        self._looks = look_at_shares(self._house)
        announce_shares(self._looks, self._house, self._voice)
        if is_remounted or (before is not None and absent(self._looks) != before):
            self._watch()

    def _watch(self) -> None:
        """Have the shares that are there watched; those that cannot be are heard of at once."""
        self._watching.start(self._looks, clock.now())
        self._hear()

    def _look_again(self, now: datetime) -> None:
        if self._times.dirty_at is not None and now - self._times.dirty_at >= _DEBOUNCE:
            self._times.dirty_at = None
            for found in self._reconciler().scan_dirty(now, _SCAN_BUDGET):
                self._take_note(found)
            self._times.dirty_at = next_dirty_at(self._house, self._looks, now)
        local = now.astimezone(ZoneInfo(self._house.schedule.organisation.timezone))
        tonight = f"{local:%F}"
        if local.hour == FULL_HOUR and self._times.full_on != tonight:
            self._times.full_on = tonight
            tidy(self._house)
            self._look()
            self._pass(is_full=True)
        elif now - self._times.pruned_at >= PRUNED_EVERY or now < self._times.pruned_at:
            self._look()
            self._pass(is_full=False)

    def _reconciler(self) -> Reconciler:
        return reconciler_of(self._house, self._looks, goes_on=self._pulse.goes_on)

    def _pass(self, *, is_full: bool) -> None:
        """Make sure of every share; the guarantee behind the events."""
        reconciler = self._reconciler()
        for look in self._looks:
            if look.share.name in absent(self._looks) or not self._pulse.goes_on():
                continue
            now = clock.now()
            if is_full:
                found = reconciler.full_pass(look.share, now)
            else:
                found = reconciler.pruned_pass(look.share, now)
            self._take_note(found)
            announce_closed(look.share, found, self._voice)
        self._times.pruned_at = clock.now()
        self._times.dirty_at = next_dirty_at(self._house, self._looks, self._times.pruned_at)
        if is_full:
            self._showing.account.full_pass_at = self._times.pruned_at
            self._noticing.look_at_everything()
            self._rest()

    def _rest(self) -> None:
        """Be small until something happens."""
        self._house.catalogue.rest()
        give_back()

    def _take_note(self, found: Reconciled) -> None:
        if found.state is not ShareState.PRESENT:
            self._look()  # it went just now
        if found.new or found.changed or found.moved or found.gone:
            self._times.changed_at = clock.now()

    def _readers_at_once(self) -> int:
        usual = self._house.schedule.reading.worker_count(processor_count())
        return self._worker_count or usual

    def _read(self, now: datetime) -> None:
        settle = self._house.schedule.safety.settle
        settling = self._house.catalogue.next_settling_at(present(self._looks))
        if self._reading.is_busy or (settling is not None and settling <= now - settle):
            self._times.busy_at = self._times.changed_at = now
            self._reading.step(
                settled_before=now - settle, shares=present(self._looks), timeout_seconds=0.2
            )
            for share, complaint in self._reading.tagging.complaints.items():
                self._voice.say_once(f"tags {share}", complaint)
            if self._reading.figures.unstarted is not None:
                self._voice.say_once("reader", self._reading.figures.unstarted, Weight.ERROR)
            for complaint in self._pool.complaints:
                self._voice.say_once(f"sandbox {complaint.template}", complaint)
        elif self._times.busy_at is not None and now - self._times.busy_at > WORKERS_LEAVE_AFTER:
            self._times.busy_at = None
            self._reading.forget_roots()
            self._pool.close()
            self._rest()

    def _see(self, now: datetime) -> None:
        """Look at scanned pages while nothing else waits: they delay nobody."""
        if not self._seeing.is_busy and self._reading.is_busy:
            return
        before = self._seeing.figures.file_count
        self._seeing.look(now, present(self._looks), timeout_seconds=0.0)
        if self._seeing.figures.file_count > before:
            self._times.changed_at = now
        if self._seeing.complaint is not None:
            self._voice.say_once("eyes", self._seeing.complaint)

    def _is_round_due(self, now: datetime) -> bool:
        is_busy = self._reading.is_busy
        if not is_busy and self._times.round_at is None:
            # Not before all that is there has a class; what is in use does not hold it up.
            settling = self._house.catalogue.next_settling_at(present(self._looks))
            is_busy = settling is not None and settling <= now
        zone = ZoneInfo(self._house.schedule.organisation.timezone)
        if self._noticing.has_news and not is_busy:
            return True
        return self._times.is_round_due(now, zone, is_busy=is_busy)

    def _settle_accounts(self, now: datetime) -> None:
        """Look for what is due, and act as far as the mode and the brakes allow."""
        if not self._is_round_due(now):
            return
        self._times.round_at = now
        self._look()
        finish(self._house, absent(self._looks))
        try:
            self._noticing.look(now)
            if self._noticing.complaint is not None:
                self._voice.say_once("events", self._noticing.complaint)
            gone, goes_on = absent(self._looks), self._pulse.goes_on
            round_ = dispose(self._house, now, absent_shares=gone, goes_on=goes_on)
            tend_notes_aloud(self._house, self._voice)
        except (DurabilityError, LostCatalogueError):
            raise  # what is on the disk is unknown: only a start finds out, or builds another
        except GallraError as error:
            self._voice.complain(error, Weight.ALERT, topic="failed")
            self._showing.note_failure(error, now)
            return
        announce(round_, self._voice)
        note_clock(self._house, now)
        for reason in not_done(round_):
            self._voice.say_once(f"undone {reason.in_english()}", reason)
        self._voice.record_acts(round_.done)
        self._showing.note_round(round_, now, absent(self._looks))
        if self._report is not None:
            self._report(round_)
        do_chores(self._house, self._voice, self._chores, now, goes_on=self._pulse.goes_on)
        backlog = self._house.catalogue.backlog_count()
        quarantine = dict(round_.plan.counts).get(Act.QUARANTINE.value, 0)
        notify(f"STATUS={backlog} files wait to be read, {quarantine} records are due")
        if not backlog:
            self._rest()

    def _has_edited_rules(self, now: datetime) -> bool:
        last = self._times.rules_at
        if last is not None and timedelta(0) <= now - last < RULES_EVERY:
            return False
        self._times.rules_at = now
        return rules_stamp(self._house) != self._rules_stamp

    def _reload(self) -> None:
        """Take up the rules anew; bad ones change nothing, and it is said."""
        self._wants_reload = False
        self._rules_stamp = rules_stamp(self._house)
        notify("RELOADING=1", f"MONOTONIC_USEC={int(clock.steady_seconds() * 1_000_000)}")
        before = self._house.schedule
        try:
            self._house.reload()
        except GallraError as error:
            self._showing.note_rules(has_bad=True)
            self._voice.complain(error, topic="rules")
            stays = said("the rules do not hold; the old ones stay in force")
            self._voice.say(stays, Weight.ERROR, topic="rules")
        else:
            self._showing.note_rules(has_bad=False)
            if note_rules(self._house, clock.now()):
                announce_rules(self._house, self._voice)
            self._reading.forget_roots()
            self._pool.resize(self._readers_at_once())
            self._look()
            if self._house.schedule.shares != before.shares:
                self._watch()
                self._pass(is_full=True)
            reclassify(self._house, goes_on=self._pulse.goes_on)
            self._times.round_at = None
        notify("READY=1")

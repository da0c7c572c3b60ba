"""From the queue of arrivals through the sandbox into the catalogue."""

import errno
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from gallra import __version__
from gallra.dispose.disk import signature_from
from gallra.kernel.opening import open_directory_beneath, open_file_in
from gallra.model.arrival import Arrival, FileSignature
from gallra.model.finding import PartReport
from gallra.model.message import Message, said
from gallra.model.passage import Outcome
from gallra.service import clock
from gallra.service.being_written import is_being_written
from gallra.service.channel import Job
from gallra.service.house import House
from gallra.service.judging import Change, Judged, judge, note_changes, values_in
from gallra.service.pool import OVERTAKING_BYTES, Finished, Pool
from gallra.service.records import records_from
from gallra.service.tagging import Tagging
from gallra.store.arrivals import MOST_ATTEMPTS

SCANNER_VERSION = __version__
"""Files read by another version are read again: it may see what that one did not."""

IN_USE_WAIT = timedelta(seconds=30)
"""A file that somebody has open for writing is tried again after so long."""
START_WAIT = timedelta(minutes=1)
"""When no reader could be started, the files are tried again after so long."""
_QUEUE = 64
_ATTEMPTS_ALONE = 2
_COMMIT_FILES = 200
_COMMIT_SECONDS = 0.25

Witness = Callable[[Arrival, Sequence[Judged]], None]
"""Called with each file that was read, before it is in the catalogue."""


@dataclass(slots=True)
class ReadingFigures:
    """What the reading did, and what it cost."""

    file_count: int = 0
    byte_count: int = 0
    lost_count: int = 0
    """Files whose reader died, hung or failed."""
    in_use_count: int = 0
    unstarted: Message | None = None
    """Why no reader could be started, where that happened: files wait for it."""
    content_seconds: float = 0.0
    detect_seconds: float = 0.0
    catalogue_seconds: float = 0.0
    classify_seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    arrival: Arrival
    descriptor: int
    """Ours, to look at the file again when it has been read."""
    opened: FileSignature
    """As it was when the reading began."""


class _Ended(NamedTuple):
    """A file that was read, and is not yet in the catalogue."""

    arrival: Arrival
    reports: Sequence[PartReport]
    judged: Sequence[Judged]
    events_version: int
    """Which events it was judged by."""
    tagged: FileSignature | None
    """The file's signature after gallra tagged it; None where it did not."""


class Reading:
    """Reads what waits, as many files at once as there are workers."""

    def __init__(self, house: House, pool: Pool, *, witness: Witness | None = None) -> None:
        """Read for ``house`` with ``pool``; both belong to the caller."""
        self._house = house
        self._pool = pool
        self._witness = witness
        self._queue: list[Arrival] = []
        self._slow: set[int] = set()
        """Files that took long while they overtook others: they are read in their turn."""
        self._under_way: dict[int, _UnderWay] = {}
        self._unsaved: list[_Ended] = []
        self.tagging = Tagging(house)
        self._saved_at = clock.steady_seconds()
        self._roots: dict[str, int] = {}
        self._confinement: tuple[Message, ...] | None = None
        """What readers of this run had to do without, as last noted."""
        self.figures = ReadingFigures()

    @property
    def is_busy(self) -> bool:
        """Whether anything is being read or waits to be saved."""
        return bool(self._queue or self._under_way or self._unsaved)

    def step(
        self, *, settled_before: datetime, shares: Collection[str], timeout_seconds: float
    ) -> int:
        """Hand out what waits, take in what is done; return how many files ended.

        Args:
            settled_before: Only files that lay still since then are taken up.
            shares: Those that are there.
            timeout_seconds: How long to wait for a worker at most.
        """
        self._refill(settled_before, shares)
        self._hand_out()
        self._let_overtake(settled_before, shares)
        wait = timeout_seconds if self._under_way else 0.0
        if self._unsaved:
            wait = min(wait, _COMMIT_SECONDS)
        ended = self._pool.collect(wait)
        if ended and self._pool.complaints != self._confinement:
            self._confinement = self._pool.complaints
            self._house.catalogue.note_confinement(self._confinement)
        for finished in ended:
            self._take(finished)
        if self._unsaved and (
            len(self._unsaved) >= _COMMIT_FILES
            or not self._under_way
            or clock.steady_seconds() - self._saved_at > _COMMIT_SECONDS
        ):
            self._save()
        if not self.is_busy:
            self.forget_roots()  # a folder that is open cannot be unmounted
        return len(ended)

    def finish(self) -> None:
        """Save what was read and let go of what was not: it stays in the queue, as it was."""
        self._save()
        for each in self._under_way.values():
            os.close(each.descriptor)
        self._let_go([*self._under_way, *(arrival.file_id for arrival in self._queue)])
        self._under_way.clear()
        self._queue.clear()
        self.forget_roots()

    def _let_go(self, begun: Sequence[int]) -> None:
        """Put back into the queue what was begun."""
        self._house.catalogue.postpone(begun, clock.now())

    def forget_roots(self) -> None:
        """Close the shares' roots; they are opened anew when next needed."""
        for descriptor in self._roots.values():
            os.close(descriptor)
        self._roots.clear()

    def _refill(self, settled_before: datetime, shares: Collection[str]) -> None:
        if self._queue or len(self._under_way) >= _QUEUE // 2:
            return
        if self._unsaved:
            self._save()  # what is saved no longer waits, so it is not handed out twice
        catalogue = self._house.catalogue
        waiting = catalogue.arrivals(
            _QUEUE + len(self._under_way), settled_before=settled_before, shares=shares
        )
        self._queue = [each for each in waiting if each.file_id not in self._under_way]
        self._queue.reverse()
        if not self._queue and not self._under_way:
            self._take_up_suspect(shares)
        if self._queue:
            catalogue.begin_reading(arrival.file_id for arrival in self._queue)

    def _take_up_suspect(self, shares: Collection[str]) -> None:
        """Try a file alone that was begun too often: others may have brought the reader down.

        One that does so alone as well is called unreadable, until it changes.
        """
        catalogue = self._house.catalogue
        for arrival in catalogue.given_up(1, shares=shares):
            known = catalogue.known_file_by_id(arrival.file_id)
            if known is not None and known.attempt_count < MOST_ATTEMPTS + _ATTEMPTS_ALONE:
                self._queue = [arrival]
            else:
                reason = said("its reading was begun too often and never ended")
                self._end(arrival, (_unread(reason),))

    def _hand_out(self) -> None:
        while self._queue and self._pool.has_room:
            self._hand_over(self._queue.pop())

    def _let_overtake(self, settled_before: datetime, shares: Collection[str]) -> None:
        """While all workers are at slow files, let small ones be read before their turn."""
        if not self._pool.wants_small():
            return
        known = {*self._under_way, *self._slow}
        waiting = [each for each in self._queue if each.file_id not in known]
        known.update(each.file_id for each in waiting)
        found = [each for each in waiting if each.signature.size_bytes <= OVERTAKING_BYTES]
        found.reverse()
        if not found:
            more = self._house.catalogue.arrivals(
                len(known) + 1,
                settled_before=settled_before,
                shares=shares,
                most_bytes=OVERTAKING_BYTES,
            )
            found = [each for each in more if each.file_id not in known]
            self._house.catalogue.begin_reading(each.file_id for each in found)
            self._queue += reversed(found)
        for arrival in found:
            if not self._pool.wants_small():
                return
            self._queue.remove(arrival)
            self._hand_over(arrival)

    def _hand_over(self, arrival: Arrival) -> None:
        try:
            opened = self._open(arrival)
        except OSError as error:
            self._cannot_open(arrival, error)
            return
        if opened is None:
            return
        name = arrival.path.rpartition(b"/")[2].decode("utf-8", "replace")
        self._under_way[arrival.file_id] = opened
        self._pool.submit(
            arrival.file_id,
            Job(name=name),
            os.dup(opened.descriptor),
            is_slow=arrival.file_id in self._slow,
        )

    def _open(self, arrival: Arrival) -> _UnderWay | None:
        """Open the version that was catalogued; None where it is not to be read now."""
        if arrival.share not in self._roots:
            path = self._house.share(arrival.share).path
            self._roots[arrival.share] = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        folder, _, name = arrival.path.rpartition(b"/")
        directory = open_directory_beneath(self._roots[arrival.share], folder)
        try:
            # By name, as the scan saw it: an overlay gives a descriptor another device.
            named = os.stat(name, dir_fd=directory, follow_symlinks=False)
            if signature_from(named) != arrival.signature:
                self._changed(arrival)
                return None
            descriptor = open_file_in(directory, name)
        finally:
            os.close(directory)
        if is_being_written(descriptor):
            os.close(descriptor)
            self.figures.in_use_count += 1
            self._house.catalogue.postpone((arrival.file_id,), clock.now() + IN_USE_WAIT)
            return None
        opened = signature_from(os.fstat(descriptor))
        return _UnderWay(arrival=arrival, descriptor=descriptor, opened=opened)

    def _changed(self, arrival: Arrival) -> None:
        """Have the directory looked at again: this is another version than the scan saw."""
        directory = arrival.path.rpartition(b"/")[0]
        at = clock.now()
        self._house.catalogue.mark_dirty(arrival.share, (directory,), at)
        self._house.catalogue.postpone((arrival.file_id,), at + timedelta(seconds=1))

    def _cannot_open(self, arrival: Arrival, error: OSError) -> None:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE, errno.EXDEV}:
            self.forget_roots()
            self._changed(arrival)
            return
        reason = said("it cannot be opened ({error})", error=os.strerror(error.errno or 0))
        self._end(arrival, (_unread(reason),))

    def _take(self, finished: Finished) -> None:
        under_way = self._under_way.pop(finished.key)  # type: ignore[call-overload]  # ours are ids
        arrival = under_way.arrival
        self.figures.content_seconds += finished.content_seconds
        self.figures.detect_seconds += finished.detect_seconds
        self.figures.lost_count += finished.is_lost
        try:
            if finished.is_set_aside:
                self._slow.add(arrival.file_id)
                self._queue.insert(0, arrival)
            elif not finished.is_begun:
                self.figures.unstarted = finished.reports[0].reason
                self._house.catalogue.postpone((arrival.file_id,), clock.now() + START_WAIT)
            elif signature_from(os.fstat(under_way.descriptor)) == under_way.opened:
                self._end(arrival, finished.reports, under_way.descriptor)
            else:
                self._changed(arrival)
        finally:
            os.close(under_way.descriptor)

    def _end(
        self, arrival: Arrival, reports: Sequence[PartReport], descriptor: int | None = None
    ) -> None:
        before = time.process_time()
        known = self._house.catalogue.known_file_by_id(arrival.file_id)
        if known is None:
            return
        version = self._house.catalogue.events_version()
        created_at = None
        if known.born_ns is not None:
            created_at = datetime.fromtimestamp(known.born_ns / 1e9, UTC)
        judged = judge(
            records_from(
                arrival,
                reports,
                share=self._house.share(arrival.share),
                created_at=created_at,
                first_seen_at=known.first_seen_at,
                messages_seen_at=self._messages_seen_at(arrival, reports),
                read_at=clock.now(),
            ),
            self._house,
            values=values_in(reports),
        )
        self.figures.classify_seconds += time.process_time() - before
        self.figures.file_count += 1
        self.figures.byte_count += arrival.signature.size_bytes
        self.figures.outcomes[judged[0][0].outcome] += 1
        if not self._unsaved:
            self._saved_at = clock.steady_seconds()
        tagged = None
        if descriptor is not None and self.tagging.is_wanted:
            _, classification, due_day = judged[0]
            tagged = self.tagging.tag(descriptor, arrival.share, classification, due_day)
        self._unsaved.append(_Ended(arrival, reports, judged, version, tagged))
        if self._witness is not None:
            self._witness(arrival, judged)

    def _messages_seen_at(
        self, arrival: Arrival, reports: Sequence[PartReport]
    ) -> Mapping[str, datetime]:
        """Return since when each message of a mailbox is known: one that grew is read anew."""
        if not any(report.span or report.item for report in reports):
            return {}
        return self._house.catalogue.first_seen_messages(arrival.file_id)

    def _changes(self, file_id: int, judged: Sequence[Judged]) -> Iterator[Change]:
        """Yield what is something else than when it was last read, or goes beyond its maximum."""
        before = self._house.catalogue.classes_of_file(file_id)
        for record, classification, day in judged:
            code, known = before.get(record.part, (None, None))
            yield Change(
                record=record,
                before=code,
                was_kept_longer=known is not None and known.is_kept_longer,
                classification=classification,
                due=day,
            )

    def _save(self) -> None:
        """Write what was read in one transaction: one sync of the disk for many files."""
        if not self._unsaved:
            return
        before = time.process_time()
        catalogue = self._house.catalogue
        at = clock.now()
        with catalogue.database.atomic():
            version, changes = catalogue.events_version(), list[Change]()
            for ended in self._unsaved:
                judged = ended.judged
                if ended.events_version != version:  # somebody has told of something since
                    records = [record for record, _, _ in judged]
                    judged = judge(records, self._house, values=values_in(ended.reports))
                changes += self._changes(ended.arrival.file_id, judged)
                catalogue.store_reports(
                    ended.arrival,
                    ended.reports,
                    judged,
                    rules_digest=self._house.schedule.digest,
                    scanner_version=SCANNER_VERSION,
                    at=at,
                )
                if ended.tagged is not None:
                    catalogue.refresh_signature(ended.arrival.file_id, ended.tagged)
            note_changes(self._house, changes, said("it was read anew"), at=at)
        self._unsaved.clear()
        self._saved_at = clock.steady_seconds()
        self.figures.catalogue_seconds += time.process_time() - before


def _unread(reason: Message) -> PartReport:
    return PartReport(address="", kind="unknown", outcome=Outcome.UNREADABLE, reason=reason)

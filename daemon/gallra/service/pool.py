"""The parent's side of the sandbox: workers started on demand, watched, and replaced."""

import contextlib
import os
import selectors
import socket
import subprocess
from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gallra.content.bounds import BOUNDS
from gallra.model.finding import PartReport
from gallra.model.message import Message, said
from gallra.model.passage import Outcome
from gallra.service import clock
from gallra.service.channel import (
    FILE_BYTES,
    Alive,
    Done,
    Failed,
    GarbageError,
    Hello,
    Incoming,
    Job,
    Ready,
    Reports,
    from_worker,
    packed,
    send_job,
)
from gallra.service.children import child_of, death_of

SILENCE_SECONDS = BOUNDS.most_silent_seconds
FILE_SECONDS = BOUNDS.most_file_seconds
START_SECONDS = BOUNDS.most_start_seconds
SIGHT_SECONDS = BOUNDS.most_sight_seconds
SLOW_AFTER_SECONDS = BOUNDS.slow_after_seconds
OVERTAKING_BYTES = BOUNDS.overtaking_bytes
SEEN_FILE_SECONDS = BOUNDS.most_seen_file_seconds
WORKER = ("-P", "-m", "gallra.service.worker")
EYES = ("-P", "-m", "gallra.service.eyes")
"""What the interpreter runs; -P: nothing is imported from the folder gallra was started in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What became of one job."""

    key: Hashable
    reports: tuple[PartReport, ...]
    content_seconds: float = 0.0
    detect_seconds: float = 0.0
    is_lost: bool = False
    """The worker died, hung or talked garbage; ``reports`` says so in one honest part."""
    is_set_aside: bool = False
    """It took too long while it overtook others: ``reports`` is empty, it is to be read again."""
    is_begun: bool = True
    """False where no worker could even be started: that says nothing about the file."""


class _Waiting(NamedTuple):
    key: Hashable
    job: Job
    descriptor: int
    may_overtake: bool


@dataclass(slots=True)
class _Worker:
    child: subprocess.Popen[bytes]
    door: socket.socket
    eyes: subprocess.Popen[bytes] | None
    started_at: float
    incoming: Incoming = field(default_factory=Incoming)
    is_ready: bool = False
    key: Hashable | None = None
    job: Job | None = None
    is_overtaking: bool = False
    descriptor: int = -1
    began_at: float = 0.0
    heard_at: float = 0.0
    reports: list[PartReport] = field(default_factory=list)
    received_bytes: int = 0


class Pool:
    """Up to ``size`` sandboxed workers. Not thread-safe: one loop owns it.

    When all of them have been at their files for long, and small files wait, one more is started
    that reads only these, and puts aside what takes long after all: so that no number of slow
    files keeps the others waiting. It leaves when one of the workers is done.
    """

    def __init__(
        self, *, size: int, digest_keys: Mapping[str, bytes], has_eyes: bool = False
    ) -> None:
        """Start nothing yet: a daemon with nothing to read has no workers.

        Args:
            size: How many files are read at once.
            digest_keys: A key for each entity whose values are digested.
            has_eyes: Whether each worker gets a process that looks at pictures.
        """
        self._size = max(1, size)
        self._has_eyes = has_eyes
        self._silence_seconds = SIGHT_SECONDS if has_eyes else SILENCE_SECONDS
        self._file_seconds = SEEN_FILE_SECONDS if has_eyes else FILE_SECONDS
        self._hello = Hello({entity: key.hex() for entity, key in digest_keys.items()})
        self._workers: list[_Worker] = []
        self._waiting: deque[_Waiting] = deque()
        self._finished: deque[Finished] = deque()
        self._selector = selectors.DefaultSelector()
        self._failed_starts = 0
        self.complaints: tuple[Message, ...] = ()
        """What of the sandbox this kernel could not give, as the last worker reported."""

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when a worker has something to say."""
        return self._selector.fileno()

    @property
    def busy_count(self) -> int:
        """How many files are being read or wait for a worker."""
        return len(self._waiting) + sum(worker.key is not None for worker in self._workers)

    @property
    def has_room(self) -> bool:
        """Whether another job would be begun soon; keep one in hand for each worker."""
        return self.busy_count < self._size * 2

    def wants_small(self) -> bool:
        """Whether a file of at most :data:`OVERTAKING_BYTES` would be read before its turn."""
        return self._is_held_up and sum(each.may_overtake for each in self._waiting) < 2  # noqa: PLR2004 - one in hand, one next

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers alive, for figures and tests."""
        return tuple(worker.child.pid for worker in self._workers)

    def warm(self) -> None:
        """Start workers now, so that they are ready when a file has settled."""
        for _ in range(self._size - len(self._workers)):
            self._start()

    def resize(self, size: int) -> None:
        """Read so many files at once from now on; what is under way is read to its end."""
        self._size = max(1, size)
        self._dismiss_surplus()

    def submit(self, key: Hashable, job: Job, descriptor: int, *, is_slow: bool = False) -> None:
        """Queue ``job``; ``descriptor`` is the pool's from now on. ``key`` comes back with it.

        Args:
            key: What :class:`Finished` names it by.
            job: What to read.
            descriptor: The file, open.
            is_slow: Whether it is known to take long: then it does not overtake others.
        """
        may_overtake = not is_slow and os.fstat(descriptor).st_size <= OVERTAKING_BYTES
        self._waiting.append(_Waiting(key, job, descriptor, may_overtake))
        if len(self._workers) < min(self._size, self.busy_count):
            self._start()
        self._dispatch()

    def collect(self, timeout_seconds: float = 0.0) -> list[Finished]:
        """Return the jobs that have ended, waiting for at most ``timeout_seconds`` for one."""
        if self._finished:
            timeout_seconds = 0.0
        for ready, _ in self._selector.select(timeout_seconds):
            self._hear(ready.data)
        self._end_the_silent()
        self._dispatch()
        ended = list(self._finished)
        self._finished.clear()
        return ended

    def close(self) -> None:
        """End all workers; jobs under way are dropped and will be read again."""
        for each in self._waiting:
            os.close(each.descriptor)
        self._waiting.clear()
        for worker in tuple(self._workers):
            self._remove(worker)

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        eyes: subprocess.Popen[bytes] | None = None
        try:
            with theirs:
                if self._has_eyes:
                    asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
                    with asking, answering:
                        eyes = child_of(EYES, answering)
                        child = child_of(WORKER, theirs, asking)
                else:
                    child = child_of(WORKER, theirs)
        except OSError as error:
            ours.close()
            if eyes is not None:
                eyes.kill()
                eyes.wait()
            why = os.strerror(error.errno or 0)
            self._give_up_after_failed_starts(
                said("the reader could not be started ({why})", why=why)
            )
            return
        worker = _Worker(child=child, door=ours, eyes=eyes, started_at=clock.steady_seconds())
        self._workers.append(worker)
        self._selector.register(ours, selectors.EVENT_READ, worker)
        # One that has died already is noticed when its door is next read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            ours.sendall(packed(self._hello))

    @property
    def _is_held_up(self) -> bool:
        """Whether all have been at their files for long; eyes read one file after the other."""
        latest = clock.steady_seconds() - SLOW_AFTER_SECONDS
        at_it = [worker for worker in self._workers if worker.key is not None]
        return not self._has_eyes and self._size <= sum(
            not worker.is_overtaking and worker.began_at < latest for worker in at_it
        )

    def _dismiss_surplus(self) -> None:
        idle = [worker for worker in self._workers if worker.is_ready and worker.key is None]
        for worker in idle[: max(0, len(self._workers) - self._size)]:
            self._remove(worker)

    def _next(self) -> tuple[_Waiting | None, bool]:
        """Take what is to be read next, and tell whether it overtakes what waits before it."""
        ordinary = sum(w.key is not None and not w.is_overtaking for w in self._workers)
        if ordinary < self._size:
            return self._waiting.popleft(), False
        found = next((each for each in self._waiting if each.may_overtake), None)
        if found is not None:
            self._waiting.remove(found)
        return found, True

    def _dispatch(self) -> None:
        if not self._is_held_up:
            self._dismiss_surplus()
        elif len(self._workers) <= self._size and any(each.may_overtake for each in self._waiting):
            self._start()
        for worker in self._workers:
            if not self._waiting:
                return
            if not worker.is_ready or worker.key is not None:
                continue
            found, worker.is_overtaking = self._next()
            if found is None:
                return
            worker.key, worker.job, worker.descriptor, _ = found
            worker.reports, worker.received_bytes = [], 0
            worker.began_at = worker.heard_at = clock.steady_seconds()
            # A worker that is gone is noticed when its door is next read.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                send_job(worker.door, worker.job, worker.descriptor)

    def _hear(self, worker: _Worker) -> None:
        try:
            data = worker.door.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        if not data:
            self._lose(worker)
            return
        worker.heard_at = clock.steady_seconds()
        worker.incoming.feed(data)
        worker.received_bytes += len(data)
        nonsense = said("the reader gave an answer that makes no sense")
        if worker.received_bytes > FILE_BYTES:
            self._lose(worker, nonsense)
            return
        try:
            while (body := worker.incoming.frame()) is not None:
                self._take(worker, body)
        except GarbageError:
            self._lose(worker, nonsense)

    def _take(self, worker: _Worker, body: bytes) -> None:
        answer = from_worker(body)
        if isinstance(answer, Ready):
            worker.is_ready = True
            self._failed_starts = 0
            self.complaints = answer.complaints
        elif worker.key is None:
            raise GarbageError
        elif isinstance(answer, Alive):
            pass
        elif isinstance(answer, Reports):
            worker.reports.extend(answer.parts)
        elif isinstance(answer, Failed):
            reason = said(
                "the reader met a fault of its own ({fault} at {place}); please report it",
                fault=answer.fault,
                place=answer.place,
            )
            self._finish(worker, (_unread(reason),), Done(0.0, 0.0), is_lost=True)
        else:
            if not any(report.address == "" for report in worker.reports):
                raise GarbageError
            self._finish(worker, tuple(worker.reports), answer)

    def _finish(
        self,
        worker: _Worker,
        reports: tuple[PartReport, ...],
        done: Done,
        *,
        is_lost: bool = False,
    ) -> None:
        os.close(worker.descriptor)
        self._finished.append(
            Finished(
                key=worker.key,
                reports=reports,
                content_seconds=done.content_seconds,
                detect_seconds=done.detect_seconds,
                is_lost=is_lost,
            )
        )
        worker.key, worker.job, worker.descriptor, worker.reports = None, None, -1, []

    def _lose(self, worker: _Worker, reason: Message | None = None) -> None:
        """Take leave of a worker; what it was reading ends as unread, with the reason."""
        job_key = worker.key
        was_ready = worker.is_ready
        if reason is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.child.wait(timeout=5)
            reason = death_of(worker.child.poll())
        if job_key is not None:
            self._finish(worker, (_unread(reason),), Done(0.0, 0.0), is_lost=True)
        self._remove(worker)
        if not was_ready:
            self._give_up_after_failed_starts(reason)

    def _give_up_after_failed_starts(self, reason: Message) -> None:
        """After three workers that could not even start, say so of all files that wait."""
        self._failed_starts += 1
        if self._failed_starts < 3:  # noqa: PLR2004 - chance, coincidence, pattern
            if self._waiting:
                self._start()
            return
        self._failed_starts = 0
        while self._waiting:
            key, _, descriptor, _ = self._waiting.popleft()
            os.close(descriptor)
            self._finished.append(
                Finished(key=key, reports=(_unread(reason),), is_lost=True, is_begun=False)
            )

    def _end_the_silent(self) -> None:
        at = clock.steady_seconds()
        for worker in tuple(self._workers):
            if not worker.is_ready:
                if at - worker.started_at > START_SECONDS:
                    self._lose(worker, said("the reader did not start in time"))
            elif worker.key is not None and (
                at - worker.heard_at > self._silence_seconds
                or at - worker.began_at > self._file_seconds
            ):
                taken = round(at - worker.began_at)
                self._lose(worker, said("the reader was stopped after {seconds} s", seconds=taken))

            elif (
                worker.is_overtaking
                and at - worker.began_at > SLOW_AFTER_SECONDS
                and any(each.may_overtake for each in self._waiting)
            ):
                self._finished.append(Finished(key=worker.key, reports=(), is_set_aside=True))
                self._remove(worker)

    def _remove(self, worker: _Worker) -> None:
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        self._selector.unregister(worker.door)
        worker.door.close()
        if worker.descriptor >= 0:
            os.close(worker.descriptor)
        for child in (worker.child, worker.eyes):
            if child is not None:
                child.kill()
                child.wait()
        if self._waiting and len(self._workers) < self._size and worker.is_ready:
            self._start()


def _unread(reason: Message) -> PartReport:
    return PartReport(address="", kind="unknown", outcome=Outcome.UNREADABLE, reason=reason)

"""Read single files through the sandbox, for commands that show what gallra sees."""

import errno
import os
import stat
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from gallra.model.finding import PartReport
from gallra.model.message import Message
from gallra.service.channel import Job
from gallra.service.eyes import complaint
from gallra.service.pool import Finished, Pool


class Scanner:
    """One sandboxed worker, used file by file."""

    def __init__(
        self,
        *,
        digest_keys: Mapping[str, bytes] | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Start nothing before the first file.

        Args:
            digest_keys: A key for each entity whose values are digested.
            goes_on: Asked each second while a file is read: once it says no, that ends.
        """
        self._goes_on = goes_on
        self._pool = Pool(size=1, digest_keys=digest_keys or {})
        self._seeing = Pool(size=1, digest_keys=digest_keys or {}, has_eyes=True)

    def reports(
        self,
        path: bytes | str,
        *,
        wants_text: bool = False,
        wants_findings: bool = False,
    ) -> tuple[PartReport, ...]:
        """Return what was seen in the file at ``path``, part by part; pictures are looked at.

        Raises:
            OSError: If it cannot be opened or is no regular file.
        """
        descriptor = open_regular(path)
        try:
            return self.reports_of(
                descriptor,
                os.fsdecode(os.path.basename(path)),
                wants_text=wants_text,
                wants_findings=wants_findings,
            )
        finally:
            os.close(descriptor)

    def reports_of(  # noqa: PLR0913 - what of a file is wanted
        self,
        descriptor: int,
        name: str,
        *,
        wants_text: bool = False,
        wants_findings: bool = False,
        only: tuple[str, ...] = (),
        sees_pictures: bool = True,
    ) -> tuple[PartReport, ...]:
        """Return what was seen in an open regular file, which stays open; as :meth:`reports`.

        Args:
            descriptor: Open for reading.
            name: What it is called: a hint.
            wants_text: Whether the text is returned, too.
            wants_findings: Whether the findings are.
            only: Addresses of the parts that are looked at, with what is inside them; all of them
                if not given. Of the file itself something is always said.
            sees_pictures: Whether pictures are looked at: seconds for each.

        Raises:
            OSError: ECANCELED, where it was told not to go on.
        """
        job = Job(
            name=_speakable(name),
            wants_text=wants_text,
            wants_findings=wants_findings,
            only=only,
        )
        reports = self._read(self._pool, descriptor, job)
        awaits_sight = sees_pictures and any(each.awaits_sight for each in reports.reports)
        if not awaits_sight or complaint() is not None:
            return reports.reports
        # a second reading: few files have pictures, and those take seconds a page anyway
        seen = self._read(self._seeing, descriptor, job)
        return reports.reports if seen.is_lost else seen.reports

    def _read(self, pool: Pool, descriptor: int, job: Job) -> Finished:
        pool.submit(0, job, os.dup(descriptor))
        while True:
            for finished in pool.collect(timeout_seconds=1.0):
                return finished
            if not self._goes_on():
                pool.close()
                raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))

    @property
    def complaints(self) -> tuple[Message, ...]:
        """What of the sandbox this kernel could not give."""
        return self._pool.complaints

    def __enter__(self) -> Self:
        """Return the scanner itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workers."""
        self._pool.close()
        self._seeing.close()


def open_regular(path: bytes | str) -> int:
    """Open ``path`` for reading if it is a regular file; a FIFO or device is never waited on.

    Raises:
        OSError: As the system says, or EINVAL for anything that is no regular file.
    """
    # The look before the opening: opening some devices already does something.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return descriptor


def _speakable(name: str) -> str:
    """Return ``name`` with what is not UTF-8 replaced: a worker takes it as a hint only."""
    return name.encode("utf-8", "replace").decode("utf-8")

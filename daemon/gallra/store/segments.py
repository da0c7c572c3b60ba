"""The files of leaves: those of past years, sealed, and the one that is appended to.

Read one after another they are one file; the tree goes on across them. A place in bytes is
counted from the beginning of the first.
"""

import contextlib
import errno
import os
import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from gallra.store.effects import Effects

ACTIVE = "leaves.jsonl"
_SEALED = re.compile(r"leaves-([0-9]{4})\.jsonl")
_SEQUENCE = re.compile(rb'"seq":([0-9]+)[,}]')
_FIRST_BYTES = 65536
_OURS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One file, open."""

    name: str
    descriptor: int
    start: int
    """Where it begins."""
    mark: tuple[int, ...]
    """Inode, size, mtime and ctime: no edit leaves all of them as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The files as they were at one moment; what is appended later is not in it."""

    segments: tuple[Segment, ...]
    """In the order of their entries; the last is the one that is appended to."""

    @property
    def length_bytes(self) -> int:
        """How long they are together."""
        return self.segments[-1].start + self.segments[-1].mark[1]

    @property
    def active(self) -> Segment:
        """The file that is appended to."""
        return self.segments[-1]

    @property
    def fingerprint(self) -> str:
        """What tells this version of the leaves from any other."""
        marks = (f"{each.name}:{','.join(map(str, each.mark))}" for each in self.segments)
        return ";".join(marks)

    def segment_at(self, place: int) -> Segment:
        """Return the file in which ``place`` lies."""
        starts = [each.start for each in self.segments]
        return self.segments[bisect_right(starts, place) - 1]

    def read(self, count: int, place: int) -> bytes:
        """Return up to ``count`` bytes from ``place`` on; none only at the end."""
        for index, segment in enumerate(self.segments):
            is_last = index + 1 == len(self.segments)
            if is_last or place < self.segments[index + 1].start:
                most = count if is_last else self.segments[index + 1].start - place
                return os.pread(segment.descriptor, min(count, most), place - segment.start)
        return b""


class Segments:
    """The files in one directory. Whoever uses them holds the ledger's lock."""

    def __init__(self, path: Path, effects: Effects) -> None:
        """Open what there is, and make the file to append to where there is none."""
        self._path = path
        self._effects = effects
        self._open: dict[tuple[int, int], int] = {}
        self._view = View(segments=())
        try:
            self.look()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close all files."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()

    def look(self) -> View:
        """Return the files as they are now; another process may have appended, or sealed."""
        names = [name for name in os.listdir(self._path) if _SEALED.fullmatch(name)]
        sealed = [self._opened(name, os.O_RDONLY) for name in names]
        sealed.sort(key=lambda found: (_first_sequence(found[1]), found[0]))
        active = self._opened(ACTIVE, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        segments, start = [], 0
        for name, descriptor in (*sealed, active):
            status = os.fstat(descriptor)
            mark = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            segments.append(Segment(name=name, descriptor=descriptor, start=start, mark=mark))
            start += status.st_size
        self._view = View(segments=tuple(segments))
        return self._view

    def append(self, content: bytes) -> None:
        """Write ``content`` at the end.

        Raises:
            OSError: If it could not be written whole; what was is for the caller to cut off.
        """
        rest = memoryview(content)
        while rest:
            written = self._effects.write(self._view.active.descriptor, rest)
            if not written:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            rest = rest[written:]

    def cut(self, length_bytes: int) -> None:
        """Cut off what stands after ``length_bytes``, which is in the last file."""
        active = self._view.active
        self._effects.truncate(active.descriptor, max(length_bytes - active.start, 0))

    @property
    def descriptor(self) -> int:
        """That of the file which is appended to."""
        return self._view.active.descriptor

    def can_seal(self, year: int) -> bool:
        """Tell whether there is something to seal, and no sealed file of that year."""
        return self._view.active.mark[1] > 0 and not os.path.lexists(self._path / _sealed(year))

    def seal(self, year: int) -> None:
        """Give the last file the name of its year, and begin another.

        A crash in between leaves no file to append to: :meth:`look` makes it.
        """
        with contextlib.suppress(OSError):  # says to people what this is; nothing rests on it
            os.fchmod(self._view.active.descriptor, 0o400)
        self._effects.replace(str(self._path / ACTIVE), str(self._path / _sealed(year)))
        self._effects.create(str(self._path / ACTIVE))
        self.look()

    def _opened(self, name: str, flags: int) -> tuple[str, int]:
        path = self._path / name
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(path, follow_symlinks=False)
            known = self._open.get((status.st_dev, status.st_ino))
            if known is not None:
                return name, known
        descriptor = os.open(path, flags | _OURS, 0o600)
        status = os.fstat(descriptor)
        self._open[status.st_dev, status.st_ino] = descriptor
        return name, descriptor


def year_of(name: str) -> int | None:
    """Return the year whose end sealed the file ``name``; ``None`` for any other file."""
    found = _SEALED.fullmatch(name)
    return int(found[1]) if found else None


def _sealed(year: int) -> str:
    return f"leaves-{year:04}.jsonl"


def _first_sequence(descriptor: int) -> int:
    """Return the number of a file's first entry; where it has none, a claim will tell."""
    line = os.pread(descriptor, _FIRST_BYTES, 0).partition(b"\n")[0]
    found = _SEQUENCE.search(line)
    return int(found[1]) if found else 0

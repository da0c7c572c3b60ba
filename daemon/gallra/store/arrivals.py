"""Files that wait to be read, and how often it was tried."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gallra.model.arrival import Arrival, FileSignature
from gallra.store.database import Row
from gallra.store.packing import (
    packed_instant,
    packed_ns,
    unpacked_instant,
    unpacked_ns,
    unsigned,
)
from gallra.store.shelf import Shelf, joined, parted

MOST_ATTEMPTS: Final = 3
"""After so many beginnings that came to no end, a file is given up until it changes."""

SIGNATURE_COLUMNS: Final = (
    "file.device, file.inode, file.size_bytes, file.mtime_ns, file.ctime_ns, file.link_count"
)


def signature_of(columns: tuple[int, int, int, int, int, int]) -> FileSignature:
    """Return the signature that six columns hold, in the order of ``SIGNATURE_COLUMNS``."""
    device, inode, size_bytes, mtime_ns, ctime_ns, link_count = columns
    return FileSignature(
        device=unsigned(device),
        inode=unsigned(inode),
        size_bytes=size_bytes,
        modified_ns=unpacked_ns(mtime_ns),
        changed_ns=unpacked_ns(ctime_ns),
        link_count=link_count,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file as the scan last saw it, with what is known of it besides its content."""

    file_id: int
    share: str
    path: bytes
    signature: FileSignature
    mode: int
    uid: int
    gid: int
    born_ns: int | None
    """When the filesystem says that the file was made; ``None`` where it does not say."""
    first_seen_at: datetime
    changed_at: datetime
    """When a scan last found it new or changed: what settling is judged by."""
    is_pending: bool
    attempt_count: int
    scanner_version: str | None
    state: str


class Arrivals(Shelf):
    """The queue of files to be read. The catalogue itself is the queue: nothing gets lost."""

    def arrivals(
        self,
        limit: int,
        *,
        settled_before: datetime | None = None,
        shares: Collection[str] | None = None,
        most_bytes: int | None = None,
    ) -> list[Arrival]:
        """Return files whose present version was not read yet, longest-waiting first.

        Args:
            limit: At most so many.
            settled_before: Only files that were last seen to change no later than this; the
                caller puts ``now - settle`` here.
            shares: Only of these: what lies in a share that is away cannot be read.
            most_bytes: Only files of at most this size.

        Returns:
            Arrivals in the order in which they came; what was begun :data:`MOST_ATTEMPTS`
            times and never ended is not among them, see :meth:`given_up`.
        """
        condition = "attempt_count < ?"
        if most_bytes is not None:
            condition += f" AND file.size_bytes <= {most_bytes:d}"
        return self._arrivals(condition, limit, settled_before, shares)

    def given_up(self, limit: int, *, shares: Collection[str] | None = None) -> list[Arrival]:
        """Return files whose reading was begun too often and never ended.

        They still need an honest outcome: store a report that says so.
        """
        return self._arrivals("attempt_count >= ?", limit, None, shares)

    def next_settling_at(self, shares: Collection[str] | None = None) -> datetime | None:
        """Return when the longest-waiting file was last seen to change; ``None``: no file."""
        condition, values = self._of(shares)
        found = self.database.row(
            f"SELECT min(ready_us) FROM file WHERE pending = 1{condition}",  # noqa: S608 - placeholders
            values,
        )
        return None if found is None or found[0] is None else unpacked_instant(found[0])

    def begin_reading(self, file_ids: Iterable[int]) -> None:
        """Count an attempt for each file, before its reading begins.

        A reader that takes the whole process down with it is thereby counted too.
        """
        with self.database.atomic():
            self.database.run_many(
                "UPDATE file SET attempt_count = attempt_count + 1 WHERE file_id = ?",
                ((file_id,) for file_id in file_ids),
            )

    def postpone(self, file_ids: Iterable[int], until: datetime) -> None:
        """Put the reading off: the file is in use, or has not settled. No attempt is counted."""
        with self.database.atomic():
            self.database.run_many(
                "UPDATE file SET ready_us = ?, attempt_count = max(attempt_count - 1, 0)"
                " WHERE file_id = ? AND pending = 1",
                ((packed_instant(until), file_id) for file_id in file_ids),
            )

    def require_reading(self, scanner_version: str) -> int:
        """Queue every present file that another version of the scanner read; return how many."""
        with self.database.atomic():
            return self.database.run(
                "UPDATE file SET pending = 1, attempt_count = 0"
                " WHERE state = 'present' AND pending = 0 AND scanner_version IS NOT ?",
                (scanner_version,),
            )

    def read_again(self, file_ids: Iterable[int], *, at: datetime) -> None:
        """Queue files that are to be read once more although they did not change."""
        with self.database.atomic():
            self.database.run_many(
                "UPDATE file SET pending = 1, attempt_count = 0, ready_us = ?"
                " WHERE file_id = ? AND state = 'present'",
                ((packed_instant(at), file_id) for file_id in file_ids),
            )

    def refresh_signature(self, file_id: int, signature: FileSignature) -> None:
        """Take over a signature after gallra itself touched the file's attributes.

        Only times of attribute changes may differ: where the bytes could be others, the row is
        left alone, and the next scan finds the difference.
        """
        with self.database.atomic():
            found = self.database.row(
                f"SELECT {SIGNATURE_COLUMNS}, pending FROM file WHERE file_id = ?",  # noqa: S608 - a constant
                (file_id,),
            )
            if found is None or not signature_of(found[:6]).is_same_version(signature):
                return
            self.database.run(
                "UPDATE file SET ctime_ns = ?1, link_count = ?2,"
                " read_ctime_ns = CASE WHEN pending THEN read_ctime_ns ELSE ?1 END"
                " WHERE file_id = ?3",
                (packed_ns(signature.changed_ns), signature.link_count, file_id),
            )

    def known_file(self, share: str, path: bytes) -> KnownFile | None:
        """Return what is known of the present file at ``path``."""
        directory, name = parted(path)
        return self._known(
            "directory.share_id = ? AND directory.path = ? AND file.name = ?"
            " AND file.state = 'present'",
            (self.share_id(share), directory, name),
        )

    def known_file_by_id(self, file_id: int) -> KnownFile | None:
        """Return what is known of a file, whatever its state."""
        return self._known("file.file_id = ?", (file_id,))

    def known_files(self, share: str) -> Iterator[KnownFile]:
        """Yield every present file of a share, read or not, with flat memory."""
        query = f"{_KNOWN} WHERE file.share_id = ? AND file.state = 'present'"
        for row in self.database.streamed(query, (self.share_id(share),)):
            yield _known_from(row)

    def _known(self, condition: str, values: tuple[object, ...]) -> KnownFile | None:
        found = self.database.row(f"{_KNOWN} WHERE {condition}", values)
        return None if found is None else _known_from(found)

    def _arrivals(
        self,
        condition: str,
        limit: int,
        settled_before: datetime | None,
        shares: Collection[str] | None,
    ) -> list[Arrival]:
        of_shares, numbers = self._of(shares)
        latest = (1 << 62) if settled_before is None else packed_instant(settled_before)
        rows = self.database.rows(
            f"SELECT {SIGNATURE_COLUMNS}, file.file_id, share.name, directory.path, file.name"  # noqa: S608 - constants
            " FROM file JOIN directory USING (directory_id)"
            " JOIN share ON share.share_id = file.share_id"
            f" WHERE file.pending = 1 AND file.{condition} AND file.ready_us <= ?{of_shares}"
            " ORDER BY file.ready_us, file.file_id LIMIT ?",
            (MOST_ATTEMPTS, latest, *numbers, limit),
        )
        return [
            Arrival(
                file_id=row[6],
                share=row[7],
                path=joined(row[8], row[9]),
                signature=signature_of(row[:6]),
            )
            for row in rows
        ]

    def _of(self, shares: Collection[str] | None) -> tuple[str, tuple[int, ...]]:
        """Return the condition that leaves only files of ``shares``, and its values."""
        if shares is None:
            return "", ()
        numbers = tuple(self.share_id(name) for name in sorted(shares))
        return f" AND file.share_id IN ({', '.join('?' * len(numbers))})", numbers


_KNOWN: Final = (
    f"SELECT {SIGNATURE_COLUMNS}, file.file_id, share.name, directory.path, file.name,"  # noqa: S608 - constants
    " file.mode, file.uid, file.gid, file.birth_ns, file.first_seen_us, file.ready_us,"
    " file.pending, file.attempt_count, file.scanner_version, file.state, file.old_path"
    " FROM file JOIN share ON share.share_id = file.share_id"
    " LEFT JOIN directory USING (directory_id)"
)


def _known_from(found: Row) -> KnownFile:
    return KnownFile(
        signature=signature_of(found[:6]),
        file_id=found[6],
        share=found[7],
        path=joined(found[8] or b"", found[9]) if found[20] is None else found[20],
        mode=found[10],
        uid=found[11],
        gid=found[12],
        born_ns=None if found[13] is None else unpacked_ns(found[13]),
        first_seen_at=unpacked_instant(found[14]),
        changed_at=unpacked_instant(found[15]),
        is_pending=bool(found[16]),
        attempt_count=found[17],
        scanner_version=found[18],
        state=found[19],
    )

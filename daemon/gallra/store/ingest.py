"""The scan's side of the catalogue: directories compared, and only differences written.

A directory is remembered with a digest of its listing, names and signatures of all that is in
it. As long as the next look gives the same digest, no row of its files is read at all: that is
what keeps the second scan of a share near the cost of walking it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from gallra.store.accesses import Accesses
from gallra.store.database import Database
from gallra.store.looks import Directory, Figures, KnownDirectory, KnownEntry, Look, SeenFile
from gallra.store.packing import packed_instant, packed_ns, signed
from gallra.store.shelf import parted

__all__ = ["Directory", "Ingest", "KnownDirectory", "KnownEntry", "Look", "SeenFile"]

MOST_WAITING: Final = 2_000
"""So many rows are gathered before they are written: one fsync for all of them."""
_AT_A_TIME: Final = 200
_PAGE: Final = 500


class Ingest:
    """One pass of the scan over one share. Reads freely; writes in batches, see :meth:`flush`."""

    def __init__(self, database: Database, share_id: int, *, device: int, at: datetime) -> None:
        """Begin a pass at ``at`` over a share whose root lies on ``device``."""
        self._database = database
        self._share_id = share_id
        self._device = signed(device)
        self.accesses = Accesses(database, share_id)
        self._at_us = packed_instant(at)
        self._looks: list[Look] = []
        self._waiting = 0
        # In a catalogue that holds nothing, nothing can have been moved: no need to ask.
        self._may_move = database.row("SELECT 1 FROM file LIMIT 1") is not None
        self.moved_count = 0
        self.gone_count = 0

    def directory(self, path: bytes) -> Directory | None:
        """Return a directory that the catalogue has."""
        row = self._database.row(
            f"SELECT {_DIRECTORY} FROM directory WHERE share_id = ? AND path = ?",  # noqa: S608 - a constant
            (self._share_id, path),
        )
        return None if row is None else KnownDirectory(*row).taken_up()

    def directories(self) -> Iterator[KnownDirectory]:
        """Yield all directories that the share had when the pass began, parents first.

        A page at a time: memory stays flat, nothing is held open, and writing meanwhile does
        not disturb it. One that was taken away meanwhile may still come.
        """
        newest = self._database.number("SELECT max(directory_id) FROM directory")
        after = None
        while rows := self._database.rows(
            f"SELECT {_DIRECTORY} FROM directory WHERE share_id = ? AND directory_id <= ?"  # noqa: S608 - constants
            f" AND path {'>=' if after is None else '>'} ? ORDER BY path LIMIT {_PAGE}",
            (self._share_id, newest, after or b""),
        ):
            yield from map(KnownDirectory._make, rows)
            after = rows[-1][1]

    def children(self, directory: Directory) -> dict[bytes, Directory]:
        """Return the directories that the catalogue has directly in one, by name."""
        if directory.is_new:
            return {}
        return {
            parted(row[1])[1]: KnownDirectory(*row).taken_up()
            for row in self._database.rows(
                f"SELECT {_DIRECTORY} FROM directory WHERE parent_id = ?",  # noqa: S608 - a constant
                (directory.directory_id,),
            )
        }

    def files(self, directory: Directory) -> dict[bytes, KnownEntry]:
        """Return the present files that the catalogue has directly in a directory, by name."""
        if directory.is_new:
            return {}
        return {
            name: KnownEntry(*entry)
            for name, *entry in self._database.rows(
                "SELECT name, file_id, inode, size_bytes, mtime_ns, ctime_ns, access_id,"
                " access_ctime_ns FROM file"
                " WHERE directory_id = ? AND state = 'present'",
                (directory.directory_id,),
            )
        }

    def notes(self, directory: Directory) -> dict[bytes, Figures]:
        """Return the notes that gallra itself put into a directory, by name, and what tells them.

        A note that is being put there has no time of change yet: ``-1``.
        """
        found = self._database.row(
            "SELECT name, inode, size_bytes, mtime_ns, ctime_ns,"
            " next_name, next_inode, next_size_bytes, next_mtime_ns"
            " FROM folder_note WHERE share_id = ? AND path = ?",
            (self._share_id, directory.path),
        )
        if found is None:
            return {}
        name, inode, size_bytes, modified_ns, changed_ns, *coming = found
        notes: dict[bytes, Figures] = {}
        if inode is not None:
            notes[name] = (inode, size_bytes, modified_ns, changed_ns)
        if coming[1] is not None:
            notes[coming[0]] = (coming[1], coming[2], coming[3], -1)
        return notes

    def exclude(self, paths: frozenset[bytes]) -> None:
        """Take note of what lies below the root and is not the share's, before a pass.

        What became another's since the last pass is gone from here; the folder above what has
        become the share's again is to be looked into, though nothing in it has changed.
        """
        key = f"excluded {self._share_id}"
        listed = " ".join(path.hex() for path in sorted(paths))
        known = self._database.row("SELECT value FROM meta WHERE key = ?", (key,))
        before = "" if known is None else str(known[0])
        if before == listed:
            return
        returned = {bytes.fromhex(path) for path in before.split()} - paths
        for path in paths:
            self.remove_tree(path)
        with self._database.atomic():
            for path in returned:
                self._forget_listing_above(path)
            self._database.run("REPLACE INTO meta (key, value) VALUES (?, ?)", (key, listed))

    def put(self, look: Look) -> None:
        """Take over what a look found; it is written by :meth:`flush`."""
        self._looks.append(look)
        self._waiting += look.row_count

    @property
    def is_full(self) -> bool:
        """Whether enough was put to be worth writing."""
        return self._waiting >= MOST_WAITING

    def discard(self) -> None:
        """Forget what was put and not written: it was seen on what is not the share."""
        self._looks, self._waiting = [], 0

    def flush(self) -> None:
        """Write all that was put, in one transaction."""
        looks, self._looks, self._waiting = self._looks, [], 0
        if not looks:
            return
        with self._database.atomic():
            for look in looks:
                self._require_number(look.directory)
                for directory in look.directories:
                    self._require_number(directory)
            self._write_changed(looks)
            self.accesses.write_touched(looks)
            self._write_new(looks)
            self._write_gone(looks)
            self._write_directories(looks)
            self.accesses.write_directories(looks)

    def clear_dirty(self, directories: Iterable[Directory]) -> None:
        """Take back the marks of directories that were looked at and had not changed."""
        with self._database.atomic():
            self._database.run_many(
                "UPDATE directory SET dirty_us = NULL WHERE directory_id = ? AND dirty_us <= ?",
                ((each.directory_id, self._at_us) for each in directories),
            )

    def mark(self, directory: Directory, at: datetime) -> None:
        """Mark a directory that the catalogue has, to be looked at again no later than ``at``."""
        self._database.run(
            "UPDATE directory SET dirty_us = min(coalesce(dirty_us, ?1), ?1)"
            " WHERE directory_id = ?2",
            (packed_instant(at), directory.directory_id),
        )

    def remove_tree(self, path: bytes) -> int:
        """Note that a directory is gone with all that was in it; return how many files went.

        What lies in quarantine keeps its rows. Files that were found elsewhere meanwhile have
        left the tree already. From the leaves upwards, a part at a time: a crash in between
        leaves a smaller tree, not a broken one.
        """
        self.flush()
        gone = 0
        while True:
            with self._database.atomic():
                numbers = [
                    number
                    for (number,) in self._database.rows(
                        "SELECT directory_id FROM directory WHERE share_id = ?"
                        " AND (path = ? OR (path > ? AND path < ?)) ORDER BY path DESC LIMIT ?",
                        (self._share_id, path, path + b"/", path + b"0", _AT_A_TIME),
                    )
                ]
                if not numbers:
                    break
                for number in numbers:
                    gone += self._database.run(
                        f"{_END} WHERE directory_id = ? AND state = 'present'",
                        (self._at_us, number),
                    )
                    self._database.run("DELETE FROM directory WHERE directory_id = ?", (number,))
        self.gone_count += gone
        return gone

    def _forget_listing_above(self, path: bytes) -> None:
        while path:
            path, _ = parted(path)
            if self._database.run(
                "UPDATE directory SET listing = NULL, dirty_us = min(coalesce(dirty_us, ?1), ?1)"
                " WHERE share_id = ?2 AND path = ?3",
                (self._at_us, self._share_id, path),
            ):
                return

    def _require_number(self, directory: Directory) -> int:
        if directory.directory_id is None:
            parent = directory.parent
            found = self._database.row(
                "INSERT INTO directory (share_id, parent_id, path) VALUES (?, ?, ?)"
                " ON CONFLICT (share_id, path) DO UPDATE SET parent_id = excluded.parent_id"
                " RETURNING directory_id",
                (
                    self._share_id,
                    None if parent is None else self._require_number(parent),
                    directory.path,
                ),
            )
            directory.directory_id = int(found[0]) if found else 0
        return directory.directory_id

    def _write_changed(self, looks: list[Look]) -> None:
        # The first-seen date belongs to the path: an editor that saves by writing a new file
        # over the old one does not make the document young again.
        self._database.run_many(
            "UPDATE file SET device = ?, inode = ?, size_bytes = ?, mtime_ns = ?, ctime_ns = ?,"
            " link_count = ?, mode = ?, uid = ?, gid = ?, birth_ns = ?, access_id = ?,"
            " access_ctime_ns = ?, ready_us = ?, pending = 1, attempt_count = 0"
            " WHERE file_id = ? AND directory_id = ? AND name = ? AND state = 'present'",
            (
                (
                    *self._signature(seen),
                    self._at_us,
                    known.file_id,
                    look.directory.directory_id,
                    seen.name,
                )
                for look in looks
                for known, seen in look.changed
            ),
        )

    def _write_new(self, looks: list[Look]) -> None:
        unmoved: list[tuple[object, ...]] = []
        for look in looks:
            elsewhere = self._elsewhere(look.new) if self._may_move else {}
            for seen in look.new:
                file_id = elsewhere.pop(signed(seen.inode), None)
                if file_id is None or not self._move(file_id, look.directory, seen):
                    unmoved.append(
                        (
                            *self._signature(seen),
                            self._share_id,
                            look.directory.directory_id,
                            seen.name,
                            self._at_us,
                            self._at_us,
                        )
                    )
        self._database.run_many(
            "INSERT INTO file (device, inode, size_bytes, mtime_ns, ctime_ns, link_count, mode,"
            " uid, gid, birth_ns, access_id, access_ctime_ns, share_id, directory_id, name,"
            " first_seen_us, ready_us)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (directory_id, name) WHERE state = 'present' DO NOTHING",
            unmoved,
        )

    def _elsewhere(self, new: list[SeenFile]) -> dict[int, int]:
        """Return, by inode, files that were known at another place and must have moved here.

        A file with one link cannot be in two places, so the old row is this file wherever it
        says that it is, if it is the same version. One with several links may be: it is new.
        """
        sought = {signed(seen.inode): seen for seen in new if seen.link_count == 1}
        found: dict[int, int] = {}
        inodes = list(sought)
        for start in range(0, len(inodes), _AT_A_TIME):
            some = inodes[start : start + _AT_A_TIME]
            for file_id, device, inode, size_bytes, mtime_ns in self._database.rows(
                "SELECT file_id, device, inode, size_bytes, mtime_ns FROM file"  # noqa: S608 - marks only
                f" WHERE inode IN ({', '.join('?' * len(some))}) AND state IN ('present', 'gone')"
                " ORDER BY state = 'present', ended_us",
                some,
            ):
                seen = sought[inode]
                if (device, size_bytes, mtime_ns) == (
                    self._device,
                    seen.size_bytes,
                    packed_ns(seen.modified_ns),
                ):
                    found[inode] = file_id
        return found

    def _move(self, file_id: int, directory: Directory, seen: SeenFile) -> bool:
        self._database.run(
            "UPDATE directory SET listing = NULL"
            " WHERE directory_id = (SELECT directory_id FROM file WHERE file_id = ?)",
            (file_id,),
        )
        moved = self._database.run(
            "UPDATE OR IGNORE file SET device = ?, inode = ?, size_bytes = ?, mtime_ns = ?,"
            " ctime_ns = ?, link_count = ?, mode = ?, uid = ?, gid = ?, birth_ns = ?,"
            " access_id = ?, access_ctime_ns = ?, share_id = ?, directory_id = ?, name = ?,"
            " state = 'present', ended_us = NULL, old_path = NULL, pending = 1,"
            " attempt_count = 0, ready_us = ? WHERE file_id = ?",
            (
                *self._signature(seen),
                self._share_id,
                directory.directory_id,
                seen.name,
                self._at_us,
                file_id,
            ),
        )
        self.moved_count += moved
        return moved == 1

    def _write_gone(self, looks: list[Look]) -> None:
        # With its place: a row that moved away in this very batch is not gone.
        self.gone_count += self._database.run_many(
            f"{_END} WHERE file_id = ? AND directory_id = ? AND name = ? AND state = 'present'",
            (
                (self._at_us, known.file_id, look.directory.directory_id, name)
                for look in looks
                for name, known in look.gone
            ),
        )

    def _write_directories(self, looks: list[Look]) -> None:
        self._database.run_many(
            "UPDATE directory SET inode = ?1, mtime_ns = ?2, listing = ?3, skipped_count = ?4,"
            " unreadable_errno = ?5, dirty_us = CASE WHEN dirty_us > ?6 THEN dirty_us ELSE ?7 END,"
            " ctime_ns = ?8 WHERE directory_id = ?9",
            (
                (
                    signed(look.directory.inode),
                    packed_ns(look.directory.modified_ns),
                    look.directory.listing,
                    look.skipped_count,
                    look.directory.unreadable_errno,
                    self._at_us,
                    None if look.again_at is None else packed_instant(look.again_at),
                    packed_ns(look.directory.changed_ns),
                    look.directory.directory_id,
                )
                for look in looks
            ),
        )

    def _signature(self, seen: SeenFile) -> tuple[int | None, ...]:
        return (
            signed(seen.device),
            signed(seen.inode),
            seen.size_bytes,
            packed_ns(seen.modified_ns),
            packed_ns(seen.changed_ns),
            seen.link_count,
            seen.mode,
            seen.uid,
            seen.gid,
            None if seen.born_ns is None else packed_ns(seen.born_ns),
            self.accesses.number_of(seen.access),
            packed_ns(seen.changed_ns),
        )


_DIRECTORY: Final = "directory_id, path, inode, mtime_ns, ctime_ns, listing, unreadable_errno"
_END: Final = (
    "UPDATE file SET state = 'gone', pending = 0, ended_us = ?,"
    " old_path = (SELECT CAST(CASE WHEN path = x'' THEN file.name"
    " ELSE path || '/' || file.name END AS BLOB) FROM directory"
    " WHERE directory.directory_id = file.directory_id)"
)

"""What files and directories say of who may read them: written by the scan, each once."""

from collections.abc import Iterable
from typing import Final

import msgspec

from gallra.model.exposure import Access, Exposure, Reader
from gallra.policy.exposure import EVERYBODY, exposure, through
from gallra.store.database import Database, Row
from gallra.store.looks import KnownEntry, Look, SeenFile, is_same
from gallra.store.packing import packed, packed_ns
from gallra.store.shelf import joined

_MOST_REMEMBERED: Final = 10_000
_NO_EXECUTING: Final = ~0o111
_readers: Final = msgspec.json.Decoder(tuple[Reader, ...])


def unpacked_readers(text: str) -> tuple[Reader, ...]:
    """Return the readers that a row of ``reach`` holds."""
    return _readers.decode(text)


def exposure_from(columns: Row) -> Exposure | None:
    """Return what five columns tell: mode, uid, gid and list of ``access``, readers of ``reach``.

    ``None`` where one of them was not looked at yet, or the file is not in the share.
    """
    mode, uid, gid, access_list, readers = columns
    if mode is None or readers is None:
        return None
    return exposure(
        unpacked_readers(readers), Access(mode=mode, uid=uid, gid=gid, access_list=access_list)
    )


class Accesses:
    """The accesses that occur, by number; and how far each directory can be reached."""

    def __init__(self, database: Database, share_id: int) -> None:
        """Look after those of one share."""
        self._database = database
        self._share_id = share_id
        self._numbers: dict[Access, int] = {}

    def number_of(self, access: Access) -> int:
        """Return the number of an access, giving it one where it has none. In a transaction."""
        known = self._numbers.get(access)
        if known is None:
            self._database.run(
                "INSERT INTO access (mode, uid, gid, access_list) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                access,
            )
            known = self._database.number(
                "SELECT access_id FROM access"
                " WHERE mode = ? AND uid = ? AND gid = ? AND access_list = ?",
                access,
            )
            if len(self._numbers) >= _MOST_REMEMBERED:
                self._numbers.clear()
            self._numbers[access] = known
        return known

    def is_merely_touched(self, before: KnownEntry, seen: SeenFile) -> bool:
        """Tell whether somebody changed who may read a file, and nothing else.

        Its time of change differs then. An edit whose time of modification was put back looks
        the same, so it has to be explained: by a difference in owner, group, mode or access
        list. The bits for executing explain nothing, since Samba keeps there (``map archive``)
        that a file was written.
        """
        inode, size_bytes, modified_ns, _ = before.figures
        if not is_same((inode, size_bytes, modified_ns, seen.changed_ns), seen.figures):
            return False
        found = self._database.row(
            "SELECT access.mode, access.uid, access.gid, access_list, link_count"
            " FROM file JOIN access USING (access_id) WHERE file_id = ?",
            (before.file_id,),
        )
        if found is None:
            return False
        mode, uid, gid, access_list, link_count = found
        now = seen.access
        return link_count == seen.link_count and (
            (mode & _NO_EXECUTING, uid, gid, access_list)
            != (now.mode & _NO_EXECUTING, now.uid, now.gid, now.access_list)
        )

    def write_touched(self, looks: Iterable[Look]) -> None:
        """Note who may read files now whose content is what it was: they are not read again."""
        rows = [
            (
                seen.mode,
                seen.uid,
                seen.gid,
                self.number_of(seen.access),
                packed_ns(seen.changed_ns),
                known.file_id,
                look.directory.directory_id,
                seen.name,
            )
            for look in looks
            for known, seen in look.touched
        ]
        self._database.run_many(
            "UPDATE file SET mode = ?1, uid = ?2, gid = ?3, access_id = ?4, access_ctime_ns = ?5,"
            " ctime_ns = ?5, read_ctime_ns = CASE WHEN pending THEN read_ctime_ns ELSE ?5 END"
            " WHERE file_id = ?6 AND directory_id = ?7 AND name = ?8 AND state = 'present'",
            rows,
        )

    def write_directories(self, looks: Iterable[Look]) -> None:
        """Note who may enter the directories that were looked at, and so what is below them."""
        for look in looks:
            directory = look.directory
            if directory.access is None:
                continue
            number = self.number_of(directory.access)
            is_other = self._database.run(
                "UPDATE directory SET access_id = ?1, reach_id = NULL"
                " WHERE directory_id = ?2 AND access_id IS NOT ?1",
                (number, directory.directory_id),
            )
            if is_other and not directory.is_new:
                self._database.run(
                    "UPDATE directory SET reach_id = NULL"
                    " WHERE share_id = ? AND path > ? AND path < ?",
                    (self._share_id, joined(directory.path, b""), _after(directory.path)),
                )
        self._reach()

    def _reach(self) -> None:
        """Fill in how far directories can be reached, from the root down."""
        numbers: dict[tuple[Reader, ...], int] = {}
        for directory_id, path, parent_id, mode, uid, gid, access_list in self._database.rows(
            "SELECT directory_id, path, parent_id, mode, uid, gid, access_list"
            " FROM directory JOIN access USING (access_id)"
            " WHERE share_id = ? AND reach_id IS NULL AND access_id IS NOT NULL ORDER BY path",
            (self._share_id,),
        ):
            way = EVERYBODY if not path else self._way(parent_id)
            if way is None:
                continue  # the directory above was not looked at yet: it is filled in then
            access = Access(mode=mode, uid=uid, gid=gid, access_list=access_list)
            readers = through(way, access)
            if readers not in numbers:
                numbers[readers] = self._number_of_reach(readers)
            self._database.run(
                "UPDATE directory SET reach_id = ? WHERE directory_id = ?",
                (numbers[readers], directory_id),
            )

    def _way(self, directory_id: int | None) -> tuple[Reader, ...] | None:
        found = self._database.row(
            "SELECT readers FROM directory JOIN reach USING (reach_id) WHERE directory_id = ?",
            (directory_id,),
        )
        return None if found is None else unpacked_readers(found[0])

    def _number_of_reach(self, readers: tuple[Reader, ...]) -> int:
        text = packed(readers)
        self._database.run("INSERT INTO reach (readers) VALUES (?) ON CONFLICT DO NOTHING", (text,))
        return self._database.number("SELECT reach_id FROM reach WHERE readers = ?", (text,))


def _after(path: bytes) -> bytes:
    """Return what sorts behind all that is below ``path``."""
    return path + b"0" if path else b"\xff" * 256

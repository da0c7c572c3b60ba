"""What lies in quarantine, what became of it, and how much was taken away lately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gallra.model.arrival import FileSignature
from gallra.model.errors import GallraError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import RecordState
from gallra.store.arrivals import signature_of
from gallra.store.database import Row, understood
from gallra.store.packing import (
    packed_day,
    packed_instant,
    packed_ns,
    signed,
    unpacked_day,
    unpacked_instant,
)
from gallra.store.shelf import Shelf, joined, parted

_COLUMNS: Final = (
    "quarantine.device, quarantine.inode, quarantine.size_bytes, quarantine.mtime_ns,"
    " quarantine.ctime_ns, quarantine.link_count, quarantine.quarantine_id, quarantine.file_id,"
    " share.name, quarantine.path, quarantine.object_name, quarantine.quarantined_us,"
    " quarantine.destroy_on, quarantine.class, quarantine.intent, quarantine.state,"
    " quarantine.ended_us,"
    # A file of which the first record is a message was cut out of its mailbox.
    " (SELECT min(record.part) FROM record WHERE record.file_id = quarantine.file_id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineItem:
    """A file in quarantine, or one that was."""

    quarantine_id: str
    file_id: int
    share: str
    path: bytes
    """Where it was, relative to the share."""
    object_name: str
    """Its name in the share's quarantine directory."""
    signature: FileSignature
    """As it lies in quarantine; the move itself changed its ``changed_ns``."""
    quarantined_at: datetime
    destroy_on: date | None
    """The first day after the dwell; ``None``: never without a person."""
    class_code: str
    intent: int | None
    """The ledger's number of the intent that brought it here."""
    state: RecordState
    """``quarantined``, ``destroyed`` or, once restored, ``present``."""
    ended_at: datetime | None = None
    part: str = ""
    """What it was called in its mailbox, for a message that was cut out of one at ``path``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """How much was taken out of the shares, and destroyed, in a time."""

    count: int = 0
    size_bytes: int = 0
    files_of_share: tuple[tuple[str, int], ...] = ()
    """How many files were taken out of each share, sorted by name."""
    messages_of_share: tuple[tuple[str, int], ...] = ()
    """How many messages were cut out of mailboxes of each share, sorted by name."""


class Quarantine(Shelf):
    """The catalogue's half of a disposition: the ledger has been written when this is called."""

    def note_quarantined(  # noqa: PLR0913 - one row of a register
        self,
        file_id: int,
        quarantine_id: str,
        *,
        object_name: str,
        signature: FileSignature,
        at: datetime,
        destroy_on: date | None,
        class_code: str = "",
        intent: int | None = None,
    ) -> None:
        """Note that a file was moved into quarantine. Noting the same again changes nothing.

        Args:
            file_id: The file.
            quarantine_id: The name by which people restore it.
            object_name: Its name in the quarantine directory.
            signature: As it lies there now.
            at: When it was moved.
            destroy_on: The first day on which it may be destroyed.
            class_code: The class that led to it.
            intent: The ledger's number of the intent.
        """
        with self.database.atomic():
            found = self.database.row(
                "SELECT file.share_id, directory.path, file.name, file.old_path FROM file"
                " LEFT JOIN directory USING (directory_id) WHERE file_id = ?",
                (file_id,),
            )
            if found is None:
                raise GallraError(
                    said("the catalogue knows no file with number {number}", number=file_id)
                )
            share_id, directory, name, old_path = found
            path = joined(directory or b"", name) if old_path is None else old_path
            is_new = self.database.run(
                "INSERT INTO quarantine (quarantine_id, file_id, share_id, path, object_name,"
                " device, inode, size_bytes, mtime_ns, ctime_ns, link_count, quarantined_us,"
                " destroy_on, class, intent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (quarantine_id) DO NOTHING",
                (
                    quarantine_id, file_id, share_id, path, object_name,
                    signed(signature.device), signed(signature.inode), signature.size_bytes,
                    packed_ns(signature.modified_ns), packed_ns(signature.changed_ns),
                    signature.link_count, packed_instant(at), packed_day(destroy_on),
                    class_code, intent,
                ),
            )  # fmt: skip
            if not is_new:
                return
            self._end_file(file_id, RecordState.QUARANTINED, at, path)
            self._note_act(share_id, Deed.QUARANTINED, signature.size_bytes, at)

    def note_restored(
        self, quarantine_id: str, *, path: bytes, signature: FileSignature, at: datetime
    ) -> None:
        """Note that a file lies in its share again, at ``path``; it is read anew.

        Age and records stay what they were. If a scan found the file first, the row that the
        scan made gives way to the old one.
        """
        with self.database.atomic():
            item = self.require_quarantine_item(quarantine_id)
            if item.state is not RecordState.QUARANTINED:
                return
            share_id = self.share_id(item.share)
            directory, name = parted(path)
            directory_id = self._require_directory(share_id, directory, at)
            self._give_way(directory_id, path, at)
            self.database.run(
                "UPDATE file SET state = 'present', directory_id = ?, name = ?, old_path = NULL,"
                " ended_us = NULL, device = ?, inode = ?, size_bytes = ?, mtime_ns = ?,"
                " ctime_ns = ?, link_count = ?, pending = 1, attempt_count = 0, ready_us = ?"
                " WHERE file_id = ?",
                (
                    directory_id, name, signed(signature.device), signed(signature.inode),
                    signature.size_bytes, packed_ns(signature.modified_ns),
                    packed_ns(signature.changed_ns), signature.link_count, packed_instant(at),
                    item.file_id,
                ),
            )  # fmt: skip
            self._end_item(quarantine_id, RecordState.PRESENT, at)

    def note_destroyed(self, quarantine_id: str, *, at: datetime) -> None:
        """Note that a file was unlinked from quarantine; digests of its values are forgotten."""
        with self.database.atomic():
            item = self.require_quarantine_item(quarantine_id)
            if item.state is not RecordState.QUARANTINED:
                return
            self.database.run(
                "DELETE FROM value_digest WHERE record_id IN"
                " (SELECT record_id FROM record WHERE file_id = ?)",
                (item.file_id,),
            )
            self._end_file(item.file_id, RecordState.DESTROYED, at, item.path)
            self._end_item(quarantine_id, RecordState.DESTROYED, at)
            self._note_act(self.share_id(item.share), Deed.DESTROYED, item.signature.size_bytes, at)

    def quarantine_items(
        self, *, share: str | None = None, is_whole: bool = False
    ) -> Iterator[QuarantineItem]:
        """Yield what lies in quarantine, oldest first.

        Args:
            share: Only what came from this share.
            is_whole: What was restored or destroyed, too.
        """
        conditions = ["1"] if is_whole else ["quarantine.state = 'quarantined'"]
        values: tuple[object, ...] = ()
        if share is not None:
            conditions.append("share.name = ?")
            values = (share,)
        query = (
            f"SELECT {_COLUMNS} FROM quarantine JOIN share USING (share_id)"  # noqa: S608 - constants
            f" WHERE {' AND '.join(conditions)} ORDER BY quarantined_us, quarantine_id"
        )
        for row in self.database.streamed(query, values):
            yield _item(row)

    def quarantine_item(self, quarantine_id: str) -> QuarantineItem | None:
        """Return one item, whatever became of it."""
        row = self.database.row(
            f"SELECT {_COLUMNS} FROM quarantine JOIN share USING (share_id)"  # noqa: S608 - constants
            " WHERE quarantine_id = ?",
            (quarantine_id,),
        )
        return None if row is None else _item(row)

    def require_quarantine_item(self, quarantine_id: str) -> QuarantineItem:
        """Return one item.

        Raises:
            GallraError: There is none of that name.
        """
        item = self.quarantine_item(quarantine_id)
        if item is None:
            raise GallraError(
                said(
                    "nothing in quarantine is called {name}: see gallra quarantine list",
                    name=quarantine_id,
                )
            )
        return item

    def acted_since(self, at: datetime) -> Acted:
        """Return how much was taken or destroyed since an instant, that one included."""
        rows = self.database.rows(
            "SELECT share.name, count(*), sum(size_bytes), sum(deed <> ?2 AND NOT is_message),"
            " sum(deed <> ?2 AND is_message) FROM act JOIN share USING (share_id)"
            " WHERE at_us >= ?1 GROUP BY share.name ORDER BY share.name",
            (packed_instant(at), Deed.DESTROYED.value),
        )
        return Acted(
            count=sum(count for _, count, *_ in rows),
            size_bytes=sum(size for _, _, size, *_ in rows),
            files_of_share=tuple((name, files) for name, *_, files, _ in rows if files),
            messages_of_share=tuple((name, messages) for name, *_, messages in rows if messages),
        )

    def _end_file(self, file_id: int, state: RecordState, at: datetime, path: bytes) -> None:
        self.database.run(
            "UPDATE file SET state = ?, ended_us = ?, old_path = ?, pending = 0 WHERE file_id = ?",
            (state.value, packed_instant(at), path, file_id),
        )
        self.database.run(
            "UPDATE directory SET listing = NULL WHERE directory_id ="
            " (SELECT directory_id FROM file WHERE file_id = ?) AND listing IS NOT NULL",
            (file_id,),
        )

    def _end_item(self, quarantine_id: str, state: RecordState, at: datetime) -> None:
        self.database.run(
            "UPDATE quarantine SET state = ?, ended_us = ? WHERE quarantine_id = ?",
            (state.value, packed_instant(at), quarantine_id),
        )

    def _give_way(self, directory_id: int, path: bytes, at: datetime) -> None:
        """Take the row at ``path`` away for the file that lies there now.

        One that once was in quarantine itself stays, as gone: what became of it is told by it.
        """
        here = "directory_id = ? AND name = ? AND state = 'present'"
        place = (directory_id, parted(path)[1])
        self.database.run(
            "UPDATE file SET state = 'gone', pending = 0, ended_us = ?, old_path = ?"  # noqa: S608 - constants
            f" WHERE {here} AND file_id IN (SELECT file_id FROM quarantine)",
            (packed_instant(at), path, *place),
        )
        self.database.run(f"DELETE FROM file WHERE {here}", place)  # noqa: S608 - as above

    def _note_act(
        self,
        share_id: int,
        deed: Deed,
        size_bytes: int,
        at: datetime,
        *,
        is_message: bool = False,
    ) -> None:
        self.database.run(
            "INSERT INTO act (at_us, share_id, deed, size_bytes, is_message)"
            " VALUES (?, ?, ?, ?, ?)",
            (packed_instant(at), share_id, deed.value, size_bytes, int(is_message)),
        )

    def _require_directory(self, share_id: int, path: bytes, at: datetime) -> int:
        # Dirty at once: the scan fills in what is not known here, and checks what is.
        found = self.database.row(
            "SELECT directory_id FROM directory WHERE share_id = ? AND path = ?",
            (share_id, path),
        )
        if found is not None:
            directory_id = int(found[0])
            self.database.run(
                "UPDATE directory SET listing = NULL, dirty_us = ? WHERE directory_id = ?",
                (packed_instant(at), directory_id),
            )
            return directory_id
        parent_id = self._require_directory(share_id, parted(path)[0], at) if path else None
        return self.database.insert(
            "INSERT INTO directory (share_id, parent_id, path, dirty_us) VALUES (?, ?, ?, ?)",
            (share_id, parent_id, path, packed_instant(at)),
        )


@understood
def _item(row: Row) -> QuarantineItem:
    (
        quarantine_id, file_id, share, path, object_name, quarantined_us,
        destroy_on, class_code, intent, state, ended_us, part,
    ) = row[6:]  # fmt: skip
    return QuarantineItem(
        quarantine_id=quarantine_id,
        file_id=file_id,
        share=share,
        path=path,
        object_name=object_name,
        signature=signature_of(row[:6]),
        quarantined_at=unpacked_instant(quarantined_us),
        destroy_on=unpacked_day(destroy_on),
        class_code=class_code,
        intent=intent,
        state=RecordState(state),
        ended_at=None if ended_us is None else unpacked_instant(ended_us),
        part=part or "",
    )

"""Messages that were cut out of their mailbox: in quarantine each is a file of its own."""

from datetime import date, datetime

from gallra.model.arrival import FileSignature
from gallra.model.errors import GallraError
from gallra.model.ledger import Deed
from gallra.model.message import said
from gallra.model.record import RecordState
from gallra.store.packing import packed_day, packed_instant, packed_ns, signed
from gallra.store.quarantine import Quarantine
from gallra.store.shelf import joined, parted

_SIGNATURE = "device, inode, size_bytes, mtime_ns, ctime_ns, link_count"
_RESTORED = "msg:0"
"""What a message is called until its mailbox has been read again; none is counted so."""


class Cuts(Quarantine):
    """The catalogue's half of cutting a message out, and of putting it back."""

    def note_cut(  # noqa: PLR0913 - one row of a register
        self,
        mailbox_id: int,
        quarantine_id: str,
        *,
        part: str,
        sha256: str,
        signature: FileSignature,
        at: datetime,
        destroy_on: date | None,
        class_code: str = "",
        intent: int | None = None,
    ) -> None:
        """Note that a message was cut out of the mailbox ``mailbox_id``, which is read anew.

        Its record goes with it. Noting the same again changes nothing.

        Args:
            mailbox_id: The file it was in.
            quarantine_id: The name by which people restore it; its object is called so, too.
            part: What it was called in the mailbox.
            sha256: Of its bytes.
            signature: Of the object in quarantine.
            at: When.
            destroy_on: The first day on which it may be destroyed.
            class_code: The class that led to it.
            intent: The ledger's number of the intent.
        """
        with self.database.atomic():
            if self.quarantine_item(quarantine_id) is not None:
                return
            found = self.database.row(
                "SELECT file.share_id, directory.path, file.name, file.old_path FROM file"
                " LEFT JOIN directory USING (directory_id) WHERE file_id = ?",
                (mailbox_id,),
            )
            if found is None:
                raise GallraError(
                    said("the catalogue knows no file with number {number}", number=mailbox_id)
                )
            share_id, directory, name, old_path = found
            path = joined(directory or b"", name) if old_path is None else old_path
            values = (
                signed(signature.device), signed(signature.inode), signature.size_bytes,
                packed_ns(signature.modified_ns), packed_ns(signature.changed_ns),
                signature.link_count,
            )  # fmt: skip
            read = ", ".join(f"read_{column}" for column in _SIGNATURE.split(", "))
            file_id = self.database.insert(
                f"INSERT INTO file (share_id, directory_id, name, {_SIGNATURE}, {read}, mode, uid,"  # noqa: S608 - constants
                " gid, birth_ns, first_seen_us, ready_us, pending, state, ended_us, old_path,"
                " read_us, scanner_version, outcome)"
                " SELECT share_id, directory_id, name, ?1, ?2, ?3, ?4, ?5, ?6,"
                " ?1, ?2, ?3, ?4, ?5, ?6, mode, uid, gid, birth_ns, first_seen_us, ?7, 0,"
                " 'quarantined', ?7, ?8, read_us, scanner_version, outcome"
                " FROM file WHERE file_id = ?9",
                (*values, packed_instant(at), path, mailbox_id),
            )
            self._take_record(mailbox_id, file_id, part, sha256, class_code, signature, at)
            self.database.run(
                "INSERT INTO quarantine (device, inode, size_bytes, mtime_ns, ctime_ns, link_count,"
                " quarantine_id, file_id, share_id, path,"
                " object_name, quarantined_us, destroy_on, class, intent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *values, quarantine_id, file_id, share_id, path, quarantine_id,
                    packed_instant(at), packed_day(destroy_on), class_code, intent,
                ),
            )  # fmt: skip
            self._read_anew(mailbox_id, at)
            size_bytes = signature.size_bytes
            self._note_act(share_id, Deed.QUARANTINED, size_bytes, at, is_message=True)

    def note_put_back(self, quarantine_id: str, *, path: bytes, at: datetime) -> None:
        """Note that a message lies in the mailbox at ``path`` again, which is read anew.

        Its record waits there, so that the message stays as old as it was.
        """
        with self.database.atomic():
            item = self.require_quarantine_item(quarantine_id)
            if item.state is not RecordState.QUARANTINED:
                return
            directory, name = parted(path)
            mailbox = self.database.row(
                "SELECT file_id FROM file JOIN directory USING (directory_id)"
                " WHERE directory.share_id = ? AND directory.path = ? AND file.name = ?"
                " AND file.state = 'present'",
                (self.share_id(item.share), directory, name),
            )
            if mailbox is not None:
                self.database.run(
                    "UPDATE record SET file_id = ?, part = ?, state = 'present' WHERE file_id = ?",
                    (mailbox[0], f"{_RESTORED}.{quarantine_id}", item.file_id),
                )
                self._read_anew(mailbox[0], at)
            self._end_file(item.file_id, RecordState.GONE, at, item.path)
            self._end_item(quarantine_id, RecordState.PRESENT, at)

    def _take_record(  # noqa: PLR0913, PLR0917 - what is known of it where the record is not
        self,
        mailbox_id: int,
        file_id: int,
        part: str,
        sha256: str,
        class_code: str,
        signature: FileSignature,
        at: datetime,
    ) -> None:
        """Move the record of a message to its own file.

        Where the mailbox was read again before this was noted, its record is gone: then one is
        made that only says what class it had. It is never due, so a person must look at it.
        """
        moved = self.database.run(
            "UPDATE record SET file_id = ?1, state = 'quarantined' WHERE record_id ="
            " (SELECT record_id FROM record WHERE file_id = ?2 AND span_sha256 = ?3"
            " ORDER BY part <> ?4 LIMIT 1)",
            (file_id, mailbox_id, sha256, part),
        )
        if not moved:
            self.database.run(
                "INSERT INTO record (file_id, part, kind, outcome, is_incomplete, is_container,"
                " size_bytes, language, entities, special, subjects, modified_us, first_seen_us,"
                " span_sha256, class, because, due_because, rules_digest, state)"
                " VALUES (?, ?, 'message', 'read in full', 0, 0, ?, 'other', '[]', '[]', '[]',"
                " ?, ?, ?, ?, '[]', '[]', '', 'quarantined')",
                (
                    file_id, part, signature.size_bytes, packed_instant(at), packed_instant(at),
                    sha256, class_code,
                ),
            )  # fmt: skip

    def _read_anew(self, file_id: int, at: datetime) -> None:
        self.database.run(
            "UPDATE file SET pending = 1, attempt_count = 0, ready_us = ? WHERE file_id = ?",
            (packed_instant(at), file_id),
        )
        self.database.run(
            "UPDATE directory SET listing = NULL, dirty_us = min(coalesce(dirty_us, ?1), ?1)"
            " WHERE directory_id = (SELECT directory_id FROM file WHERE file_id = ?2)",
            (packed_instant(at), file_id),
        )

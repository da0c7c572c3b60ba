"""Files that were moved to another place, or given to another owner."""

from datetime import datetime

from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed
from gallra.store.adopted import Adopted
from gallra.store.packing import packed_instant, packed_ns, signed
from gallra.store.shelf import parted


class Moves(Adopted):
    """The catalogue's half of a move, and of a hand-over."""

    def note_moved(
        self, file_id: int, *, share: str, path: bytes, signature: FileSignature, at: datetime
    ) -> None:
        """Note that a file lies at ``path`` of ``share``; it is read and judged anew there.

        Its age stays what it was. If a scan found it first, the row that the scan made gives way.
        Noting the same again changes nothing.
        """
        with self.database.atomic():
            directory, name = parted(path)
            share_id = self.share_id(share)
            directory_id = self._require_directory(share_id, directory, at)
            was = self.database.row("SELECT share_id FROM file WHERE file_id = ?", (file_id,))
            if was is None or self.database.row(
                "SELECT 1 FROM file WHERE file_id = ? AND directory_id = ? AND name = ?"
                " AND state = 'present'",
                (file_id, directory_id, name),
            ):
                return
            self.database.run(
                "UPDATE directory SET listing = NULL WHERE directory_id ="
                " (SELECT directory_id FROM file WHERE file_id = ?)",
                (file_id,),
            )
            self._give_way(directory_id, path, at)
            self.database.run(
                "UPDATE file SET state = 'present', share_id = ?, directory_id = ?, name = ?,"
                " old_path = NULL, ended_us = NULL, device = ?, inode = ?, size_bytes = ?,"
                " mtime_ns = ?, ctime_ns = ?, link_count = ?, pending = 1, attempt_count = 0,"
                " ready_us = ? WHERE file_id = ?",
                (
                    share_id, directory_id, name, signed(signature.device),
                    signed(signature.inode), signature.size_bytes,
                    packed_ns(signature.modified_ns), packed_ns(signature.changed_ns),
                    signature.link_count, packed_instant(at), file_id,
                ),
            )  # fmt: skip
            self._note_act(int(was[0]), Deed.MOVED, signature.size_bytes, at)

    def note_handed_over(self, file_id: int, *, uid: int, gid: int, at: datetime) -> None:
        """Note that a file has another owner. Noting the same again changes nothing."""
        with self.database.atomic():
            was = self.database.row(
                "SELECT share_id, uid, size_bytes FROM file WHERE file_id = ?", (file_id,)
            )
            if was is None or was[1] == uid:
                return
            self.database.run(
                "UPDATE file SET uid = ?, gid = ? WHERE file_id = ?", (uid, gid, file_id)
            )
            self._note_act(int(was[0]), Deed.HANDED_OVER, int(was[2]), at)

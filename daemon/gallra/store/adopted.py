"""What the ledger knows to lie in quarantine, and the catalogue did not know of any more."""

from collections.abc import Sequence
from datetime import date, datetime

from gallra.model.arrival import FileSignature
from gallra.model.ledger import Deed
from gallra.model.message import Message
from gallra.model.passage import Outcome
from gallra.store.cuts import Cuts
from gallra.store.packing import packed, packed_day, packed_instant, packed_ns, signed
from gallra.store.shelf import parted

_NOWHERE = 0
"""A directory number that no directory has: the file is not in the share."""


class Adopted(Cuts):
    """Files in quarantine of which only the ledger tells."""

    def adopt_quarantined(  # noqa: PLR0913 - one row of a register
        self,
        quarantine_id: str,
        *,
        share: str,
        path: bytes,
        part: str,
        sha256: str,
        signature: FileSignature,
        at: datetime,
        destroy_on: date | None,
        class_code: str,
        rule_number: int | None,
        because: Sequence[Message],
        intent: int | None,
    ) -> None:
        """Take up a file, or a message, that lies in quarantine. Doing it again changes nothing.

        What was found in it is not known any more: its record says no more than why it lies
        there, and counts as one that was not read. It was due when it was taken, so it may go
        when its dwell is over, and can be put back until then.

        Args:
            quarantine_id: The name by which people restore it; its object is called so, too.
            share: Where it came from; must be registered.
            path: Where it was, or the mailbox that it was in.
            part: What it was called in its mailbox; ``""`` for a file.
            sha256: Of a message's bytes.
            signature: Of the object in quarantine.
            at: When it was quarantined.
            destroy_on: The first day on which it may be destroyed.
            class_code: The class that led to it.
            rule_number: The rule that gave it that class.
            because: Why it was due.
            intent: The ledger's number of the intent.
        """
        with self.database.atomic():
            if self.quarantine_item(quarantine_id) is not None:
                return
            share_id = self.share_id(share)
            look = (
                signed(signature.device), signed(signature.inode), signature.size_bytes,
                packed_ns(signature.modified_ns), packed_ns(signature.changed_ns),
                signature.link_count,
            )  # fmt: skip
            instant = packed_instant(at)
            file_id = self.database.insert(
                "INSERT INTO file (share_id, directory_id, name, device, inode, size_bytes,"
                " mtime_ns, ctime_ns, link_count, read_device, read_inode, read_size_bytes,"
                " read_mtime_ns, read_ctime_ns, read_link_count, mode, uid, gid, first_seen_us,"
                " ready_us, pending, state, ended_us, old_path)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0,"
                " ?10, ?10, 0, 'quarantined', ?10, ?11)",
                (share_id, _NOWHERE, parted(path)[1], *look, instant, path),
            )
            due_on = packed_day(at.date())
            self.database.run(
                "INSERT INTO record (file_id, part, kind, outcome, is_incomplete, is_container,"
                " size_bytes, language, entities, special, subjects, modified_us, first_seen_us,"
                " span_sha256, class, rule_number, because, due_on, counted_from, due_because,"
                " rules_digest, state)"
                " VALUES (?, ?, ?, ?, 1, 0, ?, 'other', '[]', '[]', '[]', ?, ?, ?, ?, ?, '[]',"
                " ?, ?, ?, '', 'quarantined')",
                (
                    file_id, part, "message" if part else "", Outcome.UNREADABLE.value,
                    signature.size_bytes, instant, instant, sha256 if part else None, class_code,
                    rule_number, due_on, due_on, packed(tuple(because)),
                ),
            )  # fmt: skip
            self.database.run(
                "INSERT INTO quarantine (device, inode, size_bytes, mtime_ns, ctime_ns, link_count,"
                " quarantine_id, file_id, share_id, path,"
                " object_name, quarantined_us, destroy_on, class, intent)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *look, quarantine_id, file_id, share_id, path, quarantine_id, instant,
                    packed_day(destroy_on), class_code, intent,
                ),
            )  # fmt: skip
            size_bytes, is_message = signature.size_bytes, bool(part)
            self._note_act(share_id, Deed.QUARANTINED, size_bytes, at, is_message=is_message)

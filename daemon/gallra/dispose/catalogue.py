"""What the hand needs of the catalogue, and nothing more of it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from gallra.model.arrival import FileSignature
from gallra.model.message import Message
from gallra.model.record import CataloguedRecord
from gallra.store.folder_notes import FolderNote
from gallra.store.quarantine import QuarantineItem


class Catalogue(Protocol):
    """Notes of what was done. The ledger comes first; this may be told the same twice."""

    def atomic(self) -> AbstractContextManager[None]:
        """Join several notes to one transaction."""

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
        """Note that a file was moved into quarantine."""

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
        """Note that a message was cut out of its mailbox, into quarantine."""

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
        """Take up what lies in quarantine and is known to the ledger alone."""

    def note_moved(
        self, file_id: int, *, share: str, path: bytes, signature: FileSignature, at: datetime
    ) -> None:
        """Note that a file lies at another place, perhaps in another share."""

    def refresh_signature(self, file_id: int, signature: FileSignature) -> None:
        """Take over a signature after gallra itself touched the file's attributes."""

    def note_handed_over(self, file_id: int, *, uid: int, gid: int, at: datetime) -> None:
        """Note that a file has another owner."""

    def note_put_back(self, quarantine_id: str, *, path: bytes, at: datetime) -> None:
        """Note that a message lies in its mailbox again."""

    def note_restored(
        self, quarantine_id: str, *, path: bytes, signature: FileSignature, at: datetime
    ) -> None:
        """Note that a file lies in its share again."""

    def note_destroyed(self, quarantine_id: str, *, at: datetime) -> None:
        """Note that a file was unlinked from quarantine."""

    def quarantine_item(self, quarantine_id: str) -> QuarantineItem | None:
        """Return one item, whatever became of it."""

    def require_quarantine_item(self, quarantine_id: str) -> QuarantineItem:
        """Return one item; raises GallraError where there is none."""

    def quarantine_items(
        self, *, share: str | None = None, is_whole: bool = False
    ) -> Iterator[QuarantineItem]:
        """Yield what lies in quarantine."""

    def folder_notes(self, share: str) -> list[FolderNote]:
        """Return every note of a share."""

    def put_folder_note(self, note: FolderNote) -> None:
        """Keep what is known of one folder's note."""

    def drop_folder_note(self, share: str, path: bytes) -> None:
        """Forget the note of one folder."""

    def mark_dirty(self, share: str, directories: Iterable[bytes], at: datetime) -> None:
        """Note that directories are to be scanned again."""

    def records_of_file(self, file_id: int) -> list[CataloguedRecord]:
        """Return the file's own record and those of its messages."""

    def meta(self, key: str) -> str | None:
        """Return a single fact."""

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep a single fact."""

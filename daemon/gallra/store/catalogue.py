"""The catalogue: everything that is known of the shares, behind one face."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Self

from gallra.store.alike import Alike
from gallra.store.database import Database
from gallra.store.events import Events
from gallra.store.exposures import Exposures
from gallra.store.extents import Extents
from gallra.store.figures import Counts
from gallra.store.folder_notes import FolderNotes
from gallra.store.history import History
from gallra.store.holds import Holds
from gallra.store.ingest import Ingest
from gallra.store.mailing import Mailings
from gallra.store.moves import Moves
from gallra.store.nominations import Nominations
from gallra.store.notices import Notices
from gallra.store.packing import packed_instant
from gallra.store.records import Records
from gallra.store.reviews import ReviewDecisions
from gallra.store.shares import Shares
from gallra.store.unseen import UnseenPages


class Catalogue(
    Shares,
    Extents,
    UnseenPages,
    Records,
    Mailings,
    Moves,
    Holds,
    ReviewDecisions,
    History,
    Events,
    FolderNotes,
    Notices,
    Nominations,
    Counts,
    Exposures,
    Alike,
):
    """What the shares hold, what was read in it, what was decided about it and what was done.

    Each parent keeps one concern; this class is what other rooms are given. Every method that
    writes is one transaction; :meth:`atomic` joins several.
    """

    @classmethod
    def open(cls, path: Path) -> "Catalogue":
        """Open the catalogue in the database file ``path``, making it on first use.

        Raises:
            GallraError: The database cannot be used; see :meth:`Database.open`.
        """
        return cls(Database.open(path))

    def atomic(self) -> AbstractContextManager[None]:
        """Join several calls to one transaction: all is written, or nothing."""
        return self.database.atomic()

    def ingest(self, share: str, *, device: int, at: datetime) -> Ingest:
        """Begin a pass of the scan over ``share``, whose root lies on ``device``."""
        return Ingest(self.database, self.share_id(share), device=device, at=at)

    def forget_ended(self, before: datetime) -> int:
        """Forget files that vanished or were destroyed before an instant; return how many.

        What they were called and what was found in them is personal data of its own; the
        proof of what gallra did stands in the ledger. What lies in quarantine is never
        forgotten.
        """
        instant = packed_instant(before)
        with self.database.atomic():
            self.database.run("DELETE FROM tally WHERE record_count = 0")  # of former rules
            self.database.run(
                "DELETE FROM quarantine WHERE state <> 'quarantined' AND ended_us < ?", (instant,)
            )
            return self.database.run(
                "DELETE FROM file WHERE state IN ('gone', 'destroyed') AND ended_us < ?"
                " AND NOT EXISTS (SELECT 1 FROM quarantine"
                " WHERE quarantine.file_id = file.file_id)",
                (instant,),
            )

    def rest(self) -> None:
        """Let go of what the database keeps in memory for the next question; it reads it again."""
        self.database.run("PRAGMA shrink_memory")

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        """Return the catalogue itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.close()

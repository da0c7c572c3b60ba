"""Files with pages and pictures that nobody has looked at yet: the slow lane's queue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from gallra.model.arrival import Arrival
from gallra.store.arrivals import MOST_ATTEMPTS, SIGNATURE_COLUMNS, Arrivals, signature_of
from gallra.store.shelf import joined

_SEEN_KEY: Final = "pages_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """How much waits to be looked at."""

    file_count: int
    page_count: int
    given_up_count: int
    """Files that were begun too often and never ended."""


class UnseenPages(Arrivals):
    """The queue; a file is in it as long as its last reading left something unseen."""

    def awaiting_sight(self, limit: int, *, shares: Collection[str] | None = None) -> list[Arrival]:
        """Return files with unseen pages, those with the fewest first; none that changed since."""
        of_shares, numbers = self._of(shares)
        rows = self.database.rows(
            f"SELECT {SIGNATURE_COLUMNS}, file.file_id, share.name, directory.path, file.name"  # noqa: S608 - constants
            " FROM unseen CROSS JOIN file USING (file_id) JOIN directory USING (directory_id)"
            " JOIN share ON share.share_id = file.share_id"
            " WHERE file.state = 'present' AND file.pending = 0"
            f" AND unseen.attempt_count < ?{of_shares}"
            " ORDER BY unseen.page_count, unseen.file_id LIMIT ?",
            (MOST_ATTEMPTS, *numbers, limit),
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

    def begin_looking(self, file_ids: Iterable[int]) -> None:
        """Count an attempt for each file, before anybody looks at it."""
        with self.database.atomic():
            self.database.run_many(
                "UPDATE unseen SET attempt_count = attempt_count + 1 WHERE file_id = ?",
                ((file_id,) for file_id in file_ids),
            )

    def stop_looking(self, file_ids: Iterable[int]) -> None:
        """Take an attempt back: it was broken off for no fault of the file's."""
        with self.database.atomic():
            self.database.run_many(
                "UPDATE unseen SET attempt_count = max(attempt_count - 1, 0) WHERE file_id = ?",
                ((file_id,) for file_id in file_ids),
            )

    def unseen_pages(self, file_id: int) -> int:
        """Return how many pages and pictures of a file wait."""
        return self.database.number("SELECT page_count FROM unseen WHERE file_id = ?", (file_id,))

    def unseen(self, share: str | None = None) -> Unseen:
        """Return how much waits, in all shares or in one."""
        condition, values = ("", ()) if share is None else (
            " AND file.share_id = ?", (self.share_id(share),)
        )  # fmt: skip
        # CROSS: in this order. Else all files would be looked through for the few that wait.
        files, pages, given_up = self.database.row(
            "SELECT count(*) FILTER (WHERE unseen.attempt_count < ?1),"  # noqa: S608 - constants
            " coalesce(sum(page_count) FILTER (WHERE unseen.attempt_count < ?1), 0),"
            " count(*) FILTER (WHERE unseen.attempt_count >= ?1)"
            " FROM unseen CROSS JOIN file USING (file_id)"
            f" WHERE file.state = 'present'{condition.replace('?', '?2')}",
            (MOST_ATTEMPTS, *values),
        ) or (0, 0, 0)
        return Unseen(file_count=files, page_count=pages, given_up_count=given_up)

    def pages_seen(self, on: date) -> int:
        """Return how many pages were looked at on a day; only today's number is kept."""
        found = self.database.row("SELECT value FROM meta WHERE key = ?", (_SEEN_KEY,))
        day, _, count = str(found[0]).partition(" ") if found else ("", "", "")
        return int(count) if day == on.isoformat() else 0

    def note_pages_seen(self, on: date, count: int) -> None:
        """Count ``count`` pages as looked at on a day."""
        value = f"{on.isoformat()} {self.pages_seen(on) + count}"
        self.database.run("REPLACE INTO meta (key, value) VALUES (?, ?)", (_SEEN_KEY, value))

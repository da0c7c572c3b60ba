"""What is counted in the catalogue for monitoring: kept counters, never a walk over the files."""

from collections import defaultdict
from datetime import date

from gallra.model.figures import ShareFigures
from gallra.store.packing import unpacked_instant
from gallra.store.shelf import Shelf


class Counts(Shelf):
    """The catalogue's figures, in a handful of queries whatever its size."""

    def share_figures(self) -> tuple[ShareFigures, ...]:
        """Return every share that was ever registered, by name."""
        read: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for share_id, outcome, count in self.database.rows(
            "SELECT share_id, extent, file_count FROM extent WHERE file_count > 0 ORDER BY extent"
        ):
            read[share_id].append((outcome, count))
        return tuple(
            ShareFigures(
                name=name,
                file_count=files,
                backlog_count=backlog,
                directory_count=directories,
                watched_directory_count=watched,
                read=tuple(read[share_id]),
                events_lost_at=None if lost is None else unpacked_instant(lost),
                reconciled_at=None if reconciled is None else unpacked_instant(reconciled),
            )
            for share_id, name, files, backlog, directories, watched, lost, reconciled in (
                self.database.rows(
                    "SELECT share_id, name, file_count, backlog_count, directory_count,"
                    " watched_count, events_lost_us, reconciled_us FROM share ORDER BY name"
                )
            )
        )

    def act_counts(self) -> tuple[tuple[str, int], ...]:
        """Return how many acts of each kind were done; reads every one, so not at each scrape."""
        return tuple(
            (deed, count)
            for deed, count in self.database.rows(
                "SELECT deed, count(*) FROM act GROUP BY deed ORDER BY deed"
            )
        )

    def due_counts(self, until: date) -> tuple[tuple[str, int], ...]:
        """Return, by class, how many records come to their day until that day, it included."""
        return tuple(
            (code, count)
            for code, count in self.database.rows(
                "SELECT class, count(*) FROM record"
                " WHERE state = 'present' AND due_on IS NOT NULL AND due_on <= ?"
                " GROUP BY class ORDER BY class",
                (until.isoformat(),),
            )
        )

    def destroyed_counts(self, until: date) -> int:
        """Return how much in quarantine comes to its end until that day, it included."""
        return self.database.number(
            "SELECT count(*) FROM quarantine WHERE state = 'quarantined' AND destroy_on <= ?",
            (until.isoformat(),),
        )

    def quarantine_count(self) -> int:
        """Return how much lies in quarantine."""
        return self.database.number("SELECT count(*) FROM quarantine WHERE state = 'quarantined'")

    def hold_count(self) -> int:
        """Return how many holds stand."""
        return self.database.number("SELECT count(*) FROM hold WHERE lifted_us IS NULL")

"""What events need that come back out of the ledger, and those that wait to be applied."""

import json
from datetime import datetime

from gallra.store.database import understood
from gallra.store.packing import packed_instant
from gallra.store.shelf import Shelf

_WAITING = "events_waiting"
SIGN_IS_SOUGHT = 0
"""Instead of a file's number: the file that said it is to be found again, or it is taken back."""


class Recalled(Shelf):
    """Which events are known, and which are not applied yet."""

    def find_sign(self, event_id: int, file_id: int | None) -> None:
        """Note which file it is that says an event; ``None``: nothing that could be taken away."""
        self.database.run(
            "UPDATE event SET sign_file_id = ? WHERE event_id = ?", (file_id, event_id)
        )

    def knows_event(self, event_id: int, *, told_at: datetime) -> bool:
        """Tell whether the event of this number is known that was told at exactly that instant."""
        return bool(
            self.database.number(
                "SELECT 1 FROM event WHERE event_id = ? AND told_us = ?",
                (event_id, packed_instant(told_at)),
            )
        )

    def knows_telling(self, at: datetime) -> bool:
        """Tell whether an event is known that was told, or taken back, at exactly that instant."""
        return bool(
            self.database.number(
                "SELECT 1 FROM event WHERE ?1 IN (told_us, undone_us) LIMIT 1",
                (packed_instant(at),),
            )
        )

    @understood
    def waiting_events(self) -> list[int]:
        """Return the numbers of the events that have not been applied to the records yet."""
        found = self.database.row("SELECT value FROM meta WHERE key = ?", (_WAITING,))
        return [] if found is None else [int(number) for number in json.loads(found[0])]

    def set_waiting_events(self, numbers: list[int]) -> None:
        """Keep which events have not been applied to the records yet."""
        self.database.run("DELETE FROM meta WHERE key = ?", (_WAITING,))
        if numbers:
            self.database.run(
                "INSERT INTO meta (key, value) VALUES (?, ?)", (_WAITING, json.dumps(numbers))
            )

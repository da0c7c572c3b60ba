"""How much of each share was read: in full, in part, or not at all, and why not.

Counted by triggers as files come and go, since counting ten million of them takes seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gallra.model.finding import PartReport
from gallra.model.message import Message
from gallra.model.passage import Outcome
from gallra.store.columns import least_complete
from gallra.store.packing import packed, unpacked_messages
from gallra.store.shelf import Shelf

_CONFINEMENT_KEY: Final = "confinement"
_READ: Final = frozenset({Outcome.READ, Outcome.READ_IN_PART})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The files of a share whose reading ended alike."""

    outcome: Outcome
    """``read in full``, ``read in part`` where any text was reached, else why none was."""
    file_count: int
    byte_count: int
    """As they lie on disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """A reason for which something was not read in full."""

    outcome: Outcome
    reason: Message
    """What differs from file to file in it is left out: ``pages … have no text layer``."""
    file_count: int


def extent_of(reports: Sequence[PartReport]) -> Outcome:
    """Return how far a whole file was read; in part where any text of it was reached."""
    if reports and all(report.outcome is Outcome.READ for report in reports):
        return Outcome.READ
    if any(report.outcome in _READ and report.character_count for report in reports):
        return Outcome.READ_IN_PART
    worst = least_complete(reports)
    return Outcome.READ_IN_PART if worst is Outcome.READ else worst


def _common(first: str, last: str) -> Message:
    """Return a reason without what differs between the two."""
    (one,), (other,) = unpacked_messages(first), unpacked_messages(last)
    kept = set(other.values)
    values = ((name, value if (name, value) in kept else "…") for name, value in one.values)
    return Message(one.template, tuple(values))


class Extents(Shelf):
    """The catalogue's figures of what was read."""

    def extents(self, share: str) -> tuple[Extent, ...]:
        """Return how far the present files of a share were read, in the order of outcomes.

        Files that wait to be read are in none of them.
        """
        found = {
            Outcome(outcome): (files, size)
            for outcome, files, size in self.database.rows(
                "SELECT extent, file_count, byte_count FROM extent"
                " WHERE share_id = ? AND file_count > 0",
                (self.share_id(share),),
            )
        }
        return tuple(
            Extent(outcome=outcome, file_count=found[outcome][0], byte_count=found[outcome][1])
            for outcome in Outcome
            if outcome in found
        )

    def hindrances(self, share: str, limit: int) -> tuple[Hindrance, ...]:
        """Return what most often hindered the reading of a share's files, most frequent first.

        Looks only at what was not read in full.
        """
        rows = self.database.rows(
            "SELECT unread_part.outcome, min(unread_part.reason), max(unread_part.reason),"
            " count(DISTINCT unread_part.file_id) AS files"
            " FROM unread_part CROSS JOIN file USING (file_id)"  # in this order, whatever it has
            " WHERE file.share_id = ? AND file.state = 'present' AND file.pending = 0"
            " AND unread_part.reason IS NOT NULL"
            " GROUP BY unread_part.outcome, json_extract(unread_part.reason, '$[0].template')"
            " ORDER BY files DESC, min(unread_part.reason) LIMIT ?",
            (self.share_id(share), limit),
        )
        return tuple(
            Hindrance(outcome=Outcome(outcome), reason=_common(first, last), file_count=count)
            for outcome, first, last, count in rows
        )

    def note_confinement(self, complaints: tuple[Message, ...]) -> None:
        """Remember what of the sandbox the last reader had to do without."""
        self.database.run(
            "INSERT INTO meta (key, value) VALUES (?1, ?2)"
            " ON CONFLICT (key) DO UPDATE SET value = ?2 WHERE value <> ?2",
            (_CONFINEMENT_KEY, packed(complaints)),
        )

    def confinement(self) -> tuple[Message, ...] | None:
        """Return what the sandbox lacks; ``None`` as long as nothing was ever read."""
        found = self.database.row("SELECT value FROM meta WHERE key = ?", (_CONFINEMENT_KEY,))
        return None if found is None else unpacked_messages(found[0])

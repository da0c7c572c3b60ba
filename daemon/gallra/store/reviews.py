"""What reviewers decided, and why some of it counts no more."""

from datetime import datetime

from gallra.model.arrival import FileSignature
from gallra.model.holding import Decision, Verdict
from gallra.store.database import Row
from gallra.store.packing import (
    packed_day,
    packed_instant,
    packed_ns,
    plain,
    signed,
    unpacked_day,
    unpacked_instant,
    unpacked_ns,
    unsigned,
)
from gallra.store.shelf import Shelf

_DECISION = (
    "decision_id, record_id, verdict, by_whom, why, at_us, until_on, is_whole, class, reasons,"
    " sha256, device, inode, size_bytes, mtime_ns, ctime_ns, link_count, ended_because FROM review"
)


class ReviewDecisions(Shelf):
    """Decisions of people about single records; they end with the version they are about."""

    def note_decision(self, decision: Decision) -> Decision:
        """Keep a decision, and return it with its number."""
        number = self.database.insert(
            "INSERT INTO review (record_id, verdict, by_whom, why, at_us, until_on, is_whole,"
            " class, reasons, sha256, device, inode, size_bytes, mtime_ns, ctime_ns, link_count)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.record_id,
                decision.verdict.value,
                plain(decision.by),
                plain(decision.why),
                packed_instant(decision.at),
                packed_day(decision.until),
                decision.is_whole,
                decision.class_code,
                decision.reasons,
                decision.sha256,
                *_packed(decision.signature),
            ),
        )
        return self._decisions("decision_id = ?", number)[0]

    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions that stand, in their order."""
        return self._decisions("ended_us IS NULL")

    def decisions_of(self, record_id: int) -> tuple[Decision, ...]:
        """Return all decisions about a record, also those that ended, in their order."""
        return self._decisions("record_id = ?", record_id)

    def end_decision(self, decision_id: int, *, because: str, at: datetime) -> None:
        """Let a decision count no more; that it was made is kept."""
        self.database.run(
            "UPDATE review SET ended_us = ?, ended_because = ?"
            " WHERE decision_id = ? AND ended_us IS NULL",
            (packed_instant(at), because, decision_id),
        )

    def note_same_bytes(self, decision_id: int, signature: FileSignature) -> None:
        """Note that the file holds the same bytes although its status changed."""
        self.database.run(
            "UPDATE review SET device = ?, inode = ?, size_bytes = ?, mtime_ns = ?, ctime_ns = ?,"
            " link_count = ? WHERE decision_id = ?",
            (*_packed(signature), decision_id),
        )

    def _decisions(self, condition: str, *values: object) -> tuple[Decision, ...]:
        rows = self.database.rows(
            f"SELECT {_DECISION} WHERE {condition} ORDER BY decision_id", values
        )
        return tuple(_unpacked(row) for row in rows)


def _packed(signature: FileSignature) -> tuple[int, ...]:
    return (
        signed(signature.device),
        signed(signature.inode),
        signature.size_bytes,
        packed_ns(signature.modified_ns),
        packed_ns(signature.changed_ns),
        signature.link_count,
    )


def _unpacked(row: Row) -> Decision:
    (
        decision_id, record_id, verdict, by, why, at_us, until_on, is_whole, class_code, reasons,
        sha256, device, inode, size_bytes, mtime_ns, ctime_ns, link_count, ended_because,
    ) = row  # fmt: skip
    return Decision(
        decision_id=decision_id,
        record_id=record_id,
        verdict=Verdict(verdict),
        by=by,
        why=why,
        at=unpacked_instant(at_us),
        until=unpacked_day(until_on),
        is_whole=bool(is_whole),
        class_code=class_code,
        reasons=reasons,
        sha256=sha256,
        signature=FileSignature(
            device=unsigned(device),
            inode=unsigned(inode),
            size_bytes=size_bytes,
            modified_ns=unpacked_ns(mtime_ns),
            changed_ns=unpacked_ns(ctime_ns),
            link_count=link_count,
        ),
        ended_because=ended_because,
    )

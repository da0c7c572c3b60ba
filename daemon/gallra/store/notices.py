"""What goes when, by owner, and whether the owner was told of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from gallra.model.record import Act
from gallra.store.packing import packed_instant, unpacked_instant
from gallra.store.shelf import Shelf, joined

NOBODY = -1
"""The owner of what is nobody's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcoming:
    """One record that goes."""

    owner: int
    """The number of the user, or :data:`NOBODY`."""
    share: str
    path: bytes
    part: str
    class_code: str
    act: Act
    on: date
    """When; what is overdue goes at the next round."""
    told_at: datetime | None
    """When its owner was told of just this."""


class Notices(Shelf):
    """Kept by record: who was told of it, is not told again until it goes otherwise."""

    def begin_notices(self) -> int:
        """Return the number of a new round of finding out what goes."""
        return self.database.number("SELECT max(round) FROM notice") + 1

    def note_upcoming(
        self, number: int, found: Iterable[tuple[int, Act, date]], *, nobody: Iterable[int]
    ) -> None:
        """Note records that go, in one transaction.

        Args:
            number: Of the round.
            found: Record, what is done with it, and when.
            nobody: Users whose files are nobody's own.
        """
        users = sorted(set(nobody))
        marks = ", ".join("?" * len(users))
        with self.database.atomic():
            self.database.run_many(
                "INSERT INTO notice (record_id, act, on_day, owner, round)"  # noqa: S608 - marks only
                f" SELECT record_id, ?, ?, CASE WHEN uid IN ({marks}) THEN {NOBODY} ELSE uid END, ?"
                " FROM record JOIN file USING (file_id) WHERE record_id = ?"
                " ON CONFLICT (record_id) DO UPDATE SET round = excluded.round, told_us = CASE"
                " WHEN (act, on_day, owner) = (excluded.act, excluded.on_day, excluded.owner)"
                " THEN told_us END, act = excluded.act, on_day = excluded.on_day,"
                " owner = excluded.owner",
                (
                    (act.value, on.isoformat(), *users, number, record_id)
                    for record_id, act, on in found
                ),
            )

    def upcoming(
        self, number: int, *, owner: int | None = None, is_all: bool = False
    ) -> Iterator[Upcoming]:
        """Yield what a round found, by owner, day and folder, with flat memory.

        Args:
            number: Of the round.
            owner: Only of this one.
            is_all: With what its owner was told before.
        """
        for row in self.database.streamed(
            "SELECT notice.owner, share.name, coalesce(directory.path, x''), file.name,"
            " file.old_path, record.part, record.class, notice.act, notice.on_day, notice.told_us"
            " FROM notice JOIN record USING (record_id) JOIN file USING (file_id)"
            " JOIN share USING (share_id) LEFT JOIN directory USING (directory_id)"
            " WHERE notice.round = ?1 AND (?2 IS NULL OR notice.owner = ?2)"
            " AND (?3 OR notice.told_us IS NULL)"
            " ORDER BY notice.owner, CASE WHEN notice.owner = -1 THEN share.name END,"
            " notice.on_day, notice.act, share.name, 3, file.name, record.record_id",
            (number, owner, is_all),
        ):
            found, share, directory, name, old_path, part, class_code, act, on_day, told_us = row
            yield Upcoming(
                owner=found,
                share=share,
                path=joined(directory, name) if old_path is None else old_path,
                part=part,
                class_code=class_code,
                act=Act(act),
                on=date.fromisoformat(on_day),
                told_at=None if told_us is None else unpacked_instant(told_us),
            )

    def note_told(self, number: int, *, at: datetime, owner: int | None = None) -> int:
        """Note that owners were told what a round found; return of how many records."""
        return self.database.run(
            "UPDATE notice SET told_us = ?1 WHERE round = ?2 AND told_us IS NULL"
            " AND (?3 IS NULL OR owner = ?3)",
            (packed_instant(at), number, owner),
        )

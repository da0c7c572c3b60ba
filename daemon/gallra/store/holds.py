"""Disposition holds, plans that a person confirmed, and single facts about ourselves."""

from collections.abc import Collection, Iterable
from datetime import datetime

from gallra.model.errors import WrongUseError
from gallra.model.finding import ValueDigest
from gallra.model.message import said
from gallra.model.record import Hold
from gallra.store.database import Row, understood
from gallra.store.packing import (
    packed_about,
    packed_day,
    packed_instant,
    plain,
    unpacked_about,
    unpacked_day,
    unpacked_instant,
)
from gallra.store.seal import Seal, require_sealed
from gallra.store.shelf import Shelf

_VERSION = "holds_version"
_SEAL = "holds_seal"
_COLUMNS = (
    "hold_id, reference, path, class, reason, placed_by, placed_us, about, until_on, lifted_us,"
    " lifted_by, lifted_because"
)


class Holds(Shelf):
    """What people decided: it outlives every scan."""

    def place_hold(self, hold: Hold) -> None:
        """Let a hold stand.

        Raises:
            WrongUseError: One of the same reference stands already.
        """
        with self.database.atomic():
            if any(standing.reference == hold.reference for standing in self.holds()):
                raise WrongUseError(
                    said(
                        "a hold {reference} stands already: choose another reference, or lift"
                        " that one first",
                        reference=hold.reference,
                    )
                )
            self.database.run(
                "INSERT INTO hold (reference, path, class, reason, placed_by, placed_us, about,"
                " until_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    plain(hold.reference),
                    None if hold.path is None else plain(hold.path),
                    hold.class_code,
                    plain(hold.reason),
                    plain(hold.placed_by),
                    packed_instant(hold.placed_at),
                    packed_about(hold.about),
                    packed_day(hold.until),
                ),
            )
            self._holds_changed()

    def lift_hold(self, reference: str, *, at: datetime, by: str = "", why: str = "") -> Hold:
        """End a hold and return it; that it stood is kept.

        Raises:
            WrongUseError: No hold of this reference stands.
        """
        with self.database.atomic():
            for hold in self.holds():
                if hold.reference == reference:
                    self.database.run(
                        "UPDATE hold SET lifted_us = ?, lifted_by = ?, lifted_because = ?"
                        " WHERE reference = ? AND lifted_us IS NULL",
                        (packed_instant(at), plain(by), plain(why), reference),
                    )
                    self._holds_changed()
                    return hold
        raise WrongUseError(
            said("no hold {reference} stands: see gallra hold list", reference=reference)
        )

    def knows_hold(self, *, placed_at: datetime, reference: str = "") -> bool:
        """Tell whether a hold is known, lifted or not: by when it was placed, or by its name too.

        Args:
            placed_at: When exactly it was placed.
            reference: What it is called; ``""`` where that is not known any more.
        """
        return bool(
            self.database.number(
                "SELECT 1 FROM hold WHERE placed_us = ?1 AND (reference = ?2 OR ?2 = '') LIMIT 1",
                (packed_instant(placed_at), reference),
            )
        )

    def knows_lifting(self, *, lifted_at: datetime) -> bool:
        """Tell whether it is known that a hold was lifted at exactly that instant."""
        return bool(
            self.database.number(
                "SELECT 1 FROM hold WHERE lifted_us = ? LIMIT 1", (packed_instant(lifted_at),)
            )
        )

    @understood
    def holds(self) -> tuple[Hold, ...]:
        """Return the holds that stand, in the order in which they were placed."""
        with self.snapshot():
            rows = self._hold_rows()
            require_sealed(self.meta(_SEAL), rows)
        return tuple(
            Hold(
                reference=reference,
                path=path,
                class_code=class_code,
                reason=reason,
                placed_by=placed_by,
                placed_at=unpacked_instant(placed_us),
                about=unpacked_about(about),
                until=unpacked_day(until_on),
            )
            for (
                _, reference, path, class_code, reason, placed_by, placed_us, about, until_on,
                lifted_us, *_,
            ) in rows
            if lifted_us is None
        )  # fmt: skip

    def _hold_rows(self) -> list[Row]:
        # Those that were lifted, too: a bent byte could lift one.
        return self.database.rows(f"SELECT {_COLUMNS} FROM hold ORDER BY hold_id")  # noqa: S608 - constants

    def holds_version(self) -> int:
        """Return a number that is another one whenever a hold was placed or lifted."""
        return int(self.meta(_VERSION) or 0)

    def occurrences(self, values: Collection[ValueDigest]) -> dict[int, tuple[ValueDigest, ...]]:
        """Return which of ``values`` occur in which records, by their numbers.

        Of what lies in quarantine and came back out of the ledger nobody knows what is in it:
        any of them may be.
        """
        found: dict[int, tuple[ValueDigest, ...]] = {
            record_id: tuple(values)
            for (record_id,) in self.database.rows(
                "SELECT record.record_id FROM quarantine JOIN record USING (file_id)"
                " WHERE quarantine.state = 'quarantined' AND record.state = 'quarantined'"
                " AND record.rules_digest = ''"
            )
        }
        for value in values:
            for (record_id,) in self.database.streamed(
                "SELECT record_id FROM value_digest WHERE digest = ? AND entity = ?",
                (bytes.fromhex(value.digest), value.entity),
            ):
                if value not in found.get(record_id, ()):
                    found[record_id] = (*found.get(record_id, ()), value)
        return found

    def _holds_changed(self) -> None:
        self.set_meta(_SEAL, Seal.of(self._hold_rows()).text)
        self.set_meta(_VERSION, str(self.holds_version() + 1))

    def release_brakes(self, digest: str, codes: Iterable[str], *, at: datetime) -> None:
        """Remember which brakes a person released for the plan of this hash."""
        self.database.run_many(
            "INSERT INTO confirmation (digest, at_us) VALUES (?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET at_us = excluded.at_us",
            ((f"{digest} {code}", packed_instant(at)) for code in codes),
        )

    def released(self, *, since: datetime, until: datetime) -> frozenset[tuple[str, str]]:
        """Return hash and code of what was released between two instants, both included.

        What was confirmed by an older version named no brake, and releases none.
        """
        rows = self.database.rows(
            "SELECT digest FROM confirmation WHERE at_us BETWEEN ? AND ?",
            (packed_instant(since), packed_instant(until)),
        )
        pairs = (kept.partition(" ") for (kept,) in rows)
        return frozenset((digest, code) for digest, _, code in pairs if code)

    def meta(self, key: str) -> str | None:
        """Return a single fact that was kept under ``key``."""
        found = self.database.row("SELECT value FROM meta WHERE key = ?", (key,))
        return None if found is None else str(found[0])

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep a single fact: last clock readings, the rules' digest; ``None`` forgets it."""
        if value is None:
            self.database.run("DELETE FROM meta WHERE key = ?", (key,))
            return
        self.database.run(
            "INSERT INTO meta (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, plain(value)),
        )

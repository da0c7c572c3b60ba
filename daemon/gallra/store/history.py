"""Which rules were in force when."""

from dataclasses import dataclass
from datetime import datetime

from gallra.store.packing import packed_instant, unpacked_instant
from gallra.store.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """Rules that were taken up, and stayed in force until the next ones were."""

    digest: str
    """SHA-256 of the text, hex; ``""`` where it is not known."""
    text: bytes | None
    """``None`` where nobody knows any more what they said."""
    since: datetime


class History(Shelf):
    """The rules of this and earlier days; the ledger has them too, and outlives the catalogue."""

    def note_rules(self, version: RulesVersion) -> bool:
        """Note that rules were taken up; noting the same once more changes nothing.

        Returns:
            Whether they are others than those before.
        """
        with self.database.atomic():
            last = self.database.row("SELECT digest FROM rules ORDER BY rules_id DESC LIMIT 1")
            if last is not None and last[0] == version.digest:
                return False
            self.database.insert(
                "INSERT INTO rules (digest, text, since_us) VALUES (?, ?, ?)",
                (version.digest, version.text, packed_instant(version.since)),
            )
        return True

    def has_rules(self) -> bool:
        """Tell whether any are known."""
        return self.database.row("SELECT 1 FROM rules LIMIT 1") is not None

    def rules_versions(self, ended_after: datetime | None = None) -> tuple[RulesVersion, ...]:
        """Return the rules that were in force after an instant, or ever, in order."""
        return tuple(
            RulesVersion(digest=digest, text=text, since=unpacked_instant(since_us))
            for digest, text, since_us in self.database.rows(
                "SELECT digest, text, since_us FROM rules WHERE rules_id >= coalesce((SELECT"
                " max(rules_id) FROM rules WHERE rules_id < coalesce((SELECT min(rules_id)"
                " FROM rules WHERE since_us >= ?1), 1 << 62)), 0) ORDER BY rules_id",
                (-(1 << 62) if ended_after is None else packed_instant(ended_after),),
            )
        )

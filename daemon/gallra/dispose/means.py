"""What the hand works with, and the few steps that all of its acts share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gallra.dispose.catalogue import Catalogue
from gallra.dispose.disk import Disk
from gallra.dispose.done import Done
from gallra.dispose.places import Places
from gallra.dispose.testimony import Case, Clear, intent_entry, outcome_entry
from gallra.model.ledger import Deed, Entry
from gallra.model.message import Message
from gallra.model.record import CataloguedRecord
from gallra.model.retention import RetentionSchedule
from gallra.store.ledger import Ledger

BATCH_COUNT = 200
"""Files between two confirmations of the disk: 80 times the speed of one by one."""
BATCH_BYTES = 1 << 30
"""And no more than so much in them, or one file: whoever tells the daemon to stop waits for it."""
NOTED = "ledger_noted"
"""Under this key the catalogue keeps up to which ledger entry it has been told of acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one case ended, before the ledger is told."""

    case: Case
    deed: Deed
    reason: Message | None = None
    sha256: str | None = None
    remains: tuple[Message, ...] = ()
    """Where copies may remain."""
    note: Callable[[datetime], None] | None = None
    """Tells the catalogue, in the batch's transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Ledger, catalogue, rules, clock and disk."""

    ledger: Ledger
    catalogue: Catalogue
    schedule: RetentionSchedule
    clock: Callable[[], datetime]
    is_held: Callable[[CataloguedRecord], bool]
    dwell_ends_on: Callable[[date], date]
    disk: Disk = field(default_factory=Disk)
    attested: Clear = ()
    """On whose word it is done, for the clear half of every entry: ``by``, ``plan``."""

    def places(self) -> Places:
        """Return the directories to work in, none of them open yet."""
        return Places(self.schedule.shares, self.disk)

    def today(self) -> date:
        """Return the day it is where the organisation is."""
        zone = ZoneInfo(self.schedule.organisation.timezone)
        return self.clock().astimezone(zone).date()

    def is_case_held(self, case: Case) -> bool:
        """Look at the holds again: of the record, and of every message that would go with it.

        A file of which the catalogue has no record is taken for held.
        """
        if case.item is not None and not case.item.record.is_container:
            return self.is_held(case.item)
        records = self.catalogue.records_of_file(case.file_id)
        return not records or any(self.is_held(record) for record in records)

    def announce(self, cases: Sequence[Case]) -> list[Case]:
        """Write the intents, durably; return the cases with their numbers."""
        entries = [intent_entry(case, self.schedule, self.attested) for case in cases]
        numbers = self.ledger.append(entries, at=self.clock())
        return [replace(case, intent=number) for case, number in zip(cases, numbers, strict=True)]

    def conclude(self, outcomes: Sequence[Outcome]) -> list[Done]:
        """Write the outcomes, durably, and then tell the catalogue in one transaction."""
        if not outcomes:
            return []
        at = self.clock()
        entries: list[Entry] = [
            outcome_entry(
                each.case,
                self.schedule,
                each.deed,
                reason=each.reason,
                sha256=each.sha256,
                remains=each.remains,
                attested=self.attested,
            )
            for each in outcomes
        ]
        numbers = self.ledger.append(entries, at=at)
        with self.catalogue.atomic():
            for each in outcomes:
                if each.note is not None:
                    each.note(at)
            self.catalogue.set_meta(NOTED, str(numbers.stop))
        return [
            Done(
                share=each.case.share,
                path=each.case.path,
                deed=each.deed,
                reason=each.reason,
                quarantine_id=each.case.quarantine_id,
                item=each.case.item,
                sequence=number,
                remains=each.remains,
            )
            for each, number in zip(outcomes, numbers, strict=True)
        ]


def not_begun(item: CataloguedRecord, reason: Message) -> Done:
    """Return the result for a decision that was refused before anything was announced."""
    return Done(
        share=item.record.share,
        path=item.record.path,
        deed=Deed.NOT_DONE,
        reason=reason,
        quarantine_id=item.quarantine_id,
        item=item,
    )

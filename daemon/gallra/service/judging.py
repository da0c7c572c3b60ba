"""Each record's class and day, by the rules and the events of this moment; and what changed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gallra.model.finding import PartReport, ValueDigest
from gallra.model.ledger import Deed, Entry
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.record import CataloguedRecord, Classification, Due, Record, RecordState
from gallra.model.retention import Action
from gallra.policy.classify import classify
from gallra.policy.schedule import due
from gallra.service import clock
from gallra.service.house import House
from gallra.service.tagging import Tagging
from gallra.store.packing import packed, packed_day

Judged = tuple[Record, Classification, Due]
Values = Callable[[Record], Collection[ValueDigest]]
"""Returns the keyed digests of what occurs in a record; asked only where events speak of some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That a record was judged to be something else than before."""

    record: Record
    before: str | None
    """The class that it had; ``None`` where it is new."""
    was_kept_longer: bool
    """Whether it went beyond its maximum already."""
    classification: Classification
    due: Due

    @property
    def entries(self) -> tuple[Deed, ...]:
        """What the ledger has to be told."""
        is_other = self.before not in {None, self.classification.class_code}
        is_collision = self.due.is_kept_longer and not self.was_kept_longer
        return (Deed.RECLASSIFIED,) * is_other + (Deed.KEPT_LONGER,) * is_collision


def judge(
    records: Iterable[Record], house: House, *, values: Values | None = None
) -> tuple[Judged, ...]:
    """Give each record its class and the day on which it falls due.

    Args:
        records: Any number.
        house: Whose rules and events.
        values: What occurs in a record; as the catalogue has it where not given.
    """
    happenings, schedule = house.happenings(), house.schedule
    ask = values or values_known(house)
    judged = []
    for record in records:
        told = happenings.told_of(record, ask(record) if happenings.asks_for_values else ())
        classification = classify(record, schedule, told)
        judged.append((record, classification, due(record, classification, schedule, told)))
    return tuple(judged)


def values_known(house: House) -> Values:
    """Return what tells the values in a record that the catalogue has."""
    return lambda record: house.catalogue.values_of(record.record_id)


def values_in(reports: Sequence[PartReport]) -> Values:
    """Return what tells the values in a record of a file that was read just now."""
    by_owner: dict[str, set[ValueDigest]] = defaultdict(set)
    everything: set[ValueDigest] = set()
    for report in reports:
        by_owner[report.address.partition("!")[0]].update(report.digests)
        everything.update(report.digests)

    def values(record: Record) -> Collection[ValueDigest]:
        # A mailbox itself speaks of nobody: what its messages say is theirs.
        is_whole = not record.part and not record.is_container
        return everything if is_whole else by_owner.get(record.part, frozenset())

    return values


def note_changes(house: House, changes: Iterable[Change], why: Message, *, at: datetime) -> None:
    """Write into the ledger which records were given another class, and why: all at once.

    So is a record that a minimum keeps beyond somebody's maximum, once, when it comes to that.
    An entry for each, so that a person can be erased from it, and so that the log of one file
    tells it; the disk is waited for once.
    """
    house.ledger.append(
        [_entry(house, change, deed, why) for change in changes for deed in change.entries],
        at=at,
    )


def _entry(house: House, change: Change, deed: Deed, why: Message) -> Entry:
    record, classification, due_ = change.record, change.classification, change.due
    more: tuple[tuple[str, str | None], ...] = (
        ("before", change.before),
        ("reason", packed((why,))),
        ("because", packed(classification.because)),
    )
    if deed is Deed.KEPT_LONGER:
        more = (
            ("due_on", packed_day(due_.due_on)),
            ("latest_on", packed_day(due_.latest_on)),
            ("reason", packed(due_.because[-1:])),
            ("because", packed(due_.because)),
        )
    return Entry(
        deed=deed,
        class_code=classification.class_code,
        rules_digest=house.schedule.digest,
        rule_number=classification.rule_number,
        clear=(
            ("share", record.share),
            ("path", as_text(record.path)),
            *((("part", record.part),) if record.part else ()),
            *more,
        ),
    )


def save(
    house: House, items: Sequence[CataloguedRecord], judged: Sequence[Judged], why: Message
) -> None:
    """Note in catalogue, ledger and tags what records were judged to be; in one transaction.

    Args:
        house: Whose records.
        items: As they were.
        judged: What they are now, in the same order.
        why: What made it necessary to judge them anew.
    """
    changes = [
        Change(
            record=item.record,
            before=item.classification.class_code,
            was_kept_longer=item.due.is_kept_longer,
            classification=classification,
            due=day,
        )
        for item, (_, classification, day) in zip(items, judged, strict=True)
    ]
    with house.catalogue.atomic():
        house.catalogue.reclassify(
            ((record.record_id, classification, day) for record, classification, day in judged),
            rules_digest=house.schedule.digest,
        )
        note_changes(house, changes, why, at=clock.now())
    tagging = Tagging(house)
    for item, (_, classification, day) in zip(items, judged, strict=True):
        tagging.tag_again(item, classification, day)


def unless_taken_back(house: House, item: CataloguedRecord, judged: Judged) -> Judged:
    """Keep from destruction what lies in quarantine and would not be taken there today."""
    record, classification, due = judged
    found = next(
        (each for each in house.schedule.classes if each.code == classification.class_code), None
    )
    lets_go = found is not None and found.then is Action.DESTROY and not due.is_for_a_person
    if item.state is not RecordState.QUARANTINED or due.due_on is None or lets_go:
        return judged
    person = said("what it was taken for was taken back: a person decides")
    stays: Due = replace(due, due_on=None, because=(person, *due.because))
    return record, classification, stays

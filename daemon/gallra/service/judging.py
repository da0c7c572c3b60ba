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
from gallra.store.packing import packed

Judged = tuple[Record, Classification, Due]
Values = Callable[[Record], Collection[ValueDigest]]
"""Returns the keyed digests of what occurs in a record; asked only where events speak of some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That a record was given another class."""

    record: Record
    before: str
    classification: Classification


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


def note_reclassified(
    house: House, changes: Iterable[Change], why: Message, *, at: datetime
) -> None:
    """Write into the ledger which records were given another class, and why: all at once.

    An entry for each, so that a person can be erased from it, and so that the log of one file
    tells it; the disk is waited for once.
    """
    house.ledger.append(
        [
            Entry(
                deed=Deed.RECLASSIFIED,
                class_code=change.classification.class_code,
                rules_digest=house.schedule.digest,
                rule_number=change.classification.rule_number,
                clear=(
                    ("share", change.record.share),
                    ("path", as_text(change.record.path)),
                    *((("part", change.record.part),) if change.record.part else ()),
                    ("before", change.before),
                    ("reason", packed((why,))),
                    ("because", packed(change.classification.because)),
                ),
            )
            for change in changes
        ],
        at=at,
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
            classification=classification,
        )
        for item, (_, classification, _) in zip(items, judged, strict=True)
        if item.classification.class_code != classification.class_code
    ]
    with house.catalogue.atomic():
        house.catalogue.reclassify(
            ((record.record_id, classification, day) for record, classification, day in judged),
            rules_digest=house.schedule.digest,
        )
        note_reclassified(house, changes, why, at=clock.now())
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

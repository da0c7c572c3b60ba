"""What other rules would change: every record of the catalogue, judged by both, none read anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from gallra.model.message import Message, said
from gallra.model.record import UNCLASSIFIED, Act, Record
from gallra.model.retention import RetentionSchedule
from gallra.model.share import Share
from gallra.policy.decide import day_of
from gallra.policy.difference import Difference, Fate, at_the_end, difference, fate
from gallra.policy.events import Happenings
from gallra.policy.former import active_on, effect_of
from gallra.service import clock
from gallra.service.history import judge_by
from gallra.service.house import House

_LEFT = Fate(
    class_code=UNCLASSIFIED,
    rule_number=None,
    due_on=None,
    act=Act.RETAIN,
    because=(said("its share is no longer looked after"),),
)


@dataclass(slots=True, kw_only=True)
class Comparison:
    """The present rules and others, and what is to be said of them as a whole."""

    house: House
    other: RetentionSchedule
    today: date
    active_on: date
    """The day on which what the others let go earlier would go, were they taken up today."""
    remarks: tuple[Message, ...]
    """What no look into the catalogue can tell."""
    record_count: int = field(default=0)
    """Records that were looked at so far."""

    @classmethod
    def of(cls, house: House, other: RetentionSchedule) -> "Comparison":
        """Prepare to compare ``other`` with the rules of ``house``."""
        today = day_of(clock.now(), house.schedule)
        return cls(
            house=house,
            other=other,
            today=today,
            active_on=active_on(today, house.schedule.safety, other.safety),
            remarks=tuple(_remarks(house.schedule, other)),
        )

    @property
    def has_same_effect(self) -> bool:
        """Whether the two say the same, whatever the share holds."""
        return effect_of(self.house.schedule) == effect_of(self.other)

    def differences(self) -> Iterator[Difference]:
        """Yield each record that the others treat in another way; memory does not grow."""
        catalogue, present = self.house.catalogue, self.house.schedule
        events = catalogue.events()
        judge_now = judge_by(self.house, present, Happenings(events, present.roots))
        judge_then = judge_by(self.house, self.other, Happenings(events, self.other.roots))
        ends_now, ends_then = at_the_end(present), at_the_end(self.other)
        # What was judged by these very rules need not be judged by them once more.
        is_judged = catalogue.is_judged_by(present.digest)
        place = _placer(present, self.other)
        for item in catalogue.catalogued():
            self.record_count += 1
            verdict = (item.classification, item.due) if is_judged else judge_now(item.record)
            record, unsure = place(item.record)
            after = (
                fate(replace(item, record=record), *judge_then(record), ends_then)
                if record is not None
                else _LEFT
            )
            found = difference(item, fate(item, *verdict, ends_now), after, self.today, unsure)
            if found is not None:
                yield found


def _remarks(present: RetentionSchedule, other: RetentionSchedule) -> Iterator[Message]:
    known = {share.name for share in present.shares}
    for share in other.shares:
        if share.name not in known:
            yield said(
                "share {share} is new: what lies there and nowhere else was never looked at",
                share=share.name,
            )
    for name in sorted(known - {share.name for share in other.shares}):
        yield said("share {share} is no longer looked after: nothing is done there", share=name)
    signs = [
        tuple(replace(each, line=0) for each in each_of.event_rules) for each_of in (present, other)
    ]
    if signs[0] != signs[1]:
        yield said(
            "the signs of events differ: what they would tell is known when they are in force"
        )
    if other.ledger != present.ledger and other.ledger.keep_texts is not None:
        yield said(
            "names and reasons in the log are erased {period} after an act",
            period=other.ledger.keep_texts.as_iso8601(),
        )
    if other.reading.pages_per_day > 0 and not present.reading.pages_per_day:
        yield said("scanned pages would be looked at, and what they hold is not known yet")


def _placer(
    present: RetentionSchedule, other: RetentionSchedule
) -> Callable[[Record], tuple[Record | None, tuple[Message, ...]]]:
    """Return what finds the share that a record belongs to by the other rules."""
    shares = {share.name: share for share in other.shares}
    innermost = [shares[name] for name in other.roots]
    has_same_roots = present.roots == other.roots

    def placed(record: Record) -> tuple[Record | None, tuple[Message, ...]]:
        share = shares.get(record.share)
        root = present.roots.get(record.share)
        if has_same_roots or root is None:
            return _in_share(record, share), ()
        path = root + b"/" + record.path
        found = next((each for each in innermost if path.startswith(each.path + b"/")), None)
        if found is None:
            return None, ()
        if share is not None and found.name == share.name and found.path == root:
            return _in_share(record, share), ()
        moved = replace(record, share=found.name, path=path.removeprefix(found.path + b"/"))
        anew = said("it would belong to share {share}, and be read anew there", share=found.name)
        return _in_share(moved, found), (anew,)

    return placed


def _in_share(record: Record, share: Share | None) -> Record | None:
    if share is None or share.role == record.role:
        return record if share is not None else None
    return replace(record, role=share.role.value)

"""What other rules would do with a record, beside what the present ones do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from gallra.model.message import Message, said
from gallra.model.record import Act, CataloguedRecord, Classification, Due, RecordState
from gallra.model.retention import RetentionSchedule
from gallra.policy.conditions import is_fully_read
from gallra.policy.decide import Decider

_AT_THE_END = datetime(9999, 1, 1, tzinfo=UTC)
"""Late enough for every period to have ended: what is done then is what is done on its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What one set of rules has in store for a record."""

    class_code: str
    rule_number: int | None
    due_on: date | None
    act: Act
    """What is done on that day: quarantine, destroy, move, review, alert; retain for nothing."""
    because: tuple[Message, ...]

    @property
    def taken_on(self) -> date | None:
        """The day on which it is taken from where people know it to be; ``None`` for never."""
        return self.due_on if self.act.is_destructive else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A record that other rules treat in another way."""

    item: CataloguedRecord
    before: Fate
    after: Fate
    is_earlier: bool
    """It would be taken, destroyed or moved earlier than now, or at all."""
    is_later: bool
    """It would be kept longer."""
    unsure: tuple[Message, ...] = ()
    """What the catalogue does not know, so that it may come out in another way."""


def at_the_end(schedule: RetentionSchedule) -> Decider:
    """Return what decides when all periods have ended, as if nothing were held."""
    return Decider.of(schedule, (), _AT_THE_END)


def fate(
    item: CataloguedRecord, classification: Classification, due: Due, decider: Decider
) -> Fate:
    """Return what is done with ``item`` on its day, by the rules of ``decider``."""
    judged = replace(item, classification=classification, due=due, is_current=True)
    act = decider.decide(judged).act
    day = due.due_on
    if act is Act.ALERT and day is None:
        day = due.latest_on
    if item.state is RecordState.QUARANTINED and act is Act.DESTROY:
        day = max(filter(None, (day, item.destroy_on)), default=None)
    return Fate(
        class_code=classification.class_code,
        rule_number=classification.rule_number,
        due_on=None if act is Act.RETAIN else day,
        act=act,
        because=(*classification.because, *due.because),
    )


def difference(
    item: CataloguedRecord,
    before: Fate,
    after: Fate,
    today: date,
    unsure: tuple[Message, ...] = (),
) -> Difference | None:
    """Return how two fates differ; ``None`` where they come to the same.

    A rule that says the same under another number makes no difference. What is due by both
    goes no earlier for having been due longer.
    """
    if (before.class_code, before.due_on, before.act) == (
        after.class_code,
        after.due_on,
        after.act,
    ):
        return None
    earlier, later = (max(fate.taken_on or date.max, today) for fate in (after, before))
    return Difference(
        item=item,
        before=before,
        after=after,
        is_earlier=earlier < later or _is_graver(after, before),
        is_later=earlier > later or _is_graver(before, after),
        unsure=(*_unsure(item), *unsure),
    )


def _is_graver(one: Fate, other: Fate) -> bool:
    """Tell whether a record that was moved would be destroyed, on the same day."""
    is_taken = one.taken_on is not None and other.taken_on is not None
    return is_taken and other.act is Act.MOVE and one.act is not Act.MOVE


def _unsure(item: CataloguedRecord) -> Iterator[Message]:
    if not item.is_current:
        yield said("it changed since it was read, and is read again first")
    if not is_fully_read(item.record):
        yield said("it was not read in full: what it holds besides may change its class")

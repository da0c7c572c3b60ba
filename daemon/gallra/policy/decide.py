"""What is to be done with one record, looked at alone.

A hold outranks the schedule, and the schedule never acts before the period has ended: at the
very midnight on which the due day begins the record is still retained. No clock is read and no
disk, so a decision can be replayed from the ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import (
    UNCLASSIFIED,
    Act,
    CataloguedRecord,
    Disposition,
    Hold,
    RecordState,
)
from gallra.model.retention import Action, Destination, RetentionClass, RetentionSchedule, Rule
from gallra.policy.conditions import is_fully_read
from gallra.policy.holds import Holding
from gallra.policy.reviews import NO_REVIEWS, Reviews


def day_of(now: datetime, schedule: RetentionSchedule) -> date:
    """Return the day that has begun at ``now`` where the organisation is.

    At midnight exactly the old day has ended, and the new one has not begun: what is due on
    the new day is not yet due.
    """
    local = now.astimezone(ZoneInfo(schedule.organisation.timezone))
    return (local.replace(tzinfo=None) - timedelta(microseconds=1)).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Decides for one instant, one set of rules and holds; made once for a whole plan."""

    schedule: RetentionSchedule
    holding: Holding
    today: date
    absent_shares: frozenset[str]
    classes: dict[str, RetentionClass]
    rules: dict[int, Rule]
    reviews: Reviews = NO_REVIEWS

    @classmethod
    def of(
        cls,
        schedule: RetentionSchedule,
        holds: Collection[Hold] | Holding,
        now: datetime,
        absent_shares: frozenset[str] = frozenset(),
        reviews: Reviews = NO_REVIEWS,
    ) -> "Decider":
        """Prepare to decide under ``schedule`` and ``holds`` at ``now``, which is aware."""
        return cls(
            schedule=schedule,
            holding=holds if isinstance(holds, Holding) else Holding(holds, schedule.roots),
            today=day_of(now, schedule),
            absent_shares=absent_shares,
            classes={each.code: each for each in schedule.classes},
            rules={rule.number: rule for rule in schedule.rules},
            reviews=reviews,
        )

    def decide(self, item: CataloguedRecord) -> Disposition:
        """Return what is to be done with ``item``; its mailbox is not looked at here."""
        retention_class = self.classes.get(item.classification.class_code)
        then = retention_class.then if retention_class else Action.KEEP
        if item.state is RecordState.QUARANTINED:
            act, because = self._in_quarantine(item, then)
        elif retention_class is None:
            act, because = Act.RETAIN, _without_class(item)
        elif item.due.due_on is None or item.due.due_on > self.today or then is Action.KEEP:
            is_late = item.due.latest_on is not None and item.due.latest_on <= self.today
            act, because = (Act.ALERT if is_late else Act.RETAIN), item.due.because
        else:
            act, because = self._when_due(item, retention_class)
        decided = Disposition(item=item, act=act, then=then, because=because)
        if act is Act.RETAIN and not item.record.part:
            return decided
        stopped = self._unless_stopped(decided)
        if not item.record.is_container:
            return self.reviewed(stopped)
        # What becomes of a mailbox is known when its messages are.
        names = self.reviews.let_go(item) if stopped.act is Act.DESTROY else ()
        return replace(stopped, approved_by=names) if names else stopped

    def reviewed(self, disposition: Disposition) -> Disposition:
        """Return ``disposition`` as reviewers have decided, where they have."""
        if disposition.item.state is not RecordState.PRESENT or disposition.held_by:
            return disposition
        return self.reviews.settled(disposition, self.today)

    def _unless_stopped(self, disposition: Disposition) -> Disposition:
        """Let holds and absent shares win over ``disposition``."""
        item = disposition.item
        held = self.holding.on(item)
        if held:
            reasons = tuple(said("held by {reference}", reference=hold.reference) for hold in held)
            return Disposition(
                item=item,
                act=Act.RETAIN,
                then=disposition.then,
                because=(*reasons, *disposition.because),
                held_by=tuple(hold.reference for hold in held),
            )
        away = self._away(item)
        if away is not None:
            because = (away, *disposition.because)
            return Disposition(item=item, act=Act.RETAIN, then=disposition.then, because=because)
        return disposition

    def stopped_by(self, item: CataloguedRecord) -> tuple[Message, tuple[str, ...]] | None:
        """Return what keeps the mailbox ``item`` where it is, and which holds, if anything does."""
        held = self.holding.on(item)
        if held:
            references = tuple(hold.reference for hold in held)
            return said("its mailbox is held by {reference}", reference=references[0]), references
        away = self._away(item)
        return None if away is None else (away, ())

    def _away(self, item: CataloguedRecord) -> Message | None:
        """Return why nothing can be done with ``item``, where it cannot be seen."""
        if item.record.share in self.absent_shares:
            return said("its share {share} is not there", share=item.record.share)
        return None if item.is_reachable else OUT_OF_REACH

    def _in_quarantine(
        self, item: CataloguedRecord, then: Action
    ) -> tuple[Act, tuple[Message, ...]]:
        """Destroy after the dwell, unless the rules or an event have been taken back since."""
        is_due = item.due.due_on is not None and item.due.due_on <= self.today
        is_let_go = bool(self.reviews.let_go(item))
        is_unruled = not is_let_go and (then is Action.KEEP or not is_due)
        if is_unruled or is_kept_by_class(item, then):
            unruled = said(
                "it lies in quarantine, but the rules no longer let it go: a person decides, and"
                " can have it back with gallra quarantine restore {id}",
                id=item.quarantine_id or "",
            )
            return Act.REVIEW, (unruled, *item.due.because)
        if item.destroy_on is None:
            lies = said("it lies in quarantine, and no day was set for its destruction")
            return Act.RETAIN, (lies, *item.due.because)
        day = item.destroy_on.isoformat()
        if item.destroy_on > self.today:
            lies = said("it lies in quarantine until {day}", day=day)
            return Act.RETAIN, (lies, *item.due.because)
        over = said("its time in quarantine ended on {day}", day=day)
        return Act.DESTROY, (over, *item.due.because)

    def _when_due(
        self, item: CataloguedRecord, retention_class: RetentionClass
    ) -> tuple[Act, tuple[Message, ...]]:
        then = retention_class.then
        if not item.is_current:
            changed = said("it changed since it was read, and is read again first")
            return Act.RETAIN, (changed, *item.due.because)
        if then in {Action.ALERT, Action.REVIEW} or item.due.is_for_a_person:
            is_told = then is Action.ALERT
            return Act.ALERT if is_told else Act.REVIEW, item.due.because
        if then is Action.MOVE:
            return self._when_moved(item, retention_class.to)
        rule = self.rules.get(item.classification.rule_number or 0)
        is_said_in_words = rule is not None and item.record.outcome in rule.when.outcomes
        if not is_fully_read(item.record) and not is_said_in_words:
            unread = said("it was not read in full: a person decides, not a rule")
            return Act.REVIEW, (unread, *item.due.because)
        if item.signature.link_count > 1:
            return Act.REVIEW, (_linked(item), *item.due.because)
        return Act.QUARANTINE, item.due.because

    def _when_moved(
        self, item: CataloguedRecord, to: Destination | None
    ) -> tuple[Act, tuple[Message, ...]]:
        record = item.record
        if to is None or to.holds(record.share, record.path):
            return Act.RETAIN, (IS_THERE, *item.due.because)
        if record.part:
            single = said("a single message is not moved out of its mailbox: a person decides")
            return Act.REVIEW, (single, *item.due.because)
        if item.signature.link_count > 1:
            return Act.REVIEW, (_linked(item), *item.due.because)
        if to.share in self.absent_shares:
            absent = said("its share {share} is not there", share=to.share)
            return Act.RETAIN, (absent, *item.due.because)
        place = f"{to.share}:{shown(to.path)}"
        return Act.MOVE, (said("it is moved to {place}", place=place), *item.due.because)


OUT_OF_REACH = said(
    "nothing is done with it: its folder cannot be reached, see gallra status; it is not gone"
)
IS_THERE = said("it lies where records of its class are moved to")


def is_kept_by_class(item: CataloguedRecord, then: Action) -> bool:
    """Tell whether a class that a rule gave keeps a record, or moves it, whoever approved."""
    is_ruled = item.classification.rule_number is not None
    return then is Action.MOVE or (then is Action.KEEP and is_ruled)


def _linked(item: CataloguedRecord) -> Message:
    return said(
        "the same file has {count} names (hard links): a person decides",
        count=item.signature.link_count,
    )


def _without_class(item: CataloguedRecord) -> tuple[Message, ...]:
    if item.classification.class_code == UNCLASSIFIED:
        return item.due.because
    gone = said(
        "class {code} is no longer in the rules, so it is kept",
        code=item.classification.class_code,
    )
    return (gone,)

"""What former rules say of a record: while their word counts, nothing goes that they would keep.

Rules that were in force until lately go on being asked for a while, the dry run of those that
replaced them. What a record is let go by now, and was by each of them, goes at once; what only
the present rules let go waits until nobody is left who would keep it. So a rule that is turned
back and forth gains nothing, and stricter rules act at once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from gallra.model.message import Message, said
from gallra.model.record import (
    Act,
    CataloguedRecord,
    Classification,
    Disposition,
    Due,
    Hold,
    Record,
)
from gallra.model.retention import (
    Action,
    Mode,
    RetentionClass,
    RetentionSchedule,
    Safety,
)
from gallra.policy.calendars import due_on
from gallra.policy.decide import Decider
from gallra.policy.holds import Holding
from gallra.policy.reviews import NO_REVIEWS, Reviews

Judge = Callable[[Record], tuple[Classification, Due]]
"""Gives a record its class and day under one set of rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Rules that were in force until lately."""

    schedule: RetentionSchedule | None
    """``None`` where nobody knows any more what they said: then they would have kept all."""
    asked_until: date
    """The first day on which they are no longer asked."""
    judge: Judge | None = None
    """Given where ``schedule`` is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formers:
    """All former rules that are still asked on one day, ready to be asked of many records."""

    asked: tuple[tuple[Former, Decider | None], ...] = ()

    @classmethod
    def at(cls, formers: tuple[Former, ...], now: datetime, today: date) -> "Formers":
        """Prepare to ask those of ``formers`` whose word still counts on ``today``."""
        return cls(
            asked=tuple(
                (each, Decider.of(each.schedule, (), now) if each.schedule else None)
                for each in sorted(formers, key=lambda former: former.asked_until, reverse=True)
                if each.asked_until > today
            )
        )

    def waits_until(self, disposition: Disposition, to: RetentionClass | None) -> date | None:
        """Return the day until which one of them would keep a record from its act, if any would.

        Args:
            disposition: What the present rules say, destructive.
            to: The class that says so.
        """
        for former, decider in self.asked:  # the longest first: who is asked later changes nothing
            if not _lets_go(former, decider, disposition, to):
                return former.asked_until
        return None

    def keeps(self, container: CataloguedRecord) -> date | None:
        """Return until when rules are asked that kept a mailbox, and all that is in it."""
        for former, decider in self.asked:
            if decider is None or former.judge is None:
                return former.asked_until
            theirs = _as_theirs(container, former, decider)
            if theirs is None:
                return former.asked_until
            found = decider.classes.get(theirs.classification.class_code)
            if found is not None and found.then is Action.KEEP:
                return former.asked_until
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Decides as the rules in force say, and lets wait what is under a dry run."""

    decider: Decider
    formers: Formers = Formers()

    @classmethod
    def of(  # noqa: PLR0913 - everything that a decision depends on, and nothing else
        cls,
        schedule: RetentionSchedule,
        holds: Collection[Hold] | Holding,
        now: datetime,
        absent_shares: frozenset[str] = frozenset(),
        *,
        formers: tuple[Former, ...] = (),
        reviews: Reviews = NO_REVIEWS,
    ) -> "Deciding":
        """Prepare to decide under ``schedule`` and ``holds`` at ``now``, which is aware."""
        decider = Decider.of(schedule, holds, now, absent_shares, reviews)
        return cls(decider=decider, formers=Formers.at(formers, now, decider.today))

    @property
    def today(self) -> date:
        """The day that is decided for."""
        return self.decider.today

    def decide(self, item: CataloguedRecord) -> Disposition:
        """Return what is to be done with ``item``; its mailbox is not looked at here."""
        decided = self.decider.decide(item)
        if not decided.act.is_destructive:
            return decided
        classification = item.classification
        rule = self.decider.rules.get(classification.rule_number or 0)
        begins = rule.active_from if rule is not None else None
        waits = self.formers.waits_until(
            decided, self.decider.classes.get(classification.class_code)
        )
        days = [each for each in (begins, waits) if each is not None and each > self.today]
        return _waiting(decided, max(days)) if days else decided

    def stopped_by(self, container: CataloguedRecord) -> tuple[Message, tuple[str, ...]] | None:
        """Return what keeps a mailbox, and all in it, where it is, and by which holds."""
        stopped = self.decider.stopped_by(container)
        until = self.formers.keeps(container) if stopped is None else None
        if until is None:
            return stopped
        kept = said(
            "its mailbox was kept by the rules before, which are asked until {day}",
            day=until.isoformat(),
        )
        return kept, ()


def active_on(changed_on: date, *safeties: Safety) -> date:
    """Return the day on which rules that were changed on a day are active.

    Args:
        changed_on: The day of the change, where the organisation is.
        safeties: Those of the rules before and after. The longer ``new_rules_wait`` holds: who
            shortens it does so for later changes.
    """
    return max(due_on(changed_on, each.new_rules_wait) for each in safeties)


_WOULD = {
    Act.QUARANTINE: said("then it would be moved to quarantine"),
    Act.DESTROY: said("then it would be destroyed"),
    Act.MOVE: said("then it would be moved"),
}


def _waiting(decided: Disposition, until: date) -> Disposition:
    tells = said(
        "under a dry run until {day}: the rules that say so are new", day=until.isoformat()
    )
    return replace(
        decided,
        act=Act.WAIT,
        would=decided.act,
        waits_until=until,
        because=(tells, _WOULD[decided.act], *decided.because),
    )


def _lets_go(
    former: Former, decider: Decider | None, disposition: Disposition, to: RetentionClass | None
) -> bool:
    """Tell whether these rules, too, would do with the record what the present ones do."""
    if decider is None or former.judge is None:
        return False
    theirs = _as_theirs(disposition.item, former, decider)
    if theirs is None:
        return False
    found = decider.classes.get(theirs.classification.class_code)
    decision = decider.decide(theirs)
    # Where they would have asked a person: a person has been asked.
    is_approved = bool(disposition.approved_by) and decision.act is Act.REVIEW
    if is_approved or decision.act is not disposition.act or found is None:
        return is_approved
    if disposition.act is Act.MOVE:
        return to is not None and found.to == to.to
    if disposition.act is Act.DESTROY and disposition.then is Action.DESTROY:
        # In quarantine, a class that asks a person lets go what a person approved; no more.
        return found.then is Action.DESTROY and not theirs.due.is_for_a_person
    return True


def _as_theirs(item: CataloguedRecord, former: Former, decider: Decider) -> CataloguedRecord | None:
    """Return ``item`` as these rules see it; ``None`` where its share was not one of theirs."""
    schedule, judge = decider.schedule, former.judge
    share = next((each for each in schedule.shares if each.name == item.record.share), None)
    if share is None or judge is None:
        return None
    record = replace(item.record, role=share.role.value)
    classification, due = judge(record)
    return replace(item, record=record, classification=classification, due=due)


def effect_of(schedule: RetentionSchedule) -> RetentionSchedule:
    """Return ``schedule`` without what changes no record's fate: two that are equal do the same.

    What decides on records is named here, and nothing else: a table that is new some day starts
    no dry run by being filled in.
    """
    return RetentionSchedule(
        mode=Mode.OBSERVE,
        organisation=replace(
            schedule.organisation,
            name="",
            controller="",
            data_protection_officer=None,
            language="",
            own_domains=(),
        ),
        shares=tuple(
            replace(share, line=0, quarantine=b"")
            for share in sorted(schedule.shares, key=lambda each: each.name)
        ),
        classes=tuple(
            replace(
                each,
                line=0,
                title=(),
                purpose=(),
                categories=(),
                legal_basis=(),
                source=(),
                persons=(),
                recipients=(),
            )
            for each in sorted(schedule.classes, key=lambda each: each.code)
        ),
        rules=tuple(replace(rule, line=0) for rule in schedule.rules),
        event_rules=tuple(replace(rule, line=0) for rule in schedule.event_rules),
        safety=Safety(),
        digest="",
    )

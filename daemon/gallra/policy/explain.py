"""Why a record has its class, what would be done with it when, and what would stop it."""

from collections.abc import Collection
from datetime import datetime

from gallra.model.message import Message, said
from gallra.model.record import UNCLASSIFIED, Act, CataloguedRecord, Disposition, Hold, RecordState
from gallra.model.retention import Action, Destination, Mode, RetentionSchedule
from gallra.policy.conditions import is_fully_read
from gallra.policy.decide import IS_THERE, OUT_OF_REACH, Decider
from gallra.policy.holds import Holding


def explain(
    item: CataloguedRecord,
    holds: Collection[Hold] | Holding,
    schedule: RetentionSchedule,
    now: datetime,
    *,
    planned: Disposition | None = None,
) -> tuple[Message, ...]:
    """Return the whole story of ``item``: class, clause, day, deed, and what stands against it.

    A message is looked at alone here; that its mailbox only goes as a whole is said, not
    decided.

    Args:
        item: The record.
        holds: Every standing hold.
        schedule: The rules in force.
        now: Aware.
        planned: What the plan says of it, where one was made: it knows of dry runs.
    """
    decider = Decider.of(schedule, holds, now)
    decision = decider.decide(item)
    if item.state is RecordState.QUARANTINED and planned is not None:
        decision = planned  # it knows who let a record go
    code = item.classification.class_code
    retention_class = decider.classes.get(code)
    told = [said("its class is {code}", code=code), *item.classification.because]
    if retention_class is not None:
        told.append(said("it rests on {authority}", authority=retention_class.authority))
    told.extend(item.due.because)
    if item.state in _OVER:
        told.append(_OVER[item.state])
        return tuple(dict.fromkeys(told))
    to = retention_class.to if retention_class is not None else None
    told.extend(_fate(item, decision, planned, to))
    told.extend(
        said("the hold {reference} stops it", reference=hold.reference)
        for hold in decider.holding.on(item)
    )
    if decision.then is Action.DESTROY:
        if schedule.mode is Mode.OBSERVE:
            told.append(said('nothing is done while mode is "observe"'))
        if item.record.part and item.record.span is None:
            told.append(
                said(
                    "a message cannot be cut out of a mailbox of this kind: unless all of them "
                    "are due, a person decides"
                )
            )
        if not is_fully_read(item.record):
            told.append(said("it was not read in full: a person decides, not a rule"))
    return tuple(dict.fromkeys(told))


def _fate(
    item: CataloguedRecord,
    decision: Disposition,
    planned: Disposition | None,
    to: Destination | None,
) -> tuple[Message, ...]:
    """Return what is done with a record now, or what will be."""
    if to is not None and to.holds(item.record.share, item.record.path):
        return (IS_THERE,)
    if not item.is_reachable:
        return (OUT_OF_REACH,)
    if planned is not None and planned.act is Act.WAIT:
        return planned.because[:2]
    if item.state is RecordState.QUARANTINED and decision.act is Act.REVIEW:
        return decision.because[:1]
    if planned is not None and _is_reviewed(planned, decision):
        goes = (_NOW[Act.QUARANTINE],) if planned.approved_by else ()
        return (*planned.because[:1], *goes)
    return (_deed(decision.act, decision.then, item.classification.class_code, item),)


def _is_reviewed(planned: Disposition, decision: Disposition) -> bool:
    """Tell whether a person has decided where the rules alone would ask one."""
    is_kept = planned.act is Act.RETAIN and not planned.held_by
    return decision.act is Act.REVIEW and bool(planned.approved_by or is_kept)


_OVER = {
    RecordState.DESTROYED: said("it was destroyed: gallra log tells when and under which rule"),
    RecordState.GONE: said("it is gone, and it was not gallra that took it away"),
}
_NOW = {
    Act.QUARANTINE: said("it is due: it would be quarantined now, and destroyed after the dwell"),
    Act.DESTROY: said("its time in quarantine is over: it would be destroyed now"),
    Act.MOVE: said("it is due: it would be moved now"),
    Act.REVIEW: said("it is due: a person is asked now"),
    Act.ALERT: said("it is due: it is said, and nothing more"),
}


def _deed(act: Act, then: Action, code: str, item: CataloguedRecord) -> Message:
    """Return what is done now, or what will be."""
    if act is Act.ALERT and then is not Action.ALERT:
        return said("it may not be kept any more, and something keeps it: a person is told")
    if act in _NOW:
        return _NOW[act]
    if code == UNCLASSIFIED or then is Action.KEEP:
        return said("nothing will be done with it")
    if item.destroy_on is not None:
        return said("it would be destroyed on {day}", day=item.destroy_on.isoformat())
    if item.due.due_on is None:
        return said("nothing is done until the event has been told")
    day = item.due.due_on.isoformat()
    later = {
        Action.DESTROY: said("it would be quarantined on {day}", day=day),
        Action.MOVE: said("it would be moved on {day}", day=day),
        Action.REVIEW: said("a person would be asked on {day}", day=day),
        Action.ALERT: said("it would be said on {day}", day=day),
    }
    return later[then]

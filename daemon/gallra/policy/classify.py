"""Give a record its one class.

Every rule whose condition the record fulfils speaks; a rule marked ``otherwise`` speaks only
where no other does, and where one names an authority, only such rules compete. Where they name
several classes, the longest retention wins: what is kept for ever, then what a person decides
on, then what ends later. Of two that are alike the one that destroys loses, and then the later
rule. Whatever wins, the losers are named among the reasons, and what they say to keep at least
holds all the same. See docs/decisions/0024-order-of-precedence.md.
"""

from datetime import date

from gallra.model.event import NOTHING_TOLD, Told
from gallra.model.message import Message, said
from gallra.model.record import UNCLASSIFIED, Classification, Record
from gallra.model.retention import Action, RetentionClass, RetentionSchedule, Rule
from gallra.policy.conditions import is_fulfilled, is_fully_read, reasons, traits_of
from gallra.policy.schedule import due_in

_RANK = {Action.KEEP: 2, Action.REVIEW: 1, Action.ALERT: 1, Action.MOVE: 1, Action.DESTROY: 0}


def classify(
    record: Record, schedule: RetentionSchedule, told: Told = NOTHING_TOLD
) -> Classification:
    """Return the class of ``record`` under ``schedule``, with reasons, most decisive first.

    Args:
        record: The record.
        schedule: The rules in force.
        told: The events that are about it.
    """
    traits = traits_of(record, told)
    fulfilled = [rule for rule in schedule.rules if is_fulfilled(rule.when, traits)]
    speaking = [rule for rule in fulfilled if not rule.is_otherwise] or fulfilled
    if not speaking:
        return Classification(class_code=UNCLASSIFIED, rule_number=None, because=_silence(record))
    named = [rule for rule in speaking if rule.authority]
    winner, losers = _settled(named or speaking, record, schedule, told)
    losers += _silenced(speaking, winner, losers)
    because = [
        said("rule {number} says {code}", number=winner.number, code=winner.class_code),
        *reasons(winner.when, traits),
        *(
            said("it goes before others, since {authority} says so", authority=winner.authority)
            for _ in losers[:1]
            if winner.authority
        ),
        *(_yielding(loser, winner) for loser in losers),
    ]
    if not is_fully_read(record):
        because.append(_unread(record))
    return Classification(
        class_code=winner.class_code,
        rule_number=winner.number,
        because=tuple(because),
        also=tuple(loser.class_code for loser in losers),
    )


def _silenced(speaking: list[Rule], winner: Rule, losers: list[Rule]) -> list[Rule]:
    """Return one rule of each class that lost to an authority before it could compete."""
    known = {winner.class_code, *(loser.class_code for loser in losers)}
    first: dict[str, Rule] = {}
    for rule in speaking:
        if rule.class_code not in known:
            first.setdefault(rule.class_code, rule)
    return list(first.values())


def _yielding(loser: Rule, winner: Rule) -> Message:
    if winner.authority and not loser.authority:
        return said(
            "rule {number} says {code} too, and yields: it names no authority",
            number=loser.number,
            code=loser.class_code,
        )
    return said(
        "rule {number} says {code} too, and yields: the longest retention wins",
        number=loser.number,
        code=loser.class_code,
    )


def _settled(
    speaking: list[Rule], record: Record, schedule: RetentionSchedule, told: Told
) -> tuple[Rule, list[Rule]]:
    """Return the rule that wins, and one rule of each other class, in file order.

    A class is spoken for by its first rule; of a record that was not read in full by the first
    that says so in words, where there is one.
    """
    if not is_fully_read(record):
        speaking = sorted(speaking, key=lambda rule: not rule.when.outcomes)
    first_of_class: dict[str, Rule] = {}
    for rule in speaking:
        first_of_class.setdefault(rule.class_code, rule)
    if len(first_of_class) == 1:
        return speaking[0], []
    rules = sorted(first_of_class.values(), key=lambda rule: rule.number)
    winner = max(rules, key=lambda rule: _weight(rule, record, schedule, told))
    return winner, [rule for rule in rules if rule is not winner]


def _weight(
    rule: Rule, record: Record, schedule: RetentionSchedule, told: Told
) -> tuple[int, date, int, int]:
    """Return what makes a class win: never ending, asking a person, ending later, being first."""
    retention_class = schedule.class_of(rule.class_code)
    timezone = schedule.organisation.timezone
    ends_on = due_in(record, retention_class, timezone, told).due_on or date.max
    return (_RANK[retention_class.then], ends_on, _length(retention_class), -rule.number)


def _length(retention_class: RetentionClass) -> int:
    """Return about how many days the class keeps; decides between two that wait for events."""
    return 0 if retention_class.keep is None else retention_class.keep.about_days


def _silence(record: Record) -> tuple[Message, ...]:
    if is_fully_read(record):
        return (said("no rule speaks of it"),)
    return said("no rule speaks of it"), _unread(record)


def _unread(record: Record) -> Message:
    if record.is_encrypted:
        return said("it is encrypted, so nobody knows all that is in it")
    if not record.outcome.is_complete:
        return said(
            "it was not read in full ({outcome}), so nobody knows all that is in it",
            outcome=record.outcome.value,
        )
    return said("detection did not look at everything in it")

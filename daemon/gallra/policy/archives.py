"""Archives: a part of one cannot be taken out, so what is said of a part is not said of all.

An archive that lies in the folder of an activity goes with the folder. One that is a salary list
only because a member of it is may hold anything else beside it: then a person decides.
"""

from itertools import chain

from gallra.model.entities import FileType
from gallra.model.event import Told
from gallra.model.message import Message, said
from gallra.model.record import Classification, Record
from gallra.model.retention import Condition, RetentionSchedule
from gallra.policy.types import type_of

FOR_A_PERSON: Message = said(
    "it is an archive, and what tells this stands in a part of it, which cannot be taken out of"
    " it: a person decides"
)


def is_judged_by_a_part(
    record: Record, classification: Classification, schedule: RetentionSchedule, told: Told
) -> bool:
    """Tell whether ``record`` is an archive that has its class or its day from what is in it.

    A rule that names the type ``archive`` means archives as a whole, and says so in words.

    Args:
        record: The record.
        classification: The class that it was given, one of the schedule's.
        schedule: The rules in force.
        told: The events that are about it.
    """
    if type_of(record.kind) is not FileType.ARCHIVE:
        return False
    number = classification.rule_number
    rule = next((each for each in schedule.rules if each.number == number), None)
    if rule is not None and FileType.ARCHIVE in rule.when.types:
        return False
    if rule is not None and _asks_for_content(rule.when):
        return True
    retention_class = schedule.class_of(classification.class_code)
    triggers = {retention_class.counted_from, retention_class.else_from}
    named = frozenset() if rule is None else frozenset(rule.when.events)
    ties = tuple(
        chain.from_iterable(
            found for kind, found in told.items() if kind in triggers or kind.value in named
        )
    )
    return bool(ties) and all(tie.is_by_value and not tie.is_whole for tie in ties)


def _asks_for_content(condition: Condition) -> bool:
    """Tell whether a rule speaks of what a document is: a sum over an archive is no document.

    That there are personal data in it at all is as true of the whole as of the part.
    """
    return bool(condition.kinds or condition.entities or condition.special_categories)

"""What a class asks for to be said, and nothing more: ``then = "alert"``."""

from collections import Counter
from collections.abc import Iterator

from gallra.model.message import Message, said
from gallra.model.record import Act, Plan
from gallra.model.retention import Action, RetentionSchedule


def tellings(plan: Plan, schedule: RetentionSchedule) -> Iterator[tuple[str, Message]]:
    """Yield each class of which records have come to their day only to be told of, and the word.

    Names stay out of it: a journal is read by others. The plan lists which they are.

    Args:
        plan: As it was made.
        schedule: The rules in force.
    """
    authorities = {each.code: each.authority for each in schedule.classes}
    counts = Counter(
        each.item.classification.class_code
        for each in plan.dispositions
        if each.act is Act.ALERT and each.then is Action.ALERT
    )
    for code, count in sorted(counts.items()):
        yield (
            code,
            said(
                "class {code} ({authority}) asks for it to be said: records that have come to"
                " their day, {count}; gallra plan lists them",
                code=code,
                authority=authorities.get(code, ""),
                count=count,
            ),
        )

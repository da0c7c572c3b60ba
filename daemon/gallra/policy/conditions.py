"""Whether a record fulfils the condition of a rule."""

from collections.abc import Iterator

from gallra.model.entities import NOT_PERSONAL
from gallra.model.message import Message, said
from gallra.model.record import Record
from gallra.model.retention import Condition
from gallra.policy.paths import matches
from gallra.policy.types import type_of


def is_fully_read(record: Record) -> bool:
    """Tell whether "nothing found" in ``record`` means that nothing is there."""
    return record.outcome.is_complete and not record.is_encrypted and not record.is_incomplete


def has_personal_data(record: Record) -> bool:
    """Tell whether anything was found that tells something about a person."""
    if record.special_categories:
        return True
    return any(count > 0 and entity not in NOT_PERSONAL for entity, count in record.entities)


def kinds_of(record: Record) -> tuple[str, ...]:
    """Return what ``record`` is: the best subject, and those that are as good, best first."""
    if not record.subjects:
        return ()
    best = max(score for _, score in record.subjects)
    return tuple(kind for kind, score in record.subjects if score >= best)


def is_fulfilled(condition: Condition, record: Record, path: str) -> bool:
    """Tell whether ``record`` fulfils all that ``condition`` says; an empty one never is.

    Args:
        condition: Of a rule.
        record: With everything that was found in it.
        path: The record's path as :func:`gallra.policy.paths.normalised` makes it.
    """
    if condition == _NOTHING:
        return False
    return (
        (not condition.shares or record.share in condition.shares)
        and (not condition.roles or record.role in condition.roles)
        and (not condition.types or type_of(record.kind) in condition.types)
        and (not condition.outcomes or record.outcome in condition.outcomes)
        and (not condition.languages or record.language in condition.languages)
        and _is_personal_as_asked(condition.has_personal_data, record)
        and (not condition.kinds or any(kind in condition.kinds for kind in kinds_of(record)))
        and (
            not condition.special_categories
            or any(each in condition.special_categories for each in record.special_categories)
        )
        and _has_entities(condition.entities, record)
        and (not condition.paths or any(matches(path, each) for each in condition.paths))
    )


def reasons(condition: Condition, record: Record, path: str) -> tuple[Message, ...]:
    """Return in words what made ``record`` fulfil ``condition``, in the order of its keys."""
    return (*_of_place(condition, record, path), *_of_content(condition, record))


def _of_place(condition: Condition, record: Record, path: str) -> Iterator[Message]:
    pattern = next((each for each in condition.paths if matches(path, each)), None)
    if pattern is not None:
        yield said('its path matches "{pattern}"', pattern=pattern)
    if condition.shares:
        yield said("it lies in the share {share}", share=record.share)
    if condition.roles:
        yield said("it lies in a share of the role {role}", role=record.role)
    if condition.types:
        yield said("it is of the type {type}", type=type_of(record.kind).value)


def _of_content(condition: Condition, record: Record) -> Iterator[Message]:
    kind = next((each for each in kinds_of(record) if each in condition.kinds), None)
    if kind is not None:
        yield said("it reads like {kind}", kind=kind)
    if condition.languages:
        yield said("its language is {language}", language=record.language)
    counts = dict(record.entities)
    for entity, _ in condition.entities:
        yield said("it holds {count} of {entity}", count=counts[entity], entity=entity)
    asked = condition.special_categories
    category = next((each for each in record.special_categories if each in asked), None)
    if category is not None:
        yield said("it tells something of {category}", category=category)
    if condition.has_personal_data is True:
        yield said("it holds personal data")
    if condition.has_personal_data is False:
        yield said("it was read in full, and holds no personal data")
    if condition.outcomes:
        yield said("how its reading ended: {outcome}", outcome=record.outcome.value)


_NOTHING = Condition()


def _is_personal_as_asked(asked: bool | None, record: Record) -> bool:  # noqa: FBT001 - of a rule
    if asked is None:
        return True
    if asked:
        return has_personal_data(record)
    return is_fully_read(record) and not has_personal_data(record)


def _has_entities(least: tuple[tuple[str, int], ...], record: Record) -> bool:
    if not least:
        return True
    counts = dict(record.entities)
    return all(counts.get(entity, 0) >= count for entity, count in least)

"""Whether a record fulfils the condition of a rule."""

from collections.abc import Iterator
from typing import NamedTuple

from gallra.model.entities import NOT_PERSONAL
from gallra.model.event import NOTHING_TOLD, Told
from gallra.model.message import Message, said
from gallra.model.record import Record
from gallra.model.retention import Condition
from gallra.policy.paths import matches, normalised
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


class Traits(NamedTuple):
    """What conditions ask of a record, worked out once for all rules."""

    record: Record
    path: str
    """As :func:`gallra.policy.paths.normalised` makes it."""
    type: str
    kinds: tuple[str, ...]
    is_personal: bool
    is_read: bool
    counts: dict[str, int]
    told: Told


def traits_of(record: Record, told: Told = NOTHING_TOLD) -> Traits:
    """Return what conditions ask of ``record``, of which ``told`` is known to have happened."""
    return Traits(
        record=record,
        path=normalised(record.path),
        type=type_of(record.kind),
        kinds=kinds_of(record),
        is_personal=has_personal_data(record),
        is_read=is_fully_read(record),
        counts=dict(record.entities),
        told=told,
    )


def is_fulfilled(condition: Condition, traits: Traits) -> bool:
    """Tell whether a record fulfils all that ``condition`` says; an empty one never is.

    That a mailbox holds no personal data is never said: what it holds is in its messages, and
    these are records of their own.

    It is asked for every rule and every record, so what is cheap to refuse comes first.
    """
    if condition.has_personal_data is not None and (
        traits.is_personal is not condition.has_personal_data
        or not (traits.is_personal or traits.is_read)
        or (traits.record.is_container and not condition.has_personal_data)
    ):
        return False
    if condition.kinds and not any(kind in condition.kinds for kind in traits.kinds):
        return False
    if condition.events and not any(kind.value in condition.events for kind in traits.told):
        return False
    return (
        _lies_where_asked(condition, traits)
        and _holds_what_is_asked(condition, traits)
        and (not condition.paths or any(matches(traits.path, each) for each in condition.paths))
        and condition != _NOTHING
    )


def _lies_where_asked(condition: Condition, traits: Traits) -> bool:
    record = traits.record
    return (
        (not condition.roles or record.role in condition.roles)
        and (not condition.types or traits.type in condition.types)
        and (not condition.shares or record.share in condition.shares)
        and (not condition.outcomes or record.outcome in condition.outcomes)
        and (not condition.languages or record.language in condition.languages)
    )


def _holds_what_is_asked(condition: Condition, traits: Traits) -> bool:
    asked = condition.special_categories
    if asked and not any(each in asked for each in traits.record.special_categories):
        return False
    return all(traits.counts.get(entity, 0) >= least for entity, least in condition.entities)


def reasons(condition: Condition, traits: Traits) -> tuple[Message, ...]:
    """Return in words what made a record fulfil ``condition``: where it lies, what it holds."""
    return (
        *_of_events(condition, traits.told),
        *_of_place(condition, traits),
        *_of_content(condition, traits.record),
    )


def _of_events(condition: Condition, told: Told) -> Iterator[Message]:
    kind = next((each for each in told if each.value in condition.events), None)
    if kind is not None:
        yield said(
            "{event} was told of {reference}",
            event=kind.value,
            reference=told[kind][0].event.reference,
        )


def _of_place(condition: Condition, traits: Traits) -> Iterator[Message]:
    record = traits.record
    pattern = next((each for each in condition.paths if matches(traits.path, each)), None)
    if pattern is not None:
        yield said('its path matches "{pattern}"', pattern=pattern)
    if condition.shares:
        yield said("it lies in the share {share}", share=record.share)
    if condition.roles:
        yield said("it lies in a share of the role {role}", role=record.role)
    if condition.types:
        yield said("it is of the type {type}", type=str(traits.type))


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

"""Holds, for people and for scripts. Of persons it is only told of what type their number is."""

from typing import Final

from gallra.model.holding import RESTORED
from gallra.model.message import Message, said
from gallra.model.names import as_text
from gallra.model.record import Hold
from gallra.model.retention import Condition
from gallra.report.language import Say

HEADINGS: Final = (
    said("hold"),
    said("on"),
    said("records"),
    said("since"),
    said("until"),
    said("placed by"),
    said("reason"),
)
"""What :func:`as_row` shows."""


def as_row(hold: Hold, record_count: int, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    return (
        hold.reference,
        target(hold, say),
        str(record_count),
        f"{hold.placed_at:%Y-%m-%d}",
        hold.until.isoformat() if hold.until else "-",
        hold.placed_by,
        say(RESTORED) if hold.reason == RESTORED.template else hold.reason,
    )


def target(hold: Hold, say: Say) -> str:
    """Return what a hold is on, in words."""
    named = [] if hold.path is None else [hold.path]
    return ", ".join([*named, *map(say, _targets(hold))]) or say(said("everything"))


def _targets(hold: Hold) -> list[Message]:
    about = hold.about
    found: list[Message] = []
    if hold.class_code is not None:
        found.append(said("class {code}", code=hold.class_code))
    found += [said("case {name}", name=name) for name in about.cases]
    found += [
        said("case {name}", name=name) if hold.path is None else said("only {part}", part=name)
        for name in _places(hold)
    ]
    found += [said("a person, by {entity}", entity=entity) for entity in about.persons]
    if not found and about.is_named:
        found.append(said("a message, by its Message-ID"))
    if about.when is not None:
        found.append(said("whatever fulfils {condition}", condition=condition_text(about.when)))
    return found


def as_json(hold: Hold) -> dict[str, object]:
    """Return what ``gallra hold … --json`` says of a hold."""
    about = hold.about
    return {
        "hold": hold.reference,
        "reference": hold.reference,
        "path": hold.path,
        "class": hold.class_code,
        "cases": [*about.cases, *_places(hold)],
        "persons": list(about.persons),
        "when": None if about.when is None else _condition(about.when),
        "reason": hold.reason,
        "placed_by": hold.placed_by,
        "placed_at": hold.placed_at.isoformat(),
        "until": hold.until and hold.until.isoformat(),
    }


def condition_text(condition: Condition) -> str:
    """Return a condition as a rule writes it: ``kind = salary-list; entities = PERSON 5``."""
    return "; ".join(
        f"{name} = {', '.join(map(_spoken, value)) if isinstance(value, list) else value}"
        for name, value in _condition(condition).items()
    )


def _spoken(value: object) -> str:
    return str(value)


def _condition(condition: Condition) -> dict[str, object]:
    listed: dict[str, object] = {
        "path": list(condition.paths),
        "share": list(condition.shares),
        "role": [str(each) for each in condition.roles],
        "type": [str(each) for each in condition.types],
        "kind": list(condition.kinds),
        "language": list(condition.languages),
        "entities": [f"{entity} {least}" for entity, least in condition.entities],
        "special_categories": list(condition.special_categories),
        "outcome": [str(each) for each in condition.outcomes],
    }
    found = {name: value for name, value in listed.items() if value}
    if condition.has_personal_data is not None:
        found["personal_data"] = condition.has_personal_data
    return found


def _places(hold: Hold) -> list[str]:
    named = (
        f"{place.share}/{as_text(place.path)}#{place.part}".removesuffix("#").rstrip("/")
        for place in hold.about.places
    )
    return list(named)

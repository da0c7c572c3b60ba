"""Events, for people and for scripts."""

from typing import Final

from gallra.model.event import Event
from gallra.model.message import said
from gallra.model.names import shown
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.language import Say
from gallra.report.records import Roots
from gallra.report.words import named

HEADINGS: Final = (
    said("number"),
    said("what has happened"),
    said("on"),
    said("about"),
    said("told by"),
)
"""What :func:`as_row` shows."""


def as_json(event: Event, roots: Roots) -> dict[str, object]:
    """Return what ``gallra event list --json`` says of an event; of persons only how many."""
    return {
        "event": event.event_id,
        "kind": event.kind.value,
        "reference": event.reference,
        "on": event.on.isoformat(),
        "about": [
            {
                **path_keys(absolute(roots.get(each.share, each.share.encode()), each.path)),
                "part": each.part,
            }
            for each in event.places
        ],
        "values": sorted({value.entity for value in event.values}),
        "value_count": len(event.values),
        "source": event.source.value,
        "told_by": event.told_by,
        "told_at": event.told_at.isoformat(),
        "undone_at": event.undone_at and event.undone_at.isoformat(),
        "undone_by": event.undone_by or None,
    }


def as_row(event: Event, roots: Roots, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    about = [event.reference]
    for place in event.places:
        path = shown(absolute(roots.get(place.share, place.share.encode()), place.path))
        about.append(f"{path}#{place.part}" if place.part else path)
    about += sorted({value.entity for value in event.values})
    number = str(event.event_id)
    if event.undone_at is not None:
        number = say(said("{number}, taken back", number=number))
    return (
        number,
        say(named(event.kind)),
        event.on.isoformat(),
        ", ".join(dict.fromkeys(about)),
        event.told_by,
    )

"""Records and what has been decided about them, for people and for scripts."""

from collections.abc import Collection, Mapping
from typing import Final

from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.model.record import CataloguedRecord
from gallra.policy.holds import Holding
from gallra.report import exposures
from gallra.report.jsonlines import absolute, path_keys
from gallra.report.language import Say
from gallra.report.words import named

HEADINGS: Final = (said("due"), said("class"), said("state"), said("record"))
"""What :func:`as_row` shows."""

Roots = Mapping[str, bytes]
"""Where each share is, by name; a share that the rules no longer name is missing."""


def address(item: CataloguedRecord, roots: Roots) -> str:
    """Return a record's name for people: the file's absolute path, then ``!`` and the part."""
    path = shown(full_path(item, roots))
    return f"{path}!{shown(item.record.part)}" if item.record.part else path


def full_path(item: CataloguedRecord, roots: Roots) -> bytes:
    """Return where the record's file is, or was before it went to quarantine; absolute."""
    record = item.record
    return absolute(roots.get(record.share, record.share.encode()), record.path)


def as_json(item: CataloguedRecord, *, holds: Holding, roots: Roots, say: Say) -> dict[str, object]:
    """Return what ``gallra list --json`` says of a record.

    ``hold`` is ``null``, or the references of all holds on it, joined with ``", "``.
    """
    record = item.record
    held_by = [hold.reference for hold in holds.on(item)]
    return {
        **path_keys(full_path(item, roots)),
        "part": record.part,
        "share": record.share,
        "class": item.classification.class_code,
        "rule": item.classification.rule_number,
        "because": sentences(item.classification.because, say),
        "entities": dict(record.entities),
        "special_categories": list(record.special_categories),
        "due_on": item.due.due_on and item.due.due_on.isoformat(),
        "counted_from": item.due.counted_from and item.due.counted_from.isoformat(),
        "due_because": sentences(item.due.because, say),
        "state": str(item.state),
        "outcome": str(record.outcome),
        "encrypted": record.is_encrypted,
        "incomplete": record.is_incomplete,
        "hold": ", ".join(held_by) or None,
        "kind": record.kind,
        "language": record.language,
        "subjects": [kind for kind, _ in record.subjects],
        "document_date": record.document_date and record.document_date.on.isoformat(),
        "size_bytes": record.size_bytes,
        "quarantine_id": item.quarantine_id,
        "destroy_on": item.destroy_on and item.destroy_on.isoformat(),
        "exposure": exposures.as_json(item.exposure, record.role),
    }


def as_row(item: CataloguedRecord, *, holds: Holding, roots: Roots, say: Say) -> tuple[str, ...]:
    """Return the cells that stand under :data:`HEADINGS`."""
    state = say(named(item.state))
    held_by = ", ".join(hold.reference for hold in holds.on(item))
    if held_by:
        state = say(said("{state}, on hold: {references}", state=state, references=held_by))
    return (
        item.due.due_on.isoformat() if item.due.due_on else "-",
        item.classification.class_code,
        state,
        address(item, roots),
    )


def sentences(messages: Collection[Message], say: Say) -> list[str]:
    """Return ``messages`` as sentences, in their order."""
    return [say(message) for message in messages]

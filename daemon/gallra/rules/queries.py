"""Conditions that stand alone: what a hold on a query asks of a record."""

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from gallra.model.message import said
from gallra.model.retention import Condition
from gallra.rules.building import condition_from
from gallra.rules.complaint import Complaint
from gallra.rules.notes import Notes
from gallra.rules.syntax import read
from gallra.rules.validation import values_of
from gallra.rules.when import WHEN

if TYPE_CHECKING:
    from collections.abc import Mapping

QUERY = replace(WHEN, keys=tuple(key for key in WHEN.keys if key.name != "event"))
"""The keys of a rule's ``when``, without events: these are told of a case, which has a hold of
its own kind."""


def condition_in(text: str) -> Condition | tuple[Complaint, ...]:
    """Return the condition that ``text`` describes, or what is wrong with it.

    Args:
        text: The keys of a rule's ``when``: as one table in braces, or as TOML of their own, a
            key a line, with or without ``[when]`` above them.
    """
    written = text.strip()
    content = f"{WHEN.name} = {written}" if written.startswith("{") else written
    reading = read(content.encode("utf-8", "replace"))
    notes = Notes(reading)
    condition = Condition()
    if not reading.complaints:
        given: object = reading.document.get(WHEN.name, reading.document)
        is_inner = WHEN.name in reading.document
        if is_inner and len(reading.document) > 1:
            others = tuple(name for name in reading.document if name != WHEN.name)
            notes.complain_of_unknown((others[0],), (WHEN.name,))
        if not isinstance(given, dict):
            notes.complain((WHEN.name,), said("{where}: a table is expected"))
        else:
            at = (WHEN.name,) if is_inner else ()
            condition = condition_from(
                values_of(QUERY, cast("Mapping[str, object]", given), at, notes)
            )
        if condition == Condition() and not notes.in_file_order():
            notes.complain_of_file(said("the condition is empty: it would cover nothing"))
    return notes.in_file_order() or condition

"""From the values of a file to the values of its keys, or every complaint about them."""

from collections.abc import Mapping
from typing import cast

from gallra.model.message import said
from gallra.rules.notes import Notes
from gallra.rules.positions import Key
from gallra.rules.schema import (
    CLASS,
    CONTACT,
    EVENT,
    LEDGER,
    MAIL,
    METRICS,
    NOTICE,
    ORGANISATION,
    READING,
    REGISTER,
    REPRESENTATIVE,
    REQUESTS,
    REVIEW,
    RULE,
    SAFETY,
    SEPARATION,
    SHARE,
    SIGN,
    TABLES,
    TOP,
    WHEN,
    TableDescription,
)
from gallra.rules.telling import NOTIFICATIONS, RECEIVER
from gallra.rules.values import Values

__all__ = ["Validated", "Values", "listed", "values_of"]

_INNER = {
    (ORGANISATION.name, CONTACT.name): CONTACT,
    (RULE.name, WHEN.name): WHEN,
    (EVENT.name, SIGN.name): SIGN,
}
"""Keys whose value is a table of its own, by the table that they stand in."""


class Validated:
    """A file's tables, read as far as they could be."""

    def __init__(self, document: Mapping[str, object], notes: Notes) -> None:
        """Read all of ``document``; ``notes`` gets every complaint."""
        tables = {table.name: table for table in TABLES}
        top = {name: value for name, value in document.items() if name not in tables}
        known = (*TOP.names(), *tables)
        self.top = values_of(TOP, top, (), notes, known=known)
        self.organisation = _table(ORGANISATION, document, notes)
        self.safety = _table(SAFETY, document, notes)
        self.reading = _table(READING, document, notes)
        self.notice = _table(NOTICE, document, notes)
        self.ledger = _table(LEDGER, document, notes)
        self.requests = _table(REQUESTS, document, notes)
        self.separation = _table(SEPARATION, document, notes)
        self.metrics = _table(METRICS, document, notes)
        self.notifications = _table(NOTIFICATIONS, document, notes)
        self.receivers = listed(RECEIVER, document, notes)
        self.mail = _table(MAIL, document, notes)
        self.shares = _named_tables(SHARE, document, notes)
        self.classes = _named_tables(CLASS, document, notes)
        self.rules = listed(RULE, document, notes)
        self.events = listed(EVENT, document, notes)
        self.reviews = listed(REVIEW, document, notes)
        self.representatives = listed(REPRESENTATIVE, document, notes)
        self.registers = listed(REGISTER, document, notes)


def values_of(
    table: TableDescription,
    given: Mapping[str, object],
    at: Key,
    notes: Notes,
    *,
    known: tuple[str, ...] = (),
) -> Values:
    """Read one table: complain of what is unknown, missing or wrong, return the rest."""
    described = {key.name: key for key in table.keys}
    for name in given:
        if name not in described:
            meant = table.meant() | {each: each for each in known}
            notes.complain_of_unknown((*at, name), known or tuple(described), meant)
    values: Values = {}
    for key in table.keys:
        place = (*at, key.name)
        if key.name not in given:
            if key.is_required:
                notes.complain_of_missing(at, key.name)
            continue
        inner = _INNER.get((table.name, key.name))
        if inner is not None:
            value: object = _inner(inner, given[key.name], place, notes)
        else:
            value = key.shape.read(given[key.name], place, notes)
        if value is not None:
            values[key.name] = value
    return values


def _inner(table: TableDescription, value: object, at: Key, notes: Notes) -> Values | None:
    if not isinstance(value, dict):
        notes.complain(at, said("{where}: a table is expected, as in {{ key = value }}"))
        return None
    if not value and table is not CONTACT:
        notes.complain(
            at, said("{where}: the condition is empty; a rule does not apply to everything")
        )
        return None
    return values_of(table, cast("Mapping[str, object]", value), at, notes)


def _table(table: TableDescription, document: Mapping[str, object], notes: Notes) -> Values:
    value = document.get(table.name)
    if value is None:
        if table.is_required and not _is_excused(table, notes):
            notes.complain_of_file(said("the table {table} is missing", table=table.header))
        return {}
    if not isinstance(value, dict):
        notes.complain(
            (table.name,), said("{where}: a table {table} is expected", table=table.header)
        )
        return {}
    return values_of(table, cast("Mapping[str, object]", value), (table.name,), notes)


def _named_tables(
    table: TableDescription, document: Mapping[str, object], notes: Notes
) -> dict[str, Values]:
    value = document.get(table.name)
    if value is None or value == {}:
        if table.is_required and not _is_excused(table, notes):
            notes.complain_of_file(said("the table {table} is missing", table=table.header))
        return {}
    if not isinstance(value, dict):
        notes.complain(
            (table.name,), said("{where}: a table {table} is expected", table=table.header)
        )
        return {}
    read: dict[str, Values] = {}
    for name, inner in cast("Mapping[str, object]", value).items():
        at = (table.name, name)
        if isinstance(inner, dict):
            read[name] = values_of(table, cast("Mapping[str, object]", inner), at, notes)
        else:
            notes.complain(at, said("{where}: a table {table} is expected", table=table.header))
    return read


def _is_excused(table: TableDescription, notes: Notes) -> bool:
    return notes.reading.is_table_missing or notes.is_misspelt((table.name,))


def listed(table: TableDescription, document: Mapping[str, object], notes: Notes) -> list[Values]:
    """Read a list of tables; what is wrong with one of them leaves the others as they are."""
    value = document.get(table.name, [])
    if not isinstance(value, list):
        notes.complain(
            (table.name,), said("{where}: a list {table} is expected", table=table.header)
        )
        return []
    read: list[Values] = []
    for index, inner in enumerate(value):
        at = (table.name, index)
        if isinstance(inner, dict):
            read.append(values_of(table, cast("Mapping[str, object]", inner), at, notes))
        else:
            notes.complain(at, said("{where}: a table {table} is expected", table=table.header))
            read.append({})
    return read

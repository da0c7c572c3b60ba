"""Whether what the rules say of people and registers holds, and what it becomes."""

from datetime import date
from typing import TYPE_CHECKING, cast

from gallra.model.message import said
from gallra.model.people import Representative
from gallra.model.retention import RegisterTerms
from gallra.rules.complaint import quoted
from gallra.rules.notes import Notes
from gallra.rules.validation import Validated, Values

if TYPE_CHECKING:
    from gallra.model.retention import Period


def check_people(validated: Validated, notes: Notes) -> None:
    """Complain of offices that end before they begin, and of registers in no share."""
    for index, values in enumerate(validated.representatives):
        begins, ends = values.get("from"), values.get("until")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            notes.complain(
                ("representative", index, "until"),
                said("{where}: lies before {day}", day=begins.isoformat()),
            )
    if notes.reading.is_table_missing or notes.is_misspelt(("share",)):
        return
    for index, values in enumerate(validated.registers):
        for share, _ in cast("tuple[tuple[str, str], ...]", values.get("path", ())):
            if share not in validated.shares:
                unknown = said(
                    '{where}: there is no {table} "{name}"', table="share", name=quoted(share)
                )
                notes.complain(("register", index, "path"), unknown)
    for index, values in enumerate(validated.representatives):
        for share, _ in cast("tuple[tuple[str, bytes], ...]", values.get("area", ())):
            if share not in validated.shares:
                unknown = said(
                    '{where}: there is no {table} "{name}"', table="share", name=quoted(share)
                )
                notes.complain(("representative", index, "area"), unknown)


def representative_from(values: Values, line: int) -> Representative:
    """Return the representative that the keys of a table describe."""
    return Representative(
        name=cast("str", values["name"]),
        accounts=_several(values, "account"),
        addresses=_several(values, "mail"),
        offices=_several(values, "office"),
        areas=cast("tuple[tuple[str, bytes], ...]", values.get("area", ())),
        from_on=cast("date | None", values.get("from")),
        until_on=cast("date | None", values.get("until")),
        line=line,
    )


def register_from(values: Values, line: int) -> RegisterTerms:
    """Return the terms of a register that the keys of a table describe."""
    usual = RegisterTerms()
    return RegisterTerms(
        places=cast("tuple[tuple[str, str], ...]", values.get("path", ())),
        wash_every=cast("Period", values.get("wash_every", usual.wash_every)),
        is_superseded=cast("bool", values.get("superseded", usual.is_superseded)),
        most_leavers=cast("float", values.get("most_leavers", usual.most_leavers)),
        line=line,
    )


def _several(values: Values, name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", values.get(name, ()))

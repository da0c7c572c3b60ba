"""Consents and declarations that a list already holds: all of its lines, or none."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

from gallra.duties.member_lines import day_of
from gallra.duties.member_lists import tables_in
from gallra.model.consents import Consent, Declaration
from gallra.model.errors import WrongUseError
from gallra.model.message import Message, said
from gallra.model.names import shown
from gallra.service.claims import identified
from gallra.service.scanning import Scanner

_HEADINGS: Final = {
    "name": re.compile(r"(?:full(?:t|ständigt) )?(?:namn|navn|name)|person|medlem|member"),
    "id": re.compile(
        r"id|person(?:nummer|nr)|fødsels(?:nummer|nr)|medlems(?:nummer|nr)|e-?post(?:add?resse?)?"
        r"|e-?mail|mail|telefon|mobil|phone|member number|personal number"
    ),
    "purpose": re.compile(r"ändamål|formål|føremål|purpose|för|for|avser|gäller|gjelder"),
    "to": re.compile(r"till|til|to|mottagare|mottaker|mottakar|recipients?"),
    "on": re.compile(r"datum|dato|date|given|gitt|gett|från|fra|from|on|undertecknad|signert"),
    "until": re.compile(
        r"till och med|til og med|t\.?o\.?m\.?|gäller till|gjelder til|until|valid until|slut(?:t)?"
    ),
    "account": re.compile(r"konto|användare|bruker|brukar|account|login|uid"),
    "proof": re.compile(r"bevis|underlag|proof|fil|file|vedlegg|bilaga"),
}
_SEVERAL: Final = re.compile(r"[|;,\s]+")
_MOST: Final = 10
Row = Mapping[str, Sequence[str]]
_Given = TypeVar("_Given")


def consents_in(path: str, *, by: str) -> tuple[tuple[Consent, str], ...]:
    """Return the consents that a list holds, each with the proof that it names.

    Raises:
        OSError: If it cannot be opened.
        WrongUseError: If any of its lines says too little; with the lines.
    """
    found: list[tuple[Consent, str]] = []
    wrong: list[Message] = []
    for number, row in _rows(path, needed=("name", "id", "purpose", "to", "on")):
        given, until = _day(row, "on"), _day(row, "until")
        identifiers = tuple(text for text in _several(row, "id") if identified(text))
        recipients = _several(row, "to")
        name, purpose = _one(row, "name"), _one(row, "purpose")
        is_until_good = until is not None or not _one(row, "until")
        if given is None or not (identifiers and recipients and name and purpose and is_until_good):
            wrong.append(said("line {row}: something is missing or is no date", row=number))
            continue
        consent = Consent(
            person=name,
            identifiers=identifiers,
            purpose=purpose,
            recipients=recipients,
            given_on=given,
            until_on=until,
            by=by,
        )
        found.append((consent, _one(row, "proof")))
    return _all(path, found, wrong)


def declarations_in(path: str, *, by: str) -> tuple[tuple[Declaration, str], ...]:
    """Return the declarations that a list holds, each with the proof that it names.

    Raises:
        OSError: If it cannot be opened.
        WrongUseError: If any of its lines says too little; with the lines.
    """
    found: list[tuple[Declaration, str]] = []
    wrong: list[Message] = []
    for number, row in _rows(path, needed=("name", "on")):
        given, until = _day(row, "on"), _day(row, "until")
        name = _one(row, "name")
        if given is None or not name or (until is None and _one(row, "until")):
            wrong.append(said("line {row}: something is missing or is no date", row=number))
            continue
        declaration = Declaration(
            name=name,
            accounts=_several(row, "account"),
            given_on=given,
            until_on=until,
            by=by,
        )
        found.append((declaration, _one(row, "proof")))
    return _all(path, found, wrong)


def _rows(path: str, *, needed: Sequence[str]) -> list[tuple[int, Row]]:
    with Scanner() as scanner:
        reports = scanner.reports(os.fsencode(path), wants_text=True)
    if any(not report.outcome.is_complete for report in reports):
        raise WrongUseError(said("{path} was not read in full", path=shown(path)))
    for table in tables_in(reports):
        names = [_name(cell) for cell in table.rows[0][1]]
        if set(needed) <= set(names):
            return [(number, _row(names, cells)) for number, cells in table.rows[1:]]
    raise WrongUseError(
        said(
            "{path}: its first line needs the headings {headings}",
            path=shown(path),
            headings=", ".join(needed),
        )
    )


def _name(cell: str) -> str:
    text = " ".join(cell.casefold().split())
    return next((name for name, pattern in _HEADINGS.items() if pattern.fullmatch(text)), "")


def _row(names: Sequence[str], cells: Sequence[str]) -> Row:
    row: dict[str, list[str]] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and cell.strip():
            row.setdefault(name, []).append(" ".join(cell.split()))
    return row


def _one(row: Row, name: str) -> str:
    return " ".join(row.get(name, ()))


def _several(row: Row, name: str) -> tuple[str, ...]:
    return tuple(each for cell in row.get(name, ()) for each in _SEVERAL.split(cell) if each)


def _day(row: Row, name: str) -> date | None:
    return day_of(_one(row, name))


def _all(path: str, found: list[_Given], wrong: list[Message]) -> tuple[_Given, ...]:
    if wrong or not found:
        raise WrongUseError(said("{path}: nothing was recorded", path=shown(path)), *wrong[:_MOST])
    return tuple(found)

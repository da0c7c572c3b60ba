"""Registers of one invented club, written as different systems write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import openpyxl

from sample_share.people import Person, member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADINGS = {
    "sv": ("Förnamn", "Efternamn", "Personnummer", "Medlemsnr", "E-post", "Mobil", "Avdelning"),
    "nb": ("Fornavn", "Etternavn", "Fødselsnr.", "Medlemsnummer", "E-post", "Mobil", "Avdeling"),
    "nn": (
        "Førenamn",
        "Etternamn",
        "Fødselsnummer",
        "Medlemsnummer",
        "E-post",
        "Mobil",
        "Avdeling",
    ),
    "en": (
        "First name",
        "Surname",
        "National ID",
        "Member number",
        "E-mail",
        "Phone",
        "Department",
    ),
}


def people(count: int, *, country: str = "sv", first: int = 0, seed: int = 11) -> list[Person]:
    """Return so many invented persons, no two of whom share a number or an address."""
    found: list[Person] = []
    marks: set[str] = set()
    number = first
    while len(found) < count:
        person = member(seed, country, number)
        number += 1
        if {person.number, person.email_text} & marks:
            continue
        marks |= {person.number, person.email_text}
        found.append(person)
    return found


def row(person: Person, *, number: str | None = None) -> list[object]:
    """Return a line as HEADINGS order it."""
    return [
        person.given_name,
        person.surname,
        number or person.number,
        person.membership_text,
        person.email_text,
        " ".join(person.phone_parts),
        "Lager",
    ]


def as_csv(
    rows: Iterable[Sequence[object]],
    *,
    headings: Sequence[object] = HEADINGS["sv"],
    delimiter: str = ";",
    encoding: str = "utf-8",
    before: Iterable[Sequence[object]] = (),
) -> bytes:
    """Return a csv as bytes, with lines that stand before the headings."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([*before, headings, *rows])
    return text.getvalue().encode(encoding, "replace")


def as_xlsx(
    rows: Sequence[Sequence[object]],
    *,
    headings: Sequence[object] = HEADINGS["nb"],
    before: Sequence[Sequence[object]] = (),
    after: Sequence[Sequence[object]] = (),
    sheets: Sequence[str] = ("Medlemmer",),
) -> bytes:
    """Return a workbook as bytes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        for each in (*before, headings, *rows, *after):
            sheet.append(list(each))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()

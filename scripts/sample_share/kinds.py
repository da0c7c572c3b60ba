"""Documents of every kind, drawn from the words of a language and the cast of a share."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sample_share import numbers
from sample_share.marked import DECOY, Marked, compose, value
from sample_share.papers import Paper, Sheet, Subject, Table, Workbook
from sample_share.people import CAST_SIZE, WORDS, Person, invent, member

if TYPE_CHECKING:
    from random import Random

FIRST_YEAR = 2018
OFFICE_HOLDERS = 6
"""The first members of the cast are the representatives: chair, secretary, handlers."""
_CLASS_OF_KIND = {
    "case": "individual-case",
    "participant-list": "activity-participants",
    "leftover": "common-area-leftovers",
    "policy": "no-personal-data",
    "template": "no-personal-data",
    "decoy": "no-personal-data",
}
_NOT_A_KIND = {"leftover", "policy", "template", "decoy"}
_TIES_TO_UNION = {"member-register", "conflict-preparedness"}
_NUMBER_COLUMNS = {"salary", "=raise", "=demand", "=since", "=start", "born"}


@dataclass(frozen=True, slots=True)
class OfficeNumbers:
    """Numbers of organisations and accounts; each look is another number."""

    rng: Random
    country: str

    @property
    def organisation(self) -> Marked:
        """An organisation's number."""
        if self.country == "sv":
            return value("SE_ORGANISATIONSNUMMER", numbers.swedish_organisation(self.rng))
        return value("NO_ORGANISASJONSNUMMER", numbers.norwegian_organisation(self.rng))

    @property
    def bankgiro(self) -> Marked:
        """A Swedish bankgiro number."""
        return value("SE_BANKGIRO", numbers.bankgiro(self.rng))

    @property
    def plusgiro(self) -> Marked:
        """A Swedish plusgiro number."""
        return value("SE_PLUSGIRO", numbers.plusgiro(self.rng))

    @property
    def account(self) -> Marked:
        """A Norwegian bank account."""
        return value("NO_KONTONUMMER", numbers.norwegian_account(self.rng))

    @property
    def iban(self) -> Marked:
        """One of the registry's examples."""
        return value("IBAN_CODE", self.rng.choice(numbers.IBAN_EXAMPLES))


@dataclass(frozen=True, slots=True)
class Decoys:
    """What looks like personal data and is none; each look is another one."""

    rng: Random
    year: int

    def _one(self, text: str) -> Marked:
        return value(DECOY, text)

    @property
    def invoice(self) -> Marked:
        """An invoice number, at times built like a personnummer of an impossible month."""
        serial = self.rng.randrange(10_000)
        forms = (
            f"F-{self.year}-{serial:05d}",
            f"{self.year}{self.rng.randint(13, 99)}{serial:04d}",
        )
        return self._one(self.rng.choice(forms))

    @property
    def order(self) -> Marked:
        """An order number: ten digits that pass modulus 10 but hold no date, or fewer."""
        digits = f"{self.rng.randint(10, 99)}{self.rng.randint(13, 19)}{self.rng.randint(32, 59)}"
        digits += f"{self.rng.randrange(1000):03d}"
        return self._one(self.rng.choice((digits + numbers.luhn(digits), digits[:7])))

    @property
    def serial(self) -> Marked:
        """A device's serial number."""
        low, high = self.rng.randrange(10_000), self.rng.randrange(1_000)
        return self._one(f"SN{self.rng.choice('ABCDEF')}{high:03d}-{low:04d}X")

    @property
    def phone_like(self) -> Marked:
        """An article number with the rhythm of a telephone number."""
        first, last = self.rng.randrange(100, 1000), self.rng.randrange(1000)
        return self._one(f"00-{first} {last:03d} 0")

    @property
    def date_like(self) -> Marked:
        """A shelf or file number with the rhythm of a date."""
        return self._one(f"{self.year}-{self.rng.randint(13, 99)}-{self.rng.randint(32, 99)}")

    @property
    def version(self) -> Marked:
        """A version."""
        return self._one(
            f"{self.rng.randint(1, 9)}.{self.rng.randint(0, 20)}.{self.rng.randint(0, 9)}"
        )

    @property
    def isbn(self) -> Marked:
        """A book's number."""
        return self._one(numbers.isbn(self.rng))

    @property
    def reference(self) -> Marked:
        """A payment reference, OCR or KID."""
        return self._one(numbers.payment_reference(self.rng, self.rng.choice((7, 15, 16))))


@cache
def words(language: str) -> dict[str, Any]:
    """Return the words of ``sv``, ``nb`` or ``nn``."""
    return tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """All that decides one document: the same turn draws the same words."""

    seed: int
    """The share's: decides who is in the cast."""
    rng: Random
    """Decides all the rest."""
    number: int
    """Which of its kind it is, from 0; stands in the numbers of cases and vouchers."""
    today: date
    """No document is younger."""
    language: str = "sv"

    def member(self, first: int = 0, last: int = CAST_SIZE) -> Person:
        """Return somebody of the cast, from ``first`` to ``last`` less one."""
        country = words(self.language)["country"]
        return member(self.seed, country, self.rng.randrange(first, last))


def scope(turn: Turn, on: date) -> dict[str, object]:
    """Return what templates may name, for a document written ``on``."""
    rng = turn.rng
    said = words(turn.language)
    country = said["country"]

    month = said["months"][on.month - 1]
    return {
        "year": on.year,
        "mm": f"{on.month:02d}",
        "month": month,
        "iso": on.isoformat(),
        "date": said["date_form"].format(day=on.day, month=month, year=on.year),
        "n": f"{turn.number + 1:03d}",
        "company": rng.choice(said["companies"]),
        "club": rng.choice(said["clubs"]),
        "union": rng.choice(said["unions"]),
        "unit": rng.choice(said["units"]),
        "place": rng.choice(said["places"]),
        "m": turn.member(OFFICE_HOLDERS, CAST_SIZE),
        "o": turn.member(OFFICE_HOLDERS, CAST_SIZE),
        "h": turn.member(2, OFFICE_HOLDERS),
        "c": member(turn.seed, country, 0),
        "s": member(turn.seed, country, 1),
        "b": invent(rng, country),
        "k": OfficeNumbers(rng, country),
        "x": Decoys(rng, on.year),
    }


def last_day(on: date, precision: str | None) -> date | None:
    """Return the last day that a date said with ``precision`` can mean."""
    if precision is None:
        return None
    if precision == "year":
        return date(on.year, 12, 31)
    if precision == "month":
        return on.replace(day=calendar.monthrange(on.year, on.month)[1])
    return on


def drawn_day(turn: Turn, kind: str = "") -> date:
    """Return a day up to today: registers by month backwards, pay by year, others any."""
    rng, number, today = turn.rng, turn.number, turn.today
    years = today.year - FIRST_YEAR + 1
    if kind in {"member-register", "new-employees"}:
        months = today.year * 12 + today.month - 1 - number % (12 * years)
        return min(date(months // 12, months % 12 + 1, rng.randint(1, 28)), today)
    if kind in {"salary-list", "conflict-preparedness", "hiring-committee"}:
        year = today.year - number % years
        return min(date(year, rng.randint(1, 6), rng.randint(1, 28)), today)
    first = date(FIRST_YEAR, 1, 1)
    return first + timedelta(days=rng.randrange((today - first).days + 1))


def draw(turn: Turn, kind: str, *, variant: int | None = None) -> tuple[str, Paper | Workbook]:
    """Return the folder for, and the text of, a document of ``kind``.

    Variants take turns, unless one is asked for.
    """
    rng, language = turn.rng, turn.language
    variants = words(language)[kind]
    section = variants[(turn.number if variant is None else variant) % len(variants)]
    on = drawn_day(turn, kind)
    named = scope(turn, on)
    class_code = _CLASS_OF_KIND.get(kind, kind)
    if kind == "accounting":
        class_code = "accounting-se" if language == "sv" else "accounting-no"
    special = section.get("special_categories", [])
    subject = Subject(
        kind=None if kind in _NOT_A_KIND else kind,
        language=language,
        class_code=class_code,
        special_categories=tuple(special or ["UNION_MEMBERSHIP"] * (kind in _TIES_TO_UNION)),
        on=on,
        document_date=last_day(on, section.get("dated")),
    )
    folder = compose(section["folder"], named).text
    stem = compose(section["stem"], named).text
    title = compose(section["title"], named)
    author = named["h"].name if rng.randrange(3) == 0 and class_code != "no-personal-data" else None
    if "columns" in section:
        people = _listed(turn, section)
        workbook = Workbook(
            stem=stem,
            subject=subject,
            sheets=_sheets(rng, section, people, named, title),
            title=title.text if rng.randrange(2) else "",
            author=author,
        )
        return folder, workbook
    blocks = tuple(compose(rng.choice(line), named) for line in section["lines"])
    paper = Paper(stem=stem, subject=subject, title=title, blocks=blocks, author=author)
    if class_code != "no-personal-data" and rng.randrange(4) == 0:
        paper = replace(
            paper,
            header=compose("{club}", named),
            footer=compose("{c.name}, {c.email}", named),
            comment=compose("{s.given}: {m.name}, {m.phone}?", named),
        )
    return folder, paper


def _listed(turn: Turn, section: dict[str, Any]) -> list[Person]:
    """Return who is on a list; the next version of it names nearly the same people."""
    country = words(turn.language)["country"]
    places = range(turn.number * 3, turn.number * 3 + turn.rng.randint(*section["count"]))
    return [member(turn.seed, country, place % CAST_SIZE) for place in places]


def _cell(
    column: str, person: Person, rng: Random, section: dict[str, Any], named: dict[str, object]
) -> Marked:
    if column == "+name":
        return named["h"].name
    if not column.startswith("="):
        return getattr(person, column)
    year = int(str(named["year"]))
    made = {
        "=job": lambda: Marked(person.job),
        "=unit": lambda: Marked(str(named["unit"])),
        "=remark": lambda: Marked(rng.choice(section["remarks"])),
        "=raise": lambda: person.paid(int(person.pay * rng.uniform(1.01, 1.06)) // 100 * 100),
        "=demand": lambda: person.paid(int(person.pay * rng.uniform(1.04, 1.12)) // 100 * 100),
        "=since": lambda: Marked(f"{rng.randint(1995, FIRST_YEAR)}-{rng.randint(1, 12):02d}-01"),
        "=start": lambda: Marked(f"{year}-{named['mm']}-{rng.choice(('01', '15'))}"),
        "=account": lambda: named["k"].account,
    }
    return made[column]()


def _sheets(
    rng: Random,
    section: dict[str, Any],
    people: list[Person],
    named: dict[str, object],
    title: Marked,
) -> tuple[Sheet, ...]:
    columns = [column for _, column in section["columns"]]
    heading = tuple(Marked(head) for head, _ in section["columns"])
    rows = [
        tuple(_cell(column, person, rng, section, named) for column in columns) for person in people
    ]
    above: list[tuple[Marked, ...]] = [(title,), ()] if rng.randrange(3) == 0 else []
    comments = ()
    if rng.randrange(5) == 0:
        remark = compose("{s.given}: {m.name} {m.phone}", named)
        comments = ((len(above) + 1, 0, remark),)
    number_columns = frozenset(
        place for place, column in enumerate(columns) if column in _NUMBER_COLUMNS
    )
    shown = Sheet(
        name=section["sheet"],
        rows=(*above, heading, *rows),
        number_columns=number_columns,
        comments=comments,
    )
    if rng.randrange(6):
        return (shown,)
    hidden = Sheet(
        name="Blad2", rows=(heading, *rows[:3]), number_columns=number_columns, is_hidden=True
    )
    return (shown, hidden)


def as_paper(workbook: Workbook) -> Paper:
    """Return the first sheet as a document with a table; no cell is empty."""
    title, *_ = workbook.title, workbook.sheets[0].name
    rows = tuple(row for row in workbook.sheets[0].rows if len(row) > 1)
    filled = tuple(tuple(cell or Marked("..") for cell in row) for row in rows)
    return Paper(
        stem=workbook.stem,
        subject=workbook.subject,
        title=Marked(title or workbook.stem),
        blocks=(Table(rows=filled),),
        author=workbook.author,
    )

"""Invented persons: each the same wherever the same number of the same share's cast is drawn."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from sample_share import numbers
from sample_share.marked import Marked, join, value

if TYPE_CHECKING:
    from datetime import date

WORDS = Path(__file__).with_name("words")
CAST_SIZE = 220
"""Members of one country's club: few enough that the same people turn up in many files."""
_MAIL_DOMAINS = (
    "example.com",
    "example.net",
    "example.org",
    "privat.example.net",
    "post.example.com",
    "hemma.example",
    "mail.test",
)
"""RFC 2606 and RFC 6761: nobody can have an address there."""
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "\u0131": "i", "đ": "d", "'": "", " ": "."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who does not exist; attributes that texts may name are marked text."""

    given_name: str
    surname: str
    is_female: bool
    country: str
    """``sv`` or ``no``: which numbers, towns and telephone numbers."""
    born_on: date
    number: str
    """As it is written in full: ``19900101-9802``, or eleven digits."""
    number_entity: str
    phone_parts: tuple[str, ...]
    email_text: str
    address_text: str
    membership_text: str
    job: str
    pay: int
    """Swedish crowns a month, Norwegian crowns a year."""

    @property
    def name(self) -> Marked:
        """Given name and surname."""
        return value("PERSON", f"{self.given_name} {self.surname}")

    @property
    def genitive(self) -> Marked:
        """The name as owner; the ending is part of the mark, as in the Nordic NER corpora."""
        silent = "" if self.country == "sv" else "'"
        ending = silent if self.surname[-1] in "sxz" else "s"
        return value("PERSON", f"{self.given_name} {self.surname}{ending}")

    @property
    def given(self) -> Marked:
        """The given name alone."""
        return value("PERSON", self.given_name)

    @property
    def family(self) -> Marked:
        """The surname alone."""
        return value("PERSON", self.surname)

    @property
    def listed(self) -> Marked:
        """Surname first, as in a register: one mark."""
        return value("PERSON", f"{self.surname}, {self.given_name}")

    @property
    def initials(self) -> Marked:
        """The given name shortened: ``K. Ås``."""
        return value("PERSON", f"{self.given_name[0]}. {self.surname}")

    @property
    def identifier(self) -> Marked:
        """The national number in full, as the country usually writes it."""
        return value(self.number_entity, self.number)

    @property
    def spaced(self) -> Marked:
        """The national number with a space before its last group."""
        digits = self.number.replace("-", "")
        cut = 8 if self.country == "sv" else 6
        return value(self.number_entity, f"{digits[:cut]} {digits[cut:]}")

    @property
    def compact(self) -> Marked:
        """The national number, digits only."""
        return value(self.number_entity, self.number.replace("-", ""))

    @property
    def short(self) -> Marked:
        """The national number without the century, where it has one."""
        return value(self.number_entity, self.number[2:] if self.country == "sv" else self.number)

    @property
    def born(self) -> Marked:
        """The date of birth."""
        form = "%Y-%m-%d" if self.country == "sv" else "%d.%m.%Y"
        return value("DATE_OF_BIRTH", self.born_on.strftime(form))

    @property
    def phone(self) -> Marked:
        """The telephone number as it is dialled at home."""
        area = f"0{self.phone_parts[0]}-" if self.country == "sv" else ""
        return value("PHONE_NUMBER", area + " ".join(self.phone_parts[self.country == "sv" :]))

    @property
    def phone_abroad(self) -> Marked:
        """The telephone number with its country code."""
        code = "+46" if self.country == "sv" else "+47"
        return value("PHONE_NUMBER", f"{code} {' '.join(self.phone_parts)}")

    @property
    def email(self) -> Marked:
        """The private address."""
        return value("EMAIL_ADDRESS", self.email_text)

    @property
    def address(self) -> Marked:
        """Street, postcode and town."""
        return value("POSTAL_ADDRESS", self.address_text)

    @property
    def membership(self) -> Marked:
        """The union's number for the member."""
        return value("MEMBER_NUMBER", self.membership_text)

    @property
    def salary(self) -> Marked:
        """The pay, digits only."""
        return value("SALARY", str(self.pay))

    @property
    def salary_grouped(self) -> Marked:
        """The pay with a space before the last three digits."""
        return value("SALARY", f"{self.pay // 1000} {self.pay % 1000:03d}")

    @property
    def mailbox(self) -> Marked:
        """Name and address as a mail header has them."""
        return join("", (self.name, " <", self.email, ">"))

    def paid(self, pay: int) -> Marked:
        """Return another amount as this person's pay."""
        return value("SALARY", str(pay))


@cache
def names() -> dict[str, Any]:
    """Return the lists of names, places and titles."""
    return tomllib.loads((WORDS / "names.toml").read_text("utf-8"))


def ascii_of(text: str) -> str:
    """Return ``text`` as people write it in addresses: lower case, no accents."""
    folded = unicodedata.normalize("NFD", text.lower().translate(_FOLDED))
    return "".join(character for character in folded if character.isascii())


@lru_cache(maxsize=4 * CAST_SIZE)
def member(seed: int, country: str, number: int) -> Person:
    """Return a member of the club, ``number`` from 0 to :data:`CAST_SIZE` less one."""
    rng = Random(f"{seed}/cast/{country}/{number}")  # noqa: S311 - repeatable, not secret
    return invent(rng, country)


def invent(rng: Random, country: str) -> Person:
    """Return a new person who lives in ``country`` (``sv`` or ``no``)."""
    lists = names()
    is_female = rng.random() < 0.5  # noqa: PLR2004 - half of all people
    sex = "female" if is_female else "male"
    origin = rng.choice((country,) * 5 + ("abroad",))
    given = rng.choice(lists["given"][origin][sex])
    surname = rng.choice(lists["surnames"][origin])
    born = numbers.birth_date(rng)
    # Who came lately has not got the number of those who are registered as residents yet.
    is_newcomer = origin == "abroad" and rng.randrange(3) == 0
    places = lists["places"][country]
    street, town = rng.choice(places["streets"]), rng.choice(places["towns"])
    if country == "sv":
        number = numbers.personnummer(rng, born, is_female=is_female, is_coordination=is_newcomer)
        entity = "SE_SAMORDNINGSNUMMER" if is_newcomer else "SE_PERSONNUMMER"
        phone = numbers.swedish_phone(rng)
        pay = rng.randrange(26_000, 68_000, 100)
    else:
        number = numbers.fodselsnummer(rng, born, is_female=is_female, is_d_number=is_newcomer)
        entity = "NO_D_NUMMER" if is_newcomer else "NO_FODSELSNUMMER"
        phone = (numbers.norwegian_phone(rng),)
        pay = rng.randrange(410_000, 920_000, 1_000)
    return Person(
        given_name=given,
        surname=surname,
        is_female=is_female,
        country=country,
        born_on=born,
        number=number,
        number_entity=entity,
        phone_parts=phone,
        email_text=f"{ascii_of(given)}.{ascii_of(surname)}@{rng.choice(_MAIL_DOMAINS)}",
        address_text=f"{street} {rng.randint(1, 98)}, {town}",
        membership_text=str(rng.randrange(1_200_000, 9_900_000)),
        job=rng.choice(lists["titles"][country]),
        pay=pay,
    )

"""One line of a list of members: numbers, names, addresses and days, in whatever form."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from gallra.detect.checksums import full_year, is_date, swedish_birth, valid_birth
from gallra.detect.digests import normalised
from gallra.model.washing import Member

if TYPE_CHECKING:
    from gallra.duties.member_columns import Head

_MAIL: Final = re.compile(r"[^\s@<>,;:\"()|]{1,64}@[^\s@<>,;:\"()|]+\.[^\s@<>,;:\"()|]{2,}")
_NOT_DIGITS: Final = re.compile(r"\D")
_NUMBER: Final = re.compile(r"[+-]?[\d\s.\-+]{6,20}")
_PHONE_PARTS: Final = re.compile(r"[;,/|]| eller | or ")
_YEAR_FIRST: Final = re.compile(r"((?:19|20)\d\d)[-./]?(\d\d?)[-./]?(\d\d?)(?:\D.*)?")
_DAY_FIRST: Final = re.compile(r"(\d\d?)[-./ ](\d\d?)[-./ ](\d{4}|\d\d)")
_LEFT: Final = re.compile(
    r"(?:utträdd|utträtt|utgått|avslutad|avslutat|upphört|utesluten|utmeldt|utmeld|avsluttet"
    r"|opphørt|ekskludert|left|resigned|terminated|expelled|ended|inactive|inaktiv"
    r"|f\.? ?d\.? medlem|tidigare medlem|tidligere medlem|former member|ej medlem|ikke medlem)",
    re.IGNORECASE,
)
_PERSONNUMMER: Final = 12
_SHORT_PERSONNUMMER: Final = 10
_FODSELSNUMMER: Final = 11
_SHORTEST_PHONE: Final = 6


def birth_of(text: str) -> tuple[str, str]:
    """Return a personal number's digits, and its kind where its check digits hold.

    Zeros that a spreadsheet took from its front are put back where the number then holds, and
    no other reading does. ``("", "")`` where ``text`` is none.
    """
    text = text.strip().removesuffix(".0")
    if not _NUMBER.fullmatch(text):
        return "", ""
    digits = _NOT_DIGITS.sub("", text)
    readings = _readings(digits, is_centenarian="+" in text[1:])
    if len(readings) == 1:
        return readings[0]
    if readings:  # two countries could have given it: an eleven-digit number is as it stands
        return readings[0] if len(digits) in {_PERSONNUMMER, _FODSELSNUMMER} else (digits, "")
    usual = {_SHORT_PERSONNUMMER, _FODSELSNUMMER, _PERSONNUMMER}
    return (digits, "") if len(digits) in usual else ("", "")


def _readings(digits: str, *, is_centenarian: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for length in (_PERSONNUMMER, _SHORT_PERSONNUMMER):
        filled = digits.zfill(length) if length == _SHORT_PERSONNUMMER else digits
        swedish = (
            swedish_birth(filled, is_centenarian=is_centenarian)
            if (
                len(filled) == length and len(digits) > 6  # noqa: PLR2004 - fewer are no number
            )
            else None
        )
        if swedish is not None:
            entity = "SE_SAMORDNINGSNUMMER" if swedish[1] else "SE_PERSONNUMMER"
            found.append((swedish[0], entity))
    if len(digits) in {_FODSELSNUMMER, _FODSELSNUMMER - 1}:
        filled = digits.zfill(_FODSELSNUMMER)
        norwegian = valid_birth(filled)
        if norwegian is not None:
            found.append((filled, norwegian[0]))
    return list(dict.fromkeys(found))


def born_on(number: str, entity: str) -> date | None:
    """Return the day of birth in a personal number, where it tells one."""
    if entity == "SE_PERSONNUMMER":
        return _day(int(number[:4]), int(number[4:6]), int(number[6:8]))
    if entity == "SE_SAMORDNINGSNUMMER":
        return _day(int(number[:4]), int(number[4:6]), int(number[6:8]) - 60)
    return None


def mails_in(text: str) -> tuple[str, ...]:
    """Return the mail addresses in a cell, in lower case."""
    return tuple(dict.fromkeys(each.casefold() for each in _MAIL.findall(text)))


def phones_in(text: str) -> tuple[str, ...]:
    """Return the telephone numbers in a cell, as E.164."""
    found = []
    for each in _PHONE_PARTS.split(text):
        digits = _NOT_DIGITS.sub("", each)
        if len(digits) >= _SHORTEST_PHONE:
            is_swedish = len(digits) == 9 and digits[0] == "7"  # noqa: PLR2004 - a spreadsheet took the zero
            found.append(normalised("PHONE_NUMBER", f"0{digits}" if is_swedish else each.strip()))
    return tuple(dict.fromkeys(found))


def day_of(text: str) -> date | None:
    """Return the day that a cell tells; ``None`` where it tells none."""
    text = text.strip()
    first = _YEAR_FIRST.fullmatch(text)
    if first is not None:
        return _day(int(first[1]), int(first[2]), int(first[3]))
    last = _DAY_FIRST.fullmatch(text)
    if last is not None:
        year = int(last[3]) if len(last[3]) == 4 else full_year(int(last[3]))  # noqa: PLR2004 - a whole year
        return _day(year, int(last[2]), int(last[1]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if is_date(year, month, day) else None


def has_letters(cells: Iterable[str]) -> bool:
    """Tell whether anything is written in a line, besides figures and lines drawn."""
    return any(character.isalpha() for cell in cells for character in cell)


_PLAIN: Final = {
    "first-name": "first",
    "last-name": "last",
    "name": "name",
    "member": "name",
    "member-number": "number",
}


@dataclass(slots=True, kw_only=True)
class _Draft:
    first: str = ""
    last: str = ""
    name: str = ""
    birth: tuple[str, str] = ("", "")
    number: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    born: date | None = None
    left: date | None = None
    has_left: bool = False
    details: list[tuple[str, str]] = field(default_factory=list)

    def take(self, role: str, heading: str, text: str) -> None:
        attribute = _PLAIN.get(role)
        if attribute is not None:
            setattr(self, attribute, getattr(self, attribute) or " ".join(text.split()))
        elif role == "personal-number":
            found = birth_of(text)
            self.birth = self.birth if self.birth[0] else found
            if not found[0]:
                self.born = self.born or day_of(text.replace("-XXXX", "").replace("-xxxx", ""))
        elif role == "email":
            self.mails = tuple(dict.fromkeys((*self.mails, *mails_in(text))))
        elif role == "phone":
            self.phones = tuple(dict.fromkeys((*self.phones, *phones_in(text))))
        elif role == "birth":
            self.born = self.born or day_of(text)
        elif role == "left":
            self.left = self.left or day_of(text)
        elif role == "status":
            self.has_left = self.has_left or _LEFT.fullmatch(text.strip()) is not None
        elif heading:
            self.details.append((heading, " ".join(text.split())))


def member_of(row: int, heads: Sequence["Head"], cells: Sequence[str]) -> Member | None:
    """Return whom a line is about; ``None`` where nothing in it tells a person."""
    draft = _Draft()
    for head, cell in zip(heads, cells, strict=False):
        if cell.strip():
            draft.take(head.role, head.heading, cell)
    name = " ".join(filter(None, (draft.first, draft.last))) if draft.first or draft.last else ""
    name = name if draft.first and draft.last else draft.name or name
    last, comma, first = name.partition(",")
    if comma and "," not in first:
        name = f"{first.strip()} {last.strip()}"
    number, entity = draft.birth
    if not (name or number or draft.number or draft.mails):
        return None
    plain = re.sub(r"[\s\-]", "", draft.number.removesuffix(".0")).casefold()
    return Member(
        row=row,
        name=name,
        birth_number=number,
        birth_entity=entity,
        member_number=plain.lstrip("0") or plain,
        member_number_written=draft.number.removesuffix(".0"),
        mails=draft.mails,
        phones=draft.phones,
        born_on=draft.born or born_on(number, entity),
        left_on=draft.left,
        has_left=draft.has_left,
        details=tuple(draft.details),
    )

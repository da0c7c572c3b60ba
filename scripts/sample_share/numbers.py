"""Numbers that pass every check and belong to nobody.

Where the keeper of a series has set numbers aside for tests or fiction, they are taken from there:

* personnummer and samordningsnummer: birth numbers 980 to 999, which Skatteverket keeps for the
  test persons it publishes ("Testpersonnummer", "Testsamordningsnummer", open data);
* fødselsnummer and D-nummer: Skatteetaten's synthetic population (Tenor testdata), whose month
  is 80 higher than a real one's;
* organisasjonsnummer: synthetic entities of the same source begin with 2 or 3;
* Swedish telephone numbers: the series that PTS keeps for books and films;
* IBAN: the examples printed in the SWIFT IBAN registry.

Bankgiro, plusgiro, Swedish organisationsnummer and Norwegian kontonummer have no such series: they
are invented and merely valid. So are Norwegian telephone numbers, for which nothing is set aside:
they are taken from two blocks, 21 99 99 00 to 99 and 409 99 900 to 999. Nobody is to be called.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

IBAN_EXAMPLES = (
    "SE45 5000 0000 0583 9825 7466",
    "NO93 8601 1117 947",
    "DK50 0040 0440 1162 43",
    "FI21 1234 5600 0007 85",
    "DE89 3704 0044 0532 0130 00",
)
_FIRST_BIRTH = date(1957, 1, 1)
_BIRTH_DAYS = 17_000
_FEMALE_SE, _MALE_SE = range(980, 1000, 2), range(981, 1000, 2)
_NOT_A_DIGIT = 10
_MODULUS = 11
_FIRST_YEAR_OF_500 = 2000


def luhn(digits: str) -> str:
    """Return the check digit of ``digits`` by modulus 10."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def modulus_11(digits: str, weights: Sequence[int]) -> str | None:
    """Return the check digit of ``digits`` by modulus 11; ``None`` where there is none."""
    remainder = -sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    digit = remainder % _MODULUS
    return None if digit == _NOT_A_DIGIT else str(digit)


def birth_date(rng: Random) -> date:
    """Return the birthday of somebody of working age."""
    return _FIRST_BIRTH + timedelta(days=rng.randrange(_BIRTH_DAYS))


def personnummer(rng: Random, born: date, *, is_female: bool, is_coordination: bool = False) -> str:
    """Return twelve digits, the last four after a hyphen: ``19900101-9802``."""
    serial = rng.choice(_FEMALE_SE if is_female else _MALE_SE)
    day = born.day + (60 if is_coordination else 0)
    digits = f"{born:%y%m}{day:02d}{serial:03d}"
    return f"{born:%Y%m}{day:02d}-{serial:03d}{luhn(digits)}"


def fodselsnummer(rng: Random, born: date, *, is_female: bool, is_d_number: bool = False) -> str:
    """Return eleven digits of the synthetic population: the month is 80 higher."""
    day = born.day + (40 if is_d_number else 0)
    start = f"{day:02d}{born.month + 80:02d}{born:%y}"
    first = 500 if born.year >= _FIRST_YEAR_OF_500 else 0
    serials = list(range(first + (not is_female), first + 500, 2))
    while True:
        digits = f"{start}{rng.choice(serials):03d}"
        one = modulus_11(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2))
        if one is None:
            continue
        two = modulus_11(digits + one, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
        if two is not None:
            return digits + one + two


def swedish_phone(rng: Random) -> tuple[str, str, str]:
    """Return area code, first and second group of a number that PTS keeps for fiction."""
    area, middle, first, last = rng.choice(
        (
            ("70", "174 06", 5, 99),
            ("70", "174 06", 5, 99),
            ("8", "465 004", 0, 99),
            ("31", "390 06", 0, 99),
            ("40", "628 04", 0, 99),
        )
    )
    return area, middle, f"{rng.randint(first, last):02d}"


def norwegian_phone(rng: Random) -> str:
    """Return eight digits, grouped as mobile or fixed numbers are."""
    last = rng.randrange(100)
    return f"21 99 99 {last:02d}" if rng.randrange(3) == 0 else f"409 99 9{last:02d}"


def swedish_organisation(rng: Random) -> str:
    """Return an association's or company's number: ``802412-3455``."""
    digits = rng.choice(("802", "556", "559")) + f"{rng.randrange(10**6):06d}"
    return f"{digits[:6]}-{digits[6:]}{luhn(digits)}"


def norwegian_organisation(rng: Random) -> str:
    """Return nine digits of a synthetic entity: ``310 123 456``."""
    while True:
        digits = f"31{rng.randrange(10**6):06d}"
        check = modulus_11(digits, (3, 2, 7, 6, 5, 4, 3, 2))
        if check is not None:
            number = digits + check
            return f"{number[:3]} {number[3:6]} {number[6:]}"


def bankgiro(rng: Random) -> str:
    """Return a number like ``5123-4567`` or ``123-4567``."""
    digits = str(rng.randrange(100_000, 10_000_000))
    number = digits + luhn(digits)
    return f"{number[:-4]}-{number[-4:]}"


def plusgiro(rng: Random) -> str:
    """Return a number like ``28 65 43-4``."""
    digits = str(rng.randrange(100_000, 1_000_000))
    return f"{digits[:2]} {digits[2:4]} {digits[4:]}-{luhn(digits)}"


def norwegian_account(rng: Random) -> str:
    """Return a kontonummer like ``1234.56.78903``, which is no valid fødselsnummer besides."""
    while True:
        digits = f"{rng.randrange(10**9, 10**10)}"
        check = modulus_11(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
        is_person = modulus_11(digits[:9], (3, 7, 6, 1, 8, 9, 4, 5, 2)) == digits[9]
        if check is not None and not is_person:
            return f"{digits[:4]}.{digits[4:6]}.{digits[6:]}{check}"


def isbn(rng: Random) -> str:
    """Return a valid ISBN-13 of the Swedish or Norwegian group."""
    group = rng.choice(("91", "82"))
    publisher, title = f"{rng.randrange(100, 700)}", f"{rng.randrange(10**4):04d}"
    digits = f"978{group}{publisher}{title}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"978-{group}-{publisher}-{title}-{check}"


def payment_reference(rng: Random, length: int) -> str:
    """Return an OCR or KID reference of ``length`` digits that passes modulus 10."""
    digits = str(rng.randrange(10 ** (length - 2), 10 ** (length - 1)))
    return digits + luhn(digits)

"""Check digits and dates of Swedish and Norwegian identifiers, on strings of digits.

Written out here and not through ``stdnum.validate``: a dense list asks thousands of times a
second; the tests compare every function with python-stdnum.
"""

from calendar import monthrange

_LUHN_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGANISATION = (3, 2, 7, 6, 5, 4, 3, 2)

REFERENCE_YEAR = 2026
"""Two digits of a year that are not later than this year's mean this century, as the Swedish
hyphen does. A constant and not the clock: a value's digest must be the same for ever."""


def luhn(digits: str) -> bool:
    """Tell whether ``digits`` end in their Luhn check digit."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(_LUHN_DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def is_date(year: int, month: int, day: int) -> bool:
    """Tell whether such a day exists."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004 - months


def full_year(short: int, *, is_centenarian: bool = False) -> int:
    """Return the year that two digits mean; ``+`` in a personnummer adds a hundred years' age."""
    year = 2000 + short if short <= REFERENCE_YEAR % 100 else 1900 + short
    return year - 100 if is_centenarian else year


def swedish_birth(digits: str, *, is_centenarian: bool = False) -> tuple[str, bool] | None:
    """Return a personnummer's twelve digits and whether it is a samordningsnummer, or ``None``.

    ``digits`` are ten or twelve. The check is Luhn over the last ten, and a day that exists
    (plus 60 in a samordningsnummer, which may leave month and day unknown).
    """
    short = digits[-10:]
    if not luhn(short):
        return None
    if len(digits) == 12:  # noqa: PLR2004 - with the century
        year = int(digits[:4])
        if not 1840 <= year <= 2039:  # noqa: PLR2004 - nobody alive, nobody born
            return None
    else:
        year = full_year(int(short[:2]), is_centenarian=is_centenarian)
    month, day = int(short[2:4]), int(short[4:6])
    if is_date(year, month, day):
        return f"{year:04d}{short[2:]}", False
    if day >= 60 and month <= 12 and (day == 60 or month == 0 or is_date(year, month, day - 60)):  # noqa: PLR2004 - the offset
        return f"{year:04d}{short[2:]}", True
    return None


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))


def norwegian_checks(digits: str) -> tuple[bool, bool]:
    """Return whether eleven digits hold by both control digits, and by the rule from 2032.

    From 2032 the first control sum may leave 0 to 3, the second stays as it is.

    Source: Skatteetaten, "Nytt fødselsnummer fra 2032".
    """
    if (_weighted(digits[:10], _SECOND) + int(digits[10])) % 11:
        return False, False
    remainder = (_weighted(digits[:9], _FIRST) + int(digits[9])) % 11
    return remainder == 0, remainder <= 3  # noqa: PLR2004 - the rule


def norwegian_birth(digits: str) -> str | None:
    """Return the entity that eleven digits' date makes them, check digits apart, or ``None``.

    A D-number adds 40 to the day, an H-number 40 to the month; Skatteetaten's synthetic test
    persons (Tenor) add 80 to the month, NAV's 40.
    """
    day, month, short = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    individual = int(digits[6:9])
    is_d = day > 40  # noqa: PLR2004 - the offset
    day -= 40 if is_d else 0
    offset = 80 if month > 80 else 40 if month > 40 else 0  # noqa: PLR2004 - the offsets
    month -= offset
    if individual < 500:  # noqa: PLR2004 - the series
        year = 1900 + short
    elif short < 40:  # noqa: PLR2004 - the series
        year = 2000 + short
    elif individual >= 900 or offset:  # noqa: PLR2004 - the series
        year = 1900 + short
    elif individual < 750 and short >= 54:  # noqa: PLR2004 - the series
        year = 1800 + short
    else:
        return None
    if not is_date(year, month, day):
        return None
    if is_d:
        return "NO_D_NUMMER"
    return "NO_H_NUMMER" if offset == 40 else "NO_FODSELSNUMMER"  # noqa: PLR2004 - the offset


def norwegian_account(digits: str) -> bool:
    """Tell whether eleven digits hold as a kontonummer (mod 11 over the first ten)."""
    return (_weighted(digits[:10], _SECOND) + int(digits[10])) % 11 == 0


def norwegian_organisation(digits: str) -> bool:
    """Tell whether nine digits hold as an organisasjonsnummer; 2 and 3 open synthetic ones."""
    return digits[0] in "2389" and (_weighted(digits[:8], _ORGANISATION) + int(digits[8])) % 11 == 0


def iban(value: str) -> bool:
    """Tell whether ``value``, upper case and without spaces, holds by ISO 13616's mod 97."""
    if _IBAN_LENGTHS.get(value[:2], len(value)) != len(value):
        return False
    number = "".join(str(int(each, 36)) for each in value[4:] + value[:4])
    return int(number) % 97 == 1


_IBAN_LENGTHS = {
    "SE": 24, "NO": 15, "DK": 18, "FI": 18, "IS": 26, "DE": 22, "GB": 22, "NL": 18, "PL": 28,
    "EE": 20, "LV": 21, "LT": 20, "FR": 27, "ES": 24, "IT": 27, "BE": 16, "CH": 21, "AT": 20,
    "IE": 22, "PT": 25,
}  # fmt: skip

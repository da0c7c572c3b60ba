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
"""Where a document tells no later year of its own, two digits are read as of this one: not later
than its own mean this century, as the Swedish hyphen does. No clock is read: a document's digests
must be the same whenever it is looked at."""
LAST_REFERENCE_YEAR = 2099


def luhn(digits: str) -> bool:
    """Tell whether ``digits`` end in their Luhn check digit."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(_LUHN_DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def is_date(year: int, month: int, day: int) -> bool:
    """Tell whether such a day exists."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004 - months


def full_year(
    short: int, *, is_centenarian: bool = False, reference_year: int = REFERENCE_YEAR
) -> int:
    """Return the year that two digits mean; ``+`` in a personnummer adds a hundred years' age.

    ``reference_year`` is the year in which they were written, where that is known and later than
    ``REFERENCE_YEAR``: earlier ones say nothing, for a list of 1998 may be a form filled in since.
    """
    latest = min(max(reference_year, REFERENCE_YEAR), LAST_REFERENCE_YEAR)
    year = latest - (latest - short) % 100
    return year - 100 if is_centenarian else year


def swedish_birth(
    digits: str, *, is_centenarian: bool = False, reference_year: int = REFERENCE_YEAR
) -> tuple[str, bool] | None:
    """Return a personnummer's twelve digits and whether it is a samordningsnummer, or ``None``.

    ``digits`` are ten or twelve. The check is Luhn over the last ten, and a day that exists
    (plus 60 in a samordningsnummer, which may leave month and day unknown). Whether a number holds
    does not depend on ``reference_year``, only the century of ten digits does.
    """
    short = digits[-10:]
    if len(digits) not in {10, 12} or not luhn(short):
        return None
    if len(digits) == 12:  # noqa: PLR2004 - with the century
        year = int(digits[:4])
        if not 1840 <= year <= LAST_REFERENCE_YEAR:  # noqa: PLR2004 - nobody alive
            return None
    else:
        year = full_year(
            int(short[:2]), is_centenarian=is_centenarian, reference_year=reference_year
        )
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

    Source: Skatteetaten, Folkeregisteret API documentation, "Nytt fødselsnummer fra 2032".
    """
    if (_weighted(digits[:10], _SECOND) + int(digits[10])) % 11:
        return False, False
    remainder = (_weighted(digits[:9], _FIRST) + int(digits[9])) % 11
    return remainder == 0, remainder <= 3  # noqa: PLR2004 - the rule


_OFFSETS = {0: "NO_FODSELSNUMMER", 40: "NO_H_NUMMER", 80: "NO_FODSELSNUMMER"}
"""What is added to the month in numbers that are in use, and what it makes of them: nothing in a
fødselsnummer; 40 in a hjelpenummer of the health services, and in NAV's test persons (Dolly); 80 in
Skatteetaten's test persons (Tenor)."""
_RARE_OFFSETS = (20, 60, 65)
"""NAV's own numbers for those without another (NPID); test persons with such numbers; test persons
of Norsk helsenett. Their months overlap, and few texts hold them: they need their label."""
_SHARED_HELP = "89"
"""A felles hjelpenummer opens with one of these, and holds no date at all."""


def norwegian_birth(digits: str) -> tuple[str, bool] | None:
    """Return the entity that eleven digits' date makes them, check digits apart, or ``None``.

    Also returned is whether such a number was usual before 2032. A D-number adds 40 to the day.
    Until 2032 the three digits behind the date tell the century, from 2032 on they do not: a number
    whose century cannot be told is one of the new ones, or none. A felles hjelpenummer is not usual
    in this sense: only its control digits can be looked at.

    Source: Skatteetaten, Folkeregisteret API documentation; Norsk helsenett, "Felles
    hjelpenummer"; NAV, fnrvalidator and testnorge; BEKK, NoCommons (Norsk helsenett's 65).
    """
    if digits[0] in _SHARED_HELP:
        return "NO_H_NUMMER", False
    day, month, short = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    is_d = day > 40  # noqa: PLR2004 - the offset
    day -= 40 if is_d else 0
    offset = (month - 1) // 20 * 20
    entity = _OFFSETS.get(offset)
    year = _norwegian_year(short, int(digits[6:9]), is_synthetic=offset > 0)
    if entity is not None and year is not None and is_date(year, month - offset, day):
        return "NO_D_NUMMER" if is_d else entity, True
    offsets = _RARE_OFFSETS if entity is None else (offset,)
    if any(is_date(2000 + short, month - each, day) for each in offsets):
        return "NO_D_NUMMER" if is_d else entity or "NO_FODSELSNUMMER", False
    return None


def _norwegian_year(short: int, individual: int, *, is_synthetic: bool) -> int | None:
    """Return the year of birth by the series of the individual number; ``None`` for none."""
    if individual < 500:  # noqa: PLR2004 - the series
        return 1900 + short
    if short < 40:  # noqa: PLR2004 - the series
        return 2000 + short
    if individual >= 900 or is_synthetic:  # noqa: PLR2004 - the series
        return 1900 + short
    return 1800 + short if individual < 750 and short >= 54 else None  # noqa: PLR2004 - the series


def norwegian_account(digits: str) -> bool:
    """Tell whether eleven digits hold as a kontonummer (mod 11 over the first ten)."""
    return (_weighted(digits[:10], _SECOND) + int(digits[10])) % 11 == 0


def norwegian_organisation(digits: str) -> bool:
    """Tell whether nine digits hold as an organisasjonsnummer; 2 and 3 open synthetic ones."""
    return digits[0] in "2389" and (_weighted(digits[:8], _ORGANISATION) + int(digits[8])) % 11 == 0


def iban(value: str) -> bool:
    """Tell whether ``value``, upper case and without spaces, holds by ISO 13616's mod 97."""
    if IBAN_LENGTHS.get(value[:2], len(value)) != len(value):
        return False
    number = "".join(str(int(each, 36)) for each in value[4:] + value[:4])
    return int(number) % 97 == 1


IBAN_LENGTHS = {
    "SE": 24, "NO": 15, "DK": 18, "FI": 18, "IS": 26, "DE": 22, "GB": 22, "NL": 18, "PL": 28,
    "EE": 20, "LV": 21, "LT": 20, "FR": 27, "ES": 24, "IT": 27, "BE": 16, "CH": 21, "AT": 20,
    "IE": 22, "PT": 25,
}  # fmt: skip
"""Characters of the countries that members come from; of others every length is taken."""


def valid_birth(digits: str) -> tuple[str, bool] | None:
    """Return the entity of eleven digits that hold, and whether by the rules before 2032."""
    value = norwegian_birth(digits)
    if value is None:
        return None
    is_valid, is_valid_from_2032 = norwegian_checks(digits)
    return (value[0], value[1] and is_valid) if is_valid_from_2032 else None

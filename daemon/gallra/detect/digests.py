"""Keyed digests of normalised values: the same person's number has one, however written."""

import hmac
import re
import unicodedata
from collections.abc import Mapping
from hashlib import sha256

from gallra.detect.checksums import REFERENCE_YEAR, swedish_birth

_NOT_DIGITS = re.compile(r"\D")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")
_SPACES = re.compile(r"\s+")
BIRTH_NUMBERS = frozenset(
    {"SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER", "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER"}
)
MISREAD = str.maketrans("OoIl", "0011")
"""Letters that stand for digits where a scan was misread, or somebody typed what he saw."""
_DIGITS_ONLY = frozenset(
    {
        "NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER", "NO_KONTONUMMER",
        "NO_ORGANISASJONSNUMMER", "SE_BANKGIRO", "SE_PLUSGIRO",
    }
)  # fmt: skip


def normalised(  # noqa: PLR0911 - a table of entities
    entity: str, written: str, *, reference_year: int = REFERENCE_YEAR
) -> str:
    """Return the one form of a value: digits of numbers, lower case of the rest.

    A personnummer has its twelve digits, an organisationsnummer ten, a telephone number E.164
    (national forms by their shape: a leading 0 is Swedish, eight digits are Norwegian), a name
    is case-folded with single spaces, surname-first names turned. The century of ten digits is
    read as of ``reference_year``, see ``checksums.full_year``.
    """
    if entity in BIRTH_NUMBERS:
        written = written.translate(MISREAD)
    digits = _NOT_DIGITS.sub("", written)
    if entity in {"SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER"}:
        found = swedish_birth(digits, is_centenarian="+" in written, reference_year=reference_year)
        return found[0] if found else digits
    if entity in _DIGITS_ONLY:
        return digits
    if entity == "SE_ORGANISATIONSNUMMER":
        return digits.removeprefix("16")[:10] if len(digits) > 10 else digits  # noqa: PLR2004 - its length
    if entity == "PHONE_NUMBER":
        return _e164(written, digits)
    if entity == "IBAN_CODE":
        return _NOT_ALPHANUMERIC.sub("", written).upper()
    text = unicodedata.normalize("NFC", written)
    if entity == "PERSON":
        return _name(text)
    return _SPACES.sub(" ", text).strip().casefold()


def _e164(written: str, digits: str) -> str:
    if written.lstrip(" (").startswith(("+", "00")):
        number = digits.removeprefix("00")
        return "+" + re.sub(r"\A(46|47)0", r"\1", number)
    if digits.startswith("0"):
        return "+46" + digits[1:]
    return "+47" + digits


def _name(text: str) -> str:
    last, comma, first = text.partition(",")
    if comma and "," not in first:
        text = f"{first} {last}"
    return _SPACES.sub(" ", re.sub(r"[;\t|\"]", " ", text)).strip().casefold()


class Digester:
    """Makes digests for the entities that it was given keys for."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Keep one key for each entity."""
        self._keys = dict(keys)

    def digest(
        self, entity: str, written: str, *, reference_year: int = REFERENCE_YEAR
    ) -> str | None:
        """Return 32 hex digits, or ``None`` where there is no key for ``entity``."""
        key = self._keys.get(entity)
        if key is None:
            return None
        value = normalised(entity, written, reference_year=reference_year)
        return hmac.new(key, value.encode("utf-8", "replace"), sha256).digest()[:16].hex()

"""Swedish identifiers: personnummer, samordningsnummer, organisationsnummer, bankgiro, plusgiro."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import luhn, swedish_birth
from gallra.detect.labels import (
    BANKGIRO,
    ORGANISATION,
    PERSONAL_NUMBER,
    PHONE,
    PLUSGIRO,
    is_something_else,
)
from gallra.detect.recognizer import Reading, Recognizer, Sighting

_BIRTH = re.compile(
    r"(?<![\d.,+/-])(?<!\d )"
    r"(?P<born>(?:1[89]|20)?\d\d[01]\d(?:[0-3]\d|[6-9]\d))"
    r"(?P<between>[ ]?[-+][ ]?|[ ]|[\t;|]|\.)?"
    r"(?P<last>\d{4})"
    r"(?!\d|[-.,]\d|[ ]\d{3})",
    re.ASCII,
)
_DASHED = re.compile(
    r"(?<![\d.,+-])(?P<year>(?:1[89]|20)\d\d)(?P<dash>[-./ ])(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
    r"[-+ ](?P<last>\d{4})(?!\d|[-.:]\d)",
    re.ASCII,
)
_ORGANISATION = re.compile(
    r"(?<![\d.,+/-])(?:SE)?(?:16)?(?P<first>\d\d[2-9]\d{3})(?P<between>[- ])?(?P<last>\d{4})"
    r"(?P<vat>01)?(?!\d|[-.,]\d)",
    re.ASCII,
)
_GIRO = re.compile(r"(?<![\d.,+/-])\d{3,4}-?\d{4}(?!\d|[-.,]\d)", re.ASCII)
_PLUSGIRO = re.compile(r"(?<![\d.,+/-])\d{1,3}(?: ?\d{2,3}){0,3} ?- ?\d(?!\d|[-.,]\d)", re.ASCII)

_PERSON_ROLES = {"personal-number"}
_BARE, _SPACED, _DASHED_SHORT, _LONG, _LONG_DASHED = 0.6, 0.7, 0.9, 0.9, 0.95


class SwedishBirthNumbers(Recognizer):
    """Personnummer and samordningsnummer, in every form people write them.

    A random ten-digit number passes date and check digit once in 300; the label, the column or
    the typical hyphen decide.
    """

    ENTITIES = ("SE_PERSONNUMMER", "SE_SAMORDNINGSNUMMER")

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose date and check digit hold."""
        for match in reading.numbers(_BIRTH, 10):
            between = (match["between"] or "").strip(" ")
            digits = match["born"] + match["last"]
            value = swedish_birth(digits, is_centenarian=between == "+")
            if value is None:
                continue
            score = self._score(reading, match, between)
            if value[1]:
                yield "SE_SAMORDNINGSNUMMER", match.start(), match.end(), max(0.2, score - 0.05)
            else:
                yield "SE_PERSONNUMMER", match.start(), match.end(), score
        for match in reading.numbers(_DASHED, 12):
            value = swedish_birth(match["year"] + match["month"] + match["day"] + match["last"])
            if value is not None:
                entity = "SE_SAMORDNINGSNUMMER" if value[1] else "SE_PERSONNUMMER"
                yield entity, match.start(), match.end(), _LONG

    def _score(  # noqa: PLR0911 - a table of forms
        self, reading: Reading, match: re.Match[str], between: str
    ) -> float:
        start, end = match.span()
        before = reading.before(start)
        role = reading.role_at(start)
        if role in _PERSON_ROLES or PERSONAL_NUMBER.is_in(before):
            return 1.0 if between != "." else 0.8
        if is_something_else(before) or role == "other-number":
            # written as a personnummer it is told all the same, if barely: better once too often
            return 0.5 if between in {"-", "+"} else 0.3
        if between in {"\t", ";", "|"}:  # split over two cells: only with a column or label
            return 0.55 if len(match["born"]) == 8 else 0.4  # noqa: PLR2004 - with century
        if between == ".":
            return 0.4
        if PERSONAL_NUMBER.is_in(reading.after(end)):
            return 1.0
        is_long = len(match["born"]) == 8  # noqa: PLR2004 - with century
        if between in {"-", "+"}:
            return _LONG_DASHED if is_long else _DASHED_SHORT
        if is_long:
            return _LONG
        if PHONE.is_in(before) or match["born"].startswith("07"):
            return 0.4  # mobile numbers look like people born in 2007
        return _SPACED if match["between"] else _BARE


class SwedishOrganisations(Recognizer):
    """Organisationsnummer: the third digit is 2 or more, so that no birth date is one."""

    ENTITIES = ("SE_ORGANISATIONSNUMMER",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose check digit holds."""
        for match in reading.numbers(_ORGANISATION, 10):
            if not luhn(match["first"] + match["last"]):
                continue
            start, end = match.span()
            before = reading.before(start)
            if reading.role_at(start) == "organisation-number" or ORGANISATION.is_in(before):
                score = 0.95
            elif is_something_else(before) or reading.role_at(start):
                score = 0.2
            elif match["between"] == "-":
                score = 0.6
            else:
                score = 0.3
            yield "SE_ORGANISATIONSNUMMER", start, end, score


class SwedishGiros(Recognizer):
    """Bankgiro and plusgiro: one check digit only, so never without their label."""

    ENTITIES = ("SE_BANKGIRO", "SE_PLUSGIRO")

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose check digit holds, low where it has no label."""
        low = reading.text.lower()
        roles = {cell.role for cell in reading.cells}
        if "giro" in low or "bg" in low or "b.g." in low or "bankgiro" in roles:
            yield from self._bankgiros(reading)
        if "giro" in low or "pg" in low or "plusgiro" in roles:
            yield from self._plusgiros(reading)

    @staticmethod
    def _bankgiros(reading: Reading) -> Iterator[Sighting]:
        for match in reading.numbers(_GIRO, 7):
            if not luhn(match[0].replace("-", "")):
                continue
            before = reading.before(match.start(), 24)
            is_labelled = BANKGIRO.is_in(before) and not is_something_else(before)
            labelled = is_labelled or reading.role_at(match.start()) == "bankgiro"
            yield "SE_BANKGIRO", match.start(), match.end(), 0.95 if labelled else 0.15

    @staticmethod
    def _plusgiros(reading: Reading) -> Iterator[Sighting]:
        for match in _PLUSGIRO.finditer(reading.text):
            before = reading.before(match.start(), 24)
            if not (PLUSGIRO.is_in(before) or reading.role_at(match.start()) == "plusgiro"):
                continue
            if luhn(re.sub(r"\D", "", match[0])):
                yield "SE_PLUSGIRO", match.start(), match.end(), 0.95

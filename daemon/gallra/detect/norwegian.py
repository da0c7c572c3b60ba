"""Norwegian identifiers: fødselsnummer, D- and H-nummer, kontonummer, organisasjonsnummer."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import (
    norwegian_account,
    norwegian_birth,
    norwegian_checks,
    norwegian_organisation,
)
from gallra.detect.labels import (
    ACCOUNT,
    ORGANISATION,
    PERSONAL_NUMBER,
    is_something_else,
)
from gallra.detect.recognizer import Reading, Recognizer, Sighting

_ELEVEN = re.compile(
    r"(?<![\d.,+/-])(?<!\d )\d\d[ .]?\d\d[ .]?\d\d(?P<between>[ ]?-[ ]?|[ ]{1,2}|[\t;|.])?"
    r"(?P<individual>\d{3})[ ]?\d\d(?!\d|[-.,]\d|[ ]\d{2})",
    re.ASCII,
)
_ACCOUNT = re.compile(
    r"(?<![\d.,+/-])(?<!\d )\d{4}(?P<between>[. ]?)\d\d(?P=between)\d{5}(?!\d|[-.,]\d|[ ]\d{2})",
    re.ASCII,
)
_ORGANISATION = re.compile(
    r"(?<![\d.,+/-])(?<!\d )(?:NO ?)?(?P<digits>[2389]\d\d(?P<between>[ .]?)\d{3}(?P=between)\d{3})"
    r"(?P<vat> ?MVA)?(?!\d|[-.,]\d|[ ]\d{2})",
    re.ASCII,
)
_NOT_DIGITS = re.compile(r"\D")


class NorwegianBirthNumbers(Recognizer):
    """Fødselsnummer, D-nummer and H-nummer, also by the rule from 2032 and synthetic ones."""

    ENTITIES = ("NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER")

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose date and control digits hold."""
        for match in reading.numbers(_ELEVEN, 11):
            digits = _NOT_DIGITS.sub("", match[0])
            entity = norwegian_birth(digits)
            if entity is None:
                continue
            is_valid, is_valid_from_2032 = norwegian_checks(digits)
            if not is_valid_from_2032:
                continue
            yield entity, match.start(), match.end(), self._score(reading, match, is_valid=is_valid)

    def _score(  # noqa: PLR0911 - a table of forms
        self, reading: Reading, match: re.Match[str], *, is_valid: bool
    ) -> float:
        start, end = match.span()
        before = reading.before(start)
        role = reading.role_at(start)
        if role == "personal-number" or PERSONAL_NUMBER.is_in(before):
            return 1.0 if is_valid else 0.95
        if is_something_else(before) or role in {"other-number", "account"}:
            return 0.5 if is_valid and match["between"] == " " else 0.3
        if ACCOUNT.is_in(before):
            return 0.6 if is_valid else 0.2
        if PERSONAL_NUMBER.is_in(reading.after(end)):
            return 1.0 if is_valid else 0.95
        between = (match["between"] or "").strip(" ")
        if between in {"\t", ";", "|", "."} or "." in match[0]:
            return 0.45
        formatted = bool(match["between"])
        if is_valid:
            return 0.9 if formatted else 0.85
        return 0.6 if formatted else 0.4


class NorwegianAccounts(Recognizer):
    """Kontonummer: one random number in eleven holds, and so does every fødselsnummer.

    The written form 1234.56.78903 or a label is needed; a fødselsnummer on the same span wins.
    """

    ENTITIES = ("NO_KONTONUMMER",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose check digit holds, low where form and label are missing."""
        for match in reading.numbers(_ACCOUNT, 11):
            start, end = match.span()
            if not norwegian_account(_NOT_DIGITS.sub("", match[0])):
                continue
            before = reading.before(start)
            if is_something_else(before):
                score = 0.2
            elif reading.role_at(start) == "account" or ACCOUNT.is_in(before):
                score = 0.95
            else:
                score = {".": 0.8, " ": 0.55, "": 0.2}[match["between"]]
            yield "NO_KONTONUMMER", start, end, score


class NorwegianOrganisations(Recognizer):
    """Organisasjonsnummer: nine digits, one check digit; needs its label, or MVA behind it."""

    ENTITIES = ("NO_ORGANISASJONSNUMMER",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose check digit holds."""
        for match in reading.numbers(_ORGANISATION, 9):
            if not norwegian_organisation(_NOT_DIGITS.sub("", match["digits"])):
                continue
            start = match.start("digits")
            before = reading.before(match.start())
            if match["vat"] or reading.role_at(start) == "organisation-number":
                score = 0.95
            elif is_something_else(before):
                score = 0.1
            elif ORGANISATION.is_in(before):
                score = 0.95
            else:  # 2 and 3 open Skatteetaten's synthetic entities
                score = 0.4 if match["between"] else 0.2
            yield "NO_ORGANISASJONSNUMMER", start, match.end("digits"), score

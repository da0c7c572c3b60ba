"""Norwegian identifiers: fødselsnummer, D- and H-nummer, kontonummer, organisasjonsnummer."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import (
    norwegian_account,
    norwegian_organisation,
    valid_birth,
)
from gallra.detect.labels import (
    ACCOUNT,
    ORGANISATION,
    PERSONAL_NUMBER,
    is_something_else,
)
from gallra.detect.recognizer import NOT_AFTER, NOT_BEFORE, Reading, Recognizer, Sighting

_ELEVEN = re.compile(
    rf"{NOT_AFTER}\d\d(?P<dash>[ ./-]?)\d\d(?P=dash)\d\d"
    rf"(?P<between>[ ]?[-/][ ]?|[ ]{{1,2}}|[\t;|.])?"
    rf"(?P<individual>\d{{3}})(?P<gap>[ ]?)\d\d{NOT_BEFORE}",
    re.ASCII,
)
_ACCOUNT = re.compile(
    rf"{NOT_AFTER}(?:\d{{4}}(?P<between>[. -]?)\d\d(?P=between)\d{{5}}|\d{{6}} \d{{5}}"
    rf"|\d{{4}} \d{{7}})"
    rf"{NOT_BEFORE}",
    re.ASCII,
)
_ORGANISATION = re.compile(
    rf"{NOT_AFTER}(?:NO ?)?(?P<digits>[2389]\d\d(?P<between>[ .-]?)\d{{3}}(?P=between)\d{{3}})"
    rf"(?P<vat> ?MVA)?{NOT_BEFORE}",
    re.ASCII,
)
_WRAPPED = re.compile(r"\n[ ]?-?[ ]?(?P<last>\d{5})(?![\d.,:-])", re.ASCII)
_WRAPPED_BEFORE = re.compile(rf"{NOT_AFTER}(?P<born>\d{{6}})[ ]?-?[ ]?\Z", re.ASCII)
_NOT_DIGITS = re.compile(r"\D")


class NorwegianBirthNumbers(Recognizer):
    """Fødselsnummer, D-nummer and H-nummer, also by the rule from 2032 and synthetic ones."""

    ENTITIES = ("NO_FODSELSNUMMER", "NO_D_NUMMER", "NO_H_NUMMER")

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number whose date and control digits hold."""
        for match in reading.numbers(_ELEVEN, 11):
            value = valid_birth(_NOT_DIGITS.sub("", match[0]))
            if value is not None:
                score = self._score(reading, match, is_valid=value[1])
                yield value[0], match.start(), match.end(), score
        for match in _WRAPPED.finditer(reading.text):
            head = _WRAPPED_BEFORE.search(reading.text[max(0, match.start() - 12) : match.start()])
            value = valid_birth(head["born"] + match["last"]) if head else None
            if head is None or value is None:
                continue
            start = match.start() - len(head[0])
            if PERSONAL_NUMBER.is_in(reading.before(start)):
                yield value[0], start, match.end(), 0.95

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
        if between in {"\t", ";", "|"}:
            is_split = reading.role_at(match.start("individual")) in {
                "last-digits",
                "personal-number",
            }
            return 0.95 if is_split else 0.45
        if between in {".", "/"} or match["dash"] not in {"", " "}:
            return 0.45
        if (match["dash"] or match["gap"]) and reading.is_among_digits(start, end):
            return 0.3
        formatted = bool(match["between"])
        if is_valid:
            return 0.9 if formatted else 0.85
        return 0.4


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
            is_loose = match["between"] != "." and reading.is_among_digits(start, end)
            if is_something_else(before):
                score = 0.2
            elif reading.role_at(start) == "account" or ACCOUNT.is_in(before):
                score = 0.95
            elif is_loose:
                score = 0.2
            else:
                score = {".": 0.8, " ": 0.55}.get(match["between"], 0.2)
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
            elif match["between"] == " " and reading.is_among_digits(start, match.end()):
                score = 0.1
            else:  # 2 and 3 open Skatteetaten's synthetic entities
                score = 0.4 if match["between"] == " " else 0.2
            yield "NO_ORGANISASJONSNUMMER", start, match.end("digits"), score

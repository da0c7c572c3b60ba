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
    is_amount,
    is_something_else,
)
from gallra.detect.recognizer import NOT_AFTER, NOT_BEFORE, Reading, Recognizer, Sighting

_BIRTH = re.compile(
    rf"{NOT_AFTER}"
    r"(?P<born>(?P<century>1[89]|20)?\d\d(?P<dash>[-./ ]?)[01]\d(?P=dash)(?:[0-3]\d|[6-9]\d))"
    r"(?P<between>[ ]?[-+][ ]?|[ ]|[\t;|]|[./])?"
    r"(?P<last>\d{4})"
    rf"{NOT_BEFORE}",
    re.ASCII,
)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
_WRAPPED = re.compile(r"\n[ ]?[-+]?[ ]?(?P<last>\d{4})(?![\d.,:-])", re.ASCII)
_WRAPPED_BEFORE = re.compile(rf"{NOT_AFTER}(?P<born>(?:1[89]|20)?\d{{6}})[ ]?[-+]?[ ]?\Z", re.ASCII)
_ORGANISATION = re.compile(
    rf"{NOT_AFTER}(?:SE)?(?:16)?(?P<first>\d\d[2-9]\d{{3}})(?P<between>[- ])?(?P<last>\d{{4}})"
    rf"(?P<vat>01)?{NOT_BEFORE}",
    re.ASCII,
)
_GIRO = re.compile(rf"{NOT_AFTER}\d{{3,4}}(?: ?- ?| )?\d{{4}}{NOT_BEFORE}", re.ASCII)
_PLUSGIRO = re.compile(rf"{NOT_AFTER}\d{{1,3}}(?: ?\d{{2,3}}){{0,3}} ?- ?\d{NOT_BEFORE}", re.ASCII)

_NOT_DIGITS = re.compile(r"\D")
_PERSON_ROLES = {"personal-number"}
_LAST_ROLES = {"last-digits", "personal-number"}
_BETWEEN_CELLS = {"\t", ";", "|"}
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
            born = match["born"]
            digits = (born.replace(match["dash"], "") if match["dash"] else born) + match["last"]
            value = swedish_birth(digits, is_centenarian=between == "+")
            if value is None:
                continue
            score = self._score(reading, match, between)
            if value[1]:
                yield "SE_SAMORDNINGSNUMMER", match.start(), match.end(), max(0.2, score - 0.05)
            else:
                yield "SE_PERSONNUMMER", match.start(), match.end(), score
        yield from self._wrapped(reading)

    @staticmethod
    def _wrapped(reading: Reading) -> Iterator[Sighting]:
        """Yield the numbers that a line break cut in two at their hyphen, or beside a label."""
        for match in _WRAPPED.finditer(reading.text):
            least = max(0, match.start() - 14)
            head = _WRAPPED_BEFORE.search(reading.text[least : match.start()])
            if head is None:
                continue
            start = least + head.start()
            written = reading.text[start : match.end()]
            value = swedish_birth(head["born"] + match["last"], is_centenarian="+" in written)
            if value is None:
                continue
            if PERSONAL_NUMBER.is_in(reading.before(start)):
                score = 0.95
            else:
                score = 0.75 if "-" in written or "+" in written else 0.3
            entity = "SE_SAMORDNINGSNUMMER" if value[1] else "SE_PERSONNUMMER"
            yield entity, start, match.end(), score

    def _score(  # noqa: PLR0911 - a table of forms
        self, reading: Reading, match: re.Match[str], between: str
    ) -> float:
        before = reading.before(match.start())
        role = reading.role_at(match.start())
        if role in _PERSON_ROLES or PERSONAL_NUMBER.is_in(before):
            return 1.0 if between not in {".", "/"} else 0.8
        if is_something_else(before) or role == "other-number":
            # written as a personnummer it is told all the same, if barely: better once too often
            return 0.5 if between in {"-", "+"} and not match["dash"] else 0.3
        is_long = bool(match["century"])
        if between in _BETWEEN_CELLS:  # only with a column or a label
            if reading.role_at(match.start("last")) in _LAST_ROLES:
                return 0.95
            return 0.55 if is_long and not match["dash"] else 0.4
        if between not in {".", "/"} and PERSONAL_NUMBER.is_in(reading.after(match.end())):
            return 1.0
        if between in {"-", "+"} and not match["dash"]:
            return _LONG_DASHED if is_long else _DASHED_SHORT
        return self._unlabelled(reading, match, before)

    def _unlabelled(self, reading: Reading, match: re.Match[str], before: str) -> float:
        """Score what is not written as a personnummer is, and that nothing calls one."""
        between, is_long = match["between"] or "", bool(match["century"])
        if between in {".", "/"} or (match["dash"] and not is_long):
            return 0.4
        if is_long:
            is_spaced = bool(match["dash"] or between)
            return 0.4 if is_spaced and self._is_moment(match, between) else _LONG
        if is_amount(reading.text, *match.span()) or reading.is_among_digits(*match.span()):
            return 0.3
        if PHONE.is_in(before) or match["born"].startswith("07"):
            return 0.4  # mobile numbers look like people born in 2007
        return _SPACED if between else _BARE

    @staticmethod
    def _is_moment(match: re.Match[str], between: str) -> bool:
        """Tell whether a day and a time of day of our time are likelier than someone so young."""
        earliest = "2010" if between in {"-", "+"} else "2000"
        return match["born"] >= earliest and _CLOCK.fullmatch(match["last"]) is not None


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
            if not luhn(_NOT_DIGITS.sub("", match[0])):
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
            if luhn(_NOT_DIGITS.sub("", match[0])):
                yield "SE_PLUSGIRO", match.start(), match.end(), 0.95

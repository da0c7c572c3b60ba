"""Values that only their label, or their column, makes what they are."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import is_date
from gallra.detect.labels import BIRTH_WORDS, EMPLOYEE, MEMBER, is_something_else
from gallra.detect.recognizer import Cell, Reading, Recognizer, Sighting
from gallra.detect.wording import Words, spans

_NUMBER_LABEL = Words(rf"{MEMBER}|{EMPLOYEE}")
_NUMBER = re.compile(
    r"\.?(?: ?(?:är|er|is))?[ \t:=#.;]{0,4}\n?[ \t]{0,4}(?P<value>[A-ZÅÄÖÆØ]{0,3}[- ]?\d{2,6}"
    r"(?:[ -]?\d{2,5})?)"
    r"(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
_MEMBER_CELL = re.compile(r"[A-ZÅÄÖÆØ]{0,4}[- ]?\d[\d -]{1,13}", re.IGNORECASE)

MEMBER_NUMBER = "MEMBER_NUMBER"


class MemberNumbers(Recognizer):
    """Member and employee numbers: any number that its label or column calls so."""

    ENTITIES = (MEMBER_NUMBER,)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield the numbers next to labels, and those of columns."""
        for _, end in spans(_NUMBER_LABEL, reading.text):
            match = _NUMBER.match(reading.text, end)
            if match:
                yield MEMBER_NUMBER, match.start("value"), match.end("value"), 0.95
        for cell in reading.cells:
            if cell.role in {"member-number", "employee-number"}:
                written = reading.text[cell.start : cell.end]
                if _MEMBER_CELL.fullmatch(written):
                    yield MEMBER_NUMBER, cell.start, cell.end, 0.95


_MONTHS = (
    r"(?:jan(?:uari|uar|uary)?|feb(?:ruari|ruar|ruary)?|mar(?:s|ch)?|apr(?:il)?|ma[ijy]|jun[ei]?"
    r"|jul[iy]?|aug(?:usti|ust)?"
    r"|sep(?:t(?:ember)?)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)\.?"
)
_DATE = (
    r"(?:(?:19|20)\d\d[-./ ]?[01]\d[-./ ]?[0-3]\d|[0-3]?\d[-./] ?[01]?\d[-./ ] ?(?:19|20)?\d\d"
    rf"|[0-3]?\d(?:\.|st|nd|rd|th)? ?{_MONTHS} (?:19|20)\d\d"
    rf"|{_MONTHS} [0-3]?\d(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{{8}}|\d{{6}})"
)
_BORN_LABEL = Words(BIRTH_WORDS)
_BORN = re.compile(
    rf"(?: den| i| dato)?[ \t:=.]{{0,4}}\n?[ \t]{{0,4}}(?:\w{{2,12}} ){{0,1}}"
    rf"(?P<value>{_DATE})(?![\d-])",
    re.IGNORECASE,
)
_DATE_ALONE = re.compile(rf"{_DATE}", re.IGNORECASE)


class BirthDates(Recognizer):
    """Dates next to a word for birth; any other date is just a date."""

    ENTITIES = ("DATE_OF_BIRTH",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield the dates next to labels, and those of columns."""
        for _, end in spans(_BORN_LABEL, reading.text):
            match = _BORN.match(reading.text, end)
            if match and is_plausible(match["value"]):
                yield "DATE_OF_BIRTH", match.start("value"), match.end("value"), 0.9
        for cell in reading.cells:
            if cell.role == "birth" and _DATE_ALONE.fullmatch(reading.text, cell.start, cell.end):
                yield "DATE_OF_BIRTH", cell.start, cell.end, 0.9


def is_plausible(written: str) -> bool:
    """Tell whether ``written``, six or eight digits, can be a date, either way round."""
    if re.fullmatch(r"\d{8}", written):
        first, middle, last = int(written[:2]), int(written[2:4]), int(written[4:])
        return is_date(int(written[:4]), int(written[4:6]), int(written[6:])) or (
            1900 <= last <= 2099 and is_date(last, middle, first)  # noqa: PLR2004 - years
        )
    if not re.fullmatch(r"\d{6}", written):
        return True
    first, middle, last = int(written[:2]), int(written[2:4]), int(written[4:])
    return is_date(2000 + first, middle, last) or is_date(2000 + last, middle, first)


_AMOUNT = (
    r"(?:\d{1,3}(?:[ .,]\d{3}){1,2}(?:[,.]\d\d)?|\d{5,7}(?:[,.]\d\d?)?"
    r"|\d{2,3}(?:[,.]\d\d)?(?= ?(?:kr|kronor|kroner|sek|nok|:-)?"
    r" ?(?:/|per |i )(?:tim|time|h\b|timme)))"
)
_SALARY_LABEL = Words(
    r"(?:grund|månads|års|tim|brutto|netto|fast|heltids|individ|ny|begynnelse|utgående|ingångs"
    r"|start|slut|topp)?"
    r"(?:löne|lön)(?:en|n|krav|anspråk|nivå|summa)?\b"
    r"|(?:grunn|måneds|månads|års|time|brutto|netto|fast|start|slutt)?(?:lønn|løn)(?:en|a|s?krav"
    r"|s?nivå)?\b"
    r"|(?:monthly |annual |base )?salary\b"
)
_SALARY = re.compile(
    r"(?P<between>[^\n\d]{0,30}(?:(?:19|20)\d\d[^\n\d]{1,12})?)"
    rf"(?P<value>{_AMOUNT})(?P<unit> ?(?:kr(?:onor|oner)?\b|sek\b|nok\b|:-|tkr\b))?(?![\d%]"
    rf"| ?(?:%|procent|prosent))",
    re.IGNORECASE,
)
_AMOUNT_ALONE = re.compile(
    r"(?:kr\.? ?)?\d[\d .,]{2,12}(?:,-|:-|-)? ?(?:kr|kronor|kroner|sek|nok)?\.?", re.IGNORECASE
)
_NOT_SALARY = re.compile(
    r"faktura|summa|totalt|sum\b|antal|antall|budget|budsjett|inventari", re.IGNORECASE
)


class Salaries(Recognizer):
    """Amounts next to a word for pay, or in a column of pay."""

    ENTITIES = ("SALARY",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield the amounts; a year is no amount, nor is a percentage."""
        for _, end in spans(_SALARY_LABEL, reading.text):
            match = _SALARY.match(reading.text, end)
            if match is None:
                continue
            value = match["value"]
            if re.fullmatch(r"(?:19|20)\d\d", value) or _NOT_SALARY.search(match["between"]):
                continue
            if is_something_else(reading.before(match.start("value"), 16)):
                continue
            score = 0.9 if match["unit"] or len(match["between"]) <= 4 else 0.75  # noqa: PLR2004 - ": "
            yield "SALARY", match.start("value"), match.end("value"), score
        for cell in reading.cells:
            if cell.role == "salary" and self._is_amount(reading, cell):
                yield "SALARY", cell.start, cell.end, 0.95

    @staticmethod
    def _is_amount(reading: Reading, cell: Cell) -> bool:
        return _AMOUNT_ALONE.fullmatch(reading.text, cell.start, cell.end) is not None

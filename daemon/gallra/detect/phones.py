"""Telephone numbers: Swedish and Norwegian in national forms, others with their country code."""

import re
from collections.abc import Callable, Iterator

from gallra.detect.labels import PHONE, is_amount, is_something_else
from gallra.detect.recognizer import NOT_AFTER, Reading, Recognizer, Sighting

_INTERNATIONAL = re.compile(
    r"(?<![\w.+/-])(?:\((?:\+|00)[1-9]\d{0,2}\)|(?:\+|00)[1-9]\d{0,2})[ .-]?"
    r"(?:\(0\)[ ]?)?\d(?:[ ./-]?\d){5,12}(?!\d)",
    re.ASCII,
)
_SWEDISH = re.compile(
    rf"{NOT_AFTER}\(?(?P<area>0[1-9]\d{{0,2}})\)?(?P<between>[ ./-]| - )?"
    r"\d{2,4}(?:[ .-]?\d{2,3}){1,3}(?!\d)",
    re.ASCII,
)
_NORWEGIAN = re.compile(
    rf"{NOT_AFTER}(?:[2-79]\d(?P<between>[ .-]?)\d\d(?P=between)\d\d(?P=between)\d\d"
    r"|[489]\d\d(?P<other>[ .-])\d\d(?P=other)\d{3})(?!\d)",
    re.ASCII,
)
_ENDED = re.compile(r"(?![\w-]|[.:/]\d|,\d\d?(?!\d))")
_HEX_BEFORE = re.compile(r"(?:^| )[0-9A-Fa-f]{2} $")
_HEX_AFTER = re.compile(r" [0-9A-Fa-f]{2}(?: |$)")
_SHORT_AREAS = frozenset({
    "8", "11", "13", "16", "18", "19", "21", "23", "26", "31", "33", "35", "36", "40", "42", "44",
    "46", "54", "60", "63", "90"
})  # fmt: skip
"""Swedish areas of one and two digits; the others have three."""
_LONG_AREAS = frozenset({
    "12", "14", "15", "17", "22", "24", "25", "27", "28", "29", "30", "32", "34", "37", "38",
    "39", "41", "43", "45", "47", "48", "49", "50", "51", "52", "53", "55", "56", "57", "58",
    "59", "61", "62", "64", "65", "66", "67", "68", "69", "91", "92", "93", "94", "95", "96",
    "97", "98"
})  # fmt: skip
"""The first two digits of areas of three."""
_NO_PLACE = frozenset({
    "10", "70", "72", "73", "74", "75", "76", "77", "78", "79"
})  # fmt: skip
"""Of no place in Sweden: mobile, business, shared cost; all have nine digits."""
_FREE = "20"
_STARTS = frozenset({
    "21", "22", "23", "24", "31", "32", "33", "35", "37", "38", "40", "41", "42", "43", "44",
    "45", "46", "47", "48", "49", "51", "52", "53", "55", "56", "57", "61", "62", "63", "64",
    "66", "67", "68", "69", "70", "71", "72", "73", "74", "75", "76", "77", "78", "80", "81",
    "82", "85", "90", "91", "92", "93", "94", "95", "96", "97", "98", "99"
})  # fmt: skip
"""The first two digits of Norwegian numbers; 42 to 44 and 49 may still be given."""
_NEIGHBOURS = (
    "45", "46", "47", "44", "49", "48", "31", "32", "33", "34", "39", "41", "43", "353", "354",
    "358", "298", "299", "370", "371", "372"
)  # fmt: skip
"""Countries that are believed behind 00, which opens article numbers as well."""
_NOT_DIGITS = re.compile(r"\D")
_DATE_LIKE = re.compile(r"[0-3]\d[-/ .][01]\d[-/ .](?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d")
_GAP = re.compile(r"[ ./-]+(?=\d+\Z)")


def is_swedish(national: str) -> bool:
    """Tell whether ``national``, digits without the leading 0, may be a Swedish number.

    Source: PTS, the Swedish numbering plan for telephony (ITU-T E.164).
    """
    if national[:2] in _NO_PLACE:
        return len(national) == 9  # noqa: PLR2004 - their length
    if national.startswith(_FREE):
        return 6 <= len(national) <= 9  # noqa: PLR2004 - their lengths
    if national[:1] in _SHORT_AREAS or national[:2] in _SHORT_AREAS:
        return 7 <= len(national) <= 9  # noqa: PLR2004 - their lengths
    return national[:2] in _LONG_AREAS and 8 <= len(national) <= 9  # noqa: PLR2004 - their lengths


def is_norwegian(national: str) -> bool:
    """Tell whether ``national``, digits, may be a Norwegian number of eight digits.

    Source: Nkom, the Norwegian numbering plan (ITU-T E.164).
    """
    return len(national) == 8 and national[:2] in _STARTS  # noqa: PLR2004 - their length


def is_international(written: str) -> bool:
    """Tell whether ``written``, with its country code, has a length that a number may have."""
    digits = _NOT_DIGITS.sub("", written).removeprefix("00")
    if digits.startswith("46"):
        return is_swedish(digits[2:].removeprefix("0"))
    if digits.startswith("47"):
        return is_norwegian(digits[2:])
    return 8 <= len(digits) <= 15  # noqa: PLR2004 - E.164


def _trimmed(written: str, is_possible: Callable[[str], bool]) -> str:
    """Return ``written`` without the groups at its end that make it impossible; ``""`` for none.

    ``070-174 06 05 12`` is a number and something else: twelve hours, the next column.
    """
    while not is_possible(written):
        gap = _GAP.search(written)
        if gap is None or " " not in gap[0]:
            return ""
        written = written[: gap.start()]
    return written


def _is_national(written: str) -> bool:
    return is_swedish(_NOT_DIGITS.sub("", written)[1:])


class PhoneNumbers(Recognizer):
    """Telephone numbers of Sweden and Norway in national forms, others with their country code."""

    ENTITIES = ("PHONE_NUMBER",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number of a possible length and area."""
        for match in reading.numbers(_INTERNATIONAL, 8):
            yield from self._international(reading, match)
        for match in reading.numbers(_SWEDISH, 7):
            yield from self._swedish(reading, match)
        for match in reading.numbers(_NORWEGIAN, 8):
            yield from self._norwegian(reading, match)

    @staticmethod
    def _international(reading: Reading, match: re.Match[str]) -> Iterator[Sighting]:
        start = match.start()
        written = _trimmed(match[0], is_international)
        end = start + len(written)
        if not written or not _ENDED.match(reading.text, end):
            return
        before = reading.before(start)
        if reading.role_at(start) == "phone" or PHONE.is_in(before):
            score = 0.95
        elif is_something_else(before) or is_amount(reading.text, start, end):
            score = 0.2
        elif "+" in match[0][:2]:
            score = 0.9
        else:
            score = 0.7 if written.lstrip("(0").startswith(_NEIGHBOURS) else 0.3
        yield "PHONE_NUMBER", start, end, score

    @staticmethod
    def _swedish(reading: Reading, match: re.Match[str]) -> Iterator[Sighting]:
        written = _trimmed(match[0], _is_national)
        if not written or _DATE_LIKE.fullmatch(match[0]):
            return
        start = match.start()
        end = start + len(written)
        if not _ENDED.match(reading.text, end):
            return
        before = reading.before(start)
        role = reading.role_at(start)
        area, between = match["area"], match["between"]
        is_mobile = area.startswith("07")
        is_area = is_mobile or area[1:] in _SHORT_AREAS or area[1:3] in _LONG_AREAS | {"10", "20"}
        if role == "phone" or PHONE.is_in(before):
            score = 0.95
        elif is_something_else(before) or role or is_amount(reading.text, start, end):
            score = 0.2
        elif is_mobile and between in {".", "/", None}:
            score = 0.65
        elif (
            between in {".", "/", None}
            or not is_area
            or (between == " " and reading.is_among_digits(start, end))
        ):
            score = 0.3
        else:
            score = 0.85 if is_mobile else 0.65
        yield "PHONE_NUMBER", start + (match[0][0] == "(" and ")" not in match[0]), end, score

    @staticmethod
    def _norwegian(reading: Reading, match: re.Match[str]) -> Iterator[Sighting]:
        start, end = match.span()
        if not _ENDED.match(reading.text, end) or not is_norwegian(_NOT_DIGITS.sub("", match[0])):
            return
        before = reading.before(start)
        role = reading.role_at(start)
        if _HEX_BEFORE.search(before) or _HEX_AFTER.match(reading.after(end)):
            return  # a dump of bytes, a row of numbers
        if role == "phone" or PHONE.is_in(before):
            score = 0.9
        elif (
            is_something_else(before)
            or role
            or _DATE_LIKE.fullmatch(match[0])
            or is_amount(reading.text, start, end)
            or reading.is_among_digits(start, end)
        ):
            score = 0.2
        elif " " in match[0]:
            score = 0.7 if match[0][0] in "49" else 0.6
        else:
            score = 0.3
        yield "PHONE_NUMBER", start, end, score

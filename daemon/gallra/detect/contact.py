"""Ways to reach somebody: e-mail, telephone, postal address; and IBAN."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import iban
from gallra.detect.labels import PHONE, is_something_else
from gallra.detect.lexicon import words
from gallra.detect.recognizer import Reading, Recognizer, Sighting
from gallra.detect.wording import Label

_LOCAL = re.compile(r"[\w.%+'&=~-]{1,64}\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}(?![\w@])")
_NO_DOMAIN = {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "pdf", "docx", "xlsx"}


class EmailAddresses(Recognizer):
    """E-mail addresses, from each ``@`` outwards: linear, and no suffix list is asked."""

    ENTITIES = ("EMAIL_ADDRESS",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each address, without the brackets or the full stop around it."""
        text = reading.text
        at = text.find("@")
        while at >= 0:
            domain = _DOMAIN.match(text, at + 1) if text[at - 1 : at].strip() else None
            local = _LOCAL.search(text[max(0, at - 64) : at]) if domain else None
            if local and domain and domain[0].rpartition(".")[2].lower() not in _NO_DOMAIN:
                written = local[0].lstrip(".'&=~-%")
                if written:
                    yield "EMAIL_ADDRESS", at - len(written), domain.end(), 0.95
            at = text.find("@", at + 1)


_INTERNATIONAL = re.compile(
    r"(?<![\w.+/-])(?:\+|00)(?P<country>[1-9]\d{0,2})[ -]?"
    r"(?P<rest>(?:\(0\))?\d(?:[ /-]?\d){5,12})(?![\d-])",
    re.ASCII,
)
_SWEDISH = re.compile(
    r"(?<![\w.,+/-])(?<!\d )\(?0[1-9]\d{0,2}\)?(?P<area>[ -]|/"
    r"| - )?\d{2,4}(?:[ -]?\d{2,3}){1,3}(?![\d-]|[.,:/]\d)",
    re.ASCII,
)
_NORWEGIAN = re.compile(
    r"(?<![\w.,+/-])(?<!\d )(?:[2-79]\d(?P<between>[ ]?)\d\d(?P=between)\d\d(?P=between)\d\d"
    r"|[489]\d\d \d\d \d{3})(?![\d-]|[.,:/]\d|[ ]\d{2}| ?(?:kr|nok|sek|%|kroner|kronor))",
    re.ASCII | re.IGNORECASE,
)
_HEX_BEFORE = re.compile(r"(?:^| )[0-9A-Fa-f]{2} $")
_HEX_AFTER = re.compile(r" [0-9A-Fa-f]{2}(?: |$)")
_MOBILE_SE = ("070", "072", "073", "076", "079")
_AREAS_SE = frozenset(
    ["08", "010", "011", "013", "016", "018", "019", "021", "023", "026", "031", "033", "035",
     "036", "040", "042", "044", "046", "054", "060", "063", "090", "020", "077", "075"]
    + [f"0{area}" for area in range(120, 700)] + [f"0{area}" for area in range(910, 999)]
)  # fmt: skip
_NOT_DIGITS = re.compile(r"\D")
_DATE_LIKE = re.compile(r"[0-3]\d[-/ ][01]\d[-/ ](?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d")


class PhoneNumbers(Recognizer):
    """Telephone numbers of Sweden and Norway in national forms, others with their country code."""

    ENTITIES = ("PHONE_NUMBER",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number of a possible length and area."""
        for match in reading.numbers(_INTERNATIONAL, 8):
            digits = _NOT_DIGITS.sub("", match["country"] + match["rest"])
            if not self._is_possible(digits) or is_something_else(reading.before(match.start())):
                continue
            yield "PHONE_NUMBER", match.start(), match.end(), 0.9 if match[0][0] == "+" else 0.7
        for match in reading.numbers(_SWEDISH, 8):
            yield from self._swedish(reading, match)
        for match in reading.numbers(_NORWEGIAN, 8):
            yield from self._norwegian(reading, match)

    @staticmethod
    def _is_possible(digits: str) -> bool:
        if digits.startswith("46"):
            return 9 <= len(digits.replace("460", "46", 1)) <= 12  # noqa: PLR2004 - E.164, Sweden
        if digits.startswith("47"):
            return len(digits) == 10 and digits[2] in "2345679"  # noqa: PLR2004 - E.164, Norway
        return 8 <= len(digits) <= 15  # noqa: PLR2004 - E.164

    @staticmethod
    def _swedish(reading: Reading, match: re.Match[str]) -> Iterator[Sighting]:
        if _DATE_LIKE.fullmatch(match[0]):
            return
        digits = _NOT_DIGITS.sub("", match[0])
        start, end = match.span()
        is_mobile = digits.startswith(_MOBILE_SE) and len(digits) == 10  # noqa: PLR2004 - length
        if not is_mobile and not (
            8 <= len(digits) <= 11 and any(digits[:n] in _AREAS_SE for n in (2, 3, 4))  # noqa: PLR2004 - lengths
        ):
            return
        before = reading.before(start)
        role = reading.role_at(start)
        if role == "phone" or PHONE.is_in(before):
            score = 0.95
        elif is_something_else(before) or role:
            score = 0.2
        elif match["area"]:
            score = 0.85 if is_mobile else 0.65
        else:
            score = 0.65 if is_mobile else 0.3
        yield "PHONE_NUMBER", start + (match[0][0] == "(" and ")" not in match[0]), end, score

    @staticmethod
    def _norwegian(reading: Reading, match: re.Match[str]) -> Iterator[Sighting]:
        start, end = match.span()
        before = reading.before(start)
        role = reading.role_at(start)
        if _HEX_BEFORE.search(before) or _HEX_AFTER.match(reading.after(end)):
            return  # a dump of bytes
        if role == "phone" or PHONE.is_in(before):
            score = 0.9
        elif is_something_else(before) or role or _DATE_LIKE.fullmatch(match[0]):
            score = 0.2
        elif " " in match[0]:
            score = 0.7 if match[0][0] in "49" else 0.6
        else:
            score = 0.3
        yield "PHONE_NUMBER", start, end, score


_IBAN = re.compile(
    r"[A-Z](?<![A-Za-z0-9].)[A-Z]\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)


class Ibans(Recognizer):
    """International bank account numbers; mod 97 lets one in 97 pass by chance."""

    ENTITIES = ("IBAN_CODE",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number that holds."""
        for match in _IBAN.finditer(reading.text):
            if iban(match[0].replace(" ", "")):
                yield "IBAN_CODE", match.start(), match.end(), 0.95


_SUFFIXES = tuple(sorted(words("rules", "street ending")))
_BEFORE_STREET = words("rules", "before a street")
_HOUSE = re.compile(
    r" (?<=[^\W\d_] |\. )(?P<number>\d{1,4}(?: ?[A-Za-z](?!\w))?)(?!\d|[.,:/-]\d|[ ]?(?:kr|%|st\b"
    r"|km\b))"
)
_CUT = re.compile(r"[\n\t;,|:()\"]")
_BOX = re.compile(r"[BP](?<!\w.)(?:(?<=B)(?:ox|oks)|(?<=P)(?:ostboks|\.?b\.?)) \d{1,5}(?!\d)")
_PLACE = re.compile(
    r"(?:[ ]?[,;\t]?[ ]?\n?|[ ]*[,;][ ]*(?:lgh \d{4}[,;]? ?)?)(?:SE-|S-|NO-|N-)?(?:\d{3} \d\d"
    r"|\d{4,5})"
    r" [A-ZÅÄÖÆØ][\w-]{1,24}(?: (?:i|på) [A-ZÅÄÖÆØ][\w-]{1,20}| [A-ZÅÄÖÆØ][\w-]{1,20})?"
)
_POSTCODE = re.compile(
    r"(?<![\w.,+-])(?<!\d )(?:SE-|S-|NO-|N-)?(?:\d{3} \d\d|\d{4}) (?P<place>[A-ZÅÄÖÆØ][\w-]{1,24})"
)
_BEFORE_PLACE = re.compile(r"\d\d [A-ZÅÄÖÆØ]")
_ADDRESS = Label(
    r"adress\w*|adresse\w*|post-?adress\w*|besöks\w*|besøks\w*|bostad|bosatt|address|bor\b|bopel"
)


class PostalAddresses(Recognizer):
    """Streets with a number, with or without postcode and place; boxes; postcode and place."""

    ENTITIES = ("POSTAL_ADDRESS",)

    def __init__(self, places: frozenset[str]) -> None:
        """Know ``places``, lower case: a postcode alone counts only before one of them."""
        self._places = places
        super().__init__()

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each address, street to place where they stand together."""
        text = reading.text
        for match in _HOUSE.finditer(text):
            start = _street_before(text, match.start())
            if start is not None:
                place = _PLACE.match(text, match.end())
                end = place.end() if place else match.end()
                yield "POSTAL_ADDRESS", start, end, 0.9 if place else 0.7
        for match in _BOX.finditer(text):
            place = _PLACE.match(text, match.end())
            end = place.end() if place else match.end()
            yield "POSTAL_ADDRESS", match.start(), end, 0.9 if place else 0.7
        for match in _POSTCODE.finditer(text) if _BEFORE_PLACE.search(text) else ():
            place_name = match["place"].lower()
            is_place = place_name in self._places
            labelled = _ADDRESS.is_in(reading.before(match.start()))
            if reading.role_at(match.start()) == "address" or (is_place and labelled):
                yield "POSTAL_ADDRESS", match.start(), match.end(), 0.8
            elif is_place:
                year = 1900 <= int(_NOT_DIGITS.sub("", match[0])[:4]) <= 2099  # noqa: PLR2004 - years
                yield "POSTAL_ADDRESS", match.start(), match.end(), 0.45 if year else 0.6


def _street_before(text: str, end: int) -> int | None:
    """Return where the street's name begins that ends at ``end``; ``None`` where none does.

    ``Storgatan`` is one by its ending, ``Olof Palmes gata`` by its last word and the capitals
    before it.
    """
    before = _CUT.split(text[max(0, end - 70) : end])[-1].split(" ")
    last = before.pop()
    low = last.rstrip(".").lower()
    if not low.endswith(_SUFFIXES):
        return None
    start = end - len(last)
    taken = 0
    if low in _SUFFIXES:
        while before and taken < 3 and before[-1][:1].isupper():  # noqa: PLR2004 - Sankt Olavs gate
            start -= len(before.pop()) + 1
            taken += 1
        return start if taken else None
    if not last[0].isupper():
        return None
    while before and before[-1].rstrip(".").lower() in _BEFORE_STREET and before[-1][:1].isupper():
        start -= len(before.pop()) + 1
    return start

"""Ways to reach somebody: e-mail, postal address; and IBAN. Telephones: see ``phones``."""

import re
from collections.abc import Iterator

from gallra.detect.checksums import IBAN_LENGTHS, iban
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


_NOT_DIGITS = re.compile(r"\D")
_IBAN = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,3})?"
    r"(?![A-Za-z0-9])"
)


class Ibans(Recognizer):
    """International bank account numbers; mod 97 lets one in 97 pass by chance."""

    ENTITIES = ("IBAN_CODE",)

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number that holds."""
        for match in _IBAN.finditer(reading.text):
            value = match[0].replace(" ", "").replace("-", "").upper()
            is_usual = match[0][:2].isupper() or value[:2] in IBAN_LENGTHS
            if is_usual and iban(value):
                yield "IBAN_CODE", match.start(), match.end(), 0.95


_SUFFIXES = tuple(sorted(words("rules", "street ending")))
_BEFORE_STREET = words("rules", "before a street")
_HOUSE = re.compile(
    r" (?<=[^\W\d_] |\. )(?P<number>\d{1,4}(?: ?[A-Za-z](?!\w))?)(?!\d|[.,:/-]\d|[ ]\d\d[ ]\d\d"
    r"|[ ]?(?:kr|%|st\b|km\b))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CUT = re.compile(r"[\n\t;,|:()\"]")
_BOX = re.compile(r"[BP](?<!\w.)(?:(?<=B)(?:ox|oks)|(?<=P)(?:ostboks|\.?b\.?)) \d{1,5}(?!\d)")
_PLACE = re.compile(
    r"(?:[ ]?[,;\t]?[ ]?\n?|[ ]*[,;][ ]*(?:lgh \d{4}[,;]? ?)?)(?:SE-|S-|NO-|N-)?(?:\d{3} \d\d"
    r"|\d{4,5})"
    r" [A-ZÅÄÖÆØ][\w-]{1,24}(?: (?:i|på) [A-ZÅÄÖÆØ][\w-]{1,20}| [A-ZÅÄÖÆØ][\w-]{1,20})?"
)
_BOX_OFFICE = re.compile(
    r" [A-ZÅÄÖÆØ][\w-]{1,20}(?: [A-ZÅÄÖÆØ][\w-]{1,20})?(?=,? ?\n?(?:N-)?\d{4} )"
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
                bare = 0.3 if _YEAR.fullmatch(match["number"]) else 0.7
                yield "POSTAL_ADDRESS", start, end, 0.9 if place else bare
        for match in _BOX.finditer(text):
            office = _BOX_OFFICE.match(text, match.end())
            end = office.end() if office else match.end()
            place = _PLACE.match(text, end)
            end = place.end() if place else end
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

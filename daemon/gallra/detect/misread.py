"""Birth numbers in which letters stand for digits: ``85O1O1-98O9``; only beside their label."""

import re
from collections.abc import Iterator

import re2

from gallra.detect.checksums import swedish_birth, valid_birth
from gallra.detect.digests import BIRTH_NUMBERS, MISREAD
from gallra.detect.labels import PERSONAL_NUMBER
from gallra.detect.recognizer import Reading, Recognizer, Sighting

_MIXED = re2.compile("[0-9][OoIl]|[OoIl][0-9]")
_NUMBER = re.compile(
    r"(?<![\w.+-])(?P<born>[\dOoIl]{6}(?:[\dOoIl]{2})?)(?P<between>[ ]?[-+]?[ ]?)"
    r"(?P<last>[\dOoIl]{4,5})(?!\w)",
    re.ASCII,
)
_LEAST_DIGITS = 6


class MisreadNumbers(Recognizer):
    """Letters O and l for the digits 0 and 1, as text recognition of scans leaves them."""

    ENTITIES = tuple(sorted(BIRTH_NUMBERS))

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield each number that holds once its letters are read as digits."""
        if not _MIXED.search(reading.text):
            return
        for match in _NUMBER.finditer(reading.text):
            written = match[0]
            if not (written.upper() != written.lower() and _digits(written) >= _LEAST_DIGITS):
                continue
            entity = _entity(match)
            if entity and (
                reading.role_at(match.start()) == "personal-number"
                or PERSONAL_NUMBER.is_in(reading.before(match.start()))
            ):
                yield entity, match.start(), match.end(), 0.8


def _digits(written: str) -> int:
    return sum(map(str.isdigit, written))


def _entity(match: re.Match[str]) -> str | None:
    digits = (match["born"] + match["last"]).translate(MISREAD)
    if len(digits) == 11:  # noqa: PLR2004 - Norwegian
        norwegian = valid_birth(digits)
        return norwegian[0] if norwegian else None
    if len(digits) not in {10, 12}:
        return None
    swedish = swedish_birth(digits, is_centenarian="+" in match["between"])
    if swedish is None:
        return None
    return "SE_SAMORDNINGSNUMMER" if swedish[1] else "SE_PERSONNUMMER"

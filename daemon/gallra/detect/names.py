"""PERSON, and lightly ORGANIZATION and LOCATION, by gazetteer and rules.

Running text is read in chains of capitalised words, see ``chains``. Lists write the
surname first, or in a cell of its own; columns and mail headers say by themselves what is a name.
A model of names will stand beside this recognizer; the rules stay for tables and headers.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from gallra.detect.chains import CHAIN, ORGANISATIONAL, Chains
from gallra.detect.gazetteer import Gazetteer
from gallra.detect.recognizer import Cell, Reading, Recognizer, Sighting

_MAIL_NAME = re.compile(
    r"(?:^|[\n,;:>]|(?<=\t))[ ]*[\"']?"
    r"(?P<name>[^\n,;:<>\"'@\t\d]{2,60}?)[\"']? ?[<(\[](?=[^\s<>@]{1,64}@)"
)
_MAIL_LAST_FIRST = re.compile(
    r"[\"'](?P<name>[^\n,;:<>\"'@\t\d]{2,40}, [^\n,;:<>\"'@\t\d]{2,40})[\"'] ?<(?=[^\s<>@]{1,64}@)"
)
_COMPANY = re.compile(r" (?:AS|ASA|AB|HB|KB|BA|SA|ANS|Ltd|Inc|GmbH)(?: \(publ\))?(?![^\W_])")
_SPLIT = {";", "\t", "|", "; ", "| ", " | ", " ; "}
_TURNED = {", ", ",", *_SPLIT}
_WIDEST = 3
"""Characters of the longest separator."""
_MAIL_HINT = re.compile(r"[<(\[][^\s<>@]{1,64}@")
_NAME_CELL = re.compile(r"[^\W\d_][^\d@;|\t:/()<>]{1,59}")


class Names(Recognizer):
    """Persons by gazetteer and rules; see the module."""

    ENTITIES = ("PERSON", "ORGANIZATION", "LOCATION")

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Judge by ``gazetteer``."""
        self._gazetteer = gazetteer
        self._chains = Chains(gazetteer)
        super().__init__()

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield persons, organisations and places; overlapping ones are settled later."""
        text = reading.text
        chains = [match.span() for match in CHAIN.finditer(text)]
        for start, end in chains:
            yield from self._chains.sightings(text, start, end)
        for first, second in pairwise(chains):
            if second[0] - first[1] <= _WIDEST:
                yield from self._pair(text, first, second)
        for match in _COMPANY.finditer(text):
            start = _company_before(text, match.start())
            if start < match.start():
                yield "ORGANIZATION", start, match.end(), 0.6
        yield from self._of_headers(text)
        yield from self._of_cells(reading)

    # names that stand in two pieces

    def _pair(self, text: str, one: tuple[int, int], two: tuple[int, int]) -> Iterator[Sighting]:
        between = text[one[1] : two[0]]
        if between not in _TURNED:
            return
        lexicon = self._gazetteer
        left, right = text[slice(*one)].lower().split(" "), text[slice(*two)].lower().split(" ")
        if len(left) > 3 or len(right) > 3:  # noqa: PLR2004 - names in lists are short
            return
        first_left, first_right = lexicon.first_class(left[0]), lexicon.first_class(right[0])
        last_left, last_right = left[-1], right[-1]
        is_surname_left = bool(lexicon.surname_class(last_left)) or lexicon.ends_like_a_surname(
            last_left
        )
        if (
            first_right
            and is_surname_left
            and not (first_left and len(left) > 1)
            and all(
                lexicon.first_class(word) or "." in word or lexicon.surname_class(word)
                for word in right
            )
        ):
            sure = right[0] not in lexicon.words and last_left not in lexicon.common
            if (
                len(right) == 1
                or not lexicon.surname_class(last_right)
                or between not in {", ", ","}
            ):
                yield "PERSON", one[0], two[1], 0.85 if sure else 0.5
            return
        if between in _SPLIT and first_left and len(right) <= 2 and last_left not in lexicon.common:  # noqa: PLR2004 - double names
            known = lexicon.surname_class(last_right)
            if known or (
                lexicon.ends_like_a_surname(last_right) and last_right not in lexicon.common
            ):
                yield "PERSON", one[0], two[1], 0.85 if known else 0.6

    # names that their place makes names

    def _of_headers(self, text: str) -> Iterator[Sighting]:
        seen = -1
        for hint in _MAIL_HINT.finditer(text):
            if hint.start() < seen:
                continue
            first = max(0, text.rfind("\n", 0, hint.start()))
            seen = text.find("\n", hint.end())
            seen = len(text) if seen < 0 else seen
            for pattern in (_MAIL_NAME, _MAIL_LAST_FIRST):
                for match in pattern.finditer(text, first, seen):
                    yield from self._of_header(match)

    def _of_header(self, match: re.Match[str]) -> Iterator[Sighting]:
        written = match["name"]
        score = self._name_score(written)
        if score:
            yield "PERSON", match.start("name"), match.start("name") + len(written.rstrip()), score

    def _name_score(self, name: str) -> float:
        """Return how sure ``name``, whatever its case, is a person's because of its place."""
        words = [word for word in re.split(r"[ ,]+", name.strip().lower()) if word]
        if not words or len(words) > 6 or any(word.strip(".") in ORGANISATIONAL for word in words):  # noqa: PLR2004 - long names
            return 0.0
        lexicon = self._gazetteer
        knowns = sum(
            bool(lexicon.first_class(word) or lexicon.surname_class(word)) for word in words
        )
        if len(words) == 1:
            return 0.6 if knowns and words[0] not in lexicon.words else 0.0
        if knowns:
            return 0.9 if knowns > 1 else 0.75
        is_common = sum(word in lexicon.common or word in lexicon.places for word in words)
        return 0.55 if not is_common and len(words) <= 4 else 0.0  # noqa: PLR2004 - as above

    def _of_cells(self, reading: Reading) -> Iterator[Sighting]:
        previous: Cell | None = None
        for cell in reading.cells:
            if cell.role not in {"name", "member", "first-name", "last-name"}:
                continue
            written = reading.text[cell.start : cell.end]
            if not _NAME_CELL.fullmatch(written):
                continue
            if cell.role in {"name", "member"}:
                score = self._name_score(written)
                if score:
                    yield (
                        "PERSON",
                        cell.start,
                        cell.end,
                        max(0.7, score) if " " in written else score,
                    )
                continue
            if (
                previous is not None
                and previous.row == cell.row
                and previous.role != cell.role
                and cell.start - previous.end <= 4  # noqa: PLR2004 - one separator, quotes
            ):
                yield "PERSON", previous.start, cell.end, 0.95
                previous = None
                continue
            yield "PERSON", cell.start, cell.end, 0.7
            previous = cell


_OPENERS = (
    "Till ",
    "Til ",
    "To ",
    "Från ",
    "Fra ",
    "Frå ",
    "Hos ",
    "Ved ",
    "Vid ",
    "I ",
    "For ",
    "För ",
)


def _company_before(text: str, end: int) -> int:
    """Return where up to five capitalised words before ``end`` begin."""
    start = end
    for word in reversed(
        re.split(r"[\n\t;,|:(\"]", text[max(0, end - 80) : end])[-1].split(" ")[-5:]
    ):
        if not (word[:1].isupper() or word in {"&", "og", "och", "i"}):
            break
        start -= len(word) + 1
    start += start < end
    while start < end and (not text[start].isupper() or text.startswith(_OPENERS, start)):
        start = text.find(" ", start, end) + 1 or end
    return start

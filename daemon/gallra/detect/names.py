"""PERSON, and lightly ORGANIZATION and LOCATION, by gazetteer and rules.

Chains of capitalised words are taken word by word: a first name opens a person, initials, more
first names and particles go on, a surname, known or built like one, ends it. Lists write the
surname first, or in a cell of its own; columns and mail headers say by themselves what is a name.
A model of names will stand beside this recognizer; the rules stay for tables and headers.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from gallra.detect.gazetteer import Gazetteer
from gallra.detect.recognizer import THRESHOLD, Cell, Reading, Recognizer, Sighting

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_LETTER = r"[^\W\d_]"
_CAPITALISED = rf"(?:(?:al|el)-)?[{_UPPER}]{_LETTER}*(?:'{_LETTER}+|-[{_UPPER}]{_LETTER}*)*"
_INITIAL = rf"[{_UPPER}]\.(?:[ -]?[{_UPPER}]\.)*"
_PARTICLE = r"(?:af|av|von|van|der|den|de|del|di|da|dos|la|le|el|al|bin|ibn|zu|ter)"
_CHAIN = re.compile(
    rf"(?<![^\W_])(?:{_INITIAL}|{_CAPITALISED})"
    rf"(?: (?:{_INITIAL}|{_CAPITALISED}|{_PARTICLE}(?= (?:[{_UPPER}]|{_PARTICLE} [{_UPPER}]))))*"
)
_WORD = re.compile(r"[^ ]+")
_MAIL_NAME = re.compile(
    r"(?:^|[\n,;:>]|(?<=\t))[ ]*[\"']?"
    r"(?P<name>[^\n,;:<>\"'@\t\d]{2,60}?)[\"']? ?[<(\[](?=[^\s<>@]{1,64}@)"
)
_MAIL_LAST_FIRST = re.compile(
    r"[\"'](?P<name>[^\n,;:<>\"'@\t\d]{2,40}, [^\n,;:<>\"'@\t\d]{2,40})[\"'] ?<(?=[^\s<>@]{1,64}@)"
)
_STREETS = re.compile(
    r"(?:s|es|as)? ?(?:gate|gata|gatan|vei|veien|veg|vegen|väg|vägen|plass|plats|torg|torget"
    r"|allé|stiftelse|stiftelsen|minne|pris)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(r" (?:AS|ASA|AB|HB|KB|BA|SA|ANS|Ltd|Inc|GmbH)(?: \(publ\))?(?![^\W_])")
_ORGANISATIONAL = frozenset(
    [
        "ab",
        "as",
        "asa",
        "hb",
        "kb",
        "ans",
        "inc",
        "ltd",
        "klubb",
        "klubben",
        "forbund",
        "förbund",
        "forbundet",
        "förbundet",
        "avdeling",
        "avdeling",
        "avdelning",
        "styre",
        "styret",
        "styrelse",
        "styrelsen",
        "kommune",
        "kommun",
        "fylke",
        "region",
        "skole",
        "skola",
        "universitet",
        "universitetet",
        "høgskole",
        "bank",
        "forening",
        "förening",
        "foreningen",
        "föreningen",
        "gruppe",
        "grupp",
        "team",
        "support",
        "info",
        "post",
        "kontakt",
        "noreply",
        "no-reply",
        "helpdesk",
        "system",
        "administrator",
        "avdelingen",
        "avdelningen",
        "kansli",
        "kontor",
        "kontoret",
        "redaksjon",
        "service",
        "hr",
        "lønn",
        "lön",
        "union",
    ]
)
_TITLES = frozenset(
    [
        "direktør",
        "direktör",
        "herr",
        "fru",
        "frk",
        "hr",
        "dr",
        "doktor",
        "professor",
        "prof",
        "advokat",
        "rektor",
        "statsråd",
        "minister",
        "presten",
        "konsul",
        "kommunalråd",
        "ordförande",
        "ordfører",
        "leder",
        "ledare",
        "sjef",
        "chef",
        "mr",
        "mrs",
        "ms",
        "fröken",
        "ombudsman",
        "sekretær",
        "sekreterare",
    ]
)
_SPLIT = {";", "\t", "|", "; ", "| ", " | ", " ; "}
_TURNED = {", ", ",", *_SPLIT}
_NAME_CELL = re.compile(rf"{_LETTER}[^\d@;|\t:/()<>]{{1,59}}")

Word = tuple[str, int, int]
"""As written, start, end."""


class Names(Recognizer):
    """Persons by gazetteer and rules; see the module."""

    ENTITIES = ("PERSON", "ORGANIZATION", "LOCATION")

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Judge by ``gazetteer``."""
        self._gazetteer = gazetteer
        super().__init__()

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield persons, organisations and places; overlapping ones are settled later."""
        text = reading.text
        chains = [match.span() for match in _CHAIN.finditer(text)]
        for start, end in chains:
            yield from self._persons(text, start, end)
        for first, second in pairwise(chains):
            yield from self._pair(text, first, second)
        for match in _COMPANY.finditer(text):
            start = _company_before(text, match.start())
            if start < match.start():
                yield "ORGANIZATION", start, match.end(), 0.6
        yield from self._of_headers(text)
        yield from self._of_cells(reading)

    # persons in a chain of capitalised words

    def _persons(self, text: str, start: int, end: int) -> Iterator[Sighting]:
        words = [
            (match[0], match.start(), match.end()) for match in _WORD.finditer(text, start, end)
        ]
        is_first = self._begins_sentence(text, start)
        index = 0
        while index < len(words):
            found = self._person(words, index, is_first=is_first and index == 0)
            if found is None:
                low = words[index][0].lower()
                if self._is_place(low, is_first=is_first and index == 0):
                    yield "LOCATION", words[index][1], words[index][2], 0.55
                index += 1
                continue
            last, score = found
            if score < THRESHOLD:  # another person may open at the next word
                index += 1
                continue
            stop = self._without_genitive(text, words[last])
            if not _STREETS.match(text, words[last][2]) and not self._is_organisation(words, last):
                yield "PERSON", words[index][1], stop, score
            index = last + 1

    def _is_place(self, low: str, *, is_first: bool) -> bool:
        lexicon = self._gazetteer
        return (
            low in lexicon.places
            and len(low) > 2  # noqa: PLR2004 - abbreviations
            and not lexicon.first_class(low)
            and not (is_first and (low in lexicon.common or low in lexicon.words))
            and low not in lexicon.common
        )

    @staticmethod
    def _is_organisation(words: list[Word], last: int) -> bool:
        return last + 1 < len(words) and words[last + 1][0].lower() in _ORGANISATIONAL

    @staticmethod
    def _begins_sentence(text: str, start: int) -> bool:
        before = text[max(0, start - 3) : start].rstrip(" ")
        return not before or before[-1] in ".!?\n:•-"

    def _person(  # noqa: C901, PLR0912 - one word after the other, each its own case
        self, words: list[Word], index: int, *, is_first: bool
    ) -> tuple[int, float] | None:
        """Return the last word of a person that opens at ``index``, and the score."""
        lexicon = self._gazetteer
        written = words[index][0]
        low = written.lower()
        is_loud = len(written) > 1 and written.isupper() and "." not in written
        if "." in written:
            return self._after_initial(words, index)
        rank = lexicon.first_class(low)
        if not rank:
            return self._surname_alone(words, index, is_first=is_first)
        last = index
        given = 1
        surname_rank = 0
        while last + 1 < len(words):
            following = words[last + 1][0]
            low_next = following.lower()
            if "." in following:
                last += 1
                continue
            if following.islower():  # a particle: the chain's pattern lets a capital follow
                last += 1
                continue
            bare = low_next.removesuffix("'s")
            plain = bare.removesuffix("s")
            known = lexicon.surname_class(bare) or lexicon.surname_class(plain)
            if known:
                surname_rank = max(surname_rank, known)
                last += 1
                if last + 1 < len(words) and self._goes_on(words[last + 1][0]):
                    last += 1
                break
            if lexicon.first_class(low_next) and low_next not in lexicon.words and given < 3:  # noqa: PLR2004 - three given names
                given += 1
                last += 1
                continue
            if lexicon.ends_like_a_surname(plain) and low_next not in lexicon.common:
                surname_rank = 1
                last += 1
                break
            if (
                low_next in _ORGANISATIONAL
                or low_next in lexicon.common
                or low_next in lexicon.places
            ):
                break
            if len(plain) > 2 and not following.isupper() | is_loud:  # noqa: PLR2004 - no abbreviation
                last += 1
                surname_rank = -1
                if last + 1 < len(words) and self._goes_on(words[last + 1][0]):
                    last += 1
            break
        while last > index and words[last][0].islower():
            last -= 1
        is_word = low in lexicon.words or low in lexicon.nowhere
        return self._scored(
            last,
            last - index,
            rank,
            surname_rank,
            is_word=is_word,
            is_first=is_first,
            is_loud=is_loud,
        )

    @staticmethod
    def _scored(  # noqa: PLR0911, PLR0913 - a table of cases
        last: int,
        more: int,
        rank: int,
        surname_rank: int,
        *,
        is_word: bool,
        is_first: bool,
        is_loud: bool,
    ) -> tuple[int, float] | None:
        if more and surname_rank > 0:
            if is_word and rank < 3 and is_first:  # noqa: PLR2004 - a rare name
                return last, 0.45
            return last, 0.8 if is_loud else 0.9
        if more and surname_rank < 0:
            if is_word or (rank == 1 and is_first):
                return last, 0.35
            if rank == 1:
                return last, 0.5
            return last, 0.65 if rank >= 3 else 0.55  # noqa: PLR2004 - common names
        if more:
            return (last, 0.6) if rank >= 2 and not is_word else (last, 0.4)  # noqa: PLR2004 - as above
        if is_word or is_loud or rank < 3:  # noqa: PLR2004 - as above
            return None
        return last, 0.6 if rank == 4 else 0.5  # noqa: PLR2004 - the commonest names

    def _goes_on(self, written: str) -> bool:
        """Tell whether a capitalised word behind a surname belongs to the name."""
        low = written.lower()
        lexicon = self._gazetteer
        if lexicon.surname_class(low):
            return low not in lexicon.places
        return (
            len(low) > 2  # noqa: PLR2004 - no abbreviation
            and written[1:].islower()
            and low not in _ORGANISATIONAL
            and low not in lexicon.common
            and low not in lexicon.places
            and low not in lexicon.words
        )

    def _after_initial(self, words: list[Word], index: int) -> tuple[int, float] | None:
        """``K. Nilsen``, ``A. B. Berg``."""
        last = index
        while last + 1 < len(words) and "." in words[last + 1][0]:
            last += 1
        if last + 1 >= len(words):
            return None
        low = words[last + 1][0].lower()
        plain = low.removesuffix("s")
        lexicon = self._gazetteer
        if lexicon.surname_class(low) or lexicon.surname_class(plain):
            return last + 1, 0.8
        if lexicon.ends_like_a_surname(plain) and low not in lexicon.common:
            return last + 1, 0.6
        return None

    def _surname_alone(
        self, words: list[Word], index: int, *, is_first: bool
    ) -> tuple[int, float] | None:
        """``Direktør Hansen``, ``Xiulan Hansen``, ``Hansen``."""
        lexicon = self._gazetteer
        low = words[index][0].lower()
        if low in _TITLES and index + 1 < len(words):
            return None
        is_known = low in lexicon.common or low in lexicon.places or low in lexicon.words
        if index + 1 < len(words) and not is_known and not lexicon.surname_class(low):
            following = words[index + 1][0].lower()
            plain = following.removesuffix("s")
            if (
                (lexicon.surname_class(following) or lexicon.surname_class(plain))
                and following not in lexicon.places
                and words[index][0][1:].islower()
                and low not in _ORGANISATIONAL
            ):
                return index + 1, 0.7
        plain = low.removesuffix("s")
        surname = lexicon.surname_class(low) or lexicon.surname_class(plain)
        if surname and not is_known and plain not in lexicon.common and plain not in lexicon.places:
            is_titled = index > 0 and words[index - 1][0].lower() in _TITLES
            sure = is_titled or low.endswith(("sson", "sen", "sens", "ssons")) or not is_first
            return index, 0.7 if is_titled else 0.55 if sure and words[index][0][
                1:
            ].islower() else 0.3
        return None

    def _without_genitive(self, text: str, word: Word) -> int:
        written, start, end = word
        low = written.lower()
        if low.endswith("'s"):
            return end - 2
        if (
            low.endswith("s")
            and not self._gazetteer.first_class(low)
            and not self._gazetteer.surname.get(low)
            and (self._gazetteer.surname_class(low[:-1]) or self._gazetteer.first_class(low[:-1]))
        ):
            return end - 1
        return min(end, start + len(text[start:end].rstrip("'-")))

    # names that stand in two pieces

    def _pair(self, text: str, one: tuple[int, int], two: tuple[int, int]) -> Iterator[Sighting]:
        if two[0] - one[1] > 3:  # noqa: PLR2004 - the longest separator
            return
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
        for pattern in (_MAIL_NAME, _MAIL_LAST_FIRST):
            for match in pattern.finditer(text):
                start, end = match.span("name")
                score = self._name_score(text[start:end])
                if score:
                    yield (
                        "PERSON",
                        start,
                        end - (len(match["name"]) - len(match["name"].rstrip())),
                        score,
                    )

    def _name_score(self, name: str) -> float:
        """Return how sure ``name``, whatever its case, is a person's because of its place."""
        words = [word for word in re.split(r"[ ,]+", name.strip().lower()) if word]
        if not words or len(words) > 6 or any(word.strip(".") in _ORGANISATIONAL for word in words):  # noqa: PLR2004 - long names
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

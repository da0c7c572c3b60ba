"""Persons in running text: chains of capitalised words, taken word by word.

A first name opens a person, initials, more first names and particles go on, a surname, known or
built like one, ends it.
"""

import re
from collections.abc import Iterator

from gallra.detect.gazetteer import Gazetteer
from gallra.detect.lexicon import words as listed
from gallra.detect.recognizer import THRESHOLD, Sighting

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶĻŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽ"
_LETTER = r"[^\W\d_]"
_CAPITALISED = rf"(?:(?:al|el)-)?[{_UPPER}]{_LETTER}*(?:'{_LETTER}+|-[{_UPPER}]{_LETTER}*)*"
_INITIAL = rf"[{_UPPER}]\.(?:[ -]?[{_UPPER}]\.)*"
_PARTICLE = r"(?:af|av|von|van|der|den|de|del|di|da|dos|la|le|el|al|bin|ibn|zu|ter)"
CHAIN = re.compile(
    rf"(?<![^\W_])(?:{_INITIAL}|{_CAPITALISED})"
    rf"(?: (?:{_INITIAL}|{_CAPITALISED}|{_PARTICLE}(?= (?:[{_UPPER}]|{_PARTICLE} [{_UPPER}]))))*"
)
_WORD = re.compile(r"[^ ]+")
STREETS = re.compile(
    r"(?:s|es|as)? ?(?:gate|gata|gatan|vei|veien|veg|vegen|väg|vägen|plass|plats|torg|torget"
    r"|allé|stiftelse|stiftelsen|minne|pris)\b",
    re.IGNORECASE,
)
ORGANISATIONAL = listed("rules", "organisational")
"""Words that make an organisation, or an office, of a name beside them."""
TITLES = listed("rules", "title")

MOST_SILENT = 4_000
"""Words that are remembered to be nobody."""

Word = tuple[str, int, int]
"""As written, start, end."""


class Chains:
    """Finds the persons in a chain."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Judge by ``gazetteer``."""
        self._gazetteer = gazetteer
        self._silent: set[tuple[str, bool]] = set()

    def sightings(self, text: str, start: int, end: int) -> Iterator[Sighting]:
        """Yield the persons and places between ``start`` and ``end``, one chain."""
        is_first = self._begins_sentence(text, start)
        whole = text[start:end]
        if " " not in whole:
            if (whole, is_first) in self._silent:
                return
            words = [(whole, start, end)]
        else:
            words = [
                (match[0], match.start(), match.end()) for match in _WORD.finditer(text, start, end)
            ]
        index = 0
        while index < len(words):
            found = self._person(words, index, is_first=is_first and index == 0)
            if found is None:
                low = words[index][0].lower()
                if self._is_place(low, is_first=is_first and index == 0):
                    yield "LOCATION", words[index][1], words[index][2], 0.55
                elif len(words) == 1:
                    self._keep_silent(whole, is_first=is_first)
                index += 1
                continue
            last, score = found
            if score < THRESHOLD:  # another person may open at the next word
                index += 1
                continue
            stop = self._without_genitive(text, words[last])
            if not STREETS.match(text, words[last][2]) and not self._is_organisation(words, last):
                yield "PERSON", words[index][1], stop, score
            index = last + 1

    def _keep_silent(self, word: str, *, is_first: bool) -> None:
        """Remember that ``word``, alone, is nobody: every other chain is such a word."""
        if len(self._silent) >= MOST_SILENT:
            self._silent.clear()
        self._silent.add((word, is_first))

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
        return last + 1 < len(words) and words[last + 1][0].lower() in ORGANISATIONAL

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
            is_sure = rank > 1 and low not in lexicon.words
            built = self._built_like_a_surname(plain, following, is_sure=is_sure)
            if built:
                surname_rank = built
                last += 1
                break
            if (
                low_next in ORGANISATIONAL
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

    def _built_like_a_surname(self, plain: str, written: str, *, is_sure: bool) -> int:
        """Return 1 for an unknown word built like a surname, -1 for a noun, 0 for none.

        A noun counts only capitalised behind a first name that is ``is_sure``: Kari Nordmann.
        """
        lexicon = self._gazetteer
        if written.lower() not in lexicon.common:
            return int(lexicon.ends_like_a_surname(plain))
        if not is_sure or not written[1:].islower():
            return 0
        is_built = plain.endswith("mann") or lexicon.ends_like_a_surname(plain)
        return -int(
            is_built
            and plain in lexicon.common
            and plain not in lexicon.places
            and plain not in TITLES
            and plain not in ORGANISATIONAL
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
            and low not in ORGANISATIONAL
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
        if low in TITLES and index + 1 < len(words):
            return None
        is_known = low in lexicon.common or low in lexicon.places or low in lexicon.words
        if index + 1 < len(words) and not is_known and not lexicon.surname_class(low):
            following = words[index + 1][0].lower()
            plain = following.removesuffix("s")
            if (
                (lexicon.surname_class(following) or lexicon.surname_class(plain))
                and following not in lexicon.places
                and words[index][0][1:].islower()
                and low not in ORGANISATIONAL
            ):
                return index + 1, 0.7
        plain = low.removesuffix("s")
        surname = lexicon.surname_class(low) or lexicon.surname_class(plain)
        if surname and not is_known and plain not in lexicon.common and plain not in lexicon.places:
            is_titled = index > 0 and words[index - 1][0].lower() in TITLES
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

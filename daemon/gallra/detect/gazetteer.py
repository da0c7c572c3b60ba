"""The shipped lists of names: who is in them, how often, and what else the word may be."""

import zlib
from dataclasses import dataclass
from importlib.resources import files

_SURNAME_ENDINGS = (
    "sson", "ssen", "sen", "dóttir", "dottir", "ström", "strøm", "berg", "berget", "lund", "gren",
    "qvist", "kvist", "stad", "blom", "bäck", "bekk", "bakken", "bakk", "haug", "haugen", "moen",
    "rud", "stuen", "vik", "viken", "dal", "dahl", "heim", "nes", "ness", "land", "hagen", "holm",
    "löf", "mark", "man", "sjö", "lien", "set", "seth", "eide", "ås", "åsen", "sund", "sten",
    "stein", "skog", "fors", "ell", "ov", "ova", "ić", "ovic", "ović", "ski", "ska", "wicz", "ez",
    "oğlu", "ian", "yan",
)  # fmt: skip
_SURE_ENDINGS = ("sson", "ssen", "dóttir", "dottir", "ström", "strøm", "qvist", "kvist", "gren")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Names in lower case, each with a class of frequency."""

    first: dict[str, int]
    """1 (five bearers or more) to 4 (2,000 or more)."""
    surname: dict[str, int]
    """1 (200 bearers or more) or 2 (1,000 or more)."""
    places: frozenset[str]
    words: frozenset[str]
    """Names that are as often ordinary words."""
    nowhere: frozenset[str]
    """Names that are more often places."""
    common: frozenset[str]
    """Ordinary words that are no names: capitalised only at the start of a sentence."""

    def first_class(self, word: str) -> int:
        """Return the class of ``word``, lower case, as a first name; 0 where it is none."""
        found = self.first.get(word, 0)
        if "-" in word:
            found = max(found, min(self.first.get(part, 0) for part in word.split("-")))
        return found

    def surname_class(self, word: str) -> int:
        """Return the class of ``word``, lower case, as a surname; 0 where it is none."""
        found = self.surname.get(word, 0)
        if found:
            return found
        if "-" in word and all(self.surname.get(part, 0) for part in word.split("-")):
            return 2
        if len(word) > 5 and word.endswith(_SURE_ENDINGS) and word not in self.common:  # noqa: PLR2004 - -son alone is a word
            return 1
        return 0

    def ends_like_a_surname(self, word: str) -> bool:
        """Tell whether ``word``, lower case and unknown, is built like a surname."""
        return len(word) > 4 and word.endswith(_SURNAME_ENDINGS)  # noqa: PLR2004 - shorter ones are words


def load() -> Gazetteer:
    """Read the gazetteer from the package; about 20 ms. To be done before the sandbox closes."""
    packed = (files("gallra.detect.data") / "gazetteer.bin").read_bytes()
    sections: dict[str, list[str]] = {}
    for section in zlib.decompress(packed).decode("utf-8").split("[")[1:]:
        name, _, words = section.partition("]\n")
        sections[name] = words.split("\n")
    first: dict[str, int] = {}
    surname: dict[str, int] = {}
    for number in range(1, 5):
        first.update(dict.fromkeys(sections[f"first{number}"], number))
    for number in range(1, 3):
        surname.update(dict.fromkeys(sections[f"surname{number}"], number))
    for each in (first, surname):
        each.pop("", None)
    return Gazetteer(
        first=first,
        surname=surname,
        places=frozenset(sections["place"]) - {""},
        words=frozenset(sections["word"]),
        nowhere=frozenset(sections["nowhere"]),
        common=frozenset(sections["common"]),
    )

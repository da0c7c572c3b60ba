"""What the names model knows of a word by itself: the features that it weighs.

A feature is a function of one word type; how it is combined with its neighbours is for
``tagger``. Training and run time both take the features from here.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gallra.detect.gazetteer import Gazetteer

TOKEN = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*|\d+|[^\w\s]|_|\n|\t| {2,}")
"""Words with their hyphens, numbers, single marks; line ends, tabs and gaps of a table."""
LONGEST_WORD = 40
"""Characters of a word that are looked at."""
LINE_END, GAP = "<n>", "<t>"
_SMOOTHING, _PIECES = 0.3, 3e4
_BIN = 0.35


class _Shapes(dict[str, str]):
    """What stands for a character in a shape."""

    def __missing__(self, character: str) -> str:
        found = (
            "X" if character.isupper()
            else "x" if character.islower()
            else "d" if character.isdigit()
            else character
        )  # fmt: skip
        if len(self) < _MOST_CHARACTERS:
            self[character] = found
        return found


_MOST_CHARACTERS = 2_000
_SHAPES = _Shapes()
_RUNS = re.compile(r"(.)\1{2,}")

NEAR_COUNT, NEXT_COUNT = 4, 12
"""How many of a type's features, from the first, are looked at two words, one word away."""
_SMALL_COUNT = 17
"""How many of a type's features, from the first, have weights of their own there."""
_SMALL_FACTOR = 0x9E3779B1
"""Makes other codes of those of a word in a sentence without capitals."""


class Kind(NamedTuple):
    """The four codes of a type whose pairs and triples are weighed: each a CRC of a string."""

    listed: int
    shape: int
    lexical: int
    look: int


class Type(NamedTuple):
    """A word type: its features, and its codes."""

    features: list[str]
    """The word itself first, its cased form last; the first ones are those of neighbours too."""
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Which words are written small, and which with a capital, in Norwegian and in Swedish."""

    hashes: NDArray[np.uint32]
    """CRC-32 of the words in lower case, ascending."""
    bits: NDArray[np.uint8]
    """1, 2: small in Norwegian, Swedish; 4, 8: capitalised."""

    def of(self, words: Sequence[str]) -> list[int]:
        """Return the bits of ``words``, lower case; 0 for a word that it does not hold."""
        if not len(self.hashes):
            return [0] * len(words)
        wanted = np.array([zlib.crc32(word.encode()) for word in words], np.uint32)
        places = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        found = np.where(self.hashes[places] == wanted, self.bits[places], 0)
        return [int(each) for each in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How often pieces of two to four letters stand in names, and how often in other words."""

    pieces: dict[str, int]
    counts: NDArray[np.float32]
    """Of each piece: in first names, surnames, ordinary words, places; shape (pieces, 4)."""
    totals: NDArray[np.float64]
    """Of each class, shape (4,)."""

    def of(self, words: Sequence[str], listed: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the mean log probability of each word's pieces, shape (words, 4).

        ``listed``, of the same shape, is 1 where the word itself was counted: what it gave is
        taken out again, so that a listed name looks no surer than one that is on no list.
        """
        found: list[int] = []
        starts = [0]
        last = len(self.counts)
        get = self.pieces.get
        for word in words:
            found.extend(map(get, pieces_of(word), repeat(last)))
            starts.append(len(found))
        counts = np.concatenate([self.counts, np.zeros((1, 4), np.float32)])[found]
        lengths = np.diff(starts)
        counts -= np.repeat(listed, lengths, axis=0)
        np.maximum(counts, 0, out=counts)
        logs = np.log(counts + _SMOOTHING)
        means = np.add.reduceat(logs, starts[:-1], axis=0) / lengths[:, None]
        return means - np.log(self.totals + _PIECES * _SMOOTHING)


def pieces_of(word: str) -> list[str]:
    """Return the pieces of ``word``, lower case, its edges marked."""
    edged = f"^{word}$"
    pairs = list(map(str.__add__, edged, edged[1:]))
    triples = list(map(str.__add__, pairs, edged[2:]))
    return [*pairs, *triples, *map(str.__add__, triples, edged[3:])]


def shape_of(word: str) -> str:
    """Return the shape: ``Xxx`` for ``Kari``, ``XX`` for ``NILSEN``, runs cut at two."""
    shape = "".join(map(_SHAPES.__getitem__, word))
    return _RUNS.sub(r"\1\1", shape)[:8] if len(shape) > 2 else shape  # noqa: PLR2004 - a run


def token_of(written: str) -> str:
    """Return what a match of ``TOKEN`` stands for."""
    if written == "\n":
        return LINE_END
    if written[0] in "\t ":
        return GAP
    return written[:LONGEST_WORD]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lore:
    """All that is known of words beforehand."""

    gazetteer: Gazetteer
    lexicon: Lexicon
    looks: Looks

    def types(
        self, words: Sequence[str], *, is_hidden: bool = False, is_small: bool = False
    ) -> list[Type]:
        """Return the types of ``words``, tokens.

        Args:
            words: As ``token_of`` returns them.
            is_hidden: Hides them from the gazetteer.
            is_small: They stand in sentences without a capital, where capitals tell nothing:
                these have weights of their own.
        """
        lowers = [word.lower() for word in words]
        looked = [index for index, word in enumerate(words) if len(word) > 1 and word[0].isalpha()]
        looks = dict(zip(looked, self._looks([lowers[i] for i in looked]), strict=True))
        bits = self.lexicon.of(lowers)
        found = [
            self._type(word, lowers[index], bits[index], looks.get(index), is_hidden=is_hidden)
            for index, word in enumerate(words)
        ]
        return [_in_small(each) for each in found] if is_small else found

    def _looks(self, words: list[str]) -> list[tuple[int, int, int, int]]:
        """Return for each word the likeliest class, and how far names are likelier than words."""
        if not words:
            return []
        lists = self.gazetteer
        listed = np.array(
            [(w in lists.first, w in lists.surname, False, w in lists.places) for w in words],
            np.float32,
        )
        scores = self.looks.of(words, listed)
        first, surname, other, _ = scores.T
        binned = [
            np.clip(np.rint(difference / _BIN), -6, 6).astype(int).tolist()
            for difference in (np.maximum(first, surname) - other, first - other, surname - other)
        ]
        return list(zip(scores.argmax(1).tolist(), *binned, strict=True))

    def _type(
        self,
        word: str,
        low: str,
        bits: int,
        look: tuple[int, int, int, int] | None,
        *,
        is_hidden: bool,
    ) -> Type:
        is_alpha = word[0].isalpha()
        shape = word if word in {LINE_END, GAP} else shape_of(word)
        listed = self._listed(word, low, is_hidden=is_hidden)
        if low.isdigit():
            low = "0" * min(len(low), 6)
        if not is_alpha:
            features = [f"w={low}", f"g={listed}", f"s={shape}", "x=-"]
            return Type(features, Kind(_code(listed), _code(shape), 0, 0))
        lexical = f"{bits & 3}{bits >> 2}"
        size = shape[0] + ("X" if len(word) > 1 and word.isupper() else "")
        seen = "-"
        features = [
            f"w={low}", f"g={listed}", f"s={shape}", f"xg={lexical}{listed}",
            f"f3={low[-3:]}", f"f4={low[-4:]}", f"x={lexical}", f"xh={lexical}{listed}{shape[0]}",
        ]  # fmt: skip
        if look is None:
            features += ["c=-", "cf=-", "cl=-", "cc=-"]
        else:
            best, names, first, surname = look
            seen = f"{'FSWP'[best]}{names}"
            features += [
                f"c={seen}", f"cf={first}", f"cl={surname}", f"cc={seen}{size}",
                f"cF={first}{size}", f"cL={surname}{size}", f"cg={seen}{listed}",
                f"cfl={first}/{surname}", f"cx={seen}{lexical}{size}",
            ]  # fmt: skip
        features += [
            f"gs={listed}{shape}", f"xs={lexical}{shape}", f"xgs={lexical}{listed}{shape}",
            f"f1={low[-1]}", f"f2={low[-2:]}", f"f5={low[-5:]}", f"p1={low[0]}", f"p2={low[:2]}",
            f"p3={low[:3]}", f"p4={low[:4]}", f"l={min(len(low), 9)}",
        ]  # fmt: skip
        if "-" in low:
            features.append(f"hy={low.rpartition('-')[2]}")
        features.append(f"W={word}" if word != low else "W")
        return Type(features, Kind(_code(listed), _code(shape), _code(lexical), _code(seen)))

    def _listed(self, word: str, low: str, *, is_hidden: bool) -> str:
        """Return the gazetteer's code: class as first name, as surname, place, how it was found."""
        if not word[0].isalpha():
            return "x" if word[0].isdigit() else word if word in {LINE_END, GAP} else "p"
        if is_hidden:
            return "000"
        first, surname, how = self._names(low)
        places = self.gazetteer.places
        place = low in places or (low[-1] == "s" and len(low) > 3 and low[:-1] in places)  # noqa: PLR2004 - shorter ones are words
        return f"{first}{surname}{int(place)}{how}"

    def _names(self, low: str) -> tuple[int, int, str]:
        firsts, surnames = self.gazetteer.first, self.gazetteer.surname
        first, surname, how = firsts.get(low, 0), surnames.get(low, 0), ""
        if not first and not surname and "-" in low:
            parts = [part for part in low.split("-") if part]
            first = min((firsts.get(part, 0) for part in parts), default=0)
            surname = max((surnames.get(part, 0) for part in parts), default=0)
            how = "-"
        if low[-1] == "s" and len(low) > 3 and first < 2 and not surname:  # noqa: PLR2004 - as above; rare names
            bare_first, bare_surname = firsts.get(low[:-1], 0), surnames.get(low[:-1], 0)
            if bare_first > 2 or bare_surname or (not first and bare_first):  # noqa: PLR2004 - common names
                return bare_first, bare_surname, "s"
        return first, surname, how


def _in_small(found: Type) -> Type:
    """Return ``found`` as it is in a sentence without capitals.

    What neighbours see of it, and its codes, are others; by itself it is also what it always is.
    """
    own = [f"~{feature}" for feature in found.features[:_SMALL_COUNT]]
    kind = Kind(*((code * _SMALL_FACTOR) & 0xFFFFFFFF for code in found.kind))
    return Type(own + found.features, kind)


@lru_cache(maxsize=20_000)
def _code(value: str) -> int:
    return zlib.crc32(value.encode()) | 1


def key_of(token: str) -> str:
    """Return what makes two words of a document the same name; ``""`` for what is none."""
    if len(token) < 2 or not token[0].isalpha():  # noqa: PLR2004 - letters alone
        return ""
    low = token.lower()
    return low[:-1] if len(low) > 3 and low[-1] == "s" else low  # noqa: PLR2004 - genitives

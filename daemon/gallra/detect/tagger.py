"""Runs the names model over a document in numpy: marginals for each token.

What a word adds to its own and its neighbours' scores is summed up once for each word type, in
8-bit weights; a document is then a few gathers. It is looked at twice: the second time each word
knows what the same word seemed to be elsewhere in the document.
"""

import re
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from gallra.detect.context import (
    COLUMN_COUNT,
    OFFSETS,
    around,
    columns,
    kind_hashes,
    recurrence,
    recurrent_columns,
)
from gallra.detect.gazetteer import Gazetteer
from gallra.detect.lattice import Lattice
from gallra.detect.weights import LABEL_COUNT, WIDTH, Weights
from gallra.detect.words import LINE_END, TOKEN, Kind, Lore, key_of, token_of

MOST_TYPES = 80_000
"""Word types that are remembered; with more, all are forgotten: bounds memory."""
FEW_TOKENS = 400
"""A shorter text is looked at again only if a name may stand there twice."""
SURE = 0.9
"""A marginal from which a word of a short text gains nothing from a second look."""
BLOCK = 4_096
"""Tokens whose columns are gathered in one go."""
_OPENING = frozenset("«-\u2013\u2014\u201c")
_LEAST_WORD = 3
"""Letters before a full stop that ends a sentence: shorter ones are abbreviations."""

# what a token is to the end of a sentence
_ENDS, _CLOSES, _OPENS, _BREAKS, _CAPITAL, _ALPHA, _LONG = (1 << n for n in range(7))


@dataclass(frozen=True, slots=True)
class Tagged:
    """Tokens of a text with their marginals."""

    matches: list[re.Match[str]]
    """Of each token: where it stands."""
    marginals: NDArray[np.float32]
    """Shape (tokens, 8)."""
    sentences: NDArray[np.int64]
    """Where sentences begin, in tokens."""


class Tagger:
    """Built once; remembers word types from text to text, never the texts."""

    def __init__(self, weights: Weights, gazetteer: Gazetteer) -> None:
        """Prepare ``weights`` for looking up."""
        self._weights = weights
        self._lore = Lore(gazetteer=gazetteer, lexicon=weights.lexicon, looks=weights.looks)
        self._lattice = Lattice(weights.transitions)
        self._flat_rows = weights.rows.reshape(len(weights.rows), -1)
        self._forget()

    def _forget(self) -> None:
        self._types: dict[str, int] = {}
        self._kinds: dict[Kind, int] = {Kind(0, 0, 0, 0): 0}
        self._names: dict[str, int] = {"": 0}
        self._written = [""]
        self._count = 0
        self._room = 1024
        # row 0 is what stands between sentences: nothing
        self._rows = np.zeros((self._room, len(OFFSETS), WIDTH), np.int16)
        self._kind_of = np.zeros(self._room, np.int32)
        self._name_of = np.zeros(self._room, np.int64)
        self._marks_of = np.zeros(self._room, np.uint8)
        self._small_of = np.zeros(self._room, np.int64)
        self._hashes = np.zeros((1, len(OFFSETS), COLUMN_COUNT), np.uint32)
        self._codes = np.zeros((1, 4), np.uint32)

    def tag(self, text: str, *, is_twice: bool = True) -> Tagged:
        """Return the tokens of ``text`` and their marginals.

        Args:
            text: One document, or as much of one as is to be looked at in one go.
            is_twice: ``False`` leaves out the second look.
        """
        matches = list(TOKEN.finditer(text))
        if not matches:
            return Tagged([], np.zeros((0, LABEL_COUNT), np.float32), np.zeros(0, np.int64))
        ids = self._ids([match[0] for match in matches])
        marginals, sentences = self._marginals(ids, is_twice=is_twice)
        return Tagged(matches, marginals, sentences)

    def _ids(self, written: list[str]) -> NDArray[np.int64]:
        types = self._types
        if self._count > MOST_TYPES:
            self._forget()
            types = self._types
        new = set(written).difference(types)
        if new:
            self._learn(sorted(new))
        return np.fromiter(map(types.__getitem__, written), np.int64, len(written))

    def _small_ids(self, ids: NDArray[np.int64], is_small: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return ``ids`` as they are in sentences without capitals, where ``is_small``."""
        lacking = ids[is_small]
        lacking = lacking[self._small_of[lacking] == 0]
        if len(lacking):
            wanted = sorted(set(lacking.tolist()))
            first = self._count + 1
            self._learn([self._written[each] for each in wanted], is_small=True)
            self._small_of[wanted] = np.arange(first, first + len(wanted))
        return self._small_of[ids]

    def _learn(self, written: list[str], *, is_small: bool = False) -> None:
        """Sum up the weights of new word types."""
        words = [token_of(each) for each in written]
        found = self._lore.types(words, is_small=is_small)
        first = self._count + 1
        last = first + len(words)
        if last > self._room:
            self._grow(max(last, self._room * 2))
        get = self._weights.features.get
        unknown = len(self._weights.features)
        numbers: list[int] = []
        starts: list[int] = []
        for each in found:
            starts.append(len(numbers))
            numbers.extend(map(get, each.features, repeat(unknown)))
        self._rows[first:last] = np.add.reduceat(
            self._flat_rows[numbers], starts, axis=0, dtype=np.int16
        ).reshape(len(words), len(OFFSETS), WIDTH)
        kinds, names = self._kinds, self._names
        known = len(kinds)
        self._kind_of[first:last] = [kinds.setdefault(each.kind, len(kinds)) for each in found]
        self._name_of[first:last] = [names.setdefault(key_of(word), len(names)) for word in words]
        self._marks_of[first:last] = [_marks(word) for word in words]
        self._written += written
        self._count = last - 1
        if not is_small:
            self._types.update(zip(written, range(first, last), strict=True))
        if len(kinds) > known:
            added = list(kinds)[known:]
            self._hashes = np.concatenate([self._hashes, kind_hashes(added)])
            self._codes = np.concatenate([self._codes, np.array(added, np.uint32)])

    def _grow(self, room: int) -> None:
        def grown(array: NDArray[np.generic]) -> NDArray[np.generic]:
            wider = np.zeros((room, *array.shape[1:]), array.dtype)
            wider[: len(array)] = array
            return wider

        self._rows = grown(self._rows)  # type: ignore[assignment] # the same dtype as before
        self._kind_of = grown(self._kind_of)  # type: ignore[assignment] # the same dtype as before
        self._name_of = grown(self._name_of)  # type: ignore[assignment] # the same dtype as before
        self._small_of = grown(self._small_of)  # type: ignore[assignment] # the same dtype as before
        self._marks_of = grown(self._marks_of)  # type: ignore[assignment] # the same dtype as before
        self._room = room

    def _marginals(
        self, ids: NDArray[np.int64], *, is_twice: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        marks = self._marks_of[ids]
        is_start, is_small = sentence_starts(marks)
        if is_small is not None:
            ids = np.where(is_small, self._small_ids(ids, is_small), ids)
        sentences = np.nonzero(is_start)[0]
        number = np.cumsum(is_start)
        places = np.arange(len(ids)) + 2 * number
        padded = np.zeros(len(ids) + 2 * (len(sentences) + 1), np.int64)
        padded[places] = ids
        is_alpha = (marks & _ALPHA) > 0
        before: NDArray[np.int64] = np.cumsum(is_alpha) - is_alpha
        opens = is_alpha & (before == before[sentences][number - 1])
        sums = self._sums(padded, places, opens)
        scores = sums * np.float32(self._weights.scale)
        found = self._lattice.marginals(scores, sentences)
        names = self._name_of[ids]
        if not is_twice or (len(ids) < FEW_TOKENS and not _recurs(names, found)):
            return found, sentences
        codes = recurrence(found, names, (marks & _CAPITAL) > 0)
        around = np.zeros(len(padded), np.int64)
        around[places] = codes
        previous, following = around[places - 1], around[places + 1]
        touched = np.nonzero(codes | previous | following)[0]
        if not len(touched):
            return found, sentences
        buckets = recurrent_columns(
            self._codes[self._kind_of[ids[touched]]],
            opens[touched],
            codes[touched],
            previous[touched],
            following[touched],
        )
        added = self._weights.buckets[buckets].astype(np.int16)
        added[buckets < 0] = 0
        sums[touched] += added.sum(1, dtype=np.int16)[:, :LABEL_COUNT]
        scores = sums * np.float32(self._weights.scale)
        found = self._lattice.marginals(scores, sentences, earlier=found, changed=touched)
        return found, sentences

    def _sums(
        self, padded: NDArray[np.int64], places: NDArray[np.int64], opens: NDArray[np.bool_]
    ) -> NDArray[np.int16]:
        """Return the scores of each token in steps of the weights' scale."""
        total = np.empty((len(places), LABEL_COUNT), np.int16)
        table = self._weights.buckets
        for start in range(0, len(places), BLOCK):
            some = places[start : start + BLOCK]
            first = int(some[0]) - 2
            near = padded[first : int(some[-1]) + 3]
            own = some - first
            found = columns(self._hashes, self._kind_of[near], own, opens[start : start + BLOCK])
            # columns first: what is summed up lies a whole block apart, and is added in one go
            part = table.take(found.T, 0).sum(0, dtype=np.int16)
            part += around(self._rows[near]).take(own - 2, 0)
            total[start : start + BLOCK] = part[:, :LABEL_COUNT]
        return total


def _recurs(names: NDArray[np.int64], marginals: NDArray[np.float32]) -> bool:
    """Tell whether a word that is not surely this or that stands there twice."""
    unsure = (marginals.max(1) < SURE).nonzero()[0]
    if not len(unsure):
        return False
    every = names.tolist()
    return any(every.count(each) > 1 for each in set(names[unsure].tolist()) if each)


def _marks(word: str) -> int:
    """Return what ``word`` is to the end of a sentence."""
    if word == LINE_END:
        return _BREAKS
    if word[0].isalpha():
        capital = _CAPITAL if word[0].isupper() else 0
        return _ALPHA | capital | (_LONG if len(word) >= _LEAST_WORD else 0)
    if word[0].isdigit():
        return _OPENS | (_LONG if len(word) >= _LEAST_WORD else 0)
    if word in {".", "!", "?", "…"}:
        return _ENDS
    if word in {"»", '"', ")", "”"}:
        return _CLOSES
    return _OPENS if word in _OPENING else 0


def sentence_starts(
    marks: NDArray[np.uint8],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_] | None]:
    """Return where sentences begin, and which tokens stand in one without capitals; or ``None``.

    They end after ``. ! ?``, and a closing quote, before a capital, a digit, a dash or a quote if
    the word before has three letters or more; at a line's end after such a mark, at blank lines.
    Where there are no capitals they end before small letters as well.
    """
    count = len(marks)
    is_start = np.zeros(count, bool)
    is_start[0] = True
    closes, breaks = (marks & _CLOSES) > 0, (marks & _BREAKS) > 0
    dot = (marks & _ENDS) > 0
    ends = dot.copy()
    ends[1:] &= (marks[:-1] & _LONG) > 0
    ends[0] = False
    over = ends.copy()
    over[1:] |= closes[1:] & ends[:-1]
    opening = (marks & (_CAPITAL | _OPENS | _CLOSES)) > 0
    is_end = np.zeros(count, bool)
    is_end[:-1] = over[:-1] & opening[1:]
    is_end[:-1] &= ~(closes[1:] & ends[:-1])
    is_end[1:] |= breaks[1:] & (over[:-1] | dot[:-1] | breaks[:-1])
    is_start[1:] |= is_end[:-1]
    starts = is_start.nonzero()[0]
    marked = np.bitwise_or.reduceat(marks, starts) & (_CAPITAL | _ALPHA)
    is_without = marked == _ALPHA
    if not is_without.any():
        return is_start, None
    is_small = is_without.repeat(np.diff(starts, append=count))
    is_start[1:] |= is_small[1:] & over[:-1] & ((marks[1:] & _ALPHA) > 0)
    return is_start, is_small

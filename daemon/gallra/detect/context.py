"""How the names model looks around a word: hashed pairs and triples, and the rest of the document.

The hash of a column is linear: the sum, modulo 2**32, of each code times an odd number of its own,
so what a word adds to the columns of its neighbours is computed once for each kind of word.
"""

import zlib
from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gallra.detect.words import Kind

_Number = TypeVar("_Number", np.int16, np.uint32)

BUCKETS = 1 << 19
_SHIFT = np.uint32(32 - 19)
OFFSETS = (0, -1, 1, -2, 2)
"""Where features of a word are looked at, in the order of the weights' blocks."""

_COLUMNS = (
    "g-1 g0", "g0 g1", "s-1 s0", "s0 s1", "g-1 g0 g1", "s-1 s0 s1", "g-2 g-1 g0", "g0 g1 g2",
    "s-2 s-1 s0 s1 s2", "o0 s0 x0", "o0 g0 s0", "c-1 c0", "c0 c1", "g-1 c0 s0", "g1 c0 s0",
    "x-1 s-1 g0 s0 x0", "x1 s1 g0 s0 x0",
)  # fmt: skip
"""g: gazetteer, s: shape, x: lexicon, c: look, o: whether it opens the sentence; offsets."""
_RECURRENT = ("d0", "d0 s0 o0", "d0 g0", "d-1", "d1")
"""d: what the same word is elsewhere in the document."""
COLUMN_COUNT = len(_COLUMNS)


def _factor(column: str, slot: str) -> int:
    return zlib.crc32(f"{column}:{slot}".encode()) | 1


def _factors(columns: Iterable[str], slot: str) -> NDArray[np.uint32]:
    return np.array(
        [_factor(each, slot) if slot in each.split() else 0 for each in columns], np.uint32
    )


_SEEDS = np.array([zlib.crc32(each.encode()) for each in _COLUMNS], np.uint32)
_OPENS = _factors(_COLUMNS, "o0")
_OF_KIND = np.stack(
    [np.stack([_factors(_COLUMNS, f"{code}{offset}") for code in "gsxc"]) for offset in OFFSETS]
)
"""Shape (offsets, 4 codes, columns)."""
_RECURRENT_SEEDS = np.array([zlib.crc32(each.encode()) for each in _RECURRENT], np.uint32)
_RECURRENT_OPENS = _factors(_RECURRENT, "o0")
_RECURRENT_OF_KIND = np.stack([_factors(_RECURRENT, f"{code}0") for code in "gsxc"])
_RECURRENT_OF = {offset: _factors(_RECURRENT, f"d{offset}") for offset in (0, -1, 1)}

BINS = np.array([0.02, 0.15, 0.4, 0.7, 0.93])
"""Edges of the bins of a mean marginal."""


def kind_hashes(kinds: list[Kind]) -> NDArray[np.uint32]:
    """Return what words of ``kinds`` add to each column, shape (kinds, offsets, columns)."""
    codes = np.array(kinds, np.uint32).reshape(len(kinds), 1, 4, 1)
    found: NDArray[np.uint32] = (codes * _OF_KIND).sum(2, dtype=np.uint32)
    return found


def columns(
    hashes: NDArray[np.uint32],
    kinds: NDArray[np.int32],
    places: NDArray[np.int64],
    opens: NDArray[np.bool_],
) -> NDArray[np.uint32]:
    """Return the buckets of each token, shape (tokens, columns).

    Args:
        hashes: From ``kind_hashes``; kind 0 adds nothing.
        kinds: The kind of each padded place.
        places: Where the tokens stand among the padded places, ascending, two apart from every
            edge.
        opens: Whether the token is the first word of its sentence.
    """
    total = around(hashes[kinds]).take(places - 2, 0)
    total += _SEEDS
    total[opens] += _OPENS
    shifted: NDArray[np.uint32] = total >> _SHIFT
    return shifted


def around(values: NDArray[_Number]) -> NDArray[_Number]:
    """Return what each place but two at either end gets from itself and its neighbours.

    Args:
        values: What each place gives, to itself and to the places at ``OFFSETS`` from where it is
            looked at, shape (places, offsets, width).
    """
    count = len(values) - 4
    total = values[2 : 2 + count, 0].copy()
    for number, offset in enumerate(OFFSETS[1:], 1):
        total += values[2 + offset : 2 + offset + count, number]
    return total


def recurrent_columns(
    kind_codes: NDArray[np.uint32],
    opens: NDArray[np.bool_],
    codes: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the buckets of the document's columns, shape (tokens, 5); -1 where there is none.

    Args:
        kind_codes: The four codes of each token, shape (tokens, 4).
        opens: As in ``columns``.
        codes: From ``recurrence``, of the token itself.
        before: Of the token before it in its sentence; 0 for none.
        after: Of the token after it.
    """
    total = (kind_codes[:, :, None] * _RECURRENT_OF_KIND[None]).sum(1, dtype=np.uint32)
    total += _RECURRENT_SEEDS
    total[opens] += _RECURRENT_OPENS
    for offset, values in ((0, codes), (-1, before), (1, after)):
        total += values.astype(np.uint32)[:, None] * _RECURRENT_OF[offset][None]
    found: NDArray[np.int64] = (total >> _SHIFT).astype(np.int64)
    found[codes == 0, :3] = -1
    found[before == 0, 3] = -1
    found[after == 0, 4] = -1
    return found


def recurrence(
    marginals: NDArray[np.float32], keys: NDArray[np.int64], is_capital: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return for each token a code of what the other tokens of the same key seem to be.

    Args:
        marginals: Of the first look, shape (tokens, 8).
        keys: Equal for words that are the same name in one document; 0 for no word.
        is_capital: Whether the token has a capital.
    """
    codes = np.zeros(len(keys), np.int64)
    index = np.nonzero(keys)[0]
    if not len(index):
        return codes
    _, group = np.unique(keys[index], return_inverse=True)
    count = int(group.max()) + 1
    capital = is_capital[index].astype(np.float64)
    capitals = np.bincount(group, capital, count)[group]
    small = np.bincount(group, 1 - capital, count)[group]
    others = capitals - capital
    state = np.zeros(len(index), np.int64)
    for label in (1, 3, 5):
        share = marginals[index, label].astype(np.float64) + marginals[index, label + 1]
        share *= capital
        mean = (np.bincount(group, share, count)[group] - share) / np.maximum(1, others)
        state = state * 6 + np.searchsorted(BINS, mean)
    is_small = (small > 0).astype(np.int64)
    is_many = (others > 1).astype(np.int64)
    codes[index] = np.where(
        capital > 0,
        np.where(others > 0, 10 + (state * 2 + is_small) * 2 + is_many, 1 + is_small),
        np.where(others > 0, 2000 + state * 2 + is_many, 0),
    )
    return codes

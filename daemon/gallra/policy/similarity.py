"""How much of one text stands in another: for proposing what may be a copy, never for acting."""

from typing import Final

_RUN: Final = 4
"""So many words in a row are compared: single words stand everywhere."""
LEAST: Final = 0.6
"""Above this part in common, a text is proposed as nearly the same."""


def runs_of(words: str) -> frozenset[int]:
    """Return the runs of words of a text, as numbers that hold within this process alone.

    Args:
        words: Parted by single spaces.
    """
    split = words.split(" ")
    if len(split) < _RUN:
        return frozenset()
    return frozenset(
        hash(tuple(split[index : index + _RUN])) for index in range(len(split) - _RUN + 1)
    )


def in_common(first: frozenset[int], second: frozenset[int]) -> float:
    """Return which part of the shorter text stands in the longer one, 0 to 1."""
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0

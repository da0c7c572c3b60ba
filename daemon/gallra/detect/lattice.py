"""Marginals of a linear-chain CRF, computed only where something is not certainly O."""

import numpy as np
from numpy.typing import NDArray

CERTAIN = 7.0
"""A token whose best name scores so much less than O is O."""
_HIGHEST = 30.0
_OFTEN = 6
"""Steps after which numbers are brought back to about one: six times ``_HIGHEST`` and the
transitions, ahead and behind, stay far below what a 64-bit float holds."""
LONGEST_RUN = 512
"""Uncertain tokens in a row that are weighed together: no sentence of people has so many."""
_LEAST = 1e-300
_SMALL_BATCH = 64
"""Runs that are put in one batch whatever their lengths."""


class Lattice:
    """The transitions, and forward-backward over runs of uncertain tokens in batches."""

    def __init__(self, transitions: NDArray[np.float32]) -> None:
        """Take ``transitions``, logarithms, shape (labels, labels): from, to."""
        # relative to staying O, so that a run can begin and end anywhere between certain Os
        self._moves = np.exp(transitions.astype(np.float64))
        self._back = np.ascontiguousarray(self._moves.T)

    def marginals(
        self, scores: NDArray[np.float32], starts: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the probability of each label of each token, shape (tokens, labels).

        Args:
            scores: Of each label of each token, shape (tokens, labels).
            starts: Where sentences begin, ascending, the first at 0.
        """
        count, labels = scores.shape
        relative = scores - scores[:, :1]
        found = np.zeros((count, labels), np.float32)
        found[:, 0] = 1
        uncertain = (relative[:, 1:].max(1) > -CERTAIN).nonzero()[0]
        if not len(uncertain):
            return found
        is_edge = np.zeros(count + 1, bool)
        is_edge[starts] = True
        is_edge[count] = True
        breaks = np.ones(len(uncertain), bool)
        breaks[1:] = (uncertain[1:] - uncertain[:-1] > 1) | is_edge[uncertain[1:]]
        at = breaks.nonzero()[0]
        lengths = np.append(at[1:], len(uncertain)) - at
        if lengths.max() > LONGEST_RUN:
            within = np.arange(len(uncertain)) - np.repeat(at, lengths)
            cut = (within % LONGEST_RUN == 0) & (within > 0)
            is_edge[uncertain[cut]] = True
            at = (breaks | cut).nonzero()[0]
            lengths = np.append(at[1:], len(uncertain)) - at
        order = (-lengths).argsort(kind="stable")
        firsts, lengths = uncertain[at[order]], lengths[order]
        opens, closes = is_edge[firsts], is_edge[firsts + lengths]
        weights = np.exp(np.minimum(relative, _HIGHEST), dtype=np.float64)
        position = 0
        while position < len(order):
            # the longest first; the shortest of a batch is at least half as long, if it is large
            end = int(np.searchsorted(-lengths, -(int(lengths[position]) // 2), "left"))
            end = min(max(end, position + _SMALL_BATCH), len(order))
            batch = slice(position, end)
            self._batch(weights, found, firsts[batch], lengths[batch], opens[batch], closes[batch])
            position = end
        return found

    def _batch(  # noqa: PLR0913, PLR0917 - one batch of runs, column by column
        self,
        weights: NDArray[np.float64],
        found: NDArray[np.float32],
        firsts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        opens: NDArray[np.bool_],
        closes: NDArray[np.bool_],
    ) -> None:
        """Write the marginals of runs, the longest first, into ``found``."""
        moves, back = self._moves, self._back
        longest = int(lengths[0])
        steps = np.arange(longest)[:, None]
        # the runs that are still going on are the first so many
        going = np.searchsorted(-lengths, -np.arange(longest), "left").tolist()
        local = weights[firsts + np.minimum(steps, lengths - 1)]
        ahead = np.zeros_like(local)
        current = local[0] * moves[0]
        current[opens] = local[0][opens]
        ahead[0] = current
        for step in range(1, longest):
            count = going[step]
            current = current[:count] @ moves
            current *= local[step, :count]
            if not step % _OFTEN:
                current /= current.sum(1, keepdims=True)
            ahead[step, :count] = current
        behind = np.empty(local.shape[1:])
        behind[:] = back[0]
        behind[closes] = 1
        for step in range(longest - 1, -1, -1):
            if step < longest - 1:
                count = going[step + 1]
                local[step + 1, :count] *= behind[:count]
                turned = local[step + 1, :count] @ back
                if not step % _OFTEN:
                    turned /= turned.sum(1, keepdims=True)
                behind[:count] = turned
            ahead[step] *= behind
        ahead /= np.maximum(ahead.sum(2, keepdims=True), _LEAST)
        is_inside = steps < lengths
        found[(firsts + steps)[is_inside]] = ahead[is_inside]

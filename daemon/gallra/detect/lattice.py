"""Marginals of a linear-chain CRF, computed only where something is not certainly O."""

import numpy as np
from numpy.typing import NDArray

CERTAIN = 5.0
"""A token whose best name scores so much less than O is O; of 17,000 names in running text and in
lists the marginals of 24 came to another side of a half than at 7, at a quarter less work."""
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
        moves = np.exp(transitions.astype(np.float64))
        self._moves = np.stack([moves, moves.T])

    def marginals(
        self,
        scores: NDArray[np.float32],
        starts: NDArray[np.int64],
        *,
        earlier: NDArray[np.float32] | None = None,
        changed: NDArray[np.int64] | None = None,
    ) -> NDArray[np.float32]:
        """Return the probability of each label of each token, shape (tokens, labels).

        Args:
            scores: Of each label of each token, shape (tokens, labels).
            starts: Where sentences begin, ascending, the first at 0.
            earlier: What was returned for scores that differ at ``changed`` alone: written over
                and returned.
            changed: Tokens, ascending; only what they can change is computed anew.
        """
        count, labels = scores.shape
        relative = scores - scores[:, :1]
        is_uncertain = relative[:, 1:].max(1) > -CERTAIN
        if earlier is None or changed is None:
            found = np.zeros((count, labels), np.float32)
            found[:, 0] = 1
        else:
            found = earlier
            is_uncertain[changed] = True
        uncertain = is_uncertain.nonzero()[0]
        if not len(uncertain):
            return found
        is_edge = np.zeros(count + 1, bool)
        is_edge[starts] = True
        is_edge[count] = True
        breaks = np.ones(len(uncertain), bool)
        breaks[1:] = (uncertain[1:] - uncertain[:-1] > 1) | is_edge[uncertain[1:]]
        at = breaks.nonzero()[0]
        lengths = np.empty_like(at)
        lengths[:-1] = at[1:]
        lengths[-1] = len(uncertain)
        lengths -= at
        if lengths.max() > LONGEST_RUN:
            within = np.arange(len(uncertain)) - np.repeat(at, lengths)
            cut = (within % LONGEST_RUN == 0) & (within > 0)
            is_edge[uncertain[cut]] = True
            at = (breaks | cut).nonzero()[0]
            lengths = np.append(at[1:], len(uncertain)) - at
        firsts = uncertain[at]
        if earlier is not None and changed is not None:
            touched = np.searchsorted(changed, firsts + lengths) > np.searchsorted(changed, firsts)
            firsts, lengths = firsts[touched], lengths[touched]
        order = (-lengths).argsort(kind="stable")
        firsts, lengths = firsts[order], lengths[order]
        opens, closes = is_edge[firsts], is_edge[firsts + lengths]
        weights = np.exp(np.minimum(relative, _HIGHEST), dtype=np.float64)
        position = 0
        while position < len(order):
            # the longest first; the shortest of a batch is at least half as long, if it is large
            end = len(order)
            if end - position > _SMALL_BATCH:
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
        moves = self._moves
        labels = weights.shape[1]
        runs, longest = len(firsts), int(lengths[0])
        # ahead from each run's first token and back from its last, both in one go
        lasts = lengths - 1
        steps = np.arange(longest)[:, None]
        reach = np.minimum(steps, lasts)
        local = np.empty((2, longest, runs, labels))
        weights.take(firsts + reach, 0, local[0], "clip")
        weights.take(firsts + lasts - reach, 0, local[1], "clip")
        coming = np.empty_like(local)
        coming[:, 0] = moves[:, None, 0]
        coming[0, 0, opens] = 1
        coming[1, 0, closes] = 1
        # the runs that are still going on are the first so many
        going = np.searchsorted(-lengths, -np.arange(longest), "left").tolist()
        for step in range(1, longest):
            count = going[step]
            current = coming[:, step - 1, :count] * local[:, step - 1, :count]
            if not step % _OFTEN:
                current /= current.sum(2, keepdims=True)
            np.matmul(current, moves, out=coming[:, step, :count])
        inside = (reach == steps).ravel().nonzero()[0]
        at, run = np.divmod(inside, runs)
        flat = coming.reshape(2, -1, labels)
        both = flat[0].take(inside, 0)
        both *= local[0].reshape(-1, labels).take(inside, 0)
        both *= flat[1].take((lasts[run] - at) * runs + run, 0)
        both /= np.maximum(both.sum(1, keepdims=True), _LEAST)
        found[firsts[run] + at] = both

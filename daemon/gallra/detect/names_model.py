"""PERSON, ORGANIZATION and LOCATION by the trained model: a linear-chain CRF, see ``tagger``.

It looks at whole documents, not at windows cut out of them: what a name is in one place helps
with the same name in another. The score of what it sees is the model's marginal.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gallra.detect.gazetteer import Gazetteer
from gallra.detect.recognizer import THRESHOLD, Reading, Recognizer, Sighting
from gallra.detect.tagger import Tagged, Tagger
from gallra.detect.weights import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAY_HOLD_NAMES = 0.1
"""Marginal from which a text may hold a name. Such results come with their scores, which are under
what counts: they back what rules see, and are hints to who asks for them."""
DOCUMENT = 60_000
"""Characters that are looked at as one document: bounds memory."""
_CLASSES = (("PERSON", 1), ("ORGANIZATION", 3), ("LOCATION", 5))


class NamesModel(Recognizer):
    """Names by the shipped model; see the module."""

    ENTITIES = ("PERSON", "ORGANIZATION", "LOCATION")
    LEAST = MAY_HOLD_NAMES

    def __init__(self, weights: Weights, gazetteer: Gazetteer) -> None:
        """Prepare ``weights``, which were learned with ``gazetteer``."""
        self._tagger = Tagger(weights, gazetteer)
        super().__init__()

    def sightings(self, reading: Reading) -> Iterator[Sighting]:
        """Yield the names in ``reading``; time and memory are linear in its length."""
        text = reading.text
        for start, end in documents(text):
            tagged = self._tagger.tag(text[start:end])
            for entity, first, last, score in spans(tagged):
                yield entity, start + first, start + last, score


def documents(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of ``text`` that are looked at as one document, cut at lines."""
    start = 0
    while len(text) - start > DOCUMENT:
        end = text.rfind("\n", start + DOCUMENT // 2, start + DOCUMENT) + 1
        end = end or text.rfind(" ", start + DOCUMENT // 2, start + DOCUMENT) + 1
        end = end or start + DOCUMENT
        yield start, end
        start = end
    if start < len(text):
        yield start, len(text)


def spans(tagged: Tagged) -> Iterator[Sighting]:
    """Yield what scores ``MAY_HOLD_NAMES`` or more; the score is the mean marginal.

    What scores under ``THRESHOLD`` stands apart from what scores more.
    """
    marginals = tagged.marginals
    if not len(marginals) or marginals[:, 0].min() > 1 - MAY_HOLD_NAMES:
        return
    is_start: NDArray[np.bool_] | None = None
    for entity, begin in _CLASSES:
        share = marginals[:, begin] + marginals[:, begin + 1]
        found = (share >= MAY_HOLD_NAMES).nonzero()[0]
        if not len(found):
            continue
        if is_start is None:
            is_start = np.zeros(len(marginals), bool)
            is_start[tagged.sentences] = True
        shares = share[found]
        is_sure = shares >= THRESHOLD
        is_first = np.ones(len(found), bool)
        is_first[1:] = (
            (found[1:] - found[:-1] > 1)
            | (is_sure[1:] != is_sure[:-1])
            | is_start[found[1:]]
            | (marginals[found[1:], begin] > shares[1:] / 2)
        )
        firsts = is_first.nonzero()[0]
        counts = np.append(firsts[1:], len(found)) - firsts
        means = np.add.reduceat(shares, firsts) / counts
        for token, count, mean in zip(
            found[firsts].tolist(), counts.tolist(), means.tolist(), strict=True
        ):
            first, last = tagged.matches[token], tagged.matches[token + count - 1]
            yield entity, first.start(), last.end(), min(1.0, mean)

"""Weights for the circumstances of words, learned from whole documents.

A document tells of somebody if any of its words does: the chance that none does is the product of
the chances of each (noisy-or), and a logistic regression over the circumstances gives those. Full
gradient, fixed steps, weights begun at zero: the same documents give the same weights.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallra.detect.engine import Detector
from gallra.detect.judgement import SCALE
from judgement_model.documents import CATEGORIES, Document

LEAST_COUNT = 2
"""Documents in which a circumstance must occur."""
PENALTY = 0.5
"""What the square of a weight costs."""
MISSES = {"UNION_MEMBERSHIP": 1.0, "HEALTH": 1.5}
"""How much worse a miss is than a false alarm: so that, in the development half, there are about as
many of either."""
STEPS, RATE, DECAY, SLOW_DECAY = 300, 0.1, 0.9, 0.999
_SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Example:
    """A document: whether the category holds, and the circumstances of each of its words."""

    holds: bool
    words: list[list[str]]


class Recorder:
    """A judge that writes down what it is told, and finds nothing proven."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seen: list[tuple[str, list[str]]] = []

    def judges(self, entity: str) -> bool:
        """Tell whether ``entity`` is one that is learned."""
        return entity in CATEGORIES.values()

    def score(self, entity: str, circumstances: Iterable[Iterable[str]], *, rule: float) -> float:
        """Write the circumstances down."""
        del rule  # it is one of them
        self.seen.append((entity, sorted({each for step in circumstances for each in step})))
        return 0.0


def examples(documents: Iterable[Document]) -> dict[str, list[Example]]:
    """Return the examples of each category."""
    recorder = Recorder()
    detector = Detector(judge=recorder)
    found: dict[str, list[Example]] = {entity: [] for entity in CATEGORIES.values()}
    for document in documents:
        recorder.seen.clear()
        detector.find(document.part, name=document.name)
        for entity, holds in document.holds.items():
            words = [circumstances for of, circumstances in recorder.seen if of == entity]
            if words:
                found[entity].append(Example(holds, words))
    return found


def learned(given: list[Example], *, miss: float) -> dict[str, int]:
    """Return the weight of each circumstance, in ``1 / SCALE``; ``""`` is there always."""
    counts = Counter(
        each for example in given for each in {one for word in example.words for one in word}
    )
    names = sorted(name for name, count in counts.items() if count >= LEAST_COUNT)
    places = {name: place for place, name in enumerate(names)}
    rows = [
        [places[each] for each in word if each in places]
        for example in given
        for word in example.words
    ]
    owners = np.repeat(np.arange(len(given)), [len(example.words) for example in given])
    columns = np.array([place for row in rows for place in row], np.int64)
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    holds = np.array([example.holds for example in given])
    weights = _descended(columns, row_of, owners, holds, len(names), miss=miss)
    steps = np.rint(weights * SCALE).astype(int).tolist()
    return {
        name: step
        for name, step in zip(["", *names], [steps[-1], *steps[:-1]], strict=True)
        if step
    }


def _descended(  # noqa: PLR0913 - the arrays of one matrix, and what a miss costs
    columns: NDArray[np.int64],
    row_of: NDArray[np.int64],
    owners: NDArray[np.int64],
    holds: NDArray[np.bool_],
    count: int,
    *,
    miss: float,
) -> NDArray[np.float64]:
    """Return the weights, the last one of what is there always."""
    weights = np.zeros(count + 1)
    mean, square = np.zeros(count + 1), np.zeros(count + 1)
    is_held = holds[owners]
    for step in range(STEPS):
        sums = np.bincount(row_of, weights[columns], len(owners)) + weights[-1]
        chances = 1 / (1 + np.exp(-sums))
        none = np.bincount(owners, np.log1p(-np.minimum(chances, 1 - _SMALL)), len(holds))
        any_of_it = np.clip(-np.expm1(none), _SMALL, 1)[owners]
        slope = np.where(is_held, -miss * chances * (1 - any_of_it) / any_of_it, chances)
        gradient = np.append(
            np.bincount(columns, slope[row_of], count) + PENALTY * weights[:-1], slope.sum()
        )
        mean = DECAY * mean + (1 - DECAY) * gradient
        square = SLOW_DECAY * square + (1 - SLOW_DECAY) * gradient**2
        away = mean / (1 - DECAY ** (step + 1))
        size = np.sqrt(square / (1 - SLOW_DECAY ** (step + 1))) + _SMALL
        weights -= RATE * (1 - step / STEPS) * away / size
    return weights

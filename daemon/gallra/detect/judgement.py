"""The learned decision of whether a word of union membership or health is said of a person.

A weight for each circumstance of ``evidence``, one set for each category: a logistic regression,
as text in ``data/judgement.txt``. Its probability is the score. ``scripts/train-judgement`` makes
the file; docs/reference/judgement-model.md tells from what, and how well it does.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import exp
from typing import Protocol

SCALE = 100
"""Weights are kept in hundredths: the same on every machine that trains."""


HOPELESS = (-350, -150, -150)
"""What the later, dearer circumstances are not asked to make up for, by step: hardly a word that
was told in the documents learned from was under it."""


class Judge(Protocol):
    """What decides of a word, by its circumstances."""

    def judges(self, entity: str) -> bool:
        """Tell whether ``entity`` is decided here."""
        ...

    def score(self, entity: str, circumstances: Iterable[Iterable[str]], *, rule: float) -> float:
        """Return how probable it is that the word is said of somebody.

        Args:
            entity: The category.
            circumstances: In steps, each dearer to find than the last; none need be asked for.
            rule: What the rules alone say.
        """
        ...


class Judgement:
    """The shipped weights."""

    def __init__(self, weights: dict[str, dict[str, int]]) -> None:
        """Take for each entity the weight of each circumstance."""
        self._weights = weights

    def judges(self, entity: str) -> bool:
        """Tell whether there are weights for ``entity``."""
        return entity in self._weights

    def score(self, entity: str, circumstances: Iterable[Iterable[str]], *, rule: float) -> float:  # noqa: ARG002 - the rules' say is among the circumstances
        """Return the probability, from 0 to 1."""
        weight = self._weights[entity].get
        total = weight("", 0)
        for least, step in zip(HOPELESS, circumstances, strict=False):
            total += sum(filter(None, map(weight, step)))
            if total < least:
                break
        return 1 / (1 + exp(-total / SCALE))


@cache
def load() -> Judgement:
    """Read the shipped weights; before the sandbox closes."""
    return Judgement(read((files("gallra.detect.data") / "judgement.txt").read_text("utf-8")))


def read(content: str) -> dict[str, dict[str, int]]:
    """Return the weights of a file: ``[ENTITY]``, then lines of a weight, a tab, what it is of."""
    weights: dict[str, dict[str, int]] = {}
    for line in content.splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("["):
            weights[line.strip("[]")] = found = {}
            continue
        weight, _, circumstance = line.partition("\t")
        found[circumstance] = int(weight)
    return weights

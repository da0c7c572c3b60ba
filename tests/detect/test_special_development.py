"""The documents that the lexicons were written on stay told: a guard, not a measure."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import re2

from gallra.detect import special
from gallra.detect.wording import options, spans, spelt
from gallra.model.finding import SPECIAL_CATEGORIES, Detection
from gallra.model.passage import Outcome, Part, Passage

HEADERS = ("from", "to", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    name: str
    part: Part
    categories: frozenset[str]


def documents(path: Path) -> list[Document]:
    found = []
    for piece in path.read_text("utf-8").split("\n=== ")[1:]:
        head, _, text = piece.partition("\n")
        name, _, said = head.partition(" | ")
        if not name.startswith("mail "):
            passages = (Passage(where="body", text=text),)
        else:
            *headers, body = text.split("\n", len(HEADERS))
            passages = (
                *(Passage(where=w, text=t) for w, t in zip(HEADERS, headers, strict=True)),
                Passage(where="body", text=body),
            )
        found.append(
            Document(
                name=f"{path.stem.removeprefix('special_development_')}: {name}",
                part=Part(address="", kind="txt", outcome=Outcome.READ, passages=passages),
                categories=frozenset(said.replace("-", "").split()),
            )
        )
    return found


@dataclass(slots=True, kw_only=True)
class Count:
    """How often a category was told rightly, wrongly, or not."""

    right: list[str]
    wrong: list[str]
    missed: list[str]

    @property
    def recall(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.missed))

    @property
    def precision(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.wrong))


def counted(given: list[Document], find: Callable[[Part], Detection]) -> dict[str, Count]:
    counts: dict[str, Count] = {}
    for document in given:
        found = frozenset(find(document.part).special_categories)
        for category in sorted(found | document.categories):
            count = counts.setdefault(category, Count(right=[], wrong=[], missed=[]))
            if category not in document.categories:
                count.wrong.append(document.name)
            elif category in found:
                count.right.append(document.name)
            else:
                count.missed.append(document.name)
    return counts


HERE = Path(__file__).parent
FILES = (
    "special_development_sv.txt",
    "special_development_no.txt",
    "special_development_more.txt",
    "special_development_last.txt",
)
DOCUMENTS = [document for name in FILES for document in documents(HERE / name)]
GATE = re2.compile(
    rf"(?:^|[^\p{{Latin}}0-9])(?:{spelt(special.GATE_WORDS)})|{spelt(special.GATE_PIECES)}",
    options(),
)


@pytest.fixture(scope="module")
def counts(detector):
    return counted(DOCUMENTS, detector.find)


@pytest.mark.parametrize("category", sorted(SPECIAL_CATEGORIES))
def test_a_category_is_told_where_it_is_and_nowhere_else(counts, category):
    count = counts[category]
    assert count.recall >= 0.93, count.missed
    assert count.precision >= 0.88, count.wrong


def test_there_are_enough_documents_of_either_sort():
    told = sum(bool(document.categories) for document in DOCUMENTS)
    assert told >= 150
    assert len(DOCUMENTS) - told >= 100


def test_where_a_phrase_of_the_lexicon_stands_the_gate_opens():
    shut = [
        text[start:end]
        for text in (document.part.text for document in DOCUMENTS)
        for patterns in special._PATTERNS.values()
        for _, pattern in patterns
        for start, end in spans(pattern, text)
        if not GATE.search(f" {text[start:end]} ")
    ]
    assert shut == []

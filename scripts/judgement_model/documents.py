"""What is learned from: documents, each with the categories that it tells of somebody."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gallra.model.passage import Outcome, Part, Passage

CATEGORIES = {"U": "UNION_MEMBERSHIP", "H": "HEALTH"}
FRESH = {"union.tsv": "U", "health.tsv": "H"}
HERE = Path(__file__).resolve().parent
_HEADERS = ("from", "to", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A part, and of each category that it was judged for, whether it holds."""

    part: Part
    holds: dict[str, bool]
    name: str = "text.txt"


def is_development(text: str) -> bool:
    """Tell whether a fresh document, as its line has it, may be looked at and learned from."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def lines(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield language, labels and text of each line of ``path``, the text as it is written."""
    for line in path.read_text("utf-8").splitlines():
        language, labels, text = line.split("\t", 2)
        yield language, labels, text


def part_of(text: str) -> Part:
    """Return the text of a line as a part."""
    passage = Passage(where="body", text=text.replace("\\n", "\n"))
    return Part(address="", kind="txt", outcome=Outcome.READ, passages=(passage,))


def written() -> Iterator[Document]:
    """Yield the documents that were written to be learned from, judged for both categories."""
    for path in sorted(HERE.glob("*.tsv")):
        for _, labels, text in lines(path):
            yield Document(
                part=part_of(text), holds={each: key in labels for key, each in CATEGORIES.items()}
            )


def fresh(folder: Path) -> Iterator[Document]:
    """Yield the development half of the fresh documents."""
    for name, key in FRESH.items():
        for _, labels, text in lines(folder / name):
            if is_development(text):
                yield Document(part=part_of(text), holds={CATEGORIES[key]: key in labels})


def development(folder: Path) -> Iterator[Document]:
    """Yield the documents that the lexicons were written on."""
    for path in sorted(folder.glob("special_development_*.txt")):
        for piece in path.read_text("utf-8").split("\n=== ")[1:]:
            head, _, text = piece.partition("\n")
            name, _, said = head.partition(" | ")
            where = (*_HEADERS, "body") if name.startswith("mail ") else ("body",)
            texts = text.split("\n", len(where) - 1)
            passages = tuple(Passage(where=w, text=t) for w, t in zip(where, texts, strict=True))
            yield Document(
                part=Part(address="", kind="txt", outcome=Outcome.READ, passages=passages),
                holds={each: each in said.split() for each in CATEGORIES.values()},
            )

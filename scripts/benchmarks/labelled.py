"""The labelled documents of tests/detect/labelled: what each holds, said by a person."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from gallra.content.reader import read
from gallra.model.finding import DOCUMENT_KINDS, SPECIAL_CATEGORIES
from gallra.model.passage import Part

FOLDER = Path(__file__).parents[2] / "tests" / "detect" / "labelled"
LANGUAGES = ("sv", "nb", "nn", "en")
NOTHING = "nothing"
NO_KIND = "none"
_KEYS = frozenset({"type", "holds", "doubtful", "kind", "name"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document and its labels; what they mean stands in the README beside the documents."""

    identifier: str
    language: str
    """One of :data:`LANGUAGES`."""
    type: str
    """The broad sort of text: ``mail``, ``minutes``, ``list`` and so on."""
    holds: frozenset[str]
    """Of SPECIAL_CATEGORIES."""
    doubtful: frozenset[str]
    """Categories that count neither as found nor as missed."""
    kinds: frozenset[str] | None
    """Any of these is right; empty: it is of no kind; ``None``: not judged."""
    name: str
    """The file's base name, ``""`` where it tells nothing."""
    text: str


class LabelError(ValueError):
    """The labelled documents do not hold together; the text says where."""


def read_labelled(folder: Path = FOLDER) -> tuple[Document, ...]:
    """Return all documents, in the order of languages and numbers.

    Raises:
        LabelError: A header is missing or says what cannot be.
    """
    documents: list[Document] = []
    for language in LANGUAGES:
        text = (folder / f"{language}.txt").read_text("utf-8")
        blocks = re.split(r"(?m)^=== ", text)[1:]
        for number, block in enumerate(blocks, start=1):
            document = _document(block, language)
            if document.identifier != f"{language}-{number:03d}":
                raise LabelError(f"{document.identifier} is not the {number}th of {language}")
            documents.append(document)
    return tuple(documents)


def part_of(document: Document) -> Part:
    """Return the document as the content stage reads a file that holds it."""
    content = document.text
    if document.name.endswith(".eml"):
        content = (
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
            f"Content-Transfer-Encoding: 8bit\n{content}"
        )
    descriptor = os.memfd_create("labelled")
    try:
        os.write(descriptor, content.encode())
        return next(iter(read(descriptor, document.name or "text.txt")))
    finally:
        os.close(descriptor)


def _document(block: str, language: str) -> Document:
    header, _, text = block.partition("\n\n")
    identifier, *lines = header.split("\n")
    said = dict(line.split(": ", 1) for line in lines)
    if not {"type", "holds"} <= set(said) <= _KEYS or not text.strip():
        raise LabelError(f"{identifier}: headers are {', '.join(said)}")
    holds = frozenset(said["holds"].split()) - {NOTHING}
    doubtful = frozenset(said.get("doubtful", "").split())
    kinds = frozenset(said["kind"].split()) - {NO_KIND} if "kind" in said else None
    if not holds | doubtful <= SPECIAL_CATEGORIES or not (kinds or set()) <= DOCUMENT_KINDS:
        raise LabelError(f"{identifier}: holds or kind is unknown")
    return Document(
        identifier=identifier,
        language=language,
        type=said["type"],
        holds=holds,
        doubtful=doubtful,
        kinds=kinds,
        name=said.get("name", ""),
        text=text.rstrip("\n") + "\n",
    )

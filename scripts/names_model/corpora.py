"""The training corpora, read as documents of sentences with their names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gallra.detect.legible import legible

LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "MISC")
_CLASSES = {
    "PER": "PER", "ORG": "ORG", "LOC": "LOC", "GPE_LOC": "LOC", "GPE_ORG": "LOC",
    "PROD": "MISC", "EVT": "MISC", "DRV": "MISC", "MISC": "MISC",
}  # fmt: skip
DEVELOPMENT_COUNT = 600
"""Sentences at the end of the Swedish file that are kept for development."""
BLOCK = 50
"""Sentences of a document."""
_NO_SPACE_BEFORE = set(".,;:!?)]}»%…")
_NO_SPACE_AFTER = set("([{«")

Span = tuple[int, int, str]
"""Start, end, class: offsets in the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A line of text and the names in it."""

    text: str
    spans: tuple[Span, ...]
    language: str
    """``no`` or ``sv``."""


Document = list[Sentence]


def norne(folder: Path) -> list[Document]:
    """Return the documents of ``train/``: a file's sentences in blocks."""
    documents: list[Document] = []
    for path in sorted(folder.glob("train/*/*.conll")):
        sentences: list[Sentence] = []
        for rows in _blocks(path.read_text(encoding="utf-8")):
            words = [(row[1], row[-1].rpartition("name=")[2].split("|")[0], True) for row in rows]
            if words and words[-1][0] == "|":
                words.pop()
            if words:
                sentences.append(_sentence(words, "no", has_spacing=False))
        documents += [sentences[at : at + BLOCK] for at in range(0, len(sentences), BLOCK)]
    return documents


def norne_development(path: Path) -> list[Document]:
    """Return the documents of a CoNLL-U file, its own spacing kept."""
    sentences = [
        _sentence(
            [
                (
                    row[1],
                    row[-1].rpartition("name=")[2].split("|")[0],
                    "SpaceAfter=No" not in row[-1],
                )
                for row in rows
            ],
            "no",
            has_spacing=True,
        )
        for rows in _blocks(path.read_text(encoding="utf-8"))
    ]
    return [sentences[at : at + BLOCK] for at in range(0, len(sentences), BLOCK)]


def swedish(path: Path) -> tuple[list[Document], list[Document]]:
    """Return the sentences of the Swedish file, each its own document: training, development."""
    sentences: list[Sentence] = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        words: list[tuple[str, str, bool]] = []
        before = ""
        for line in block.splitlines():
            word, _, label = line.strip().rpartition("\t" if "\t" in line else " ")
            word = word.strip()
            if not word:
                continue
            found = _CLASSES.get(label, "")
            words.append(
                (word, f"{'I' if found == before else 'B'}-{found}" if found else "O", True)
            )
            before = found
        if words:
            sentences.append(_sentence(words, "sv", has_spacing=False))
    documents = [[sentence] for sentence in sentences]
    return documents[:-DEVELOPMENT_COUNT], documents[-DEVELOPMENT_COUNT:]


def _blocks(text: str) -> Iterator[list[list[str]]]:
    for block in re.split(r"\n\s*\n", text):
        rows = [line.split("\t") for line in block.splitlines() if re.match(r"\d+\t", line)]
        if rows:
            yield rows


def _sentence(words: list[tuple[str, str, bool]], language: str, *, has_spacing: bool) -> Sentence:
    """Put ``words`` (as written, label, whether a space follows) together again."""
    text = ""
    spans: list[list[int | str]] = []
    is_glued = True
    is_open = False
    before = ""
    for written, label, has_space in words:
        word = legible(written).text
        if has_spacing:
            glue = "" if is_glued else " "
        else:
            is_closing = word in {'"', "”"} and is_open
            glue = "" if not text or is_glued or word[:1] in _NO_SPACE_BEFORE or is_closing else " "
        start = len(text) + len(glue)
        text += glue + word
        kind = _CLASSES.get(label[2:], "")
        if kind and (label.startswith("B") or before != kind):
            spans.append([start, len(text), kind])
        elif kind:
            spans[-1][1] = len(text)
        before = kind
        if has_spacing:
            is_glued = not has_space
        elif word in {'"', "”"}:
            is_glued = not is_open
            is_open = not is_open
        else:
            is_glued = word[:1] in _NO_SPACE_AFTER and len(word) == 1
    return Sentence(
        text=text,
        spans=tuple((int(start), int(end), str(kind)) for start, end, kind in spans),
        language=language,
    )

"""How well persons are found: in the development files, and in lines as a club has them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from names_model.corpora import BLOCK, Document, Sentence, norne_development, swedish

Find = Callable[[str], Iterable[tuple[int, int]]]
"""From a text to its persons: start and end of each."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of spans, or of words."""

    right: int
    """Found that are true."""
    hit: int
    """True that were found."""
    found: int
    true: int

    @property
    def precision(self) -> float:
        """In percent."""
        return 100 * self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """In percent."""
        return 100 * self.hit / max(1, self.true)

    @property
    def f1(self) -> float:
        """The harmonic mean, in percent."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def development(corpora: Path) -> dict[str, list[Document]]:
    """Return the development files as documents of fifty sentences, by language."""
    norne = corpora / "norne" / "dev"
    sentences = [
        sentence
        for document in swedish(corpora / "swedish-ner-corpus" / "train_corpus.txt")[1]
        for sentence in document
    ]
    bokmal = norne_development(norne / "no_bokmaal-ud-dev.conllu")
    return {
        "nb": bokmal,
        "nn": norne_development(norne / "no_nynorsk-ud-dev.conllu"),
        "sv": [sentences[at : at + BLOCK] for at in range(0, len(sentences), BLOCK)],
        "nb, all small": [
            [Sentence(text=s.text.lower(), spans=s.spans, language="no") for s in document]
            for document in bokmal
        ],
    }


def joined(document: Document) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of ``document`` and where its persons stand.

    A space stands between two sentences, or a line break after one without a full stop.
    """
    text, persons = "", []
    for sentence in document:
        if text:
            text += " " if text[-1] in '.!?»"' else "\n"
        persons += [
            (start + len(text), end + len(text))
            for start, end, kind in sentence.spans
            if kind == "PER"
        ]
        text += sentence.text
    return text, persons


def spans(find: Find, documents: Iterable[Document], *, is_exact: bool) -> Score:
    """Return how many spans are right: as they are, or if they overlap a true one."""
    right = hit = found_count = true_count = 0
    for document in documents:
        text, persons = joined(document)
        found, true = set(find(text)), set(persons)
        if is_exact:
            right += len(found & true)
            hit += len(found & true)
        else:
            right += sum(_overlaps(each, true) for each in found)
            hit += sum(_overlaps(each, found) for each in true)
        found_count += len(found)
        true_count += len(true)
    return Score(right=right, hit=hit, found=found_count, true=true_count)


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def whole_names(find: Find, lines: Iterable[Sentence]) -> Score:
    """Return how many names are found with every word of theirs, and how many words are names.

    A word of an e-mail address counts for neither.
    """
    right = hit = words = names = 0
    for line in lines:
        found, true = _words(line.text, find(line.text)), set[int]()
        for start, end, _ in line.spans:
            wanted = _words(line.text, [(start, end)])
            names += 1
            hit += wanted <= found
            true |= wanted
        found -= _words(line.text, [match.span() for match in _ADDRESS.finditer(line.text)])
        right += len(found & true)
        words += len(found)
    return Score(right=right, hit=hit, found=words, true=names)


def _words(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    return {
        start + match.start() for start, end in spans for match in _WORD.finditer(text[start:end])
    }

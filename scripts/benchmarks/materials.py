"""What detection is measured on: documents with the truth about them, and bulk for the clock."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from benchmarks.scoring import Span
from gallra.content.reader import read
from gallra.detect.candidates import Candidates
from gallra.detect.gate import Gate
from gallra.detect.gazetteer import load as load_gazetteer
from gallra.detect.weights import load as load_model
from gallra.model.passage import Outcome, Part, Passage
from names_model.corpora import BLOCK, Document, norne, norne_development, swedish
from sample_share import truth_path, write_share
from sample_share.people import WORDS, invent

_SHORTEST = 3
_THREAD = 5
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A part of a file, and what is true about it."""

    part: Part
    name: str
    """As the worker tells it to the detector: the file's name and the part's address."""
    spans: tuple[Span, ...]
    decoys: tuple[Span, ...] = ()
    language: str | None = None
    kind: str | None = None
    special_categories: frozenset[str] = field(default_factory=frozenset)


def share_documents(folder: Path, *, seed: int, files: int) -> list[Judged]:
    """Write a sample share below ``folder`` and return all of its parts that hold text."""
    share = folder / f"judged-{seed}-{files}"
    if not share.exists():
        write_share(share, seed=seed, files=files)
    truth: dict[str, dict[str, dict]] = {}
    with truth_path(share).open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            truth.setdefault(entry["path"], {})[entry["part"]] = entry
    return [judged for path, entries in truth.items() for judged in _judged(share, path, entries)]


def _judged(share: Path, path: str, entries: dict[str, dict]) -> Iterator[Judged]:
    descriptor = os.open(os.path.join(os.fsencode(share), os.fsencode(path)), os.O_RDONLY)
    base = os.path.basename(path)
    try:
        for part in read(descriptor, base):
            entry = entries.get(part.address)
            if entry is None or not part.text:
                continue
            yield Judged(
                part=part,
                name=f"{base}!{part.address}" if part.address else base,
                spans=tuple((f["entity"], f["start"], f["end"]) for f in entry["findings"]),
                decoys=tuple(("decoy", d["start"], d["end"]) for d in entry["decoys"]),
                language=entry["language"],
                kind=entry["kind"],
                special_categories=frozenset(entry["special_categories"]),
            )
    finally:
        os.close(descriptor)


def text_part(text: str) -> Part:
    """Return ``text`` as the part of a plain file."""
    passage = Passage(where="body", text=text)
    return Part(address="", kind="txt", outcome=Outcome.READ, passages=(passage,))


def development(corpora: Path) -> dict[str, list[Judged]]:
    """Return the development splits, 50 sentences a document, persons alone."""
    norne = corpora / "norne"
    splits = {
        "nb": norne_development(next(norne.rglob("no_bokmaal*dev*.conllu"))),
        "nn": norne_development(next(norne.rglob("no_nynorsk*dev*.conllu"))),
        "sv": _blocks(swedish(corpora / "swedish-ner-corpus" / "train_corpus.txt")[1]),
    }
    return {
        language: [_named(document, language) for document in documents]
        for language, documents in splits.items()
    }


def _blocks(documents: list[Document]) -> list[Document]:
    sentences = [sentence for document in documents for sentence in document]
    return [sentences[at : at + BLOCK] for at in range(0, len(sentences), BLOCK)]


def _named(document: Document, language: str) -> Judged:
    spans: list[Span] = []
    lines: list[str] = []
    at = 0
    for sentence in document:
        spans += [
            ("PERSON", at + start, at + end) for start, end, kind in sentence.spans if kind == "PER"
        ]
        lines.append(sentence.text)
        at += len(sentence.text) + 1
    return Judged(part=text_part("\n".join(lines)), name="", spans=tuple(spans), language=language)


def quiet(size: int, *, seed: int) -> list[Part]:
    """Return about ``size`` characters in which nothing needs to be looked at.

    The words are the sample share's own, in lower case and shuffled, less those for which the
    gate would open by themselves: no recognizer has a candidate, and no sentence comes back.
    """
    rng = Random(seed)  # noqa: S311 - a sample, no secret
    gazetteer = load_gazetteer()
    gate, candidates = Gate(gazetteer), Candidates(gazetteer, load_model().lexicon)
    words = sorted(
        {
            word
            for path in sorted(WORDS.glob("??.toml"))
            for word in _WORD.findall(path.read_text("utf-8"))
            if word.islower()
            and len(word) >= _SHORTEST
            and not gate.windows(word, ())
            and not candidates.windows(word)
        }
    )
    parts, count = [], 0
    while count < size:
        lines = [" ".join(rng.choices(words, k=rng.randint(6, 14))) + "." for _ in range(120)]
        parts.append(text_part("\n".join(lines)))
        count += len(parts[-1].text)
    return parts


def member_lists(size: int, *, seed: int) -> list[Part]:
    """Return about ``size`` characters of member lists, every line another person."""
    rng = Random(seed)  # noqa: S311 - as above
    parts, count = [], 0
    while count < size:
        country = rng.choice(("sv", "no"))
        lines = ["Namn;Medlemsnr;Personnummer;Telefon;E-post;Adress"]
        for _ in range(400):
            person = invent(rng, country)
            lines.append(
                ";".join(
                    each.text
                    for each in (
                        person.listed,
                        person.membership,
                        person.identifier,
                        person.phone,
                        person.email,
                        person.address,
                    )
                )
            )
        passage = Passage(where="body", text="\n".join(lines) + "\n")
        parts.append(Part(address="", kind="csv", outcome=Outcome.READ, passages=(passage,)))
        count += len(passage.text)
    return parts


def threads(mails: list[Part]) -> list[Part]:
    """Return the mails, each with the next four quoted under it, as answers to answers have."""
    return [
        replace(
            mail,
            passages=(
                *mail.passages,
                *(
                    Passage(where="body", text=re.sub("(?m)^", "> " * depth, older.text))
                    for depth, older in enumerate(mails[at + 1 : at + _THREAD], start=1)
                ),
            ),
        )
        for at, mail in enumerate(mails)
        if at % _THREAD == 0
    ]


def news(corpora: Path, words: int) -> list[Part]:
    """Return about ``words`` words of running text with names, 50 sentences a document."""
    documents = norne(corpora / "norne") + _blocks(
        swedish(corpora / "swedish-ner-corpus" / "train_corpus.txt")[0]
    )
    parts, count = [], 0
    for document in documents:
        text = "\n".join(sentence.text for sentence in document)
        parts.append(text_part(text))
        count += len(text.split())
        if count >= words:
            break
    return parts

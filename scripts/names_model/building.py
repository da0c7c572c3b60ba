"""Puts a model together: word lists, lines, training, pruning, eight bits."""

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from gallra.detect.context import BUCKETS, OFFSETS
from gallra.detect.gazetteer import Gazetteer
from gallra.detect.legible import legible
from gallra.detect.weights import LABEL_COUNT, WIDTH, Weights
from gallra.detect.words import Lexicon, Looks, Lore, pieces_of
from names_model.corpora import LABELS, Document, Sentence
from names_model.lines import Writer
from names_model.names import Names
from names_model.training import (
    WITHOUT_DOCUMENT,
    Lines,
    Settings,
    Trained,
    Trainer,
    Vocabulary,
    averaged,
    out_of_fold,
)

PRUNED_UNDER = 0.05
CAUTION = 0.35
"""By how much a word is less readily the beginning of a person than it was learned: the made-up
lines hold more persons than documents do. Chosen on the development files."""
LEAST_PIECE = 4
ALTERED_SHARE, MADE_UP_SHARE = 1.0, 0.5
"""Altered sentences and made-up lines for each real one."""
MADE_UP_WEIGHT = 0.4
_PERSON = LABELS.index("B-PER")


def lexicon_of(lists: dict[str, list[str]]) -> tuple[Lexicon, list[str]]:
    """Return the lexicon of the word lists ``nor`` and ``swe``, and the words written small."""
    bits: Counter[str] = Counter()
    for number, language in enumerate(("nor", "swe")):
        for word in set(lists.get(language, ())):
            if len(word) > 1 and word[0].isalpha():
                if word.islower():
                    bits[word] |= 1 << number
                elif word[0].isupper() and word[1:].islower():
                    bits[word.lower()] |= 4 << number
    hashed: dict[int, int] = {}
    for word, value in bits.items():
        code = zlib.crc32(word.encode())
        hashed[code] = hashed.get(code, 0) | value
    codes = sorted(hashed)
    lexicon = Lexicon(
        hashes=np.array(codes, np.uint32), bits=np.array([hashed[c] for c in codes], np.uint8)
    )
    return lexicon, sorted(word for word, value in bits.items() if value & 3 and len(word) > 2)  # noqa: PLR2004 - shorter ones look like anything


def looks_of(gazetteer: Gazetteer, words: list[str]) -> Looks:
    """Return the pieces of names and of other words."""
    counts: dict[str, list[int]] = {}
    classes = (gazetteer.first, gazetteer.surname, words, gazetteer.places)
    for number, each in enumerate(classes):
        for word in each:
            for piece in pieces_of(word):
                counts.setdefault(piece, [0, 0, 0, 0])[number] += 1
    kept = {piece: row for piece, row in sorted(counts.items()) if sum(row) >= LEAST_PIECE}
    return Looks(
        pieces={piece: number for number, piece in enumerate(kept)},
        counts=np.minimum(np.array(list(kept.values()), np.float32).reshape(-1, 4), 65535),
        totals=np.array([sum(row[n] for row in counts.values()) for n in range(4)], np.float64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a model is made of."""

    documents: list[Document]
    names: Names
    gazetteer: Gazetteer
    word_lists: dict[str, list[str]]


def built(
    material: Material,
    settings: Settings,
    *,
    notes: dict[str, Any],
    say: Callable[[str], None] = lambda _: None,
    seed: int = 11,
) -> Weights:
    """Return the weights learned from ``material``; the same material, the same weights."""
    lexicon, small = lexicon_of(material.word_lists)
    looks = looks_of(material.gazetteer, small)
    lore = Lore(gazetteer=material.gazetteer, lexicon=lexicon, looks=looks)
    random = Random(seed)  # noqa: S311 - drawing lines, not secrets
    sentences: list[Sentence] = []
    numbers: list[int] = []
    for number, document in enumerate(material.documents):
        sentences += document
        numbers += [number if len(document) > 1 else -1] * len(document)
    real = len(sentences)
    writer = Writer(list(sentences), material.names, random)
    with_names = [each for each in sentences if each.spans]
    sentences += [
        writer.altered(random.choice(with_names if random.random() < 0.7 else sentences[:real]))  # noqa: PLR2004 - most hold a name
        for _ in range(int(real * ALTERED_SHARE))
    ]
    sentences += [writer.made_up() for _ in range(int(real * MADE_UP_SHARE))]
    sentences = [
        Sentence(text=legible(s.text).text, spans=s.spans, language=s.language)
        if len(legible(s.text).text) == len(s.text)
        else s
        for s in sentences
    ]
    numbers += [-1] * (len(sentences) - real)
    say(f"{real:,} sentences, {len(sentences) - real:,} lines made of them")
    vocabulary = Vocabulary(lore)
    lines = Lines(vocabulary, sentences, numbers)
    say(f"{len(lines.types):,} tokens, {len(vocabulary.features):,} features")
    importance = np.ones(len(sentences), np.float32)
    importance[real:] = MADE_UP_WEIGHT
    trainer = Trainer(settings)
    everything = np.arange(len(sentences))
    marginals = out_of_fold(trainer, lines, everything[:real], importance)
    say("out-of-fold marginals are done")
    several: list[Trained] = []
    for each in settings.seeds:
        drawn = np.random.default_rng(each).random(len(material.documents)) < WITHOUT_DOCUMENT
        lines.look_again(marginals, without=set(np.nonzero(drawn)[0].tolist()))
        several.append(trainer.train(lines, everything, importance, each))
        say(f"seed {each} is done")
    return quantised(averaged(several), vocabulary, lexicon, looks, notes)


def quantised(
    trained: Trained, vocabulary: Vocabulary, lexicon: Lexicon, looks: Looks, notes: dict[str, Any]
) -> Weights:
    """Return ``trained`` pruned, in eight bits."""
    rows = trained.features.transpose(1, 0, 2).copy()
    rows[np.abs(rows) < PRUNED_UNDER] = 0
    rows[..., LABEL_COUNT:] = 0
    table = trained.columns.copy()
    table[np.abs(table) < PRUNED_UNDER] = 0
    table[..., LABEL_COUNT:] = 0
    scale = float(max(np.abs(rows).max(), np.abs(table).max(), 1e-6)) / 127
    kept = [
        (name, number)
        for name, number in sorted(vocabulary.features.items())
        if (np.rint(rows[number] / scale) != 0).any()
    ]
    small = np.zeros((len(kept) + 1, len(OFFSETS), WIDTH), np.int8)
    for place, (_, number) in enumerate(kept):
        small[place] = np.rint(rows[number] / scale)
    shapes = [place for place, (name, _) in enumerate(kept) if name.startswith("s=")]
    cautious = small[shapes, 0, _PERSON] - np.int16(round(CAUTION / scale))
    small[shapes, 0, _PERSON] = np.clip(cautious, -128, 127)
    buckets = np.rint(table / scale).astype(np.int8)
    if buckets.shape != (BUCKETS, WIDTH):
        raise ValueError("the columns have another number of buckets")
    return Weights(
        features={name: place for place, (name, _) in enumerate(kept)},
        rows=small,
        buckets=buckets,
        transitions=trained.transitions[:LABEL_COUNT, :LABEL_COUNT].copy(),
        scale=scale,
        lexicon=lexicon,
        looks=looks,
        notes=notes,
    )

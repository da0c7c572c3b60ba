"""From documents to weights: two looks at each document, three seeds, one set of weights."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallra.detect.context import (
    BUCKETS,
    COLUMN_COUNT,
    OFFSETS,
    columns,
    kind_hashes,
    recurrence,
    recurrent_columns,
)
from gallra.detect.words import (
    NEAR_COUNT,
    NEXT_COUNT,
    TOKEN,
    Kind,
    Lore,
    key_of,
    token_of,
)
from names_model.corpora import LABELS, Sentence

WIDTH = 8
FOLDS, FOLD_EPOCHS = 4, 5
_BLOCK = 1 << 16
"""Tokens whose columns are gathered in one go."""
HIDDEN_SHARE = 0.30
"""Share of sentences in which names are hidden from the gazetteer, drawn anew for each epoch."""
WITHOUT_DOCUMENT = 0.30
"""Share of documents that are learned without their second look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How it is trained."""

    epochs: int = 6
    eta: float = 0.25
    l1: float = 0.15
    """Divided by the number of sentences."""
    word_dropout: float = 0.1
    feature_dropout: float = 0.1
    seeds: tuple[int, ...] = (1, 2, 3)


class _Corpus(ctypes.Structure):
    _fields_ = [
        ("sentence_count", ctypes.c_int64),
        ("sentences", ctypes.c_void_p),
        ("types", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("features", ctypes.c_void_p),
        ("columns", ctypes.c_void_p),
        ("column_count", ctypes.c_int32),
        ("feature_count", ctypes.c_int32),
        ("near_count", ctypes.c_int32),
        ("next_count", ctypes.c_int32),
        ("label_count", ctypes.c_int32),
    ]


class _Setting(ctypes.Structure):
    _fields_ = [
        ("eta", ctypes.c_float),
        ("l1", ctypes.c_float),
        ("word_dropout", ctypes.c_float),
        ("feature_dropout", ctypes.c_float),
    ]


def compiled() -> ctypes.CDLL:
    """Return the trainer, compiled now; only who trains needs a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("training needs a C compiler; what is shipped does not")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "crf.so"
        subprocess.run(
            [compiler, "-O3", "-mavx2", "-mfma", "-ffp-contract=off", "-fno-math-errno", "-shared",
             "-fPIC", "-o", str(built), str(Path(__file__).parent / "crf.c"), "-lm"],
            check=True,
        )  # fmt: skip
        library = ctypes.CDLL(str(built))
    library.epoch.restype = ctypes.c_double
    return library


@dataclass(slots=True)
class Vocabulary:
    """The types and features of the training lines, numbered as they come."""

    lore: Lore
    types: dict[tuple[str, bool, bool], int] = field(default_factory=dict)
    features: dict[str, int] = field(default_factory=dict)
    numbers: list[list[int]] = field(default_factory=list)
    kinds: dict[Kind, int] = field(default_factory=dict)
    kind_of: list[int] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=lambda: {"": 0})
    key_of: list[int] = field(default_factory=list)
    is_capital: list[bool] = field(default_factory=list)
    is_alpha: list[bool] = field(default_factory=list)

    def learn(self, words: Iterable[str], *, is_hidden: bool, is_small: bool) -> None:
        """Give the types of ``words`` that are new their numbers."""
        new = sorted({word for word in words if (word, is_hidden, is_small) not in self.types})
        found = self.lore.types(new, is_hidden=is_hidden, is_small=is_small)
        for word, each in zip(new, found, strict=True):
            self.types[word, is_hidden, is_small] = len(self.numbers)
            self.numbers.append(
                [self.features.setdefault(f, len(self.features)) for f in each.features]
            )
            self.kind_of.append(self.kinds.setdefault(each.kind, len(self.kinds) + 1))
            self.key_of.append(self.keys.setdefault(key_of(word), len(self.keys)))
            self.is_capital.append(word[0].isupper())
            self.is_alpha.append(word[0].isalpha())


class Lines:
    """Sentences as arrays of tokens."""

    def __init__(
        self, vocabulary: Vocabulary, sentences: Sequence[Sentence], documents: Sequence[int]
    ) -> None:
        """Read ``sentences``; ``documents`` numbers each one's document, -1 for none."""
        self.vocabulary = vocabulary
        tokens: list[list[str]] = []
        gold: list[int] = []
        for sentence in sentences:
            matches = list(TOKEN.finditer(sentence.text))
            words = [token_of(match[0]) for match in matches]
            tokens.append(words)
            labels = [0] * len(matches)
            for start, end, kind in sentence.spans:
                begin = "B-"
                for index, match in enumerate(matches):
                    if match.start() < end and start < match.end():
                        labels[index] = LABELS.index(kind if kind == "MISC" else begin + kind)
                        begin = "I-"
            gold += labels
        flat = [word for words in tokens for word in words]
        small = [is_small for words in tokens for is_small in [_is_small(words)] * len(words)]
        is_name = [
            bool(label) and word[0].isalpha() for word, label in zip(flat, gold, strict=True)
        ]
        for is_small in (False, True):
            every = [word for word, each in zip(flat, small, strict=True) if each is is_small]
            vocabulary.learn(every, is_hidden=False, is_small=is_small)
            named = [
                word
                for word, each, found in zip(flat, small, is_name, strict=True)
                if found and each is is_small
            ]
            vocabulary.learn(named, is_hidden=True, is_small=is_small)
        of = vocabulary.types
        self.gold = np.array(gold, np.int8)
        self.types = np.array(
            [of[word, False, each] for word, each in zip(flat, small, strict=True)], np.int32
        )
        self.hidden = np.array(
            [of[word, found, each] for word, each, found in zip(flat, small, is_name, strict=True)],
            np.int32,
        )
        lengths = np.array([len(words) for words in tokens], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        self.sentence = np.repeat(np.arange(len(sentences)), lengths)
        self.document = np.repeat(np.asarray(documents, np.int64), lengths)
        self.places = np.arange(len(flat)) + 2 * (self.sentence + 1)
        self.recurrence = np.zeros(len(flat), np.int64)
        alpha = np.array(vocabulary.is_alpha)[self.types]
        before = np.concatenate([[0], np.cumsum(alpha)])
        self.opens = alpha & (before[:-1] == before[self.starts[self.sentence]])

    def columns(self, types: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the hashed columns of each token, contiguous."""
        vocabulary = self.vocabulary
        kinds = [Kind(0, 0, 0, 0), *vocabulary.kinds]
        hashes = kind_hashes(kinds)
        own = np.array(vocabulary.kind_of, np.int32)[types]
        padded = np.zeros(len(types) + 2 * (len(self.starts) + 1), np.int32)
        padded[self.places] = own
        plain = np.empty((len(types), COLUMN_COUNT), np.int32)
        for start in range(0, len(types), _BLOCK):
            block = slice(start, start + _BLOCK)
            some = self.places[block]
            first, last = int(some[0]) - 2, int(some[-1]) + 3
            plain[block] = columns(hashes, padded[first:last], some - first, self.opens[block])
        codes = np.zeros(len(padded), np.int64)
        codes[self.places] = self.recurrence
        second = recurrent_columns(
            np.array(kinds, np.uint32)[own],
            self.opens,
            self.recurrence,
            codes[self.places - 1],
            codes[self.places + 1],
        )
        return np.ascontiguousarray(np.concatenate([plain, second.astype(np.int32)], 1))

    def look_again(self, marginals: NDArray[np.float32], *, without: set[int]) -> None:
        """Set what the same words are elsewhere in the document, but for documents ``without``."""
        vocabulary = self.vocabulary
        keys = np.array(vocabulary.key_of, np.int64)[self.types]
        own = self.document * np.int64(len(vocabulary.keys)) + keys
        own[(keys == 0) | (self.document < 0)] = 0
        capital = np.array(vocabulary.is_capital)[self.types]
        self.recurrence = recurrence(marginals, own, capital)
        if without:
            self.recurrence[np.isin(self.document, sorted(without))] = 0


def _is_small(words: Sequence[str]) -> bool:
    """Tell whether ``words`` are without a capital."""
    return any(word[0].isalpha() for word in words) and not any(word[0].isupper() for word in words)


@dataclass(slots=True)
class Trained:
    """Weights, not yet pruned."""

    features: NDArray[np.float32]
    """Shape (offsets, features, 8)."""
    columns: NDArray[np.float32]
    """Shape (buckets, 8)."""
    transitions: NDArray[np.float32]
    """Shape (8, 8): from, to."""


class Trainer:
    """Holds the compiled trainer and its settings."""

    def __init__(self, settings: Settings) -> None:
        """Compile."""
        self._library = compiled()
        self._settings = settings

    def train(
        self,
        lines: Lines,
        chosen: NDArray[np.int64],
        importance: NDArray[np.float32],
        seed: int,
        epochs: int | None = None,
    ) -> Trained:
        """Return the weights learned from the sentences ``chosen``."""
        settings = self._settings
        count = len(lines.vocabulary.features)
        total = len(OFFSETS) * count + BUCKETS
        parameters = _aligned(total * 2 * WIDTH)
        transitions = _aligned(WIDTH * 2 * WIDTH)
        random = np.random.default_rng(seed)
        self._library.seed(ctypes.c_uint64(seed))
        setting = _Setting(
            settings.eta, settings.l1 / len(chosen), settings.word_dropout, settings.feature_dropout
        )
        importance = np.ascontiguousarray(importance, np.float32)
        step = 0
        for _ in range(epochs or settings.epochs):
            share = np.where(
                random.random(len(lines.starts) - 1) < HIDDEN_SHARE,
                np.where(random.random(len(lines.starts) - 1) < 0.5, 0.5, 1.0),  # noqa: PLR2004 - half of its names, or all
                0.0,
            )[lines.sentence]
            is_hidden = random.random(len(lines.types)) < share
            types = np.where(is_hidden, lines.hidden, lines.types).astype(np.int32)
            corpus, kept = self._corpus(lines, types, len(chosen))
            order = np.ascontiguousarray(random.permutation(chosen).astype(np.int64))
            self._library.epoch(
                ctypes.byref(corpus), ctypes.byref(setting), _at(order), _at(lines.gold),
                _at(importance), _at(parameters), _at(transitions), ctypes.c_double(step),
            )  # fmt: skip
            del kept
            step += len(chosen)
        found, moves = _aligned(total * WIDTH), _aligned(WIDTH * WIDTH)
        for source, into, number in ((parameters, found, total), (transitions, moves, WIDTH)):
            self._library.weights(
                ctypes.c_int64(number), _at(source), _at(into), ctypes.c_double(step),
                ctypes.byref(setting),
            )  # fmt: skip
        rows = found.reshape(-1, WIDTH)
        split = len(OFFSETS) * count
        return Trained(
            rows[:split].reshape(len(OFFSETS), count, WIDTH), rows[split:], moves.reshape(8, 8)
        )

    def marginals(self, lines: Lines, trained: Trained) -> NDArray[np.float32]:
        """Return the marginals of every token of ``lines``, shape (tokens, 8)."""
        corpus, kept = self._corpus(lines, lines.types, len(lines.starts) - 1)
        weights = _aligned(trained.features.size + trained.columns.size)
        weights[: trained.features.size] = trained.features.ravel()
        weights[trained.features.size :] = trained.columns.ravel()
        moves = np.ascontiguousarray(trained.transitions)
        into = _aligned(len(lines.types) * WIDTH)
        self._library.marginals(ctypes.byref(corpus), _at(weights), _at(moves), _at(into))
        del kept
        return into.reshape(-1, WIDTH)

    @staticmethod
    def _corpus(
        lines: Lines, types: NDArray[np.int32], sentence_count: int
    ) -> tuple[_Corpus, list[NDArray[np.generic]]]:
        """Return the C structure, and the arrays that it points to."""
        vocabulary = lines.vocabulary
        starts = np.concatenate([[0], np.cumsum([len(n) for n in vocabulary.numbers])])
        starts = np.ascontiguousarray(starts, np.int64)
        features = np.fromiter((n for each in vocabulary.numbers for n in each), np.int32)
        hashed = lines.columns(types)
        types = np.ascontiguousarray(types)
        kept: list[NDArray[np.generic]] = [lines.starts, types, starts, features, hashed]
        corpus = _Corpus(
            sentence_count, *(each.ctypes.data for each in kept), hashed.shape[1],
            len(vocabulary.features), NEAR_COUNT, NEXT_COUNT, len(LABELS),
        )  # fmt: skip
        return corpus, kept


def _aligned(count: int) -> NDArray[np.float32]:
    room = np.zeros(count + 16, np.float32)
    offset = (-room.ctypes.data % 64) // 4
    return room[offset : offset + count]


def _at(array: NDArray[np.generic]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def out_of_fold(
    trainer: Trainer, lines: Lines, real: NDArray[np.int64], importance: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return marginals of the sentences ``real``, each by weights that never saw its document.

    Altered copies and made-up lines are left out: a copy would tell what its source is.
    """
    marginals = np.zeros((len(lines.types), WIDTH), np.float32)
    documents = lines.document[lines.starts[:-1].clip(max=len(lines.types) - 1)]
    for fold in range(FOLDS):
        learned = real[documents[real] % FOLDS != fold]
        trained = trainer.train(lines, learned, importance, seed=100 + fold, epochs=FOLD_EPOCHS)
        found = trainer.marginals(lines, trained)
        is_of_fold = (lines.document % FOLDS == fold) & (lines.document >= 0)
        marginals[is_of_fold] = found[is_of_fold]
    return marginals


def averaged(several: Sequence[Trained]) -> Trained:
    """Return the mean of the weights."""
    return Trained(
        np.mean([each.features for each in several], 0),
        np.mean([each.columns for each in several], 0),
        np.mean([each.transitions for each in several], 0),
    )

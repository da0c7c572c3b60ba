"""Presidio, quiet and light: the only module that imports it.

Presidio's package imports spaCy, thinc, tldextract, requests and its ninety predefined
recognizers before its first line of ours runs: 1.0 s and 103 MB, for nothing that we use. While
it is imported, stand-ins take the place of exactly those modules (0.25 s, 45 MB); they are taken
away again afterwards. A process in which ``presidio_analyzer`` was imported before us keeps the
full one. Nothing here reaches for the network: no suffix list, no model hub.

Presidio's decision tracing writes tokens, that is personal data, into the log: it is off, and
its loggers are closed.
"""

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_STOOD_IN_FOR = (
    "spacy",
    "spacy.tokens",
    "spacy.vocab",
    "presidio_analyzer.predefined_recognizers",
    "presidio_analyzer.nlp_engine.slim_spacy_nlp_engine",
    "presidio_analyzer.nlp_engine.spacy_nlp_engine",
    "presidio_analyzer.nlp_engine.stanza_nlp_engine",
    "presidio_analyzer.nlp_engine.transformers_nlp_engine",
)

_LOGGERS = ("presidio-analyzer", "decision_process")


class _StandIn(ModuleType):
    """A module whose every name is an empty class: fit for annotations and base classes."""

    __path__: list[str] = []  # noqa: RUF012 - what makes a module a package to the import system

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {})
        setattr(self, name, made)
        return made


@contextmanager
def _stand_ins() -> Iterator[None]:
    placed = {name: _StandIn(name) for name in _STOOD_IN_FOR if name not in sys.modules}
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name, module in placed.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


def _close_loggers() -> None:
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.CRITICAL)
        logger.propagate = False


def _import() -> None:
    if "presidio_analyzer" in sys.modules:
        return
    try:
        with _stand_ins():
            importlib.import_module("presidio_analyzer")
    except (ImportError, AttributeError, TypeError):
        # another Presidio, that needs more of what stood in: then the whole of it, at its price
        for name in [each for each in sys.modules if each.startswith("presidio_analyzer")]:
            del sys.modules[name]
        importlib.import_module("presidio_analyzer")


_import()
_close_loggers()

from presidio_analyzer import (  # noqa: E402 - only after the stand-ins have been taken away
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer  # noqa: E402 - as above
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine  # noqa: E402 - as above

LANGUAGE = "xx"
"""Presidio chooses recognizers by language; ours look at every language at once."""

__all__ = [
    "LANGUAGE",
    "AnalyzerEngine",
    "Artifacts",
    "EntityRecognizer",
    "RecognizerResult",
    "Result",
    "analyzer",
]


class Artifacts(NlpArtifacts):  # type: ignore[misc] # Presidio is not typed for mypy here
    """Presidio's place for what is known of a text beforehand; ours holds the reading."""

    def __init__(self, reading: Any) -> None:  # noqa: ANN401 - Reading; it is built on this module
        """Hold ``reading``; tokens and lemmas there are none."""
        self.entities: list[Any] = []
        self.tokens: list[Any] = []
        self.tokens_indices: list[int] = []
        self.lemmas: list[str] = []
        self.keywords: list[str] = []
        self.scores: list[float] = []
        self.nlp_engine = None
        self.reading = reading

    def to_json(self) -> str:
        """Return an empty object: what was read never goes into a trace."""
        return "{}"


class _NullNlpEngine(NlpEngine):  # type: ignore[misc] # as above
    """No tokens, no lemmas, no model: recognizers read the text themselves."""

    engine_name = "null"
    is_available = True

    def load(self) -> None:
        """Load nothing."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> Artifacts:  # noqa: ARG002 - the interface
        return Artifacts(None)

    def process_batch(
        self,
        texts: Any,  # noqa: ANN401 - Presidio's interface
        language: str,
        *_: Any,  # noqa: ANN401 - as above
        **__: Any,  # noqa: ANN401 - as above
    ) -> Iterator[tuple[str, Artifacts]]:
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - the interface
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - the interface
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]


class _NoEnhancer(ContextAwareEnhancer):  # type: ignore[misc] # as above
    """Recognizers weigh context themselves: Presidio's enhancer needs lemmas."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - the interface
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - the interface
        recognizers: list[EntityRecognizer],  # noqa: ARG002 - the interface
        context: list[str] | None = None,  # noqa: ARG002 - the interface
    ) -> list[RecognizerResult]:
        return raw_results


class Result(RecognizerResult):  # type: ignore[misc] # as above
    """Presidio's result; its own hash writes every result out as text first."""

    def __hash__(self) -> int:
        """Agree with Presidio's equality: type, span and score."""
        return hash((self.entity_type, self.start, self.end, self.score))


class _Registry(RecognizerRegistry):  # type: ignore[misc] # as above
    """Presidio's registry, which chooses anew for every text, with the choice remembered."""

    def __init__(self, recognizers: list[EntityRecognizer]) -> None:
        super().__init__(recognizers=recognizers, supported_languages=[LANGUAGE])
        self._chosen: dict[tuple[str, tuple[str, ...], bool], list[EntityRecognizer]] = {}

    def get_recognizers(
        self,
        language: str,
        entities: list[str] | None = None,
        all_fields: bool = False,  # noqa: FBT001, FBT002 - Presidio's interface
        ad_hoc_recognizers: list[EntityRecognizer] | None = None,
    ) -> list[EntityRecognizer]:
        if ad_hoc_recognizers:
            chosen: list[EntityRecognizer] = super().get_recognizers(
                language, entities, all_fields, ad_hoc_recognizers
            )
            return chosen
        key = (language, tuple(entities or ()), all_fields)
        if key not in self._chosen:
            self._chosen[key] = super().get_recognizers(language, entities, all_fields)
        return self._chosen[key]


class _Analyzer(AnalyzerEngine):  # type: ignore[misc] # as above
    """Presidio's engine without the step that splits all results anew for every recognizer."""

    def _enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - the interface
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - the interface
        recognizers: list[EntityRecognizer],  # noqa: ARG002 - the interface
        context: list[str] | None = None,  # noqa: ARG002 - the interface
    ) -> list[RecognizerResult]:
        return raw_results


def analyzer(recognizers: list[EntityRecognizer]) -> AnalyzerEngine:
    """Return Presidio's engine over ``recognizers`` alone; everything scored comes out of it."""
    engine = _Analyzer(
        registry=_Registry(recognizers),
        nlp_engine=_NullNlpEngine(),
        log_decision_process=False,
        default_score_threshold=0,
        supported_languages=[LANGUAGE],
        context_aware_enhancer=_NoEnhancer(),
    )
    _close_loggers()
    return engine

"""One detector in a process of its own: what it finds, how fast, and how much memory it takes.

Called with ``gallra``, ``names`` or ``presidio`` and two files: what to look at, pickled by the
benchmark a moment ago, and where to write what was found, as JSON.
"""

import json
import logging
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gallra.model.passage import Part

Look = Callable[[Part, str], dict[str, Any]]


def gallra() -> Look:
    """Return all of gallra's detection."""
    from gallra.detect.engine import Detector  # noqa: PLC0415 - the loading is measured

    detector = Detector()

    def look(part: Part, name: str) -> dict[str, Any]:
        found = detector.find(part, name=name)
        return {
            "spans": [(each.entity, each.start, each.end) for each in found.findings],
            "categories": found.special_categories,
            "language": found.language,
            "kind": found.subjects[0].kind if found.subjects else None,
        }

    return look


def names() -> Look:
    """Return the names model alone, called through Presidio's engine."""
    from gallra.detect import gazetteer, weights  # noqa: PLC0415 - as above
    from gallra.detect.names_model import NamesModel  # noqa: PLC0415 - as above
    from gallra.detect.presidio import LANGUAGE, Artifacts, analyzer  # noqa: PLC0415 - as above
    from gallra.detect.recognizer import Reading  # noqa: PLC0415 - as above

    engine = analyzer([NamesModel(weights.load(), gazetteer.load())])

    def look(part: Part, name: str) -> dict[str, Any]:  # noqa: ARG001 - one form for all
        found = engine.analyze(
            part.text, LANGUAGE, nlp_artifacts=Artifacts(Reading(text=part.text)), score_threshold=0
        )
        return {"spans": [(each.entity_type, each.start, each.end) for each in found]}

    return look


def presidio() -> Look:
    """Return Presidio as it comes, on spaCy without a model.

    Its default model, en_core_web_lg, has to be fetched from the network, which a club's server
    is not asked to reach: a blank English pipeline takes its place. So nothing of it finds
    names and places; every pattern recognizer that is on by default works as shipped.
    """
    import spacy  # noqa: PLC0415 - as above
    import tldextract  # noqa: PLC0415 - as above
    from presidio_analyzer import AnalyzerEngine  # noqa: PLC0415 - as above
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415 - as above

    # its shipped list of suffixes, where it would ask the network for a newer one
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)

    class Blank(SpacyNlpEngine):  # type: ignore[misc] # Presidio is not typed
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            pass

    engine = AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])
    engine.nlp_engine.nlp["en"].max_length = 100_000_000

    def look(part: Part, name: str) -> dict[str, Any]:  # noqa: ARG001 - one form for all
        found = engine.analyze(part.text, "en")
        return {"spans": [(each.entity_type, each.start, each.end) for each in found]}

    return look


def main() -> None:
    """Look at everything once, in order; the clock counts this process's processor time."""
    who, source, target = sys.argv[1:]
    began = time.process_time()
    look = {"gallra": gallra, "names": names, "presidio": presidio}[who]()
    start = time.process_time() - began
    start_bytes = _resident_bytes()
    with Path(source).open("rb") as file:
        documents = pickle.load(file)  # noqa: S301 - the parent's own, of a moment ago
    began = time.process_time()
    found = [look(part, name) for part, name in documents]
    seconds = time.process_time() - began
    Path(target).write_text(
        json.dumps(
            {
                "start_seconds": start,
                "start_bytes": start_bytes,
                "seconds": seconds,
                "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "found": found,
            }
        )
    )


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


main()

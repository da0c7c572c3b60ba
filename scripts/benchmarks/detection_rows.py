"""The benchmark ``detect`` as rows of the table, and its page."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.detection import FILES, Judgement, Measured, Quality, measure
from benchmarks.detection_page import PATH, page
from benchmarks.scoring import Tally

_QUICK_FILES = 180
_NO_QUALITY = Quality()


def detect(folder: Path, asked: argparse.Namespace) -> list[dict[str, object]]:
    """Measure detection, write the page where asked for, and return the rows."""
    files = asked.files or (_QUICK_FILES if asked.quick else FILES)
    words = ["scripts/bench detect"]
    words += ["--quick"] * asked.quick
    words += [f"--files {asked.files}"] * bool(asked.files)
    # the folder's own name says nothing to others
    words += ["--corpora DIR"] * bool(asked.corpora)
    words += ["--page"] * bool(asked.page)
    measured = measure(
        folder, files=files, corpora=asked.corpora, is_quick=asked.quick, command=" ".join(words)
    )
    if asked.page:
        PATH.write_text(page(measured), "utf-8")
    return [*_quality(measured), *_judgements(measured), *_clocks(measured)]


def _quality(measured: Measured) -> Iterator[dict[str, object]]:
    ours = measured.share.get("gallra", _NO_QUALITY)
    theirs = measured.share.get("presidio", _NO_QUALITY)
    for how in ("exact", "overlap"):
        others: Mapping[tuple[str, ...], Tally] = getattr(theirs, how)
        for key, tally in sorted(getattr(ours, how).items()):
            yield from _three(f"share, {how}: {' '.join(key[1:])}", tally, others.get(key))
    yield {"figure": "decoys", "value": ours.decoys, "unit": "spans"}
    yield {
        "figure": "decoys reported",
        "value": ours.decoys_reported,
        "unit": "spans",
        **_beside(theirs.decoys_reported, None),
    }
    for language, (exact, overlap) in sorted(measured.development.items()):
        yield from _three(f"development {language}, exact: PERSON", exact, None)
        yield from _three(f"development {language}, overlap: PERSON", overlap, None)


def _judgements(measured: Measured) -> Iterator[dict[str, object]]:
    for name, judgement in (("labelled", measured.labelled), ("share", measured.share_documents)):
        for (category, language), tally in sorted(judgement.categories.items()):
            yield from _three(f"{name} {language}: {category}", tally, None)
        for kind, tally in sorted(judgement.kinds.items()):
            yield from _three(f"{name}: kind {kind}", tally, None)
        for language, share in _languages(judgement):
            yield {"figure": f"{name}: {language} told", "value": share, "unit": "%"}


def _languages(judgement: Judgement) -> Iterator[tuple[str, float]]:
    for language in sorted({here for here, _ in judgement.languages}):
        total = sum(count for (here, _), count in judgement.languages.items() if here == language)
        yield language, round(100 * judgement.languages[language, language] / total, 1)


def _clocks(measured: Measured) -> Iterator[dict[str, object]]:
    for speed in measured.speeds:
        row: dict[str, object] = {
            "figure": speed.figure,
            "value": _rounded(speed.gallra),
            "unit": speed.unit,
        }
        if speed.presidio:
            row |= _beside(_rounded(speed.presidio), round(speed.gallra / speed.presidio, 1))
        yield row
    for name, cost in measured.costs.items():
        is_bytes = name.endswith("bytes")
        yield {
            "figure": name.removesuffix(" seconds").removesuffix(" bytes"),
            "value": round(cost / 1e6) if is_bytes else round(cost, 2),
            "unit": "MB" if is_bytes else "s",
        }


def _three(figure: str, tally: Tally, other: Tally | None) -> Iterator[dict[str, object]]:
    for name in ("precision", "recall", "f1"):
        share = getattr(tally, name)
        if share is None:
            continue
        theirs = getattr(other, name) if other else None
        beside = _beside(round(100 * theirs, 1), None) if theirs else {}
        yield {
            "figure": f"{figure} {name}",
            "value": round(100 * share, 1),
            "unit": "%",
            **beside,
        }


def _beside(reference: float, ratio: float | None) -> dict[str, object]:
    return {"reference_name": "plain Presidio", "reference": reference, "ratio": ratio}


def _rounded(value: float) -> float:
    return round(value) if value >= 100 else round(value, 3)  # noqa: PLR2004 - whole above

"""Detection measured: quality on what is known, speed on bulk, plain Presidio beside it."""

import os
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import materials
from benchmarks.clock import SEED, Speed, run, speeds, worker_costs
from benchmarks.labelled import Document, part_of, read_labelled
from benchmarks.materials import Judged
from benchmarks.scoring import Span, Tally, categories, exact, overlapping

PERSON = "PERSON"
IDENTIFIERS = (
    "SE_PERSONNUMMER",
    "SE_SAMORDNINGSNUMMER",
    "SE_ORGANISATIONSNUMMER",
    "SE_BANKGIRO",
    "SE_PLUSGIRO",
    "NO_FODSELSNUMMER",
    "NO_D_NUMMER",
    "NO_KONTONUMMER",
    "NO_ORGANISASJONSNUMMER",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "IBAN_CODE",
    "POSTAL_ADDRESS",
    "MEMBER_NUMBER",
    "DATE_OF_BIRTH",
    "SALARY",
)
"""The types that the sample share's truth marks, beside persons."""
FILES = 1_500
_NOT_A_CLAIM = frozenset({"DATE_TIME", "URL"})
"""What Presidio reports beside personal data: a date among decoys is no mistake of its own."""


@dataclass(slots=True)
class Quality:
    """All counts of one detector on the sample share."""

    exact: dict[tuple[str, ...], Tally] = field(default_factory=dict)
    """By ``("entity", E)``, ``("language", L, group)`` and ``("kind", K, group)``; the groups
    are PERSON and ``identifiers``."""
    overlap: dict[tuple[str, ...], Tally] = field(default_factory=dict)
    elsewhere: int = 0
    """Spans of types that the truth does not mark."""
    decoys: int = 0
    decoys_reported: int = 0


@dataclass(slots=True)
class Judgement:
    """All counts of whole documents."""

    categories: dict[tuple[str, str], Tally] = field(default_factory=dict)
    """By category and language, ``all`` among them."""
    languages: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By what it is and what it was taken for."""
    kinds: dict[str, Tally] = field(default_factory=dict)
    kinds_right: int = 0
    kinds_judged: int = 0


@dataclass(slots=True, kw_only=True)
class Measured:
    """Everything that one run has to say; an empty one renders an empty page."""

    command: str = ""
    seed: int = SEED
    files: int = 0
    machine: str = ""
    share: dict[str, Quality] = field(default_factory=dict)
    """By ``gallra`` and ``presidio``."""
    share_documents: Judgement = field(default_factory=Judgement)
    labelled: Judgement = field(default_factory=Judgement)
    development: dict[str, tuple[Tally, Tally]] = field(default_factory=dict)
    """By language: exact and overlapping persons."""
    speeds: list[Speed] = field(default_factory=list)
    costs: dict[str, float] = field(default_factory=dict)
    """Seconds and bytes, by name."""


def machine() -> str:
    """Return what the figures were measured on, in general words."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{platform.machine()}, {model}, {os.cpu_count()} cores, {platform.python_version()}"


def measure(
    folder: Path, *, files: int, corpora: Path | None, is_quick: bool, command: str
) -> Measured:
    """Measure everything; with ``corpora`` the development splits too."""
    measured = Measured(command=command, files=files, machine=machine())
    documents = materials.share_documents(folder, seed=SEED, files=files)
    looked = [(each.part, each.name) for each in documents]
    for who in ("gallra", "presidio"):
        said = run(who, looked, folder)
        measured.share[who] = quality(documents, said["found"])
        measured.costs[f"{who} start seconds"] = said["start_seconds"]
        measured.costs[f"{who} start bytes"] = said["start_bytes"]
        measured.costs[f"{who} peak bytes"] = said["peak_bytes"]
        if who == "gallra":
            measured.share_documents = judged_share(documents, said["found"])
    labelled = read_labelled()
    said = run("gallra", [(part_of(each), each.name) for each in labelled], folder)
    measured.labelled = judged_labelled(labelled, said["found"])
    if corpora is not None:
        for language, split in materials.development(corpora).items():
            found = run("gallra", [(each.part, each.name) for each in split], folder)["found"]
            measured.development[language] = persons(split, found)
    mails = [each.part for each in documents if each.part.message is not None]
    measured.speeds = speeds(folder, mails, corpora, is_quick=is_quick)
    measured.costs |= worker_costs(folder / f"judged-{SEED}-{files}")
    return measured


def quality(documents: Sequence[Judged], found: Iterable[dict[str, Any]]) -> Quality:
    """Count what was found in the parts of a sample share against its truth."""
    result = Quality()
    marked = {PERSON, *IDENTIFIERS}
    for judged, said in zip(documents, found, strict=True):
        spans = [_span(each) for each in said["spans"]]
        result.elsewhere += sum(each[0] not in marked for each in spans)
        claims = [each for each in spans if each[0] not in _NOT_A_CLAIM]
        result.decoys += len(judged.decoys)
        result.decoys_reported += sum(
            any(start < decoy_end and decoy_start < end for _, start, end in claims)
            for _, decoy_start, decoy_end in judged.decoys
        )
        for entity in sorted(marked):
            here = [each for each in judged.spans if each[0] == entity]
            there = [each for each in spans if each[0] == entity]
            if not here and not there:
                continue
            group = PERSON if entity == PERSON else "identifiers"
            keys: list[tuple[str, ...]] = [("entity", entity)]
            keys.append(("language", judged.language or "other", group))
            keys.append(("kind", judged.kind or "none", group))
            for counts, count in ((result.exact, exact), (result.overlap, overlapping)):
                tally = count(here, there)
                for key in keys:
                    counts.setdefault(key, Tally()).add(tally)
    return result


def judged_share(documents: Sequence[Judged], found: Iterable[dict[str, Any]]) -> Judgement:
    """Count categories, languages and kinds of the parts whose language is known."""
    result = Judgement()
    for judged, said in zip(documents, found, strict=True):
        if judged.language is None:
            continue
        _add_categories(
            result, categories(judged.special_categories, said["categories"]), judged.language
        )
        result.languages[judged.language, said["language"]] += 1
        _add_kind(result, frozenset({judged.kind} - {None}), said["kind"])
    return result


def judged_labelled(documents: Sequence[Document], found: Iterable[dict[str, Any]]) -> Judgement:
    """Count categories, languages and kinds of the labelled documents."""
    result = Judgement()
    for document, said in zip(documents, found, strict=True):
        counted = categories(document.holds, said["categories"], doubtful=document.doubtful)
        _add_categories(result, counted, document.language)
        result.languages[document.language, said["language"]] += 1
        if document.kinds is not None:
            _add_kind(result, document.kinds, said["kind"])
    return result


def _add_categories(result: Judgement, counted: dict[str, Tally], language: str) -> None:
    for category, tally in counted.items():
        for key in ((category, "all"), (category, language)):
            result.categories.setdefault(key, Tally()).add(tally)


def _add_kind(result: Judgement, kinds: frozenset[str], found: str | None) -> None:
    """Where several kinds are right, the one that was found counts, else the first."""
    is_right = found in kinds if kinds else found is None
    result.kinds_judged += 1
    result.kinds_right += is_right
    if kinds:
        kind = found if found in kinds else min(kinds)
        result.kinds.setdefault(str(kind), Tally()).add(Tally(held=1, met=int(is_right)))
    if found is not None:
        tally = Tally(said=1, right=int(is_right))
        result.kinds.setdefault(found, Tally()).add(tally)


def persons(documents: Sequence[Judged], found: Iterable[dict[str, Any]]) -> tuple[Tally, Tally]:
    """Count persons, exact and overlapping."""
    both = Tally(), Tally()
    for judged, said in zip(documents, found, strict=True):
        there = [_span(each) for each in said["spans"] if each[0] == PERSON]
        both[0].add(exact(judged.spans, there))
        both[1].add(overlapping(judged.spans, there))
    return both


def _span(each: Sequence[Any]) -> Span:
    return str(each[0]), int(each[1]), int(each[2])

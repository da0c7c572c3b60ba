"""The gate loses nothing: with it and without it the same is found, in whole collections of files.

Equal means, for identifiers, special categories, subjects and dates: the same findings at the same
places with the same scores; what is learned (union membership, health) with a score that hangs on
the persons around it, and amid lines that hold nothing only the document's category is the same.
For names it means less, for the model weighs a word by all the text that it is shown: every person
who is one is found, whatever the score and by whichever eye.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gallra.content.reader import read
from gallra.detect.engine import Detector
from gallra.detect.gazetteer import load
from gallra.detect.tables import tables
from gallra.model.finding import SPECIAL_CATEGORIES, Detection, Finding
from gallra.model.passage import Part, Passage
from sample_share import write_share

JUDGED = frozenset({"UNION_MEMBERSHIP", "HEALTH"})
NAMED = {"PERSON", "ORGANIZATION", "LOCATION"}
FIXTURES = Path(__file__).parents[2] / "../shared/fixtures"
SEED, FILES = 47, 320
LONGEST = 200_000
"""Characters of a part: what is longer was made to be large, and says the same throughout."""


def parts_of(folder: Path) -> Iterator[tuple[str, Part]]:
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            for part in read(descriptor, path.name):
                yield os.fsdecode(os.path.relpath(os.fsencode(path), os.fsencode(folder))), part
        finally:
            os.close(descriptor)


def others(detection: Detection, left_out: frozenset[str] = frozenset()) -> list[Finding]:
    return [
        each
        for each in detection.findings
        if each.entity not in NAMED and each.entity not in left_out
    ]


def judged(detection: Detection) -> list[tuple[str, int, int]]:
    return [
        (each.entity, each.start, each.end) for each in detection.findings if each.entity in JUDGED
    ]


def among_nothing(part: Part) -> Part:
    """Return ``part`` amid lines that hold nothing: only short texts are shown whole."""
    nothing = Passage(where="body", text="inget att se här, bara vanliga ord.\n" * 130)
    return replace(part, passages=(nothing, *part.passages, nothing))


def persons(detection: Detection) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in detection.findings if each.entity == "PERSON"]


def test_on_a_whole_share_the_gate_loses_nothing(tmp_path, detector, ungated):
    share = tmp_path / "share"
    write_share(share, seed=SEED, files=FILES)
    lines = (tmp_path / "share.truth.jsonl").read_bytes().splitlines()
    truth = {
        (each["path"], each["part"]): {
            (span["start"], span["end"]) for span in each["findings"] if span["entity"] == "PERSON"
        }
        for each in map(json.loads, lines)
    }
    kinds: set[str] = set()
    for path, part in parts_of(share):
        kinds.add(part.kind)
        name = path.rpartition("/")[2] + part.address
        gated, whole = detector.find(part, name=name), ungated.find(part, name=name)
        assert others(gated, JUDGED) == others(whole, JUDGED), path
        assert judged(gated) == judged(whole), path
        assert gated.special_categories == whole.special_categories, path
        assert (gated.subjects, gated.document_date, gated.incomplete) == (
            whole.subjects,
            whole.document_date,
            whole.incomplete,
        ), path
        sunk = among_nothing(part)
        deep, deep_whole = detector.find(sunk), ungated.find(sunk)
        assert others(deep, JUDGED) == others(deep_whole, JUDGED), path
        assert deep.special_categories == deep_whole.special_categories, path
        true = truth.get((path, part.address), set())
        assert true & set(persons(whole)) <= set(persons(gated)), path
    assert {"txt", "csv", "docx", "sheet", "pdf", "eml", "message"} <= kinds


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the collected files are not here")
def test_on_collected_files_the_gate_loses_nothing(detector: Detector, ungated: Detector) -> None:
    names = load()
    texts: set[str] = set()
    seen = 0
    for path, part in parts_of(FIXTURES):
        if not part.passages or len(part.text) > LONGEST or part.text in texts:
            continue
        texts.add(part.text)
        gated, whole = detector.find(part, name=path), ungated.find(part, name=path)
        # a word of a special category hangs on the persons around it
        assert others(gated, SPECIAL_CATEGORIES) == others(whole, SPECIAL_CATEGORIES), path
        if any(True for _ in tables(part.text)):
            continue
        kept = persons(gated)
        for start, end in persons(whole):
            words = part.text[start:end].split()
            lows = [word.lower() for word in words if word[:1].isupper()]
            if (
                len(lows) == len(words) > 1
                and any(low in names.first for low in lows)
                and lows[-1] in names.surname
            ):
                seen += 1
                assert any(first < end and start < last for first, last in kept), path
    assert seen

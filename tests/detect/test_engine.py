# ruff: noqa: E501 - the forms of a value stand on one line
import hashlib
import hmac
import logging
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.detect.digests import normalised
from gallra.detect.engine import Detector
from gallra.detect.recognizer import Recognizer
from gallra.model.finding import SPECIAL_CATEGORIES
from gallra.model.passage import Outcome, Part, Passage

LETTER = (
    "Hej Anna Karlsson!\nDitt personnummer är 850101-9809, din adress Storgatan 5, 123 45 Malmö.\n"
    "Du är sjukskriven till maj. Hälsningar Erik Öberg, erik@example.se, 070-174 06 05\n"
)


def part(*texts: str) -> Part:
    return Part(
        address="",
        kind="txt",
        outcome=Outcome.READ,
        passages=tuple(Passage(where="body", text=text) for text in texts),
    )


class Failing(Recognizer):
    ENTITIES = ("FAILING",)

    def sightings(self, reading):
        yield "PERSON", 0, 1, 0.9
        raise TimeoutError(reading.text)


def test_a_failing_recognizer_makes_the_detection_incomplete_and_stops_no_other():
    failing = Detector(additional=(Failing(),))
    detection = failing.find(part(LETTER))
    assert detection.incomplete is not None
    assert detection.incomplete.in_english() == "recognizers failed on this text: Failing"
    assert "SE_PERSONNUMMER" in {each.entity for each in detection.findings}


def test_past_a_limit_the_detection_is_incomplete(detector, monkeypatch):
    monkeypatch.setattr("gallra.detect.engine.LONGEST_TEXT", 50)
    detection = detector.find(part(LETTER))
    assert detection.incomplete is not None
    assert max(each.end for each in detection.findings) <= 50
    monkeypatch.undo()
    monkeypatch.setattr("gallra.detect.engine.MOST_FINDINGS", 2)
    assert detector.find(part(LETTER)).incomplete is not None
    monkeypatch.undo()
    assert detector.find(part(LETTER)).incomplete is None


def test_no_log_record_holds_any_of_the_text(caplog):
    caplog.set_level(logging.DEBUG)
    Detector(additional=(Failing(),)).find(part(LETTER), name="Anna Karlsson.txt")
    logged = " ".join(record.getMessage() for record in caplog.records)
    for word in ("Anna", "Karlsson", "850101", "Storgatan", "Malmö", "erik", "070"):
        assert word not in logged


def test_neither_spacy_nor_the_network_is_imported():
    script = (
        "import sys; from gallra.detect.engine import Detector; Detector();"
        "print(sorted({'spacy','numpy','tldextract','requests','socket','torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert "spacy" not in done.stdout
    assert "tldextract" not in done.stdout
    assert "requests" not in done.stdout


def test_nothing_is_imported_after_construction(detector):
    before = set(sys.modules)
    detector.find(part(LETTER), name="lönelista 2021.xlsx")
    assert set(sys.modules) == before


def test_findings_are_ordered_scored_and_inside_the_text(detector):
    text = LETTER * 3
    findings = detector.find(part(text)).findings
    assert list(findings) == sorted(findings, key=lambda f: (f.start, f.end, f.entity))
    assert all(0 <= f.start < f.end <= len(text) and 0.5 <= f.score <= 1 for f in findings)


def test_offsets_count_over_passages_joined_with_line_breaks(detector):
    whole = part("Första stycket", "Personnr 850101-9809")
    (finding,) = detector.find(whole).findings
    assert whole.text[finding.start : finding.end] == "850101-9809"


@pytest.mark.parametrize(
    ("entity", "forms", "value"),
    [
        (
            "SE_PERSONNUMMER",
            [
                "8501019809",
                "850101-9809",
                "19850101-9809",
                "19850101 9809",
                "198501019809",
                "1985-01-01-9809",
            ],
            "198501019809",
        ),
        ("SE_PERSONNUMMER", ["850101+9809", "18850101-9809"], "188501019809"),
        ("NO_FODSELSNUMMER", ["01018510002", "010185 10002", "010185-10002"], "01018510002"),
        (
            "PHONE_NUMBER",
            ["070-174 06 05", "+46 70 174 06 05", "0046701740605", "+46 (0)70-174 06 05"],
            "+46701740605",
        ),
        ("PHONE_NUMBER", ["415 00 123", "+47 41 50 01 23", "41500123"], "+4741500123"),
        ("EMAIL_ADDRESS", ["Anna@Example.SE", "anna@example.se"], "anna@example.se"),
        (
            "PERSON",
            ["Anna  Karlsson", "ANNA KARLSSON", "Karlsson, Anna", "anna\tkarlsson"],
            "anna karlsson",
        ),
    ],
)
def test_a_value_has_one_digest_however_it_is_written(entity, forms, value):
    assert {normalised(entity, form) for form in forms} == {value}


def test_digests_are_keyed_and_only_where_a_key_was_given(detector):
    by_entity = {each.entity: each.digest for each in detector.find(part(LETTER)).findings}
    expected = (
        hmac.new(b"SE_PERSONNUMMER".ljust(32, b"."), b"198501019809", hashlib.sha256)
        .digest()[:16]
        .hex()
    )
    assert by_entity["SE_PERSONNUMMER"] == expected
    assert by_entity["POSTAL_ADDRESS"] is None


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=300), st.text(max_size=40))
def test_any_text_is_looked_at_without_raising(detector, text, name):
    detection = detector.find(part(text), name=name)
    assert detection.incomplete is None
    assert all(0 <= f.start < f.end <= len(text) for f in detection.findings)
    assert set(detection.special_categories) <= SPECIAL_CATEGORIES


@pytest.mark.parametrize(
    "unit",
    ["Anna Karlsson ", "@", ";", "\n", "1", "1-", "1 ", "a.a.", "A.", "Aa ", "a@a.", "Lön ", "Namn;", "\t",
     "Namn;Lön\n", "850101-", "+46 ", "Box 1 ", "2021-", "A'", "medlem i ", "<a@b>", '"', "\u200b1", "123 45 Abc "],
)  # fmt: skip
def test_crafted_repetition_ends_with_an_answer(detector, unit):
    detector.find(part(unit * (200_000 // len(unit))))

# ruff: noqa: E501 - snippets stand side by side
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.detect.engine import Detector
from gallra.detect.gate import BATCH, Gate, Window
from gallra.detect.gazetteer import load
from gallra.detect.legible import legible
from gallra.detect.tables import tables
from gallra.detect.verdict import Mark
from gallra.model.passage import Outcome, Part, Passage

SNIPPETS = [
    "Anna Karlsson", "Kari Ås", "Nilsen, Per Olav", "8501019809", "850101-9809", "01018510002",
    "6433.81.78075", "kontonummer", "Personnr:", "fødselsnummer", "anna@example.se", "@", "+47 415 00 123",
    "070-174 06 05", "tlf", "Storgatan 5", "123 45 Malmö", "0154 Oslo", "sjukskriven", "er sykmeldt",
    "medlem i Unionen", "Medlemsnummer", "12345", "lön", "34 500 kr", "född", "1985-05-03", "f. 3.5.1985",
    "Namn;Lön;Medlemsnr", "Kari Nilsen;34500;123456", "Fakturanr", "en vanlig mening om ingenting",
    "och så vidare", "\n", "\n\n", "\t", ";", ", ", ". ", "\u200b", "\u00a0", "<kari@example.no>", "Direktør Hansen",
    "Bankgiro 991-2346", "org.nr", "556016-0680", "Hansen AS", "ANNA KARLSSON", "x" * 50, "\u2013", "æøå", "\U0001d518",
]  # fmt: skip


def part(text: str) -> Part:
    return Part(
        address="", kind="txt", outcome=Outcome.READ, passages=(Passage(where="body", text=text),)
    )


def by_rule(detector: Detector, text: str, *, is_gated: bool) -> list[Mark]:
    """Return all that the rules see, names and words of special categories among it.

    The model weighs a word by all that it is shown: what the gate means to it, see
    ``test_gate_proof``.
    """
    text = legible(text).text
    found = tuple(tables(text))
    windows = detector._gate.windows(text, found) if is_gated else (Window(start=0, end=len(text)),)
    marks, failures, _ = detector._look(detector._analyzer, text, windows, found)
    assert not failures
    return sorted(marks)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=25),
    st.integers(0, 60),
    st.sampled_from([" ", "\n", " \n", ""]),
)
def test_nothing_that_the_whole_text_shows_is_lost_by_the_gate(detector, words, gap, join):
    filling = ("inget att se här, bara ord.\n" * 12) * (gap // 4 + 13)
    text = filling + join.join(words) + "\n" + filling + join.join(reversed(words))
    assert by_rule(detector, text, is_gated=True) == by_rule(detector, text, is_gated=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=12))
def test_nothing_is_lost_on_one_long_line(detector, words):
    filling = "bara ord " * 900
    text = filling + " ".join(word.replace("\n", " ") for word in words) + " " + filling
    assert by_rule(detector, text, is_gated=True) == by_rule(detector, text, is_gated=False)


def test_long_texts_are_cut_without_losing_or_doubling_anything(detector):
    line = "Anna Karlsson, 850101-9809, anna@example.se\n"
    count = 2 * BATCH // len(line) + 100
    findings = detector.find(part(line * count)).findings
    assert len(findings) == 3 * count
    assert len({(each.start, each.entity) for each in findings}) == 3 * count


def test_an_empty_gate_calls_presidio_not_at_all(detector, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(detector._analyzer, "analyze", fail)
    assert detector.find(part("ingenting att se här, bara ord\n" * 1000)).findings == ()
    assert detector.find(part("")).findings == ()


@pytest.mark.parametrize("candidate", ["7", "@", "Karlsson", "sykmeldt", "Xy Zw"])
def test_only_the_lines_around_a_candidate_are_shown(candidate):
    filling = "inget att se här, bara ord.\n" * 500
    text = f"{filling}före {candidate} efter\n{filling}"
    (window,) = Gate(load()).windows(text)
    assert candidate in text[window.start : window.end]
    assert window.end - window.start < 200

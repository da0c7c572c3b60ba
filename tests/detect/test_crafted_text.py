# ruff: noqa: E501 - units and disguises stand side by side
"""Text that was made to hurt: look-alike letters, hidden marks, and patterns brought to explode."""

import gc
import random
import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.detect.engine import Detector
from gallra.detect.legible import legible
from gallra.model.passage import Outcome, Part, Passage

SHORT = 12_000
"""Characters; four times as many may take up to eight times as long, and never sixteen times."""
TIMES, MOST = 4, 8.0
UNITS = [
    "Anna ", "Aa-", "A.", "O'", "von der Anna ", "Anna Karlsson\n", "x", "\u00c5", "1", "1 ", "1-", "1.",
    "1,", "1\n", "12 34 ", "850101-", "850101-\n9809 ", "01018510002 ", "2021-01-01 ", "+46 ", "(0", "07",
    "070-174 06 05 ", "a@", "a@a.", "a@b.se ", "<a@b>", "SE45 5000 ", "SE45", "Box 1 ", "gatan 5", "Karl Johans gate 5, ",
    "123 45 Abc ", "personnr ", "medlemsnr 12345 ", "bg 991-2346 ", "28 65 43 ", "f\u00f6dd den ", "januari 1 2021 ",
    "l\u00f6n 34 500 ", "Namn;L\u00f6n\n", "Namn;L\u00f6n\nA;1\n", "Namn;L\u00f6n;", "Namn L\u00f6n\nAnna 34000\n\n\n", ";", "|", '"', "\t",
    "Anna Karlsson medlem i Unionen ", "medlem i ", "AS ", "://", "O1", "8\u200b5\u200b0\u200b1\u200b",
    "a\u0301\u0301\u0301", "a\u0410", "\u202e1\u202c", "\U0001d518",
]  # fmt: skip


def columns(length: int) -> str:
    count = length // 16
    return ";".join(["Namn"] * count) + "\n" + ";".join(["Anna Berg"] * count) + "\n"


def distinct_names(length: int) -> str:
    return "\n".join(f"Anna Q{number:x}son, 850101-9809" for number in range(length // 26))


def noise(length: int) -> str:
    return random.Random(1).randbytes(length).decode("latin-1")


def separators(length: int) -> str:
    return "".join(random.Random(1).choices('A1a ;,|\t"\n-.@', k=length))


MADE: dict[str, Callable[[int], str]] = {
    **{repr(unit): lambda length, unit=unit: unit * (length // len(unit)) for unit in UNITS},
    "columns": columns,
    "distinct names": distinct_names,
    "noise": noise,
    "separators": separators,
    "one long local part": lambda length: "a.b-c_" * (length // 6) + "@b.se",
    "one long domain": lambda length: "a@" + "b." * (length // 2) + "se",
    "one long name": lambda length: "Anna " + "von " * (length // 4),
    "one letter with marks": lambda length: "a" + "\u0301" * length,
}


def part(text: str) -> Part:
    return Part(
        address="", kind="txt", outcome=Outcome.READ, passages=(Passage(where="body", text=text),)
    )


def least_seconds(detector: Detector, text: str) -> float:
    """Return the least processor time of three looks: what disturbs only ever adds."""
    whole = part(text)
    found = []
    for _ in range(3):
        before = time.process_time()
        detector.find(whole)
        found.append(time.process_time() - before)
    return min(found)


@pytest.mark.parametrize("name", MADE)
def test_time_grows_with_the_length_and_no_faster(detector, name):
    gc.collect()
    short = least_seconds(detector, MADE[name](SHORT))
    long = least_seconds(detector, MADE[name](SHORT * TIMES))
    assert long <= MOST * short + 0.02


def test_where_there_are_more_findings_than_are_kept_it_is_said(detector, monkeypatch):
    monkeypatch.setattr("gallra.detect.engine.MOST_FINDINGS", 1000)
    detection = detector.find(part("anna@example.se, 850101-9809\n" * 2000))
    assert detection.incomplete is not None
    assert 0 < len(detection.findings) <= 1000


def test_where_the_model_was_not_shown_all_it_is_said_and_the_rules_saw_the_rest(
    detector, monkeypatch
):
    text = "Kari Nordmann var der i dag.\n" * 200 + "Fnr 010185 10002\n"
    whole = detector.find(part(text))
    monkeypatch.setattr("gallra.detect.engine.MOST_NAMED", 2_900)
    detection = detector.find(part(text))
    assert whole.incomplete is None
    assert detection.incomplete is not None
    assert detection.incomplete.in_english() == (
        "names were looked for in the first 2900 characters only"
    )
    assert "NO_FODSELSNUMMER" in {each.entity for each in detection.findings}


def test_ten_megabytes_on_one_line_are_looked_at_to_their_end(detector):
    line = "inget att se h\u00e4r, bara ord om ingenting s\u00e4rskilt " * 210_000
    detection = detector.find(part(line + "Anna, personnr 850101-9809"))
    assert len(line) > 10_000_000
    assert detection.incomplete is None
    assert "SE_PERSONNUMMER" in {each.entity for each in detection.findings}


NUMBER = "850101-9809"
DISGUISED = [
    "8\u200b50101-9809", "850101\u00ad-9809", "\u202e850101-9809", "850101\u2060-9809", "85\ufeff0101-9809", "850\u061c101-9809",
    "850101\u2066-\u20699809", "8\ufe0f50101-9809", "8\u03365\u03360\u03361\u03360\u03361\u0336-9\u03368\u03360\u03369\u0336", "85\U000e00410101-9809",
    "\uff18\uff15\uff10\uff11\uff10\uff11\uff0d\uff19\uff18\uff10\uff19", "\u0668\u0665\u0660\u0661\u0660\u0661-\u0669\u0668\u0660\u0669",
    "\u06f8\u06f5\u06f0\u06f1\u06f0\u06f1-\u06f9\u06f8\u06f0\u06f9", "\U0001d7d6\U0001d7d3\U0001d7ce\U0001d7cf\U0001d7ce\U0001d7cf-\U0001d7d7\U0001d7d6\U0001d7ce\U0001d7d7",
    "850101\u20109809", "850101\u20119809", "850101\u20129809", "850101\u20139809", "850101\u20149809", "850101\u22129809",
]  # fmt: skip


@pytest.mark.parametrize("written", DISGUISED)
def test_a_number_in_disguise_is_found_and_has_the_digest_of_the_plain_one(find, written):
    plain = find(f"Anna: {NUMBER} idag")
    disguised = find(f"Anna: {written} idag")
    (one,) = [each for each in plain.findings if each.entity == "SE_PERSONNUMMER"]
    (other,) = [each for each in disguised.findings if each.entity == "SE_PERSONNUMMER"]
    assert one.digest == other.digest is not None
    shown = f"Anna: {written} idag"[other.start : other.end]
    assert shown.strip("\u202e") == written.strip("\u202e")


@pytest.mark.parametrize(
    "written",
    [
        "\u0410nna Karlss\u043en", "Ann\u0430 K\u0430rlsson", "Anna\u200b Karls\u00adson", "\uff21\uff4e\uff4e\uff41 Karlsson", "Anna Karlsson\u0336",
        "A\u200dnna Karlsson", "Anna\u00a0Karlsson", "Bj\u006f\u0308rn Karlsson", "Andre\u0301 Karlsson", "\u0391nna Karlsson",
    ],
)  # fmt: skip
def test_a_name_in_disguise_is_found_where_it_stands(find, written):
    text = f"Vi har talat med {written} om saken, och det gick bra."
    spans = {text[each.start : each.end] for each in find(text).findings}
    assert written in spans


def test_a_label_in_look_alike_letters_is_a_label(found):
    assert ("SE_PERSONNUMMER", "8501019809") in found("\u0420ersonnumm\u0435r: 8501019809")


def test_letters_stand_for_digits_only_beside_a_label(found):
    assert ("SE_PERSONNUMMER", "85O1O1-98O9") in found("Personnr: 85O1O1-98O9")
    assert ("NO_FODSELSNUMMER", "0l0l85 10002") in found("F\u00f8dselsnummer 0l0l85 10002")
    assert found("Ritning 85O1O1-98O9") == []


def test_words_of_another_alphabet_stay_as_they_are():
    for text in (
        "\u041c\u043e\u0441\u043a\u0432\u0430",
        "\u0391\u03b8\u03ae\u03bd\u03b1",
        "5 \u03bcm",
        "H\u2082O m\u00b2",
        "\u0e44\u0e17\u0e22",
        "\u0928\u092e\u0938\u094d\u0924\u0947",
    ):
        assert legible(text).text == text


@given(
    st.text(
        st.characters(codec=None) | st.sampled_from("a\u0301o\u0308\u200b1\u00e5A\u0410"),
        max_size=80,
    )
)
def test_each_legible_character_leads_back_to_where_it_stood(text):
    readable = legible(text)
    ends = [0]
    for place in range(len(readable.text)):
        start, end = readable.original(place, place + 1)
        assert ends[-1] <= start < end <= len(text)
        ends.append(end)


@given(st.text(alphabet="abc\u00e5\u00e4\u00f6\u00e9\u00fc \u00d8", max_size=40))
def test_letters_with_their_accents_apart_read_as_one(text):
    apart = unicodedata.normalize("NFD", text)
    assert legible(apart).text == text

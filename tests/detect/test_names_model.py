"""The shipped model: what it scores on invented lines, and what it does with hostile ones."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallra.detect import gazetteer, weights
from gallra.detect.agreement import agreed, hinted, is_list_line
from gallra.detect.candidates import Candidates
from gallra.detect.engine import _finding
from gallra.detect.legible import Legible
from gallra.detect.names_model import DOCUMENT, MAY_HOLD_NAMES, NamesModel, documents
from gallra.detect.presidio import LANGUAGE, Artifacts, analyzer
from gallra.detect.recognizer import Reading
from gallra.detect.tagger import MOST_TYPES, Tagger, _marks, sentence_starts
from gallra.detect.verdict import Mark
from gallra.detect.words import TOKEN, token_of

SAMPLE = Path(__file__).with_name("names_sample.txt")
MARKS = {"{": "PERSON", "<": "LOCATION"}
MARKED = re.compile(r"\{([^{}]+)\}|<([^<>@]+)>")


@pytest.fixture(scope="module")
def loaded():
    return weights.load()


@pytest.fixture(scope="module")
def model(loaded):
    return NamesModel(loaded, gazetteer.load())


def seen(model, text):
    return [each for each in model.sightings(Reading(text=text)) if each[3] >= 0.5]


def sample():
    """Return each line with its persons and the places marked in it."""
    lines = []
    for line in SAMPLE.read_text("utf-8").splitlines():
        text, spans, at = "", set(), 0
        for match in MARKED.finditer(line):
            text += line[at : match.start()]
            written = match[1] or match[2]
            spans.add((MARKS[match[0][0]], len(text), len(text) + len(written)))
            text += written
            at = match.end()
        lines.append((text + line[at:], spans))
    return lines


def scores(find, entity):
    right = wrong = missed = 0
    for text, spans in sample():
        expected = {span for span in spans if span[0] == entity}
        found = {each for each in find(text) if each[0] == entity}
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)
    return right / (right + wrong), right / (right + missed)


def test_the_model_alone_finds_the_persons_of_the_sample(model):
    precision, recall = scores(lambda text: [e[:3] for e in seen(model, text)], "PERSON")
    assert precision >= 0.94
    assert recall >= 0.93


def test_model_and_rules_together_find_more_of_them(find):
    def together(text):
        return [(each.entity, each.start, each.end) for each in find(text).findings]

    precision, recall = scores(together, "PERSON")
    assert precision >= 0.94
    assert recall >= 0.94


def test_the_shipped_model_was_learned_with_the_shipped_gazetteer(loaded):
    lists = gazetteer.load()
    assert loaded.notes["gazetteer"] == [len(lists.first), len(lists.surname), len(lists.places)]


def test_what_is_packed_is_read_back_as_it_was(loaded):
    content = weights.packed(loaded)
    again = weights.load(content)
    assert weights.packed(again) == content
    assert np.array_equal(again.rows, loaded.rows)
    assert np.array_equal(again.buckets, loaded.buckets)
    assert again.features == loaded.features


def test_the_file_is_small_and_holds_no_pickle():
    packed = (Path(weights.__file__).parent / "data" / "names-model.bin").read_bytes()
    assert len(packed) < 3_000_000
    assert packed.startswith(weights.MAGIC)
    with pytest.raises(ValueError, match="not a names model"):
        weights.load(b"\x80\x04K\x01.")


def test_the_same_text_gives_the_same_whatever_was_read_before(loaded):
    lists = gazetteer.load()
    text = "\n".join(line for line, _ in sample())
    first, second = NamesModel(loaded, lists), NamesModel(loaded, lists)
    for number in range(3):
        seen(second, f"Noe helt annet {number} om Xqzw Vbnm. " * 50)
    assert seen(first, text) == seen(second, text) == seen(first, text)


def test_types_are_forgotten_when_there_are_too_many(loaded, monkeypatch):
    monkeypatch.setattr("gallra.detect.tagger.MOST_TYPES", 50)
    tagger = Tagger(loaded, gazetteer.load())
    text = "Vi har bedt Ingvild Myrseth om å kontakte bedriften."
    before = tagger.tag(text).marginals
    tagger.tag(" ".join(f"ord{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200)))
    assert np.array_equal(tagger.tag(text).marginals, before)
    assert len(tagger._types) < 250
    assert MOST_TYPES <= 100_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000_000,
        "Ab " * 700_000,
        "KARI NILSEN " * 100_000,
        "ingen store bokstaver her " * 100_000,
        "".join(chr(n % 0xD7FF + 1) for n in range(1_000_000)),
        "a-" * 1_000_000,
        ("".join(chr(65 + n % 26) + chr(97 + n % 17) * (n % 9) + " " for n in range(100_000))),
        "\n" * 500_000,
        ";" * 500_000,
        "\x00\x01\xff" * 100_000,
    ],
    ids=["one word", "capitals", "upper", "lower", "noise", "hyphens", "words", "lines", "marks",
         "binary"],
)  # fmt: skip
def test_hostile_text_comes_to_an_end(model, text):
    for entity, start, end, score in seen(model, text):
        assert entity in NamesModel.ENTITIES
        assert 0 <= start < end <= len(text)
        assert 0 < score <= 1


def test_documents_are_cut_at_lines_and_lose_nothing():
    text = "En linje om ingenting.\n" * 10_000
    cuts = list(documents(text))
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(text)
    assert all(one[1] == two[0] for one, two in pairwise(cuts))
    assert all(end - start <= DOCUMENT for start, end in cuts)
    assert all(text[end - 1] == "\n" for _, end in cuts)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_marginals_are_probabilities_whatever_the_text(model, text):
    tagged = model._tagger.tag(text)
    assert np.isfinite(tagged.marginals).all()
    assert np.allclose(tagged.marginals.sum(1), 1, atol=1e-4)


def test_a_name_is_surer_where_the_document_tells_what_it_is(model):
    clear = "Vi intervjuet Sunniva Brattli i går. "
    tagged = model._tagger.tag(clear * 2 + "Etter det var Brattli fornøyd.")
    assert any(clear_start >= len(clear) * 2 for _, clear_start, _, _ in seen(
        model, clear * 2 + "Etter det var Brattli fornøyd.")
    )  # fmt: skip
    assert len(tagged.marginals)


def test_a_long_text_without_a_name_is_never_shown_to_the_model(loaded):
    candidates = Candidates(gazetteer.load(), loaded.lexicon)
    plain = "ingenting å se her, bare ord.\n" * 1000
    assert candidates.windows(plain) == ()
    (window,) = candidates.windows(f"{plain}Zxqwtr kom seint\n{plain}")
    assert window.end - window.start < 100


def test_a_column_of_names_outranks_the_model():
    text = "Namn;x\nXqzwe Vbnmk;1\n"
    rule = Mark("PERSON", 7, 18, 0.9, "Names")
    organisation = Mark("ORGANIZATION", 7, 18, 0.9, "NamesModel")
    assert agreed(text, [rule, organisation]) == [rule]
    assert is_list_line(text, 7)


def test_nothing_is_logged_and_one_thread_is_enough():
    program = (
        "import logging, threading, os\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "from gallra.detect import gazetteer, weights\n"
        "from gallra.detect.names_model import NamesModel\n"
        "from gallra.detect.recognizer import Reading\n"
        "model = NamesModel(weights.load(), gazetteer.load())\n"
        "assert list(model.sightings(Reading(text='Vi spurte Ingvild Myrseth.')))\n"
        "assert threading.active_count() == 1\n"
        "assert len(os.listdir('/proc/self/task')) == 1\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "Ingvild" not in done.stderr
    assert "Myrseth" not in done.stderr


def test_a_sentence_without_capitals_has_weights_of_its_own(model):
    line = "jeg snakket med {} i går om vaktlista"
    for name in ("turid haugerud", "mikael sjöberg", "amina hashemi"):
        found = [line.format(name)[a:b] for e, a, b, _ in seen(model, line.format(name))]
        assert found == [name]


def test_small_sentences_end_before_small_letters():
    text = "møtet er utsatt. kari kommer ikke. det var alt"
    matches = [match[0] for match in TOKEN.finditer(text)]
    marks = np.array([_marks(token_of(each)) for each in matches], np.uint8)
    is_start, is_small = sentence_starts(marks)
    assert is_small is not None
    assert is_small.all()
    assert [matches[each] for each in is_start.nonzero()[0]] == ["møtet", "kari", "det"]


def test_large_sentences_do_not_and_stand_apart_from_small_ones():
    text = "Møtet er utsatt. Se ca. kl. ti.\n\nkari kommer ikke"
    matches = [match[0] for match in TOKEN.finditer(text)]
    marks = np.array([_marks(token_of(each)) for each in matches], np.uint8)
    is_start, is_small = sentence_starts(marks)
    assert [matches[each] for each in is_start.nonzero()[0]] == ["Møtet", "Se", "\n", "kari"]
    assert [each for each, small in zip(matches, is_small, strict=True) if small] == [
        "kari", "kommer", "ikke",
    ]  # fmt: skip


def test_a_long_text_all_small_is_looked_at_where_a_name_may_stand(loaded):
    candidates = Candidates(gazetteer.load(), loaded.lexicon)
    plain = "ingenting å se her, bare ord.\n" * 400
    assert candidates.windows(plain) == ()
    assert candidates.windows(f"{plain}vi spurte zxqwtr om nøkkelen\n{plain}")


def test_presidio_is_told_what_may_be_a_name_with_its_lower_score(loaded):
    engine = analyzer([NamesModel(loaded, gazetteer.load())])
    text = "\n".join(line for line, _ in sample())
    results = engine.analyze(text, LANGUAGE, nlp_artifacts=Artifacts(Reading(text=text)))
    low = [each for each in results if each.score < 0.5]
    assert low
    assert all(each.score >= MAY_HOLD_NAMES for each in low)


def test_what_may_be_a_person_is_a_hint_and_no_finding(find):
    text = "\n".join(line for line, _ in sample())
    detection = find(text)
    assert detection.hints
    assert all(each.entity == "PERSON" for each in detection.hints)
    assert all(each.score < 0.5 <= other.score for each in detection.hints for other in
               detection.findings if other.entity == "PERSON")  # fmt: skip
    assert all(each.digest is None for each in detection.hints)
    persons = [(each.start, each.end) for each in detection.findings if each.entity == "PERSON"]
    assert not [
        each for each in detection.hints if any(a < each.end and each.start < b for a, b in persons)
    ]


def test_a_score_just_under_the_threshold_is_not_rounded_up_to_it():
    low = Mark("PERSON", 0, 4, 0.4996, "NamesModel")
    assert _finding(low, Legible(text="Valla"), None).score < 0.5
    assert _finding(low._replace(score=0.5), Legible(text="Valla"), None).score >= 0.5


def test_hints_stand_apart_from_what_was_found():
    found = [Mark("PERSON", 0, 11, 0.9, "NamesModel"), Mark("LOCATION", 20, 24, 0.9, "NamesModel")]
    low = [Mark("PERSON", at, at + 4, 0.3, "NamesModel") for at in (5, 20, 30)]
    assert [each.start for each in hinted(found, [*found, *low])] == [20, 30]


def test_a_weak_person_on_a_line_of_a_list_is_lifted():
    text = "Valla; 4711; styret\n"
    (mark,) = agreed(text, [Mark("PERSON", 0, 5, 0.3, "NamesModel")])
    assert mark.score == 0.5
    prose = "I går sa Valla at hele styret var enig med henne i det som ble vedtatt."
    (mark,) = agreed(prose, [Mark("PERSON", 9, 14, 0.3, "NamesModel")])
    assert mark.score == 0.3


@pytest.mark.parametrize(
    ("text", "end"), [("Fakturanummer F-2019-07264", 15), ("IBAN FI21 1234 5600", 7)]
)
def test_what_goes_on_in_digits_is_a_code_and_no_person(text, end):
    assert agreed(text, [Mark("PERSON", 0, end, 0.9, "NamesModel")]) == []


def test_an_initial_before_a_space_and_digits_is_no_code():
    mark = Mark("PERSON", 0, 6, 0.9, "NamesModel")
    assert agreed("Kari N 12.05.1979", [mark]) == [mark]

"""Each detector of the benchmark, in its own process, on the same two letters."""

import pytest

from benchmarks.clock import run, worker_costs
from benchmarks.materials import member_lists, quiet, text_part
from gallra.detect.candidates import Candidates
from gallra.detect.gate import Gate
from gallra.detect.gazetteer import load as load_gazetteer
from gallra.detect.weights import load as load_model

LETTER = "Hei, jeg heter Kari Nilsen og er sykmeldt. Svar til kari.nilsen@example.org, takk."
TEXTS = [(text_part(LETTER), ""), (text_part("Møtet er flyttet."), "")]


def entities(found):
    return {(entity, LETTER[start:end]) for entity, start, end in found["spans"]}


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("beside")
    return {who: run(who, TEXTS, folder) for who in ("gallra", "names", "presidio")}


def test_gallra_finds_the_person_the_address_and_the_category(said):
    found, nothing = said["gallra"]["found"]
    assert {("PERSON", "Kari Nilsen"), ("EMAIL_ADDRESS", "kari.nilsen@example.org")} <= entities(
        found
    )
    assert found["categories"] == ["HEALTH"]
    assert found["language"] == "nb"
    assert nothing["spans"] == []


def test_the_names_model_alone_finds_names_alone(said):
    found = said["names"]["found"][0]
    assert ("PERSON", "Kari Nilsen") in entities(found)
    assert {entity for entity, _ in entities(found)} <= {"PERSON", "ORGANIZATION", "LOCATION"}


def test_presidio_without_a_model_finds_what_has_a_pattern(said):
    found = entities(said["presidio"]["found"][0])
    assert ("EMAIL_ADDRESS", "kari.nilsen@example.org") in found
    assert not any(entity in {"PERSON", "LOCATION", "NRP"} for entity, _ in found)


def test_every_detector_tells_what_it_cost(said):
    for each in said.values():
        assert each["seconds"] > 0
        assert each["start_seconds"] > 0
        assert each["peak_bytes"] >= each["start_bytes"] > 10_000_000


def test_the_quiet_bulk_opens_no_gate():
    gazetteer = load_gazetteer()
    gate, candidates = Gate(gazetteer), Candidates(gazetteer, load_model().lexicon)
    for part in quiet(30_000, seed=5):
        assert not gate.windows(part.text, ())
        assert not candidates.windows(part.text)


def test_the_bulk_of_members_is_another_for_another_seed():
    (one, *_), (other, *_) = member_lists(1_000, seed=1), member_lists(1_000, seed=2)
    assert one.text != other.text
    assert one.text.count("\n") == 401


def test_a_sandboxed_worker_is_started_and_weighed(tmp_path):
    (tmp_path / "brev.txt").write_text(LETTER, "utf-8")
    costs = worker_costs(tmp_path)
    assert costs["worker peak bytes"] >= costs["worker start bytes"] > 10_000_000

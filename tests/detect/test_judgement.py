"""The learned decision of whom a word is said: its parts, and where its weights come from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gallra.detect import judgement, persons, phrases
from gallra.detect.court import Court
from gallra.detect.groups import Groups
from gallra.detect.verdict import Mark
from judgement_model.documents import is_development, written
from judgement_model.training import Example, learned

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "train-judgement"


def test_words_stems_pieces_and_phrases_are_found_in_their_groups():
    groups = Groups({"club": ["golf", "swim*", "*choir*"], "pay": ["0 kr", "on the dot"]})
    assert groups.of("the golf course") == {"club"}
    assert groups.of("swimming") == {"club"}
    assert groups.of("a manchoirs") == {"club"}
    assert groups.of("golfer") == set()
    assert groups.of("210 kr") == {"pay"}
    assert groups.of("kr 210") == set()
    assert groups.of("pays on the dot, always") == {"pay"}
    assert groups.of("on dot the") == set()


def test_what_speaks_for_it_gets_a_weight_above_what_speaks_against_it():
    given = [
        Example(holds=index % 2 == 0, words=[["for" if index % 2 == 0 else "against", "both"]])
        for index in range(40)
    ]
    weights = learned(given, miss=1.0)
    assert weights["for"] > 0 > weights["against"]
    assert weights == learned(given, miss=1.0)


def test_a_document_tells_if_one_of_its_words_does():
    given = [Example(holds=True, words=[["idle"], ["telling"]]) for _ in range(20)]
    given += [Example(holds=False, words=[["idle"]]) for _ in range(20)]
    weights = learned(given, miss=1.0)
    assert weights["telling"] > weights.get("idle", 0)


def test_where_a_miss_costs_more_more_is_told():
    given = [Example(holds=index < 5, words=[["same"]]) for index in range(20)]
    dear, cheap = learned(given, miss=10.0), learned(given, miss=1.0)
    assert sum(dear.values()) > sum(cheap.values())


def test_the_weights_of_a_file_give_a_probability():
    weights = judgement.read("# made\n[HEALTH]\n-100\t\n300\tis:ill\n")
    judge = judgement.Judgement(weights)
    assert judge.judges("HEALTH")
    assert not judge.judges("RELIGION")
    assert judge.score("HEALTH", [["is:ill"]], rule=0.0) == pytest.approx(0.8808, abs=1e-4)
    assert judge.score("HEALTH", [["never seen"]], rule=0.9) < 0.5


def test_the_dear_circumstances_of_a_hopeless_word_are_not_asked_for():
    judge = judgement.Judgement({"HEALTH": {"no": -1000}})

    def circumstances():
        yield ["no"]
        raise AssertionError

    assert judge.score("HEALTH", circumstances(), rule=0.0) < 0.01


def test_a_phrase_that_is_there_is_never_screened_out():
    dear = {
        "general": phrases.GENERAL,
        "speaks": phrases.SPEAKS,
        "contact": phrases.CONTACT,
        "said by": phrases.SAID_BY,
        "possessive": phrases.POSSESSIVE_BEFORE,
        "works at": phrases.WORKS_AT,
    }
    seen = dict.fromkeys(dear, 0)
    for document in written():
        words = document.part.text.lower().split(" ")
        for end in range(1, len(words), 3):
            piece = " ".join(words[max(0, end - 12) : end]) + " "
            possible = phrases.possible(piece)
            for name, phrase in dear.items():
                if phrase.search(piece):
                    seen[name] += 1
                    assert name in possible, phrase.search(piece)[0]
    assert min(seen.values()) > 10


def test_half_a_surrogate_pair_is_no_hindrance():
    assert "general" in phrases.possible("\ud83d hvis du blir medlem")


class Counting:
    """A judge that finds everything proven, and counts how often it is asked."""

    def __init__(self):
        self.count = 0

    def judges(self, entity):
        return entity == "UNION_MEMBERSHIP"

    def score(self, entity, circumstances, *, rule):
        del entity, circumstances, rule
        self.count += 1
        return 0.9


def test_alike_cells_of_a_table_are_judged_once():
    rows = "".join(f"Kari Nilsen {number}\tmedlem\n" for number in range(300))
    marks = []
    position = 0
    for line in rows.splitlines(keepends=True):
        marks.append(Mark("PERSON", position, position + 11, 0.9, "Names"))
        at = position + line.index("medlem")
        marks.append(Mark("UNION_MEMBERSHIP", at, at + 6, 0.4, "SpecialCategories"))
        position += len(line)
    judge = Counting()
    court = Court(persons.Persons(rows, marks, is_first_name=str), judge)
    scores = [court.score(mark, rule=0.8) for mark in marks if mark.entity != "PERSON"]
    assert scores == [0.9] * 300
    assert judge.count == 1


def test_the_documents_that_are_learned_from_are_labelled_and_of_either_sort():
    documents = list(written())
    assert len(documents) > 500
    for entity in ("UNION_MEMBERSHIP", "HEALTH"):
        held = sum(document.holds[entity] for document in documents)
        assert 100 < held < len(documents) / 2


def test_nothing_that_is_measured_on_is_learned_from():
    learned_from = {document.part.text for document in written()}
    folder = Path(__file__).parent / "fresh"
    for name in ("union.tsv", "health.tsv", "after.tsv"):
        for line in (folder / name).read_text("utf-8").splitlines():
            text = line.split("\t", 2)[2]
            if name == "after.tsv" or not is_development(text):
                assert text.replace("\\n", "\n") not in learned_from


@pytest.mark.slow
@pytest.mark.skipif("GALLRA_TEST_FULL" not in os.environ, reason="ten seconds of training")
def test_training_gives_the_shipped_weights_to_the_byte(tmp_path):
    made = tmp_path / "judgement.txt"
    subprocess.run([sys.executable, SCRIPT, "--into", made], check=True, capture_output=True)
    shipped = SCRIPT.parents[1] / "daemon" / "gallra" / "detect" / "data" / "judgement.txt"
    assert made.read_bytes() == shipped.read_bytes()

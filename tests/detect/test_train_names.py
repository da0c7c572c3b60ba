"""Training, on a corpus of a few invented sentences."""

import re
import shutil
from random import Random

import numpy as np
import pytest

from gallra.detect import gazetteer, weights
from gallra.detect.context import COLUMN_COUNT, columns
from gallra.detect.names_model import NamesModel
from gallra.detect.recognizer import Reading
from gallra.detect.tagger import Tagger
from gallra.detect.words import Lore
from names_model import acceptance, phrases
from names_model.building import Material, built
from names_model.corpora import Sentence, norne, swedish
from names_model.lines import Writer
from names_model.names import Names, is_held_out
from names_model.scores import spans, whole_names
from names_model.training import Lines, Settings, Vocabulary
from names_model.wordlists import word_lists

GIVEN = ["Kari", "Ola", "Marit", "Per", "Gro", "Nils", "Berit", "Tor", "Anna", "Erik", "Siv"]
FAMILY = ["Nilsen", "Moen", "Berg", "Haugen", "Dahl", "Lie", "Bakke", "Strand", "Solberg", "Vik"]


@pytest.fixture
def names(tmp_path):
    for file in ("scb-tilltalsnamn-kvinnor.csv", "scb-tilltalsnamn-man.csv"):
        (tmp_path / file).write_text("name,persons\n" + "".join(f"{n},900\n" for n in GIVEN))
    (tmp_path / "ssb-fornavn-10501-2024.csv").write_text(
        "name;count\n" + "".join(f"{n};900\n" for n in GIVEN)
    )
    (tmp_path / "ssb-etternavn-200.csv").write_text(
        "name;count\n" + "".join(f"{n};900\n" for n in FAMILY)
    )
    (tmp_path / "faker-sv-etternavn.txt").write_text("\n".join(FAMILY))
    return Names.read(tmp_path)


def documents():
    found = []
    for number in range(60):
        name = f"{GIVEN[number % 11]} {FAMILY[number % 10]}"
        text = f"I går ringte {name} om saken."
        named = Sentence(text=text, spans=((13, 13 + len(name), "PER"),), language="no")
        place = Sentence(text="Det regner i Oslo.", spans=((13, 17, "LOC"),), language="no")
        firm = Sentence(text="Vi kjøper av Norsk Papir.", spans=((13, 24, "ORG"),), language="no")
        plain = Sentence(text="Møtet ble utsatt til mandag.", spans=(), language="no")
        found.append([named, place, firm, plain])
    return found


def trained(names):
    material = Material(
        documents=documents(),
        names=names,
        gazetteer=gazetteer.load(),
        word_lists={"nor": ["møtet", "regner", "saken", "ringte"], "swe": ["mötet"]},
    )
    return built(material, Settings(epochs=2, seeds=(1,)), notes={})


@pytest.mark.skipif(shutil.which("gcc") is None, reason="only who trains needs a compiler")
def test_the_same_corpus_gives_the_same_model_and_it_has_learned(names):
    one = trained(names)
    assert weights.packed(one) == weights.packed(trained(names))
    model = NamesModel(one, gazetteer.load())
    text = "I går ringte Gro Haugen om saken."
    found = list(model.sightings(Reading(text=text)))
    assert ("PERSON", "Gro Haugen") in [(each[0], text[each[1] : each[2]]) for each in found]


def test_held_out_names_are_in_no_line(names):
    writer = Writer([each for some in documents() for each in some], names, Random(3))
    held_out = {name for name in GIVEN + FAMILY if is_held_out(name)}
    assert held_out
    for _ in range(300):
        line = writer.made_up()
        for start, end, kind in line.spans:
            if kind == "PER":
                assert not held_out & set(line.text[start:end].replace(",", " ").split())


def test_spans_of_made_up_and_altered_lines_lie_on_their_names(names):
    sources = [each for some in documents() for each in some]
    writer = Writer(sources, names, Random(5))
    for number in range(300):
        line = writer.altered(sources[number % len(sources)]) if number % 2 else writer.made_up()
        for start, end, _ in line.spans:
            assert line.text[start:end] == line.text[start:end].strip() != ""


def test_corpora_are_read_with_tabs_or_spaces(tmp_path):
    (tmp_path / "train" / "nob").mkdir(parents=True)
    (tmp_path / "train" / "nob" / "a.conll").write_text(
        "1\tI\ti\t_\tname=O\n2\tKari\tKari\t_\tname=B-PER\n3\tMoen\tMoen\t_\tname=I-PER\n"
        "4\t,\t,\t_\tname=O\n5\t|\t|\t_\tname=O\n\n1\tNei\tnei\t_\tname=O\n2\t.\t.\t_\tname=O\n"
    )
    ((first, second),) = norne(tmp_path)
    assert (first.text, first.spans) == ("I Kari Moen,", ((2, 11, "PER"),))
    assert second.text == "Nei."
    path = tmp_path / "sv.txt"
    path.write_text("Men    0\nAnna    PER\nBerg    PER\n\nNej\t0\n\n" + "Ord\t0\n\n" * 600)
    kept, development = swedish(path)
    assert kept[0][0].spans == ((4, 13, "PER"),)
    assert (len(kept), len(development)) == (2, 600)


def test_acceptance_lines_are_of_held_out_names_and_their_own_wording(names, tmp_path):
    pool = Names.read(tmp_path, is_for_acceptance=True)
    lists = gazetteer.load()
    known = acceptance.lines(pool, lists, 50, is_known=True)
    assert known == acceptance.lines(pool, lists, 50, is_known=True)
    wordings = {
        fragment.strip()
        for form in acceptance.FORMATS
        for fragment in re.split(r"\{\w+\}", form)
        if len(re.findall(r"[^\W\d_]{2,}", fragment)) > 1
    }
    learned = "\n".join((*phrases.NOTES["no"], *phrases.NOTES["sv"], *phrases.REMARKS))
    assert wordings
    assert not [wording for wording in wordings if wording in learned]
    particles = set(acceptance.PARTICLES)
    for line in acceptance.lines(names, lists, 50, is_known=False):
        for start, end, _ in line.spans:
            name = line.text[start:end].lower()
            assert name in particles or (name not in lists.first and name not in lists.surname)


def test_scores_count_whole_names_and_their_words():
    line = Sentence(
        text="Kari Moen <kari.moen@example.org>",
        spans=((0, 4, "PER"), (5, 9, "PER")),
        language="no",
    )
    score = whole_names(lambda _: [(0, 4), (11, 20)], [line])
    assert (score.recall, score.precision) == (50.0, 100.0)
    exact = spans(lambda _: [(0, 4), (5, 8)], [[line]], is_exact=True)
    near = spans(lambda _: [(0, 4), (5, 8)], [[line]], is_exact=False)
    assert (exact.precision, exact.recall) == (50.0, 50.0)
    assert (near.precision, near.recall) == (100.0, 100.0)


def test_word_lists_are_read_or_said_to_be_missing(tmp_path):
    for each in ("nor", "swe"):
        (tmp_path / f"{each}.txt").write_text("ord\nfler\n")
    assert word_lists(tmp_path) == {"nor": ["ord", "fler"], "swe": ["ord", "fler"]}
    with pytest.raises(SystemExit, match="no word list"):
        word_lists(tmp_path / "nowhere")


@pytest.mark.skipif(shutil.which("dawg2wordlist") is None, reason="Tesseract's tools are missing")
def test_word_lists_come_out_of_the_installed_packages():
    found = word_lists()
    assert {"arbeid", "styret"} <= set(found["nor"])
    assert {"arbete", "styrelsen"} <= set(found["swe"])


def test_invented_names_are_never_held_out(names):
    random = Random(2)
    assert not any(is_held_out(names.inventor.draw(random)) for _ in range(200))


def test_training_sees_the_columns_that_running_sees(monkeypatch):
    text = "I går ringte Gro Haugen om saken. kari moen kom ikke."
    whole = weights.load()
    lists = gazetteer.load()
    found = []

    def recorded(*arguments):
        found.append(columns(*arguments))
        return found[-1]

    monkeypatch.setattr("gallra.detect.tagger.columns", recorded)
    sentences = [text[:33], text[34:]]
    lore = Lore(gazetteer=lists, lexicon=whole.lexicon, looks=whole.looks)
    lines = Lines(
        Vocabulary(lore),
        [Sentence(text=each, spans=(), language="no") for each in sentences],
        [-1, -1],
    )
    tagger = Tagger(whole, lists)
    for each in sentences:
        tagger.tag(each, is_twice=False)
    learned = lines.columns(lines.types)[:, :COLUMN_COUNT]
    assert np.array_equal(np.concatenate(found).astype(np.int32), learned)

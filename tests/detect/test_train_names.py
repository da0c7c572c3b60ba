"""Training, on a corpus of a few invented sentences."""

import shutil
from random import Random

import pytest

from gallra.detect import gazetteer, weights
from gallra.detect.names_model import NamesModel
from gallra.detect.recognizer import Reading
from names_model.building import Material, built
from names_model.corpora import Sentence, norne, swedish
from names_model.lines import Writer
from names_model.names import Names, is_held_out
from names_model.training import Settings

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

"""A text speaks of a person, of somebody else who is called nearly so, or of nobody."""

import unicodedata

import pytest

from gallra.model.access import Person
from gallra.model.finding import Finding
from gallra.model.passage import Passage
from gallra.policy.extracts import MASK, excerpt_of
from gallra.policy.recognising import Sort, hits_in, likeness_of

ANNA = Person(
    names=("Anna Maria Åsgård", "Anna Åsgård"),
    identifiers=(
        ("SE_PERSONNUMMER", "19811218-9876"),
        ("PHONE_NUMBER", "070-174 06 05"),
        ("EMAIL_ADDRESS", "anna.asgard@example.org"),
        ("MEMBER_NUMBER", "M-7301945"),
    ),
    addresses=("Björkvägen 7, 123 45 Exempelstad",),
)
LIKENESS = likeness_of(ANNA, {})


def seen(text, *findings):
    """Return what is hit in a text, with its sort."""
    return [(text[hit.start : hit.end], hit.sort) for hit in hits_in(text, findings, LIKENESS)]


def finding(text, written, entity="PERSON"):
    """Return what detection would say of a piece of a text."""
    start = text.index(written)
    return Finding(
        entity=entity, start=start, end=start + len(written), score=0.9, recognizer="test"
    )


@pytest.mark.parametrize(
    "number",
    [
        "811218-9876",
        "19811218-9876",
        "8112189876",
        "198112189876",
        "19811218 9876",
        "811218 - 9876",
    ],
)
def test_a_personal_number_is_one_number_however_it_is_written(number):
    assert seen(f"Nr {number}.") == [(number, Sort.IDENTIFIER)]
    assert not seen(f"Nr 1{number}0.")


@pytest.mark.parametrize(
    "number",
    ["070-174 06 05", "+46 70 174 06 05", "0046701740605", "+46 (0)70-1740605", "0701740605"],
)
def test_a_telephone_number_is_one_number_however_it_is_written(number):
    assert [sort for _, sort in seen(f"Ring {number} i dag")] == [Sort.IDENTIFIER]
    assert not seen("Ring 070-174 06 06")


@pytest.mark.parametrize(
    ("text", "is_hers"),
    [
        ("anna.asgard@example.org", True),
        ("Anna.Asgard@Example.ORG,", True),
        ("joanna.asgard@example.org", False),
        ("anna.asgard@example.org.uk", False),
        ("anna.lindqvist@example.org", False),
    ],
)
def test_a_mail_address_is_the_whole_of_it(text, is_hers):
    assert bool(seen(text)) is is_hers


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Anna Maria\nÅsgård kom.", Sort.FULL_NAME),
        ("Åsgård, Anna och Erik kom.", Sort.FULL_NAME),
        ("ÅSGÅRD ANNA", Sort.FULL_NAME),
        (unicodedata.normalize("NFD", "Anna Åsgård"), Sort.FULL_NAME),
        ("Anna;Åsgård;Visby", Sort.FULL_NAME),
        ("Aasgaard, Anna-Maria", Sort.FULL_NAME),
        ("Maria Åsgård kom.", Sort.PART_NAME),
        ("A. Åsgård kom.", Sort.PART_NAME),
        ("Anna Asgard kom.", Sort.PART_NAME),
        ("Sedan kom åsgård.", None),
        ("Erik Åsgård, Anna Lind och Per Ek kom.", None),
        ("Undertecknad ÅSGÅRD, ANNA kom.", Sort.FULL_NAME),
        ("ERIK ÅSGÅRD, ANNA LIND kom.", None),
        ("Anna Lind kom.", None),
        ("Johanna Åsgårdsson kom.", None),
        ("Anna Åsgård-Lind kom.", None),
    ],
)
def test_a_name_is_hers_or_may_be_or_is_not(text, sort):
    found = {each for _, each in seen(text)}

    assert found == ({sort} if sort else set())


def test_a_name_beside_somebody_elses_number_is_a_namesakes():
    text = "Anna Åsgård;640823-3234\nAnna Åsgård;811218-9876\n"
    other = finding(text, "640823-3234", "SE_PERSONNUMMER")

    assert [sort for _, sort in seen(text, other)] == [
        Sort.NAMESAKE, Sort.FULL_NAME, Sort.IDENTIFIER,
    ]  # fmt: skip


def test_a_part_of_a_longer_name_is_nobodys_hit():
    text = "Lars Maria Åsgård Lind kom."

    assert not seen(text, finding(text, "Lars Maria Åsgård Lind"))


def extracts(text, *findings, where="body"):
    """Return what would be handed out of a text."""
    hits = hits_in(text, findings, LIKENESS)
    found = excerpt_of((Passage(where=where, text=text),), findings, hits, own=("anna", "klubben"))
    return [each.text for each in found.extracts], found.masked_count


def test_of_a_list_only_her_row_and_the_heading_go():
    text = "Namn;Lön\nErik Holmberg;29 800\nAnna Åsgård;31 000\nPer Ek;28 000\n"

    given, masked = extracts(text, finding(text, "Erik Holmberg"), finding(text, "Per Ek"))

    assert given == ["Namn;Lön", "Anna Åsgård;31 000"]
    assert masked


def test_in_her_paragraph_others_are_masked_wherever_they_are_named():
    text = "Anna Åsgård talade med Erik Holmberg. Eriks nummer är 070-174 06 35."

    given, _ = extracts(text, finding(text, "Erik Holmberg"))

    assert given == [f"Anna Åsgård talade med {MASK}. {MASK} nummer är {MASK}."]


def test_names_and_numbers_that_detection_did_not_see_are_masked_too():
    text = "Anna Åsgård och Gudlaug Testdatter delar rum, 640823-3234, g.t@example.net."

    given, _ = extracts(text)

    assert given == [f"Anna Åsgård och {MASK} delar rum, {MASK}, {MASK}."]


def test_a_salary_is_of_whoever_is_named_before_it():
    text = "Anna Åsgård har 31 000 kr och Per Ek har 28 000 kr."
    pay = (finding(text, "31 000", "SALARY"), finding(text, "28 000", "SALARY"))
    found = (pay[0], finding(text, "Per Ek"), pay[1])

    assert extracts(text, *found)[0] == [f"Anna Åsgård har 31 000 kr och {MASK} har {MASK} kr."]


def test_days_and_sums_are_no_numbers_of_anybody():
    text = "Den 2026-03-05 kl. 10 fick Anna Åsgård 1 250 000 kr, klart 05.03.2026."

    assert extracts(text) == ([text], 0)


def test_the_address_of_an_office_is_nobodys():
    text = "Anna Åsgård skrev till klubben@example.org och per.ek@example.org."

    assert extracts(text) == ([f"Anna Åsgård skrev till klubben@example.org och {MASK}."], 1)


def test_where_nobody_is_named_nothing_is_handed_out():
    assert extracts("Per Ek kom. Erik gick.") == ([], 1)

"""A name is written in many ways; what stands for it is derived, and says how much it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.policy.name_forms import MOST_FORMS, Strength, parsed, sounding, spelled, written

WORDS = st.text("abcdeåäöæøékchstw", min_size=2, max_size=9)


@pytest.mark.parametrize(
    ("form", "strength"),
    [
        ("anna maria åsgård", Strength.FULL),
        ("åsgård anna maria", Strength.FULL),
        ("anna maria aasgaard", Strength.FULL),
        ("anna maria åsgårds", Strength.FULL),
        ("anna maria åsgård:s", Strength.FULL),
        ("anna åsgård", Strength.PART),
        ("maria åsgård", Strength.PART),
        ("a. åsgård", Strength.PART),
        ("a.m. åsgård", Strength.PART),
        ("anna m. åsgård", Strength.PART),
        ("anna maria asgård", Strength.PART),
        ("åsgård", Strength.SURNAME),
        ("anna", Strength.GIVEN),
        ("erik åsgård", None),
        ("anna lind", None),
    ],
)
def test_what_a_form_says_of_anna_maria_asgard(form, strength):
    assert written(["Anna Maria Åsgård"]).get(form) is strength


def test_what_sounds_alike_may_be_another_person():
    forms = written(["Kristian Øster"])

    assert forms["kristian öster"] is Strength.FULL
    assert forms["kristian oester"] is Strength.FULL
    assert forms["christian øster"] is Strength.PART
    assert "nilsen" not in sounding("nilsson")


def test_of_several_spellings_what_says_most_counts():
    forms = written(["Anna Maria Åsgård", "Anna Åsgård"])

    assert forms["anna åsgård"] is Strength.FULL
    assert forms["maria åsgård"] is Strength.PART


def test_particles_and_double_surnames_belong_to_the_surname():
    assert parsed("Ingrid von Essen").surname == ("von", "essen")
    assert parsed("von Essen, Ingrid") == parsed("Ingrid von Essen")
    assert written(["Sofia Lindqvist Berg"])["lindqvist berg sofia"] is Strength.FULL


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Ragnhild Sæther Lunde", "ragnhild saether-lunde"),
        ("Ragnhild Sæther-Lunde", "ragnhild sæther lunde"),
        ("Anne Marie Ås", "anne-marie ås"),
        ("Bengt-Åke Öberg", "bengt åke øberg"),
    ],
)
def test_a_double_name_is_written_with_a_hyphen_or_without(name, form):
    assert written([name])[form] is Strength.FULL


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_the_name_itself_is_always_among_its_forms_and_they_end(words):
    forms = written([" ".join(words)])

    assert len(forms) <= MOST_FORMS + 10
    if len(words) > 1:
        assert forms[" ".join(words).casefold()] is Strength.FULL


@given(WORDS)
def test_a_word_is_its_own_first_spelling_and_sounds_like_no_spelling_of_it(word):
    assert spelled(word)[0] == word
    assert not set(sounding(word)) & set(spelled(word))

"""One number, one digest, however it is written; another person, another digest."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from gallra.detect.checksums import full_year
from gallra.detect.digests import BIRTH_NUMBERS, Digester, normalised
from gallra.detect.legible import legible

DIGITS = st.text("0123456789", min_size=1)
SEPARATORS = st.sampled_from(
    ["", " ", "\u00a0", "-", "\u2011", "\u2013", ".", "/", "\t", ";", "\n", " - "]
)
"""The plus sign is none: in a personnummer it means a hundred years."""


def apart(groups: list[str], separators: list[str]) -> str:
    written = groups[0]
    for separator, group in zip(separators, groups[1:], strict=False):
        written += separator + group
    return legible(written).text


@given(
    st.sampled_from(
        ["NO_FODSELSNUMMER", "NO_KONTONUMMER", "SE_BANKGIRO", "SE_PERSONNUMMER", "NO_H_NUMMER"]
    ),
    st.lists(DIGITS, min_size=1, max_size=5),
    st.lists(SEPARATORS, min_size=4, max_size=4),
)
def test_separators_make_no_other_value(entity, groups, separators):
    assert normalised(entity, apart(groups, separators)) == normalised(entity, "".join(groups))


@given(st.integers(0, 99), st.integers(2026, 2099))
def test_two_digits_are_a_year_of_the_hundred_before_the_document(short, reference_year):
    year = full_year(short, reference_year=reference_year)
    assert year % 100 == short
    assert reference_year - 100 < year <= reference_year
    older = full_year(short, is_centenarian=True, reference_year=reference_year)
    assert older == year - 100


@given(st.dates(date(1927, 1, 1), date(2026, 12, 31)), st.integers(0, 999), SEPARATORS)
def test_ten_digits_and_twelve_are_one_person(born, serial, separator):
    short = f"{born:%y%m%d}{serial:03d}"
    short += luhn.calc_check_digit(short)
    long = f"{born:%Y}{short[2:]}"
    assert normalised("SE_PERSONNUMMER", apart([short[:6], short[6:]], [separator])) == long
    assert normalised("SE_PERSONNUMMER", apart([long[:8], long[8:]], [separator])) == long


def test_the_century_of_ten_digits_is_that_of_the_document_and_never_of_an_earlier_one():
    written = "270101-9800"
    assert normalised("SE_PERSONNUMMER", written) == "192701019800"
    assert normalised("SE_PERSONNUMMER", written, reference_year=1998) == "192701019800"
    assert normalised("SE_PERSONNUMMER", written, reference_year=2031) == "202701019800"
    assert normalised("SE_PERSONNUMMER", "19" + written, reference_year=2031) == "192701019800"


@given(
    st.sampled_from(sorted(BIRTH_NUMBERS | {"NO_KONTONUMMER", "PHONE_NUMBER", "IBAN_CODE"})),
    st.text("0123456789", min_size=11, max_size=11),
    st.text("0123456789", min_size=11, max_size=11),
)
def test_other_digits_are_another_value(entity, one, other):
    if entity == "PHONE_NUMBER":
        one, other = f"+4{one}", f"+4{other}"
        if re.match(r"\+4[67]0", one) or re.match(r"\+4[67]0", other):
            return  # a zero that is only dialled within the country
    assert (normalised(entity, one) == normalised(entity, other)) == (one == other)


@given(st.sampled_from(["PERSON", "EMAIL_ADDRESS"]), st.text(max_size=30))
def test_case_and_spaces_make_no_other_value(entity, written):
    assert normalised(entity, f"  {written} ") == normalised(entity, written)
    assert normalised(entity, normalised(entity, written)) == normalised(entity, written)


def test_digests_of_one_value_differ_by_entity_and_by_key():
    digester = Digester({"SE_BANKGIRO": b"a" * 32, "SE_PLUSGIRO": b"b" * 32})
    other = Digester({"SE_BANKGIRO": b"c" * 32})
    found = {
        digester.digest("SE_BANKGIRO", "991-2346"),
        digester.digest("SE_PLUSGIRO", "991-2346"),
        other.digest("SE_BANKGIRO", "991-2346"),
    }
    assert len(found) == 3
    assert digester.digest("PERSON", "Anna") is None

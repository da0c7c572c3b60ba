"""Every number passes its check, and none can be anybody's."""

import re
from datetime import date
from random import Random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, isbn, luhn
from stdnum.no import fodselsnummer, kontonr, orgnr
from stdnum.se import orgnr as se_orgnr
from stdnum.se import personnummer

from sample_share import numbers
from sample_share.people import invent

randoms = st.integers(0, 10**9).map(Random)
SWEDISH_FICTION = re.compile(r"0(?:7017406(?:0[5-9]|[1-9]\d)|8465004\d\d|3139006\d\d|4062804\d\d)")
NORWEGIAN_BLOCKS = re.compile(r"219999\d\d|409999\d\d")
RESERVED_DOMAINS = re.compile(r"@(?:[a-z]+\.)*(?:example(?:\.(?:com|net|org))?|test)$")


def digits(text):
    return re.sub(r"\D", "", text)


def check_swedish_number(text, *, is_coordination):
    number = digits(text)
    assert luhn.is_valid(number[-10:])
    assert 980 <= int(number[-4:-1]) <= 999, "not of the series for tests"
    assert (int(number[-6:-4]) > 60) == is_coordination
    if not is_coordination:
        assert personnummer.is_valid(f"{number[:-4]}-{number[-4:]}")


def check_norwegian_number(text, *, is_d_number):
    number = digits(text)
    assert number[9] == fodselsnummer.calc_check_digit1(number)
    assert number[10] == fodselsnummer.calc_check_digit2(number)
    assert 81 <= int(number[2:4]) <= 92, "not of the synthetic population"
    assert (int(number[:2]) > 40) == is_d_number


def check_phone(text):
    country = "NO" if text.startswith("+47") or not text.startswith(("0", "+")) else "SE"
    number = phonenumbers.parse(text, country)
    assert phonenumbers.is_valid_number(number)
    home = str(number.national_number)
    assert SWEDISH_FICTION.fullmatch(f"0{home}") or NORWEGIAN_BLOCKS.fullmatch(home)


CHECKS = {
    "SE_PERSONNUMMER": lambda text: check_swedish_number(text, is_coordination=False),
    "SE_SAMORDNINGSNUMMER": lambda text: check_swedish_number(text, is_coordination=True),
    "NO_FODSELSNUMMER": lambda text: check_norwegian_number(text, is_d_number=False),
    "NO_D_NUMMER": lambda text: check_norwegian_number(text, is_d_number=True),
    "PHONE_NUMBER": check_phone,
    "IBAN_CODE": iban.validate,
    "SE_ORGANISATIONSNUMMER": se_orgnr.validate,
    "SE_BANKGIRO": lambda text: luhn.validate(digits(text)),
    "SE_PLUSGIRO": lambda text: luhn.validate(digits(text)),
    "NO_KONTONUMMER": kontonr.validate,
    "NO_ORGANISASJONSNUMMER": orgnr.validate,
}


def test_every_number_in_a_share_passes_its_check_and_is_of_a_test_series(made):
    seen = dict.fromkeys(CHECKS, 0)
    for entry in made.truth:
        for span in entry["findings"]:
            if span["entity"] in CHECKS:
                CHECKS[span["entity"]](span["value"])
                seen[span["entity"]] += 1
    assert all(seen.values()), seen


def test_every_address_is_of_a_domain_that_nobody_can_have(made):
    for entry in made.truth:
        for span in entry["findings"]:
            if span["entity"] == "EMAIL_ADDRESS":
                assert RESERVED_DOMAINS.search(span["value"]), span["value"]


@given(randoms, st.sampled_from(["sv", "no"]))
def test_a_person_has_the_numbers_of_where_they_live(rng, country):
    person = invent(rng, country)
    CHECKS[person.number_entity](person.number)
    check_phone(person.phone.text)
    check_phone(person.phone_abroad.text)
    assert person.email_text.isascii()
    assert date(1957, 1, 1) <= person.born_on <= date(2004, 1, 1)
    serial = digits(person.number)[8:11] if country == "sv" else person.number[6:9]
    assert (int(serial) % 2 == 0) == person.is_female


@given(randoms)
def test_numbers_of_organisations_and_accounts_pass_their_checks(rng):
    assert kontonr.is_valid(numbers.norwegian_account(rng))
    assert orgnr.is_valid(numbers.norwegian_organisation(rng))
    assert se_orgnr.is_valid(numbers.swedish_organisation(rng))
    assert luhn.is_valid(digits(numbers.bankgiro(rng)))
    assert luhn.is_valid(digits(numbers.plusgiro(rng)))
    assert isbn.is_valid(numbers.isbn(rng))
    assert luhn.is_valid(numbers.payment_reference(rng, 16))


@given(randoms)
def test_no_bank_account_is_a_fodselsnummer_too(rng):
    number = digits(numbers.norwegian_account(rng))
    assert number[9] != fodselsnummer.calc_check_digit1(number) or number[10] != (
        fodselsnummer.calc_check_digit2(number)
    )


@pytest.mark.parametrize("surname", ["Ås", "Vik"])
def test_the_genitive_is_part_of_the_name(surname):
    person = next(
        each
        for each in (invent(Random(number), "no") for number in range(20_000))
        if each.surname == surname
    )
    assert person.genitive.text.endswith(("'", "s"))
    assert person.genitive.marks[0].end == len(person.genitive.text)

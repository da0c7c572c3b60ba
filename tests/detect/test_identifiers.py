import pytest
import stdnum.iban
import stdnum.luhn
import stdnum.no.fodselsnummer
import stdnum.no.kontonr
import stdnum.no.orgnr
import stdnum.se.personnummer
from hypothesis import given
from hypothesis import strategies as st

from gallra.detect import checksums

TEN = "8501019809"
"""Serials 980 to 989 are Skatteverket's for tests: given to nobody."""
TWELVE = "19" + TEN
COORDINATION = "8501619806"
BIRTH = "01018510002"
D_NUMBER = "41018510187"
H_NUMBER = "01418510095"
TENOR = "01818510078"
RELAXED = "01018510010"
"""Holds by the rule from 2032 only."""
ACCOUNT = "64338178075"


@given(st.text("0123456789", min_size=2, max_size=16))
def test_luhn_agrees_with_stdnum(digits):
    assert checksums.luhn(digits) == stdnum.luhn.is_valid(digits)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_organisation_numbers_agree_with_stdnum(digits):
    if digits[0] in "89":
        assert checksums.norwegian_organisation(digits) == stdnum.no.orgnr.is_valid(digits)


@given(st.text("0123456789", min_size=11, max_size=11))
def test_accounts_and_birth_numbers_agree_with_stdnum(digits):
    assert checksums.norwegian_account(digits) == stdnum.no.kontonr.is_valid(digits)
    if stdnum.no.fodselsnummer.is_valid(digits):
        assert checksums.norwegian_checks(digits)[0]
        assert checksums.norwegian_birth(digits) is not None


@given(st.dates(), st.integers(0, 9999))
def test_personnummer_agree_with_stdnum(born, rest):
    digits = f"{born:%Y%m%d}{rest:04d}"
    if 1900 <= born.year <= 2025:
        expected = stdnum.se.personnummer.is_valid(digits)
        assert (checksums.swedish_birth(digits) is not None) == expected


@given(
    st.sampled_from(["SE4550000000058398257466", "NO9386011117947", "GB82WEST12345698765432"]),
    st.integers(4, 14),
)
def test_ibans_agree_with_stdnum(number, place):
    assert checksums.iban(number)
    changed = number[:place] + ("1" if number[place] != "1" else "2") + number[place + 1 :]
    assert checksums.iban(changed) == stdnum.iban.is_valid(changed, check_country=False)


@pytest.mark.parametrize(
    "written",
    [
        f"{TEN[:6]}-{TEN[6:]}",
        f"{TWELVE[:8]}-{TWELVE[8:]}",
        f"{TWELVE[:8]} {TWELVE[8:]}",
        TWELVE,
        TEN,
        f"{TEN[:6]} {TEN[6:]}",
        f"{TEN[:6]}+{TEN[6:]}",
        f"{TEN[:6]}\u2013{TEN[6:]}",
        f"{TWELVE[:8]}\u00a0{TWELVE[8:]}",
        f"1985-01-01-{TEN[6:]}",
    ],
)
@pytest.mark.parametrize(
    "around",
    ["{}", "Han heter så och har {} enligt listan.", "Personnr: {}", "x;{};y", "({})", "{}."],
)
def test_a_personnummer_is_found_in_every_form(found, written, around):
    assert ("SE_PERSONNUMMER", written) in found(around.format(written))


def test_a_personnummer_with_hidden_marks_is_found_where_it_stands(found):
    assert ("SE_PERSONNUMMER", f"{TEN[:3]}\u200b{TEN[3:6]}-{TEN[6:]}") in found(
        f"Anna\u200b: {TEN[:3]}\u200b{TEN[3:6]}-{TEN[6:]} idag"
    )


def test_a_samordningsnummer_has_sixty_added_to_its_day(found):
    assert found(f"Samordningsnummer {COORDINATION[:6]}-{COORDINATION[6:]}") == [
        ("SE_SAMORDNINGSNUMMER", f"{COORDINATION[:6]}-{COORDINATION[6:]}")
    ]


@pytest.mark.parametrize(
    "written",
    [
        BIRTH,
        f"{BIRTH[:6]} {BIRTH[6:]}",
        f"{BIRTH[:6]}-{BIRTH[6:]}",
        f"{BIRTH[:2]}{BIRTH[2:4]}{BIRTH[4:6]} {BIRTH[6:9]} {BIRTH[9:]}",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Fødselsnummer: {}", "Ho har {} i lista", "a\t{}\tb"])
def test_a_fodselsnummer_is_found_in_every_form(found, written, around):
    assert ("NO_FODSELSNUMMER", written) in found(around.format(written))


@pytest.mark.parametrize(
    ("number", "entity"),
    [(D_NUMBER, "NO_D_NUMMER"), (H_NUMBER, "NO_H_NUMMER"), (TENOR, "NO_FODSELSNUMMER")],
)
def test_offsets_in_day_and_month_tell_the_series(found, number, entity):
    assert found(f"Personnummer {number}") == [(entity, number)]


def test_a_number_by_the_rule_from_2032_needs_its_label(found):
    assert found(f"Fødselsnummer {RELAXED}") == [("NO_FODSELSNUMMER", RELAXED)]
    assert found(f"tallet {RELAXED} her") == []


def test_a_fodselsnummer_is_decided_before_a_kontonummer(found):
    assert checksums.norwegian_account(BIRTH)
    assert found(f"Fnr {BIRTH}, konto på lønnslippen") == [("NO_FODSELSNUMMER", BIRTH)]
    assert ("NO_KONTONUMMER", BIRTH) not in found(BIRTH)


def test_a_kontonummer_needs_its_form_or_its_label(found):
    dotted = f"{ACCOUNT[:4]}.{ACCOUNT[4:6]}.{ACCOUNT[6:]}"
    assert found(f"Betal til {dotted} nå") == [("NO_KONTONUMMER", dotted)]
    assert found(f"Kontonummer: {ACCOUNT}") == [("NO_KONTONUMMER", ACCOUNT)]
    assert found(f"Tallet {ACCOUNT} alene") == []


@pytest.mark.parametrize(
    ("text", "entity", "written"),
    [
        ("Org.nr 556016-0680", "SE_ORGANISATIONSNUMMER", "556016-0680"),
        ("Organisasjonsnummer 974 760 673", "NO_ORGANISASJONSNUMMER", "974 760 673"),
        ("NO 974760673 MVA", "NO_ORGANISASJONSNUMMER", "974760673"),
        ("Bankgiro 991-2346", "SE_BANKGIRO", "991-2346"),
        ("Plusgiro: 28 65 43-4", "SE_PLUSGIRO", "28 65 43-4"),
        ("IBAN SE45 5000 0000 0583 9825 7466", "IBAN_CODE", "SE45 5000 0000 0583 9825 7466"),
        (
            "skriv till anna.karlsson+jobb@mail.example.se.",
            "EMAIL_ADDRESS",
            "anna.karlsson+jobb@mail.example.se",
        ),
        ("Ring 070-174 06 05 i dag", "PHONE_NUMBER", "070-174 06 05"),
        ("Tel: 08-465 004 00", "PHONE_NUMBER", "08-465 004 00"),
        ("+46 70 174 06 05", "PHONE_NUMBER", "+46 70 174 06 05"),
        ("+47 415 00 123", "PHONE_NUMBER", "+47 415 00 123"),
        ("Tlf. 41500123", "PHONE_NUMBER", "41500123"),
        ("mobil 415 00 123", "PHONE_NUMBER", "415 00 123"),
        ("bor på Storgatan 5, 123 45 Malmö", "POSTAL_ADDRESS", "Storgatan 5, 123 45 Malmö"),
        ("Karl Johans gate 12, 0154 Oslo", "POSTAL_ADDRESS", "Karl Johans gate 12, 0154 Oslo"),
        ("Medlemsnummer: 1234567", "MEMBER_NUMBER", "1234567"),
        ("Ansattnr 40123", "MEMBER_NUMBER", "40123"),
        ("Kari, født 3. mai 1985", "DATE_OF_BIRTH", "3. mai 1985"),
        ("Anna, född 1985-05-03", "DATE_OF_BIRTH", "1985-05-03"),
        ("Fødselsdato: 03.05.1985", "DATE_OF_BIRTH", "03.05.1985"),
        ("Hennes månadslön är 34 500 kr", "SALARY", "34 500"),
        ("Årslønn: 612 000 kroner", "SALARY", "612 000"),
    ],
)
def test_each_kind_is_found_beside_its_label(found, text, entity, written):
    assert (entity, written) in found(text)


def test_columns_make_values_what_they_are(found):
    seen = found(
        "Anstnr;Förnamn;Efternamn;Född;Lön;Kontonr\n"
        f"4711;Maja;Zxqwert;1985-05-03;34500;{ACCOUNT}\n"
        f"4712;Qwex;Andersson;1990-11-30;36 100;{ACCOUNT}\n"
    )
    assert [each for each in seen if each[0] != "PERSON"] == [
        ("MEMBER_NUMBER", "4711"),
        ("DATE_OF_BIRTH", "1985-05-03"),
        ("SALARY", "34500"),
        ("NO_KONTONUMMER", ACCOUNT),
        ("MEMBER_NUMBER", "4712"),
        ("DATE_OF_BIRTH", "1990-11-30"),
        ("SALARY", "36 100"),
        ("NO_KONTONUMMER", ACCOUNT),
    ]
    assert [each for each in seen if each[0] == "PERSON"] == [
        ("PERSON", "Maja"),
        ("PERSON", "Zxqwert"),
        ("PERSON", "Qwex"),
        ("PERSON", "Andersson"),
    ]

"""Which day a consent holds on, and which sentences give one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.consents import Consent
from gallra.policy.consents import covers, holds_on, is_over, statements

DAY = date(2026, 3, 2)
DAYS = st.integers(-900, 900).map(lambda days: DAY + timedelta(days=days))


def consent(**changes):
    given_ = {
        "person": "Kim",
        "identifiers": ("kim@example.org",),
        "purpose": "Försäkring genom förbundet",
        "recipients": ("example.com",),
        "given_on": DAY,
    }
    return Consent(**{**given_, **changes})


@pytest.mark.parametrize(
    "text",
    [
        "Hej! Jag samtycker till att ni lämnar mitt namn till försäkringsbolaget. Hälsningar Kim",
        "Härmed ger jag mitt samtycke till att uppgiften lämnas ut.\n\nJag ger mitt samtycke.",
        "Ja, ni får lämna ut att jag är medlem till Exempelbolaget.",
        "Jeg samtykker herved til at dere gir videre at jeg er medlem.",
        "Jeg gir med dette mitt samtykke til at navnet mitt deles.",
        "Eg samtykkjer til at de deler namnet mitt.",
        "I hereby consent to my membership being passed on to the insurer.",
        "Yes, you may share my membership with the insurer.",
    ],
)
def test_a_sentence_that_consents_is_found(text):
    assert [each.is_withdrawal for each in statements(text)][:1] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "Jag samtycker inte till att ni lämnar ut något.",
        "Samtycker du till detta?",
        "Får vi dela dina uppgifter? Svara ja om du samtycker.",
        "Jeg samtykker ikke til dette.",
        "I do not consent to this.",
        "If I consent to this, what happens?",
        "> Jag samtycker till att ni lämnar ut mitt namn.",
        "Tack!\n\nFrån: Kim\nJag samtycker till att ni lämnar ut mitt namn.",
        "Vi träffas klockan tre och går igenom protokollet.",
    ],
)
def test_what_nobody_said_is_not_proposed(text):
    assert statements(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Jag återkallar härmed mitt samtycke.",
        "Jag samtycker inte längre till detta.",
        "Jeg trekker tilbake samtykket mitt.",
        "I withdraw my consent.",
    ],
)
def test_a_withdrawal_is_told_apart(text):
    assert [each.is_withdrawal for each in statements(text)] == [True]


@given(on=DAYS, until=st.none() | DAYS, withdrawn=st.none() | DAYS)
def test_a_consent_holds_from_its_first_day_to_its_last(on, until, withdrawn):
    given_ = consent(until_on=until, withdrawn_on=withdrawn)

    expected = (
        on >= DAY and (until is None or on <= until) and (withdrawn is None or on < withdrawn)
    )
    assert holds_on(given_, on) == expected
    if is_over(given_, on):
        assert not holds_on(given_, on)


def test_a_consent_is_for_the_receivers_that_it_names():
    def is_covered(given_, recipients, **more):
        return covers(given_, recipients=recipients, known_recipients={"a"}, on=DAY, **more)

    assert is_covered(consent(), {"a", "b"})
    assert not is_covered(consent(), {"b"})
    assert is_covered(consent(recipients=("*",)), {"b"})
    assert is_covered(consent(), {"a"}, purpose="försäkring")
    assert not is_covered(consent(), {"a"}, purpose="rekrytering")

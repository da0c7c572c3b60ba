import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from gallra.detect.phones import PhoneNumbers
from gallra.detect.recognizer import THRESHOLD, Reading

RECOGNIZER = PhoneNumbers()
NUMBERS = {
    region: st.one_of(
        st.from_regex(described.national_number_pattern, fullmatch=True, alphabet="0123456789")
        for described in (metadata.fixed_line, metadata.mobile)
    )
    for region in ("SE", "NO")
    for metadata in (PhoneMetadata.metadata_for_region(region),)
}
FORMS = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)


def seen(text: str) -> list[str]:
    found = RECOGNIZER.sightings(Reading(text=text))
    return [text[start:end] for _, start, end, score in found if score >= THRESHOLD]


@pytest.mark.parametrize("region", ["SE", "NO"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", ["Tel: {}", "telefon {}.", "({} mobil) tlf {}", "Ring {}, tack"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_number_that_may_be_given_is_found_as_libphonenumber_writes_it(
    data, region, form, around
):
    number = phonenumbers.parse(data.draw(NUMBERS[region]), region)
    written = phonenumbers.format_number(number, form)
    assert written in seen(around.format(written, written))


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"(\+4[67] ?)?0?[1-9]\d{4,9}", fullmatch=True, alphabet="+ 0123456789"))
def test_what_is_found_unlabelled_is_possible_for_libphonenumber_too(written):
    for found in seen(f"a {written} b"):
        assert any(
            phonenumbers.is_possible_number(phonenumbers.parse(found, region))
            for region in ("SE", "NO")
        )


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.from_regex(r"v?\d{1,2}\.\d{1,2}\.\d{1,5}(\.\d{1,4})?", fullmatch=True),
        st.dates().map(str),
        st.dates().map("{:%d.%m.%Y}".format),
        st.dates().map("{:%d-%m-%Y}".format),
        st.dates().map("{:%Y%m%d}".format),
        st.datetimes().map("{:%Y-%m-%d %H:%M:%S}".format),
        st.ip_addresses().map(str),
        st.uuids().map(str),
        st.binary(min_size=20, max_size=32).map(bytes.hex),
        st.binary(min_size=4, max_size=20).map(lambda each: each.hex(" ")),
        st.integers(0, 10**9).map("{:,}".format),
        st.integers(0, 10**9).map("{:_} kr".format).map(lambda each: each.replace("_", " ")),
        st.integers(0, 10**9).map("Ordernr {}".format),
        st.integers(0, 10**9).map("Fakturanummer: {}".format),
        st.from_regex(r"ISBN 978-(82|91)-\d{3}-\d{4}-\d", fullmatch=True),
        st.tuples(st.floats(54, 72), st.floats(4, 25)).map(
            lambda place: f"{place[0]:.6f}, {place[1]:.6f}"
        ),
    )
)
def test_numbers_of_other_kinds_are_no_telephones(written):
    assert seen(f"se {written}") == []

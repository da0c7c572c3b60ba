"""The year of a folder's name, where a document says none itself."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallra.model.finding import DocumentDate, Precision
from gallra.policy.folders import dated


def stated(source, on=date(2019, 5, 6)):
    return DocumentDate(on=on, precision=Precision.DAY, source=source)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Löneförhandling 2021/lista.csv", date(2021, 12, 31)),
        ("Löner/2020-2021/lista.csv", date(2021, 12, 31)),
        ("2017/Löner 2018/utkast/lista.csv", date(2018, 12, 31)),
        ("Löner/lista 2021.csv", None),
        ("Löner/20210101/lista.csv", None),
        ("Löner 1899/lista.csv", None),
        ("lista.csv", None),
        ("", None),
    ],
)
def test_the_nearest_folder_that_names_a_year_counts(path, expected):
    found = dated(None, path.encode())

    assert (found and found.on) == expected
    assert found is None or (found.precision, found.source) == (Precision.YEAR, "folder")


@pytest.mark.parametrize("source", ["name", "text", "header"])
def test_what_the_document_says_itself_goes_before(source):
    assert dated(stated(source), b"2021/x") == stated(source)


def test_of_properties_and_folder_the_later_counts():
    assert dated(stated("properties"), b"2018/x") == stated("properties")
    assert dated(stated("properties"), b"2021/x").on == date(2021, 12, 31)


@given(st.binary(max_size=60), st.dates())
def test_a_folder_never_makes_a_date_earlier(path, on):
    assert dated(stated("properties", on), path).on >= on

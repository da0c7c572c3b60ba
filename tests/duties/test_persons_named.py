"""Of how many persons something is, where each may be named in several ways."""

from dataclasses import replace

from gallra.duties.persons_named import each_once, known_as, persons_of
from gallra.model.duty import Finding, FindingKind, Gravity
from gallra.model.message import said

ONE = Finding(
    kind=FindingKind.THIRD_PARTY_DISCLOSURE,
    gravity=Gravity.GRAVE,
    clause="F5",
    key="1",
    what=said("x"),
    advice=said("x"),
)
TOVE = ("5120001", "Tove Testdotter", "tove@example.com")
OLA = ("5120002", "Ola Nordmann", "ola@example.com")


def test_a_line_is_taken_apart_into_name_and_address():
    assert known_as('"Testdotter, Tove" <tove@example.com>') == (
        ("PERSON", "Testdotter, Tove"),
        ("EMAIL_ADDRESS", "tove@example.com"),
    )
    assert known_as("ola@example.com") == (("EMAIL_ADDRESS", "ola@example.com"),)
    assert known_as("5120001") == (("MEMBER_NUMBER", "5120001"),)
    assert known_as("Ola Nordmann") == (("PERSON", "Ola Nordmann"),)


def test_a_mailbox_is_listed_once_and_with_its_name():
    named = "Tove Testdotter <tove@example.com>"

    assert each_once(("TOVE@example.com", named, "Ola", "Ola", "tove+club@example.com")) == (
        named,
        "Ola",
    )


def test_who_stands_there_by_name_number_and_address_is_one_person():
    assert persons_of([replace(ONE, exposed=TOVE + OLA, person_count=2)]) == 2


def test_whom_two_mailings_showed_counts_once():
    first = replace(ONE, exposed=("Tove <tove@example.com>", "ola@example.com"))
    second = replace(ONE, exposed=("tove@example.com", "kim@example.com"))

    assert persons_of([first, second]) == 3


def test_whom_no_line_names_counts_too():
    assert persons_of([replace(ONE, exposed=TOVE[:1], person_count=40)]) == 40
    assert persons_of([replace(ONE, person_count=5), replace(ONE, person_count=7)]) == 12

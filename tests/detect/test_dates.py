from datetime import date

import pytest

from gallra.detect.dates import document_date
from gallra.model.finding import Precision
from gallra.model.passage import MessageHeaders, Outcome, Part


def dated(text: str = "", name: str = "", stated_on: date | None = None):
    part = Part(address="", kind="txt", outcome=Outcome.READ, stated_on=stated_on)
    return document_date(text, name=name, stated_on=stated_on, part=part)


@pytest.mark.parametrize(
    ("name", "on", "precision"),
    [
        ("lönelista 2021.xlsx", date(2021, 12, 31), Precision.YEAR),
        ("2021-03-14 referat.docx", date(2021, 3, 14), Precision.DAY),
        ("referat_20210314.docx", date(2021, 3, 14), Precision.DAY),
        ("referat 14.03.2021.docx", date(2021, 3, 14), Precision.DAY),
        ("protokoll mars 2021.pdf", date(2021, 3, 31), Precision.MONTH),
        ("protokoll 2021-02.pdf", date(2021, 2, 28), Precision.MONTH),
        ("210314 protokoll.pdf", date(2021, 3, 14), Precision.DAY),
        ("löner 2019-2021.xlsx", date(2021, 12, 31), Precision.YEAR),
    ],
)
def test_a_name_tells_a_date_and_a_period_means_its_last_day(name, on, precision):
    found = dated(name=name)
    assert (found.on, found.precision, found.source) == (on, precision, "name")


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("Protokoll\nDatum: 2021-03-14", date(2021, 3, 14)),
        ("Referat\nDato: 14.03.2021", date(2021, 3, 14)),
        ("Löneförhandling 2021\n", date(2021, 12, 31)),
        ("Lønnsforhandlinger 2021", date(2021, 12, 31)),
        ("Styrelsemöte den 14 mars 2021", date(2021, 3, 14)),
        ("Møte 14. mars 2021", date(2021, 3, 14)),
        ("Møte onsdag 14. mai 2021 kl. 12", date(2021, 5, 14)),
    ],
)
def test_a_text_tells_its_date_beside_a_label(text, on):
    found = dated(text)
    assert (found.on, found.source) == (on, "text")


def test_where_name_and_text_disagree_the_latest_is_taken():
    assert dated("Datum: 2022-03-14", "lista 2021.xlsx").on == date(2022, 3, 14)
    assert dated("Datum: 2020-03-14", "lista 2021.xlsx").on == date(2021, 12, 31)


def test_a_birth_date_or_a_number_is_no_document_date():
    assert dated("Anna, född 1985-05-03") is None
    assert dated("19850101-9809") is None
    assert dated("Namn;Född\nAnna;1985-05-03") is None


def test_what_a_part_states_about_itself_comes_last():
    assert dated("inget", stated_on=date(2020, 1, 1)).source == "properties"
    assert dated("Datum: 2021-03-14", stated_on=date(2020, 1, 1)).source == "text"


def test_a_mail_is_as_old_as_its_header_says():
    headers = MessageHeaders(message_id=None, sent_at=None, sender=None)
    part = Part(
        address="", kind="eml", outcome=Outcome.READ, message=headers, stated_on=date(2020, 5, 1)
    )
    found = document_date("Møte 14. mars 2021", name="", stated_on=part.stated_on, part=part)
    assert (found.on, found.source) == (date(2020, 5, 1), "header")

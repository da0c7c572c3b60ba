"""The labelled documents are what their README says: enough of each, and read as files are."""

from collections import Counter

import pytest

from benchmarks.labelled import FOLDER, LabelError, part_of, read_labelled
from gallra.model.finding import SPECIAL_CATEGORIES, UNION_MEMBERSHIP
from gallra.model.passage import Outcome

DOCUMENTS = read_labelled()


def test_there_are_enough_documents_of_every_language_and_category():
    languages = Counter(document.language for document in DOCUMENTS)
    assert languages["sv"] >= 120
    assert languages["nb"] >= 100
    assert min(languages["nn"], languages["en"]) >= 50
    holds = Counter(category for document in DOCUMENTS for category in document.holds)
    assert holds[UNION_MEMBERSHIP] >= 110
    assert holds["HEALTH"] >= 90
    assert all(holds[category] >= 12 for category in SPECIAL_CATEGORIES)
    assert sum(not document.holds for document in DOCUMENTS) >= 130


def test_no_two_documents_are_alike():
    assert len({document.text for document in DOCUMENTS}) == len(DOCUMENTS)
    starts = Counter(document.text[:60] for document in DOCUMENTS)
    assert max(starts.values()) == 1


def test_every_document_is_read_in_full():
    for document in DOCUMENTS:
        part = part_of(document)
        assert part.outcome is Outcome.READ, document.identifier
        assert document.text.splitlines()[-1] in part.text, document.identifier


def test_a_mail_is_read_as_a_mail():
    mail = next(document for document in DOCUMENTS if document.name == "letter.eml")
    part = part_of(mail)
    assert part.message is not None
    assert part.message.subject == "Gå med"


@pytest.mark.parametrize(
    "header",
    [
        "type: mail",
        "type: mail\nholds: LUCK",
        "type: mail\nholds: nothing\nkind: poem",
        "type: mail\nholds: nothing\ncolour: red",
    ],
)
def test_a_label_that_cannot_be_is_refused(tmp_path, header):
    for language in ("sv", "nb", "nn", "en"):
        (tmp_path / f"{language}.txt").write_text(f"=== {language}-001\n{header}\n\ntext\n")
    with pytest.raises(LabelError):
        read_labelled(tmp_path)


def test_the_page_beside_them_counts_them():
    assert f"{len(DOCUMENTS)} invented documents" in (FOLDER / "README.md").read_text("utf-8")

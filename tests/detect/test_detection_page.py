"""docs/reference/detection.md is what the generator writes, whatever the figures are."""

import pytest

from benchmarks.clock import Speed
from benchmarks.detection import Judgement, Measured, Quality, judged_labelled, quality
from benchmarks.detection_page import PATH, layout, page
from benchmarks.labelled import Document
from benchmarks.materials import Judged, text_part

COMMITTED = PATH.read_text("utf-8")


def document(**labels):
    given = {
        "identifier": "sv-001",
        "language": "sv",
        "type": "note",
        "holds": frozenset(),
        "doubtful": frozenset(),
        "kinds": frozenset(),
        "name": "",
        "text": "text\n",
    }
    return Document(**(given | labels))


def said(*spans, categories=(), language="sv", kind=None):
    return {"spans": spans, "categories": categories, "language": language, "kind": kind}


def row(text, first):
    """Return the cells of the only row that begins with ``first``."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_committed_page_has_the_layout_that_the_generator_makes():
    assert layout(COMMITTED) == layout(page(Measured()))


def test_the_committed_page_was_measured_in_full():
    command = row(COMMITTED, "command")[0]
    assert command == "`scripts/bench detect --corpora DIR --page`"
    measured = [
        line for line in COMMITTED.splitlines() if line.startswith(("| PERSON", "| HEALTH"))
    ]
    assert len(measured) == 3
    assert all(line.count(" / ") >= 4 for line in measured)


def test_the_layout_sees_another_head_another_row_and_another_sentence():
    text = page(Measured())
    for other in (
        text.replace("| text | to reach |", "| text | goal |"),
        text.replace("| SALARY |", "| PAY |"),
        text.replace("nobody edits it", "anybody edits it"),
    ):
        assert other != text
        assert layout(other) != layout(text)


def test_spans_are_counted_to_the_character_and_by_overlap():
    judged = Judged(
        part=text_part("Kari Nilsen, 31 000, ordre 4711"),
        name="",
        spans=(("PERSON", 0, 11), ("SALARY", 13, 19)),
        decoys=(("decoy", 27, 31),),
        language="nb",
    )
    found = said(("PERSON", 0, 4), ("SALARY", 13, 19), ("MEMBER_NUMBER", 27, 31))
    counted = quality([judged], [found])
    text = page(Measured(share={"gallra": counted, "presidio": Quality()}))
    dash = "\N{EN DASH}"
    assert row(text, "PERSON") == ["1", "0.0 / 0.0 / 0.0", "100 / 100 / 100", dash]
    assert row(text, "SALARY") == ["1", "100 / 100 / 100", "100 / 100 / 100", dash]
    assert row(text, "MEMBER_NUMBER")[1] == f"0.0 / {dash} / {dash}"
    assert row(text, "of these reported") == ["1", dash]


def test_a_doubtful_category_counts_neither_way():
    documents = [
        document(holds=frozenset({"HEALTH"})),
        document(doubtful=frozenset({"HEALTH"})),
        document(),
    ]
    found = [said(categories=["HEALTH"]), said(categories=["HEALTH"]), said()]
    tally = judged_labelled(documents, found).categories["HEALTH", "all"]
    assert (tally.precision, tally.recall, tally.f1) == (1, 1, 1)
    assert tally.held == tally.said == 1


def test_any_of_two_kinds_is_right_and_none_is_right_where_there_is_none():
    both = frozenset({"case", "minutes"})
    documents = [document(kinds=both), document(kinds=both), document(), document(kinds=None)]
    found = [said(kind="minutes"), said(), said(kind="case"), said(kind="case")]
    counted = judged_labelled(documents, found)
    assert (counted.kinds_right, counted.kinds_judged) == (1, 3)
    assert counted.kinds["minutes"].recall == 1
    assert counted.kinds["case"].precision == 0


@pytest.mark.parametrize(
    ("right", "shown"), [(1000, "100 of 1,000"), (999, "99.9 of 1,000"), (0, "0.0 of 1,000")]
)
def test_only_all_of_them_is_a_hundred(right, shown):
    judgement = Judgement()
    judgement.languages["nn", "nn"] = right
    judgement.languages["nn", "nb"] = 1000 - right
    assert f"| Nynorsk | {shown} |" in page(Measured(labelled=judgement))


def test_a_speed_stands_beside_what_it_is_compared_with():
    speed = Speed(
        figure="dense member lists", unit="MB/s", amount=1, gallra_seconds=2, presidio_seconds=20
    )
    text = page(Measured(speeds=[speed]))
    assert row(text, "dense member lists, MB/s") == ["0.5", "0.5", "0.05", "10.0"]

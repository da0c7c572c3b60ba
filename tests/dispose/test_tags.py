"""Tags say on the file what the catalogue knows of it."""

import os
from datetime import date

import pytest

from gallra.dispose.tags import Tags, read_tags, set_tags
from gallra.model.record import Classification, Due

CLASSIFICATION = Classification(class_code="salary-list", rule_number=3, because=())
DUE = Due(due_on=date(2027, 1, 1), counted_from=None, because=())
NEVER = Due(due_on=None, counted_from=None, because=())


@pytest.fixture
def descriptor(tmp_path):
    (tmp_path / "a").write_text("x")
    made = os.open(tmp_path / "a", os.O_RDONLY)
    yield made
    os.close(made)


def test_what_is_set_is_read_back(descriptor):
    tagged = set_tags(descriptor, CLASSIFICATION, DUE)

    assert tagged.complaint is None
    assert read_tags(descriptor) == Tags(class_code="salary-list", due_on="2027-01-01", rule="3")
    assert tagged.signature.changed_ns == os.fstat(descriptor).st_ctime_ns


def test_tags_that_are_right_are_not_touched(descriptor):
    first = set_tags(descriptor, CLASSIFICATION, DUE).signature

    assert set_tags(descriptor, CLASSIFICATION, DUE).signature == first


def test_a_tag_that_no_longer_holds_goes(descriptor):
    set_tags(descriptor, CLASSIFICATION, DUE)
    set_tags(descriptor, CLASSIFICATION, NEVER)

    assert read_tags(descriptor).due_on is None


def test_what_cannot_be_tagged_is_a_complaint_and_no_error():
    reading, writing = os.pipe()
    try:
        assert set_tags(reading, CLASSIFICATION, DUE).complaint is not None
    finally:
        os.close(reading)
        os.close(writing)

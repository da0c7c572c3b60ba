"""One schema: the page, the sample and the editors' schema say the same."""

import json
from pathlib import Path

import pytest

from gallra.rules.json_schema import as_json_schema
from gallra.rules.reference import as_markdown, as_sample
from gallra.rules.schema import CONTACT, TABLES, TOP, WHEN

ROOT = Path(__file__).parents[2]
KEYS = [(table, key) for table in (TOP, *TABLES, CONTACT, WHEN) for key in table.keys]


def test_the_reference_page_is_the_schema():
    page = (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")

    assert page == as_markdown(), "run: python -m gallra.rules.reference > docs/reference/rules.md"


def test_the_sample_holds(schedule_of):
    assert schedule_of(as_sample()).rules


@pytest.mark.parametrize(
    "key", [key for _, key in KEYS], ids=[f"{table.name}.{key.name}" for table, key in KEYS]
)
def test_every_key_is_described(key):
    assert key.sentence.in_english().endswith((".", "keep."))
    assert key.example
    assert f"`{key.name}`" in as_markdown()


def test_the_editors_schema_knows_every_key():
    text = json.dumps(as_json_schema())

    assert all(f'"{key.name}"' in text for _, key in KEYS)
    assert "additionalProperties" in text


def test_every_key_of_the_shipped_file_is_in_the_editors_schema():
    schema = as_json_schema()["properties"]

    assert set(schema) == {*TOP.names(), *(table.name for table in TABLES)}

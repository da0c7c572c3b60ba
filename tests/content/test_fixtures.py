"""Real files from real programs: the outcome that their collectors expect, and their words."""

import json
from pathlib import Path

import pytest

from gallra.model.passage import Outcome

FORMATS = frozenset(
    {
        "txt",
        "csv",
        "html",
        "doc",
        "docx",
        "docm",
        "xlsx",
        "xls",
        "xlsb",
        "xlsm",
        "pptx",
        "odt",
        "ods",
        "odp",
        "pdf",
        "ppt",
        "rtf",
        "eml",
        "mbox",
        *("zip", "7z", "rar", "tar", "tgz", "gz", "bz2"),
        "ics",
        "vcf",
        "msg",
        "p7m",
        "olm",
        "pst",
    }
)
OPAQUE_TOO = frozenset({"doc", "xls", "ppt", "xlsb"})
MARKUP_OR_BOOLEAN = frozenset({"false", "False", "charset", "bgcolor", "content", "Transitional",
                               "BACKGROUND", "GENERATOR"})  # fmt: skip
"""Words that extractors agreed on and that are HTML tags, or that we spell FALSE."""


def manifest(folder: Path) -> list[dict[str, object]]:
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_fixture_ends_with_one_honest_outcome(fixtures, read_path) -> None:
    for entry in manifest(fixtures):
        parts = read_path(fixtures / str(entry["file"]))
        assert [part.address for part in parts].count("") == 1, entry["file"]
        assert len({part.address for part in parts}) == len(parts), entry["file"]


def test_readable_fixtures_are_read_and_hold_the_words_agreed_on(fixtures, read_path) -> None:
    for entry in manifest(fixtures):
        if entry["expect"] != "readable" or entry["format"] not in FORMATS:
            continue
        parts = read_path(fixtures / str(entry["file"]))
        (own,) = [part for part in parts if not part.address]
        assert own.outcome in {Outcome.READ, Outcome.READ_IN_PART}, entry["file"]
        text = "".join("".join(part.text.split()) for part in parts)
        facts = entry["facts"]
        assert isinstance(facts, dict)
        for word in facts.get("must_contain", ()):
            if word not in MARKUP_OR_BOOLEAN:
                assert "".join(word.split()) in text, (entry["file"], word)


def test_encrypted_fixtures_are_opaque_and_say_how(fixtures, read_path) -> None:
    for entry in manifest(fixtures):
        if entry["expect"] != "encrypted_opaque" or entry["format"] not in FORMATS | OPAQUE_TOO:
            continue
        parts = read_path(fixtures / str(entry["file"]))
        assert parts[-1].outcome is Outcome.OPAQUE, entry["file"]
        assert parts[-1].encrypted, entry["file"]
        assert not any(part.text for part in parts), entry["file"]


def test_bombs_and_scans_are_never_called_read_in_full(fixtures, read_path) -> None:
    for entry in manifest(fixtures):
        if entry["expect"] in {"bomb", "ocr_needed"}:
            outcomes = {part.outcome for part in read_path(fixtures / str(entry["file"]))}
            assert outcomes & {Outcome.TOO_LARGE, Outcome.READ_IN_PART, Outcome.DAMAGED,
                               Outcome.UNSUPPORTED}, entry["file"]  # fmt: skip


@pytest.mark.parametrize("name", ["tika__simple.mbox", "tika__multiline.mbox"])
def test_mailboxes_count_as_their_collectors_counted(fixtures, read_path, name: str) -> None:
    (entry,) = [each for each in manifest(fixtures) if each["file"] == name]
    facts = entry["facts"]
    assert isinstance(facts, dict)
    messages = [part for part in read_path(fixtures / name) if part.span is not None]
    assert len(messages) == facts["messages"]

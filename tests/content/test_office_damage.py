"""Damaged office files: an outcome for each, and none is called read in full that was not."""

import random

import pytest

from benchmarks.content_files import MAKERS
from gallra.model.passage import Outcome, Part

TRIES = 60
ZIPPED = ("docx", "xlsx", "pptx", "odt", "ods", "odp")


def whole_text(parts: list[Part]) -> str | None:
    """Return all the text where everything is said to be read, else ``None``."""
    addresses = [part.address for part in parts]
    assert addresses.count("") == 1
    assert len(set(addresses)) == len(addresses)
    for part in parts:
        assert (part.reason is None) is (part.outcome is Outcome.READ)
    if any(part.outcome is not Outcome.READ for part in parts):
        return None
    return "\n".join(part.text for part in parts)


@pytest.mark.parametrize("kind", ZIPPED)
def test_a_damaged_package_is_read_as_it_was_or_said_to_be_damaged(read, kind: str) -> None:
    content = MAKERS[kind](random.Random(1))
    original = whole_text(read(content, f"a.{kind}"))
    chance = random.Random(kind)
    told = 0
    for _ in range(TRIES):
        cut = read(content[: chance.randrange(len(content))], f"a.{kind}")
        assert whole_text(cut) in {None, ""}
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        text = whole_text(read(bytes(flipped), f"a.{kind}"))
        told += text is None
        assert text in {None, original}
    assert told


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_damaged_page_ends_with_an_outcome(read, kind: str) -> None:
    content = MAKERS[kind](random.Random(1))[:60_000]
    chance = random.Random(kind)
    for _ in range(TRIES):
        whole_text(read(content[: chance.randrange(len(content))], f"a.{kind}"))
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50))):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        whole_text(read(bytes(flipped), f"a.{kind}"))

"""Outlook's mailbox files: every item a record of its own, damaged ones told from whole ones."""

import json
import random

import pytest

from gallra.model.passage import Direction, Outcome, Part

FILES = (
    "aspose__outlook_Outlook.pst",
    "aspose__outlook_PersonalStorage.pst",
    "aspose__outlook_SampleContacts.pst",
    "aspose__outlook_sample.pst",
    "tika__testPST.pst",
    "tika__testPST_variousBodyTypes.pst",
)


def subject_of(part: Part) -> str | None:
    return next((each.text for each in part.passages if each.where in {"subject", "name"}), None)


@pytest.mark.parametrize("name", FILES)
def test_items_are_counted_and_named_as_their_collectors_did(fixtures, read_path, name) -> None:
    with (fixtures / "manifest.jsonl").open(encoding="utf-8") as lines:
        (entry,) = [each for each in map(json.loads, lines) if each["file"] == name]
    parts = read_path(fixtures / name)
    *_, whole = parts
    assert (whole.address, whole.kind, whole.outcome) == ("", "pst", Outcome.READ)
    items = {part.item.identifier: part for part in parts if part.item is not None}
    assert len(items) == entry["facts"]["items"]
    for identifier, subject in entry["facts"]["first_items"]:
        part = items[str(identifier)]
        assert part.address == f"msg:{identifier}"
        assert subject_of(part) == subject
    assert all(part.outcome is Outcome.READ for part in items.values())


def test_messages_within_messages_folders_and_ways_are_told(fixtures, read_path) -> None:
    parts = {part.address: part for part in read_path(fixtures / FILES[0])}
    inner = parts["msg:2097316!message 1"]
    assert inner.kind == "message"
    assert "This is first message" in inner.text
    sent, received = parts["msg:2097316"].message, parts["msg:2097476"].message
    assert sent is not None
    assert received is not None
    assert (sent.direction, received.direction) == (Direction.SENT, Direction.RECEIVED)
    assert received.folder == "Top of Personal Folders/Inbox"
    assert received.attachments == ("text file.txt", "Sunset.jpg", "Blue hills.jpg")
    assert parts["msg:2097796"].kind == "contact"
    assert parts["msg:2097860"].kind == "appointment"
    assert ("folder", "Top of Personal Folders/Custom Folder 1") in [
        (passage.where, passage.text) for passage in parts[""].passages
    ]


def test_an_item_keeps_its_digest_whatever_becomes_of_others(fixtures, read_path, read) -> None:
    content = bytearray((fixtures / FILES[5]).read_bytes())
    before = {part.address: part.item for part in read_path(fixtures / FILES[5]) if part.item}
    assert len({item.sha256 for item in before.values()}) == len(before)
    assert {part.address: part.item for part in read(bytes(content)) if part.item} == before


@pytest.mark.parametrize("name", FILES[3:])
def test_truncated_and_flipped_mailboxes_end_with_an_outcome(
    fixtures, read, check_parts, name
) -> None:
    content = (fixtures / name).read_bytes()
    chance = random.Random(name)
    for _ in range(60):
        parts = read(content[: chance.randrange(len(content))], name)
        check_parts(parts)
        assert parts == [] or any(part.outcome is not Outcome.READ for part in parts[-1:])
        flipped = bytearray(content)
        for _ in range(chance.choice((1, 5, 50, 500))):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        check_parts(read(bytes(flipped), name))


def test_what_only_begins_like_a_mailbox_is_damaged(read) -> None:
    for content in (b"!BDN", b"!BDN" + bytes(600), b"!BDN" + bytes(range(256)) * 40):
        (part,) = read(content, "a.pst")
        assert (part.kind, part.outcome) == ("pst", Outcome.DAMAGED)

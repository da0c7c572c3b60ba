"""What a line of the ledger looks like: one entry's open half, as canonical JSON.

The bytes of a line, without its line break, are a leaf of the tree; so the same entry must
always give the same bytes: keys sorted, no spaces, ASCII only, nothing that is empty.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from gallra.model.ledger import Deed, Entry, LedgerEntry
from gallra.model.record import Act
from gallra.store.vault import Secret

FORM = 1
"""The version of the form; stands in every leaf as ``v``."""

RESTORE = "restore"
"""The one act that takes nothing away from anybody."""

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_USUAL = re.compile(
    rb'\{(?:"act":"[a-z-]+",)?"at":"[0-9T:.Z-]+",(?:"authority":"[ !#-\[\]-~]+",)?'
    rb'(?:"class":"[ !#-\[\]-~]+",)?"commit":"([0-9a-f]{64})","deed":"[a-z-]+",'
    rb'(?:"intent":(?:0|[1-9][0-9]*),)?(?:"rule":(?:0|[1-9][0-9]*),)?(?:"rules":"[0-9a-f]+",)?'
    rb'"seq":(0|[1-9][0-9]*),"v":1\}'
).fullmatch
"""Canonical by its own form: nothing in it that JSON could write in another way."""
_INTENT_MARK = b'"deed":"intent"'
_OUTCOME_MARK = b'"intent":'


class LeafError(Exception):
    """A line that gallra did not write."""


def canonical(content: dict[str, object]) -> bytes:
    """Return ``content`` as the one JSON text that it is hashed as."""
    return _encoder.encode(content).encode("ascii")


def is_destructive(entry: Entry) -> bool:
    """Tell whether ``entry`` announces that something is taken out of people's reach."""
    return entry.deed is Deed.INTENT and entry.act != RESTORE


def clear_text(entry: Entry) -> bytes:
    """Return the clear half as it goes into the vault."""
    return canonical(dict(entry.clear))


def leaf(entry: Entry, *, sequence: int, at: datetime, commitment: str) -> bytes:
    """Return the line for ``entry``, without its line break."""
    content: dict[str, object] = {
        "v": FORM,
        "seq": sequence,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "deed": entry.deed.value,
        "commit": commitment,
    }
    optional: tuple[tuple[str, object], ...] = (
        ("act", entry.act),
        ("intent", entry.intent),
        ("class", entry.class_code),
        ("authority", entry.authority),
        ("rules", entry.rules_digest),
        ("rule", entry.rule_number),
    )
    content.update((key, value) for key, value in optional if value not in {"", None})
    return canonical(content)


def parsed(line: bytes, sequence: int) -> dict[str, object]:
    """Return the fields of the leaf ``line``, which must be entry ``sequence``.

    Raises:
        LeafError: If it is not a leaf, not in canonical form, or stands elsewhere.
    """
    try:
        content = json.loads(line)
    except ValueError:
        raise LeafError(f"entry {sequence} cannot be read") from None
    if not isinstance(content, dict) or not isinstance(content.get("seq"), int):
        raise LeafError(f"entry {sequence} cannot be read")
    if content["seq"] != sequence:
        raise LeafError(f"entry {content['seq']} stands where entry {sequence} should")
    if canonical(content) != line:
        raise LeafError(f"entry {sequence} is not as it was written")
    return content


def commitment_in(line: bytes, sequence: int) -> str:
    """Return what the leaf ``line`` binds to, having checked its form and its place.

    The usual leaf is recognised without parsing; any other is parsed.

    Raises:
        LeafError: If it is not a leaf, not in canonical form, or stands elsewhere.
    """
    found = _USUAL(line)
    if found is not None and int(found[2]) == sequence:
        return found[1].decode("ascii")
    return str(parsed(line, sequence).get("commit"))


def entry_of(line: bytes, sequence: int, secret: Secret | None) -> LedgerEntry:
    """Return the entry in ``line``, with its clear half if ``secret`` is what it binds to.

    Raises:
        LeafError: If the line is not that entry.
    """
    fields = parsed(line, sequence)
    if secret is not None and secret.commitment() != fields.get("commit"):
        raise LeafError(f"the vault's text for entry {sequence} is not the one that was written")
    try:
        entry = Entry(
            deed=Deed(str(fields["deed"])),
            act=str(fields.get("act", "")),
            intent=_number(fields.get("intent")),
            class_code=str(fields.get("class", "")),
            authority=str(fields.get("authority", "")),
            rules_digest=str(fields.get("rules", "")),
            rule_number=_number(fields.get("rule")),
            clear=tuple(json.loads(secret.text).items()) if secret else (),
        )
        at = datetime.fromisoformat(str(fields["at"]))
    except (KeyError, ValueError):
        raise LeafError(f"entry {sequence} cannot be read") from None
    return LedgerEntry(sequence=sequence, at=at, entry=entry, is_erased=secret is None)


def opens_intent(line: bytes) -> bool:
    """Tell, without parsing, whether ``line`` announces an act; sound as the form is canonical."""
    return _INTENT_MARK in line


def has_deed(line: bytes, deeds: Iterable[Deed]) -> bool:
    """Tell, without parsing, whether ``line`` testifies to one of ``deeds``."""
    return any(b'"deed":"%b"' % deed.encode() in line for deed in deeds)


def settles_intent(line: bytes) -> int | None:
    """Return the number of the intent that ``line`` is the outcome of, without parsing."""
    at = line.find(_OUTCOME_MARK)
    if at < 0:
        return None
    at += len(_OUTCOME_MARK)
    digits = line[at : line.find(b",", at)]  # "seq" always follows
    return int(digits) if digits.isdigit() else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


ACTS = (Act.QUARANTINE.value, Act.DESTROY.value, Act.MOVE.value, RESTORE)
"""What ``act`` may say."""

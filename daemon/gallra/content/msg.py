"""Outlook's messages as files (``.msg``): the item in a compound file, and all that is in it.

Source: [MS-OXMSG] 2.1 to 2.4 (streams, property entries, recipients, attachments), 2.2.3 (named
properties); [MS-OXCMSG] 2.2.2.9 (how an attachment is stored).
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gallra.content.compound import Storage, StorageSource
from gallra.content.mapi import Attachment, Item, item_parts
from gallra.content.mapi_names import ATTACHMENT_CONTENT, Name, names_from
from gallra.content.mapi_values import (
    BINARY,
    MANY,
    OBJECT,
    OLD_TEXT,
    TEXT,
    Bag,
    Value,
    charset_from,
    fixed_value,
    value_of,
)
from gallra.content.place import Place, RefusedError
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_PROPERTIES = "__properties_version1.0"
_NAMES = "__nameid_version1.0"
_STREAM = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(?:-([0-9A-Fa-f]{8}))?$")
_TOP_HEAD_BYTES, _EMBEDDED_HEAD_BYTES, _OTHER_HEAD_BYTES = 32, 24, 8
_ENTRY_BYTES = 16
_FIRST_NAMED = 0x8000
_MOST_TEXTS = 10_000


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What holds for the whole file."""

    place: Place
    names: dict[int, Name]
    is_damaged: bool = False


def is_message(storage: Storage) -> bool:
    """Tell whether a compound file, or a storage in one, is a message of Outlook."""
    return _PROPERTIES in storage or any(
        name.startswith("__substg1.0_") for name in storage.streams
    )


def read_msg(place: Place, storage: Storage) -> Iterator[Part]:
    """Yield a message file, or a message in an attachment: the item, then what hangs on it."""
    top = storage.file.root
    reading = _Reading(place=place, names=_names_in(top), is_damaged=not storage.file.is_sound)
    head = _TOP_HEAD_BYTES if storage is top else _EMBEDDED_HEAD_BYTES
    yield from item_parts(place, _item(storage, head, reading), kind="msg")


def _names_in(root: Storage) -> dict[int, Name]:
    storage = root.storages.get(_NAMES)
    if storage is None:
        return {}
    return names_from(
        *(storage.read(f"__substg1.0_000{number}0102").content for number in (2, 3, 4))
    )


def _item(storage: Storage, head_bytes: int, reading: _Reading) -> Item:
    charset = charset_from(_fixed(storage, head_bytes, reading))
    bag = _bag(storage, head_bytes, charset, reading)
    recipients = [
        _bag(inner, _OTHER_HEAD_BYTES, charset, reading)
        for inner in _numbered(storage, "__recip_version1.0_")
    ]
    shortfalls = [said("some of its streams are damaged")] if reading.is_damaged else []
    return Item(
        bag=bag,
        recipients=recipients,
        attachments=lambda: _attachments(storage, charset, reading),
        shortfalls=shortfalls,
    )


def _numbered(storage: Storage, prefix: str) -> list[Storage]:
    names = sorted(name for name in storage.storages if name.startswith(prefix))
    return [storage.storages[name] for name in names]


def _attachments(storage: Storage, charset: str | None, reading: _Reading) -> Iterator[Attachment]:
    most = reading.place.bounds.most_member_bytes
    stream = f"__substg1.0_{ATTACHMENT_CONTENT:04X}"
    for inner in _numbered(storage, "__attach_version1.0_"):
        bag = _bag(inner, _OTHER_HEAD_BYTES, charset, reading)
        embedded = inner.storages.get(f"{stream}{OBJECT:04X}")
        name = f"{stream}{BINARY:04X}"
        if embedded is not None and is_message(embedded):
            item = _item(embedded, _EMBEDDED_HEAD_BYTES, reading)
            yield Attachment(bag=bag, item=item)
        elif embedded is not None:
            yield Attachment(bag=bag, storage=StorageSource(embedded))
        elif inner.size_of(name) > most:
            reason = said("is larger than {limit} bytes", limit=most)
            yield Attachment(bag=bag, refusal=RefusedError(Outcome.TOO_LARGE, reason))
        else:
            read = inner.read(name)
            reading.place.budget.take_bytes(len(read.content))
            if read.is_whole:
                yield Attachment(bag=bag, content=read.content)
            else:
                refusal = RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
                yield Attachment(bag=bag, refusal=refusal)


def _fixed(storage: Storage, head_bytes: int, reading: _Reading) -> Bag:
    """Return the properties that are short enough to stand in the list itself."""
    read = storage.read(_PROPERTIES)
    reading.is_damaged = reading.is_damaged or not read.is_whole
    bag: Bag = {}
    for position in range(head_bytes, len(read.content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        kind, number, _, value = struct.unpack_from("<HHIq", read.content, position)
        if (found := fixed_value(kind, value)) is not None:
            bag[_named(number, reading)] = found
    return bag


def _named(number: int, reading: _Reading) -> Name:
    if number < _FIRST_NAMED:
        return number
    return reading.names.get(number, f"{number:04X}")


def _bag(storage: Storage, head_bytes: int, charset: str | None, reading: _Reading) -> Bag:
    """Return all properties of one object, but the content of attachments."""
    bag = _fixed(storage, head_bytes, reading)
    many: dict[Name, list[str]] = {}
    for stream in storage.streams:
        match = _STREAM.match(stream)
        if match is None:
            continue
        number, kind = int(match[1], 16), int(match[2], 16)
        if number == ATTACHMENT_CONTENT or kind & ~MANY not in {TEXT, OLD_TEXT, BINARY}:
            continue
        if kind & MANY and match[3] is None:
            continue  # only the lengths
        value = _value(storage, stream, kind & ~MANY, charset, reading)
        name = _named(number, reading)
        if not kind & MANY:
            _put(bag, name, value, number)
        elif isinstance(value, str) and len(many.setdefault(name, [])) < _MOST_TEXTS:
            many[name].append(value)
    return {**bag, **{name: tuple(values) for name, values in many.items()}}


def _put(bag: Bag, name: Name, value: Value, number: int) -> None:
    """Keep a property; where two are called alike, both."""
    bag[f"{name} {number:04X}" if name in bag and isinstance(name, str) else name] = value


def _value(
    storage: Storage, stream: str, kind: int, charset: str | None, reading: _Reading
) -> str | bytes:
    most = reading.place.bounds.most_text_bytes
    read = storage.read(stream, most)
    reading.is_damaged = reading.is_damaged or not read.is_whole
    value = value_of(kind, read.content, charset)
    return value if isinstance(value, str | bytes) else b""

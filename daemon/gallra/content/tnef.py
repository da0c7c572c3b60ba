"""``winmail.dat``: what Outlook wraps messages and files in for others of its kind (TNEF).

Source: [MS-OXTNEF] 2.1.3 (attributes and their order), 2.1.3.4 (properties), 2.1.3.5 (recipients).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.content.decoding import decode, decode_declared
from gallra.content.mapi import Attachment, Item, item_parts
from gallra.content.mapi_names import (
    ATTACHMENT_CONTENT,
    ATTACHMENT_SHORT_NAME,
    BODY,
    MESSAGE_CLASS,
    SUBJECT,
    Name,
)
from gallra.content.mapi_values import (
    BINARY,
    BOOLEAN,
    HUGE,
    LONG,
    MANY,
    OBJECT,
    OLD_TEXT,
    SHORT,
    TEXT,
    TIME,
    Bag,
    charset_of,
    value_of,
)
from gallra.content.place import Place, RefusedError, too_large
from gallra.content.source import Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_HEADER_BYTES = 6
_CHECKSUM_BYTES = 2
_ATTACHMENT_LEVEL = 2
_PROPERTIES, _RECIPIENTS = 0x9003, 0x9004
_ATTACHMENT_BEGINS, _ATTACHMENT_BYTES, _ATTACHMENT_TITLE = 0x9002, 0x800F, 0x8010
_ATTACHMENT_PROPERTIES = 0x9005
_SUBJECT, _BODY, _CLASS, _CODE_PAGE = 0x8004, 0x800C, 0x8008, 0x9007
_FIXED = {SHORT: 4, LONG: 4, 0x0004: 4, BOOLEAN: 4, 0x000A: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8,
          HUGE: 8, TIME: 8, 0x0048: 16}  # fmt: skip
_VARIABLE = frozenset({OLD_TEXT, TEXT, BINARY, OBJECT})
_FIRST_NAMED = 0x8000
_MESSAGE_OBJECT = bytes.fromhex("0703020000000000c000000000000046")
_MOST_VALUES = 50_000


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the attributes of a file gave."""

    bag: Bag = field(default_factory=dict)
    recipients: list[Bag] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    charset: str | None = None
    is_whole: bool = True


class _EndError(Exception):
    """The properties break off here."""


class _Reader:
    """A position in the bytes of a property list."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def take(self, count: int) -> bytes:
        end = self.position + count
        if count < 0 or end > len(self.content):
            raise _EndError
        piece = self.content[self.position : end]
        self.position = end
        return piece

    def number(self) -> int:
        return int(struct.unpack("<I", self.take(4))[0])

    def padded(self, count: int) -> bytes:
        piece = self.take(count)
        self.position += -count % 4
        return piece


def read_tnef(place: Place, source: Source) -> Iterator[Part]:
    """Yield the message that was wrapped, then what hangs on it.

    Raises:
        RefusedError: it is too large, or does not even begin well.
    """
    most = place.bounds.most_message_bytes
    if source.size_bytes > most:
        raise too_large(said("is larger than {limit} bytes", limit=most))
    found = _found(source.read_at(0, source.size_bytes))
    if not found.bag and not found.attachments:
        raise RefusedError(Outcome.DAMAGED, said("is damaged"))
    item = Item(
        bag=found.bag,
        recipients=found.recipients,
        attachments=lambda: iter(found.attachments),
        shortfalls=(
            [] if found.is_whole else [said("ends in the middle: something may have been cut off")]
        ),
    )
    yield from item_parts(place, item, kind="tnef")


def _found(content: bytes) -> _Found:
    found = _Found()
    position = _HEADER_BYTES
    while position + 9 <= len(content):
        level, number, _, length = struct.unpack_from("<BHHI", content, position)
        begin = position + 9
        end = begin + length
        if level not in {1, _ATTACHMENT_LEVEL}:
            found.is_whole = False
            break
        if end + _CHECKSUM_BYTES > len(content):
            found.is_whole = False
            end = min(end, len(content))
        value = content[begin:end]
        if level == _ATTACHMENT_LEVEL:
            _attachment(number, value, found)
        else:
            _message(number, value, found)
        position = begin + length + _CHECKSUM_BYTES
    if position < len(content):
        found.is_whole = False
    return found


def _message(number: int, value: bytes, found: _Found) -> None:
    match number:
        case _ if number == _CODE_PAGE and len(value) >= 4:  # noqa: PLR2004 - one number
            found.charset = charset_of(struct.unpack_from("<I", value)[0])
        case _ if number == _PROPERTIES:
            found.bag.update(_listed(_Reader(value), found)[0])
        case _ if number == _RECIPIENTS:
            _recipients(_Reader(value), found)
        case _ if number == _SUBJECT:
            found.bag.setdefault(SUBJECT, _text(value, found))
        case _ if number == _BODY:
            found.bag.setdefault(BODY, _text(value, found))
        case _ if number == _CLASS:
            name = _text(value, found)
            found.bag.setdefault(MESSAGE_CLASS, name.replace("IPM.Microsoft Mail.Note", "IPM.Note"))
        case _:
            pass


def _text(value: bytes, found: _Found) -> str:
    raw = value.rstrip(b"\0")
    return (decode_declared(raw, found.charset) if found.charset else decode(raw)).text


def _attachment(number: int, value: bytes, found: _Found) -> None:
    if number == _ATTACHMENT_BEGINS or not found.attachments:
        found.attachments.append(Attachment(bag={}))
    attachment = found.attachments[-1]
    if number == _ATTACHMENT_TITLE:
        attachment.bag.setdefault(ATTACHMENT_SHORT_NAME, _text(value, found))
    elif number == _ATTACHMENT_BYTES:
        attachment.content = value
    elif number == _ATTACHMENT_PROPERTIES:
        bag, embedded = _listed(_Reader(value), found)
        attachment.bag.update(bag)
        if embedded is not None:
            _embed(attachment, embedded)


def _embed(attachment: Attachment, embedded: bytes) -> None:
    """Attach an object: a wrapped message, or what a program put in.

    Source: [MS-OXTNEF] 2.1.3.3.15: 16 bytes say which interface follows.
    """
    interface, inner = embedded[:16], embedded[16:]
    # a wrapped message is a file of this kind again, and followed as one: depth is counted there
    attachment.content = inner if interface == _MESSAGE_OBJECT else attachment.content or inner


def _recipients(reader: _Reader, found: _Found) -> None:
    try:
        for _ in range(min(reader.number(), _MOST_VALUES)):
            found.recipients.append(_listed(reader, found)[0])
    except _EndError:
        found.is_whole = False


def _listed(reader: _Reader, found: _Found) -> tuple[Bag, bytes | None]:
    """Return the properties of one list, and the bytes of the object among them."""
    bag: Bag = {}
    embedded: bytes | None = None
    try:
        for _ in range(min(reader.number(), _MOST_VALUES)):
            kind, number = struct.unpack("<HH", reader.take(4))
            name: Name = number if number < _FIRST_NAMED else _name(reader)
            values = _values(reader, kind)
            if number == ATTACHMENT_CONTENT and values:
                embedded = values[0]
                continue
            decoded = [value_of(kind & ~MANY, each, found.charset) for each in values]
            texts = tuple(each for each in decoded if isinstance(each, str))
            if kind & MANY:
                bag[name] = texts
            elif decoded and decoded[0] is not None:
                bag[name] = decoded[0]
    except _EndError:
        found.is_whole = False
    return bag, embedded


def _name(reader: _Reader) -> Name:
    """Return what a property from 0x8000 on is called: its name stands with it."""
    reader.take(16)
    if reader.number() == 0:
        identifier = reader.number()
        return identifier if identifier >= _FIRST_NAMED else f"meeting {identifier}"
    length = reader.number()
    return reader.padded(length).decode("utf-16-le", "replace").rstrip("\0") or "property"


def _values(reader: _Reader, kind: int) -> list[bytes]:
    single = kind & ~MANY
    if single in _FIXED:
        count = reader.number() if kind & MANY else 1
        if count > _MOST_VALUES:
            raise _EndError
        return [reader.take(_FIXED[single]) for _ in range(count)]
    if single not in _VARIABLE:
        raise _EndError
    count = reader.number()
    if count > _MOST_VALUES:
        raise _EndError
    return [reader.padded(reader.number()) for _ in range(count)]

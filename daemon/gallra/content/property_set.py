"""What an old Office document says about itself: the property sets in its container.

Source: [MS-OLEPS] 2.21 (PropertySetStream), 2.15 (TypedPropertyValue); [MS-OSHARED] 2.3.3.
"""

import re
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from gallra.content.compound import Storage
from gallra.content.ooxml import link_text
from gallra.content.place import normalised
from gallra.content.properties import Properties
from gallra.content.rtf_fonts import codec_of
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_SUMMARY, _DOCUMENT_SUMMARY = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
_TEXT, _WIDE_TEXT, _TIME, _BLOB, _VARIANTS = 0x1E, 0x1F, 0x40, 0x41, 0x100C
_CODE_PAGE, _DICTIONARY = 1, 0
_ORDER = (2, 3, 4, 8, 5, 6)
"""Title, subject, author, who changed it last, keywords, comments: the order of the convention."""
_CREATED, _SAVED = 12, 13
_SILENT = frozenset({0, 1, 7, 9, 18})
"""Template, revision and program of a summary: nothing that anybody wrote there."""
_BEGINNING = datetime(1601, 1, 1, tzinfo=UTC)
_MOST_PROPERTIES = 10_000
_WIDE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00){4,}")

Value = str | datetime | bytes


def properties_of(storage: Storage, shortfalls: list[Message]) -> Properties:
    """Read both summaries and the custom properties; what is broken becomes a shortfall.

    Raises:
        OSError: the system would not read.
    """
    found = Properties()
    for name in (_SUMMARY, _DOCUMENT_SUMMARY):
        if storage.find(name) is None:
            continue
        stream = storage.read(name, 16 * 1024 * 1024)
        try:
            for number, section in enumerate(_sections(stream.content)):
                _keep(found, dict(section), is_summary=name == _SUMMARY and number == 0)
        except (struct.error, ValueError):
            shortfalls.append(said("its properties are damaged"))
            continue
        if not stream.is_whole:
            shortfalls.append(said("its properties are damaged"))
    return found


def _keep(found: Properties, values: dict[int, Value], *, is_summary: bool) -> None:
    texts = {number: value.strip() for number, value in values.items() if isinstance(value, str)}
    if is_summary:
        for number in _ORDER:
            if text := texts.pop(number, ""):
                found.passages.append(Passage(where="properties", text=text))
        found.stated_on = _stated(values.get(_SAVED)) or _stated(values.get(_CREATED))
        texts = {number: text for number, text in texts.items() if number not in _SILENT}
    for text in texts.values():
        if text:
            found.more.append(Passage(where="properties", text=text))
    found.more += _links(value for value in values.values() if isinstance(value, bytes))


def _links(blobs: Iterable[bytes]) -> Iterator[Passage]:
    for blob in blobs:
        for match in _WIDE.finditer(blob):
            text = link_text(match[0].decode("utf-16-le", "replace"))
            yield Passage(where="hyperlink", text=text)


def _stated(at: Value | None) -> date | None:
    is_set = isinstance(at, datetime) and at.year > 1980  # noqa: PLR2004 - before, the field was never set
    return at.date() if is_set and isinstance(at, datetime) else None


def _sections(content: bytes) -> Iterator[Iterator[tuple[int, Value]]]:
    if content[:2] != b"\xfe\xff":
        raise ValueError("no property set")
    (count,) = struct.unpack_from("<I", content, 24)
    for number in range(min(count, 2)):
        (offset,) = struct.unpack_from("<I", content, 28 + 20 * number + 16)
        yield _values(content, offset)


def _values(content: bytes, begin: int) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each property; names that people gave count as values."""
    _, count = struct.unpack_from("<II", content, begin)
    if count > _MOST_PROPERTIES:
        raise ValueError("more properties than there can be")
    places = {}
    for number in range(count):
        key, offset = struct.unpack_from("<II", content, begin + 8 + 8 * number)
        places[key] = begin + offset
    page = 1252
    if _CODE_PAGE in places:
        (page,) = struct.unpack_from("<H", content, places[_CODE_PAGE] + 4)
    for key, at in places.items():
        if key == _DICTIONARY:
            names = _names(content, at, page)
            yield from ((-1 - position, name) for position, name in enumerate(names))
        elif (value := _value(content, at, page)) is not None:
            yield key, value


def _value(content: bytes, at: int, page: int) -> Value | None:
    (kind,) = struct.unpack_from("<I", content, at)
    if kind == _TEXT:
        return _text(content, at + 4, page)[0]
    if kind == _WIDE_TEXT:
        (count,) = struct.unpack_from("<I", content, at + 4)
        return _decoded(_exactly(content, at + 8, count * 2), 1200)
    if kind == _TIME:
        (ticks,) = struct.unpack_from("<Q", content, at + 4)
        try:
            return _BEGINNING + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None
    if kind == _BLOB:
        (count,) = struct.unpack_from("<I", content, at + 4)
        return _exactly(content, at + 8, count)
    return None


def _text(content: bytes, at: int, page: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", content, at)
    return _decoded(_exactly(content, at + 4, count), page), at + 4 + count


def _names(content: bytes, at: int, page: int) -> Iterator[str]:
    (count,) = struct.unpack_from("<I", content, at)
    at += 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        (length,) = struct.unpack_from("<I", content, at + 4)
        is_wide = page == 1200  # noqa: PLR2004 - the code page that stands for UTF-16
        raw = _exactly(content, at + 8, length * 2 if is_wide else length)
        at += 8 + (-(-len(raw) // 4) * 4 if is_wide else length)
        name = _decoded(raw, page)
        if not name.startswith("_PID_"):
            yield name


def _exactly(content: bytes, at: int, count: int) -> bytes:
    piece = content[at : at + count]
    if len(piece) < count:
        raise ValueError("a property breaks off")
    return piece


def _decoded(raw: bytes, page: int) -> str:
    return normalised(raw.decode(codec_of(page), "replace").split("\0", 1)[0])

"""What a Word 97-2003 file keeps in tables beside its text: names of people, bookmarks, paths.

Source: [MS-DOC] 2.2.4 (STTB), 2.5.6 (FibRgFcLcb97), 2.9.81 (FFData), 2.8.8 (PlcfandRef),
2.9.315 (XstAtnOwners).
"""

import struct
from collections.abc import Iterator

from gallra.content.doc_pieces import Fib
from gallra.content.place import normalised
from gallra.model.passage import Passage

_BOOKMARKS, _ASSOCIATIONS, _OWNERS, _COMMENT_PLACES, _REVISERS = 21, 32, 36, 4, 51
_GLOSSARY, _ROUTING, _SAVERS = 9, 70, 71
NOTED = (_BOOKMARKS, _ASSOCIATIONS, _OWNERS, _COMMENT_PLACES, _REVISERS, _GLOSSARY, _SAVERS)
_INITIALS_BYTES = 30
_FIELD_HEADER_BYTES = 0x44
_FIELD_VERSION = b"\xff\xff\xff\xff"
_SILENT_ASSOCIATIONS = frozenset({0, 1, 5})
_LONGEST_FIELD_TEXT = 256


def notes_of(fib: Fib) -> Iterator[Passage]:
    """Yield the short texts of all tables; empty ones and duplicates too."""
    for where, texts in (
        ("author", (text for text in _strings(fib.table_at(_REVISERS)) if text != "Unknown")),
        ("author", _owners(fib.table_at(_OWNERS))),
        ("author", _initials(fib.table_at(_COMMENT_PLACES))),
        ("saved by", _strings(fib.table_at(_SAVERS))),
        ("properties", _associations(fib.table_at(_ASSOCIATIONS))),
        ("bookmark", _bookmarks(fib.table_at(_BOOKMARKS))),
        ("building block", _strings(fib.table_at(_GLOSSARY))),
        ("routing slip", _routing(fib.table_at(_ROUTING))),
    ):
        for text in texts:
            yield Passage(where=where, text=text)


def _associations(table: bytes) -> Iterator[str]:
    for number, text in enumerate(_strings(table)):
        if number not in _SILENT_ASSOCIATIONS:
            yield text


def _bookmarks(table: bytes) -> Iterator[str]:
    for text in _strings(table):
        if not text.startswith("_"):  # those are Word's own
            yield text


def _strings(table: bytes) -> Iterator[str]:
    """Yield the strings of a string table, as far as it goes."""
    if len(table) < 6:  # noqa: PLR2004 - the shortest head
        return
    is_wide = table[:2] == b"\xff\xff"
    at = 2 if is_wide else 0
    count, extra = struct.unpack_from("<HH", table, at)
    at += 4
    for _ in range(count):
        if at + 2 > len(table):
            return
        length = struct.unpack_from("<H", table, at)[0] * 2 if is_wide else table[at]
        at += 2 if is_wide else 1
        raw = table[at : at + length]
        at += length + extra
        yield normalised(raw.decode("utf-16-le" if is_wide else "cp1252", "replace"))


def _owners(table: bytes) -> Iterator[str]:
    at = 0
    while at + 2 <= len(table):
        (length,) = struct.unpack_from("<H", table, at)
        yield normalised(table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))
        at += 2 + 2 * length


def _initials(table: bytes) -> Iterator[str]:
    count = (len(table) - 4) // (4 + _INITIALS_BYTES)
    for number in range(max(0, count)):
        at = 4 * (count + 1) + _INITIALS_BYTES * number
        (length,) = struct.unpack_from("<H", table, at)
        if length <= 9:  # noqa: PLR2004 - the room there is
            yield normalised(table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "replace"))


def _routing(table: bytes) -> Iterator[str]:
    """Yield what a routing slip tells: its strings are bytes, each ended by a zero."""
    for piece in table.split(b"\0"):
        text = piece.decode("cp1252", "replace").strip()
        if len(text) > 3 and text.isprintable():  # noqa: PLR2004 - shorter ones are numbers by chance
            yield text


def form_fields(data: bytes) -> Iterator[Passage]:
    """Yield names, defaults, help and choices of form fields in the stream ``Data``."""
    at = 0
    while (at := data.find(_FIELD_VERSION, at)) >= 0:
        begin = at - _FIELD_HEADER_BYTES
        at += 1
        if begin < 0:
            continue
        length, head = struct.unpack_from("<IH", data, begin)
        if head != _FIELD_HEADER_BYTES or not head < length <= len(data) - begin:
            continue
        yield from _field_texts(data[begin + _FIELD_HEADER_BYTES + 4 : begin + length])
        at = begin + length


def _field_texts(content: bytes) -> Iterator[Passage]:
    kind = content[0] & 0x3 if content else 0
    at = 6
    texts = []
    for number in range(7):
        if number == 1 and kind != 0:
            at += 2  # a number stands where a text field has its default
            continue
        text, at = _field_text(content, at)
        if text is None:
            break
        texts.append(text)
    if kind == 2 and at + 6 <= len(content) and content[at : at + 2] == b"\xff\xff":  # noqa: PLR2004 - a list
        texts += _strings(content[at:])
    for text in texts:
        if text.strip():
            yield Passage(where="field", text=text.strip())


def _field_text(content: bytes, at: int) -> tuple[str | None, int]:
    """Return a text and where the next one begins; ``None`` where none can be."""
    if at + 2 > len(content):
        return None, at
    (length,) = struct.unpack_from("<H", content, at)
    end = at + 2 + 2 * length
    if length >= _LONGEST_FIELD_TEXT or content[end : end + 2] != b"\0\0":
        return None, at
    return normalised(content[at + 2 : end].decode("utf-16-le", "replace")), end + 2

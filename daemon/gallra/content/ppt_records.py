"""The records of PowerPoint 97-2003: which are of today, and what texts stand in them.

Saving quickly leaves the older records where they were; what only they say is text as well.

Source: [MS-PPT] 2.3.1 (RecordHeader), 2.3.3 (UserEditAtom), 2.3.4 (PersistDirectoryAtom),
2.4.14.3 (SlideListWithText), 2.5.6 (NotesAtom), 2.9.42 (TextCharsAtom), 2.11 (Comment10).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

DOCUMENT, SLIDE, NOTES, MASTER, HANDOUT = 0x3E8, 0x3EE, 0x3F0, 0x3F8, 0xFC9
_NOTES_ATOM, _SLIDE_PERSIST, _SLIDE_LIST = 0x3F1, 0x3F3, 0xFF0
_WIDE_TEXT, _BYTE_TEXT, _STRING = 0xFA0, 0xFA8, 0xFBA
_USER_EDIT, _DIRECTORY, OBJECT = 0xFF5, 0x1772, 0x1011
_COMMENT, _MARGINS, _LINK, _TAG_DATA, _TAG = 0x2EE0, 0xFD9, 0xFD7, 0x138B, 0x138A
_ENCRYPTED_EDIT_BYTES = 0x20
_MOST_EDITS = 10_000
_HEAD = struct.Struct("<HHI").unpack_from


@dataclass(frozen=True, slots=True)
class Record:
    """One record, without those inside it."""

    kind: int
    instance: int
    is_container: bool
    begin: int
    """Of its body."""
    end: int
    parent: int
    """The kind of the record it stands in; 0 at the top."""
    is_cut: bool
    """It says that it is longer than what it stands in."""


def top_records(content: bytes) -> Iterator[Record]:
    """Yield the records of a stream that stand in no other."""
    at, end = 0, len(content)
    while at + 8 <= end:
        record = record_at(content, at, end, 0)
        yield record
        at = record.end


def record_at(content: bytes, at: int, end: int, parent: int) -> Record:
    """Return the record whose head stands at an offset."""
    head, kind, length = _HEAD(content, at)
    begin = at + 8
    return Record(
        kind,
        head >> 4,
        head & 0xF == 0xF or kind == _TAG_DATA,  # noqa: PLR2004 - the version that containers have
        begin,
        min(begin + length, end),
        parent,
        begin + length > end,
    )


def records_in(content: bytes, container: Record) -> Iterator[Record]:
    """Yield the records below a container, at every depth, in their order."""
    open_ends = [(container.begin, container.end, container.kind)]
    while open_ends:
        at, end, parent = open_ends.pop()
        if at + 8 > end:
            continue
        record = record_at(content, at, end, parent)
        open_ends.append((record.end, end, parent))
        yield record
        if record.is_container:
            open_ends.append((record.begin, record.end, record.kind))


@dataclass(slots=True)
class Edits:
    """What the newest saving says lies where."""

    places: dict[int, int] = field(default_factory=dict)
    """By number of the persistent object the offset of its record."""
    document: int | None = None
    is_encrypted: bool = False
    is_whole: bool = True


def edits_of(content: bytes, newest: int) -> Edits:
    """Follow the savings back from the newest.

    Args:
        content: the stream.
        newest: offset of the newest saving's record.
    """
    found = Edits()
    visited: set[int] = set()
    at = newest
    while at not in visited and len(visited) < _MOST_EDITS:
        visited.add(at)
        if at + 8 + 20 > len(content) or _HEAD(content, at)[1] != _USER_EDIT:
            found.is_whole = False
            break
        length = _HEAD(content, at)[2]
        found.is_encrypted = found.is_encrypted or length == _ENCRYPTED_EDIT_BYTES
        previous, directory, document = struct.unpack_from("<III", content, at + 8 + 8)
        if found.document is None:
            found.document = document
        found.is_whole = _directory(content, directory, found.places) and found.is_whole
        if not previous:
            break
        at = previous
    return found


def _directory(content: bytes, at: int, places: dict[int, int]) -> bool:
    """Take the entries of a directory that no newer one had; tell whether it was one."""
    if at + 8 > len(content) or _HEAD(content, at)[1] != _DIRECTORY:
        return False
    end = min(at + 8 + _HEAD(content, at)[2], len(content))
    at += 8
    while at + 4 <= end:
        (head,) = struct.unpack_from("<I", content, at)
        number, count = head & 0xFFFFF, head >> 20
        at += 4
        for position in range(min(count, (end - at) // 4)):
            (place,) = struct.unpack_from("<I", content, at + 4 * position)
            places.setdefault(number + position, place)
        at += 4 * count
    return True


@dataclass(slots=True)
class Order:
    """Which slide is which."""

    slides: dict[int, int] = field(default_factory=dict)
    """By offset of a slide's record its number, from 1."""
    by_identifier: dict[int, int] = field(default_factory=dict)
    """By identifier of a slide its number; notes name their slide so."""
    outline: dict[int, int] = field(default_factory=dict)
    """By the offset of a text in the outline the number of its slide."""


def order_of(content: bytes, document: Record, edits: Edits) -> Order:
    """Read the lists of slides in the document's record."""
    found = Order()
    number = 0
    is_slides = False
    for record in records_in(content, document):
        if record.kind == _SLIDE_LIST:
            is_slides = record.instance == 0
        elif record.parent != _SLIDE_LIST or not is_slides:
            continue
        elif record.kind == _SLIDE_PERSIST and record.begin + 16 <= record.end:
            number += 1
            reference, _, _, identifier = struct.unpack_from("<4I", content, record.begin)
            found.by_identifier[identifier] = number
            if reference in edits.places:
                found.slides[edits.places[reference]] = number
        elif record.kind in {_WIDE_TEXT, _BYTE_TEXT} and number:
            found.outline[record.begin] = number
    return found


def slide_of_notes(content: bytes, notes: Record) -> int | None:
    """Return the identifier of the slide that notes belong to."""
    for record in records_in(content, notes):
        if record.kind == _NOTES_ATOM and record.begin + 4 <= record.end:
            identifier: int = struct.unpack_from("<I", content, record.begin)[0]
            return identifier
    return None


_COMMENT_PARTS = {0: "author", 1: "comment", 2: "author"}
_MARGIN_PARTS = {0: "header", 1: "header", 2: "footer"}


def text_of(content: bytes, record: Record) -> tuple[str | None, str]:
    """Return where a record's text stands, and the text; ``None`` where its slide decides."""
    if record.kind not in {_BYTE_TEXT, _WIDE_TEXT, _STRING}:
        return None, ""
    raw = content[record.begin : record.end]
    if record.kind == _BYTE_TEXT:
        return None, raw.decode("latin-1")
    if record.kind == _WIDE_TEXT:
        return None, raw.decode("utf-16-le", "replace")
    text = raw.decode("utf-16-le", "replace").strip("\0")
    where = "hyperlink" if record.parent == _LINK else "other"
    if record.parent == _COMMENT:
        where = _COMMENT_PARTS.get(record.instance, "comment")
    elif record.parent == _MARGINS:
        where = _MARGIN_PARTS.get(record.instance, "header")
    elif record.parent == _TAG and text.startswith("___PPT"):
        text = ""  # the program's own
    return where, text

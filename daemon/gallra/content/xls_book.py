"""What the beginning of an old workbook holds for all its sheets, and beside them.

Source: [MS-XLS] 2.4.28 (BoundSheet8), 2.4.150 (Lbl), 2.4.265 (SST), 2.4.271 (SupBook), 2.4.63
(CRN), 2.4.353 (XF), 2.4.349 (WriteAccess).
"""

import struct
from dataclasses import dataclass, field
from datetime import datetime

from gallra.content.biff import (
    BOF,
    CONTINUE,
    EOF,
    BrokenError,
    Texts,
    literals,
    records,
    shared_texts,
    texts_in,
)
from gallra.content.grid import ERRORS
from gallra.content.sheets import Book, set_styles, shown_number, styled
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_CODE_PAGE, _DATE_1904, _WRITE_ACCESS, _FILE_SHARING = 0x42, 0x22, 0x5C, 0x5B
_FORMAT, _FORMAT_95, _STYLE, _SHEET, _TEXTS = 0x41E, 0x1E, 0xE0, 0x85, 0xFC
_NAME, _OTHER_BOOK, _CACHED_ROW, _PICTURES, _DRAWING = 0x18, 0x1AE, 0x5A, 0xEB, 0xEC
_GUESSED = frozenset({0x1A9, 0x51, 0x52, 0xDC, 0x803, 0x805, 0x23, 0xE3, 0x1B})
"""Views of people, sources of data, queries: read by what looks like text."""
_BIFF_8 = 0x0600
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - serial dates know no zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's name and where it begins."""

    name: str
    offset: int


@dataclass(slots=True)
class Workbook:
    """What all sheets refer to, and what was found before them."""

    book: bytes
    texts: Texts
    shared: list[str] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    pictures: bytes = b""
    shortfalls: list[Message] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    cells: Book = field(default_factory=Book)
    """What the styles of cells show."""

    def shown(self, number: float, style: int) -> str:
        """Return what a cell of that style shows."""
        return styled(number, style, self.cells)

    def note(self, where: str, text: str) -> None:
        """Keep a text that stands beside the cells."""
        if text := text.strip():
            self.passages.append(Passage(where=where, text=text))


def workbook_of(  # noqa: C901 - one pass over the records, each to its place
    book: bytes, most_characters: int
) -> Workbook:
    """Read the globals.

    Args:
        book: the stream.
        most_characters: of shared texts.

    Raises:
        BrokenError: it does not begin as a workbook does.
    """
    if len(book) < 8 or struct.unpack_from("<H", book)[0] != BOF:  # noqa: PLR2004 - a BOF record
        raise BrokenError
    is_wide = struct.unpack_from("<H", book, 4)[0] >= _BIFF_8
    found = Workbook(book, Texts(is_wide=is_wide))
    shared: list[bytes] = []
    pictures: list[bytes] = []
    last = 0
    is_ended = False
    try:
        for number, at, length in records(book, 0):
            if number == EOF:
                is_ended = True
                break
            if number == CONTINUE:
                goal = shared if last == _TEXTS else pictures if last == _PICTURES else None
                if goal is not None:
                    goal.append(book[at : at + length])
                continue
            last = number
            if number == _TEXTS:
                shared.append(book[at : at + length])
            elif number in {_PICTURES, _DRAWING}:
                pictures.append(book[at : at + length])
            else:
                _take(found, number, at, at + length)
    except (BrokenError, struct.error, IndexError):
        is_ended = False
    if not is_ended:
        found.shortfalls.append(said("its list of sheets is damaged"))
    if shared and not shared_texts(shared, found.shared, most_characters):
        found.shortfalls.append(said("its table of texts is damaged"))
    found.pictures = b"".join(pictures)
    set_styles(found.cells, found.formats, found.styles)
    return found


def _take(found: Workbook, number: int, at: int, end: int) -> None:
    """Take one record of the globals."""
    book, texts = found.book, found.texts
    match number:
        case _ if number == _STYLE:
            found.styles.append(struct.unpack_from("<H", book, at + 2)[0])
        case _ if number in {_FORMAT, _FORMAT_95}:
            code, _ = texts.read(book, at + 2, end, is_short=not texts.is_wide)
            found.formats[struct.unpack_from("<H", book, at)[0]] = code
        case _ if number == _SHEET:
            name, _ = texts.read(book, at + 6, end, is_short=True)
            found.sheets.append(Sheet(name=name, offset=struct.unpack_from("<I", book, at)[0]))
        case _ if number == _CODE_PAGE:
            texts.set_code_page(struct.unpack_from("<H", book, at)[0])
        case _ if number == _DATE_1904 and book[at : at + 2] == b"\1\0":
            found.cells.epoch = _EPOCH_1904
        case _ if number == _WRITE_ACCESS:
            found.note("author", texts.read(book, at, end, is_short=not texts.is_wide)[0])
        case _ if number == _FILE_SHARING and end - at > 6:  # noqa: PLR2004 - a name follows
            found.note("author", texts.read(book, at + 4, end, is_short=not texts.is_wide)[0])
        case _:
            _take_rare(found, number, at, end)


def _take_rare(found: Workbook, number: int, at: int, end: int) -> None:
    book, texts = found.book, found.texts
    if number == _NAME:
        flags, _, count, size = struct.unpack_from("<HBBH", book, at)
        name, stop = texts.characters(book, at + 14, end, count)
        words = literals(book[stop : stop + size])
        if not flags & 0x20:  # the built-in ones are numbers
            found.note("defined name", "\t".join((name, *words)))
    elif number == _OTHER_BOOK:
        count, length = struct.unpack_from("<HH", book, at)
        if length < 0x100:  # noqa: PLR2004 - above are marks for this very book and for add-ins
            path, stop = texts.characters(book, at + 4, end, length)
            found.note("linked workbook", path.lstrip("\x01\x02").replace("\x03", "/"))
            for _ in range(min(count, 4096)):
                name, stop = texts.read(book, stop, end)
                found.note("linked workbook", name)
    elif number == _CACHED_ROW:
        cached = "\t".join(_cached(found, at + 4, end))
        found.note("cached values", cached)
    elif number in _GUESSED:
        for text in texts_in(book[at:end], texts):
            found.note("other", text)


def _cached(found: Workbook, at: int, end: int) -> list[str]:
    """Return the values of a row of another workbook."""
    book = found.book
    values = []
    while at + 9 <= end:
        kind = book[at]
        if kind == 2:  # noqa: PLR2004 - a text
            text, at = found.texts.read(book, at + 1, end)
            values.append(text)
            continue
        if kind == 1:
            values.append(shown_number(struct.unpack_from("<d", book, at + 1)[0]))
        elif kind == 4:  # noqa: PLR2004 - a truth value
            values.append("TRUE" if book[at + 1] else "FALSE")
        elif kind == 0x10:  # noqa: PLR2004 - an error
            values.append(ERRORS.get(book[at + 1], ""))
        at += 9
    return values

"""Where the text of a Word 97-2003 file lies: header, piece table, and what marks do to it.

The text is put together as UTF-16, two bytes a character position, so that positions count as
Word counts. What paragraph and character formatting says about it (ends of rows, deleted and
inserted runs) is found through the positions in the file.

Source: [MS-DOC] 2.5.1 (Fib), 2.8.35 (PlcPcd), 2.9.38 (Clx), 2.4.1 (characters), 2.9.55 (ChpxFkp),
2.9.174 (PapxFkp), 2.6 (single property modifiers).
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.content.source import CHUNK_BYTES

ROW_END, CELL_PARAGRAPH = "\x1c", "\x1d"
"""Put for the marks that end a row, and a paragraph inside a cell."""
FIRST_OF_97 = 0xC1
_OLDEST = 101
_COUNTS_97, _PAIRS_97 = 0x4C, 0x9A
_COUNTS_95, _CLX_95 = 0x34, 0x160
_CHPX_PAIR, _PAPX_PAIR, CLX_PAIR = 12, 13, 33
_PAGE_BYTES = 512
_COMPLEX = 0x4
_COMPRESSED = 0x40000000
_IN_TABLE, _ROW_MARK, _INNER_ROW_MARK = 0x2416, 0x2417, 0x244C
_DELETED, _INSERTED, _SYMBOL = 0x0800, 0x0801, 0x6A09
_PIECE_DELETED, _PIECE_INSERTED = 0x41, 0x42
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)
_MOST_PIECES = 2_000_000
_MOST_STEPS = 10_000_000
"""Of looking up places: more is a file made to waste time, and its marks are left out."""


_CODECS_95 = {
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), "cp1251"),
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), "cp1250"),
    **dict.fromkeys((0x25, 0x26, 0x27), "cp1257"),
    0x08: "cp1253", 0x1F: "cp1254", 0x0D: "cp1255", 0x01: "cp1256",
}  # fmt: skip
"""By the language of the Word that wrote the file; Western European for all others."""


class DamagedError(ValueError):
    """The file breaks off where its text is described."""


@dataclass(slots=True, kw_only=True)
class Fib:
    """The file information block: versions, counts of characters, places of tables."""

    main: bytes
    table: bytes
    version: int
    is_complex: bool
    counts: tuple[int, ...]
    """Characters of body, footnotes, headers, macros, comments, endnotes, boxes, header boxes."""

    @property
    def codec(self) -> str:
        """What one-byte text is in: one character a byte, also where none is assigned."""
        if self.version >= FIRST_OF_97:
            return "cp1252"
        (language,) = struct.unpack_from("<H", self.main, 6)
        return _CODECS_95.get(language & 0x3FF, "cp1252")

    def table_at(self, number: int) -> bytes:
        """Return a table by the number of its pair; empty where there is none, or not all."""
        at = _PAIRS_97 + 8 * number
        if self.version < FIRST_OF_97 or at + 8 > len(self.main):
            return b""
        offset, length = struct.unpack_from("<II", self.main, at)
        piece = self.table[offset : offset + length]
        return piece if len(piece) == length else b""

    def is_missing(self, number: int) -> bool:
        """Tell whether a table is announced that lies outside its stream."""
        at = _PAIRS_97 + 8 * number
        if self.version < FIRST_OF_97 or at + 8 > len(self.main):
            return False
        offset, length = struct.unpack_from("<II", self.main, at)
        return bool(length) and offset + length > len(self.table)


@dataclass(slots=True, kw_only=True)
class _Piece:
    first: int
    """Character position."""
    count: int
    offset: int
    """In bytes, in the main stream."""
    width: int
    change: int


@dataclass(slots=True, kw_only=True)
class Text:
    """All stories, one after the other."""

    units: bytearray
    changes: list[tuple[int, int, int]] = field(default_factory=list)
    """First position, position after the last, +1 inserted or -1 deleted; ascending."""
    has_row_marks: bool = False
    is_whole: bool = True
    left_out: list[bytes] = field(default_factory=list)
    """What a quick save left in the file though it is no longer in the document."""

    def runs(self, first: int, last: int) -> Iterator[tuple[str, int]]:
        """Yield the text between two positions, cut where its state changes."""
        at = first
        index = bisect_right(self.changes, (first, 0, 0))
        index = max(0, index - 1)
        for begin, end, change in self.changes[index:]:
            if begin >= last:
                break
            if end <= at:
                continue
            if begin > at:
                yield self._slice(at, begin), 0
                at = begin
            yield self._slice(at, min(end, last)), change
            at = min(end, last)
        if at < last:
            yield self._slice(at, last), 0

    def _slice(self, first: int, last: int) -> str:
        return self.units[2 * first : 2 * last].decode("utf-16-le", "replace")


def fib_of(main: bytes, tables: dict[int, bytes]) -> Fib:
    """Read the file information block.

    Args:
        main: the stream ``WordDocument``.
        tables: the streams ``0Table`` and ``1Table``.

    Raises:
        DamagedError: it breaks off, or is of no version that is known.
    """
    if len(main) < 0x200:  # noqa: PLR2004 - less than the header of any version
        raise DamagedError
    magic, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, 10)
    if magic not in {0xA5EC, 0xA5DC, 0xA697, 0xA699} or version < _OLDEST:
        raise DamagedError
    is_new = version >= FIRST_OF_97
    counts = struct.unpack_from("<8I", main, _COUNTS_97 if is_new else _COUNTS_95)
    table = tables.get(1 if flags & 0x200 else 0, b"") if is_new else main
    return Fib(
        main=main, table=table, version=version, is_complex=bool(flags & _COMPLEX), counts=counts
    )


def text_of(fib: Fib) -> Text:
    """Put the text together.

    Raises:
        DamagedError: the piece table cannot be found.
    """
    pieces, is_whole = _pieces(fib)
    text = Text(units=bytearray(), is_whole=is_whole)
    for piece in pieces:
        raw = fib.main[piece.offset : piece.offset + piece.count * piece.width]
        if len(raw) < piece.count * piece.width:
            text.is_whole = False
            raw = raw.ljust(piece.count * piece.width, b"\0")
        text.units += (
            raw.decode(fib.codec, "replace").encode("utf-16-le") if piece.width == 1 else raw
        )
        if piece.change:
            text.changes.append((piece.first, piece.first + piece.count, piece.change))
    if fib.version >= FIRST_OF_97:
        _mark_paragraphs(fib, pieces, text)
        _mark_characters(fib, pieces, text)
    text.left_out = _left_out(fib, pieces)
    return text


def _pieces(fib: Fib) -> tuple[list[_Piece], bool]:
    is_new = fib.version >= FIRST_OF_97
    if is_new:
        clx = fib.table_at(CLX_PAIR)
    else:
        if not fib.is_complex:
            (offset,) = struct.unpack_from("<I", fib.main, 0x18)
            count = sum(fib.counts)
            if offset + count > len(fib.main):
                count = max(0, len(fib.main) - offset)
            piece = _Piece(first=0, count=count, offset=offset, width=1, change=0)
            return [piece], count == sum(fib.counts)
        offset, length = struct.unpack_from("<II", fib.main, _CLX_95)
        clx = fib.main[offset : offset + length]
    plan, modifiers = _piece_table(clx)
    count = (len(plan) - 4) // 12
    if count < 1 or count > _MOST_PIECES:
        raise DamagedError
    positions = struct.unpack_from(f"<{count + 1}I", plan)
    pieces: list[_Piece] = []
    room = 2 * len(fib.main) + CHUNK_BYTES
    for number in range(count):
        first, length = positions[number], positions[number + 1] - positions[number]
        room -= length
        if length < 0 or room < 0:
            return pieces, False
        _, at, modifier = struct.unpack_from("<HIH", plan, 4 * (count + 1) + 8 * number)
        width = 2 if is_new else 1
        if is_new and at & _COMPRESSED:
            at, width = (at & ~_COMPRESSED) // 2, 1
        change = _piece_change(modifier, modifiers)
        pieces.append(_Piece(first=first, count=length, offset=at, width=width, change=change))
    is_whole = positions[0] == 0 and positions[-1] >= sum(fib.counts)
    return pieces, is_whole


def _piece_table(clx: bytes) -> tuple[bytes, list[bytes]]:
    """Return the piece table in a Clx, and the modifiers that stand before it."""
    modifiers: list[bytes] = []
    at = 0
    while at + 5 <= len(clx):
        if clx[at] == 1:
            (length,) = struct.unpack_from("<H", clx, at + 1)
            modifiers.append(clx[at + 3 : at + 3 + length])
            at += 3 + length
        elif clx[at] == 2:  # noqa: PLR2004 - Pcdt.clxt
            (length,) = struct.unpack_from("<I", clx, at + 1)
            plan = clx[at + 5 : at + 5 + length]
            if len(plan) < length:
                raise DamagedError
            return plan, modifiers
        else:
            break
    raise DamagedError


def _piece_change(modifier: int, modifiers: list[bytes]) -> int:
    if modifier & 1:
        number = modifier >> 1
        return _change(modifiers[number]) if number < len(modifiers) else 0
    kind, value = modifier >> 1 & 0x7F, modifier >> 8
    return {_PIECE_DELETED: -1, _PIECE_INSERTED: 1}.get(kind, 0) if value else 0


def modifiers_in(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and operand of each property modifier."""
    at = 0
    while at + 2 <= len(content):
        (number,) = struct.unpack_from("<H", content, at)
        at += 2
        size = _OPERAND_BYTES[number >> 13]
        if not size:
            if number == 0xD608 and at + 2 <= len(content):  # noqa: PLR2004 - sprmTDefTable counts in two bytes
                size = struct.unpack_from("<H", content, at)[0] + 1
            else:
                size = content[at] + 1 if at < len(content) else 1
        yield number, content[at : at + size]
        at += size


def _change(content: bytes) -> int:
    if b"\x00\x08" not in content and b"\x01\x08" not in content:
        return 0
    for number, operand in modifiers_in(content):
        if number in {_DELETED, _INSERTED} and operand[:1] == b"\x01":
            return -1 if number == _DELETED else 1
    return 0


def _formatted(fib: Fib, pair: int, entry_bytes: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (from, to, modifiers) of each run or paragraph, places in bytes in the main stream."""
    plan = fib.table_at(pair)
    count = (len(plan) - 4) // 8
    if count < 1:
        return
    for page in struct.unpack_from(f"<{count}I", plan, 4 * (count + 1)):
        begin = (page & 0x3FFFFF) * _PAGE_BYTES
        content = fib.main[begin : begin + _PAGE_BYTES]
        if len(content) < _PAGE_BYTES:
            continue
        runs = content[-1]
        if 4 * (runs + 1) + runs * entry_bytes >= _PAGE_BYTES:
            continue
        places = struct.unpack_from(f"<{runs + 1}I", content)
        for number in range(runs):
            at = 2 * content[4 * (runs + 1) + number * entry_bytes]
            if at:
                yield places[number], places[number + 1], _modifiers_at(content, at, entry_bytes)


def _modifiers_at(content: bytes, at: int, entry_bytes: int) -> bytes:
    size = content[at]
    if entry_bytes == 1:
        return content[at + 1 : at + 1 + size]
    if size:
        return content[at + 3 : at + 2 * size]  # after the number of the style
    return content[at + 4 : at + 2 + 2 * content[at + 1]] if at + 1 < _PAGE_BYTES else b""


class _Places:
    """Turns places in the stream into character positions."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = sorted(pieces, key=lambda piece: piece.offset)
        self._offsets = [piece.offset for piece in self._pieces]
        self._steps = _MOST_STEPS

    def positions(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of positions that lie between two places."""
        index = max(0, bisect_right(self._offsets, begin) - 1)
        for number in range(index, len(self._pieces)):
            piece = self._pieces[number]
            self._steps -= 1
            if piece.offset >= end or self._steps < 0:
                return
            first = max(begin, piece.offset) - piece.offset
            last = min(end - piece.offset, piece.count * piece.width)
            if last > first:
                yield piece.first + first // piece.width, piece.first + last // piece.width


def _mark_paragraphs(fib: Fib, pieces: list[_Piece], text: Text) -> None:
    """Put marks of our own where rows end, and where paragraphs end inside cells."""
    places = _Places(pieces)
    units = text.units
    for begin, end, content in _formatted(fib, _PAPX_PAIR, 13):
        if b"\x16\x24" not in content and b"\x17\x24" not in content and b"\x4c\x24" not in content:
            continue
        flags = {number for number, operand in modifiers_in(content) if operand[:1] == b"\x01"}
        for _, last in places.positions(begin, end):
            at = 2 * (last - 1)
            mark = bytes(units[at : at + 2])
            if flags & {_ROW_MARK, _INNER_ROW_MARK} and mark == b"\x07\0":
                units[at : at + 2] = ROW_END.encode("utf-16-le")
                text.has_row_marks = True
            elif _IN_TABLE in flags and mark == b"\r\0":
                units[at : at + 2] = CELL_PARAGRAPH.encode("utf-16-le")


def _mark_characters(fib: Fib, pieces: list[_Piece], text: Text) -> None:
    """Note deleted and inserted runs; put symbols for the brackets that stand for them."""
    places = _Places(pieces)
    for begin, end, content in _formatted(fib, _CHPX_PAIR, 1):
        if change := _change(content):
            text.changes += ((a, b, change) for a, b in places.positions(begin, end))
        if b"\x09\x6a" in content:
            for number, operand in modifiers_in(content):
                if number == _SYMBOL and len(operand) == 4:  # noqa: PLR2004 - font and character
                    for first, last in places.positions(begin, end):
                        _put_symbol(text.units, first, last, operand[2:4])
    text.changes.sort()


def _put_symbol(units: bytearray, first: int, last: int, character: bytes) -> None:
    if character[1] == 0xF0 and character[0] >= 0x20:  # noqa: PLR2004 - the private range of symbol fonts
        character = bytes((character[0], 0))
    for position in range(first, last):
        if units[2 * position : 2 * position + 2] == b"(\0":
            units[2 * position : 2 * position + 2] = character


def _left_out(fib: Fib, pieces: list[_Piece]) -> list[bytes]:
    """Return the bytes of the text area that no piece refers to."""
    begin, end = struct.unpack_from("<II", fib.main, 0x18)
    end = min(end, len(fib.main))
    found = []
    for piece in sorted(pieces, key=lambda each: each.offset):
        if piece.offset > begin:
            found.append(fib.main[begin : min(piece.offset, end)])
        begin = max(begin, piece.offset + piece.count * piece.width)
        if begin >= end:
            break
    if begin < end:
        found.append(fib.main[begin:end])
    return found

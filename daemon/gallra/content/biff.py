"""The records of old Excel files, and how texts are written in them.

Source: [MS-XLS] 2.1.4 (records), 2.5.293 (XLUnicodeRichExtendedString), 2.5.294
(XLUnicodeString), 2.4.265 (SST); [MS-OSHARED] 2.3.7 (hyperlinks).
"""

import re
import struct
from collections.abc import Iterator

from gallra.content.place import normalised
from gallra.content.rtf_fonts import codec_of

BOF, EOF, CONTINUE = 0x809, 0x0A, 0x3C
LONGEST_RECORD = 8228
_URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
_FILE_MONIKER = bytes.fromhex("0303000000000000c000000000000046")
_LONGEST_GUESS = 255
_HEAD = struct.Struct("<HH").unpack_from
Record = tuple[int, int, int]
"""Number, where its body begins, length of the body."""
_WIDE = re.compile(r"[\x20-\ud7ff\ue000-\ufffd\t\n\r]+")


class BrokenError(ValueError):
    """The records do not go on as records do."""


def records(book: bytes, begin: int) -> Iterator[Record]:
    """Yield the records from an offset on.

    Raises:
        BrokenError: one says that it is longer than any, or than what is left.
    """
    end = len(book)
    at = begin
    while at + 4 <= end:
        number, length = _HEAD(book, at)
        at += 4
        if at + length > end or length > LONGEST_RECORD:
            raise BrokenError
        yield number, at, length
        at += length


class Texts:
    """How texts are written in this file: Excel 97 and later, or the bytes of a code page."""

    def __init__(self, *, is_wide: bool) -> None:
        """Begin with Western European.

        Args:
            is_wide: Excel 97 and later (BIFF8), where texts are Unicode.
        """
        self.is_wide = is_wide
        self.codec = "cp1252"

    def set_code_page(self, number: int) -> None:
        """Take the code page of the file."""
        self.codec = "cp1252" if number == 0x8001 else codec_of(number)  # noqa: PLR2004 - Excel 2's own number

    def read(self, book: bytes, at: int, end: int, *, is_short: bool = False) -> tuple[str, int]:
        """Return a text and where it ends.

        Args:
            book: all bytes.
            at: where its length stands.
            end: of the record; a text that goes on behind it is cut there.
            is_short: the length is one byte.
        """
        is_short = is_short or (not self.is_wide and end - at < 3)  # noqa: PLR2004 - no room for two bytes and a text
        if at + (1 if is_short else 2) > end:
            return "", end
        count = book[at] if is_short else struct.unpack_from("<H", book, at)[0]
        return self.characters(book, at + (1 if is_short else 2), end, count)

    def characters(self, book: bytes, at: int, end: int, count: int) -> tuple[str, int]:
        """Return ``count`` characters, and where they end."""
        if not self.is_wide:
            stop = min(at + count, end)
            return normalised(book[at:stop].decode(self.codec, "replace")), stop
        if at >= end:
            return "", end
        flags = book[at]
        at += 1
        extra = 0
        if flags & 0x8 and at + 2 <= end:
            extra += 4 * struct.unpack_from("<H", book, at)[0]
            at += 2
        if flags & 0x4 and at + 4 <= end:
            extra += struct.unpack_from("<I", book, at)[0]
            at += 4
        if flags & 1:
            stop = min(at + 2 * count, end)
            text = book[at:stop].decode("utf-16-le", "replace")
        else:
            stop = min(at + count, end)
            text = book[at:stop].decode("latin-1")
        return normalised(text), min(stop + extra, end)


class _Pieces:
    """A record and those that continue it, read as one."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._number = 0
        self._at = 0

    def take(self, count: int) -> bytes:
        """Return bytes; they may lie in several pieces."""
        found = b""
        while len(found) < count:
            piece = self._pieces[self._number]
            got = piece[self._at : self._at + count - len(found)]
            found += got
            self._at += len(got)
            if len(found) < count:
                self._next()
        return found

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        while count:
            step = min(count, len(self._pieces[self._number]) - self._at)
            self._at += step
            count -= step
            if count:
                self._next()

    def _next(self) -> None:
        self._number += 1
        self._at = 0
        if self._number >= len(self._pieces):
            raise BrokenError

    def characters(self, count: int, flags: int) -> str:
        """Return characters; each further piece says anew how wide they are."""
        texts = []
        while True:
            piece = self._pieces[self._number]
            width = 1 + (flags & 1)
            here = min(count, (len(piece) - self._at) // width)
            raw = piece[self._at : self._at + here * width]
            self._at += here * width
            texts.append(raw.decode("utf-16-le" if width == 2 else "latin-1", "replace"))  # noqa: PLR2004 - bytes a character
            count -= here
            if not count:
                return texts[0] if len(texts) == 1 else "".join(texts)
            self._next()
            flags = self.take(1)[0]


def shared_texts(pieces: list[bytes], texts: list[str], most_characters: int) -> bool:
    """Fill ``texts`` from the shared string table; tell whether all of it was there.

    Args:
        pieces: the bodies of the record and of those that continue it.
        texts: is filled as far as the table goes.
        most_characters: after which it is not read on.
    """
    reader = _Pieces(pieces)
    try:
        _, count = struct.unpack("<II", reader.take(8))
        for _ in range(count):
            length, flags = struct.unpack("<HB", reader.take(3))
            runs = struct.unpack("<H", reader.take(2))[0] if flags & 0x8 else 0
            extra = struct.unpack("<I", reader.take(4))[0] if flags & 0x4 else 0
            text = normalised(reader.characters(length, flags))
            texts.append(text)
            most_characters -= len(text)
            if most_characters < 0:
                return False
            reader.skip(4 * runs + extra)
    except (BrokenError, struct.error):
        return False
    return True


def boxed_text(pieces: list[bytes], count: int) -> str:
    """Return the text of a text box or comment, from the records that continue it."""
    texts = []
    for piece in pieces:
        if count <= 0 or not piece:
            break
        is_wide = piece[0] & 1
        raw = piece[1 : 1 + count * (1 + is_wide)]
        text = raw.decode("utf-16-le" if is_wide else "latin-1", "replace")
        count -= len(raw) // (1 + is_wide)
        texts.append(text)
    return normalised("".join(texts))


def literals(formula: bytes) -> Iterator[str]:
    """Yield the texts that stand in a formula, found by their token."""
    at = 0
    while (at := formula.find(b"\x17", at)) >= 0:
        at += 1
        if at + 2 > len(formula) or formula[at + 1] > 1:
            continue
        count, is_wide = formula[at], formula[at + 1]
        raw = formula[at + 2 : at + 2 + count * (1 + is_wide)]
        if len(raw) < count * (1 + is_wide) or count < 2:  # noqa: PLR2004 - one letter tells nothing
            continue
        text = raw.decode("utf-16-le" if is_wide else "latin-1", "replace").replace("\0", ",")
        if _WIDE.fullmatch(text) and text.strip():
            yield normalised(text).strip()
            at += 2 + len(raw)


def texts_in(body: bytes, texts: Texts) -> Iterator[str]:
    """Yield what looks like a text with its length before it, in a record of no reader."""
    at = 0
    while at + 4 <= len(body):
        count = body[at] | body[at + 1] << 8
        if 2 <= count <= _LONGEST_GUESS and (not texts.is_wide or body[at + 2] <= 1):  # noqa: PLR2004 - as above
            text, end = texts.characters(body, at + 2, len(body), count)
            if len(text) == count and _WIDE.fullmatch(text) and any(map(str.isalnum, text)):
                yield text.strip()
                at = end
                continue
        at += 1


def link_targets(body: bytes) -> Iterator[str]:
    """Yield the texts of a hyperlink object: what it shows, where it leads.

    Raises:
        struct.error: it breaks off.
    """
    _, flags = struct.unpack_from("<II", body)
    at = 8

    def text() -> str:
        nonlocal at
        (count,) = struct.unpack_from("<I", body, at)
        raw = body[at + 4 : at + 4 + 2 * count]
        at += 4 + 2 * count
        return raw.decode("utf-16-le", "replace").split("\0", 1)[0]

    if flags & 0x10:
        yield text()
    if flags & 0x80:
        yield text()
    if flags & 0x100:
        yield text()
    elif flags & 0x1:
        kind = body[at : at + 16]
        at += 16
        if kind == _URL_MONIKER:
            (length,) = struct.unpack_from("<I", body, at)
            yield body[at + 4 : at + 4 + length].decode("utf-16-le", "replace").split("\0", 1)[0]
            at += 4 + length
        elif kind == _FILE_MONIKER:
            target, at = _file_moniker(body, at)
            yield target
    if flags & 0x8:
        yield text()


def _file_moniker(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at + 2)
    short = body[at + 6 : at + 6 + length].split(b"\0", 1)[0].decode("cp1252", "replace")
    at += 6 + length + 24
    (size,) = struct.unpack_from("<I", body, at)
    at += 4
    if not size:
        return short, at
    (length,) = struct.unpack_from("<I", body, at)
    return body[at + 6 : at + 6 + length].decode("utf-16-le", "replace"), at + size

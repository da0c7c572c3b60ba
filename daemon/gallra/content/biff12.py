"""The records of binary workbooks (xlsb), streamed, and how texts are written in them.

Source: [MS-XLSB] 2.1.4 (records), 2.5.169 (XLWideString), 2.5.122 (RichStr), 2.5.97.91 (PtgStr).
"""

import re
import struct
from collections.abc import Iterator
from typing import Protocol

from gallra.content.biff import BrokenError
from gallra.content.place import normalised

_CHUNK_BYTES = 256 * 1024
_SHORTEST_GUESS, _LONGEST_GUESS = 3, 1_000
_LONGEST_LITERAL = 255
_READABLE = re.compile(r"[\x20-\ud7ff\ue000-\ufffd\t\n\r]+")
_IDENTIFIER = re.compile(r"rId\d+|[0-9_a-z:]*\{[0-9A-F-]{36}\}")
NO_TEXT = 0xFFFFFFFF


class Stream(Protocol):
    """Bytes in their order."""

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; none at the end."""


def records(stream: Stream, most_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and body of each record.

    Args:
        stream: a binary part.
        most_bytes: of one record.

    Raises:
        BrokenError: the last record is not whole, or one is longer than may be.
    """
    buffer, at = b"", 0
    is_last = False
    while True:
        head = _head(buffer, at)
        if head is None or head[1] + head[2] > len(buffer):
            if is_last:
                if at < len(buffer):
                    raise BrokenError
                return
            wanted = 0 if head is None else head[2]
            if wanted > most_bytes:
                raise BrokenError
            chunk = stream.read(max(_CHUNK_BYTES, wanted))
            is_last = not chunk
            buffer, at = buffer[at:] + chunk, 0
            continue
        number, begin, length = head
        at = begin + length
        yield number, buffer[begin:at]


def _head(buffer: bytes, at: int) -> tuple[int, int, int] | None:
    """Return number, beginning of the body, length; ``None`` where that is not all there."""
    end = len(buffer)
    if at + 2 > end:
        return None
    number = buffer[at]
    at += 1
    if number & 0x80:
        number = number & 0x7F | (buffer[at] & 0x7F) << 7
        at += 1
    length = 0
    for shift in (0, 7, 14, 21):
        if at >= end:
            return None
        byte = buffer[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return number, at, length


def wide(body: bytes, at: int) -> tuple[str, int]:
    """Return a text and where it ends; empty where there is none.

    Raises:
        struct.error: its length is not there.
        BrokenError: the text is not all there.
    """
    (count,) = struct.unpack_from("<I", body, at)
    if count == NO_TEXT:
        return "", at + 4
    end = at + 4 + 2 * count
    if end > len(body):
        raise BrokenError
    return normalised(body[at + 4 : end].decode("utf-16-le", "replace")), end


def texts_in(body: bytes) -> Iterator[str]:
    """Yield what looks like a text with its length before it, in a record of no reader."""
    at = 0
    while at + 6 <= len(body):
        (count,) = struct.unpack_from("<I", body, at)
        if _SHORTEST_GUESS <= count <= _LONGEST_GUESS and at + 4 + 2 * count <= len(body):
            text = body[at + 4 : at + 4 + 2 * count].decode("utf-16-le", "replace")
            if _READABLE.fullmatch(text) and any(map(str.isalnum, text)):
                if not _IDENTIFIER.fullmatch(text):
                    yield normalised(text).strip()
                at += 4 + 2 * count
                continue
        at += 1


def literals(formula: bytes) -> Iterator[str]:
    """Yield the texts that stand in a formula, found by their token."""
    at = 0
    while (at := formula.find(b"\x17", at)) >= 0:
        at += 1
        if at + 2 > len(formula):
            return
        (count,) = struct.unpack_from("<H", formula, at)
        raw = formula[at + 2 : at + 2 + 2 * min(count, _LONGEST_LITERAL)]
        if not 2 <= count <= _LONGEST_LITERAL or len(raw) < 2 * count:  # noqa: PLR2004 - one letter tells nothing
            continue
        text = raw.decode("utf-16-le", "replace")
        if _READABLE.fullmatch(text) and text.strip():
            yield normalised(text).strip()
            at += 2 + len(raw)

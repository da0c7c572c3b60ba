"""Drawings in old Office files: the pictures in them, word art, texts for those who cannot see.

Source: [MS-ODRAW] 2.2.23 (OfficeArtBlip), 2.3.7 (OfficeArtFOPT), 2.3.22 (geometry text).
"""

import re
import struct
import zlib
from collections.abc import Iterator

from gallra.content.place import Budget, normalised
from gallra.model.passage import Passage

_BLIP = re.compile(rb"[\x1a-\x1f\x29\x2a]\xf0")
_METAFILES = {
    0xF01A: (0x3D4, 0x3D5, "emf"), 0xF01B: (0x216, 0x217, "wmf"), 0xF01C: (0x542, 0x543, "pict")
}  # fmt: skip
_BITMAPS = {
    0xF01D: ((0x46A, 0x46B, 0x6E2, 0x6E3), "jpg"), 0xF02A: ((0x46A, 0x46B, 0x6E2, 0x6E3), "jpg"),
    0xF01E: ((0x6E0, 0x6E1), "png"), 0xF01F: ((0x7A8, 0x7A9), "dib"),
    0xF029: ((0x6E4, 0x6E5), "tif"),
}  # fmt: skip
_UID_BYTES = 16
_TELLING = frozenset({0xC0, 0x380, 0x381, 0x38D})
"""Of a shape's properties: word art, name, description, tool tip."""
_FOPT = re.compile(rb"[\x0b\x21\x22]\xf0")
_COMPLEX = 0x8000
_LONGEST_TEXT_BYTES = 64 * 1024
_ORDINARY_NAME = re.compile(r"[\w ]{1,30} \d{1,5}")
_METAFILE_HEADER = b"\xd7\xcd\xc6\x9a" + bytes(10) + b"\x60" + bytes(7)
"""As a file of its own a Windows metafile begins with its size; inside others it does not."""


def pictures_in(content: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of a stream, wherever they lie in it, with the ending of their kind.

    Raises:
        RefusedError: more is unpacked than may be.
    """
    at = 0
    while match := _BLIP.search(content, at):
        found = _picture_at(content, match.start() - 2, budget)
        if found is None:
            at = match.start() + 1
        else:
            ending, picture, at = found
            yield ending, picture


def _picture_at(content: bytes, begin: int, budget: Budget) -> tuple[str, bytes, int] | None:
    if begin < 0 or begin + 8 > len(content):
        return None
    head, kind, length = struct.unpack_from("<HHI", content, begin)
    end = begin + 8 + length
    if head & 0xF or end > len(content):
        return None
    instance = head >> 4
    if kind in _METAFILES:
        one, two, ending = _METAFILES[kind]
        if instance not in {one, two}:
            return None
        at = begin + 8 + _UID_BYTES * (1 + (instance == two))
        return (ending, _metafile(content[at:end], ending, budget), end)
    instances, ending = _BITMAPS[kind]
    if instance not in instances:
        return None
    at = begin + 8 + _UID_BYTES * (1 + instance % 2) + 1
    return (ending, content[at:end], end)


def _metafile(content: bytes, ending: str, budget: Budget) -> bytes:
    if len(content) < 34:  # noqa: PLR2004 - OfficeArtMetafileHeader
        return content
    (size,) = struct.unpack_from("<I", content)
    is_packed = content[32] == 0
    body = content[34:]
    if is_packed:
        unpacker = zlib.decompressobj()
        try:
            body = unpacker.decompress(body, min(size, budget.bounds.most_member_bytes) or 1)
        except zlib.error:
            return body
        budget.take_bytes(len(body))
    return (_METAFILE_HEADER + body) if ending == "wmf" else body


def shape_texts(content: bytes) -> Iterator[Passage]:
    """Yield what shapes in a stream say in their properties.

    A shape's name that the program gave, such as ``Picture 12``, is no text.
    """
    told: set[str] = set()
    at = 0
    room = len(content) // 2 + 1_000
    while room > 0 and (match := _FOPT.search(content, at)):
        at = match.start() + 1
        begin = match.start() - 2
        if begin < 0 or begin + 8 > len(content):
            continue
        head, _, length = struct.unpack_from("<HHI", content, begin)
        count, end = head >> 4, begin + 8 + length
        if head & 0xF != 3 or end > len(content) or 6 * count > length:  # noqa: PLR2004 - the version of these tables
            continue
        room -= count  # tables that overlap are made to waste time
        for text in _properties(content, begin + 8, count, end):
            at = end
            if text not in told and not _ORDINARY_NAME.fullmatch(text):
                told.add(text)
                yield Passage(where="alternative text", text=text)


def _properties(content: bytes, at: int, count: int, end: int) -> Iterator[str]:
    """Yield the texts of a table of properties; their bytes stand behind it in its order."""
    data = at + 6 * count
    for position in range(at, data, 6):
        number, value = struct.unpack_from("<HI", content, position)
        if not number & _COMPLEX:
            continue
        if data + value > end:
            return
        if number & 0x3FFF in _TELLING and value <= _LONGEST_TEXT_BYTES:
            text = content[data : data + value].decode("utf-16-le", "replace")
            if text := normalised(text.rstrip("\0")).strip():
                yield text
        data += value

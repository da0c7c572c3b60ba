"""Formatted bodies of Outlook's messages: RTF, packed with a small dictionary of its own.

Source: [MS-OXRTFCP] 2.1.3.1 (header), 2.2.2 (dictionary and its first content), 2.2.3 (packing).
"""

import struct
from dataclasses import dataclass

_HEADER_BYTES = 16
_COMPRESSED = b"LZFu"
_UNCOMPRESSED = b"MELA"
_DICTIONARY_BYTES = 4096
_FIRST_CONTENT = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """An RTF text, and whether it was there to its end."""

    content: bytes
    is_whole: bool


def decompressed(packed: bytes, most_bytes: int) -> Unpacked:
    """Return the RTF in a compressed body.

    Args:
        packed: the property's value, with its header.
        most_bytes: how much of it is wanted; more makes it "not whole".

    Returns:
        What could be unpacked; nothing, and not whole, where it is no compressed RTF.
    """
    if len(packed) < _HEADER_BYTES:
        return Unpacked(content=b"", is_whole=False)
    packed_bytes, raw_bytes, sign = struct.unpack_from("<II4s", packed)
    if sign == _UNCOMPRESSED:
        # some programs count the header's bytes as text too
        content = packed[_HEADER_BYTES:][:raw_bytes]
        is_whole = len(packed) >= packed_bytes + 4 and len(content) <= most_bytes
        return Unpacked(content=content[:most_bytes], is_whole=is_whole)
    if sign != _COMPRESSED:
        return Unpacked(content=b"", is_whole=False)
    content = _inflated(packed, min(raw_bytes, most_bytes))
    return Unpacked(content=content, is_whole=len(content) >= raw_bytes)


def _inflated(packed: bytes, most_bytes: int) -> bytes:
    """Undo the packing: eight steps a control byte, each a byte or a reference.

    The dictionary is the last 4096 bytes of what was written, so that the output itself serves;
    a reference is an offset in that ring, and one to the place of writing is the end.
    """
    lead = len(_FIRST_CONTENT)
    # what precedes the first content in the ring is never written and counts as NUL
    output = bytearray(_DICTIONARY_BYTES) + _FIRST_CONTENT
    origin = _DICTIONARY_BYTES
    position, size = _HEADER_BYTES, len(packed)
    most = origin + lead + most_bytes
    while position < size and len(output) < most:
        control = packed[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                output += packed[position : position + 1]
                position += 1
                continue
            if position + 2 > size:
                position = size
                break
            reference = packed[position] << 8 | packed[position + 1]
            position += 2
            written = len(output) - origin
            back = (written - (reference >> 4)) % _DICTIONARY_BYTES
            if not back:
                position = size
                break
            _repeat(output, back, (reference & 0xF) + 2)
    return bytes(output[origin + lead : most])


def _repeat(output: bytearray, back: int, count: int) -> None:
    """Append ``count`` bytes from ``back`` bytes ago; they may overlap what is appended."""
    begin = len(output) - back
    if count <= back:
        output += output[begin : begin + count]
    else:
        piece = output[begin:]
        output += (piece * (count // back + 1))[:count]

"""What the headers of a RAR archive say in the clear: volumes, and what is encrypted how.

libarchive unpacks; it does not say of every version which members are encrypted.

Source: technote.txt of RAR 4; "RAR 5.0 archive format".
"""

import struct
from dataclasses import dataclass, field

from gallra.content.source import Source

_RAR5 = b"Rar!\x1a\x07\x01\x00"
_MOST_HEADERS = 100_000
_MOST_HEADER_BYTES = 2 * 1024 * 1024
_AES_128_SINCE = 29
_OWN_CIPHER_SINCE = 20


@dataclass(slots=True, kw_only=True)
class RarFacts:
    """What was learned before the headers ended, or broke off."""

    is_volume: bool = False
    """One of several files that belong together."""
    header_method: str | None = None
    """How even the names are encrypted."""
    methods: list[str | None] = field(default_factory=list)
    """Of each file, in order: how it is encrypted."""
    checksums: list[int | None] = field(default_factory=list)
    """Of each file, in order: its CRC-32. libarchive compares only what was compressed."""
    is_cut: bool = False
    """A header or a file's data reaches beyond the end."""

    def method_of(self, number: int) -> str | None:
        """Return how the file with this number, from 0, is encrypted."""
        return self.methods[number] if number < len(self.methods) else None

    def checksum_of(self, number: int) -> int | None:
        """Return the CRC-32 of the file with this number, ``None`` where none is known."""
        if self.is_volume or number >= len(self.checksums):
            return None
        return self.checksums[number]


def rar_facts(source: Source) -> RarFacts:
    """Walk the headers; file data is jumped over."""
    facts = RarFacts()
    try:
        if source.head.startswith(_RAR5):
            _walk_5(source, facts)
        else:
            _walk_4(source, facts)
    except (struct.error, IndexError):
        facts.is_cut = True
    return facts


def _walk_4(  # noqa: C901 - one branch for each header of the format
    source: Source, facts: RarFacts
) -> None:
    position = 7
    for _ in range(_MOST_HEADERS):
        header = source.read_at(position, 64)
        if not header:
            return
        kind, flags, size = struct.unpack_from("<BHH", header, 2)
        length = size
        if flags & 0x8000:
            length += struct.unpack_from("<I", header, 7)[0]
        if kind == 0x73:  # noqa: PLR2004 - the archive's own header
            facts.is_volume = bool(flags & 0x0001)
            if flags & 0x0080:
                facts.header_method = "rar AES-128"
                return
        elif kind == 0x74:  # noqa: PLR2004 - a file
            if flags & 0x0100:
                length += struct.unpack_from("<I", header, 32)[0] << 32
            facts.methods.append(_method_4(header[24]) if flags & 0x0004 else None)
            facts.checksums.append(struct.unpack_from("<I", header, 16)[0])
        elif kind == 0x7B:  # noqa: PLR2004 - the end
            return
        if size < 7:  # noqa: PLR2004 - no header is shorter
            facts.is_cut = True
            return
        position += length
        if position > source.size_bytes:
            facts.is_cut = True
            return


def _method_4(version: int) -> str:
    if version >= _AES_128_SINCE:
        return "rar AES-128"
    return "rar 2.0 cipher" if version >= _OWN_CIPHER_SINCE else "rar 1.5 cipher"


def _walk_5(  # noqa: C901 - as above
    source: Source, facts: RarFacts
) -> None:
    position = len(_RAR5)
    for _ in range(_MOST_HEADERS):
        begin = source.read_at(position, 8)
        if not begin:
            return
        size, at = _number(begin, 4)
        if not 0 < size <= _MOST_HEADER_BYTES:
            facts.is_cut = True
            return
        header = source.read_at(position + at, size)
        if len(header) < size:
            facts.is_cut = True
            return
        kind, here = _number(header, 0)
        flags, here = _number(header, here)
        extra_bytes = data_bytes = 0
        if flags & 0x0001:
            extra_bytes, here = _number(header, here)
        if flags & 0x0002:
            data_bytes, here = _number(header, here)
        if kind == 1:
            facts.is_volume = bool(_number(header, here)[0] & 0x0001)
        elif kind == 2:  # noqa: PLR2004 - a file
            extra = header[size - extra_bytes :] if extra_bytes else b""
            facts.methods.append("rar AES-256" if _has_encryption(extra) else None)
            facts.checksums.append(_checksum_5(header, here))
        elif kind == 4:  # noqa: PLR2004 - from here on all is encrypted
            facts.header_method = "rar AES-256"
            return
        elif kind == 5:  # noqa: PLR2004 - the end
            return
        position += at + size + data_bytes
        if position > source.size_bytes:
            facts.is_cut = True
            return


def _checksum_5(header: bytes, at: int) -> int | None:
    flags, at = _number(header, at)
    _, at = _number(header, at)  # the size
    _, at = _number(header, at)  # attributes
    at += 4 if flags & 0x0002 else 0  # the time
    is_there = flags & 0x0004 and not flags & 0x0001
    return int(struct.unpack_from("<I", header, at)[0]) if is_there else None


def _has_encryption(extra: bytes) -> bool:
    at = 0
    while at < len(extra):
        size, at = _number(extra, at)
        if size and _number(extra, at)[0] == 1:
            return True
        at += size
    return False


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Return the number of seven bits a byte that begins at ``at``, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
    raise IndexError(at)

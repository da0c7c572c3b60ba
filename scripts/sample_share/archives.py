"""zip archives: plain, nested, and encrypted in the old way that needs no library."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from sample_share.ooxml import packed
from sample_share.papers import OPAQUE, File, PartTruth

if TYPE_CHECKING:
    from random import Random

_CHECK_BYTES = 12
_WORD = 0xFFFFFFFF


def as_zip(name: str, files: list[File]) -> File:
    """Return an archive of ``files``, all of one subject, in order."""
    subject = files[0].subject
    content = packed(((file.name, file.content) for file in files), on=subject.on)
    own = PartTruth(address="", format="zip", is_record=True, subject=subject)
    inside = tuple(part for file in files for part in file.inside(file.name))
    return File(name=name, content=content, subject=subject, parts=(own, *inside))


class _Cipher:
    """PKWARE's traditional encryption, APPNOTE.TXT section 6.1."""

    def __init__(self, password: bytes) -> None:
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._update(byte)

    def _crc(self, crc: int, byte: int) -> int:
        return (zlib.crc32(bytes((byte,)), crc ^ _WORD) ^ _WORD) & _WORD

    def _update(self, byte: int) -> None:
        first = self._crc(self.keys[0], byte)
        second = ((self.keys[1] + (first & 0xFF)) * 134775813 + 1) & _WORD
        self.keys = [first, second, self._crc(self.keys[2], second >> 24)]

    def encrypted(self, content: bytes) -> bytes:
        """Return ``content`` under the key stream."""
        result = bytearray()
        for byte in content:
            mixed = (self.keys[2] | 2) & 0xFFFF
            result.append(byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xFF))
            self._update(byte)
        return bytes(result)


def as_encrypted_zip(name: str, file: File, rng: Random) -> File:
    """Return an archive whose one member nobody can read without the password."""
    member = file.name.encode()
    check = zlib.crc32(file.content)
    head = rng.randbytes(_CHECK_BYTES - 1) + bytes((check >> 24,))
    body = _Cipher(rng.randbytes(12)).encrypted(head + file.content)
    on = file.subject.on
    day = (max(on.year, 1980) - 1980) << 9 | on.month << 5 | on.day
    sizes = struct.pack("<LLLHH", check, len(body), len(file.content), len(member), 0)
    shared = struct.pack("<HHHHH", 20, 0x801, 0, 12 << 11, day)
    local = b"PK\3\4" + shared + sizes + member + body
    central = b"PK\1\2\x14\x03" + shared + sizes + bytes(14) + member
    end = b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(central), len(local), 0)
    own = PartTruth(address="", format="zip", outcome=OPAQUE, is_record=True)
    sealed = PartTruth(address=file.name, format=file.parts[0].format, outcome=OPAQUE)
    return File(name=name, content=local + central + end, subject=file.subject, parts=(own, sealed))

"""Files in the formats of old, for the benchmark of reading: made here, the same every time."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

from benchmarks.content_files import sentence, table_row

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SECTOR = 512
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROWS = 600


def rtf(chance: Random) -> bytes:
    """Return a document of about 40 kB with the formatting that Word writes around each run."""
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}}"
    style = r"\rtlch\fcs1 \af0\afs22 \ltrch\fcs0 \lang1053\langfe1033\insrsid"
    runs = (
        rf"{{{style}{chance.randrange(10**7)} {_escaped(sentence(chance))}}}\par" + "\n"
        for _ in range(230)
    )
    return f"{head}{''.join(runs)}}}".encode("ascii")


def _escaped(text: str) -> str:
    return "".join(
        letter if letter.isascii() else rf"\'{letter.encode('cp1252').hex()}" for letter in text
    )


def doc(chance: Random) -> bytes:
    """Return a Word 97 document of about 40 kB, its text in 80 pieces."""
    paragraphs = [sentence(chance) + "\r" for _ in range(320)]
    pieces = ["".join(paragraphs[at : at + 4]) for at in range(0, len(paragraphs), 4)]
    main = bytearray(0x800)
    positions, places = [0], b""
    for piece in pieces:
        places += struct.pack("<HIH", 0, len(main) * 2 | 0x40000000, 0)
        main += piece.encode("cp1252")
        positions.append(positions[-1] + len(piece))
    plan = struct.pack(f"<{len(positions)}I", *positions) + places
    table = b"\x02" + struct.pack("<I", len(plan)) + plan
    struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", main, 10, 0x200)
    struct.pack_into("<II", main, 0x18, 0x800, len(main))
    struct.pack_into("<I", main, 0x4C, positions[-1])
    struct.pack_into("<II", main, 0x9A + 8 * 33, 0, len(table))
    return _compound({"WordDocument": bytes(main), "1Table": table})


def xls(chance: Random) -> bytes:
    """Return a workbook of Excel 97: one sheet, 600 rows of eight cells, shared texts."""
    texts: dict[str, int] = {}
    cells = b""
    for row in range(_ROWS):
        for column, value in enumerate(table_row(chance)):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                number = texts.setdefault(value, len(texts))
                cells += _record(0xFD, at + struct.pack("<I", number))
            else:
                cells += _record(0x203, at + struct.pack("<d", value))
    begin = _record(0x809, struct.pack("<HH12x", 0x600, 0x05))
    strings = _strings(list(texts)) + _record(0x0A, b"")
    name = b"\5\0Blad1"
    offset = len(begin) + 4 + 6 + len(name) + len(strings)
    listed = _record(0x85, struct.pack("<IH", offset, 0) + name)
    sheet = _record(0x809, struct.pack("<HH12x", 0x600, 0x10)) + cells + _record(0x0A, b"")
    return _compound({"Workbook": begin + listed + strings + sheet})


def xlsb(chance: Random) -> bytes:
    """Return a binary workbook: one sheet, 600 rows of eight cells, shared texts."""
    texts: dict[str, int] = {}
    cells = b""
    for row in range(_ROWS):
        cells += _record12(0, struct.pack("<I", row) + bytes(13))
        for column, value in enumerate(table_row(chance)):
            at = struct.pack("<II", column, 0)
            if isinstance(value, str):
                number = texts.setdefault(value, len(texts))
                cells += _record12(7, at + struct.pack("<I", number))
            else:
                cells += _record12(5, at + struct.pack("<d", value))
    sheet = _record12(129) + _record12(148, struct.pack("<4I", 0, _ROWS - 1, 0, 7))
    sheet += _record12(145) + cells + _record12(146) + _record12(130)
    strings = _record12(159, struct.pack("<II", len(texts), len(texts)))
    strings += b"".join(_record12(19, b"\0" + _wide(text)) for text in texts) + _record12(160)
    entry = _record12(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Blad1"))
    book = _record12(131) + _record12(143) + entry + _record12(144) + _record12(132)
    kinds = ("worksheet", "worksheets/sheet1.bin"), ("sharedStrings", "sharedStrings.bin")
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_PACKAGE_LINKS}">{links}</Relationships>',
        )
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
        archive.writestr("xl/sharedStrings.bin", strings)
    return packed.getvalue()


def ppt(chance: Random) -> bytes:
    """Return a presentation of PowerPoint 97 with 20 slides of eight lines, about 40 kB."""
    slides = []
    for _ in range(20):
        text = "\r".join(sentence(chance) for _ in range(8))
        box = _container(0xF00D, _atom(0xFA0, text.encode("utf-16-le")))
        slides.append(_container(0x3EE, _container(0x40C, _container(0xF004, box))))
    listed = b"".join(
        _atom(0x3F3, struct.pack("<5I", number + 2, 0, 0, 256 + number, 0))
        for number in range(len(slides))
    )
    content, places = b"", []
    for record in (_container(0x3E8, _container(0xFF0, listed)), *slides):
        places.append(len(content))
        content += record
    directory = len(content)
    content += _atom(0x1772, struct.pack(f"<{len(places) + 1}I", len(places) << 20 | 1, *places))
    newest = len(content)
    content += _atom(0xFF5, struct.pack("<5I8x", 256, 0, 0, directory, 1))
    user = struct.pack("<HHIIII", 0, 0xFF6, 24, 20, 0xE391C05F, newest) + bytes(16)
    return _compound({"PowerPoint Document": content, "Current User": user})


def _record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def _strings(texts: list[str]) -> bytes:
    """Write the table of texts; a new record begins between two of them."""
    body, pieces = struct.pack("<II", len(texts), len(texts)), []
    for text in texts:
        raw = struct.pack("<HB", len(text), 0) + text.encode("latin-1")
        if len(body) + len(raw) > 8000:  # noqa: PLR2004 - a record holds 8224 bytes
            pieces.append(body)
            body = b""
        body += raw
    first, *more = [*pieces, body]
    return _record(0xFC, first) + b"".join(_record(0x3C, piece) for piece in more)


def _record12(number: int, body: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])  # noqa: PLR2004 - seven bits
    length, size = len(body), b""
    while length >= 128:  # noqa: PLR2004 - as above
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + size + bytes([length]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _atom(kind: int, body: bytes) -> bytes:
    return struct.pack("<HHI", 0, kind, len(body)) + body


def _container(kind: int, body: bytes) -> bytes:
    return struct.pack("<HHI", 0xF, kind, len(body)) + body


def _compound(streams: dict[str, bytes]) -> bytes:
    """Write a compound file; each stream is padded so that none lies among the small ones."""
    table: list[int] = []
    body = b""

    def chain(content: bytes) -> int:
        nonlocal body
        count = -(-len(content) // _SECTOR)
        first = len(table)
        table.extend([*range(first + 1, first + count), _END])
        body += content.ljust(count * _SECTOR, b"\0")
        return first

    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")
        following = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, chain(padded), len(padded), right=following))
    directory = chain(b"".join(entries))
    count = -(-len(table) // (_SECTOR // 4 - 1))
    place = len(table)
    table += [_TABLE] * count
    table += [_FREE] * (-len(table) % (_SECTOR // 4))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, count, directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *(place + at if at < count else _FREE for at in range(109)))
    return head + body + struct.pack(f"<{len(table)}I", *table)


def _entry(  # noqa: PLR0913 - the fields of a directory's entry
    name: str, kind: int, start: int, size: int, *, right: int = _FREE, child: int = _FREE
) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBB3I36x", len(wide), kind, 1, _FREE, right, child)
    return wide.ljust(64, b"\0") + links + struct.pack("<IQ", start, size)


OLD_MAKERS: dict[str, Callable[[Random], bytes]] = {
    "rtf": rtf, "doc": doc, "xls": xls, "xlsb": xlsb, "ppt": ppt,
}  # fmt: skip

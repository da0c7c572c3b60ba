"""Writes the records of old and of binary workbooks for tests."""

import struct


def record(number: int, body: bytes) -> bytes:
    """Write a record of Excel 97, with those that continue it where it is too long."""
    pieces = [body[at : at + 8224] for at in range(0, len(body), 8224)] or [b""]
    first, *more = pieces
    head = struct.pack("<HH", number, len(first)) + first
    return head + b"".join(struct.pack("<HH", 0x3C, len(each)) + each for each in more)


def text8(text: str, *, short: bool = False) -> bytes:
    """Write a text of Excel 97: its length, whether it is wide, its characters."""
    length = struct.pack("<B" if short else "<H", len(text))
    if all(ord(letter) < 256 for letter in text):
        return length + b"\0" + text.encode("latin-1")
    return length + b"\1" + text.encode("utf-16-le")


def sheet8(*records: bytes) -> bytes:
    """Write a sheet's records between their beginning and end."""
    return record(0x809, struct.pack("<HH12x", 0x600, 0x10)) + b"".join(records) + record(0x0A, b"")


def book8(globals_: list[bytes], sheets: dict[str, bytes], states: dict[str, int]) -> bytes:
    """Write the stream of a workbook: sheets by name, with how hidden each is."""
    begin = record(0x809, struct.pack("<HH12x", 0x600, 0x05))
    rest = b"".join(globals_) + record(0x0A, b"")
    heads = {name: len(record(0x85, bytes(6) + text8(name, short=True))) for name in sheets}
    offset = len(begin) + sum(heads.values()) + len(rest)
    listed = b""
    for name, content in sheets.items():
        body = struct.pack("<IBB", offset, states.get(name, 0), 0) + text8(name, short=True)
        listed += record(0x85, body)
        offset += len(content)
    return begin + listed + rest + b"".join(sheets.values())


def link(url: str) -> bytes:
    """Write a hyperlink object that leads to ``url``."""
    raw = (url + "\0").encode("utf-16-le")
    moniker = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")
    return struct.pack("<II", 2, 3) + moniker + struct.pack("<I", len(raw)) + raw


def record12(number: int, body: bytes = b"") -> bytes:
    """Write a record of a binary workbook."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = len(body), b""
    while length >= 128:
        size += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + size + bytes([length]) + body


def text12(text: str) -> bytes:
    """Write a text of a binary workbook."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")

"""Writes property sets for tests, as old Office files carry them."""

import struct


def property_set(values: dict[int, str | int]) -> bytes:
    """Write a property set of texts in Western European and of times as they are counted."""
    section = b""
    places = []
    begin = 8 + 8 * (len(values) + 1)
    for key, value in {1: 1252, **values}.items():
        places.append((key, begin + len(section)))
        if key == 1:
            section += struct.pack("<II", 2, 1252)
        elif isinstance(value, int):
            section += struct.pack("<IQ", 0x40, value)
        else:
            raw = value.encode("cp1252") + b"\0"
            section += struct.pack("<II", 0x1E, len(raw)) + raw + bytes(-len(raw) % 4)
    head = struct.pack("<II", begin + len(section), len(places))
    head += b"".join(struct.pack("<II", *place) for place in places)
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 2, b"", 1, b"", 48) + head + section

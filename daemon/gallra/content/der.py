"""Values in DER and BER: as much as is needed to walk through certificates and envelopes.

Nothing here raises for damaged content: what does not add up ends the walk.

Source: ITU-T X.690, 8.1 (identifier, length, end of contents), 8.7 (octet strings), 8.19.
"""

from collections.abc import Iterator
from dataclasses import dataclass

SEQUENCE = 0x30
SET = 0x31
INTEGER = 0x02
OCTETS = 0x04
OBJECT_IDENTIFIER = 0x06
CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_INDEFINITE = 0x80
_MOST_LENGTH_BYTES = 6
_MOST_DEPTH = 24
_MOST_PIECES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One value: its identifier byte, and where its content stands."""

    tag: int
    begin: int
    end: int
    """Where the content ends, at most the end of what is there."""
    next: int
    """Where the value after it begins."""
    is_whole: bool = True

    @property
    def is_constructed(self) -> bool:
        """Whether it holds values."""
        return bool(self.tag & CONSTRUCTED)


def element_at(content: bytes, position: int, end: int, depth: int = 0) -> Element | None:
    """Return the value at ``position``, ``None`` where there is none."""
    if position + 2 > end or content[position] & _LONG_TAG == _LONG_TAG or depth > _MOST_DEPTH:
        return None
    tag, length = content[position], content[position + 1]
    begin = position + 2
    if length == _INDEFINITE:
        return _open_ended(content, tag, begin, end, depth)
    if length & 0x80:
        count = length & 0x7F
        if count > _MOST_LENGTH_BYTES or begin + count > end:
            return None
        length = int.from_bytes(content[begin : begin + count], "big")
        begin += count
    stop = begin + length
    return Element(
        tag=tag, begin=begin, end=min(stop, end), next=min(stop, end), is_whole=stop <= end
    )


def _open_ended(content: bytes, tag: int, begin: int, end: int, depth: int) -> Element:
    """Return a value whose end is marked by two zero bytes after the values in it."""
    position = begin
    while position + 2 <= end:
        if content[position : position + 2] == b"\0\0":
            return Element(tag=tag, begin=begin, end=position, next=position + 2)
        inner = element_at(content, position, end, depth + 1)
        if inner is None or not inner.is_whole:
            break
        position = inner.next
    return Element(tag=tag, begin=begin, end=end, next=end, is_whole=False)


def elements(content: bytes, outer: Element) -> Iterator[Element]:
    """Yield the values inside ``outer``, in order."""
    position = outer.begin
    while (inner := element_at(content, position, outer.end)) is not None:
        yield inner
        if inner.next <= position:
            return
        position = inner.next


def octets(content: bytes, element: Element) -> tuple[bytes, bool]:
    """Return the bytes of an octet string, also of one in pieces, and whether all are there."""
    pieces: list[bytes] = []
    waiting = [element]
    is_whole = True
    while waiting and len(pieces) < _MOST_PIECES:
        each = waiting.pop()
        is_whole = is_whole and each.is_whole
        if each.is_constructed:
            waiting += reversed(list(elements(content, each)))
        else:
            pieces.append(content[each.begin : each.end])
    return b"".join(pieces), is_whole and not waiting


def identifier(content: bytes, element: Element) -> str:
    """Return an object identifier in dots, as in ``1.2.840.113549.1.7.2``."""
    arcs: list[int] = []
    value = 0
    for byte in content[element.begin : min(element.end, element.begin + 64)]:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    lead = min(arcs[0] // 40, 2)
    return ".".join(map(str, (lead, arcs[0] - lead * 40, *arcs[1:])))

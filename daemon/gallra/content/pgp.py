"""PGP: what is encrypted is named by its cipher; what is only signed and packed is read.

The cipher stands in the clear only where a pass phrase opens the message; else a recipient's key
hides it. The old packet without integrity protection is told from the newer ones.

Source: RFC 9580, 4.2 (packet headers), 5.1 to 5.9 (packets), 6.2 (armour), 9.3 and 9.4 (numbers).
"""

import bz2
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gallra.content.headers import lenient_base64
from gallra.content.place import Place, RefusedError, read_part, too_large
from gallra.content.source import MemorySource, Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_ARMOUR = re.compile(
    rb"-----BEGIN PGP MESSAGE[^\n]*-----[ \t]*\r?\n(?:[A-Za-z]+: [^\n]*\n)*(.*?)"
    rb"(?:\n=[A-Za-z0-9+/]{4}\s*)?(?:-----END|\Z)",
    re.DOTALL,
)
_CIPHERS = {
    1: "IDEA", 2: "3DES", 3: "CAST5", 4: "Blowfish", 7: "AES-128", 8: "AES-192", 9: "AES-256",
    10: "Twofish", 11: "Camellia-128", 12: "Camellia-192", 13: "Camellia-256",
}  # fmt: skip
_KEY_FOR_SOMEBODY, _SIGNATURE, _KEY_FOR_PHRASE, _ONE_PASS = 1, 2, 3, 4
_PACKED, _OLD_ENCRYPTED, _MARKER, _LITERAL = 8, 9, 10, 11
_ENCRYPTED, _AUTHENTICATED, _PADDING = 18, 20, 21
_MOST_PACKETS = 2_000
_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PgpMessage:
    """What a PGP message turned out to be."""

    method: str | None = None
    """How it is encrypted; ``None`` where it is not."""
    content: bytes = b""
    is_whole: bool = True


def examined(content: bytes, most_bytes: int) -> PgpMessage | None:
    """Open a PGP message as far as it can be without a key.

    Args:
        content: packets, or their armoured form.
        most_bytes: how much a packed one may unpack to.

    Returns:
        What it is; ``None`` where it is no PGP message.

    Raises:
        RefusedError: it unpacks to more than that.
    """
    if (armoured := _ARMOUR.search(content)) is not None:
        content, _ = lenient_base64(armoured[1])
    return _message(content, most_bytes, 0)


def read_pgp(place: Place, source: Source) -> Iterator[Part]:
    """Yield what a file holds that was signed or packed with PGP.

    Raises:
        RefusedError: it is encrypted, damaged, or too large.
    """
    most = place.bounds.most_member_bytes
    if source.size_bytes > most:
        raise too_large(said("is larger than {limit} bytes", limit=most))
    message = examined(source.read_at(0, source.size_bytes), most)
    if message is None:
        raise RefusedError(Outcome.DAMAGED, said("is damaged"))
    if message.method:
        raise RefusedError(
            Outcome.OPAQUE,
            said("is encrypted with {method}", method=message.method),
            encrypted=message.method,
        )
    shortfalls = (
        [] if message.is_whole else [said("ends in the middle: something may have been cut off")]
    )
    yield read_part(place, "pgp", [], shortfalls=shortfalls)
    place.budget.take_bytes(len(message.content))
    stem, dot, _ = place.name.rpartition(".")
    inner = place.inside(stem if dot and stem else "content")
    yield from inner.follow(inner, MemorySource(message.content))


def _message(content: bytes, most_bytes: int, depth: int) -> PgpMessage | None:
    cipher: str | None = None
    is_sealed = False
    for tag, body, is_whole in _packets(content):
        match tag:
            case _ if tag == _KEY_FOR_PHRASE and len(body) > 1:
                cipher = _CIPHERS.get(body[1] if body[0] <= 5 else body[2], cipher)  # noqa: PLR2004 - version 6 counts first
                is_sealed = True
            case _ if tag == _KEY_FOR_SOMEBODY:
                is_sealed = True
            case _ if tag == _OLD_ENCRYPTED:
                return PgpMessage(method="PGP without integrity protection")
            case _ if tag in {_ENCRYPTED, _AUTHENTICATED}:
                return PgpMessage(method=f"PGP {cipher}" if cipher else "PGP")
            case _ if tag == _PACKED and depth < _MOST_DEPTH and body:
                return _unpacked(body, most_bytes, depth, is_whole=is_whole)
            case _ if tag == _LITERAL and len(body) > 1:
                return PgpMessage(content=body[2 + body[1] + 4 :], is_whole=is_whole)
            case _ if tag not in {_SIGNATURE, _ONE_PASS, _MARKER, _PADDING}:
                break
            case _:
                pass
    return PgpMessage(method="PGP") if is_sealed else None


def _unpacked(body: bytes, most_bytes: int, depth: int, *, is_whole: bool) -> PgpMessage | None:
    method, packed = body[0], body[1:]
    try:
        if method in {1, 2}:
            inflater = zlib.decompressobj(-15 if method == 1 else 15)
            content = inflater.decompress(packed, most_bytes + 1)
        elif method == 3:  # noqa: PLR2004 - BZip2
            content = bz2.BZ2Decompressor().decompress(packed, most_bytes + 1)
        else:
            content = packed
    except (zlib.error, OSError, ValueError):
        return None
    if len(content) > most_bytes:
        raise too_large(said("unpacks to more than {limit} bytes", limit=most_bytes))
    inner = _message(content, most_bytes, depth + 1)
    if inner is None or is_whole:
        return inner
    return PgpMessage(method=inner.method, content=inner.content, is_whole=False)


def _packets(content: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Yield the packets: what each is, its body, and whether all of it is there."""
    position = count = 0
    while position < len(content) and content[position] & 0x80 and count < _MOST_PACKETS:
        count += 1
        lead = content[position]
        position += 1
        if lead & 0x40:
            body, position, is_whole = _new_body(content, position)
            yield lead & 0x3F, body, is_whole
        else:
            size = {0: 1, 1: 2, 2: 4}.get(lead & 3, 0)
            length = int.from_bytes(content[position : position + size], "big")
            position += size
            end = position + length if size else len(content)
            yield lead >> 2 & 0x0F, content[position:end], end <= len(content)
            position = end


def _new_body(content: bytes, position: int) -> tuple[bytes, int, bool]:
    """Return a body in one piece, or in pieces that each say how long they are."""
    pieces: list[bytes] = []
    while position < len(content):
        first = content[position]
        is_partial = 224 <= first < 255  # noqa: PLR2004 - RFC 9580, 4.2.1
        if is_partial:
            length, size = 1 << (first & 0x1F), 1
        elif first < 192:  # noqa: PLR2004 - as above
            length, size = first, 1
        elif first == 255:  # noqa: PLR2004 - as above
            length, size = int.from_bytes(content[position + 1 : position + 5], "big"), 5
        else:
            following = content[position + 1] if position + 1 < len(content) else 0
            length, size = (first - 192 << 8) + following + 192, 2
        position += size
        pieces.append(content[position : position + length])
        is_whole = position + length <= len(content)
        position += length
        if not is_partial or not is_whole:
            return b"".join(pieces), position, is_whole
    return b"".join(pieces), position, False

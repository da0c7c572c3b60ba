"""Files that are known but not read, and those that nobody without the password can read."""

import struct
from collections.abc import Iterator

from gallra.content.place import Place, RefusedError
from gallra.content.source import Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
_AUTHENTICATED_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
_ENCRYPTED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
_SEVEN_ZIP_AES = b"\x06\xf1\x07\x01"
_TAIL_BYTES = 256 * 1024


def _opaque(kind: str, method: str) -> RefusedError:
    return RefusedError(
        Outcome.OPAQUE,
        said("is encrypted with {method}", method=method),
        encrypted=method,
        kind=kind,
    )


def refuse(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Say honestly that a file of this kind was not read.

    Raises:
        RefusedError: always.
    """
    del place
    if kind == "7z" and _has_seven_zip_encryption(source):
        raise _opaque(kind, "7z AES-256")
    if kind == "rar" and _has_rar_encryption(source.head):
        raise _opaque(kind, "rar AES")
    if kind == "pgp":
        raise _opaque(kind, "PGP")
    if kind == "p7m":
        head = source.head[:64]
        for sign in (_ENVELOPED, _AUTHENTICATED_ENVELOPED, _ENCRYPTED_DATA):
            if sign in head:
                raise _opaque(kind, "S/MIME")
    if kind == "binary":
        raise RefusedError(Outcome.UNSUPPORTED, said("is of no kind that is known"), kind=kind)
    raise RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)
    yield  # type: ignore[unreachable] # a generator, as all readers are


def _has_seven_zip_encryption(source: Source) -> bool:
    """Look for the AES coder's identifier in the header that stands at the end."""
    begin = max(0, source.size_bytes - _TAIL_BYTES)
    return _SEVEN_ZIP_AES in source.read_at(begin, _TAIL_BYTES)


def _has_rar_encryption(head: bytes) -> bool:
    """Tell encrypted headers or an encrypted first file, in RAR 4 and RAR 5.

    Source: RAR 5.0 archive format, 'Archive encryption header'; technote.txt of RAR 4.
    """
    if head.startswith(b"Rar!\x1a\x07\x01\x00"):
        position = 12
        while position < min(len(head), 18) and head[position] & 0x80:
            position += 1
        return head[position + 1 : position + 2] == b"\x04"
    position = 7
    for _ in range(64):
        if position + 7 > len(head):
            return False
        kind, flags, size = head[position + 2], *struct.unpack_from("<HH", head, position + 3)
        if (kind == 0x73 and flags & 0x80) or (kind == 0x74 and flags & 0x04):  # noqa: PLR2004 - RAR 4's header types
            return True
        if size < 7 or kind == 0x74:  # noqa: PLR2004 - the first file was seen
            return False
        position += size
    return False

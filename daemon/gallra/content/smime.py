"""S/MIME: what is only signed is read, what is encrypted is named by its cipher.

A signed or compressed envelope hides nothing: what is in it is read like any file, and the
signers' certificates tell names. Old ciphers are told from strong ones by their names.

Source: RFC 5652 (CMS), 5.1, 6.1, 8; RFC 5083; RFC 3274; RFC 3565, 3370 (ciphers); RFC 5280 4.1.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gallra.content.decoding import decode
from gallra.content.der import (
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTETS,
    SEQUENCE,
    SET,
    Element,
    element_at,
    elements,
    identifier,
    octets,
)
from gallra.content.kinds import extension_of
from gallra.content.place import Place, RefusedError, read_part, too_large
from gallra.content.source import MemorySource, Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_SIGNED = "1.2.840.113549.1.7.2"
_COMPRESSED = "1.2.840.113549.1.9.16.1.9"
_ENCRYPTED = {
    "1.2.840.113549.1.7.3",
    "1.2.840.113549.1.7.4",
    "1.2.840.113549.1.7.6",
    "1.2.840.113549.1.9.16.1.23",
}
"""Enveloped, signed and enveloped, encrypted, enveloped and authenticated."""
_CIPHERS = {
    "2.16.840.1.101.3.4.1.2": "AES-128-CBC", "2.16.840.1.101.3.4.1.6": "AES-128-GCM",
    "2.16.840.1.101.3.4.1.7": "AES-128-CCM", "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
    "2.16.840.1.101.3.4.1.26": "AES-192-GCM", "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
    "2.16.840.1.101.3.4.1.46": "AES-256-GCM", "2.16.840.1.101.3.4.1.47": "AES-256-CCM",
    "1.2.840.113549.3.7": "3DES", "1.2.840.113549.3.2": "RC2", "1.2.840.113549.3.4": "RC4",
    "1.3.14.3.2.7": "DES", "1.2.840.113533.7.66.10": "CAST5",
    "1.2.392.200011.61.1.1.1.2": "Camellia-128", "1.2.392.200011.61.1.1.1.4": "Camellia-256",
    "1.2.840.113549.1.9.16.3.18": "ChaCha20-Poly1305",
}  # fmt: skip
_RC2_BITS = {160: 40, 120: 64, 58: 128}
_ALTERNATIVE_NAME = "2.5.29.17"
_STRINGS = {0x0C, 0x13, 0x14, 0x16, 0x1A, 0x1E}
_BMP_STRING = 0x1E
_MAIL_NAME = 0x81
_CONTEXT_0 = 0xA0
_CONTEXT_3 = 0xA3
_ARMOUR = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----(.*?)(?:-----END|\Z)", re.DOTALL)
_MIME_START = re.compile(rb"\s*(?:content-[a-z-]+|mime-version)[ \t]*:", re.IGNORECASE)
_MOST_HEAD_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a CMS structure turned out to be."""

    method: str | None = None
    """How it is encrypted; ``None`` where it is not."""
    content: bytes | None = None
    """What was signed or compressed; ``None`` where it lies elsewhere."""
    is_whole: bool = True
    signers: tuple[str, ...] = ()


def opened(content: bytes, most_bytes: int) -> Envelope | None:
    """Open a CMS structure as far as it can be without a key.

    Args:
        content: DER, BER, or either in base64 between armour lines.
        most_bytes: how much a compressed one may unpack to.

    Returns:
        What it is; ``None`` where it is no CMS structure that is known.

    Raises:
        RefusedError: it unpacks to more than that.
    """
    content = _without_armour(content)
    outer = element_at(content, 0, len(content))
    fields = list(elements(content, outer)) if outer and outer.tag == SEQUENCE else []
    if len(fields) < 2 or fields[0].tag != OBJECT_IDENTIFIER:  # noqa: PLR2004 - type and content
        return None
    kind = identifier(content, fields[0])
    body = next(elements(content, fields[1]), None)
    if kind not in {_SIGNED, _COMPRESSED, *_ENCRYPTED} or body is None:
        return None
    if kind in _ENCRYPTED:
        return Envelope(method=_method(content, body))
    inner, is_whole = _encapsulated(content, body)
    # what was cut off behind the content may be the certificates of those who signed
    is_whole = is_whole and body.is_whole and fields[1].is_whole
    if kind == _COMPRESSED:
        return _inflated(inner or b"", most_bytes, is_whole=is_whole)
    return Envelope(
        content=inner, is_whole=is_whole, signers=tuple(dict.fromkeys(_signers(content, body)))
    )


def encryption_of(content: bytes) -> str | None:
    """Return how a CMS structure is encrypted, ``None`` where it is not, or is none."""
    try:
        envelope = opened(content[:_MOST_HEAD_BYTES], 0)
    except RefusedError:
        return None
    return envelope.method if envelope else None


def is_mime(content: bytes) -> bool:
    """Tell whether what was in an envelope is an entity with MIME headers."""
    return _MIME_START.match(content) is not None


def read_cms(place: Place, source: Source) -> Iterator[Part]:
    """Yield a signed file's signers, then what was signed.

    Raises:
        RefusedError: it is encrypted, damaged, or too large.
    """
    most = place.bounds.most_message_bytes
    if source.size_bytes > most:
        raise too_large(said("is larger than {limit} bytes", limit=most))
    envelope = opened(source.read_at(0, source.size_bytes), place.bounds.most_member_bytes)
    if envelope is None:
        raise RefusedError(Outcome.DAMAGED, said("is damaged"))
    if envelope.method:
        raise RefusedError(
            Outcome.OPAQUE,
            said("is encrypted with {method}", method=envelope.method),
            encrypted=envelope.method,
        )
    shortfalls: list[Message] = []
    if not envelope.is_whole:
        shortfalls.append(said("ends in the middle: something may have been cut off"))
    passages = [Passage(where="signer", text=name) for name in envelope.signers]
    yield read_part(place, "p7m", passages, shortfalls=shortfalls)
    if envelope.content:
        place.budget.take_bytes(len(envelope.content))
        stem = place.name[: -len(extension_of(place.name)) - 1] if place.name else ""
        name = stem if extension_of(stem) else "content"
        inner = place.inside(name, is_message=is_mime(envelope.content))
        yield from inner.follow(inner, MemorySource(envelope.content))


def _without_armour(content: bytes) -> bytes:
    if (match := _ARMOUR.search(content[:_MOST_HEAD_BYTES])) is None:
        return content
    try:
        return base64.b64decode(content[match.start(1) : match.end(1)])
    except (binascii.Error, ValueError):
        return b""


def _encapsulated(content: bytes, body: Element) -> tuple[bytes | None, bool]:
    """Return what was put in; nothing where only a signature is there."""
    for field in elements(content, body):
        if field.tag != SEQUENCE:
            continue
        parts = list(elements(content, field))
        if not parts or parts[0].tag != OBJECT_IDENTIFIER:
            continue
        if identifier(content, parts[0]).startswith("1.2.840.113549.1.9.16.3."):
            continue  # the algorithm of a compressed one
        if len(parts) > 1 and parts[1].tag == _CONTEXT_0:
            inner = next(elements(content, parts[1]), None)
            if inner is None:
                return None, parts[1].begin == parts[1].end
            if inner.tag & ~0x20 == OCTETS:
                return octets(content, inner)
            return content[inner.begin : inner.end], inner.is_whole
        return None, body.is_whole
    return None, False


def _inflated(packed: bytes, most_bytes: int, *, is_whole: bool) -> Envelope:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, most_bytes + 1)
    except zlib.error:
        return Envelope(content=None, is_whole=False)
    if len(content) > most_bytes:
        raise too_large(said("unpacks to more than {limit} bytes", limit=most_bytes))
    return Envelope(content=content, is_whole=is_whole and inflater.eof)


def _method(content: bytes, body: Element) -> str:
    """Return the cipher of the encrypted content: the SEQUENCE after the recipients."""
    for field in elements(content, body):
        if field.tag != SEQUENCE:
            continue
        parts = list(elements(content, field))
        if len(parts) > 1 and parts[0].tag == OBJECT_IDENTIFIER and parts[1].tag == SEQUENCE:
            algorithm = list(elements(content, parts[1]))
            name = _CIPHERS.get(identifier(content, algorithm[0]) if algorithm else "")
            if name == "RC2":
                name = f"RC2-{_rc2_bits(content, algorithm)}"
            return f"S/MIME {name}" if name else "S/MIME"
    return "S/MIME"


def _rc2_bits(content: bytes, algorithm: list[Element]) -> int:
    """Return the strength that RC2's parameters name; 32 bits where they name none.

    Source: RFC 2268, section 6.
    """
    if len(algorithm) > 1 and algorithm[1].tag == SEQUENCE:
        version = next(elements(content, algorithm[1]), None)
        if version is not None and version.tag == INTEGER:
            number = int.from_bytes(content[version.begin : version.end], "big")
            return _RC2_BITS.get(number, number if number > 255 else 32)  # noqa: PLR2004 - RFC 2268
    return 32


def _signers(content: bytes, body: Element) -> Iterator[str]:
    """Yield the names in the certificates of people; those of authorities sign others."""
    found: list[tuple[bytes, bytes, list[str]]] = []
    for field in elements(content, body):
        if field.tag == _CONTEXT_0:
            certificates = (_certificate(content, each) for each in elements(content, field))
            found += [each for each in certificates if each is not None]
    authorities = {issuer for subject, issuer, _ in found if subject != issuer}
    for subject, _, names in found:
        if subject not in authorities:
            yield from names


def _certificate(content: bytes, certificate: Element) -> tuple[bytes, bytes, list[str]] | None:
    """Return a certificate's subject and issuer as they stand, and the subject's names."""
    signed = next(elements(content, certificate), None)
    if signed is None or certificate.tag != SEQUENCE or signed.tag != SEQUENCE:
        return None
    fields = [each for each in elements(content, signed) if each.tag != _CONTEXT_0]
    if len(fields) < 5:  # noqa: PLR2004 - number, algorithm, issuer, validity, subject
        return None
    issuer, subject = (content[fields[n].begin : fields[n].end] for n in (2, 4))
    names = list(_strings(content, fields[4]))
    for extensions in (each for each in fields if each.tag == _CONTEXT_3):
        names += _alternative_names(content, extensions)
    return subject, issuer, names


def _strings(content: bytes, element: Element, depth: int = 0) -> Iterator[str]:
    for inner in elements(content, element):
        raw = content[inner.begin : inner.end]
        if inner.tag in {SEQUENCE, SET} and depth < 4:  # noqa: PLR2004 - a name is a list of sets of pairs
            yield from _strings(content, inner, depth + 1)
        elif inner.tag == _BMP_STRING:
            yield raw.decode("utf-16-be", "replace").replace("\0", "")
        elif inner.tag in _STRINGS and len(raw) > 2:  # noqa: PLR2004 - not the country
            yield decode(raw).text.replace("\0", "")


def _alternative_names(content: bytes, extensions: Element) -> Iterator[str]:
    for listed in elements(content, extensions):
        for extension in elements(content, listed):
            parts = list(elements(content, extension))
            if len(parts) < 2 or identifier(content, parts[0]) != _ALTERNATIVE_NAME:  # noqa: PLR2004 - name and value
                continue
            names = element_at(content, parts[-1].begin, parts[-1].end)
            for name in elements(content, names) if names else ():
                if name.tag == _MAIL_NAME:
                    yield decode(content[name.begin : name.end]).text.replace("\0", "")

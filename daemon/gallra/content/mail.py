"""Mail: headers, bodies, and everything attached, each attachment read by its own kind.

Multiparts are split by their own outer boundaries first, so that a broken inner one never
swallows what follows. Bytes stay bytes until a body is decoded.

Source: RFC 5322, RFC 2045-2047, RFC 2231, RFC 8551 (S/MIME), RFC 3156 (PGP/MIME).
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.content.decoding import decode_declared
from gallra.content.headers import (
    MORE_SHOWN,
    ContentHead,
    Fields,
    addresses,
    decoded_header,
    first,
    lenient_base64,
    sent_at,
    split_head,
)
from gallra.content.place import Place, normalised, read_part, too_large
from gallra.content.source import MemorySource, Source
from gallra.content.web import decoded_html, passages_of
from gallra.model.message import Message, said
from gallra.model.passage import ByteSpan, MessageHeaders, Outcome, Part, Passage

_SHOWN = ("from", "to", "cc", "bcc", "reply-to", "subject")
_REPORTS = frozenset(
    {"message/delivery-status", "text/rfc822-headers", "message/disposition-notification",
     "message/feedback-report", "message/external-body"}
)  # fmt: skip
_NESTED = frozenset({"message/rfc822", "message/global", "message/news"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_BOILERPLATE = re.compile(r"multi-?part (?:mime )?message|mime format|^\s*--", re.IGNORECASE)
_PGP = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)
_EXTENSIONS = {
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/rtf": "rtf",
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
}
_CUT_SHORT = said("ends in the middle: something may have been cut off")


@dataclass(slots=True)
class _Attached:
    name: str
    content: bytes
    is_message: bool = False


@dataclass(slots=True)
class _Gathered:
    """What one message's entities gave."""

    bodies: list[Passage] = field(default_factory=list)
    attached: list[_Attached] = field(default_factory=list)
    beside: list[Passage] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    encrypted: str | None = None
    count: int = 0


def read_mail(place: Place, source: Source) -> Iterator[Part]:
    """Yield a message that is a file of its own, then what is attached to it.

    Raises:
        RefusedError: it is too large.
    """
    most = place.bounds.most_message_bytes
    if source.size_bytes > most:
        raise too_large(said("is larger than {limit} bytes", limit=most))
    content = source.read_at(0, source.size_bytes)
    if place.name.lower().endswith(".emlx"):
        length, _, rest = content.partition(b"\n")
        content = rest[: int(length)] if length.strip().isdigit() else content
    kind = "eml" if not place.is_message else "message"
    yield from message_parts(place, content, kind=kind)


def message_parts(
    place: Place, content: bytes, *, kind: str, span: ByteSpan | None = None
) -> Iterator[Part]:
    """Yield the message in ``content``, then what is attached to it.

    Args:
        place: where it is.
        content: from its first header line, or from the "From " line of a mailbox.
        kind: ``eml`` for a file, ``message`` for one inside something.
        span: where it stands in its mailbox.
    """
    begin = 0
    while content.startswith((b"\n", b"\r\n"), begin):
        begin += 1
    if begin:
        content = content[begin:]
    fields, body_at, is_sound = split_head(content)
    gathered = _Gathered()
    _entity(fields, content[body_at:], gathered, place, 0, "text/plain")
    passages = [*_header_passages(fields), *gathered.bodies]
    for name, value in fields:
        if MORE_SHOWN.fullmatch(name) and (text := decoded_header(value)):
            gathered.beside.append(Passage(where=f"header {name}", text=text))
    passages += gathered.beside
    headers = _headers(fields, gathered)
    shortfalls = gathered.shortfalls
    if not fields and (content.strip() or not is_sound):
        shortfalls.insert(0, said("has no headers"))
    part = read_part(
        place,
        kind,
        passages,
        shortfalls=shortfalls,
        encrypted=gathered.encrypted,
        message=headers,
        span=span,
        stated_on=headers.sent_at.date() if headers.sent_at else None,
    )
    yield _opaque(part, gathered.encrypted) if gathered.encrypted else part
    for attached in gathered.attached:
        inner = place.inside(attached.name, is_message=attached.is_message)
        yield from place.follow(inner, MemorySource(attached.content))


def _opaque(part: Part, method: str) -> Part:
    return Part(
        address=part.address,
        kind=part.kind,
        outcome=Outcome.OPAQUE,
        reason=said("is encrypted with {method}", method=method),
        encrypted=method,
        passages=part.passages,
        message=part.message,
        span=part.span,
        stated_on=part.stated_on,
    )


def _header_passages(fields: Fields) -> Iterator[Passage]:
    for name in _SHOWN:
        for each, value in fields:
            if each == name and (text := decoded_header(value)):
                yield Passage(where=name, text=text)


def _headers(fields: Fields, gathered: _Gathered) -> MessageHeaders:
    def every(name: str) -> tuple[str, ...]:
        return tuple(
            address for each, value in fields if each == name for address in addresses(value)
        )

    def one(name: str) -> str | None:
        value = first(fields, name)
        return decoded_header(value) or None if value is not None else None

    return MessageHeaders(
        message_id=one("message-id"),
        sent_at=sent_at(first(fields, "date")),
        sender=one("from"),
        to=every("to"),
        cc=every("cc"),
        bcc=every("bcc"),
        subject=one("subject"),
        attachments=tuple(attached.name for attached in gathered.attached),
    )


def _entity(  # noqa: C901, PLR0913, PLR0917 - one entity: its head, its bytes, where it goes, how deep it is
    fields: Fields, body: bytes, gathered: _Gathered, place: Place, depth: int, default: str
) -> None:
    head = ContentHead(fields, default)
    gathered.count += 1
    if gathered.count > place.bounds.most_parts or depth > place.bounds.most_mime_depth:
        gathered.shortfalls.append(said("has more parts than are looked at"))
        return
    if head.kind.startswith("multipart/") and (boundary := head.parameter("boundary")):
        _multipart(head, boundary, body, gathered, place, depth)
        return
    if head.kind in _SMIME and _is_enveloped(head):
        gathered.encrypted = gathered.encrypted or "S/MIME"
        return
    content, is_whole = _decoded_body(body, head.encoding)
    if not is_whole:
        gathered.shortfalls.append(_CUT_SHORT)
    name = head.filename
    if head.kind in _NESTED:
        gathered.attached.append(_Attached(name or "message.eml", content, is_message=True))
    elif head.kind in _REPORTS:
        _text(content, head, "report", gathered)
    elif name or head.disposition.startswith("attachment"):
        gathered.attached.append(_Attached(name or _nameless(head, gathered), content))
    elif head.kind == "text/html":
        html = decoded_html(content, head.parameter("charset"))
        _html(html.text, gathered)
    elif head.kind in {"text/plain", "text/enriched", "text"} or (
        not depth and (head.kind.startswith(("text/", "multipart/")))
    ):
        _text(content, head, "body", gathered)
    elif content.strip():
        gathered.attached.append(_Attached(_nameless(head, gathered), content))


def _nameless(head: ContentHead, gathered: _Gathered) -> str:
    extension = _EXTENSIONS.get(head.kind)
    stem = f"part-{gathered.count}"
    return f"{stem}.{extension}" if extension else stem


def _is_enveloped(head: ContentHead) -> bool:
    kind = (head.parameter("smime-type") or "").lower()
    return not kind.startswith(("signed", "certs", "compressed"))


def _text(content: bytes, head: ContentHead, where: str, gathered: _Gathered) -> None:
    text = normalised(decode_declared(content, head.parameter("charset")).text).rstrip("\n")
    if not text.strip():
        return
    if "-----BEGIN PGP MESSAGE-----" in text:
        gathered.encrypted = gathered.encrypted or "PGP"
        text = _PGP.sub("", text).strip("\n")
    gathered.bodies.append(Passage(where=where, text=text))


def _html(text: str, gathered: _Gathered) -> None:
    blocks: list[str] = []
    for passage in passages_of(text):
        if passage.where == "body":
            blocks.append(passage.text)
        else:
            gathered.beside.append(Passage(where=f"html {passage.where}", text=passage.text))
    if blocks:
        gathered.bodies.append(Passage(where="html body", text="\n".join(blocks)))


def _decoded_body(body: bytes, encoding: str) -> tuple[bytes, bool]:
    """Undo the transfer encoding; also tell whether the body was whole."""
    if encoding == "base64":
        return lenient_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), True
    if encoding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        return _uudecoded(body)
    return body, True


def _uudecoded(body: bytes) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    lines = iter(body.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() == b"end":
            return b"".join(pieces), True
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                pieces.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return b"".join(pieces), False
    return b"".join(pieces), False


def _multipart(  # noqa: PLR0913, PLR0917 - one entity: its head, its bytes, where it goes, how deep it is
    head: ContentHead,
    boundary: str,
    body: bytes,
    gathered: _Gathered,
    place: Place,
    depth: int,
) -> None:
    if head.kind == "multipart/encrypted":
        protocol = (head.parameter("protocol") or "").lower()
        gathered.encrypted = gathered.encrypted or ("PGP" if "pgp" in protocol else "S/MIME")
        return
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    lines = re.compile(rb"(?:^|\r?\n|\r)--" + mark + rb"(--)?[ \t]*(?=\r|\n|\Z)")
    default = "message/rfc822" if head.kind == "multipart/digest" else "text/plain"
    begin: int | None = None
    position = 0
    is_closed = False
    while match := lines.search(body, position):
        piece = body[begin : match.start()] if begin is not None else body[: match.start()]
        if begin is None:
            _around(piece, "preamble", gathered)
        else:
            _part(piece, gathered, place, depth, default)
        begin = _after_line(body, match.end())
        # the line end that closes this boundary line may open the next one
        position = max(match.end(), match.start() + 1)
        if match[1]:
            is_closed = True
            _around(body[begin:], "epilogue", gathered)
            break
    if not is_closed:
        gathered.shortfalls.append(_CUT_SHORT)
        rest = body[begin:] if begin is not None else body
        if begin is None:
            _text(rest, ContentHead([]), "body", gathered)
        else:
            _part(rest, gathered, place, depth, default)


def _after_line(body: bytes, position: int) -> int:
    if body.startswith(b"\r\n", position):
        return position + 2
    return position + 1 if position < len(body) else position


def _part(piece: bytes, gathered: _Gathered, place: Place, depth: int, default: str) -> None:
    if piece[:1] in {b"\n", b"\r"}:
        fields: Fields = []
        body_at = 2 if piece.startswith(b"\r\n") else 1
    else:
        fields, body_at, is_sound = split_head(piece)
        if not is_sound and not fields:
            body_at = 0
    _entity(fields, piece[body_at:], gathered, place, depth + 1, default)


def _around(piece: bytes, where: str, gathered: _Gathered) -> None:
    """Keep what somebody wrote before the first or after the last part."""
    if not piece.strip():
        return
    text = normalised(decode_declared(piece, None).text).strip()
    if not _BOILERPLATE.search(text):
        gathered.beside.append(Passage(where=where, text=text))

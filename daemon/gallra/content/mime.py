"""The entities of a message: multiparts by their boundaries, bodies, envelopes, attachments.

Multiparts are split by their own outer boundaries first, so that a broken inner one never
swallows what follows. Bytes stay bytes until a body is decoded.

Source: RFC 2045-2046, RFC 2183, RFC 8551 (S/MIME), RFC 3156 (PGP/MIME).
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from gallra.content.bounds import BOUNDS, Bounds
from gallra.content.decoding import decode, decode_declared
from gallra.content.headers import ContentHead, Fields, lenient_base64, split_head
from gallra.content.pgp import examined
from gallra.content.place import Place, normalised
from gallra.content.smime import is_mime, opened
from gallra.content.web import decoded_html, passages_of
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_REPORTS = frozenset(
    {"message/delivery-status", "text/rfc822-headers", "message/disposition-notification",
     "message/feedback-report", "message/external-body"}
)  # fmt: skip
_NESTED = frozenset({"message/rfc822", "message/global", "message/news"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_BOILERPLATE = re.compile(r"multi-?part (?:mime )?message|mime format|^\s*--", re.IGNORECASE)
_PGP = re.compile(r"-----BEGIN PGP MESSAGE-----.*?(?:-----END PGP MESSAGE-----|\Z)", re.DOTALL)
_UUENCODED = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,255})\n(?=[!-`][ -`])", re.MULTILINE)
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
CUT_SHORT = said("ends in the middle: something may have been cut off")


@dataclass(slots=True)
class Attached:
    """Something with a name that is read by its own kind."""

    name: str
    content: bytes
    is_message: bool = False


@dataclass(slots=True)
class Gathered:
    """What one message's entities gave."""

    bodies: list[Passage] = field(default_factory=list)
    attached: list[Attached] = field(default_factory=list)
    beside: list[Passage] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    encrypted: str | None = None
    count: int = 0
    bounds: Bounds = BOUNDS


def take_entity(  # noqa: C901, PLR0913, PLR0917 - one entity: its head, its bytes, where it goes, how deep it is
    fields: Fields, body: bytes, gathered: Gathered, place: Place, depth: int, default: str
) -> None:
    """Take in one entity of a message, and all entities within it.

    Args:
        fields: its headers; those of the message where it is the message itself.
        body: its bytes, as they were sent.
        gathered: what it gives goes there.
        place: the message.
        depth: in how many multiparts it lies.
        default: what it is where its headers do not say.
    """
    head = ContentHead(fields, default)
    gathered.count += 1
    if gathered.count > place.bounds.most_parts or depth > place.bounds.most_mime_depth:
        gathered.shortfalls.append(said("has more parts than are looked at"))
        return
    if head.kind.startswith("multipart/") and (boundary := head.parameter("boundary")):
        _multipart(head, boundary, body, gathered, place, depth)
        return
    content, is_whole = _decoded_body(body, head.encoding)
    if not is_whole:
        gathered.shortfalls.append(CUT_SHORT)
    name = head.filename
    if (head.kind in _SMIME or (name or "").lower().endswith("smime.p7m")) and _sealed(
        head, content, gathered, place, depth
    ):
        return
    if head.kind in _NESTED:
        gathered.attached.append(Attached(name or "message.eml", content, is_message=True))
    elif head.kind in _REPORTS:
        _text(content, head, "report", gathered)
    elif name or head.disposition.startswith("attachment"):
        gathered.attached.append(Attached(name or _nameless(head, gathered), content))
    elif head.kind == "text/html":
        html = decoded_html(content, head.parameter("charset"))
        _html(html.text, gathered)
    elif head.kind in {"text/plain", "text/enriched", "text"} or (
        not depth and (head.kind.startswith(("text/", "multipart/")))
    ):
        _text(content, head, "body", gathered)
    elif content.strip():
        gathered.attached.append(Attached(_nameless(head, gathered), content))


def _nameless(head: ContentHead, gathered: Gathered) -> str:
    extension = _EXTENSIONS.get(head.kind)
    stem = f"part-{gathered.count}"
    return f"{stem}.{extension}" if extension else stem


def _sealed(
    head: ContentHead, content: bytes, gathered: Gathered, place: Place, depth: int
) -> bool:
    """Take in what an S/MIME envelope holds; tell whether it was one."""
    envelope = opened(content, place.bounds.most_member_bytes)
    if envelope is None:
        kind = (head.parameter("smime-type") or "").lower()
        if kind.startswith(("signed", "certs", "compressed")):
            return False
        gathered.encrypted = gathered.encrypted or "S/MIME"
        return True
    if envelope.method:
        gathered.encrypted = gathered.encrypted or envelope.method
        return True
    if not envelope.is_whole:
        gathered.shortfalls.append(CUT_SHORT)
    gathered.beside += [Passage(where="signer", text=name) for name in envelope.signers]
    if envelope.content is None:
        return bool(envelope.signers)
    place.budget.take_bytes(len(envelope.content))
    if is_mime(envelope.content):
        _part(envelope.content.lstrip(b"\r\n"), gathered, place, depth, "text/plain")
    else:
        gathered.attached.append(Attached(_nameless(head, gathered), envelope.content))
    return True


def _text(content: bytes, head: ContentHead, where: str, gathered: Gathered) -> None:
    text = normalised(decode_declared(content, head.parameter("charset")).text).rstrip("\n")
    if not text.strip():
        return
    if "-----BEGIN PGP MESSAGE-----" in text:
        text = _without_pgp(text, gathered).strip("\n")
    if "\nbegin " in f"\n{text}" and (match := _UUENCODED.search(text)):
        text = _without_uuencoded(text, match, gathered)
    gathered.bodies.append(Passage(where=where, text=text))


def _without_pgp(text: str, gathered: Gathered) -> str:
    """Return the text without its PGP messages: the encrypted are noted, the signed opened."""
    for armoured in _PGP.findall(text):
        message = examined(armoured.encode("utf-8", "replace"), gathered.bounds.most_text_bytes)
        if message is None or message.method:
            method = message.method if message else None
            gathered.encrypted = gathered.encrypted or method or "PGP"
        elif opened_text := normalised(decode(message.content).text).rstrip("\n"):
            gathered.bodies.append(Passage(where="signed body", text=opened_text))
    return _PGP.sub("", text)


def _without_uuencoded(text: str, match: re.Match[str] | None, gathered: Gathered) -> str:
    """Return the text without the files that old programs wrote right into it."""
    pieces: list[str] = []
    position = 0
    while match is not None and (end := f"{text}\n".find("\nend\n", match.end())) >= 0:
        pieces.append(text[position : match.start()])
        written = text[match.start() : end + 4]
        content, is_whole = _uudecoded(written.encode("latin-1", "replace"))
        if not is_whole:
            gathered.shortfalls.append(CUT_SHORT)
        gathered.attached.append(Attached(match[1].strip() or "uuencoded", content))
        position = end + 4
        match = _UUENCODED.search(text, position)
    return "".join([*pieces, text[position:]])


def _html(text: str, gathered: Gathered) -> None:
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
    gathered: Gathered,
    place: Place,
    depth: int,
) -> None:
    if head.kind == "multipart/encrypted":
        protocol = (head.parameter("protocol") or "").lower()
        if "pgp" in protocol:
            armoured = body[max(0, body.find(b"-----BEGIN PGP MESSAGE")) :]
            message = examined(armoured, place.bounds.most_text_bytes)
            gathered.encrypted = gathered.encrypted or (message and message.method) or "PGP"
        else:
            gathered.encrypted = gathered.encrypted or "S/MIME"
        return
    default = "message/rfc822" if head.kind == "multipart/digest" else "text/plain"
    begin: int | None = None
    is_closed = False
    for line in _boundaries(body, b"--" + boundary.encode("utf-8", "surrogateescape")):
        piece = body[begin or 0 : line.begin]
        if begin is None:
            _around(piece, "preamble", gathered)
        else:
            _part(piece, gathered, place, depth, default)
        begin = _after_line(body, line.end)
        if line.is_last:
            is_closed = True
            _around(body[begin:], "epilogue", gathered)
            break
    if not is_closed:
        gathered.shortfalls.append(CUT_SHORT)
        rest = body[begin:] if begin is not None else body
        if begin is None:
            _text(rest, ContentHead([]), "body", gathered)
        else:
            _part(rest, gathered, place, depth, default)


class _Boundary(NamedTuple):
    """A line between two parts: its begin (with the line end in front), its end."""

    begin: int
    end: int
    is_last: bool


def _boundaries(body: bytes, mark: bytes) -> Iterator[_Boundary]:
    """Yield the lines that begin with ``mark`` and hold nothing else but blanks."""
    position = 0
    while (position := body.find(mark, position)) >= 0:
        at, position = position, position + 1
        if at and body[at - 1] not in b"\r\n":
            continue
        end = at + len(mark)
        is_last = body.startswith(b"--", end)
        end += 2 * is_last
        while body[end : end + 1] in {b" ", b"\t"}:
            end += 1
        if end < len(body) and body[end] not in b"\r\n":
            continue
        begin = at - (2 if body.endswith(b"\r\n", 0, at) else 1) if at else 0
        yield _Boundary(begin=begin, end=end, is_last=is_last)
        position = end


def _after_line(body: bytes, position: int) -> int:
    if body.startswith(b"\r\n", position):
        return position + 2
    return position + 1 if position < len(body) else position


def _part(piece: bytes, gathered: Gathered, place: Place, depth: int, default: str) -> None:
    if piece[:1] in {b"\n", b"\r"}:
        fields: Fields = []
        body_at = 2 if piece.startswith(b"\r\n") else 1
    else:
        fields, body_at, is_sound = split_head(piece)
        if not is_sound and not fields:
            body_at = 0
    take_entity(fields, piece[body_at:], gathered, place, depth + 1, default)


def _around(piece: bytes, where: str, gathered: Gathered) -> None:
    """Keep what somebody wrote before the first or after the last part."""
    if not piece.strip():
        return
    text = normalised(decode_declared(piece, None).text).strip()
    if not _BOILERPLATE.search(text):
        gathered.beside.append(Passage(where=where, text=text))

"""Mail: headers, bodies, and everything attached, each attachment read by its own kind.

Source: RFC 5322; RFC 2047; what is inside a message: see mime.
"""

from collections.abc import Iterator

from gallra.content.direction import direction_in
from gallra.content.headers import (
    MORE_SHOWN,
    Fields,
    addresses,
    decoded_header,
    first,
    references,
    sent_at,
    split_head,
)
from gallra.content.mime import Gathered, take_entity
from gallra.content.place import Place, opaque, read_part, too_large
from gallra.content.source import MemorySource, Source
from gallra.model.message import said
from gallra.model.passage import ByteSpan, Direction, MessageHeaders, Part, Passage

_SHOWN = ("from", "to", "cc", "bcc", "reply-to", "subject")


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
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")  # as old Macs ended their lines
    kind = "eml" if not place.is_message else "message"
    yield from message_parts(place, content, kind=kind)


def message_parts(
    place: Place,
    content: bytes,
    *,
    kind: str,
    span: ByteSpan | None = None,
    folder: str | None = None,
) -> Iterator[Part]:
    """Yield the message in ``content``, then what is attached to it.

    Args:
        place: where it is.
        content: from its first header line, or from the "From " line of a mailbox.
        kind: ``eml`` for a file, ``message`` for one inside something.
        span: where it stands in its mailbox.
        folder: what the mailbox is called.
    """
    begin = 0
    while content.startswith((b"\n", b"\r\n"), begin):
        begin += 1
    if begin:
        content = content[begin:]
    fields, body_at, is_sound = split_head(content)
    gathered = Gathered(bounds=place.bounds)
    take_entity(fields, content[body_at:], gathered, place, 0, "text/plain")
    passages = [*_header_passages(fields), *gathered.bodies]
    for name, value in fields:
        if MORE_SHOWN.fullmatch(name) and (text := decoded_header(value)):
            gathered.beside.append(Passage(where=f"header {name}", text=text))
    passages += gathered.beside
    headers = _headers(fields, gathered, folder)
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
    yield opaque(part, gathered.encrypted) if gathered.encrypted else part
    for attached in gathered.attached:
        inner = place.inside(attached.name, is_message=attached.is_message)
        yield from place.follow(inner, MemorySource(attached.content))


def _header_passages(fields: Fields) -> Iterator[Passage]:
    for name in _SHOWN:
        for each, value in fields:
            if each == name and (text := decoded_header(value)):
                yield Passage(where=name, text=text)


def _headers(fields: Fields, gathered: Gathered, folder: str | None) -> MessageHeaders:
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
        resent=every("resent-to") + every("resent-cc") + every("resent-bcc"),
        resent_bcc=every("resent-bcc"),
        resent_from=one("resent-from"),
        references=references(fields),
        subject=one("subject"),
        attachments=tuple(attached.name for attached in gathered.attached),
        direction=_direction(fields, folder),
        folder=folder,
    )


def _direction(fields: Fields, folder: str | None) -> Direction | None:
    """Tell which way a message went: by where it is kept, then by what servers wrote."""
    places = [folder] if folder else []
    for name, value in fields:
        if name == "x-gmail-labels":
            places += decoded_header(value).split(",")
    kept = direction_in(places)
    if kept is Direction.SENT:
        return kept
    names = {name for name, _ in fields}
    if "received" in names:
        return Direction.RECEIVED
    return Direction.DRAFT if "x-unsent" in names else kept

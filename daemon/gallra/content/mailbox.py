"""Mailboxes (mbox): where each message begins and ends, by our own count of bytes.

A message begins at a "From " line with a year and a time in it that is followed by a header
line, or at one with a full date that begins the file or follows an empty line. Lines of a body that
only begin with "From " are no separators. Memory stays flat: one message at a time is held.

Source: RFC 4155, appendix A; Python's ``mailbox`` miscounts unescaped "From " lines.
"""

import hashlib
import re
from collections.abc import Iterator

from gallra.content.mail import message_parts
from gallra.content.place import Budget, Place
from gallra.content.source import CHUNK_BYTES, Source
from gallra.model.message import said
from gallra.model.passage import ByteSpan, Outcome, Part

_SEPARATOR = re.compile(
    rb"(?:\A|(?<=\n))From (?=[^\r\n]{0,400}\d\d:\d\d)(?=[^\r\n]{0,400}\b(?:19|20)\d\d\b)"
    rb"[^\r\n]{0,500}\r?\n(?=[!-9;-~]{1,100}[ \t]*:|>From )"
    rb"|(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,400}[ ][A-Z][a-z][a-z] [A-Z][a-z][a-z] [ \d]\d "
    rb"\d\d:\d\d(?::\d\d)? [^\r\n]{0,20}(?:19|20)\d\d\b[^\r\n]{0,60}\r?\n"
)
_LOOK_AHEAD_BYTES = 1024
_LOOK_BEHIND_BYTES = 3


def separators(source: Source) -> Iterator[int]:
    """Yield the offset of every "From " line that begins a message."""
    offset = 0
    window = b""
    while piece := source.read_at(offset + len(window), CHUNK_BYTES):
        window += piece
        is_last = offset + len(window) >= source.size_bytes
        reach = len(window) if is_last else len(window) - _LOOK_AHEAD_BYTES
        for match in _SEPARATOR.finditer(window):
            # a match at the very start of a later window has lost what stood in front of it
            if match.start() < reach and (match.start() >= _LOOK_BEHIND_BYTES or not offset):
                yield offset + match.start()
        # three bytes before the cut stay, so that the empty line in front is seen
        keep = max(0, reach - _LOOK_BEHIND_BYTES)
        offset += keep
        window = window[keep:]
        if is_last:
            return


def read_mailbox(place: Place, source: Source) -> Iterator[Part]:
    """Yield every message with what is attached to it, and the mailbox itself last."""
    number = 0
    skipped: list[int] = []
    begin: int | None = None
    lead = 0
    for offset in separators(source):
        if begin is None:
            lead = offset
        else:
            number += 1
            yield from _message(place, source, begin, offset, number, skipped)
        begin = offset
    if begin is not None:
        number += 1
        yield from _message(place, source, begin, source.size_bytes, number, skipped)
    else:
        lead = source.size_bytes
    yield _container(place, source, number, skipped, lead)


def _container(place: Place, source: Source, number: int, skipped: list[int], lead: int) -> Part:
    outcome, reason = Outcome.READ, None
    if skipped:
        outcome = Outcome.READ_IN_PART
        reason = said("{count} messages are too large", count=len(skipped))
    elif not number:
        outcome, reason = Outcome.DAMAGED, said("holds no message that can be told from the next")
    elif source.read_at(0, min(lead, CHUNK_BYTES)).strip():
        outcome = Outcome.READ_IN_PART
        reason = said("{count} bytes before the first message belong to none", count=lead)
    return Part(address=place.address, kind="mbox", outcome=outcome, reason=reason)


def _message(  # noqa: PLR0913, PLR0917 - a message of a mailbox: where it stands and who counts
    place: Place, source: Source, begin: int, end: int, number: int, skipped: list[int]
) -> Iterator[Part]:
    inner = Place(
        address=place.address_of(f"msg:{number}"),
        name="",
        depth=place.depth + 1,
        budget=Budget(bounds=place.bounds),
        follow=place.follow,
    )
    place.names.clear()
    size = end - begin
    if size > place.bounds.most_message_bytes:
        skipped.append(number)
        yield Part(
            address=inner.address,
            kind="message",
            outcome=Outcome.TOO_LARGE,
            reason=said("is larger than {limit} bytes", limit=place.bounds.most_message_bytes),
            span=ByteSpan(
                offset_bytes=begin, length_bytes=size, sha256=_digest(source, begin, end)
            ),
        )
        return
    content = source.read_at(begin, size)
    span = ByteSpan(
        offset_bytes=begin, length_bytes=size, sha256=hashlib.sha256(content).hexdigest()
    )
    after = content.find(b"\n") + 1
    yield from message_parts(inner, content[after:], kind="message", span=span)


def _digest(source: Source, begin: int, end: int) -> str:
    digest = hashlib.sha256()
    while begin < end:
        piece = source.read_at(begin, min(CHUNK_BYTES, end - begin))
        if not piece:
            break
        digest.update(piece)
        begin += len(piece)
    return digest.hexdigest()

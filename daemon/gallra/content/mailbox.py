"""Mailboxes (mbox): where each message begins and ends, by our own count of bytes.

A message begins at a "From " line with a year and a time in it that is followed by a header
line, or at one with a full date that begins the file or follows an empty line. Lines of a body that
only begin with "From " are no separators. Where messages state their length (mboxcl), it is
believed if it leads to the next. Memory stays flat: one message at a time is held.

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

_BEFORE_HEADER = re.compile(
    rb"From (?=[^\r\n]{0,400}\d\d:\d\d)(?=[^\r\n]{0,400}\b(?:19|20)\d\d\b)"
    rb"[^\r\n]{0,500}\r?\n(?=[!-9;-~]{1,100}[ \t]*:|>From )"
)
_WITH_FULL_DATE = re.compile(
    rb"From [^\r\n]{0,400}[ ][A-Z][a-z][a-z] [A-Z][a-z][a-z] [ \d]\d "
    rb"\d\d:\d\d(?::\d\d)? [^\r\n]{0,20}(?:19|20)\d\d\b[^\r\n]{0,60}\r?\n"
)
_EMPTY_LINES = (b"\n\n", b"\n\r\n")
_CONTENT_LENGTH = re.compile(rb"\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r?\n", re.IGNORECASE)
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_LOOK_AHEAD_BYTES = 16 * 1024
_LOOK_BEHIND_BYTES = 3


def separators(source: Source) -> Iterator[int]:
    """Yield the offset of every "From " line that begins a message.

    Where a message states the length of its body, and another message or the end of the file
    follows just there, nothing inside that length is a separator, whatever it looks like.
    """
    offset = stated_end = 0
    window = b""
    while piece := source.read_at(offset + len(window), CHUNK_BYTES):
        window += piece
        is_last = offset + len(window) >= source.size_bytes
        reach = len(window) if is_last else len(window) - _LOOK_AHEAD_BYTES
        for begin in _candidates(window, is_first=not offset):
            if begin >= reach:
                break
            if offset + begin >= stated_end and _is_separator(window, begin, is_first=not offset):
                yield offset + begin
                stated_end = _stated_end(source, window, begin, offset)
        # three bytes before the cut stay, so that the empty line in front is seen
        keep = max(0, reach - _LOOK_BEHIND_BYTES)
        offset += keep
        window = window[keep:]
        if is_last:
            return


def _candidates(window: bytes, *, is_first: bool) -> Iterator[int]:
    """Yield where lines begin with "From "; in a later window, those whose past is known."""
    if is_first and window.startswith(b"From "):
        yield 0
    position = 0 if is_first else _LOOK_BEHIND_BYTES - 1
    while (position := window.find(b"\nFrom ", position)) >= 0:
        position += 1
        yield position


def _is_separator(window: bytes, begin: int, *, is_first: bool) -> bool:
    if _BEFORE_HEADER.match(window, begin):
        return True
    is_free = (is_first and not begin) or window.endswith(_EMPTY_LINES, 0, begin)
    return is_free and _WITH_FULL_DATE.match(window, begin) is not None


def _stated_end(source: Source, window: bytes, begin: int, offset: int) -> int:
    """Return where a message ends by its own word, 0 where it gives none that can be true."""
    end_of_head = _END_OF_HEAD.search(window, begin, begin + _LOOK_AHEAD_BYTES)
    if end_of_head is None:
        return 0
    stated = _CONTENT_LENGTH.search(window, begin, end_of_head.end())
    if stated is None:
        return 0
    end = offset + end_of_head.end() + int(stated[1])
    following = source.read_at(end, 8).lstrip(b"\r\n")
    is_true = end <= source.size_bytes and (not following or following.startswith(b"From "))
    return end if is_true else 0


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
        budget=Budget(bounds=place.bounds, eye=place.budget.eye),
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
    yield from message_parts(
        inner, content[after:], kind="message", span=span, folder=place.name or None
    )


def _digest(source: Source, begin: int, end: int) -> str:
    digest = hashlib.sha256()
    while begin < end:
        piece = source.read_at(begin, min(CHUNK_BYTES, end - begin))
        if not piece:
            break
        digest.update(piece)
        begin += len(piece)
    return digest.hexdigest()

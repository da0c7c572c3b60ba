"""A mailbox with messages taken out of it, or put into it, as byte ranges of what is there.

Nothing is parsed but the "From " lines at which a message may begin again: which bytes are a
message was found out by the reader, and every one of them is compared by its digest.
"""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gallra.model.passage import ByteSpan

_CHUNK_BYTES = 1 << 20
_MARK_BYTES = 512
"""So much of a neighbour is enough to know it again: its headers, or the end of its text."""
_FROM = b"\nFrom "
_NOTHING = "0:"
"""The mark of the mailbox's own beginning or end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A range of an open file."""

    descriptor: int
    offset_bytes: int
    length_bytes: int

    @property
    def end_bytes(self) -> int:
        """Where it ends."""
        return self.offset_bytes + self.length_bytes


Content = Sequence[Piece | bytes]


def read_out(content: Content) -> Iterator[bytes]:
    """Yield all bytes of ``content``.

    Raises:
        OSError: If a file cannot be read, or became shorter meanwhile.
    """
    for piece in content:
        if isinstance(piece, bytes):
            yield piece
            continue
        at = piece.offset_bytes
        while at < piece.end_bytes:
            chunk = os.pread(piece.descriptor, min(_CHUNK_BYTES, piece.end_bytes - at), at)
            if not chunk:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            at += len(chunk)
            yield chunk


def digest_of(content: Content) -> str:
    """Return the SHA-256 of ``content``, hex.

    Raises:
        OSError: As :func:`read_out`.
    """
    digest = hashlib.sha256()
    for chunk in read_out(content):
        digest.update(chunk)
    return digest.hexdigest()


def without(descriptor: int, size_bytes: int, spans: Iterable[ByteSpan]) -> Content:
    """Return the mailbox without ``spans``, which do not overlap."""
    at = 0
    kept: list[Piece] = []
    for span in sorted(spans, key=lambda span: span.offset_bytes):
        if span.offset_bytes > at:
            kept.append(Piece(descriptor, at, span.offset_bytes - at))
        at = span.offset_bytes + span.length_bytes
    if at < size_bytes:
        kept.append(Piece(descriptor, at, size_bytes - at))
    return kept


def are_apart(spans: Iterable[ByteSpan], size_bytes: int) -> bool:
    """Tell whether ``spans`` lie in the file and none in another."""
    at = 0
    for span in sorted(spans, key=lambda span: span.offset_bytes):
        if span.offset_bytes < at or span.length_bytes < 1:
            return False
        at = span.offset_bytes + span.length_bytes
    return at <= size_bytes


def marks_around(descriptor: int, size_bytes: int, span: ByteSpan) -> tuple[str, str]:
    """Return the marks of what stands right before and right after ``span``."""
    end = span.offset_bytes + span.length_bytes
    above_bytes = min(_MARK_BYTES, span.offset_bytes)
    above = os.pread(descriptor, above_bytes, span.offset_bytes - above_bytes)
    below = os.pread(descriptor, min(_MARK_BYTES, size_bytes - end), end)
    # of one neighbour only: the one behind it may be cut out, or not be back yet
    above = above[above.rfind(_FROM) + 1 :]
    second = below.find(_FROM)
    return _mark(above), _mark(below if second < 0 else below[: second + 1])


def with_message(
    descriptor: int, size_bytes: int, message: Piece, above: str, below: str
) -> Content:
    """Return the mailbox with ``message`` in it again.

    It is put between the two that it stood between, or beside the one of them that is still
    there; where neither is, after the last. Not a byte that is there is changed; a line break
    is put where one message would else begin on the last line of another.
    """
    at = _place(descriptor, size_bytes, above, below)
    parts: list[Piece | bytes] = []
    if at:
        parts.append(Piece(descriptor, 0, at))
        if os.pread(descriptor, 1, at - 1) != b"\n":
            parts.append(b"\n\n")
    parts.append(message)
    if at < size_bytes:
        if os.pread(message.descriptor, 1, message.end_bytes - 1) != b"\n":
            parts.append(b"\n\n")
        parts.append(Piece(descriptor, at, size_bytes - at))
    return parts


def _place(descriptor: int, size_bytes: int, above: str, below: str) -> int:
    beside: int | None = None
    was_alone = above == below == _NOTHING
    for at in _beginnings(descriptor, size_bytes):
        is_below = _fits(descriptor, size_bytes, at, below, is_after=True)
        is_above = _fits(descriptor, size_bytes, at, above, is_after=False)
        if is_below and is_above:
            return at
        if beside is None and (is_above or is_below) and not was_alone:
            beside = at
    return size_bytes if beside is None else beside


def _beginnings(descriptor: int, size_bytes: int) -> Iterator[int]:
    """Yield where a message may begin, the beginning and the end among them."""
    yield 0
    offset, window = 0, b""
    while chunk := os.pread(descriptor, _CHUNK_BYTES, offset + len(window)):
        window += chunk
        at = -1
        while (at := window.find(_FROM, at + 1)) >= 0:
            yield offset + at + 1
        keep = min(len(window), len(_FROM) - 1)
        offset += len(window) - keep
        window = window[len(window) - keep :]
    if size_bytes:
        yield size_bytes


def _fits(descriptor: int, size_bytes: int, at: int, mark: str, *, is_after: bool) -> bool:
    length = int(mark.partition(":")[0]) if mark.partition(":")[0].isdigit() else -1
    if length < 0:
        return False
    if not length:
        return at == (size_bytes if is_after else 0)
    begin = at if is_after else at - length
    if begin < 0 or begin + length > size_bytes:
        return False
    return _mark(os.pread(descriptor, length, begin)) == mark


def _mark(content: bytes) -> str:
    if not content:
        return _NOTHING
    return f"{len(content)}:{hashlib.sha256(content).hexdigest()[:32]}"

"""What the observer says to the daemon, and how: frames on a pipe, names byte-exact.

Kept apart and small, since the observing process imports little else.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

CHANGED: Final = 1
"""Something happened in the directory that the payload names."""
LOST: Final = 2
"""Events were or may have been missed; the payload is a reason."""
WATCHED: Final = 3
"""The payload tells how many directories there is a watch on."""

OVERFLOW: Final = b"overflow"
LIMIT: Final = b"limit"
ROOT: Final = b"root"
FAILED: Final = b"failed"

_HEAD: Final = struct.Struct("=IBI")
_COUNT: Final = struct.Struct("=I")


class Frame(NamedTuple):
    """One thing said."""

    kind: int
    share: int
    """The share's place in the list that the observer was given."""
    payload: bytes


def framed(frame: Frame) -> bytes:
    """Return the bytes that travel."""
    return _HEAD.pack(len(frame.payload), frame.kind, frame.share) + frame.payload


def frames_in(buffer: bytearray) -> Iterator[Frame]:
    """Yield the whole frames at the front of ``buffer`` and take them out of it."""
    start = 0
    while len(buffer) - start >= _HEAD.size:
        length, kind, share = _HEAD.unpack_from(buffer, start)
        end = start + _HEAD.size + length
        if len(buffer) < end:
            break
        yield Frame(kind, share, bytes(buffer[start + _HEAD.size : end]))
        start = end
    del buffer[:start]


def counted(count: int) -> bytes:
    """Return a number as payload."""
    return _COUNT.pack(count)


def count_in(payload: bytes) -> int:
    """Return the number that a payload holds."""
    return int(_COUNT.unpack(payload)[0])

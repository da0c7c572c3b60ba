"""Bytes to read from: an open file or something unpacked in memory, under one face.

Files are read with ``pread``: the descriptor's offset is left alone, and a file that shrinks
while it is read gives a short read, where a memory map would kill the process.
"""

import io
import os
from functools import cached_property
from typing import BinaryIO, Protocol

HEAD_BYTES = 64 * 1024
"""What is looked at to tell the kind of a file."""
CHUNK_BYTES = 1024 * 1024


class Source(Protocol):
    """Bytes at offsets. Short reads mean the end; ``OSError`` that the system would not."""

    size_bytes: int

    @property
    def head(self) -> bytes:
        """The first :data:`HEAD_BYTES`, or all of a shorter one."""

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer only at the end."""

    def open(self) -> BinaryIO:
        """Return an independent, seekable, read-only stream over all bytes."""


class MemorySource:
    """Bytes that were unpacked from something else."""

    def __init__(self, content: bytes) -> None:
        """Stand for ``content``, which is not copied."""
        self._content = content
        self.size_bytes = len(content)

    @cached_property
    def head(self) -> bytes:
        """The first :data:`HEAD_BYTES`."""
        return self._content[:HEAD_BYTES]

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer only at the end."""
        if offset == 0 and count >= self.size_bytes:
            return self._content
        return self._content[offset : offset + count]

    def open(self) -> BinaryIO:
        """Return a stream over the same bytes."""
        return io.BytesIO(self._content)


class FileSource:
    """An open regular file. The descriptor stays the caller's, and open."""

    def __init__(self, descriptor: int) -> None:
        """Take the size now: what is appended later is not part of this version.

        Raises:
            OSError: the descriptor cannot be looked at.
        """
        self.descriptor = descriptor
        self.size_bytes = os.fstat(descriptor).st_size

    @cached_property
    def head(self) -> bytes:
        """The first :data:`HEAD_BYTES`."""
        return self.read_at(0, HEAD_BYTES)

    def read_at(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes from ``offset``, fewer only at the end.

        Raises:
            OSError: the system would not read, as on a broken disk or a lost mount.
        """
        count = min(count, self.size_bytes - offset)
        if count <= 0:
            return b""
        first = os.pread(self.descriptor, count, offset)
        if len(first) == count or not first:
            return first
        pieces = [first]
        got = len(first)
        while got < count:
            piece = os.pread(self.descriptor, count - got, offset + got)
            if not piece:
                break
            pieces.append(piece)
            got += len(piece)
        return b"".join(pieces)

    def open(self) -> BinaryIO:
        """Return a buffered stream of its own position."""
        return io.BufferedReader(_Stream(self), 128 * 1024)


class _Stream(io.RawIOBase):
    """A position in a file that others read as well."""

    def __init__(self, source: FileSource) -> None:
        self._source = source
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = (0, self._position, self._source.size_bytes)[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed asks for more
        piece = self._source.read_at(self._position, len(buffer))
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

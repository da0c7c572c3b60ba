"""One file, compressed: gz, bz2, xz and lzma with their checksums verified, zst and its kin.

What is inside becomes a part of its own, called like the file without its last extension. A
tar archive inside is read as it streams by; anything else has to fit in memory.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from gallra.content.bundles import SourceFeed, read_tar_from
from gallra.content.container import cut_short
from gallra.content.kinds import is_tar
from gallra.content.place import Place, RefusedError, too_large
from gallra.content.source import MemorySource, Source
from gallra.content.unpacking import Trouble, Unpacking, UnpackingError
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part

_CHUNK_BYTES = 128 * 1024
_PIECE_BYTES = 512 * 1024
_TAR_BLOCK_BYTES = 512
_MOST_DICTIONARY_BYTES = 160 * 1024 * 1024
_SHORT_NAMES = {"tgz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tzst": "tar",
                "taz": "tar", "tlz": "tar", "svgz": "svg"}  # fmt: skip
_ENDINGS = frozenset({"gz", "bz2", "xz", "lzma", "zst", "z", "lz", "lz4"})
_GZIP_NAME_FLAG, _GZIP_EXTRA_FLAG = 0x08, 0x04
_LIBARCHIVE_FILTERS = {"zst": "zstd", "Z": "compress", "lz": "lzip", "lz4": "lz4"}
_BREAKS_OFF = said("breaks off: it is cut short or damaged")


class _Decompressor(Protocol):
    """What bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /, max_length: int) -> bytes: ...


class _Zlib:
    """zlib's object, under the face of the other two."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._rest = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, /, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


_MAKERS: dict[str, tuple[Callable[[], _Decompressor], bytes]] = {
    "gz": (_Zlib, b"\x1f\x8b"),
    "bz2": (bz2.BZ2Decompressor, b"BZh"),
    "xz": (partial(lzma.LZMADecompressor, memlimit=_MOST_DICTIONARY_BYTES), b"\xfd7zXZ\x00"),
    "lzma": (
        partial(lzma.LZMADecompressor, lzma.FORMAT_ALONE, memlimit=_MOST_DICTIONARY_BYTES),
        b"\x5d\x00\x00",
    ),
}


class Inflating:
    """A compressed source as a stream; every byte counts."""

    def __init__(self, kind: str, place: Place, source: Source) -> None:
        """Begin at the first byte."""
        self._budget = place.budget
        self.shortfall: Message | None = None
        """Why the stream ended before its end, or what stands behind it."""
        self._pieces = self._inflate(kind, source) if kind in _MAKERS else _raw(kind, source)
        self._ahead = b""

    def read(self, count: int) -> bytes:
        """Return at most ``count`` bytes, none at the end.

        Raises:
            RefusedError: a limit is passed.
        """
        piece, self._ahead = self._ahead, b""
        if not piece:
            piece = self._next()
        if len(piece) > count:
            piece, self._ahead = piece[:count], piece[count:]
        return piece

    def peek(self, count: int) -> bytes:
        """Return the next bytes, which stay there."""
        while len(self._ahead) < count and (piece := self._next()):
            self._ahead += piece
        return self._ahead[:count]

    def seek(self, _offset: int, _whence: int) -> int:
        """Refuse: a stream cannot go back."""
        raise OSError("a stream")

    def _next(self) -> bytes:
        try:
            piece = next(self._pieces, b"")
        except lzma.LZMAError as error:
            if "limit" in str(error):
                raise too_large(said("needs more memory than it may have")) from error
            self.shortfall = _BREAKS_OFF
            return b""
        except (zlib.error, OSError, EOFError, ValueError):
            # OSError: what bz2 calls bad data; a disk that fails raises it too: both cut short
            self.shortfall = _BREAKS_OFF
            return b""
        except UnpackingError as error:
            if error.trouble is Trouble.UNSUPPORTED:
                raise RefusedError(
                    Outcome.UNSUPPORTED, said("is packed in a way that cannot be unpacked here")
                ) from error
            self.shortfall = _BREAKS_OFF
            return b""
        self._budget.take_bytes(len(piece))
        return piece

    def _inflate(self, kind: str, source: Source) -> Iterator[bytes]:
        make, magic = _MAKERS[kind]
        feed = SourceFeed(source)
        data = feed.read(_CHUNK_BYTES)
        while True:
            member = make()
            while not member.eof:
                if member.needs_input and not data:
                    data = feed.read(_CHUNK_BYTES)
                    if not data:
                        self.shortfall = _BREAKS_OFF
                        return
                piece = member.decompress(data, _PIECE_BYTES)
                data = b""
                if piece:
                    yield piece
            data = member.unused_data
            while not (data := data.lstrip(b"\0")):  # padding between streams, or of a tape
                data = feed.read(_CHUNK_BYTES)
                if not data:
                    return
            data += feed.read(_CHUNK_BYTES)
            if not data.startswith(magic):
                self.shortfall = said("is followed by bytes that belong to nothing")
                return


def _raw(kind: str, source: Source) -> Iterator[bytes]:
    with Unpacking(SourceFeed(source), ("raw",), (_LIBARCHIVE_FILTERS[kind],)) as archive:
        for entry in archive.entries():
            yield from entry.pieces()


def read_compressed(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Yield what is inside, then the compressed file itself.

    Raises:
        RefusedError: it cannot be inflated, or to more than is allowed.
    """
    stream = Inflating(kind, place, source)
    inner = place.inside(_inner_name(kind, place, source))
    head = stream.peek(_TAR_BLOCK_BYTES)
    if not head and stream.shortfall is not None:
        raise RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
    if is_tar(head) and inner.depth <= place.bounds.most_depth:
        place.budget.part_count += 1
        yield from _tar(inner, stream)
    else:
        content = _whole(stream, place.bounds.most_member_bytes)
        if stream.shortfall is _BREAKS_OFF:
            yield from cut_short(inner, content, _BREAKS_OFF)
        else:
            yield from place.follow(inner, MemorySource(content))
    yield Part(
        address=place.address,
        kind=kind,
        outcome=Outcome.READ_IN_PART if stream.shortfall else Outcome.READ,
        reason=stream.shortfall,
    )


def _tar(inner: Place, stream: Inflating) -> Iterator[Part]:
    try:
        yield from read_tar_from(inner, stream)
    except RefusedError as refusal:
        yield Part(
            address=inner.address, kind="tar", outcome=refusal.outcome, reason=refusal.reason
        )
    while stream.shortfall is None and stream.read(_PIECE_BYTES):
        pass  # to the end, where the checksum stands


def _whole(stream: Inflating, most_bytes: int) -> bytes:
    whole = io.BytesIO()
    while piece := stream.read(_PIECE_BYTES):
        if whole.tell() + len(piece) > most_bytes:
            raise too_large(said("unpacks to more than {limit} bytes", limit=most_bytes))
        whole.write(piece)
    return whole.getvalue()


def _inner_name(kind: str, place: Place, source: Source) -> str:
    """Return the name that the file remembers, else its own without the last extension."""
    if kind == "gz" and (name := _remembered(source.head)):
        return name
    stem, _, extension = place.name.rpartition(".")
    extension = extension.lower()
    if stem and extension in _SHORT_NAMES:
        return f"{stem}.{_SHORT_NAMES[extension]}"
    return stem if stem and extension in _ENDINGS else "content"


def _remembered(head: bytes) -> str:
    """Return the name in a gzip header, ``""`` where there is none.

    Source: RFC 1952, 2.3: FNAME is Latin-1 and ends with a zero byte; UTF-8 in practice.
    """
    if len(head) < 10 or not head[3] & _GZIP_NAME_FLAG:  # noqa: PLR2004 - the fixed header
        return ""
    at = 10
    if head[3] & _GZIP_EXTRA_FLAG:
        at += 2 + int.from_bytes(head[at : at + 2], "little")
    raw = head[at : at + 1024].split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8").rsplit("/", 1)[-1]
    except UnicodeDecodeError:
        return raw.decode("latin-1").rsplit("/", 1)[-1]

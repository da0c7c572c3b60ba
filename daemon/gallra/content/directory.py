"""What a zip file's directory does not tell: where it ends, and the bytes that it leaves out.

A directory stands at a zip file's end and says where each member begins. Members that were
taken out of it, or never were in it, lie there all the same, and so does what stands before
the first one. Nothing of that is passed over.

Source: APPNOTE 4.3 (local header, data descriptor, directory, end of directory, zip64).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gallra.content.source import Source

LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LOCATOR_64 = b"PK\x06\x07"
_LOCAL_BYTES = 30
_END_BYTES = 22
_LOCATOR_BYTES = 20
_MOST_COMMENT_BYTES = 65_535
_MOST_DESCRIPTOR_BYTES = 24
_DESCRIPTOR_FLAG = 0x8
_STORED, _DEFLATED = 0, 8
_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfDirectory:
    """The record at a zip file's end, with where things really are."""

    begins_at: int
    """The directory's first byte, counted from the file's own."""
    size_bytes: int
    ends_at: int
    """Behind the record and its comment."""
    is_volume: bool
    """One of several files that belong together."""


def end_of_directory(source: Source) -> EndOfDirectory | None:
    """Find the end of a directory that stands in this file; ``None`` where there is none.

    Raises:
        OSError: the bytes could not be read.
    """
    begin = max(0, source.size_bytes - _MOST_COMMENT_BYTES - _END_BYTES - _LOCATOR_BYTES)
    tail = source.read_at(begin, source.size_bytes - begin)
    at = len(tail)
    while (at := tail.rfind(_END, 0, at)) >= 0:
        if at + _END_BYTES <= len(tail) and (found := _end_at(source, tail, begin, at)):
            return found
    return None


def _end_at(source: Source, tail: bytes, begin: int, at: int) -> EndOfDirectory | None:
    disk, _, _, _, size, _, comment = struct.unpack_from("<4H2LH", tail, at + 4)
    ends_at = begin + at + _END_BYTES + comment
    before = begin + at
    if at >= _LOCATOR_BYTES and tail.startswith(_LOCATOR_64, at - _LOCATOR_BYTES):
        before -= _LOCATOR_BYTES + 56
        record = source.read_at(max(0, before), 56)
        if record.startswith(_END_64):
            (size,) = struct.unpack_from("<Q", record, 40)
    begins_at = before - size
    if begins_at < 0 or ends_at > source.size_bytes:
        return None
    if size and source.read_at(begins_at, 4) != _CENTRAL:
        return None
    return EndOfDirectory(
        begins_at=begins_at, size_bytes=size, ends_at=ends_at, is_volume=disk not in {0, 0xFFFF}
    )


def entry_count(source: Source, end: EndOfDirectory) -> int:
    """Return how many members the directory can name at most, without taking it apart."""
    count, at = 0, end.begins_at
    stop = end.begins_at + end.size_bytes
    carried = b""
    while at < stop and (piece := source.read_at(at, min(_PIECE_BYTES, stop - at))):
        at += len(piece)
        count += (carried + piece).count(_CENTRAL)
        carried = piece[-3:]
    return count


def uncovered(
    source: Source, members: list[zipfile.ZipInfo], end: EndOfDirectory
) -> Iterator[tuple[int, int]]:
    """Yield (first, one behind the last) of the stretches that no member accounts for.

    Stretches of zeros are padding, and are left out.
    """
    at = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        begin = member.header_offset
        if begin > at and _is_something(source, at, begin):
            yield at, begin
        header = source.read_at(begin, _LOCAL_BYTES)
        if len(header) < _LOCAL_BYTES or not header.startswith(LOCAL):
            at = max(at, begin)
            continue
        name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
        stop = begin + _LOCAL_BYTES + name_bytes + extra_bytes + member.compress_size
        if member.flag_bits & _DESCRIPTOR_FLAG or header[6] & _DESCRIPTOR_FLAG:
            stop += _descriptor_bytes(source, stop)
        at = max(at, stop)
    for begin, stop in ((at, end.begins_at), (end.ends_at, source.size_bytes)):
        if stop > begin and _is_something(source, begin, stop):
            yield begin, stop


def _descriptor_bytes(source: Source, at: int) -> int:
    """Return how long the data descriptor at a place is: four forms are met."""
    found = source.read_at(at, _MOST_DESCRIPTOR_BYTES + 4)
    for length in (16, 24, 12, 20):
        following = found[length : length + 4]
        if following[:2] == b"PK" or len(found) == length:
            return length
    return 0


def _is_something(source: Source, begin: int, stop: int) -> bool:
    while begin < stop:
        piece = source.read_at(begin, min(_PIECE_BYTES, stop - begin))
        if not piece:
            return False
        if piece.strip(b"\0"):
            return True
        begin += len(piece)
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """A member that is in the file, and not in its directory."""

    info: zipfile.ZipInfo
    data_at: int


def member_at(source: Source, at: int) -> Unlisted | None:
    """Return the member whose local header stands at a place; ``None`` where none does."""
    header = source.read_at(at, _LOCAL_BYTES)
    if len(header) < _LOCAL_BYTES or not header.startswith(LOCAL):
        return None
    _, flags, method, _, _, crc, stored, size, name_bytes, extra_bytes = struct.unpack_from(
        "<5H3L2H", header, 4
    )
    raw = source.read_at(at + _LOCAL_BYTES, name_bytes)
    info = zipfile.ZipInfo(raw.decode("utf-8" if flags & 0x800 else "cp437", "replace") or "?")
    info.flag_bits, info.compress_type, info.CRC = flags, method, crc
    info.compress_size, info.file_size = stored, size
    info.extra = source.read_at(at + _LOCAL_BYTES + name_bytes, extra_bytes)
    return Unlisted(info=info, data_at=at + _LOCAL_BYTES + name_bytes + extra_bytes)


def inflated(source: Source, member: Unlisted, stop: int) -> Iterator[tuple[bytes, int]]:
    """Yield (content, where it ends so far) of a member that no directory tells the size of.

    Args:
        source: the zip file.
        member: from :func:`member_at`.
        stop: where it must end at the latest.

    Raises:
        zlib.error: it is damaged.
        EOFError: it breaks off, or nobody can tell where it ends.
        NotImplementedError: it is neither stored nor deflated.
    """
    info, at = member.info, member.data_at
    if info.compress_type == _STORED:
        if info.flag_bits & _DESCRIPTOR_FLAG and not info.compress_size:
            raise EOFError
        stop = min(stop, at + info.compress_size)
        while at < stop and (piece := source.read_at(at, min(_PIECE_BYTES, stop - at))):
            at += len(piece)
            yield piece, at
        if at < member.data_at + info.compress_size:
            raise EOFError
        return
    if info.compress_type != _DEFLATED:
        raise NotImplementedError
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    data = b""
    while not inflater.eof:
        if not data:
            data = source.read_at(at, min(_PIECE_BYTES, stop - at))
            if not data:
                raise EOFError
            at += len(data)
        piece = inflater.decompress(data, _PIECE_BYTES)
        data = inflater.unconsumed_tail
        yield piece, at - len(data) - len(inflater.unused_data)


def extra_field(extra: bytes, number: int) -> bytes | None:
    """Return the content of the extra field with this number; ``None`` where there is none."""
    at = 0
    while at + 4 <= len(extra):
        found, length = struct.unpack_from("<HH", extra, at)
        if found == number:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return None

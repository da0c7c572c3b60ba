"""Zip archives: every member of the directory, and every one that the directory leaves out."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from gallra.content.container import Tally, cut_short, kind_of_name
from gallra.content.decoding import decode
from gallra.content.directory import (
    LOCAL,
    EndOfDirectory,
    Unlisted,
    inflated,
    member_at,
    uncovered,
)
from gallra.content.kinds import kind_of
from gallra.content.ooxml import Package, encryption_of
from gallra.content.place import RefusedError, normalised, too_large
from gallra.content.source import MemorySource, Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part, Passage

CORRUPT = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OSError,
    RuntimeError,
)
"""What the standard library raises for members that cannot be unpacked."""
_UTF8_FLAG = 0x800
_MOST_STRETCHES = 1_000


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; old archives do not say which characters it is in.

    UTF-8 that was not declared is met most; else DOS code page 850, which has ø.
    """
    name = member.filename
    if member.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850", "replace")


def read_members(tally: Tally, archive: zipfile.ZipFile, package: Package) -> Iterator[Part]:
    """Yield all members of the directory, counting in ``tally`` what cannot be unpacked."""
    place = tally.place
    entries = [member for member in archive.infolist() if not member.is_dir()]
    tally.member_count += len(entries)
    limit = place.bounds.most_members
    if len(entries) > limit:
        tally.shortfalls.append(said("has more than {limit} members", limit=limit))
    for member in entries[:limit]:
        if tally.final is not None:
            return
        yield from read_member(tally, member, package)


def read_member(tally: Tally, member: zipfile.ZipInfo, package: Package) -> Iterator[Part]:
    """Yield one member, read or refused."""
    name = member_name(member)
    inner = tally.place.inside(name)
    try:
        content = package.unpack(member, tally.place.bounds.most_member_bytes)
    except RefusedError as refusal:
        yield tally.refuse(inner, kind_of_name(name), refusal)
        return
    except CORRUPT:
        broken = RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
        yield tally.refuse(inner, kind_of_name(name), broken)
        return
    yield from inner.follow(inner, MemorySource(content))


def read_unlisted(
    tally: Tally,
    source: Source,
    archive: zipfile.ZipFile,
    end: EndOfDirectory,
    *,
    is_begin_read: bool,
) -> Iterator[Part]:
    """Yield what lies between, before and behind the members of the directory.

    Args:
        tally: counts what cannot be unpacked.
        source: the zip file.
        archive: the same, opened.
        end: of its directory.
        is_begin_read: whether what stands before the first member was read as something else.
    """
    for number, (begin, stop) in enumerate(uncovered(source, archive.infolist(), end)):
        if number >= _MOST_STRETCHES:
            tally.shortfalls.append(said("holds bytes that its directory does not name"))
            return
        if begin or not is_begin_read:
            yield from read_stretch(tally, source, begin, stop)


def read_stretch(tally: Tally, source: Source, begin: int, stop: int) -> Iterator[Part]:
    """Yield the members that stand in a stretch of bytes, then what is no member."""
    while begin < stop and (member := member_at(source, begin)) is not None:
        if tally.member_count >= tally.place.bounds.most_members or tally.final:
            return
        tally.member_count += 1
        inner = tally.place.inside(member_name(member.info))
        content, behind, refusal = _unpacked(tally, source, member, stop)
        if refusal is not None and not content:
            yield tally.refuse(inner, kind_of_name(member.info.filename), refusal)
        elif refusal is not None:
            tally.unread_count += 1
            tally.first = tally.first or refusal
            yield from cut_short(inner, content, refusal.reason)
        elif not member.info.filename.endswith("/"):
            yield from inner.follow(inner, MemorySource(content))
        begin = _next_header(source, max(behind, begin + len(LOCAL)), stop)
    if begin < stop:
        yield from _rest(tally, source, begin, stop)


def _unpacked(
    tally: Tally, source: Source, member: Unlisted, stop: int
) -> tuple[bytes, int, RefusedError | None]:
    """Return a member's content, where it ends, and what was wrong."""
    limit = tally.place.bounds.most_member_bytes
    whole = io.BytesIO()
    behind = member.data_at
    if method := encryption_of(member.info):
        refusal = RefusedError(
            Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
        )
        return b"", behind + member.info.compress_size, refusal
    try:
        for piece, at in inflated(source, member, stop):
            behind = at
            tally.place.budget.take_bytes(len(piece))
            if whole.tell() + len(piece) > limit:
                raise too_large(said("unpacks to more than {limit} bytes", limit=limit))
            whole.write(piece)
    except RefusedError as refused:
        return b"", behind, refused
    except (zlib.error, EOFError, NotImplementedError):
        broken = RefusedError(Outcome.DAMAGED, said("breaks off: it is cut short or damaged"))
        return whole.getvalue(), behind, broken
    content = whole.getvalue()
    is_declared = not member.info.flag_bits & 0x8
    if is_declared and zlib.crc32(content) != member.info.CRC:
        return content, behind, RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
    return content, behind, None


def _next_header(source: Source, at: int, stop: int) -> int:
    """Return where the next local header stands, if one follows at once; else ``at``."""
    following = source.read_at(at, min(28, stop - at))
    found = following.find(LOCAL)
    if found >= 0:
        return at + found
    is_end = len(following) in {0, 12, 16, 20, 24}  # a data descriptor, or nothing
    return stop if is_end or not following.strip(b"\0") else at


def _rest(tally: Tally, source: Source, begin: int, stop: int) -> Iterator[Part]:
    """Yield what is no member: the stub that unpacks itself is passed over, all else is read."""
    place = tally.place
    size = stop - begin
    limit = place.bounds.most_member_bytes
    head = MemorySource(source.read_at(begin, min(size, 64 * 1024)))
    if begin == 0 and kind_of(head, "") == "executable":
        return
    inner = place.inside(f"bytes:{begin}")
    if size > limit:
        refusal = too_large(said("is larger than {limit} bytes", limit=limit))
        yield tally.refuse(inner, "binary", refusal)
        return
    yield from inner.follow(inner, MemorySource(source.read_at(begin, size)))


def comments(archive: zipfile.ZipFile) -> tuple[Passage, ...]:
    """Return what somebody wrote about the archive and about its members."""
    found = [archive.comment, *(member.comment for member in archive.infolist())]
    return tuple(
        Passage(where="comment", text=normalised(decode(raw).text)) for raw in found if raw.strip()
    )

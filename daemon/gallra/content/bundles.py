"""Archives that libarchive unpacks: tar, 7z and rar. Members stream, one at a time in memory.

Only regular members have content. Links, devices and pipes are never followed or made: there
is nothing to read in them, and what a hard link names stands elsewhere in the same archive.
"""

import io
import struct
import zlib
from collections.abc import Iterator

from gallra.content.container import Tally, cut_short, kind_of_name
from gallra.content.place import Place, RefusedError, too_large
from gallra.content.rar import RarFacts, rar_facts
from gallra.content.source import MemorySource, Source
from gallra.content.unpacking import Entry, Feed, Trouble, Unpacking, UnpackingError
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part

_SEVEN_ZIP = "7z AES-256"
_SEVEN_ZIP_HEADER_BYTES = 32
_TAR_BLOCK_BYTES = 512
_ONE_OF_SEVERAL = said("is one volume of several, and only that one is here")


class SourceFeed:
    """A source, read from a place of its own."""

    def __init__(self, source: Source) -> None:
        """Begin at the first byte."""
        self._source = source
        self._position = 0

    def read(self, count: int) -> bytes:
        """Return at most ``count`` bytes, none at the end."""
        piece = self._source.read_at(self._position, count)
        self._position += len(piece)
        return piece

    def seek(self, offset: int, whence: int) -> int:
        """Move, and return the new place."""
        base = (0, self._position, self._source.size_bytes)[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._position = base + offset
        return self._position


def read_tar(place: Place, source: Source) -> Iterator[Part]:
    """Yield the members of a tar archive, then the archive."""
    yield from read_tar_from(place, SourceFeed(source))


class _Tailed:
    """A feed that remembers its last block: a tar archive ends with zeros, or was cut off."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.tail = b""

    def read(self, count: int) -> bytes:
        piece = self._feed.read(count)
        if piece:
            self.tail = (self.tail + piece[-_TAR_BLOCK_BYTES:])[-_TAR_BLOCK_BYTES:]
        return piece

    def seek(self, offset: int, whence: int) -> int:
        self.tail = b""
        return self._feed.seek(offset, whence)


def read_tar_from(place: Place, feed: Feed) -> Iterator[Part]:
    """Yield the members of a tar archive that comes as a stream, then the archive."""
    yield from _members(Tally(place=place, kind="tar"), _Tailed(feed), ("tar",))


def read_seven_zip(place: Place, source: Source) -> Iterator[Part]:
    """Yield the members of a 7z archive, then the archive.

    Raises:
        RefusedError: its directory of members is encrypted, damaged or not in this file.
    """
    if _lacks_directory(source):
        raise RefusedError(
            Outcome.DAMAGED,
            said("ends before its directory of members: cut off, or one volume of several"),
        )
    yield from _members(Tally(place=place, kind="7z"), SourceFeed(source), ("7zip",))


def read_rar(place: Place, source: Source) -> Iterator[Part]:
    """Yield the members of a RAR archive, version 4 or 5, then the archive.

    Raises:
        RefusedError: even its names are encrypted.
    """
    facts = rar_facts(source)
    if facts.header_method is not None:
        raise _opaque(facts.header_method)
    tally = Tally(place=place, kind="rar")
    if facts.is_volume:
        tally.shortfalls.append(_ONE_OF_SEVERAL)
    elif facts.is_cut:
        tally.shortfalls.append(said("breaks off: what follows is missing or damaged"))
    yield from _members(tally, SourceFeed(source), ("rar", "rar5"), facts)


def _opaque(method: str) -> RefusedError:
    return RefusedError(
        Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
    )


def _lacks_directory(source: Source) -> bool:
    """Tell whether the directory would lie beyond the end.

    Source: 7zFormat.txt, "SignatureHeader": NextHeaderOffset and NextHeaderSize.
    """
    begin = source.read_at(0, _SEVEN_ZIP_HEADER_BYTES)
    if len(begin) < _SEVEN_ZIP_HEADER_BYTES:
        return True
    offset, size = struct.unpack_from("<QQ", begin, 12)
    if not size:
        # none was written yet, unless the archive is empty
        return bool(source.size_bytes > _SEVEN_ZIP_HEADER_BYTES)
    return bool(_SEVEN_ZIP_HEADER_BYTES + offset + size > source.size_bytes)


def _members(
    tally: Tally, feed: Feed, formats: tuple[str, ...], facts: RarFacts | None = None
) -> Iterator[Part]:
    """Yield what is inside, then the archive itself with all that was not unpacked."""
    place = tally.place
    try:
        with Unpacking(feed, formats) as archive:
            for number, entry in enumerate(archive.entries()):
                if number >= place.bounds.most_members:
                    limit = place.bounds.most_members
                    tally.shortfalls.append(said("has more than {limit} members", limit=limit))
                    break
                if not entry.is_regular:
                    continue
                tally.member_count += 1
                yield from _member(tally, entry, facts, number)
                if tally.final is not None:
                    break
    except UnpackingError as error:
        refusal = _refusal(error.trouble, tally.kind)
        if not tally.member_count:
            raise refusal from error
        # what stands behind this place in the archive is not even known by name
        tally.shortfalls.insert(0, said("breaks off: what follows is missing or damaged"))
    except RefusedError as refusal:
        if not tally.member_count:
            raise
        tally.first = tally.first or refusal
        tally.shortfalls.insert(0, refusal.reason)
    if not tally.shortfalls and (shortfall := _missing(tally, feed, facts)):
        tally.shortfalls.append(shortfall)
    yield tally.part()


def _missing(tally: Tally, feed: Feed, facts: RarFacts | None) -> Message | None:
    """Return what an archive lacks that was read to its end; ``None`` where it is whole."""
    if isinstance(feed, _Tailed) and feed.tail.strip(b"\0"):
        return said("ends in the middle: something may have been cut off")
    if facts and len(facts.methods) > tally.member_count:
        return said("breaks off: what follows is missing or damaged")
    return None


def _refusal(trouble: Trouble, kind: str) -> RefusedError:
    match trouble:
        case Trouble.ENCRYPTED:
            return _opaque(_SEVEN_ZIP if kind == "7z" else "rar AES-128")
        case Trouble.MEMORY:
            return too_large(said("needs more memory than it may have"))
        case Trouble.UNSUPPORTED:
            return RefusedError(
                Outcome.UNSUPPORTED, said("is packed in a way that cannot be unpacked here")
            )
        case Trouble.DAMAGED:
            return RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))


def _member(tally: Tally, entry: Entry, facts: RarFacts | None, number: int) -> Iterator[Part]:
    """Yield one member, read or refused."""
    method = facts.method_of(number) if facts else None
    checksum = facts.checksum_of(number) if facts else None
    inner = tally.place.inside(entry.name)
    kind = kind_of_name(entry.name)
    if entry.is_encrypted or method is not None:
        yield tally.refuse(inner, kind, _opaque(method or _SEVEN_ZIP))
        return
    whole = io.BytesIO()
    broken: RefusedError | None = None
    try:
        for piece in _counted(tally, entry):
            whole.write(piece)
    except RefusedError as refusal:
        yield tally.refuse(inner, kind, refusal)
        return
    except UnpackingError as error:
        broken = _refusal(error.trouble, tally.kind)
        if not whole.tell() or broken.outcome is not Outcome.DAMAGED:
            yield tally.refuse(inner, kind, broken)
            return
    content = whole.getvalue()
    if checksum is not None and zlib.crc32(content) != checksum:
        broken = RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
    if broken is None:
        yield from inner.follow(inner, MemorySource(content))
    else:
        tally.unread_count += 1
        tally.first = tally.first or broken
        yield from cut_short(inner, content, said("breaks off: it is cut short or damaged"))


def _counted(tally: Tally, entry: Entry) -> Iterator[bytes]:
    """Yield the content of a member within the limits.

    Raises:
        RefusedError: it is too large; for good where even to pass over it costs too much.
        UnpackingError: it cannot be unpacked.
    """
    bounds, budget = tally.place.bounds, tally.place.budget
    limit = bounds.most_member_bytes
    refusal = too_large(said("unpacks to more than {limit} bytes", limit=limit))
    if entry.size_bytes is not None and entry.size_bytes > limit:
        if tally.kind != "tar":
            # what comes after it in the same block is reached by unpacking it all the same
            budget.take_bytes(entry.size_bytes)
        raise refusal
    count = 0
    for piece in entry.pieces():
        count += len(piece)
        budget.take_bytes(len(piece))
        if count > limit:
            raise refusal
        yield piece

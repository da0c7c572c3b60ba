"""Compound files (OLE2): storages within storages, each stream whole or known not to be.

Every chain is walked with a count and a memory of where it was, so loops in damaged files
end; a stream that breaks off is given as far as it goes, and says so.

Source: [MS-CFB] 2.2 (header), 2.3 (FAT), 2.4 (mini FAT), 2.6 (directory).
"""

import struct
import sys
from array import array
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from gallra.content.source import MemorySource, Source

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_SECTOR = 0xFFFFFFFA
_NO_ENTRY = _FREE = 0xFFFFFFFF
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_MOST_ENTRIES = 200_000
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a stream holds."""

    content: bytes
    is_whole: bool
    """False where sectors are missing: the end is not known."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size_bytes: int
    is_placed: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Storage:
    """A folder in a compound file. Names differ in more than their case."""

    file: "Compound"
    name: str
    streams: dict[str, _Entry] = field(default_factory=dict)
    storages: dict[str, "Storage"] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a stream or a storage called ``name``."""
        return self.find(name) is not None or name in self.storages

    def find(self, name: str) -> str | None:
        """Return the stream's name as it is written, whatever its case."""
        if name in self.streams:
            return name
        lower = name.lower()
        return next((each for each in self.streams if each.lower() == lower), None)

    def size_of(self, name: str) -> int:
        """Return the size in bytes that the directory gives a stream; 0 where there is none."""
        found = self.find(name)
        return 0 if found is None else self.streams[found].size_bytes

    def read(self, name: str, most_bytes: int = sys.maxsize) -> Content:
        """Return a stream, at most its first ``most_bytes``; empty where there is none.

        Raises:
            OSError: the system would not read.
        """
        found = self.find(name)
        if found is None:
            return Content(content=b"", is_whole=True)
        return self.file.content_of(self.streams[found], most_bytes)


class Compound:
    """The tables and the directory of a compound file."""

    def __init__(self, source: Source) -> None:
        """Read header, sector table and directory.

        Raises:
            ValueError: the container is damaged beyond finding its directory.
            OSError: the system would not read.
        """
        self._source = source
        header = source.read_at(0, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(MAGIC):
            raise ValueError("no compound file")
        version, _, shift, mini_shift = struct.unpack_from("<4H", header, 26)
        if shift not in {9, 12} or mini_shift > shift:
            raise ValueError("no sector size that exists")
        self._has_long_sizes = version > 3  # noqa: PLR2004 - version 3 leaves rubbish in the upper half
        self._sector_bytes: int = 1 << shift
        self._mini_bytes: int = 1 << mini_shift
        (directory,) = struct.unpack_from("<I", header, 48)
        self._cutoff, self._mini_start = struct.unpack_from("<II", header, 56)
        self._table: array[int]
        self._table, self.is_sound = self._sector_table(header)
        """Whether tables and directory are whole; else streams may be missing."""
        raw, is_whole = self._chain(directory, _MOST_ENTRIES * _ENTRY_BYTES, is_open=True)
        self.is_sound = self.is_sound and is_whole
        entries = [self._entry(raw, at) for at in range(0, len(raw) - 127, _ENTRY_BYTES)]
        if not entries or entries[0] is None or entries[0].kind != _ROOT:
            raise ValueError("no root directory")
        self._root_entry = entries[0]
        self.root = Storage(file=self, name="")
        self._place(entries)

    def _sector_table(self, header: bytes) -> tuple["array[int]", bool]:
        where = [each for each in struct.unpack_from("<109I", header, 76) if each < _NO_SECTOR]
        (following,) = struct.unpack_from("<I", header, 68)
        (declared,) = struct.unpack_from("<I", header, 44)
        most = self._source.size_bytes // self._sector_bytes + 2
        visited: set[int] = set()
        while following < _NO_SECTOR and following not in visited and len(visited) < most:
            visited.add(following)
            sector = self._sector(following)
            if len(sector) < self._sector_bytes:
                break
            *numbers, following = _numbers(sector)
            where.extend(each for each in numbers if each < _NO_SECTOR)
        table = array("I")
        is_sound = len(where) >= declared
        for number in where[:most]:
            sector = self._sector(number)
            is_sound = is_sound and len(sector) == self._sector_bytes
            table.extend(_numbers(sector))
        return table, is_sound

    @property
    def end_bytes(self) -> int:
        """Where the last sector in use ends."""
        count = len(self._table)
        while count and self._table[count - 1] == _FREE:
            count -= 1
        return (count + 1) * self._sector_bytes

    def _sector(self, number: int) -> bytes:
        return self._source.read_at((number + 1) * self._sector_bytes, self._sector_bytes)

    def _chain(self, start: int, size_bytes: int, *, is_open: bool = False) -> tuple[bytes, bool]:
        """Return a chain of sectors, and whether it is whole.

        Args:
            start: its first sector.
            size_bytes: how much is wanted.
            is_open: the size is not known; the chain's own end counts.
        """
        table, count = self._table, -(-size_bytes // self._sector_bytes)
        pieces: list[bytes] = []
        number, first, length, got = start, start, 0, 0
        visited: set[int] = set()
        while got < count and number < len(table) and number not in visited:
            visited.add(number)
            got += 1
            length += 1
            following = table[number]
            if following != number + 1:
                pieces.append(self._run(first, length))
                first, length = following, 0
            number = following
        if length:
            pieces.append(self._run(first, length))
        content = b"".join(pieces)
        if is_open:
            return content, number >= _NO_SECTOR and len(content) == got * self._sector_bytes
        return content[:size_bytes], len(content) >= size_bytes

    def _run(self, first: int, count: int) -> bytes:
        return self._source.read_at((first + 1) * self._sector_bytes, count * self._sector_bytes)

    def _entry(self, raw: bytes, at: int) -> _Entry | None:
        name_bytes, kind = struct.unpack_from("<HB", raw, at + 64)
        if kind not in {_STORAGE, _STREAM, _ROOT}:
            return None
        left, right, child = struct.unpack_from("<3I", raw, at + 68)
        start, low, high = struct.unpack_from("<3I", raw, at + 116)
        name = raw[at : at + max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
        size_bytes = low + (high << 32 if self._has_long_sizes else 0)
        return _Entry(
            name=name.rstrip("\0"), kind=kind, left=left, right=right, child=child, start=start,
            size_bytes=size_bytes,
        )  # fmt: skip

    def _place(self, entries: list[_Entry | None]) -> None:
        """Hang every entry into its storage; what no tree reaches goes to the root."""
        self._root_entry.is_placed = True
        open_ends: list[tuple[Storage, int]] = [(self.root, self._root_entry.child)]
        while open_ends:
            storage, number = open_ends.pop()
            if number == _NO_ENTRY:
                continue
            entry = entries[number] if number < len(entries) else None
            if entry is None or entry.is_placed:
                self.is_sound = False
                continue
            entry.is_placed = True
            open_ends += [(storage, entry.left), (storage, entry.right)]
            self._hang(storage, entry, open_ends)
        for entry in entries:
            if entry is not None and not entry.is_placed and entry.kind == _STREAM:
                self.is_sound = False
                if entry.name not in self.root.streams:
                    self.root.streams[entry.name] = entry

    def _hang(self, storage: Storage, entry: _Entry, open_ends: list[tuple[Storage, int]]) -> None:
        if entry.kind == _STREAM:
            storage.streams.setdefault(entry.name, entry)
        else:
            inner = storage.storages.setdefault(entry.name, Storage(file=self, name=entry.name))
            open_ends.append((inner, entry.child))

    @cached_property
    def _mini(self) -> tuple[bytes, "array[int]"]:
        """The stream that small streams lie in, and its table."""
        numbers, _ = self._chain(self._mini_start, self._source.size_bytes, is_open=True)
        content, _ = self._chain(self._root_entry.start, self._root_entry.size_bytes)
        return content, _numbers(numbers)

    def content_of(self, entry: _Entry, most_bytes: int) -> Content:
        """Return the first ``most_bytes`` of a stream.

        Raises:
            OSError: the system would not read.
        """
        size = min(entry.size_bytes, most_bytes)
        if size <= 0:
            return Content(content=b"", is_whole=True)
        if entry.size_bytes >= self._cutoff:
            content, is_whole = self._chain(entry.start, size)
            return Content(content=content, is_whole=is_whole)
        mini, table = self._mini
        step = self._mini_bytes
        pieces: list[bytes] = []
        number, most = entry.start, -(-size // step)
        while number < len(table) and len(pieces) < most:
            pieces.append(mini[number * step : (number + 1) * step])
            number = table[number]
        content = b"".join(pieces)[:size]
        return Content(content=content, is_whole=len(content) == size)


def _numbers(sector: bytes) -> "array[int]":
    """Return the 32-bit numbers of a sector; little-endian on every machine."""
    numbers = array("I", sector[: len(sector) // 4 * 4])
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class StorageSource:
    """A storage inside a compound file, followed like a file of its own."""

    def __init__(self, storage: Storage) -> None:
        """Stand for ``storage``; the only bytes are those that tell what it is."""
        self.storage = storage
        self.size_bytes = max(
            len(MAGIC), sum(entry.size_bytes for entry in storage.streams.values())
        )
        self.head = MAGIC

    def read_at(self, offset: int, count: int) -> bytes:
        """Return bytes of the head."""
        return self.head[offset : offset + count]

    def open(self) -> BinaryIO:
        """Return a stream over the head."""
        return MemorySource(self.head).open()


def storage_of(source: Source) -> Storage:
    """Return the root of a compound file, or the storage that ``source`` stands for.

    Raises:
        ValueError: the container is damaged beyond finding its directory.
        OSError: the system would not read.
    """
    return source.storage if isinstance(source, StorageSource) else Compound(source).root


def end_of_sectors(source: Source) -> int:
    """Return where the last sector in use ends, in bytes; 0 where no table tells.

    Raises:
        OSError: the system would not read.
    """
    try:
        return Compound(source).end_bytes
    except ValueError:
        return 0

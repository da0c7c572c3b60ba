"""The old Office container (OLE2, compound file): its directory, and who encrypted what.

Only what is needed to name a file's kind and to tell an encrypted one from a plain one.
Every chain is walked with a count, so loops in damaged files end.

Source: [MS-CFB] 2.2, 2.6; [MS-DOC] 2.5.1 (FibBase.fEncrypted); [MS-XLS] 2.4.117 (FilePass);
[MS-PPT] 2.3.2 (CurrentUserAtom.headerToken); [MS-OFFCRYPTO] 2.3.4.
"""

import re
import struct
from dataclasses import dataclass

from gallra.content.source import Source

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_MOST_SECTORS = 2_000_000
_MOST_STREAM_BYTES = 4 * 1024 * 1024
_STREAM = 2
_ROOT = 5
_STORAGE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name of the directory."""

    name: str
    is_stream: bool
    start: int
    size_bytes: int
    is_root: bool = False


class CompoundFile:
    """The directory of an OLE2 file, and its streams."""

    def __init__(self, source: Source) -> None:
        """Read header, sector table and directory.

        Raises:
            ValueError: the container is damaged beyond finding its directory.
        """
        self._source = source
        header = source.read_at(0, _HEADER_BYTES)
        if len(header) < _HEADER_BYTES or not header.startswith(MAGIC):
            raise ValueError("no compound file")
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in {9, 12} or mini_shift > shift:
            raise ValueError("no sector size that exists")
        self._sector_bytes = 1 << shift
        self._mini_bytes = 1 << mini_shift
        (directory,) = struct.unpack_from("<I", header, 48)
        self._cutoff, mini_fat = struct.unpack_from("<II", header, 56)
        self._table = self._sector_table(header)
        self.entries = self._directory(self._chain(directory, _MOST_STREAM_BYTES))
        mini_sectors = self._chain(mini_fat, _MOST_STREAM_BYTES)
        self._mini_table = struct.unpack(f"<{len(mini_sectors) // 4}I", mini_sectors)
        root = next((entry for entry in self.entries if entry.is_root), None)
        self._mini = self._chain(root.start, _MOST_STREAM_BYTES) if root else b""

    def _sector(self, number: int) -> bytes:
        return self._source.read_at((number + 1) * self._sector_bytes, self._sector_bytes)

    def _sector_table(self, header: bytes) -> list[int]:
        where = [each for each in struct.unpack_from("<109I", header, 76) if each < _END]
        (following,) = struct.unpack_from("<I", header, 68)
        per_sector = self._sector_bytes // 4
        most = self._source.size_bytes // self._sector_bytes + 2
        visited: set[int] = set()
        while following < _END and following not in visited and len(visited) < most:
            visited.add(following)
            sector = self._sector(following)
            if len(sector) < self._sector_bytes:
                break
            numbers = struct.unpack(f"<{per_sector}I", sector)
            where.extend(each for each in numbers[:-1] if each < _END)
            following = numbers[-1]
        table: list[int] = []
        for number in where[: min(most, _MOST_SECTORS // per_sector)]:
            sector = self._sector(number)
            table.extend(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
        return table

    def _chain(self, start: int, most_bytes: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        most = min(most_bytes // self._sector_bytes + 1, len(self._table) + 1)
        while number < len(self._table) and len(pieces) < most:
            pieces.append(self._sector(number))
            number = self._table[number]
        return b"".join(pieces)

    @staticmethod
    def _directory(content: bytes) -> tuple[Entry, ...]:
        entries = []
        for offset in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            raw = content[offset : offset + _ENTRY_BYTES]
            name_bytes, kind = struct.unpack_from("<HB", raw, 64)
            if kind not in {_STORAGE, _STREAM, _ROOT}:
                continue
            start, size_bytes = struct.unpack_from("<II", raw, 116)
            name = raw[: max(0, min(name_bytes, 64) - 2)].decode("utf-16-le", "replace")
            entries.append(
                Entry(
                    name=name,
                    is_stream=kind == _STREAM,
                    start=start,
                    size_bytes=size_bytes,
                    is_root=kind == _ROOT,
                )
            )
        return tuple(entries)

    @property
    def names(self) -> frozenset[str]:
        """All names, at every depth."""
        return frozenset(entry.name for entry in self.entries)

    def stream(self, name: str, most_bytes: int = _MOST_STREAM_BYTES) -> bytes:
        """Return the beginning of the first stream called ``name``; empty where there is none."""
        entry = next((each for each in self.entries if each.name == name and each.is_stream), None)
        if entry is None:
            return b""
        size = min(entry.size_bytes, most_bytes)
        if entry.size_bytes >= self._cutoff:
            return self._chain(entry.start, size)[:size]
        pieces: list[bytes] = []
        number = entry.start
        most = size // self._mini_bytes + 1
        while number < len(self._mini_table) and len(pieces) < most:
            pieces.append(self._mini[number * self._mini_bytes :][: self._mini_bytes])
            number = self._mini_table[number]
        return b"".join(pieces)[:size]


_SIGNS = (
    ("msg", "__properties_version1.0"),
    ("doc", "WordDocument"),
    ("xls", "Workbook"),
    ("xls", "Book"),
    ("ppt", "PowerPoint Document"),
    ("vsd", "VisioDocument"),
    ("pub", "Quill"),
)


def kind_of_compound(container: CompoundFile) -> str | None:
    """Return the kind that the streams tell, ``ooxml`` for an encrypted new Office file."""
    names = container.names
    if "EncryptedPackage" in names:
        return "ooxml"
    return next((kind for kind, stream in _SIGNS if stream in names), None)


def encryption_of_compound(container: CompoundFile, kind: str) -> str | None:
    """Return how the file is encrypted, ``None`` where it is not."""
    match kind:
        case "ooxml":
            return _ooxml_method(container.stream("EncryptionInfo"))
        case "doc":
            fib = container.stream("WordDocument", 64)
            is_whole = len(fib) >= 12  # noqa: PLR2004 - up to the flags of FibBase
            if is_whole and struct.unpack_from("<H", fib, 10)[0] & 0x0100:
                return "Word 97-2003 password"
        case "xls":
            book = container.stream("Workbook", 65536) or container.stream("Book", 65536)
            if _has_file_pass(book):
                return "Excel 97-2003 password"
        case "ppt":
            user = container.stream("Current User", 64)
            is_whole = len(user) >= 16  # noqa: PLR2004 - up to headerToken of CurrentUserAtom
            token = struct.unpack_from("<I", user, 12)[0] if is_whole else 0
            if token == 0xF3D1C4DF or "EncryptedSummary" in container.names:  # noqa: PLR2004 - the atom's two values
                return "PowerPoint 97-2003 password"
        case _:
            pass
    return None


def _has_file_pass(book: bytes) -> bool:
    """Look for the FilePass record among the globals, which begin the stream in the clear."""
    position = 0
    while position + 4 <= len(book):
        number, length = struct.unpack_from("<HH", book, position)
        if number == 0x2F:  # noqa: PLR2004 - FilePass
            return True
        if number == 0x0A:  # noqa: PLR2004 - EOF of the globals
            return False
        position += 4 + length
    return False


def _ooxml_method(info: bytes) -> str:
    if len(info) < 4:  # noqa: PLR2004 - no version field
        return "OOXML"
    if info[:4] == b"\x04\x00\x04\x00":
        cipher = re.search(rb'cipherAlgorithm="([A-Za-z0-9]{1,12})"', info)
        bits = re.search(rb'keyBits="(\d{1,4})"', info)
        name = cipher[1].decode("ascii") if cipher else "AES"
        return f"OOXML {name}-{bits[1].decode('ascii')}" if bits else f"OOXML {name}"
    if len(info) >= 32:  # noqa: PLR2004 - version, flags, header size, EncryptionHeader
        (algorithm,) = struct.unpack_from("<I", info, 20)
        known = {0x660E: "AES-128", 0x660F: "AES-192", 0x6610: "AES-256", 0x6801: "RC4"}
        return f"OOXML {known.get(algorithm, 'password')}"
    return "OOXML password"

"""The one door to Debian's libarchive: members of an archive one by one, as they stand in it.

Bytes come from a source of ours through a call-back, never from a path; nothing is written,
no link is followed, and no outside program is ever asked to unpack, since only the formats
named here are switched on. libarchive's own messages may quote names, so none leaves here.

Source: archive_read(3), archive_entry(3); Debian's libarchive13.
"""

import contextlib
import ctypes
import itertools
import logging
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Protocol, Self

try:
    from libarchive import ffi
except (ImportError, OSError, AttributeError, TypeError):  # the library is not installed
    ffi = None

_END = 1
_WARNING = -20
_FAILED = -30
_BLOCK_BYTES = 256 * 1024
_WHENCE_START, _WHENCE_HERE, _WHENCE_END = range(3)
_REGULAR, _KIND_MASK = 0o100000, 0o170000

logging.getLogger("libarchive").addHandler(logging.NullHandler())
logging.getLogger("libarchive").propagate = False  # its warnings quote the names of members


class Trouble(Enum):
    """Why libarchive would not go on."""

    ENCRYPTED = "encrypted"
    MEMORY = "memory"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"


class UnpackingError(Exception):
    """libarchive stopped; its words stay behind, since they may quote the file."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep what kind of trouble it was."""
        super().__init__(trouble.value)
        self.trouble = trouble


class Feed(Protocol):
    """Where an archive's bytes come from."""

    def read(self, count: int, /) -> bytes:
        """Return at most ``count`` bytes, none at the end."""

    def seek(self, offset: int, whence: int, /) -> int:
        """Move, and return the new place; raises ``OSError`` where that cannot be."""


class Entry:
    """One member, while the archive stands at it."""

    def __init__(self, archive: "Unpacking", pointer: int) -> None:
        """Read what its header says."""
        self._archive = archive
        self.name = _name_of(pointer)
        kind = ffi.entry_filetype(pointer) & _KIND_MASK
        self.is_regular = kind in {0, _REGULAR} and not ffi.entry_hardlink(pointer)
        self.is_directory = kind == 0o040000  # noqa: PLR2004 - S_IFDIR
        self.size_bytes: int | None = (
            ffi.entry_size(pointer) if ffi.entry_size_is_set(pointer) else None
        )
        self.is_encrypted = bool(_is_encrypted(pointer))

    def pieces(self) -> Iterator[bytes]:
        """Yield the content; holes of a sparse file as zeros.

        Raises:
            UnpackingError: it breaks off, or its checksum is another.
        """
        return self._archive.data()


class Unpacking:
    """An open archive. Members are met in the order in which they are stored."""

    def __init__(self, feed: Feed, formats: Sequence[str], filters: Sequence[str] = ()) -> None:
        """Begin to read; :meth:`entries` goes on.

        Args:
            feed: the bytes; kept until :meth:`close`.
            formats: libarchive's names: ``tar``, ``7zip``, ``rar``, ``rar5``, ``raw``.
            filters: compressions around it: ``zstd``, ``compress``, ``lzip``, ``lz4``.

        Raises:
            UnpackingError: it is no such archive, or libarchive is not installed.
        """
        if ffi is None:
            raise UnpackingError(Trouble.UNSUPPORTED)
        self._feed = feed
        self._block = b""
        self._buffer = ctypes.create_string_buffer(_BLOCK_BYTES)
        self.failure: BaseException | None = None
        """What the feed raised, if it did: more to the point than what libarchive says."""
        self._number = next(_NUMBERS)
        _OPENED[self._number] = self
        self._archive = ffi.read_new()
        try:
            for name in filters:
                ffi.get_read_filter_function(name)(self._archive)
            for name in formats:
                ffi.get_read_format_function(name)(self._archive)
            if "tar" in formats:
                # what stands behind an end mark is read too: tapes and tools append
                _set_option(self._archive, b"tar", b"read_concatenated_archives", b"1")
            ffi.read_set_seek_callback(self._archive, _SEEK)
            ffi.read_open(self._archive, self._number, ffi.NO_OPEN_CB, _READ, ffi.NO_CLOSE_CB)
        except (ffi.ArchiveError, ValueError) as error:
            trouble = self._trouble(error)
            self.close()
            raise trouble from error

    def entries(self) -> Iterator[Entry]:
        """Yield the members; each is good until the next.

        Raises:
            UnpackingError: what follows cannot be read.
        """
        pointer = ffi.entry_new()
        try:
            while True:
                try:
                    if ffi.read_next_header2(self._archive, pointer) == _END:
                        return
                except ffi.ArchiveError as error:
                    raise self._trouble(error) from error
                yield Entry(self, pointer)
        finally:
            ffi.entry_free(pointer)

    def data(self) -> Iterator[bytes]:
        """Yield what is left of the member that the archive stands at."""
        while True:
            try:
                count = ffi.read_data(self._archive, self._buffer, _BLOCK_BYTES)
            except ffi.ArchiveError as error:
                raise self._trouble(error) from error
            if count == _WARNING or self.failure is not None:
                raise self._trouble(None)
            if count <= 0:
                return
            yield self._buffer.raw[:count]

    def _trouble(self, error: BaseException | None) -> Exception:
        if self.failure is not None and isinstance(self.failure, Exception):
            return self.failure
        words = str(getattr(error, "msg", "") or "").lower()
        if "encrypt" in words or "crypto" in words or "passphrase" in words:
            return UnpackingError(Trouble.ENCRYPTED)
        if "allocate" in words or "memory" in words:
            return UnpackingError(Trouble.MEMORY)
        if "support" in words or "unknown" in words or "volume" in words:
            return UnpackingError(Trouble.UNSUPPORTED)
        return UnpackingError(Trouble.DAMAGED)

    def read_block(self) -> bytes:
        """Return the next stretch; it stays in memory until the one after."""
        self._block = self._feed.read(_BLOCK_BYTES)
        return self._block

    def seek(self, offset: int, whence: int) -> int:
        """Move the feed."""
        return self._feed.seek(offset, whence)

    def close(self) -> None:
        """Let go of what libarchive holds."""
        if _OPENED.pop(self._number, None) is not None:
            with contextlib.suppress(ffi.ArchiveError):
                ffi.read_free(self._archive)
            self._block = b""

    def __enter__(self) -> Self:
        """Stand for the archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of what libarchive holds."""
        self.close()


_OPENED: dict[int, Unpacking] = {}
_NUMBERS = itertools.count(1)


def _on_read(_: object, number: int, place: "ctypes._Pointer[ctypes.c_void_p]") -> int:
    """Give libarchive the next stretch. An exception must not pass through C: it is kept."""
    opened = _OPENED[number]
    try:
        block = opened.read_block()
    except BaseException as error:  # noqa: BLE001 - raised again as soon as C has returned
        opened.failure = error
        return _FAILED
    place[0] = ctypes.cast(ctypes.c_char_p(block), ctypes.c_void_p)
    return len(block)


def _on_seek(_: object, number: int, offset: int, whence: int) -> int:
    try:
        return _OPENED[number].seek(offset, whence)
    except (OSError, ValueError):
        return _FAILED


if ffi is not None:
    # Made once, before the sandbox closes: afterwards no page may become executable.
    _READ = ffi.READ_CALLBACK(_on_read)
    _SEEK = ffi.SEEK_CALLBACK(_on_seek)
    _name_utf8 = ffi.libarchive["archive_entry_pathname_utf8"]
    _name_utf8.argtypes, _name_utf8.restype = [ctypes.c_void_p], ctypes.c_char_p
    _set_option = ffi.libarchive["archive_read_set_format_option"]
    _set_option.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p]
    _set_option.restype = ctypes.c_int
    _is_encrypted = ffi.libarchive["archive_entry_is_encrypted"]
    _is_encrypted.argtypes, _is_encrypted.restype = [ctypes.c_void_p], ctypes.c_int


def _name_of(pointer: int) -> str:
    """Return a member's name; what is not UTF-8 is taken for Windows' Western characters."""
    raw: bytes | None = _name_utf8(pointer) or ffi.entry_pathname(pointer)
    if raw is None:
        return ""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")

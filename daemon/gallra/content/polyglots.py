"""Files that are two things at once: what a second program would read in them is read too.

A zip file is found by its end and everything else by its beginning, so one file can be a
picture to a person and an archive to a thief. Programs that unpack themselves are the honest
case of it: there the archive is what the file is.
"""

import re
from collections.abc import Iterator

from gallra.content.compound import end_of_sectors
from gallra.content.directory import end_of_directory
from gallra.content.source import MemorySource, Source

_PICTURES_AND_PROGRAMS = frozenset({"image", "audio", "video", "font", "executable", "binary"})
_ARCHIVE_SIGNS = ((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"))
_STUB_BYTES = 1024 * 1024
"""Of a program are searched for an archive that it unpacks; WinRAR's stub has 300 kB."""
_MOST_UNPACKED_BYTES = 256 * 1024 * 1024
_PDF_WINDOW_BYTES = 1024
_TAIL_BYTES = 2048
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)


def unwrapped(kind: str, source: Source) -> tuple[str, Source]:
    """Return what a program that unpacks itself holds, or what was given.

    Raises:
        OSError: the bytes could not be read.
    """
    if kind != "executable":
        return kind, source
    if end_of_directory(source) is not None:
        return "zip", source
    if source.size_bytes > _MOST_UNPACKED_BYTES:
        return kind, source
    stub = source.read_at(0, _STUB_BYTES)
    for sign, archive in _ARCHIVE_SIGNS:
        at = stub.find(sign)
        if at > 0:
            return archive, MemorySource(source.read_at(at, source.size_bytes - at))
    return kind, source


def second_readings(kind: str, source: Source) -> Iterator[tuple[str, Source]]:
    """Yield what else a file of this kind is, with the bytes to read as that.

    Raises:
        OSError: the bytes could not be read.
    """
    if kind in {"zip", "empty"}:
        return
    end = end_of_directory(source)
    if kind == "ole" and end is not None and end.ends_at <= end_of_sectors(source):
        return  # Word keeps its colours in a zip file of their own, in a stream
    if end is not None and end.size_bytes:
        yield "zip", source
    head = source.head
    if kind not in _PICTURES_AND_PROGRAMS:
        return
    if b"%PDF-" in head[:_PDF_WINDOW_BYTES]:
        tail = source.read_at(max(0, source.size_bytes - _TAIL_BYTES), _TAIL_BYTES)
        if b"startxref" in tail:
            yield "pdf", source
    if found := _PAGE.search(head):
        at = found.start()
        yield "html", MemorySource(source.read_at(at, min(source.size_bytes - at, _STUB_BYTES)))

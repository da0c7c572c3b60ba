"""Zip files and what is zip inside: plain archives, Word, Excel, and formats still unread.

Nothing is unpacked to disk. Sizes are counted while inflating, whatever the directory says.
"""

import zipfile
from collections.abc import Callable, Iterator
from functools import partial

from gallra.content.container import OFFICE_EXTENSIONS, Tally
from gallra.content.directory import LOCAL, end_of_directory, entry_count
from gallra.content.docx import read_docx
from gallra.content.kinds import extension_of
from gallra.content.olm import read_olm
from gallra.content.ooxml import Package
from gallra.content.opendocument import (
    kind_in_manifest,
    kind_of_media_type,
    read_open_document,
)
from gallra.content.place import Place, RefusedError, too_large
from gallra.content.pptx import read_pptx
from gallra.content.source import Source
from gallra.content.xlsb import read_xlsb
from gallra.content.xlsx import read_xlsx
from gallra.content.zipped import (
    CORRUPT,
    comments,
    read_member,
    read_members,
    read_stretch,
    read_unlisted,
)
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_READERS: dict[str, Callable[[Place, Package], Iterator[Part]]] = {
    "docx": read_docx,
    "olm": read_olm,
    "pptx": read_pptx,
    "xlsb": read_xlsb,
    "xlsx": read_xlsx,
    **{kind: partial(read_open_document, kind) for kind in ("odt", "ods", "odp", "odg")},
}
_UNREAD_KINDS = frozenset({"epub", "iwork"})
_STREAMED_KINDS = frozenset({"olm"})
"""Read item by item: they may be as large as they like."""


def kind_by_extension(name: str) -> str:
    """Return what a zip file claims to be by its name."""
    return OFFICE_EXTENSIONS.get(extension_of(name), "zip")


_SIGNS = (
    ("docx", "word/document"),
    ("xlsb", "xl/workbook.bin"),
    ("xlsx", "xl/workbook"),
    ("pptx", "ppt/presentation"),
    ("pptx", "ppt/slides/"),
    ("iwork", "index/document.iwa"),
)


def kind_of_zip(archive: zipfile.ZipFile) -> str:
    """Return what a zip file is by its members."""
    names = {member.filename.lower().lstrip("/") for member in archive.infolist()}
    for kind, sign in _SIGNS:
        if any(name.startswith(sign) for name in names):
            return kind
    if any("com.microsoft.__messages/" in name for name in names):
        return "olm"
    if open_document := _open_document(archive, names):
        return open_document
    if "[content_types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    return "zip"


def _open_document(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    """Return what a package says of itself in its first member, or else in its manifest."""
    try:
        if "mimetype" in names:
            with archive.open("mimetype") as stream:
                media_type = stream.read(200).strip()
            if media_type.startswith(b"application/epub+zip"):
                return "epub"
            if kind := kind_of_media_type(media_type):
                return kind
        if "content.xml" in names and "meta-inf/manifest.xml" in names:
            with archive.open("META-INF/manifest.xml") as stream:
                return kind_in_manifest(stream.read(1024 * 1024))
    except (KeyError, *CORRUPT):
        return None
    return None


def read_zip(place: Place, source: Source, *, is_begin_read: bool = False) -> Iterator[Part]:
    """Yield what a zip file is: a document with its parts, or the members and then the archive.

    Args:
        place: where it is.
        source: its bytes, with all that stands before and behind.
        is_begin_read: whether what stands before the first member was read as something else.

    Raises:
        RefusedError: it cannot be opened, or is of a kind that is not read.
    """
    end = end_of_directory(source)
    limit = place.bounds.most_listed_members
    if end is not None and entry_count(source, end) > limit:
        raise too_large(said("has more than {limit} members", limit=limit))
    try:
        archive = zipfile.ZipFile(source.open())
    except CORRUPT as error:
        if source.head.startswith(LOCAL) and kind_by_extension(place.name) == "zip":
            yield from _without_directory(place, source)
            return
        raise RefusedError(
            Outcome.DAMAGED,
            said("its directory of members is damaged"),
            kind=kind_by_extension(place.name),
        ) from error
    with archive:
        kind = kind_of_zip(archive)
        package = Package(archive, place.budget)
        tally = Tally(place=place, kind=kind)
        if kind == "zip":
            tally.passages = comments(archive)
            if end is not None and end.is_volume:
                tally.shortfalls.append(said("is one volume of several, and only that one is here"))
            yield from read_members(tally, archive, package)
        else:
            yield from _document(tally, source, archive, package)
        if end is not None and tally.final is None:
            yield from read_unlisted(tally, source, archive, end, is_begin_read=is_begin_read)
        if kind == "zip":
            yield tally.part()


def _document(
    tally: Tally, source: Source, archive: zipfile.ZipFile, package: Package
) -> Iterator[Part]:
    """Yield an office document, then the members that another one of their name hides."""
    kind, bounds = tally.kind, tally.place.bounds
    if kind not in _STREAMED_KINDS and source.size_bytes > bounds.most_document_bytes:
        raise RefusedError(
            Outcome.TOO_LARGE,
            said("is larger than {limit} bytes", limit=bounds.most_document_bytes),
            kind=kind,
        )
    if kind in _UNREAD_KINDS:
        raise RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)
    try:
        yield from _READERS[kind](tally.place, package)
    except RefusedError as refusal:
        refusal.kind = kind
        raise
    for member in archive.infolist():
        if package.members[member.filename] is not member:
            yield from read_member(tally, member, package)


def _without_directory(place: Place, source: Source) -> Iterator[Part]:
    """Yield what can be found of an archive that was cut off, or whose directory is damaged."""
    tally = Tally(place=place, kind="zip")
    tally.shortfalls.append(said("its directory of members is damaged"))
    yield from read_stretch(tally, source, 0, source.size_bytes)
    yield tally.part()

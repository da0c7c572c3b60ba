"""Zip files and what is zip inside: plain archives, Word, Excel, and formats still unread.

Nothing is unpacked to disk. Sizes are counted while inflating, whatever the directory says.
"""

import zipfile
from collections.abc import Callable, Iterator

from gallra.content.docx import BROKEN_XML, read_docx
from gallra.content.kinds import extension_of
from gallra.content.ooxml import Package
from gallra.content.place import Place, RefusedError
from gallra.content.source import MemorySource, Source
from gallra.content.xlsx import read_xlsx
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.graphics": "odg",
    b"application/epub+zip": "epub",
}
_OFFICE_EXTENSIONS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "dotm": "docx",
    "xlsx": "xlsx", "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx", "xlsb": "xlsb",
    "pptx": "pptx", "pptm": "pptx", "ppsx": "pptx", "potx": "pptx",
    "odt": "odt", "ods": "ods", "odp": "odp", "odg": "odg", "epub": "epub",
}  # fmt: skip
_READERS: dict[str, Callable[[Place, Package], Iterator[Part]]] = {
    "docx": read_docx,
    "xlsx": read_xlsx,
}
_UNREAD_KINDS = frozenset({"pptx", "xlsb", "odt", "ods", "odp", "odg", "epub", "olm", "iwork"})
_CORRUPT = (
    *BROKEN_XML,
    NotImplementedError,
    OSError,
    zipfile.LargeZipFile,
    RuntimeError,
)
_UTF8_FLAG = 0x800


def kind_by_extension(name: str) -> str:
    """Return what a zip file claims to be by its name."""
    return _OFFICE_EXTENSIONS.get(extension_of(name), "zip")


_SIGNS = (
    ("docx", "word/document"),
    ("xlsb", "xl/workbook.bin"),
    ("xlsx", "xl/workbook"),
    ("pptx", "ppt/presentation.xml"),
    ("olm", "com.microsoft.__messages"),
    ("iwork", "index/document.iwa"),
)


def kind_of_zip(archive: zipfile.ZipFile) -> str:
    """Return what a zip file is by its members."""
    names = {member.filename.lower().lstrip("/") for member in archive.infolist()}
    for kind, sign in _SIGNS:
        if any(name.startswith(sign) for name in names):
            return kind
    if "mimetype" in names:
        try:
            with archive.open("mimetype") as stream:
                media_type = stream.read(200).strip()
        except (KeyError, *_CORRUPT):
            return "zip"
        for known, kind in _OPEN_DOCUMENT.items():
            if media_type.startswith(known):
                return kind
    if "[content_types].xml" in names and any(name.startswith("word/") for name in names):
        return "docx"
    return "zip"


def read_zip(place: Place, source: Source) -> Iterator[Part]:
    """Yield what a zip file is: a document with its parts, or the members and then the archive.

    Raises:
        RefusedError: it cannot be opened, or is of a kind that is not read.
    """
    try:
        archive = zipfile.ZipFile(source.open())
    except _CORRUPT as error:
        raise RefusedError(
            Outcome.DAMAGED,
            said("its directory of members is damaged"),
            kind=kind_by_extension(place.name),
        ) from error
    with archive:
        kind = kind_of_zip(archive)
        package = Package(archive, place.budget)
        if kind in _READERS and source.size_bytes > place.bounds.most_document_bytes:
            raise RefusedError(
                Outcome.TOO_LARGE,
                said("is larger than {limit} bytes", limit=place.bounds.most_document_bytes),
                kind=kind,
            )
        if kind in _UNREAD_KINDS:
            raise _unread(kind, archive)
        if kind == "zip":
            yield from _members(place, archive, package)
        else:
            try:
                yield from _READERS[kind](place, package)
            except RefusedError as refusal:
                refusal.kind = kind
                raise


def _unread(kind: str, archive: zipfile.ZipFile) -> RefusedError:
    """Return why a kind is not read; an OpenDocument that is encrypted is opaque."""
    if kind.startswith("od") and "META-INF/manifest.xml" in archive.namelist():
        try:
            with archive.open("META-INF/manifest.xml") as stream:
                manifest = stream.read(1024 * 1024)
        except _CORRUPT:
            manifest = b""
        if b"encryption-data" in manifest:
            method = "OpenDocument AES-256" if b"aes256" in manifest else "OpenDocument password"
            return RefusedError(
                Outcome.OPAQUE,
                said("is encrypted with {method}", method=method),
                encrypted=method,
                kind=kind,
            )
    return RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)


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


def _members(place: Place, archive: zipfile.ZipFile, package: Package) -> Iterator[Part]:
    """Yield all members, then the archive with what could not be unpacked."""
    entries = [member for member in archive.infolist() if not member.is_dir()]
    methods: list[str] = []
    refusals: list[RefusedError] = []
    for member in entries[: place.bounds.most_members]:
        if refusals and refusals[-1].is_final:
            break
        inner = place.inside(member_name(member))
        try:
            content = package.unpack(member, place.bounds.most_member_bytes)
        except RefusedError as refusal:
            refusals.append(refusal)
            if refusal.encrypted:
                methods.append(refusal.encrypted)
        except _CORRUPT:
            refusals.append(RefusedError(Outcome.DAMAGED, said("cannot be unpacked")))
        else:
            yield from place.follow(inner, MemorySource(content))
            continue
        yield Part(
            address=inner.address,
            kind=kind_of_name(member.filename),
            outcome=refusals[-1].outcome,
            reason=refusals[-1].reason,
            encrypted=refusals[-1].encrypted,
        )
    yield _container(place, entries, methods, refusals)


def kind_of_name(name: str) -> str:
    """Return the best guess at a kind that only a name tells."""
    extension = extension_of(name)
    return _OFFICE_EXTENSIONS.get(extension, extension if extension.isalnum() else "binary")


def _container(
    place: Place, entries: list[zipfile.ZipInfo], methods: list[str], refusals: list[RefusedError]
) -> Part:
    method = methods[0] if methods else None
    outcome, reason = Outcome.READ, None
    if refusals:
        is_nothing_read = len(refusals) == len(entries)
        outcome = refusals[0].outcome if is_nothing_read else Outcome.READ_IN_PART
        reason = (
            said(
                "{count} of its {total} members were not unpacked",
                count=len(refusals),
                total=len(entries),
            )
            if not is_nothing_read
            else refusals[0].reason
        )
        final = next((each for each in refusals if each.is_final), None)
        reason = final.reason if final else reason
    elif len(entries) > place.bounds.most_members:
        outcome = Outcome.READ_IN_PART
        reason = said("has more than {limit} members", limit=place.bounds.most_members)
    return Part(address=place.address, kind="zip", outcome=outcome, reason=reason, encrypted=method)

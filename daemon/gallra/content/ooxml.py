"""Office's zip packages: members within limits, XML without tricks, properties, links.

Everything is streamed and counted while it inflates. A document type declaration is refused:
office documents never have one, and it is how entities are smuggled in.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Protocol, Self
from urllib.parse import unquote

from lxml import etree

from gallra.content.directory import extra_field
from gallra.content.place import Budget, RefusedError, normalised, too_large
from gallra.model.message import said
from gallra.model.passage import Outcome

RELATIONSHIP_ID = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
BROKEN_XML = (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, ValueError)
"""What a member raises that breaks off, or is no XML."""
_DECLARATION = b"<!DOCTYPE"
_MARKUP = (".xml", ".rels", ".vml")
_NO_TEXT = re.compile(
    r"(?:^|/)(?:printerSettings|fonts)/|(?:^|/)docProps/thumbnail|\.(?:odttf|psmdcp|fntdata)$",
    re.IGNORECASE,
)
"""Settings of a printer, fonts, and the small picture of page one, whose text is read anyway."""
_MOST_TREE_BYTES = 16 * 1024 * 1024
"""Of a member whose XML is held in memory as a tree, about ten times that."""
_SMALL_BYTES = 2 * 1024 * 1024
"""Members below this are parsed at once."""
_STRICT, _LENIENT = (
    etree.XMLParser(
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=is_lenient,
    )
    for is_lenient in (False, True)
)
_ENCRYPTED_FLAG = 0x1
_STRONG_FLAG = 0x40
_MASKED_FLAG = 0x2000
_AES_METHOD = 99
_AES_EXTRA = 0x9901
_AES_STRENGTH_AT = 4
_STRONG_EXTRA = 0x0017
_STRONG_CIPHERS = {
    0x6601: "DES", 0x6602: "RC2", 0x6603: "3DES-168", 0x6609: "3DES-112", 0x660E: "AES-128",
    0x660F: "AES-192", 0x6610: "AES-256", 0x6720: "Blowfish", 0x6721: "Twofish", 0x6801: "RC4",
}  # fmt: skip


class Package:
    """The members of a zip file, read within the budget."""

    def __init__(self, archive: zipfile.ZipFile, budget: Budget) -> None:
        """Wrap ``archive``, which stays the caller's to close."""
        self._archive = archive
        self.budget = budget
        self.members = {member.filename: member for member in archive.infolist()}
        self._by_lower = {name.lower().lstrip("/"): name for name in self.members}

    def find(self, name: str) -> str | None:
        """Return the member called ``name``, whatever its case: writers differ."""
        return self._by_lower.get(name.lower().lstrip("/"))

    def open(self, name: str, most_bytes: int) -> "Counted":
        """Return a stream over a member that refuses to grow beyond ``most_bytes``.

        Raises:
            RefusedError: it is encrypted, or says itself that it is too large.
        """
        return Counted(self._archive, self.members[name], self.budget, most_bytes)

    def read(self, name: str, most_bytes: int) -> bytes:
        """Return a member whole.

        Raises:
            RefusedError: it is encrypted or too large.
        """
        return self.unpack(self.members[name], most_bytes)

    def unpack(self, member: zipfile.ZipInfo, most_bytes: int) -> bytes:
        """Return a member whole; two may have one name.

        Raises:
            RefusedError: it is encrypted or too large.
        """
        with Counted(self._archive, member, self.budget, most_bytes) as stream:
            return stream.read()


class Counted:
    """A member as a stream; every byte counts, and so does the ratio to what lies on disk."""

    def __init__(
        self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, most_bytes: int
    ) -> None:
        """Open a member.

        Raises:
            RefusedError: it is encrypted, or says itself that it is too large.
        """
        self._budget = budget
        self._most_bytes = most_bytes
        self._stored_bytes = max(1, member.compress_size)
        self._count = 0
        if method := encryption_of(member):
            raise RefusedError(
                Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
            )
        self._require(member.file_size)
        self._stream: IO[bytes] = archive.open(member)

    def _require(self, count: int) -> None:
        if count > self._most_bytes:
            raise too_large(said("unpacks to more than {limit} bytes", limit=self._most_bytes))
        bounds = self._budget.bounds
        if count > bounds.free_inflated_bytes and count > bounds.most_ratio * self._stored_bytes:
            raise too_large(
                said("unpacks to more than {limit} times its size", limit=bounds.most_ratio)
            )

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            RefusedError: a limit is passed.
            zipfile.BadZipFile: what is stored cannot be inflated.
        """
        try:
            return self._read(size)
        except zlib.error as error:
            raise zipfile.BadZipFile("a member is damaged") from error

    def _read(self, size: int) -> bytes:
        if size >= 0:
            piece = self._stream.read(size)
            self._note(len(piece))
            return piece
        whole = io.BytesIO()  # gives its bytes away without another copy
        while piece := self._stream.read(1024 * 1024):
            self._note(len(piece))
            whole.write(piece)
        return whole.getvalue()

    def _note(self, count: int) -> None:
        self._count += count
        self._require(self._count)
        self._budget.take_bytes(count)

    def close(self) -> None:
        """Close the member."""
        self._stream.close()

    def __enter__(self) -> Self:
        """Stand for the stream."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the member."""
        self.close()


def encryption_of(member: zipfile.ZipInfo) -> str | None:
    """Return how a zip member is encrypted, ``None`` where it is not.

    Source: APPNOTE 4.4.4 (bits 0, 6 and 13), 7.2.4 (extra field 0x0017); WinZip AE-1/AE-2
    (extra field 0x9901).
    """
    flags = member.flag_bits
    if not flags & _ENCRYPTED_FLAG:
        return None
    aes = extra_field(member.extra, _AES_EXTRA)
    if member.compress_type == _AES_METHOD or aes is not None:
        strength = aes[4] if aes is not None and len(aes) > _AES_STRENGTH_AT else 0
        return {1: "zip AES-128", 2: "zip AES-192", 3: "zip AES-256"}.get(strength, "zip AES")
    if flags & _STRONG_FLAG or flags & _MASKED_FLAG:
        strong = extra_field(member.extra, _STRONG_EXTRA) or b""
        cipher = _STRONG_CIPHERS.get(int.from_bytes(strong[2:4], "little"), "strong encryption")
        return f"zip PKWARE {cipher}"
    return "zip ZipCrypto"


class Readable(Protocol):
    """What a parser is fed from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""


class _Guarded:
    """Feeds a parser what was looked at for a document type declaration, then the rest."""

    def __init__(self, stream: Readable, first: bytes) -> None:
        self._stream = stream
        self._first = first

    def read(self, size: int = -1) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._stream.read(size)


def elements(
    package: Package, name: str, tags: Sequence[str] | None = None
) -> Iterator["etree._Element"]:
    """Yield the elements of a member as they end; the caller clears what it has used.

    Args:
        package: the opened file.
        name: a member that exists.
        tags: only these, ``None`` for all.

    Raises:
        RefusedError: a limit, or a document type declaration.
        etree.XMLSyntaxError: the XML breaks off or is none.
    """
    if package.members[name].file_size <= _SMALL_BYTES:
        root = _whole(package, name)
        if root is not None:
            for _, element in etree.iterwalk(root, events=("end",), tag=tags):
                yield element
            return
    with package.open(name, package.budget.bounds.most_xml_bytes) as stream:
        yield from parsed(stream, tags)


def _whole(package: Package, name: str) -> "etree._Element | None":
    """Return the root of a small member: a third less time than a stream of it.

    ``None`` where it is damaged: a stream gives what stands before the damage.

    Raises:
        RefusedError: a limit, or a document type declaration.
    """
    try:
        content = package.read(name, package.budget.bounds.most_xml_bytes)
        return rooted(content)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError):
        return None


def rooted(content: bytes, *, is_lenient: bool = False) -> "etree._Element | None":
    """Return the root of an XML text; ``None`` where a lenient look finds none.

    Raises:
        RefusedError: a document type declaration.
        etree.XMLSyntaxError: it is broken, and that matters.
    """
    if _DECLARATION in content[: 64 * 1024].replace(b"\0", b"").upper():
        raise _declares_entities()
    root = etree.fromstring(content, _LENIENT if is_lenient else _STRICT)
    if root is not None and root.getroottree().docinfo.internalDTD is not None:
        raise _declares_entities()
    return root


def parsed(stream: Readable, tags: Sequence[str] | None = None) -> Iterator["etree._Element"]:
    """Yield the elements of an XML stream as they end; the caller clears what it has used.

    Args:
        stream: counts its own bytes.
        tags: only these, ``None`` for all.

    Raises:
        RefusedError: a document type declaration, or what the stream refuses.
        etree.XMLSyntaxError: the XML breaks off or is none.
    """
    first = stream.read(64 * 1024)
    if _DECLARATION in first.replace(b"\0", b"").upper():
        raise _declares_entities()
    checked = False
    for _, element in etree.iterparse(
        _Guarded(stream, first),
        events=("end",),
        tag=tags,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    ):
        if not checked:
            checked = True
            if element.getroottree().docinfo.doctype:
                raise _declares_entities()
        yield element


def tree(package: Package, name: str) -> tuple["etree._Element", bool]:
    """Return the root of a small member, and whether it was whole: much faster than a stream.

    Raises:
        RefusedError: a limit, or a document type declaration.
        etree.XMLSyntaxError: not even its beginning is XML.
    """
    pieces: list[bytes] = []
    is_whole = True
    with package.open(name, _MOST_TREE_BYTES) as stream:
        try:
            while piece := stream.read(1024 * 1024):
                pieces.append(piece)
        except (zipfile.BadZipFile, EOFError):
            is_whole = False
    content = b"".join(pieces)
    try:
        root = rooted(content)
    except etree.XMLSyntaxError:
        is_whole = False
        root = rooted(content, is_lenient=True)
    if root is None:
        raise zipfile.BadZipFile("a member holds no XML")
    return root, is_whole


def _declares_entities() -> RefusedError:
    return RefusedError(
        Outcome.DAMAGED, said("declares its own XML entities, which no document needs")
    )


def spend(element: "etree._Element") -> None:
    """Forget an element that was read, and its elder siblings: memory stays flat."""
    element.clear(keep_tail=True)  # type: ignore[call-arg] # the stubs are older than it
    parent = element.getparent()
    if parent is not None:
        while (previous := element.getprevious()) is not None:
            parent.remove(previous)


def local(tag: object) -> str:
    """Return a tag's name without its namespace; ``""`` for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def link_text(target: str) -> str:
    """Return a link's target as a person reads it: without percent signs and ``mailto:``."""
    text = normalised(unquote(target.strip())).replace("\n", " ")
    for scheme in ("mailto:", "tel:"):
        if text.lower().startswith(scheme):
            text = text[len(scheme) :]
    return text


def embedded(package: Package) -> Iterator[str]:
    """Yield the members that are files of their own: sheets, pictures, sounds, objects."""
    for name, member in package.members.items():
        if not member.is_dir() and not name.lower().endswith(_MARKUP) and not _NO_TEXT.search(name):
            yield name

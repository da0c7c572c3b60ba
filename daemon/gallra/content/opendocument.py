"""OpenDocument (odt, ods, odp, and the flat fodt, fods, fodp): every story, every corner.

Passages in order: body and tables, or slides and their notes; headers, footers, footnotes,
endnotes, comments, text boxes; properties; then what stands beside. A workbook's own part
holds properties and names, and each sheet is a part. What is embedded follows as parts.
"""

import re
from collections.abc import Callable, Iterator

from gallra.content.embedded import followed
from gallra.content.ooxml import BROKEN_XML, Package, elements, parsed
from gallra.content.openstream import TAGS, Gathered
from gallra.content.place import Place, RefusedError, normalised, read_part, too_large
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_MANIFEST = "META-INF/manifest.xml"
_MOST_MANIFEST_BYTES = 8 * 1024 * 1024
_ENTRY = re.compile(rb'full-path\s*=\s*"([^"]{0,1000})"')
_MEDIA_TYPE = re.compile(rb'media-type\s*=\s*"([^"]{0,200})"')
_ALGORITHM = re.compile(rb'algorithm-name\s*=\s*"([^"]{0,200})"')
_KINDS = (
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "ods"),
    (b"application/vnd.oasis.opendocument.presentation", "odp"),
    (b"application/vnd.oasis.opendocument.graphics", "odg"),
    (b"application/vnd.oasis.opendocument.chart", "chart"),
    (b"application/vnd.oasis.opendocument.formula", "formula"),
)
_OWN_XML = re.compile(r"(?:^|/)(?:content|styles|meta|settings)\.xml$")
_NO_TEXT = re.compile(
    r"^(?:mimetype|layout-cache|manifest\.rdf|VersionList\.xml|META-INF/.*|Thumbnails/.*"
    r"|Configurations2/.*|Fonts/.*|(?:.*/)?ObjectReplacements/.*|(?:.*/)?current\.xml"
    r"|(?:Basic|Dialogs)/(?:.*/)?(?:script|dialog)-l[bc]\.xml)$"
)
"""Settings, fonts, and pictures of what is read anyway."""


def kind_of_media_type(media_type: bytes) -> str | None:
    """Return the kind that a media type of OpenDocument names; templates count as documents."""
    return next((kind for known, kind in _KINDS if media_type.startswith(known)), None)


def read_open_document(kind: str, place: Place, package: Package) -> Iterator[Part]:
    """Yield a document from its package, then what is embedded in it.

    Args:
        kind: odt, ods, odp or odg.
        place: where it was found.
        package: the opened file.

    Raises:
        RefusedError: encrypted, or without any content that can be reached.
    """
    locked = _locked(package)
    for name in ("content.xml", "encrypted-package"):
        if method := locked.get(name):
            raise RefusedError(
                Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
            )
    yield from _document(kind, place, package, "")
    for name in package.members:
        folder = name.removesuffix("content.xml")
        if folder and folder != name and folder.endswith("/") and name not in locked:
            yield from _document("object", place.inside(folder.rstrip("/")), package, folder)
    for name, member in package.members.items():
        if member.is_dir() or _OWN_XML.search(name) or _NO_TEXT.match(name):
            continue
        if method := locked.get(name):
            yield place.part_not_read(
                name,
                "binary",
                Outcome.OPAQUE,
                said("is encrypted with {method}", method=method),
                encrypted=method,
            )
        elif name != "encrypted-package":
            yield from followed(place, package, name)


def _locked(package: Package) -> dict[str, str]:
    """Return the members that are encrypted, each with the method.

    The manifest is looked at as bytes: older offices declare a document type in it.
    """
    name = package.find(_MANIFEST)
    if name is None:
        return {}
    try:
        manifest = package.read(name, _MOST_MANIFEST_BYTES)
    except (*BROKEN_XML, RefusedError, NotImplementedError, OSError):
        return {}
    found: dict[str, str] = {}
    for entry in manifest.split(b"file-entry")[1:]:
        path = _ENTRY.search(entry)
        if path and b"encryption-data" in entry:
            algorithm = next(
                (
                    each
                    for each in _ALGORITHM.findall(entry)
                    if re.search(rb"aes|blowfish|tripledes", each, re.IGNORECASE)
                ),
                b"",
            )
            found[path[1].decode("utf-8", "replace")] = _method(algorithm.lower())
    return found


def _method(algorithm: bytes) -> str:
    if match := re.search(rb"aes-?(128|192|256)", algorithm):
        return f"OpenDocument AES-{match[1].decode('ascii')}"
    if b"blowfish" in algorithm:
        return "OpenDocument Blowfish"
    return "OpenDocument 3DES" if b"tripledes" in algorithm else "OpenDocument password"


def kind_in_manifest(manifest: bytes) -> str | None:
    """Return the kind that a manifest declares for the package as a whole."""
    for entry in manifest.split(b"file-entry")[1:]:
        path, media_type = _ENTRY.search(entry), _MEDIA_TYPE.search(entry)
        if path and media_type and path[1] == b"/":
            return kind_of_media_type(media_type[1])
    return None


def _document(kind: str, place: Place, package: Package, folder: str) -> Iterator[Part]:
    gathered = Gathered(is_workbook=kind == "ods", bounds=place.bounds)
    shortfalls: list[Message] = []
    members = [f"{folder}{name}" for name in ("content.xml", "styles.xml", "meta.xml")]
    if not folder and package.find(members[0]) is None:
        raise RefusedError(Outcome.DAMAGED, said("has no document body"))
    for member in members:
        if name := package.find(member):

            def stream(name: str = name) -> Iterator[object]:
                return elements(package, name, TAGS)

            _gather(gathered, stream, shortfalls, member.removeprefix(folder))
    if not folder and (name := package.find("VersionList.xml")):
        _gather(gathered, lambda: elements(package, name), shortfalls, "VersionList.xml")
    yield from _parts(kind, place, gathered, shortfalls)


_STORIES = {"content.xml": "body", "styles.xml": "styles", "meta.xml": "properties"}


def _gather(
    gathered: Gathered,
    stream: Callable[[], Iterator[object]],
    shortfalls: list[Message],
    member: str,
) -> None:
    try:
        gathered.take(stream())  # type: ignore[arg-type] # elements of lxml
    except BROKEN_XML:
        shortfalls.append(said("its {story} is damaged", story=_STORIES.get(member, "other")))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)


def _parts(
    kind: str, place: Place, gathered: Gathered, shortfalls: list[Message]
) -> Iterator[Part]:
    sheets = gathered.finished_sheets()
    passages = gathered.passages
    passages += [
        Passage(where="sheet name", text=normalised(sheet.name)) for sheet in sheets if sheet.name
    ]
    if shortfalls and not passages and not sheets:
        raise RefusedError(Outcome.DAMAGED, shortfalls[0], kind=kind)
    if gathered.is_cut:
        shortfalls.append(
            said("holds more than {limit} characters", limit=place.bounds.most_characters)
        )
    yield read_part(place, kind, passages, shortfalls=shortfalls, stated_on=gathered.stated_on)
    for sheet in sheets:
        cut = (
            [said("holds more than {limit} characters", limit=place.bounds.most_characters)]
            if sheet.aside.is_cut
            else []
        )
        inner = place.inside("", address=place.address_of(f"sheet:{sheet.name}"))
        yield read_part(inner, "sheet", sheet.passages, shortfalls=cut)
    files = [*gathered.reader.corners.files]
    for sheet in sheets:
        files += sheet.reader.corners.files
    for number, content in enumerate(files, 1):
        if content:
            yield from place.parts_inside(f"embedded-{number}", content)
        else:
            yield place.part_not_read(
                f"embedded-{number}", "binary", Outcome.DAMAGED, said("cannot be unpacked")
            )


class _Bounded:
    """A flat file as a stream that counts, like the members of a package."""

    def __init__(self, source: Source, most_bytes: int) -> None:
        self._stream = source.open()
        self._room = most_bytes
        self._most_bytes = most_bytes

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            RefusedError: there are more than the limit.
        """
        piece = self._stream.read(size)
        self._room -= len(piece)
        if self._room < 0:
            raise too_large(said("is larger than {limit} bytes", limit=self._most_bytes))
        return piece


def read_flat(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Yield a document that is one XML file, then what is embedded in it.

    Raises:
        RefusedError: nothing of it can be read.
    """
    gathered = Gathered(is_workbook=kind == "ods", bounds=place.bounds)
    shortfalls: list[Message] = []
    stream = _Bounded(source, place.bounds.most_xml_bytes)
    try:
        _gather(gathered, lambda: parsed(stream, TAGS), shortfalls, "content.xml")
        yield from _parts(kind, place, gathered, shortfalls)
    except RefusedError as refusal:
        refusal.kind = kind
        raise

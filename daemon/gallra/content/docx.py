"""Word documents (docx, docm, dotx): every story, every corner, nothing dropped.

Passages in order: body and tables; headers, footers, footnotes, endnotes, comments, text
boxes; properties; then what stands beside: text before tracked changes, charts and diagrams,
links, field codes, alternative texts, names of authors, custom XML.
"""

import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from gallra.content.ooxml import (
    Package,
    elements,
    embedded,
    hyperlinks,
    local,
    properties,
    spend,
)
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.source import MemorySource
from gallra.content.word import BLOCKS, Reader
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

BROKEN_XML = (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError, ValueError)
_STORIES = (
    ("header", re.compile(r"^word/header(\d*)\.xml$", re.IGNORECASE)),
    ("footer", re.compile(r"^word/footer(\d*)\.xml$", re.IGNORECASE)),
    ("footnote", re.compile(r"^word/footnotes(\d*)\.xml$", re.IGNORECASE)),
    ("endnote", re.compile(r"^word/endnotes(\d*)\.xml$", re.IGNORECASE)),
    ("comment", re.compile(r"^word/comments(\d*)\.xml$", re.IGNORECASE)),
)
_SHAPES = re.compile(
    r"(?:charts/(?!style|colors)|diagrams/(?:data|drawing)|drawings/|persons/|people)"
    r"[^/]*\.(?:xml|vml)$"
)
_SILENT = re.compile(
    r"(?:^|/)(?:_rels/|docProps/|\[Content_Types\]|theme/|styles|stylesWithEffects|settings"
    r"|webSettings|fontTable|numbering|commentsExtended|commentsIds|commentsExtensible"
    r"|charts/(?:style|colors)|diagrams/(?:layout|quickStyle|colors))|itemProps\d*\.xml$",
    re.IGNORECASE,
)
_TELLING = frozenset({"author", "displayName", "userId", "descr", "string", "alt"})
_MAIN = "word/document.xml"


def _main_document(package: Package) -> str | None:
    """Return the body's member: by name, else by the type that the package declares."""
    if name := package.find(_MAIN):
        return name
    types = package.find("[Content_Types].xml")
    if types is None:
        return None
    for element in elements(package, types):
        kind = element.get("ContentType", "")
        if ".main+xml" in kind and ("wordprocessingml" in kind or "ms-word" in kind):
            return package.find(element.get("PartName", ""))
    return None


def read_docx(place: Place, package: Package) -> Iterator[Part]:
    """Yield the document, then the files embedded in it.

    Raises:
        RefusedError: the body cannot be reached at all.
    """
    main = _main_document(package)
    if main is None:
        raise RefusedError(Outcome.DAMAGED, said("has no document body"))
    shortfalls: list[Message] = []
    reader = Reader()
    passages = _story(package, main, "body", reader, shortfalls)
    read = {main}
    for where, pattern in _STORIES:
        numbered = [
            (int(match[1] or 0), name)
            for name in package.members
            if (match := pattern.match(name)) and name != main
        ]
        for _, name in sorted(numbered):
            read.add(name)
            passages += _story(package, name, where, reader, shortfalls)
    passages += reader.beside.boxes
    found = properties(package, shortfalls)
    passages += found.passages
    rest = _rest(package, read, shortfalls)
    passages += [*found.more, *reader.beside.changes, *rest, *_links(package, shortfalls)]
    passages += reader.beside.notes
    if not passages and shortfalls:
        raise RefusedError(Outcome.DAMAGED, shortfalls[0])
    yield read_part(place, "docx", passages, shortfalls=shortfalls, stated_on=found.stated_on)
    yield from embedded_parts(place, package)


def _story(  # noqa: C901 - one loop, each early end with its own reason
    package: Package, name: str, where: str, reader: Reader, shortfalls: list[Message]
) -> list[Passage]:
    """Return the passages of one XML part; where it breaks off, what came before."""
    passages: list[Passage] = []
    room = package.budget.bounds.most_characters
    try:
        for element in elements(package, name, [*BLOCKS, "{*}comment", "{*}sdtPr"]):
            if element.tag not in BLOCKS:
                if local(element.tag) == "sdtPr":
                    reader.control(element)
                if local(element.tag) == "comment":
                    for attribute, value in element.attrib.items():
                        if local(attribute) in {"author", "initials"}:
                            reader.beside.note("author", str(value))
                continue
            if _is_inner(element):
                continue
            for passage in reader.passages(element, where):
                passages.append(passage)
                room -= len(passage.text) + 1
            spend(element)
            if room < 0:
                break
    except BROKEN_XML:
        shortfalls.append(said("its {story} is damaged", story=where))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    return passages


def _is_inner(element: "etree._Element") -> bool:
    """Tell whether the block stands inside another, which will read it."""
    return next(element.iterancestors(*BLOCKS), None) is not None


def _rest(package: Package, read: set[str], shortfalls: list[Message]) -> list[Passage]:
    """Return the text of all other XML: charts, diagrams, glossaries, custom XML, people."""
    passages: list[Passage] = []
    told: set[str] = set()
    for name in package.members:
        is_markup = name.lower().endswith((".xml", ".vml"))
        if name in read or not is_markup or _SILENT.search(name):
            continue
        for passage in texts_of(package, name, shortfalls):
            if passage.text not in told:
                told.add(passage.text)
                passages.append(passage)
    return passages


def texts_of(package: Package, name: str, shortfalls: list[Message]) -> Iterator[Passage]:
    """Yield every text of an XML part that has no reader of its own, and its telling attributes.

    Paragraphs (``a:p``, ``w:p``) are joined; everything else is one passage an element.
    """
    where = _where_of(name)
    try:
        for element in elements(package, name):
            tag = local(element.tag)
            if tag == "p" and not name.lower().endswith(".vml"):
                text = "".join(
                    part.text or ""
                    for part in element.iter()
                    if local(part.tag) in {"t", "delText", "instrText"}
                )
                spend(element)
            elif next(element.iterancestors("{*}p"), None) is not None:
                continue
            else:
                text = _own_text(element) if _is_telling(element, tag, where) else ""
            values = [
                str(value)
                for attribute, value in element.attrib.items()
                if local(attribute) in _TELLING or (tag == "s" and attribute == "v")
            ]
            if tag != "p":
                spend(element)
            for each in (text, *values):
                if each.strip():
                    yield Passage(where=where, text=normalised(each.strip()))
    except BROKEN_XML:
        shortfalls.append(said("its {story} is damaged", story=where))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)


def _is_telling(element: "etree._Element", tag: str, where: str) -> bool:
    """Tell whether an element's own text is content: drawings are full of numbers that are not."""
    if where in {"chart", "cached values"}:
        return tag in {"v", "t"}
    if where == "text box":
        return next(element.iterancestors("{*}textbox"), None) is not None
    return where != "diagram"


def _own_text(element: "etree._Element") -> str:
    """Return an element's text, and the tails inside and before it that are complete by now."""
    previous = element.getprevious()
    tails = [child.tail for child in element if child.tail and child.tail.strip()]
    before = previous.tail if previous is not None else None
    return "\n".join(text for text in (before, element.text, *tails[-1:]) if text and text.strip())


_PLACES = (
    ("chart", "chart"),
    ("diagram", "diagram"),
    ("drawing", "text box"),
    ("people", "author"),
    ("person", "author"),
    ("glossary", "building block"),
    ("pivotCache", "cached values"),
    ("externalLink", "cached values"),
    ("customXml", "custom xml"),
)


def _where_of(name: str) -> str:
    return next((where for sign, where in _PLACES if sign in name), "other")


def _links(package: Package, shortfalls: list[Message]) -> list[Passage]:
    try:
        return list(hyperlinks(package))
    except BROKEN_XML:
        shortfalls.append(said("its links are damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    return []


def embedded_parts(place: Place, package: Package) -> Iterator[Part]:
    """Yield what is embedded in an office document, each read by its own kind."""
    for name in embedded(package):
        inner = place.inside(name)
        try:
            content = package.read(name, place.bounds.most_member_bytes)
        except RefusedError as refusal:
            yield Part(
                address=inner.address,
                kind="binary",
                outcome=refusal.outcome,
                reason=refusal.reason,
                encrypted=refusal.encrypted,
            )
            continue
        except (*BROKEN_XML, NotImplementedError, OSError, zipfile.LargeZipFile):
            yield Part(
                address=inner.address,
                kind="binary",
                outcome=Outcome.DAMAGED,
                reason=said("cannot be unpacked"),
            )
            continue
        yield from place.follow(inner, MemorySource(content))

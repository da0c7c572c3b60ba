"""Word documents (docx, docm, dotx): every story, every corner, nothing dropped.

Passages in order: body and tables; headers, footers, footnotes, endnotes, comments, text
boxes; properties; then what stands beside: text before tracked changes, charts and diagrams,
links, field codes, alternative texts, names of authors, custom XML; variables.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gallra.content.docx_variables import variables
from gallra.content.drawing import texts_of_rest
from gallra.content.embedded import embedded_parts
from gallra.content.links import hyperlinks
from gallra.content.ooxml import BROKEN_XML, Package, elements, local, spend
from gallra.content.place import Place, RefusedError, read_part
from gallra.content.properties import properties
from gallra.content.word import BLOCKS, Reader
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

if TYPE_CHECKING:
    from lxml import etree

_STORIES = (
    ("header", re.compile(r"^word/header(\d*)\.xml$", re.IGNORECASE)),
    ("footer", re.compile(r"^word/footer(\d*)\.xml$", re.IGNORECASE)),
    ("footnote", re.compile(r"^word/footnotes(\d*)\.xml$", re.IGNORECASE)),
    ("endnote", re.compile(r"^word/endnotes(\d*)\.xml$", re.IGNORECASE)),
    ("comment", re.compile(r"^word/comments(\d*)\.xml$", re.IGNORECASE)),
)
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
    rest = texts_of_rest(package, read, shortfalls)
    passages += [*found.more, *reader.beside.changes, *rest, *_links(package, shortfalls)]
    passages += [*reader.beside.notes, *variables(package, shortfalls)]
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


def _links(package: Package, shortfalls: list[Message]) -> list[Passage]:
    try:
        return list(hyperlinks(package))
    except BROKEN_XML:
        shortfalls.append(said("its links are damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    return []

"""The text of office XML that has no reader of its own: charts, diagrams, drawings, custom XML."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gallra.content.ooxml import BROKEN_XML, Package, elements, local, spend
from gallra.content.place import RefusedError, normalised
from gallra.model.message import Message, said
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

_SILENT = re.compile(
    r"(?:^|/)(?:_rels/|docProps/|\[Content_Types\]|theme/|styles|stylesWithEffects|settings"
    r"|webSettings|fontTable|numbering|commentsExtended|commentsIds|commentsExtensible"
    r"|charts/(?:style|colors)|diagrams/(?:layout|quickStyle|colors))|itemProps\d*\.xml$",
    re.IGNORECASE,
)
_TELLING = frozenset({"author", "displayName", "userId", "descr", "string", "alt"})
_SIGNED = frozenset(
    {"SignatureText", "SignatureComments", "X509SubjectName", "X509IssuerName", "SignerRole"}
)
"""All else in a signature is keys and digests."""
_VALUES = frozenset({("s", "v"), ("tag", "val")})
"""Texts in a cache of a pivot table, and what programs pin to a slide."""


def texts_of_rest(package: Package, read: set[str], shortfalls: list[Message]) -> list[Passage]:
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
                if local(attribute) in _TELLING or (tag, attribute) in _VALUES
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
    if where == "signature":
        return tag in _SIGNED
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
    ("_xmlsignatures", "signature"),
)


def _where_of(name: str) -> str:
    return next((where for sign, where in _PLACES if sign in name), "other")

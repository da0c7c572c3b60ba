"""The text of DrawingML: paragraphs and table rows of slides, notes, layouts and comments.

Source: ECMA-376 part 1, 21.1.2 (text), 21.1.3 (tables), 19.3.1.12 (cNvPr).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gallra.content.ooxml import local
from gallra.content.place import normalised
from gallra.content.word import Beside
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

_MOST_DEPTH = 250
_NOTED = ("descr", "title", "tooltip")
_SETTINGS = frozenset(
    {"pPr", "endParaRPr", "bodyPr", "lstStyle", "spPr", "tblPr", "tblGrid", "tcPr"}
)
_BREAKS = {"br": "\n", "tab": "\t"}


def slide_passages(root: "etree._Element", where: str, beside: Beside) -> Iterator[Passage]:
    """Yield the paragraphs and table rows below ``root``, in the order of the XML.

    Args:
        root: a slide, or any element with text bodies in it.
        where: what the passages say of their place.
        beside: takes the alternative texts and the tips of links.
    """
    return _walk(root, where, beside, 0)


def _walk(element: "etree._Element", where: str, beside: Beside, depth: int) -> Iterator[Passage]:
    for child in element:
        name = local(child.tag)
        if name == "p":
            text = paragraph_text(child, beside)
            if text.strip():
                yield Passage(where=where, text=text)
        elif name == "tr":
            yield from _row(child, where, beside)
        elif name == "AlternateContent":
            yield from _alternatives(child, where, beside, depth)
        elif name not in _SETTINGS and depth < _MOST_DEPTH:
            if child.attrib:
                _note(child, beside)
            if len(child):
                yield from _walk(child, where, beside, depth + 1)


def _alternatives(
    element: "etree._Element", where: str, beside: Beside, depth: int
) -> Iterator[Passage]:
    """Read the first branch; of the others only what the first did not say."""
    told: set[str] = set()
    for number, branch in enumerate(element):
        for passage in list(_walk(branch, where, beside, depth + 1)):
            if number == 0 or passage.text not in told:
                told.add(passage.text)
                yield passage


def _note(element: "etree._Element", beside: Beside) -> None:
    for attribute in _NOTED:
        if value := element.get(attribute):
            beside.note("alternative text", value)


def _row(row: "etree._Element", where: str, beside: Beside) -> Iterator[Passage]:
    cells = []
    for cell in row:
        if local(cell.tag) == "tc":
            texts = [passage.text for passage in _walk(cell, where, beside, 1)]
            cells.append(" ".join(texts))
    text = "\t".join(cells)
    if text.strip():
        yield Passage(where=where, text=text)


def paragraph_text(paragraph: "etree._Element", beside: Beside) -> str:
    """Return the text of an ``a:p``: its runs, fields, breaks and formulas."""
    pieces: list[str] = []
    _runs(paragraph, pieces, beside, 0)
    return normalised("".join(pieces))


def _runs(element: "etree._Element", pieces: list[str], beside: Beside, depth: int) -> None:
    for child in element:
        name = local(child.tag)
        if name == "t":
            pieces.append(child.text or "")
        elif name in _BREAKS:
            pieces.append(_BREAKS[name])
        elif name == "rPr":
            for part in child:
                _note(part, beside)
        elif name == "AlternateContent":
            branches = list(child)
            if branches:
                _runs(branches[0], pieces, beside, depth + 1)
        elif name == "fld" and child.get("type") == "slidenum":
            continue
        elif name not in _SETTINGS and depth < _MOST_DEPTH:
            _runs(child, pieces, beside, depth + 1)

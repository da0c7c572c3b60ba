"""The text of OpenDocument: paragraphs and table rows, with everything that hides in them.

Shared by texts, slides, sheets and charts. A paragraph's passage is the text as it stands now;
where changes are tracked the text as it was before is a passage of its own, so that neither
version of a name is torn apart. Notes, comments and text boxes are gathered beside it.

Source: OASIS OpenDocument 1.3 part 3, chapters 5 (paragraphs), 6 (inline), 9 (tables), 14.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gallra.content.ooxml import link_text
from gallra.content.place import normalised
from gallra.content.word import Beside, Run
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

_PARAGRAPHS = frozenset({"p", "h"})
_BLOCKS = frozenset({"p", "h", "table"})
_PLAIN = frozenset({"span", "meta", "ruby-base", "meta-field"})
_TELLING = frozenset(
    {"string-value", "string-value-if-true", "string-value-if-false", "description", "label",
     "current-value", "title", "author", "key1", "key2", "main-entry", "display-text"}
)  # fmt: skip
"""Attributes that hold words which stand in no element."""
_WHITE = re.compile(r"[ \t\r\n]+")
_KNOWN: dict[object, str] = {}
"""Names of tags that were met: OpenDocument has some 600."""
_MOST_KNOWN = 5_000
_MOST_DEPTH = 250
_MOST_SPACES = 100
_SHAPES = frozenset(
    {"frame", "rect", "custom-shape", "ellipse", "circle", "line", "polyline", "polygon", "path",
     "regular-polygon", "connector", "measure", "caption", "control", "text-box", "object",
     "object-ole", "image", "scene", "page-thumbnail", "shapes", "plugin", "applet",
     "floating-frame"}
)  # fmt: skip
_ASIDE = {
    "title": "alternative text",
    "desc": "alternative text",
    "creator": "author",
    "sender-initials": "author",
    "creator-initials": "author",
}
"""Elements that are no fields: those of the same name in a paragraph show the document's own."""
_SILENT = frozenset({"annotation-end", "soft-page-break", "date", "date-string", "event-listeners"})


def name_of(element: "etree._Element") -> str:
    """Return an element's name without its namespace; ``""`` for what is no element."""
    tag = element.tag
    known = _KNOWN.get(tag)
    if known is not None:
        return known
    if not isinstance(tag, str):
        return ""  # type: ignore[unreachable] # the stubs forget entities and comments
    name = tag.rpartition("}")[2]
    if len(_KNOWN) < _MOST_KNOWN:
        _KNOWN[tag] = name
    return name


def attribute(element: "etree._Element", name: str) -> str:
    """Return an attribute whatever its namespace; ``""`` where there is none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


@dataclass(slots=True)
class Corners:
    """What was met on the way and has a place of its own at the end."""

    footnotes: list[Passage] = field(default_factory=list)
    endnotes: list[Passage] = field(default_factory=list)
    comments: list[Passage] = field(default_factory=list)
    links: dict[str, Passage] = field(default_factory=dict)
    files: list[bytes] = field(default_factory=list)
    """Pictures and objects of a flat file."""
    deletions: dict[str, list[str]] = field(default_factory=dict)
    """Paragraphs that were deleted, by the change's identifier, until they are put in place."""


class OpenReader:
    """Turns blocks into passages and remembers what stood beside them."""

    def __init__(self) -> None:
        """Begin with nothing beside."""
        self.beside = Beside()
        self.corners = Corners()
        self._inserting: set[str] = set()
        self._insertions: set[str] = set()

    def passages(self, block: "etree._Element", where: str) -> Iterator[Passage]:
        """Yield the passages of one ``text:p``, ``text:h`` or ``table:table``.

        Args:
            block: the element, whole.
            where: what the passages say of their place.
        """
        if name_of(block) == "table":
            yield from self._rows(block, "table" if where == "body" else where, 0)
        else:
            text = self.paragraph(block, where)
            if text.strip():
                yield Passage(where=where, text=text)

    def paragraph(self, paragraph: "etree._Element", where: str) -> str:
        """Return a paragraph's text as it stands now."""
        if not len(paragraph) and not self._inserting:
            return _collapsed(paragraph.text or "").lstrip(" ")
        run = Run()
        self._add(run, paragraph.text)
        self._walk(paragraph, run, 0)
        now = normalised("".join(run.now))
        if run.is_changed:
            before = normalised("".join(run.before))
            if before.strip() and before != now:
                self.beside.changes.append(Passage(where=f"{where} before change", text=before))
        return now

    def _rows(self, table: "etree._Element", where: str, depth: int) -> Iterator[Passage]:
        nested: list[etree._Element] = []
        for row in self._within(table, frozenset({"table-row"}), 0):
            cells = []
            for cell in self._within(row, frozenset({"table-cell", "covered-table-cell"}), 0):
                texts = []
                for block in self.blocks(cell):
                    if name_of(block) == "table":
                        nested.append(block)
                    elif (text := self.paragraph(block, where)).strip():
                        texts.append(text)
                cells.append(" ".join(texts))
            text = "\t".join(cells)
            if text.strip():
                yield Passage(where=where, text=text)
            if depth < _MOST_DEPTH:
                for inner in nested:
                    yield from self._rows(inner, where, depth + 1)
            nested.clear()

    def blocks(self, container: "etree._Element") -> Iterator["etree._Element"]:
        """Yield paragraphs and tables in a cell, a note, a box; reads what stands between."""
        return self._within(container, _BLOCKS, 0)

    def blocks_of(self, child: "etree._Element", name: str) -> Iterator["etree._Element"]:
        """Yield the blocks of what stands in a cell and is none; corners are read."""
        if not self._corner(child, name):
            self.attributes(child)
            yield from self._within(child, _BLOCKS, 0)

    def _within(
        self, element: "etree._Element", names: frozenset[str], depth: int
    ) -> Iterator["etree._Element"]:
        for child in element:
            name = name_of(child)
            if name in names:
                yield child
            elif name in _PARAGRAPHS:
                self.beside.boxes.extend(self.passages(child, "text box"))
            elif not self._corner(child, name) and depth < _MOST_DEPTH:
                if child.attrib:
                    self.attributes(child)
                yield from self._within(child, names, depth + 1)

    def _add(self, run: Run, text: str | None) -> None:
        if not text:
            return
        text = _collapsed(text)
        if not run.now and not run.before:
            text = text.lstrip(" ")
        if text:
            run.add(text, 1 if self._inserting else 0)

    def _walk(self, element: "etree._Element", run: Run, depth: int) -> None:
        for child in element:
            name = name_of(child)
            if name in _PLAIN:
                self._add(run, child.text)
                if len(child) and depth < _MOST_DEPTH:
                    self._walk(child, run, depth + 1)
            elif name == "s":
                run.add(" " * _count(child), 1 if self._inserting else 0)
            elif name == "tab":
                run.add("\t", 1 if self._inserting else 0)
            elif name == "line-break":
                run.add("\n", 1 if self._inserting else 0)
            elif name:
                self._rare(child, name, run, depth)
            self._add(run, child.tail)

    def _rare(self, child: "etree._Element", name: str, run: Run, depth: int) -> None:
        if name in {"change", "change-start", "change-end"}:
            self._change(child, name, run)
        elif name == "ruby-text":
            self.beside.note("field", child.text)
        elif name in _BLOCKS:
            # A block where none belongs: its text counts all the same.
            self.beside.boxes.extend(self.passages(child, "text box"))
        elif not self._corner(child, name):
            if name == "a":
                self.link(child)
            self.attributes(child)
            if name in {"dropdown", "drop-down"}:
                for item in child:
                    self.beside.note("choice", attribute(item, "value"))
            self._add(run, child.text)
            if depth < _MOST_DEPTH:
                self._walk(child, run, depth + 1)

    def _corner(self, child: "etree._Element", name: str) -> bool:
        """Read what has a place of its own; tell whether this was it."""
        is_field = "opendocument:xmlns:text" in str(child.tag)
        if name in _SHAPES:
            self.attributes(child)
            for block in self.blocks(child):
                self.beside.boxes.extend(self.passages(block, "text box"))
        elif name == "note":
            self.note(child)
        elif name == "annotation":
            self.annotation(child, "comment")
        elif name == "binary-data":
            self.file(child)
        elif name in _ASIDE and not is_field:
            self.beside.note(_ASIDE[name], child.text)
        else:
            return name in _SILENT
        return True

    def note(self, element: "etree._Element") -> None:
        """Read a footnote or an endnote."""
        where = "endnote" if attribute(element, "note-class") == "endnote" else "footnote"
        notes = self.corners.endnotes if where == "endnote" else self.corners.footnotes
        for part in element:
            if name_of(part) == "note-body":
                for block in self.blocks(part):
                    notes.extend(self.passages(block, where))

    def annotation(self, element: "etree._Element", where: str) -> None:
        """Read a comment; all its paragraphs are one passage."""
        passages = (each for block in self.blocks(element) for each in self.passages(block, where))
        text = "\n".join(passage.text for passage in passages)
        if text.strip():
            self.corners.comments.append(Passage(where=where, text=text))

    def link(self, element: "etree._Element") -> None:
        """Note where a link leads, unless it is to a place in the same document."""
        target = attribute(element, "href").strip()
        if target and not target.startswith(("#", "../", "./")):
            text = link_text(target)
            self.corners.links.setdefault(text, Passage(where="hyperlink", text=text))

    def attributes(self, element: "etree._Element") -> None:
        """Note the words that stand in attributes."""
        for key, value in element.attrib.items():
            if str(key).rpartition("}")[2] in _TELLING:
                self.beside.note("field", str(value))

    def file(self, element: "etree._Element") -> None:
        """Keep a file that stands in the XML itself, for a part of its own."""
        try:
            self.corners.files.append(base64.b64decode(element.text or ""))
        except (binascii.Error, ValueError):
            self.corners.files.append(b"")

    def changed_region(self, element: "etree._Element") -> None:
        """Keep what a tracked change deleted, until the place is met where it stood."""
        identifier = attribute(element, "id")
        for part in element:
            name = name_of(part)
            if name == "insertion":
                self._insertions.add(identifier)
            elif name == "deletion":
                texts = []
                for block in self.blocks(part):
                    if name_of(block) == "table":
                        texts += [each.text for each in self._rows(block, "deleted", 0)]
                    else:
                        texts.append(self.paragraph(block, "deleted"))
                self.corners.deletions[identifier] = texts
            for info in part.iter("{*}creator"):
                self.beside.note("author", info.text)

    def _change(self, child: "etree._Element", name: str, run: Run) -> None:
        identifier = attribute(child, "change-id")
        if name == "change":
            texts = self.corners.deletions.pop(identifier, None)
            if texts:
                run.add("\n".join(texts), -1)
        elif name == "change-end":
            self._inserting.discard(identifier)
        elif identifier in self._insertions:
            self._inserting.add(identifier)

    def undone(self) -> list[Passage]:
        """Return the deletions whose place was never met."""
        return [
            Passage(where="deleted", text=text)
            for texts in self.corners.deletions.values()
            for text in texts
            if text.strip()
        ]


def _collapsed(text: str) -> str:
    """Return text with runs of white space as one blank, as OpenDocument means it."""
    if "\n" in text or "\t" in text or "  " in text or "\r" in text:
        return _WHITE.sub(" ", text)
    return text


def _count(element: "etree._Element") -> int:
    try:
        return max(1, min(int(attribute(element, "c") or 1), _MOST_SPACES))
    except ValueError:
        return 1

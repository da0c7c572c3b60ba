"""The text of WordprocessingML: paragraphs and table rows, with everything that hides in them.

A paragraph's passage is the text as it stands now: insertions in, deletions out. Where changes
are tracked the text as it was before is a passage of its own, so that neither version of a
name is torn apart. Text boxes, alternative texts, field codes are gathered beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gallra.content.place import normalised
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
BLOCKS = tuple(f"{{{space}}}{name}" for space in NAMESPACES for name in ("p", "tbl"))
_WORD = tuple(f"{{{space}}}" for space in NAMESPACES)
_NOTED_ATTRIBUTES = ("descr", "title", "alt", "string", "tooltip")
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_SETTINGS = frozenset({"pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "tblPrEx"})
_INSERTED = frozenset({"ins", "moveTo"})
_DELETED = frozenset({"del", "moveFrom"})
_RUNS, _TEXTS, _RUN_SETTINGS = (
    frozenset(f"{space}{name}" for space in _WORD) for name in ("r", "t", "rPr")
)
_CHANGES = frozenset(
    f"{space}{name}"
    for space in _WORD
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange")
)
"""Settings of a run that say who changed it."""
_MOST_DEPTH = 250


@dataclass(slots=True)
class Run:
    """The text that is being gathered: as it is, and as it was."""

    now: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    is_changed: bool = False

    def add(self, text: str, state: int) -> None:
        """Add text: state 0 is in both, +1 was inserted, -1 was deleted."""
        if state >= 0:
            self.now.append(text)
        if state <= 0:
            self.before.append(text)
        self.is_changed = self.is_changed or state != 0


@dataclass(slots=True)
class Beside:
    """What was met on the way and has a place of its own at the end."""

    boxes: list[Passage] = field(default_factory=list)
    changes: list[Passage] = field(default_factory=list)
    notes: list[Passage] = field(default_factory=list)
    """Field codes, alternative texts, names of authors."""
    told: set[tuple[str, str]] = field(default_factory=set)

    def note(self, where: str, text: str | None) -> None:
        """Keep a short text once."""
        text = normalised(text or "").strip()
        if text and (where, text) not in self.told:
            self.told.add((where, text))
            self.notes.append(Passage(where=where, text=text))


def _name(element: "etree._Element") -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class Reader:
    """Turns blocks into passages and remembers what stood beside them."""

    def __init__(self) -> None:
        """Begin with nothing beside."""
        self.beside = Beside()

    def passages(self, block: "etree._Element", where: str) -> Iterator[Passage]:
        """Yield the passages of one ``w:p`` or ``w:tbl``.

        Args:
            block: the element, whole.
            where: the story it stands in; rows of the body say ``table``.
        """
        if _name(block) == "tbl":
            yield from self._rows(block, "table" if where == "body" else where, 0)
        else:
            text = self._paragraph(block, where)
            if text.strip():
                yield Passage(where=where, text=text)

    def _paragraph(self, paragraph: "etree._Element", where: str) -> str:
        run = Run()
        self._walk(paragraph, run, 0, 0)
        now = normalised("".join(run.now))
        if run.is_changed:
            before = normalised("".join(run.before))
            if before.strip() and before != now:
                self.beside.changes.append(Passage(where=f"{where} before change", text=before))
        return now

    def _rows(self, table: "etree._Element", where: str, depth: int) -> Iterator[Passage]:
        nested: list[etree._Element] = []
        for row in self._within(table, "tr"):
            cells = []
            for cell in self._within(row, "tc"):
                texts = []
                for block in self._within(cell, "p", "tbl"):
                    if _name(block) == "tbl":
                        nested.append(block)
                    elif (text := self._paragraph(block, where)).strip():
                        texts.append(text)
                cells.append(" ".join(texts))
            text = "\t".join(cells)
            if text.strip():
                yield Passage(where=where, text=text)
            if depth < _MOST_DEPTH:
                for inner in nested:
                    yield from self._rows(inner, where, depth + 1)
            nested.clear()

    def _within(self, element: "etree._Element", *names: str) -> Iterator["etree._Element"]:
        """Yield children so called, through content controls, custom XML and change marks."""
        for child in element:
            name = _name(child)
            if name in names:
                yield child
            elif name == "AlternateContent":
                if (choice := self._choice(child)) is not None:
                    yield from self._within(choice, *names)
            elif name == "sdtPr":
                self.control(child)
            elif name not in _SETTINGS:
                yield from self._within(child, *names)

    def _walk(self, element: "etree._Element", run: Run, state: int, depth: int) -> None:
        for child in element:
            if child.tag not in _RUNS:
                self._step(child, run, state, depth)
                continue
            # Nearly all of a document is runs of settings and text: no calls for these.
            for part in child:
                tag = part.tag
                if tag in _TEXTS:
                    run.add(part.text or "", state)
                elif tag not in _RUN_SETTINGS:
                    self._step(part, run, state, depth + 1)
                elif len(part):
                    self._authors(part)

    def _step(self, child: "etree._Element", run: Run, state: int, depth: int) -> None:
        tag = child.tag
        if not isinstance(tag, str):
            return  # type: ignore[unreachable] # the stubs forget entities and comments
        space, _, name = tag.rpartition("}")
        if name == "t":
            run.add(child.text or "", state)
        elif name in {"r", "hyperlink"}:
            if name == "hyperlink":
                self._attributes(child)
            self._walk(child, run, state, depth + 1)
        elif name in _SETTINGS:
            if name == "rPr" and len(child):
                self._authors(child)
        elif name in _BREAKS and f"{space}}}" in _WORD:
            run.add(_BREAKS[name], state)
        elif name == "delText":
            run.add(child.text or "", min(state, -1))
        else:
            self._rare(child, name, run, state, depth)

    def _rare(  # noqa: C901, PLR0912 - one branch for each thing that Word hides text in
        self, child: "etree._Element", name: str, run: Run, state: int, depth: int
    ) -> None:
        if name in _INSERTED or name in _DELETED:
            self.beside.note("author", _word_attribute(child, "author"))
            self._walk(child, run, 1 if name in _INSERTED else -1, depth + 1)
        elif name == "AlternateContent":
            self._alternatives(child, run, state, depth)
        elif name == "txbxContent":
            self._box(child)
        elif name in {"instrText", "delInstrText"}:
            self.beside.note("field", child.text)
        elif name == "fldSimple":
            self.beside.note("field", _word_attribute(child, "instr"))
            self._walk(child, run, state, depth + 1)
        elif name == "sym":
            run.add(_symbol(child), state)
        elif name == "sdtPr":
            self.control(child)
        elif name == "softHyphen":
            return
        elif name in {"p", "tbl"}:
            # A block where none belongs: its text counts all the same.
            self.beside.boxes.extend(self.passages(child, "text box"))
        else:
            self._attributes(child)
            if name == "ffData":
                for part in child.iter():
                    self.beside.note("field", _word_attribute(part, "val"))
            elif depth < _MOST_DEPTH:
                self._walk(child, run, state, depth + 1)

    def _choice(self, element: "etree._Element") -> "etree._Element | None":
        branches = list(element)
        return branches[0] if branches else None

    def _alternatives(self, element: "etree._Element", run: Run, state: int, depth: int) -> None:
        """Read the first branch; of the others only what the first did not say."""
        said_by_first: set[str] = set()
        for number, branch in enumerate(element):
            aside = Reader()
            inner = Run()
            aside._walk(branch, inner, 0, depth + 1)
            text = "".join(inner.now)
            if text.strip() and (number == 0 or text not in said_by_first):
                said_by_first.add(text)
                run.add(text, state)
            for box in aside.beside.boxes:
                if number == 0 or box.text not in said_by_first:
                    said_by_first.add(box.text)
                    self.beside.boxes.append(box)
            for change in aside.beside.changes:
                if change not in self.beside.changes:
                    self.beside.changes.append(change)
            for note in aside.beside.notes:
                self.beside.note(note.where, note.text)

    def _box(self, content: "etree._Element") -> None:
        for block in self._within(content, "p", "tbl"):
            self.beside.boxes.extend(self.passages(block, "text box"))

    def control(self, settings: "etree._Element") -> None:
        """Note what a content control offers to choose from, and its name."""
        for part in settings.iter():
            if _name(part) == "listItem":
                self.beside.note("choice", _word_attribute(part, "displayText"))
            elif _name(part) in {"alias", "tag"}:
                self.beside.note("choice", _word_attribute(part, "val"))

    def _attributes(self, element: "etree._Element") -> None:
        for name, value in element.attrib.items():
            if local_name(name) in _NOTED_ATTRIBUTES:
                self.beside.note("alternative text", str(value))

    def _authors(self, settings: "etree._Element") -> None:
        for part in settings:
            if part.tag in _CHANGES:
                self.beside.note("author", _word_attribute(part, "author"))


def local_name(name: str | bytes) -> str:
    """Return an attribute's name without its namespace."""
    return str(name).rpartition("}")[2]


def _word_attribute(element: "etree._Element", name: str) -> str | None:
    for space in _WORD:
        if (value := element.get(f"{space}{name}")) is not None:
            return value
    return None


def _symbol(element: "etree._Element") -> str:
    try:
        code = int(_word_attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:  # noqa: PLR2004 - the private range that symbol fonts use
        code -= 0xF000
    is_character = 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000  # noqa: PLR2004 - Unicode
    return chr(code) if is_character else ""

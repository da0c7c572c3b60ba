"""One pass over the XML of an OpenDocument, whichever of its members, sorted by place.

Blocks are read as they end and are forgotten; where they belong is told by what they stand
in: a header, a comment, a slide's notes.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from gallra.content.bounds import Bounds
from gallra.content.ooxml import spend
from gallra.content.opensheets import Sheet, value_of
from gallra.content.opentext import OpenReader, attribute, name_of
from gallra.content.place import normalised
from gallra.content.properties import stated_date
from gallra.content.sheets import Aside, literal
from gallra.model.passage import Passage

if TYPE_CHECKING:
    from lxml import etree

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_MATHEMATICS = "{http://www.w3.org/1998/Math/MathML}"
_NAMES = (
    *("p", "h", "table", "table-row", "changed-region", "page", "a", "change-track-table-cell"),
    *("title", "desc", "subject", "description", "creator", "initial-creator", "printed-by"),
    *("keyword", "user-defined", "creation-date", "date", "version-entry", "user-field-decl"),
    *("header-decl", "footer-decl", "date-time-decl", "named-range", "named-expression"),
    *("content-validation", "data-pilot-member", "binary-data", "sender-initials"),
    "X509SubjectName",
)
TAGS = (
    *(f"{{*}}{name}" for name in _NAMES),
    f"{_FORM}*",
    f"{_MATHEMATICS}annotation",
    f"{_MATHEMATICS}mtext",
)
"""What a pass stops at; all else is only walked through."""
_BLOCKS = frozenset({"p", "h", "table", "table-row"})
_PLACES = {
    "annotation": "comment",
    "notes": "notes",
    "header": "header",
    "header-left": "header",
    "header-first": "header",
    "footer": "footer",
    "footer-left": "footer",
    "footer-first": "footer",
    "master-page": "master",
    "handout-master": "master",
    "tracked-changes": "before change",
    "help-message": "input help",
    "error-message": "input help",
    "page": "slide",
    "shapes": "text box",
    "chart": "chart",
}
_BOXES = frozenset({"text-box", "custom-shape", "frame", "rect", "ellipse", "caption"})
_FORM_WORDS = ("current-value", "value", "label", "title", "help-text", "string-value")
_FORM_SILENT = frozenset({"form", "property", "properties", "list-property", "list-value"})
_CORE = {
    "title": 0,
    "subject": 1,
    "initial-creator": 2,
    "creator": 3,
    "keyword": 4,
    "description": 5,
}
_DECLARATIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "data-pilot-member": ("cached values", ("name",)),
    "user-field-decl": ("field", ("string-value", "value", "display", "description")),
    "version-entry": ("version", ("comment", "creator")),
    **dict.fromkeys(
        ("header-decl", "footer-decl", "date-time-decl", "named-range", "named-expression",
         "content-validation", "change-track-table-cell"),
        ("other", ()),
    ),
}  # fmt: skip
"""What is declared, where it is said to stand, and the attributes that say it."""
_PAGE_NAMES = ("page", "Slide", "Side", "Sida", "Folie", "Bild", "Lysbilde")


def _is_in_cell(element: "etree._Element") -> bool:
    """Tell whether a cell will read the element: nearly all paragraphs of a workbook."""
    parent = element.getparent()
    return parent is not None and name_of(parent) in {"table-cell", "covered-table-cell"}


class Gathered:
    """What the passes over a document's XML have found so far."""

    def __init__(self, *, is_workbook: bool, bounds: Bounds) -> None:
        """Begin with nothing.

        Args:
            is_workbook: rows and tables are sheets, not blocks of a text.
            bounds: where to stop.
        """
        self.reader = OpenReader()
        self.is_cut = False
        self._bounds = bounds
        self._is_workbook = is_workbook
        self._room = bounds.most_characters
        self._sheets: list[Sheet] = []
        self._sheet: Sheet | None = None
        self._stories: dict[str, list[Passage]] = {}
        self._core: list[tuple[int, str]] = []
        self._dates: dict[str, date] = {}
        self._slide_number = 1
        self._aside = Aside()
        self._told: set[str] = set()

    @property
    def stated_on(self) -> date | None:
        """The day on which the document says it was changed, or made."""
        return self._dates.get("date") or self._dates.get("creation-date")

    @property
    def passages(self) -> list[Passage]:
        """All that belongs to the document itself, in the order of the convention."""
        stories, reader = self._stories, self.reader
        first = [
            passage for name in ("body", "header", "footer") for passage in stories.get(name, ())
        ]
        rest = [name for name in stories if name not in {"body", "header", "footer"}]
        core = [
            Passage(where="properties", text=text)
            for _, text in sorted(self._core, key=lambda each: each[0])
        ]
        return [
            *first,
            *reader.corners.footnotes,
            *reader.corners.endnotes,
            *reader.corners.comments,
            *reader.beside.boxes,
            *core,
            *reader.beside.changes,
            *reader.undone(),
            *(passage for name in rest for passage in dict.fromkeys(stories[name])),
            *self._aside.formulas,
            *reader.corners.links.values(),
            *reader.beside.notes,
        ]  # fmt: skip

    def finished_sheets(self) -> list[Sheet]:
        """Return the sheets in their order; one that breaks off is among them."""
        if self._sheet is not None:
            self._sheets.append(self._sheet)
            self._sheet = None
        return self._sheets

    def take(self, stream: Iterator["etree._Element"]) -> None:
        """Read one XML stream to its end, or until there is more text than the limit.

        Raises:
            RefusedError: a limit of the package.
            etree.XMLSyntaxError: it breaks off.
        """
        for element in stream:
            name = name_of(element)
            if name in _BLOCKS:
                if self._is_workbook and name == "p" and _is_in_cell(element):
                    continue
                if self._block(element, name) and self._room < 0:
                    self.is_cut = True
                    return
            elif name == "page":
                self._page(element)
            else:
                self._other(element, name)

    def _block(self, element: "etree._Element", name: str) -> bool:
        """Read a block that stands in no other; tell whether it was one."""
        if self._is_workbook and name == "table":
            return self._end_of_sheet(element)
        where = self._where(element)
        if where is None:
            return False
        if self._is_workbook and name == "table-row":
            if where == "body":
                self._row(element)
            spend(element)
            return True
        if name == "table-row":
            return False
        if where == "text box":
            self.reader.beside.boxes.extend(self.reader.passages(element, where))
        elif where == "comment":
            self.reader.corners.comments.extend(self.reader.passages(element, where))
        else:
            is_body = where.startswith(("slide", "notes"))
            kept = self._stories.setdefault("body" if is_body else where, [])
            for passage in self.reader.passages(element, where):
                self._room -= len(passage.text) + 1
                kept.append(passage)
        spend(element)
        return True

    def _where(self, element: "etree._Element") -> str | None:
        """Return the place of a block; ``None`` where something else will read it."""
        found = ""
        is_slide = False
        for ancestor in element.iterancestors():
            name = name_of(ancestor)
            if name in _BLOCKS and not (self._is_workbook and name == "table"):
                return None
            if name in {"changed-region", "table-cell", "covered-table-cell"}:
                return None
            if name == "page":
                is_slide = True
            if not found:
                found = _PLACES.get(name, "text box" if name in _BOXES else "")
            elif found == "text box" and name in {"page", "notes", "master-page", "annotation"}:
                found = _PLACES[name]
        if is_slide and found in {"slide", "notes"}:
            return f"{found} {self._slide_number}"
        return found or "body"

    def _page(self, page: "etree._Element") -> None:
        name = attribute(page, "name")
        if name and not (name.startswith(_PAGE_NAMES) and name[-1:].isdigit()):
            self.reader.beside.note("slide name", name)
        self._slide_number += 1
        spend(page)

    def _row(self, row: "etree._Element") -> None:
        if self._sheet is None:
            self._sheet = Sheet(room=min(self._bounds.most_characters, max(0, self._room)))
        self._sheet.add(row)

    def _end_of_sheet(self, table: "etree._Element") -> bool:
        if self._where(table) != "body":
            return False
        sheet = self._sheet or Sheet(room=0)
        sheet.name = attribute(table, "name")
        self._sheets.append(sheet)
        self._room -= sum(len(passage.text) for passage in sheet.rows)
        self._sheet = None
        spend(table)
        return False

    def _other(self, element: "etree._Element", name: str) -> None:
        parent = element.getparent()
        if parent is not None and name_of(parent) == "meta":
            self._property(name, (element.text or "").strip())
        elif str(element.tag).startswith(_FORM):
            if name not in _FORM_SILENT:
                for word in _FORM_WORDS:
                    self.reader.beside.note("form value", attribute(element, word))
        elif name == "changed-region":
            self.reader.changed_region(element)
            spend(element)
        elif name in _DECLARATIONS:
            self._declaration(element, name)
        elif self._where(element) is not None:
            self._loose(element, name)

    def _declaration(self, element: "etree._Element", name: str) -> None:
        """Read what a document keeps apart from its body, and refers to."""
        note = self.reader.beside.note
        if name in {"header-decl", "footer-decl", "date-time-decl"}:
            note(name.partition("-")[0], element.text)
        elif name in {"named-range", "named-expression"}:
            where = attribute(element, "cell-range-address") or attribute(element, "expression")
            note("defined name", f"{attribute(element, 'name')}\t{where}")
        elif name == "content-validation":
            literal(attribute(element, "condition"), "choice", self._told, self._aside)
        elif name == "change-track-table-cell":
            kind = attribute(element, "value-type")
            if kind not in {"", "string"}:
                note("before change", value_of(element, kind, ""))
        else:
            where, words = _DECLARATIONS[name]
            for word in words:
                note(where, attribute(element, word))

    def _loose(self, element: "etree._Element", name: str) -> None:
        """Read what stands outside any paragraph."""
        if name in {"title", "desc", "subject", "description"}:
            self.reader.beside.note("alternative text", element.text)
        elif name in {"creator", "initial-creator", "sender-initials", "X509SubjectName"}:
            self.reader.beside.note("author", element.text)
        elif name == "a":
            self.reader.link(element)
        elif name == "binary-data":
            self.reader.file(element)
            element.clear()
        elif str(element.tag).startswith(_MATHEMATICS):
            self.reader.beside.note("formula", element.text)

    def _property(self, name: str, text: str) -> None:
        if not text:
            return
        if name in {"date", "creation-date"}:
            if on := stated_date(text):
                self._dates[name] = on
        elif name in _CORE:
            self._core.append((_CORE[name], normalised(text)))
        elif name in {"printed-by", "user-defined"}:
            self._core.append((len(_CORE), normalised(text)))

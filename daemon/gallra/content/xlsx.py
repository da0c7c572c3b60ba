"""Workbooks (xlsx, xlsm, xltx): a part for the book, then one for each sheet, hidden or not.

The book's part holds properties, defined names, and what belongs to no sheet: drawings,
charts, caches of pivot tables and of linked workbooks, which outlive the cells they show.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from gallra.content.drawing import texts_of
from gallra.content.embedded import embedded_parts
from gallra.content.links import hyperlinks, targets
from gallra.content.ooxml import (
    BROKEN_XML,
    RELATIONSHIP_ID,
    Package,
    elements,
    link_text,
    local,
)
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.properties import properties
from gallra.content.sheets import Aside, Book, read_styles, rows, shared_strings
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

REST = re.compile(
    r"^xl/(?:drawings/|charts/(?!style|colors)|diagrams/(?:data|drawing)|pivotCache/"
    r"|externalLinks/|chartsheets/|persons/|dialogsheets/)[^/]*\.(?:xml|vml)$|^customXml/item\d*\.xml$",
    re.IGNORECASE,
)
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - serial dates know no zone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    name: str
    member: str | None


def read_xlsx(place: Place, package: Package) -> Iterator[Part]:
    """Yield the workbook, its sheets in their order, then the files embedded in it.

    Raises:
        RefusedError: the workbook's own part cannot be found or read.
    """
    shortfalls: list[Message] = []
    main = _main_workbook(package)
    book = Book()
    try:
        sheets, names = _workbook(package, main, book)
    except BROKEN_XML as error:
        raise RefusedError(Outcome.DAMAGED, said("its list of sheets is damaged")) from error
    base = posixpath.dirname(main)
    _shared(package, base, book, shortfalls)
    found = properties(package, shortfalls)
    titles = [
        Passage(where="sheet name", text=normalised(sheet.name)) for sheet in sheets if sheet.name
    ]
    passages = [*found.passages, *names, *found.more, *titles]
    for name in package.members:
        if REST.search(name):
            passages += dict.fromkeys(texts_of(package, name, shortfalls))
    try:
        passages += hyperlinks(package, but="/worksheets/")
    except BROKEN_XML:
        shortfalls.append(said("its links are damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    yield read_part(place, "xlsx", passages, shortfalls=shortfalls, stated_on=found.stated_on)
    for sheet in sheets:
        yield _sheet_part(place, package, sheet, book)
    yield from embedded_parts(place, package)


def _main_workbook(package: Package) -> str:
    for candidate in ("xl/workbook.xml", "xl/workbook2.xml"):
        if name := package.find(candidate):
            return name
    for name in package.members:
        if re.fullmatch(r"(?:xl/)?workbook\d*\.xml", name, re.IGNORECASE):
            return name
    raise RefusedError(Outcome.DAMAGED, said("has no list of sheets"))


def _workbook(package: Package, main: str, book: Book) -> tuple[list[_Sheet], list[Passage]]:
    links = targets(package, main)
    sheets: list[_Sheet] = []
    names: list[Passage] = []
    tags = ["{*}sheet", "{*}definedName", "{*}workbookPr"]
    for element in elements(package, main, tags):
        tag = local(element.tag)
        if tag == "sheet":
            link = next((element.get(key) for key in RELATIONSHIP_ID if element.get(key)), "")
            target = links.get(link or "")
            member = package.find(target[1]) if target else None
            sheets.append(_Sheet(name=element.get("name", ""), member=member))
        elif tag == "definedName":
            text = f"{element.get('name', '')}\t{element.text or ''}"
            names.append(Passage(where="defined name", text=normalised(text)))
        elif element.get("date1904", "") in {"1", "true", "on"}:
            book.epoch = _EPOCH_1904
    return sheets, names


def _shared(package: Package, base: str, book: Book, shortfalls: list[Message]) -> None:
    try:
        if name := package.find(f"{base}/sharedStrings.xml"):
            room = package.budget.bounds.most_characters * 2
            for text in shared_strings(package, name):
                book.strings.append(text)
                room -= len(text)
                if room < 0:
                    shortfalls.append(said("its table of texts is too large"))
                    break
    except BROKEN_XML:
        shortfalls.append(said("its table of texts is damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    try:
        if name := package.find(f"{base}/styles.xml"):
            read_styles(package, name, book)
    except (*BROKEN_XML, RefusedError):
        shortfalls.append(said("its number formats are damaged"))


def _sheet_part(place: Place, package: Package, sheet: _Sheet, book: Book) -> Part:
    inner = place.inside("", address=place.address_of(f"sheet:{sheet.name}"))
    if sheet.member is None:
        return Part(
            address=inner.address,
            kind="sheet",
            outcome=Outcome.DAMAGED,
            reason=said("the workbook names the sheet but does not hold it"),
        )
    shortfalls: list[Message] = []
    passages: list[Passage] = []
    aside = Aside()
    try:
        passages += rows(package, sheet.member, book, aside, place.bounds.most_characters)
    except BROKEN_XML:
        shortfalls.append(said("its cells are damaged"))
    except RefusedError as refusal:
        shortfalls.append(refusal.reason)
    if aside.is_cut:
        shortfalls.append(
            said("holds more than {limit} characters", limit=place.bounds.most_characters)
        )
    try:
        passages += _beside_cells(package, sheet.member, shortfalls)
    except (*BROKEN_XML, RefusedError):
        shortfalls.append(said("its comments are damaged"))
    passages += [*aside.margins, *aside.formulas]
    if shortfalls and not passages:
        return Part(
            address=inner.address, kind="sheet", outcome=Outcome.DAMAGED, reason=shortfalls[0]
        )
    return read_part(inner, "sheet", passages, shortfalls=shortfalls)


def _beside_cells(package: Package, member: str, shortfalls: list[Message]) -> list[Passage]:
    """Return the sheet's comments, then its links."""
    comments: list[Passage] = []
    links: dict[str, Passage] = {}
    for kind, target, is_external in targets(package, member).values():
        if is_external and kind == "hyperlink":
            text = link_text(target)
            links[text] = Passage(where="hyperlink", text=text)
        elif kind in {"comments", "threadedComment"} and (name := package.find(target)):
            try:
                comments += _comments(package, name)
            except (etree.XMLSyntaxError, zipfile.BadZipFile):
                shortfalls.append(said("its comments are damaged"))
    return [*comments, *links.values()]


def _comments(package: Package, name: str) -> Iterator[Passage]:
    for element in elements(package, name, ["{*}comment", "{*}threadedComment", "{*}author"]):
        if local(element.tag) == "author":
            if (element.text or "").strip() and not (element.text or "").startswith("tc="):
                yield Passage(where="author", text=normalised((element.text or "").strip()))
            continue
        text = "".join(
            part.text or ""
            for part in element.iter()
            if local(part.tag) in {"t", "text"} and next(part.iterancestors("{*}rPh"), None) is None
        )
        if text.strip():
            yield Passage(where=f"comment {element.get('ref', '')}".strip(), text=normalised(text))

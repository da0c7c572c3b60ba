"""Binary workbooks (xlsb): a part for the book, then one for each sheet, hidden or not.

The same package as xlsx, with records for XML in workbook, sheets, texts and comments; drawings,
charts and properties are XML as ever.

Source: [MS-XLSB] 2.4.304 (BrtBundleSh), 2.4.820 (BrtSSTItem), 2.4.302 (BrtBeginSheet), 2.4.28
(BrtBeginComment), 2.4.730 (BrtName).
"""

import posixpath
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from gallra.content.biff import BrokenError
from gallra.content.biff12 import literals, records, texts_in, wide
from gallra.content.drawing import texts_of
from gallra.content.embedded import followed
from gallra.content.links import targets
from gallra.content.ooxml import BROKEN_XML, Package, embedded, link_text
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.properties import properties
from gallra.content.sheets import Book, set_styles
from gallra.content.xlsb_sheet import SheetReader, comments_in
from gallra.content.xlsx import REST
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_MAIN = "xl/workbook.bin"
_SHEET, _NAME, _WORKBOOK = 156, 39, 153
_TEXT, _FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 19, 44, 47, 617, 618
_SILENT = ("calcchain.bin", "printersettings", "binaryindex", "theme")
_EMBEDDED = ("/embeddings/", "/media/", "vbaproject", "/activex/", "/ctrlprops/")
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - serial dates know no zone
_BROKEN = (*BROKEN_XML, BrokenError, struct.error, IndexError)


@dataclass(slots=True, kw_only=True)
class _Workbook:
    package: Package
    shortfalls: list[Message] = field(default_factory=list)
    book: Book = field(default_factory=Book)
    sheets: list[tuple[str, str | None]] = field(default_factory=list)
    """Name, and the member that holds it."""
    passages: list[Passage] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    def each(self, name: str, take: Callable[[int, bytes], None], story: Message) -> None:
        """Hand each record of a member to ``take``; what is broken becomes a shortfall."""
        self.read.add(name)
        most = self.package.budget.bounds.most_xml_bytes
        try:
            with self.package.open(name, most) as stream:
                for number, body in records(stream, most):
                    take(number, body)
        except _BROKEN:
            self.shortfalls.append(story)
        except RefusedError as refusal:
            self.shortfalls.append(refusal.reason)


def read_xlsb(place: Place, package: Package) -> Iterator[Part]:
    """Yield the workbook, its sheets in their order, then the files embedded in it.

    Raises:
        RefusedError: the workbook's own part cannot be found.
    """
    main = package.find(_MAIN)
    if main is None:
        raise RefusedError(Outcome.DAMAGED, said("has no list of sheets"))
    workbook = _Workbook(package=package)
    _read_main(workbook, main)
    base = posixpath.dirname(main)
    _read_texts(workbook, base)
    _read_styles(workbook, base)
    sheets = [_sheet_part(place, workbook, name, member) for name, member in workbook.sheets]
    found = properties(package, workbook.shortfalls)
    passages = [*found.passages, *workbook.passages, *found.more]
    passages += [
        Passage(where="sheet name", text=normalised(name)) for name, _ in workbook.sheets if name
    ]
    for name in package.members:
        if REST.search(name):
            passages += texts_of(package, name, workbook.shortfalls)
    passages += _rest(workbook)
    passages = list(dict.fromkeys(passages))
    if not passages and not sheets:
        reason = [*workbook.shortfalls, said("has no list of sheets")][0]
        raise RefusedError(Outcome.DAMAGED, reason)
    yield read_part(
        place, "xlsb", passages, shortfalls=workbook.shortfalls, stated_on=found.stated_on
    )
    yield from sheets
    for name in embedded(package):
        if name not in workbook.read:
            yield from followed(place, package, name)


def _read_main(workbook: _Workbook, main: str) -> None:
    try:
        links = targets(workbook.package, main)
    except BROKEN_XML as error:
        raise RefusedError(Outcome.DAMAGED, said("its list of sheets is damaged")) from error

    def take(number: int, body: bytes) -> None:
        if number == _SHEET:
            link, at = wide(body, 8)
            name, _ = wide(body, at)
            target = links.get(link)
            member = workbook.package.find(target[1]) if target else None
            workbook.sheets.append((name, member))
        elif number == _WORKBOOK and body[:1] and body[0] & 1:
            workbook.book.epoch = _EPOCH_1904
        elif number == _NAME:
            name, at = wide(body, 9)
            words = [word for word in literals(body[at:]) if word]
            if not name.startswith("_xlnm."):
                text = "\t".join((name, *words))
                workbook.passages.append(Passage(where="defined name", text=text))
        else:
            workbook.passages += (Passage(where="other", text=text) for text in texts_in(body))

    workbook.each(main, take, said("its list of sheets is damaged"))


def _read_texts(workbook: _Workbook, base: str) -> None:
    name = workbook.package.find(f"{base}/sharedStrings.bin")
    if name is None:
        return
    room = workbook.package.budget.bounds.most_characters * 2
    strings = workbook.book.strings

    def take(number: int, body: bytes) -> None:
        nonlocal room
        if number == _TEXT:
            strings.append(wide(body, 1)[0])
            room -= len(strings[-1])
            if room < 0:
                raise BrokenError

    workbook.each(name, take, said("its table of texts is damaged"))


def _read_styles(workbook: _Workbook, base: str) -> None:
    name = workbook.package.find(f"{base}/styles.bin")
    if name is None:
        return
    formats: dict[int, str] = {}
    styles: list[int] = []
    is_inside = False

    def take(number: int, body: bytes) -> None:
        nonlocal is_inside
        if number == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = wide(body, 2)[0]
        elif number in {_BEGIN_STYLES, _END_STYLES}:
            is_inside = number == _BEGIN_STYLES
        elif number == _STYLE and is_inside:
            styles.append(struct.unpack_from("<H", body, 2)[0])

    workbook.each(name, take, said("its number formats are damaged"))
    set_styles(workbook.book, formats, styles)


def _sheet_part(place: Place, workbook: _Workbook, name: str, member: str | None) -> Part:
    inner = place.inside("", address=place.address_of(f"sheet:{name}"))
    if member is None:
        return Part(
            address=inner.address,
            kind="sheet",
            outcome=Outcome.DAMAGED,
            reason=said("the workbook names the sheet but does not hold it"),
        )
    own = _Workbook(package=workbook.package, read=workbook.read)
    most = place.bounds.most_characters
    reader = SheetReader(workbook.book, most)
    if member.lower().endswith(".bin"):
        own.each(member, reader.take, said("its cells are damaged"))
        if not reader.is_ended and not own.shortfalls:
            own.shortfalls.append(said("its cells are damaged"))
    passages = list(reader.grid.passages(most))
    if reader.grid.is_cut:
        own.shortfalls.append(said("holds more than {limit} characters", limit=most))
    if reader.is_damaged:
        own.shortfalls.append(said("its table of texts is damaged"))
    passages += _beside(own, member)
    passages += [*reader.margins, *reader.beside()]
    if own.shortfalls and not passages and not reader.grid.is_cut:
        reason = own.shortfalls[0]
        return Part(address=inner.address, kind="sheet", outcome=Outcome.DAMAGED, reason=reason)
    return read_part(inner, "sheet", passages, shortfalls=own.shortfalls)


def _beside(own: _Workbook, member: str) -> list[Passage]:
    """Return the sheet's comments, then its links."""
    found: list[Passage] = []
    links: dict[str, Passage] = {}
    try:
        linked = list(targets(own.package, member).values())
    except (*BROKEN_XML, RefusedError):
        own.shortfalls.append(said("its links are damaged"))
        return found
    for kind, target, is_external in linked:
        if is_external and kind == "hyperlink":
            text = link_text(target)
            links[text] = Passage(where="hyperlink", text=text)
        elif kind in {"comments", "threadedComment"} and (name := own.package.find(target)):
            if name.lower().endswith(".bin"):
                taken = comments_in(found)
                own.each(name, taken, said("its comments are damaged"))
            else:
                found += texts_of(own.package, name, own.shortfalls)
    return [*found, *links.values()]


def _rest(workbook: _Workbook) -> Iterator[Passage]:
    """Yield what looks like text in binary parts of no reader: caches, tables, connections."""
    for name in embedded(workbook.package):
        lower = name.lower()
        if not lower.endswith(".bin") or name in workbook.read:
            continue
        if any(sign in f"/{lower}" for sign in _EMBEDDED):
            continue
        if any(sign in lower for sign in _SILENT):
            workbook.read.add(name)
            continue
        texts: list[str] = []
        workbook.each(
            name,
            lambda _, body, texts=texts: texts.extend(texts_in(body)),  # type: ignore[misc] # bound now
            said("its {story} is damaged", story="cached values"),
        )
        where = "cached values" if "cache" in lower or "externallink" in lower else "other"
        for text in texts:
            yield Passage(where=where, text=text)

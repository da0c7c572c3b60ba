"""Workbooks before 2007: a part for the book, then one for each sheet, hidden or not.

The library that reads these elsewhere lays a sheet with two far cells out whole, drops errors,
and knows neither comments nor text boxes; so the records are read here.

Source: [MS-XLS] 2.1.7 (streams and substreams), 2.1.7.12 (pivot caches).
"""

import struct
from collections.abc import Iterator

from gallra.content.biff import BrokenError, Texts, records, texts_in
from gallra.content.compound import Storage
from gallra.content.officeart import pictures_in, shape_texts
from gallra.content.ole_objects import objects_in
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.property_set import properties_of
from gallra.content.sheets import shown_number
from gallra.content.xls_book import Sheet, Workbook, workbook_of
from gallra.content.xls_sheet import sheet_text
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_PIVOT_CACHES = "_SX_DB_CUR"
_PIVOT_TEXT, _PIVOT_NUMBER, _PIVOT_INTEGER = 0xCD, 0xC9, 0xCC
_PIVOT_GUESSED = frozenset({0xC6, 0xC7})
_HISTORY = ("Revision Log", "User Names")


def read_xls(place: Place, storage: Storage) -> Iterator[Part]:
    """Yield the workbook, its sheets in their order, then pictures and embedded objects.

    Raises:
        RefusedError: its list of sheets cannot be read.
    """
    stream = storage.read("Workbook" if "Workbook" in storage else "Book")
    most_characters = place.bounds.most_characters
    try:
        workbook = workbook_of(stream.content, 2 * most_characters)
    except (BrokenError, struct.error) as error:
        raise RefusedError(Outcome.DAMAGED, said("its list of sheets is damaged")) from error
    shortfalls = workbook.shortfalls
    if not stream.is_whole or not storage.file.is_sound:
        shortfalls.append(said("breaks off before its end"))
    if not workbook.sheets and not shortfalls:
        shortfalls.append(said("has no list of sheets"))
    found = properties_of(storage, shortfalls)
    passages = [*found.passages, *workbook.passages, *found.more]
    passages += [
        Passage(where="sheet name", text=normalised(sheet.name))
        for sheet in workbook.sheets
        if sheet.name
    ]
    passages += shape_texts(workbook.pictures)
    passages += _caches(storage, shortfalls)
    passages += _history(storage, shortfalls)
    passages = list(dict.fromkeys(passages))
    if not passages and not workbook.sheets:
        raise RefusedError(Outcome.DAMAGED, shortfalls[0])
    yield read_part(place, "xls", passages, shortfalls=shortfalls, stated_on=found.stated_on)
    for sheet in workbook.sheets:
        yield _sheet_part(place, workbook, sheet)
    for number, (ending, picture) in enumerate(pictures_in(workbook.pictures, place.budget), 1):
        yield from place.parts_inside(f"picture-{number}.{ending}", picture)
    yield from objects_in(
        place, (inner for name, inner in storage.storages.items() if name != _PIVOT_CACHES)
    )


def _sheet_part(place: Place, workbook: Workbook, sheet: Sheet) -> Part:
    inner = place.inside("", address=place.address_of(f"sheet:{sheet.name}"))
    found = sheet_text(workbook, sheet.offset, place.bounds.most_characters)
    passages = [*found.cells, *found.beside]
    if found.shortfalls and not passages and not found.is_cut:
        return Part(
            address=inner.address, kind="sheet", outcome=Outcome.DAMAGED, reason=found.shortfalls[0]
        )
    if any(each.template.startswith("its table") for each in workbook.shortfalls):
        found.shortfalls.append(said("its table of texts is damaged"))
    return read_part(inner, "sheet", passages, shortfalls=found.shortfalls)


def _caches(storage: Storage, shortfalls: list[Message]) -> Iterator[Passage]:
    """Yield what pivot tables remember of cells that may be long gone."""
    caches = storage.storages.get(_PIVOT_CACHES)
    if caches is None:
        return
    texts = Texts(is_wide=True)
    for name in caches.streams:
        cache = caches.read(name)
        content = cache.content
        try:
            for number, at, length in records(content, 0):
                for text in _cached(content, number, at, at + length, texts):
                    if text.strip():
                        yield Passage(where="cached values", text=text.strip())
        except (BrokenError, struct.error):
            shortfalls.append(said("its {story} is damaged", story="cached values"))
        if not cache.is_whole:
            shortfalls.append(said("its {story} is damaged", story="cached values"))


def _cached(content: bytes, number: int, at: int, end: int, texts: Texts) -> Iterator[str]:
    if number == _PIVOT_TEXT:
        yield texts.read(content, at, end)[0]
    elif number == _PIVOT_NUMBER:
        yield shown_number(struct.unpack_from("<d", content, at)[0])
    elif number == _PIVOT_INTEGER:
        yield str(struct.unpack_from("<H", content, at)[0])
    elif number in _PIVOT_GUESSED:
        yield from texts_in(content[at:end], texts)


def _history(storage: Storage, shortfalls: list[Message]) -> Iterator[Passage]:
    """Yield what looks like text in the history of a shared workbook, and say that it is more."""
    for name in _HISTORY:
        if storage.find(name) is None:
            continue
        content = storage.read(name).content
        if name == _HISTORY[0]:
            shortfalls.append(said("its history of changes is not read"))
        for text in texts_in(content, Texts(is_wide=True)):
            yield Passage(where="history", text=text)

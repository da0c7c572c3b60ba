"""Word documents before 2007: every story, every corner, tracked changes, objects, pictures.

Passages in order: body and tables; headers and footers, footnotes, endnotes, comments, text
boxes; properties; then text before tracked changes, what quick saves left behind, links, field
codes, names of authors, texts of shapes.

Source: [MS-DOC] 2.3 (parts of a document), 2.8.22 (Plcfhdd), 2.8.25 (fields).
"""

import re
import struct
from collections.abc import Iterator

from gallra.content.compound import Content, Storage
from gallra.content.doc_pieces import (
    CELL_PARAGRAPH,
    ROW_END,
    DamagedError,
    Fib,
    Text,
    fib_of,
    text_of,
)
from gallra.content.doc_tables import NOTED, form_fields, notes_of
from gallra.content.flow import Flow
from gallra.content.officeart import pictures_in, shape_texts
from gallra.content.ole_objects import objects_in
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.property_set import properties_of
from gallra.content.rtf_beside import link_in
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_STORIES = ("body", "footnote", "header", "macro", "comment", "endnote", "text box", "text box")
_ORDER = (0, 2, 1, 5, 4, 6, 7, 3)
"""The stories in the order of the convention."""
_HEADERS = 11
_FOOTERS_OF_SIX = frozenset({2, 3, 5})
_FIRST_HEADER = 6
"""Before it stand the lines that part footnotes from text."""
_MARKS = re.compile(f"([\r\x07\x0c\x13-\x15{ROW_END}{CELL_PARAGRAPH}])")
_SIGNS = str.maketrans({
    "\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": None, "\x00": None,
    **{chr(code): None for code in (*range(1, 7), 8)},
})  # fmt: skip
_ODD = re.compile("[\x00-\x08\x0b\x0e\x1e\x1f]")
"""What is to be translated at all: most text has none of it."""
_MOST_FIELDS = 64
_FIELD_BEGIN, _FIELD_PARTS, _FIELD_END = "\x13", "\x14", "\x15"
_LEFT_OUT = re.compile(
    rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\r\t\x07]\x00){5,}|[\x20-\x7e\xa0-\xff\r\t]{5,}"
)


def read_doc(place: Place, storage: Storage) -> Iterator[Part]:
    """Yield the document, then its pictures and the objects embedded in it.

    Raises:
        RefusedError: its text cannot be found.
    """
    shortfalls: list[Message] = []
    streams = {name: storage.read(name) for name in ("WordDocument", "0Table", "1Table", "Data")}
    _require_whole(storage, streams, shortfalls)
    main, data = streams["WordDocument"].content, streams["Data"].content
    try:
        fib = fib_of(main, {0: streams["0Table"].content, 1: streams["1Table"].content})
        text = text_of(fib)
    except (DamagedError, struct.error) as error:
        raise RefusedError(Outcome.DAMAGED, said("its texts are damaged")) from error
    if not text.is_whole:
        shortfalls.append(said("some of its text lies outside the file"))
    if any(fib.is_missing(number) for number in NOTED):
        shortfalls.append(said("its texts are damaged"))
    found = properties_of(storage, shortfalls)
    passages, rest = _stories(fib, text)
    told = {passage.text for passage in (*found.passages, *found.more)}
    passages += [*found.passages, *found.more, *rest]
    for passage in (*notes_of(fib), *form_fields(data), *shape_texts(fib.table), *_left_out(text)):
        if passage.text.strip() and passage.text not in told:
            told.add(passage.text)
            passages.append(passage)
    if not passages and shortfalls:
        raise RefusedError(Outcome.DAMAGED, shortfalls[0])
    yield read_part(place, "doc", passages, shortfalls=shortfalls, stated_on=found.stated_on)
    yield from _inside(place, storage, (data, main, fib.table))


def _require_whole(
    storage: Storage, streams: dict[str, Content], shortfalls: list[Message]
) -> None:
    if not storage.file.is_sound or not all(stream.is_whole for stream in streams.values()):
        shortfalls.append(said("breaks off before its end"))


def _inside(place: Place, storage: Storage, streams: tuple[bytes, ...]) -> Iterator[Part]:
    number = 0
    for stream in streams:
        for ending, picture in pictures_in(stream, place.budget):
            number += 1
            yield from place.parts_inside(f"picture-{number}.{ending}", picture)
    pool = storage.storages.get("ObjectPool")
    if pool is not None:
        yield from objects_in(place, iter(pool.storages.values()))
    yield from objects_in(
        place, (inner for name, inner in storage.storages.items() if name == "Macros")
    )


def _stories(fib: Fib, text: Text) -> tuple[list[Passage], list[Passage]]:
    """Return the passages of all stories, and what stands beside them."""
    begins = [sum(fib.counts[:number]) for number in range(len(fib.counts) + 1)]
    passages: list[Passage] = []
    changes: list[Passage] = []
    fields = _Fields()
    for number in _ORDER:
        parts = [(_STORIES[number], begins[number], begins[number + 1])]
        if number == 2:  # noqa: PLR2004 - headers and footers lie in one story
            parts = _headers(fib, begins[2], begins[3])
        for where, first, last in parts:
            flow = _story(text, where, first, last, fields)
            passages += flow.passages
            changes += flow.changes
    if 2 * begins[-1] < len(text.units):
        flow = _story(text, "other", begins[-1], len(text.units) // 2, fields)
        passages += flow.passages
    return passages, [*changes, *fields.notes.values()]


def _headers(fib: Fib, first: int, last: int) -> list[tuple[str, int, int]]:
    """Return (where, from, to) of each header and footer; one stretch where no table tells."""
    table = fib.table_at(_HEADERS)
    count = len(table) // 4
    places = struct.unpack_from(f"<{count}I", table)
    if count < _FIRST_HEADER or list(places) != sorted(places):
        return [("header", first, last)]
    parts = []
    at = first
    for number, place in enumerate(places[1:]):
        end = min(first + place, last)
        kind = (number - _FIRST_HEADER) % 6
        where = "footer" if number >= _FIRST_HEADER and kind in _FOOTERS_OF_SIX else "header"
        if end > at:
            parts.append((where if number >= _FIRST_HEADER else "footnote", at, end))
        at = max(at, end)
    return [*parts, ("header", at, last)] if at < last else parts


class _Fields:
    """The codes of fields, and where links lead: each once."""

    def __init__(self) -> None:
        self.notes: dict[tuple[str, str], Passage] = {}
        self._open: list[list[str] | None] = []
        """Of each field that is open its code, ``None`` once the result has begun."""

    def takes(self, stretch: str) -> bool:
        """Take what belongs to a field's code; tell whether it did."""
        if stretch == _FIELD_BEGIN:
            self._open.append([])
        elif stretch in {_FIELD_PARTS, _FIELD_END}:
            code = self._open.pop() if self._open else None
            if code is not None:
                self._note("".join(code))
            if stretch == _FIELD_PARTS:
                self._open.append(None)
        else:
            code = next((code for code in reversed(self._open[-_MOST_FIELDS:]) if code), None)
            if code is None and self._open and self._open[-1] is not None:
                code = self._open[-1]
            if code is None:
                return False
            code.append(stretch)
        return True

    def unfinished(self) -> list[str]:
        """Return the codes that never ended: they are text as well as any other."""
        texts = ["".join(code).translate(_SIGNS) for code in self._open if code]
        for text in texts:
            self._note(text)
        self._open = []
        return texts

    def _note(self, code: str) -> None:
        code = normalised(code.translate(_SIGNS)).strip()
        for where, text in (("field", code), ("hyperlink", link_in(code))):
            if text:
                self.notes.setdefault((where, text), Passage(where=where, text=text))


def _story(text: Text, where: str, first: int, last: int, fields: _Fields) -> Flow:
    """Return one story: a field shows its result, its code is noted beside."""
    flow = Flow(where)
    is_open = False
    for run, change in text.runs(first, min(last, len(text.units) // 2)):
        for stretch in _MARKS.split(run):
            if not stretch or fields.takes(stretch):
                continue
            if len(stretch) > 1 or not _MARKS.match(stretch):
                flow.add(stretch.translate(_SIGNS) if _ODD.search(stretch) else stretch, change)
                is_open = True
            else:
                _mark(flow, stretch, has_row_marks=text.has_row_marks, is_open=is_open)
                is_open = False
    for code in fields.unfinished():
        flow.add(code)
    flow.finish()
    return flow


def _mark(flow: Flow, mark: str, *, has_row_marks: bool, is_open: bool) -> None:
    if mark == ROW_END:
        flow.end_row()
    elif mark == "\x07":
        if not is_open and not has_row_marks:
            flow.end_row()  # two marks in a row: the second ends the row, or an empty cell
        else:
            flow.end_cell()
    else:
        flow.end_paragraph(is_in_table=mark == CELL_PARAGRAPH)


def _left_out(text: Text) -> Iterator[Passage]:
    """Yield the words in what a quick save left behind."""
    for content in text.left_out:
        for match in _LEFT_OUT.finditer(content):
            raw = match[0]
            found = raw.decode("utf-16-le" if b"\0" in raw else "cp1252", "replace")
            for line in normalised(found.replace("\x07", "\t")).split("\n"):
                if len(line.strip()) > 4 and any(letter.isalnum() for letter in line):  # noqa: PLR2004 - shorter ones are chance
                    yield Passage(where="left behind", text=line.strip())

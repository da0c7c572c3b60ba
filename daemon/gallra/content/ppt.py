"""Presentations before 2007: every slide with its notes and comments, also what was cut.

Passages in order: for each slide its text, its notes, its comments; masters and handouts;
properties; what only earlier savings say; links, names of authors, texts of shapes.

Source: [MS-PPT] 2.1.2 (streams), 2.4.1 (document), 2.10.34 (ExOleObjStg); [MS-ODRAW] 2.2.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gallra.content.compound import Storage
from gallra.content.officeart import pictures_in, shape_texts
from gallra.content.ole_objects import objects_in
from gallra.content.ooxml import link_text
from gallra.content.place import Place, RefusedError, normalised, read_part
from gallra.content.ppt_records import (
    DOCUMENT,
    HANDOUT,
    MASTER,
    NOTES,
    OBJECT,
    SLIDE,
    Edits,
    Order,
    Record,
    edits_of,
    order_of,
    record_at,
    records_in,
    slide_of_notes,
    text_of,
    top_records,
)
from gallra.content.property_set import properties_of
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_STREAM = "PowerPoint Document"
_DUAL = "PP97_DUALSTORAGE"
"""Where a file for PowerPoint 95 as well keeps the newer form."""
_ASIDE = frozenset({"hyperlink", "author", "other"})
_EARLIER = "earlier version"
_PLACES = {MASTER: "master", HANDOUT: "handout", DOCUMENT: "document", SLIDE: "slide"}
_LAST = 1 << 30


@dataclass(slots=True)
class _Show:
    """What was found so far."""

    content: bytes
    most_characters: int
    slides: dict[tuple[int, int], list[Passage]] = field(default_factory=dict)
    """By number of the slide, and 0 for its text, 1 for its notes, 2 for its comments."""
    beside: dict[Passage, None] = field(default_factory=dict)
    earlier: list[str] = field(default_factory=list)
    objects: list[Record] = field(default_factory=list)
    is_damaged: bool = False

    def take(self, container: Record, where: str, rank: tuple[int, int], order: Order) -> None:
        """Take all texts below a record.

        Args:
            container: the record.
            where: the place its texts stand in, as a person would name it.
            rank: where among the passages that is.
            order: for texts that stand in the outline.
        """
        for record in records_in(self.content, container):
            self.is_damaged = self.is_damaged or (record.is_cut and record.is_container)
            if record.kind == OBJECT:
                self.objects.append(record)
                continue
            own, text = text_of(self.content, record)
            if not text or self.most_characters < 0:
                continue
            self.most_characters -= len(text)
            number = order.outline.get(record.begin)
            if number is not None and where != _EARLIER:
                self._tell(f"slide {number}", text, (number, 0))
            elif own is None or where == _EARLIER:
                self._tell(where, text, rank)
            elif own in _ASIDE:
                text = link_text(text) if own == "hyperlink" else text.strip()
                self.beside.setdefault(Passage(where=own, text=normalised(text)))
            else:
                self._tell(own, text, (rank[0], 2) if own == "comment" else rank)

    def _tell(self, where: str, text: str, rank: tuple[int, int]) -> None:
        """Keep a text, a paragraph a passage."""
        for line in text.split("\r"):
            paragraph = normalised(line.replace("\x0b", "\n"))
            if not paragraph.strip(" \n\t*"):  # a star stands for a number or a date
                continue
            if where == _EARLIER:
                self.earlier.append(paragraph)
            else:
                self.slides.setdefault(rank, []).append(Passage(where=where, text=paragraph))

    def passages(self) -> list[Passage]:
        """Return slides, notes and comments in their order; of earlier versions what is new."""
        found = [passage for rank in sorted(self.slides) for passage in self.slides[rank]]
        told = {passage.text for passage in found}
        for text in self.earlier:
            if text not in told:
                told.add(text)
                found.append(Passage(where=_EARLIER, text=text))
        return found


def read_ppt(place: Place, storage: Storage) -> Iterator[Part]:
    """Yield the presentation, then its pictures and embedded objects.

    Raises:
        RefusedError: it is encrypted, of PowerPoint 95, or no document is found in it.
    """
    outer = storage
    storage = storage.storages.get(_DUAL, storage)
    stream = storage.read(_STREAM)
    content = stream.content
    shortfalls: list[Message] = []
    edits = _edits(storage, content)
    tops = list(top_records(content))
    if not any(record.kind in _PLACES for record in tops):
        raise RefusedError(
            Outcome.UNSUPPORTED, said("was written by a version of PowerPoint that is not read")
        )
    if not stream.is_whole or not storage.file.is_sound:
        shortfalls.append(said("breaks off before its end"))
    show = _Show(content, place.bounds.most_characters)
    _take_all(show, tops, edits)
    if show.is_damaged or not edits.is_whole:
        shortfalls.append(said("some of its slides are damaged"))
    found = properties_of(outer, shortfalls)
    passages = [*show.passages(), *found.passages, *found.more, *show.beside]
    passages += shape_texts(content)
    if show.most_characters < 0:
        limit = place.bounds.most_characters
        shortfalls.append(said("holds more than {limit} characters", limit=limit))
    if not passages and shortfalls:
        raise RefusedError(Outcome.DAMAGED, shortfalls[0])
    yield read_part(
        place,
        "ppt",
        list(dict.fromkeys(passages)),
        shortfalls=shortfalls,
        stated_on=found.stated_on,
    )
    yield from _inside(place, storage, show)


def _edits(storage: Storage, content: bytes) -> Edits:
    user = storage.read("Current User", 64).content
    newest = struct.unpack_from("<I", user, 16)[0] if len(user) >= 20 else _LAST  # noqa: PLR2004 - up to that field
    edits = edits_of(content, newest)
    if edits.is_encrypted:
        method = "PowerPoint RC4 CryptoAPI"
        raise RefusedError(
            Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
        )
    return edits


def _take_all(show: _Show, tops: list[Record], edits: Edits) -> None:
    content = show.content
    place = edits.places.get(edits.document or 0)
    order = Order()
    if place is not None and place + 8 <= len(content):
        order = order_of(content, record_at(content, place, len(content), 0), edits)
    alive = set(edits.places.values())
    for record in tops:
        show.is_damaged = show.is_damaged or record.is_cut
        begin = record.begin - 8
        if record.kind == OBJECT:
            show.objects.append(record)
        elif not record.is_container:
            continue
        elif alive and begin not in alive:
            show.take(record, _EARLIER, (_LAST, 0), order)
        elif begin in order.slides:
            number = order.slides[begin]
            show.take(record, f"slide {number}", (number, 0), order)
        elif record.kind == NOTES:
            number = order.by_identifier.get(slide_of_notes(content, record) or 0, 0)
            where = f"notes {number}" if number else "notes"
            show.take(record, where, (number or _LAST - 2, 1), order)
        else:
            where = _PLACES.get(record.kind, "other")
            show.take(record, where, (_LAST - 1, record.kind), order)


def _inside(place: Place, storage: Storage, show: _Show) -> Iterator[Part]:
    pictures = storage.read("Pictures").content
    for number, (ending, picture) in enumerate(pictures_in(pictures, place.budget), 1):
        yield from place.parts_inside(f"picture-{number}.{ending}", picture)
    for number, record in enumerate(show.objects, 1):
        name = f"object-{number}"
        raw = show.content[record.begin : record.end]
        try:
            content = _unpacked(place, raw) if record.instance == 1 else raw
        except (zlib.error, struct.error):
            yield place.part_not_read(name, "ole", Outcome.DAMAGED, said("cannot be unpacked"))
            continue
        yield from place.parts_inside(name, content)
    yield from objects_in(place, iter(storage.storages.values()))


def _unpacked(place: Place, raw: bytes) -> bytes:
    """Return an object as it was before it was packed.

    Raises:
        RefusedError: more is unpacked than may be.
        zlib.error: it breaks off.
    """
    (size,) = struct.unpack_from("<I", raw)
    most = place.bounds.most_member_bytes
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(raw[4:], max(1, min(size, most)))
    place.budget.take_bytes(len(content))
    if len(content) < size:
        raise zlib.error("breaks off")
    return content

"""Rich Text Format: read as a stream, every story and every corner, pictures and objects too.

Passages in order: body and tables; headers, footers, footnotes, endnotes, comments, text boxes;
properties; then text before tracked changes, links, field codes, names of authors. Where a
page was put into RTF (Outlook does that), the page comes first, then what only the RTF says.

Source: Rich Text Format Specification 1.9.1; [MS-OXRTFEX] 2.1.3, 2.2.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from gallra.content.bounds import BOUNDS, Bounds
from gallra.content.ole_objects import read_ole1
from gallra.content.place import Place, read_part, too_large
from gallra.content.rtf_reading import Reader
from gallra.content.source import CHUNK_BYTES, MemorySource, Source
from gallra.content.web import passages_of
from gallra.model.message import Message, said
from gallra.model.passage import Part, Passage

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|((?:\\'[0-9a-fA-F]{2})+)|\\([^a-zA-Z])|([{}])"
    rb"|([^\\{}\r\n]+)"
)
_LONGEST_TOKEN = 64
_ORDER = ("header", "footer", "footnote", "endnote", "comment", "text box")
_METAFILE_HEADER = bytes.fromhex(
    "d7cdc69a 0000 0000 0000 ffff ffff 6000 00000000 0000".replace(" ", "")
)
_WORDS = re.compile(r"\w+")


@dataclass(slots=True, kw_only=True)
class RtfText:
    """What stands in an RTF document."""

    passages: list[Passage] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)
    """OLE 1.0 objects."""
    stated_on: date | None = None
    is_page: bool = False
    """HTML was put into it: its passages come first."""


def passages(data: bytes, *, bounds: Bounds = BOUNDS) -> list[Passage]:
    """Return the passages of RTF in memory, such as the body of an Outlook message.

    Args:
        data: the RTF, decompressed.
        bounds: where to stop.
    """
    return text_of(MemorySource(data), bounds).passages


def read_rtf(place: Place, source: Source) -> Iterator[Part]:
    """Yield the document, then its pictures and the files embedded in it.

    Raises:
        RefusedError: it is too large.
    """
    if source.size_bytes > place.bounds.most_document_bytes:
        raise too_large(
            said("is larger than {limit} bytes", limit=place.bounds.most_document_bytes)
        )
    found = text_of(source, place.bounds)
    yield read_part(
        place, "rtf", found.passages, shortfalls=found.shortfalls, stated_on=found.stated_on
    )
    for number, picture in enumerate(found.pictures, 1):
        content = picture
        if picture[:4] == b"\x01\x00\x09\x00":  # as a file, a metafile says its size first
            content = _METAFILE_HEADER + picture
        yield from place.parts_inside(f"picture-{number}", content)
    for number, data in enumerate(found.objects, 1):
        yield from read_ole1(place, data, number)


def text_of(source: Source, bounds: Bounds = BOUNDS) -> RtfText:
    """Read RTF to its end, or to a limit.

    Args:
        source: the RTF.
        bounds: where to stop.

    Raises:
        OSError: the system would not read.
    """
    reader = Reader(bounds)
    _feed(reader, source)
    return _arranged(reader)


def _feed(reader: Reader, source: Source) -> None:
    """Hand every token to the reader; a token that may go on waits for the next bytes."""
    offset, buffer, position = 0, b"", 0
    is_last = False
    while not reader.is_over:
        if position >= len(buffer) - _LONGEST_TOKEN and not is_last:
            # raw bytes are jumped over, or kept, without ever being looked at as tokens
            chunk = source.read_at(offset, CHUNK_BYTES)
            offset += len(chunk)
            buffer = buffer[position:] + chunk
            position = 0
            is_last = len(chunk) < CHUNK_BYTES
        if reader.raw_count:
            piece = buffer[position : position + reader.raw_count]
            if not piece and is_last:
                break
            reader.raw(piece)
            position += len(piece)
            continue
        limit = len(buffer) if is_last else len(buffer) - _LONGEST_TOKEN
        position = _tokens(reader, buffer, position, limit)
        if is_last and position >= len(buffer):
            break
    reader.finish()


def _tokens(reader: Reader, buffer: bytes, position: int, limit: int) -> int:
    """Hand over the tokens that begin before ``limit``; return where to go on."""
    word, text, hexadecimal, symbol, brace = (
        reader.word, reader.text, reader.hexadecimal, reader.symbol, reader.brace,
    )  # fmt: skip
    for match in _TOKEN.finditer(buffer, position):
        if match.start() >= limit:
            return match.start()
        index = match.lastindex
        if index == 6:  # noqa: PLR2004 - the groups of the pattern, the most frequent first
            text(match[6])
        elif index == 2:  # noqa: PLR2004 - as above
            word(match[1], int(match[2]))
        elif index == 1:
            word(match[1], None)
        elif index == 5:  # noqa: PLR2004 - as above
            brace(match[5])
        elif index == 3:  # noqa: PLR2004 - as above
            hexadecimal(match[3])
        else:
            symbol(match[4])
        if reader.is_interrupted:
            reader.is_interrupted = False
            return match.end()
    return max(limit, position)


def _arranged(reader: Reader) -> RtfText:
    """Put what was read into the order of the convention."""
    found = RtfText(
        shortfalls=reader.shortfalls,
        pictures=reader.beside.pictures,
        objects=reader.beside.objects,
        stated_on=reader.beside.stated_on,
        is_page=bool(reader.page),
    )
    body = reader.body.passages
    if reader.page:
        page = list(passages_of("".join(reader.page)))
        told = {_bare(line) for passage in page for line in passage.text.split("\n")}
        found.passages += page
        body = [passage for passage in body if _bare(passage.text) not in told]
    found.passages += body
    changes = list(reader.body.changes)
    boxes: set[Passage] = set()
    """Shapes are written twice, the second time for old readers."""
    for where in _ORDER:
        for flow in reader.stories.get(where, ()):
            found.passages += [each for each in flow.passages if each not in boxes]
            boxes |= set(flow.passages) if where == "text box" else set()
            changes += flow.changes
    found.passages += reader.beside.properties()
    found.passages += changes
    found.passages += reader.beside.notes
    return found


def _bare(text: str) -> str:
    """Return the words of ``text``, to tell whether it was said in another form."""
    return "".join(_WORDS.findall(html.unescape(text)))

"""What an RTF document says beside its stories: properties, links, fields, authors, pictures."""

import contextlib
import re
from dataclasses import dataclass, field
from datetime import date

from gallra.content.ooxml import link_text
from gallra.content.place import normalised
from gallra.content.rtf_words import PROPERTIES, TELLING_SHAPE
from gallra.model.passage import Passage

_LINK = re.compile(r'HYPERLINK\b[^"]*"([^"]*)"|HYPERLINK\s+([^\s\\"]+)', re.IGNORECASE)
_BLOB = re.compile(r"[0-9A-Fa-f\s]{32,}|[A-Za-z0-9+/=\s]{200,}")
_NO_HEX = re.compile(rb"[^0-9A-Fa-f]+")


@dataclass(slots=True, eq=False)
class Sink:
    """Where characters go that are in no story; closed when its group ends."""

    kind: str
    key: str = ""
    pieces: list[str] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)
    """Of a picture or object: hexadecimal digits."""
    raw: bytearray = field(default_factory=bytearray)
    """Of a picture or object: bytes as they are."""


SKIPPED = Sink("skip")
FONTS = Sink("fonts")


def link_in(field_code: str) -> str:
    """Return where a HYPERLINK field leads, ``""`` where it is none."""
    match = _LINK.search(field_code)
    return link_text((match[1] or match[2] or "").replace("\\\\", "\\")) if match else ""


class Beside:
    """Keeps each short text once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.notes: list[Passage] = []
        self.pictures: list[bytes] = []
        self.objects: list[bytes] = []
        self._told: set[tuple[str, str]] = set()
        self._values: dict[str, str] = {}
        self._dates: dict[str, date] = {}
        self._date: dict[bytes, int] = {}
        self._shape_name = ""

    def properties(self) -> list[Passage]:
        """Return what the document says about itself, in the order of the convention."""
        names = [name.decode("ascii") for name in PROPERTIES]
        return [
            Passage(where="properties", text=self._values[name])
            for name in names
            if name in self._values
        ]

    @property
    def stated_on(self) -> date | None:
        """When it was last changed, else made, by its own word."""
        return self._dates.get("revtim") or self._dates.get("creatim")

    def note(self, where: str, text: str) -> None:
        """Keep a short text, the first time."""
        text = text.strip()
        if text and (where, text) not in self._told:
            self._told.add((where, text))
            self.notes.append(Passage(where=where, text=text))

    def date_piece(self, name: bytes, number: int) -> None:
        """Keep a year, month or day of the date that is open."""
        self._date[name] = number

    def end(self, sink: Sink) -> None:
        """Keep what a group held, now that it is closed."""
        text = normalised("".join(sink.pieces)).strip()
        match sink.kind:
            case "note" if sink.key != "other" or (len(text) > 1 and not _BLOB.fullmatch(text)):
                self.note(sink.key, text)
            case "value" if text:
                self._values.setdefault(sink.key, text)
            case "field":
                self.note("field", text)
                self.note("hyperlink", link_in(text))
            case "shape name":
                self._shape_name = text
            case "shape value" if self._shape_name in TELLING_SHAPE:
                self.note("alternative text", text)
            case "picture" | "object":
                self._end_bytes(sink)
            case _:
                self._end_rare(sink, text)

    def _end_rare(self, sink: Sink, text: str) -> None:
        if sink.kind == "authors":
            for author in text.split(";"):
                if author.strip() not in {"", "Unknown"}:
                    self.note("author", author)
        elif sink.kind == "date":
            numbers = (self._date.get(name, 0) for name in (b"yr", b"mo", b"dy"))
            with contextlib.suppress(ValueError):  # as where the clock was never set
                self._dates[sink.key] = date(*numbers)

    def _end_bytes(self, sink: Sink) -> None:
        digits = _NO_HEX.sub(b"", bytes(sink.data))
        content = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii")) + bytes(sink.raw)
        if content:
            (self.pictures if sink.kind == "picture" else self.objects).append(content)

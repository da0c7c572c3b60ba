"""Calendars and address cards (iCalendar, vCard): lines unfolded, values decoded, files followed.

Folding cuts lines anywhere, inside a name or an address as well; so the text is told as it was
before it was folded: one passage for each line, its parameters with it, since names of people
stand in both.

Source: RFC 5545 3.1, 3.3.11; RFC 6350 3.2, 3.4; vCard 2.1 (quoted-printable); RFC 2425 5.8.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from gallra.content.decoding import decode, decode_declared
from gallra.content.headers import lenient_base64
from gallra.content.ooxml import link_text
from gallra.content.place import Place, normalised, read_part
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Part, Passage

_LINE = re.compile(r"([A-Za-z0-9.-]{1,80})((?:;(?:[^\":;]|\"[^\"]*\"){0,2000})*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]{1,40})(?:=((?:[^\";]|\"[^\"]*\")*))?")
_ESCAPED = re.compile(r"\\([nN,;:\\])")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_SAID_ELSEWHERE = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "UID", "DTSTAMP", "SEQUENCE", "REV", "CALSCALE",
     "METHOD", "TRANSP", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME", "TZID", "RRULE", "ACTION",
     "TRIGGER", "PRIORITY", "CLASS", "STATUS"}
)  # fmt: skip
"""Technical where their value is one word of the format; told where it is not."""
_WORD = re.compile(r"[A-Za-z0-9+:;=,./_{}@-]{0,200}")
_TELLING_PARAMETERS = frozenset({"CN", "EMAIL", "SENT-BY", "DELEGATED-TO", "DELEGATED-FROM", "X-CN",
                                 "MEMBER", "LABEL", "SORT-AS", "DIR", "ALTREP"})  # fmt: skip
"""Parameters in which people stand; the others describe the value."""
_LAST_DAYS = frozenset({"DTEND", "DTSTART", "DUE"})
_EXTENSIONS = {"JPEG": "jpg", "JPG": "jpg", "PNG": "png", "GIF": "gif"}
_UNTIL = re.compile(r"UNTIL=(\d{8})", re.IGNORECASE)
_MOST_LINES = 500_000
_MOST_DEPTH = 64


@dataclass(slots=True, kw_only=True)
class _Card:
    """What the lines of a file gave."""

    passages: list[Passage] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    last_on: date | None = None
    is_without_end: bool = False
    """Something in it is repeated for ever: no day is the last."""
    inside: list[str] = field(default_factory=list)
    """The components that were begun and not ended."""


def read_cards(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Yield a calendar or a file of cards as one part, then the files that are in it."""
    most = place.bounds.most_text_bytes
    content = source.read_at(0, most)
    card = _Card()
    if source.size_bytes > most:
        card.shortfalls.append(said("is larger than {limit} bytes", limit=most))
    decoded = decode(content, is_cut=source.size_bytes > most)
    if not decoded.is_sound:
        card.shortfalls.append(said("holds bytes that are no characters"))
    for number, line in enumerate(_unfolded(normalised(decoded.text))):
        if number >= _MOST_LINES:
            card.shortfalls.append(said("has more than {limit} lines", limit=_MOST_LINES))
            break
        _take(line, card)
    if card.inside:
        card.shortfalls.append(said("ends in the middle: something may have been cut off"))
    yield read_part(
        place,
        kind,
        card.passages,
        shortfalls=card.shortfalls,
        stated_on=None if card.is_without_end else card.last_on,
    )
    for name, file in card.files:
        place.budget.take_bytes(len(file))
        yield from place.parts_inside(name, file)


def _unfolded(text: str) -> Iterator[str]:
    """Yield the lines as they were before folding; quoted-printable goes on after its ``=``."""
    pending: list[str] = []
    is_quoted = False
    for line in text.split("\n"):
        if pending and is_quoted and pending[-1].endswith("="):
            pending[-1] = pending[-1][:-1]
            pending.append(line)
            continue
        if pending and line[:1] in {" ", "\t"}:
            pending.append(line[1:])
            continue
        if pending:
            yield "".join(pending)
        pending = [line]
        is_quoted = "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
    if pending:
        yield "".join(pending)


def _take(line: str, card: _Card) -> None:
    match = _LINE.fullmatch(line)
    if match is None:
        if line.strip():
            card.passages.append(Passage(where="body", text=line))
        return
    name = match[1].rpartition(".")[2].upper()
    parameters = {
        each[1].upper(): (each[2] or each[1]).strip('"') for each in _PARAMETER.finditer(match[2])
    }
    value = match[3]
    if name == "BEGIN" and len(card.inside) < _MOST_DEPTH:
        card.inside.append(value.strip().upper())
    elif name == "END" and card.inside:
        card.inside.pop()
    encoding = parameters.get("ENCODING", "").upper()
    if not encoding and "QUOTED-PRINTABLE" in match[2].upper():
        encoding = "QUOTED-PRINTABLE"
    if encoding in {"B", "BASE64"} or "BASE64" in parameters or _is_data(value):
        _keep_file(name, value, parameters, card)
        return
    if encoding == "QUOTED-PRINTABLE":
        raw = binascii.a2b_qp(value.encode("utf-8", "replace"))
        value = normalised(decode_declared(raw, parameters.get("CHARSET")).text)
    value = _ESCAPED.sub(lambda each: "\n" if each[1] in "nN" else each[1], value)
    if "VTIMEZONE" not in card.inside:
        _note_day(name, value, card)
    _tell(name, value, parameters, card)


def _tell(name: str, value: str, parameters: dict[str, str], card: _Card) -> None:
    where = name.lower()
    people = [
        link_text(text) for key, text in parameters.items() if key in _TELLING_PARAMETERS and text
    ]
    if name in _SAID_ELSEWHERE and _WORD.fullmatch(value) and not people:
        return
    if value.lower().startswith(("mailto:", "tel:")):
        value = link_text(value)
    if name in {"N", "ADR", "ORG"}:
        value = " ".join(piece.strip() for piece in value.split(";") if piece.strip())
    text = "\t".join([*people, value]) if value.strip() else "\t".join(people)
    if text.strip():
        card.passages.append(Passage(where=where, text=text))


def _is_data(value: str) -> bool:
    head = value[:200].lower()
    return head.startswith("data:") and ";base64," in head


def _keep_file(name: str, value: str, parameters: dict[str, str], card: _Card) -> None:
    content, is_whole = lenient_base64(value.rpartition(",")[2].encode("utf-8", "replace"))
    if not is_whole:
        card.shortfalls.append(said("ends in the middle: something may have been cut off"))
    label = parameters.get("FILENAME") or parameters.get("X-FILENAME")
    kind = next(
        (_EXTENSIONS[each] for each in map(str.upper, parameters.values()) if each in _EXTENSIONS),
        "",
    )
    label = label or name.lower() + (f".{kind}" if kind else "")
    if content:
        card.files.append((label.replace("\\", "/").rpartition("/")[2] or "file", content))


def _note_day(name: str, value: str, card: _Card) -> None:
    """Remember the last day that is spoken of: nothing is over before it."""
    if name == "RRULE":
        until = _UNTIL.search(value)
        card.is_without_end = card.is_without_end or until is None
        value = until[1] if until else ""
    elif name not in _LAST_DAYS:
        return
    match = _DATE.match(value)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return
    if day is not None and (card.last_on is None or day > card.last_on):
        card.last_on = day

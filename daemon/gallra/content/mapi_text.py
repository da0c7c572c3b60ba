"""The words in an item's properties: who, to whom, what about, and whatever else is said."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gallra.content.bounds import Bounds
from gallra.content.compressed_rtf import decompressed
from gallra.content.direction import direction_in
from gallra.content.headers import (
    MORE_SHOWN,
    Fields,
    addresses,
    decoded_header,
    first,
    references,
    sent_at,
    split_head,
)
from gallra.content.mapi_names import (
    ADDRESS,
    BODY,
    COMPRESSED_RTF,
    DATES,
    DELIVERED_AT,
    DISPLAY_NAME,
    DRAFT_FLAG,
    FROM_ME_FLAG,
    HEADERS,
    HTML,
    IN_REPLY_TO,
    INTERNET_CODE_PAGE,
    INTERNET_HEADERS,
    LABELS,
    MESSAGE_CLASS,
    MESSAGE_CODE_PAGE,
    MESSAGE_FLAGS,
    MESSAGE_ID,
    NOISE,
    RECEIVED_BY_NAME,
    RECIPIENT_DISPLAY_NAME,
    RECIPIENT_KIND,
    REFERENCES,
    REPLY_TO_NAMES,
    SENDER_ADDRESS,
    SENDER_NAME,
    SENDER_SMTP,
    SENT_REPRESENTING_ADDRESS,
    SENT_REPRESENTING_NAME,
    SENT_REPRESENTING_SMTP,
    SMTP_ADDRESS,
    SUBJECT,
    SUBMITTED_AT,
    Name,
)
from gallra.content.mapi_values import Bag, Value, charset_of, number_of, text_of
from gallra.content.place import normalised
from gallra.content.rtf import text_of as rtf_text_of
from gallra.content.source import MemorySource
from gallra.content.web import decoded_html, passages_of
from gallra.model.message import Message, said
from gallra.model.passage import Direction, MessageHeaders, Passage

_TO, _CC, _BCC = 1, 2, 3
_KIND_BITS = 0x0F
_NOT_SAID = re.compile(r"[\s'\"<>()]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]+")
_SUBJECT_PREFIX = re.compile(r"^\x01.", re.DOTALL)
_LEAST_DIGITS = 5
_MEETINGS = ("ipm.schedule.meeting", "ipm.appointment")


@dataclass(slots=True, kw_only=True)
class Told:
    """The passages of an item, each thing told once."""

    most_characters: int
    passages: list[Passage] = field(default_factory=list)
    shortfalls: list[Message] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def add(self, where: str, text: str) -> None:
        """Tell ``text``, unless it is empty."""
        text = text.replace("\0", "")
        if text.strip():
            self.passages.append(Passage(where=where, text=text))
            self._known.add(_squeezed(text))

    def know(self, text: str) -> None:
        """Note that ``text`` was told within something longer."""
        self._known.add(_squeezed(text))

    def everything(self) -> "_Said":
        """Return all that was told so far, to look things up in."""
        return _Said("".join(_squeezed(passage.text) for passage in self.passages))

    def add_new(self, where: str, text: str) -> None:
        """Tell ``text``, unless it was told before or is no word and no number of anybody."""
        text = _CONTROLS.sub(" ", normalised(text)).strip()
        is_word = any(character.isalpha() for character in text)
        if not is_word and sum(map(str.isdigit, text)) < _LEAST_DIGITS:
            return
        if _squeezed(text) not in self._known:
            self.add(where, text)


@dataclass(frozen=True, slots=True)
class _Said:
    """All that was told so far, to look things up in."""

    squeezed: str

    def holds(self, text: str) -> bool:
        """Tell whether ``text`` was told, alone or within something longer."""
        return _squeezed(text) in self.squeezed


def _squeezed(text: str) -> str:
    return _NOT_SAID.sub("", text).casefold()


def _address(bag: Bag, name: Name, *addresses_by_worth: Name) -> str:
    """Return somebody as a mail header would: ``Kari Ås <kari@example.no>``."""
    shown = " ".join(text_of(bag, name).split())
    candidates = [text_of(bag, each).strip() for each in addresses_by_worth]
    address = next((each for each in candidates if "@" in each), None) or next(
        (each for each in candidates if each), ""
    )
    if not address or shown.strip("'\"").casefold() == address.casefold():
        return address or shown
    return f"{shown} <{address}>" if shown else address


def _recipient(bag: Bag) -> str:
    return _address(bag, DISPLAY_NAME, SMTP_ADDRESS, ADDRESS) or text_of(
        bag, RECIPIENT_DISPLAY_NAME
    )


def _transport_fields(bag: Bag) -> Fields:
    text = text_of(bag, HEADERS)
    return split_head(text.encode("utf-8", "replace"))[0] if text else []


def subject_of(bag: Bag) -> str:
    """Return the subject; a mailbox file marks the length of its prefix in front."""
    subject = _SUBJECT_PREFIX.sub("", text_of(bag, SUBJECT))
    return " ".join(subject.replace("\0", "").split())


def headers_of(
    bag: Bag, recipients: list[Bag], attachments: tuple[str, ...], folder: str | None
) -> MessageHeaders:
    """Return what a mail's headers would say of an item."""
    fields = _transport_fields(bag)

    def of_kind(kind: int, header: str) -> tuple[str, ...]:
        found = tuple(
            text
            for each in recipients
            if (number_of(each, RECIPIENT_KIND) & _KIND_BITS or _TO) == kind
            and (text := _recipient(each))
        )
        return found or _every(fields, header)

    sender = _address(
        bag, SENT_REPRESENTING_NAME, SENT_REPRESENTING_SMTP, SENT_REPRESENTING_ADDRESS
    ) or _address(bag, SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS)
    if not sender and (value := first(fields, "from")) is not None:
        sender = decoded_header(value)
    moment = next(
        (each for name in (SUBMITTED_AT, DELIVERED_AT)
         if isinstance(each := bag.get(name), datetime)), None,
    )  # fmt: skip
    message_id = text_of(bag, MESSAGE_ID).strip()
    if not message_id and (value := first(fields, "message-id")) is not None:
        message_id = decoded_header(value)
    return MessageHeaders(
        message_id=message_id.replace("\0", "") or None,
        sent_at=sent_at(first(fields, "date")) or moment,
        sender=sender.replace("\0", "") or None,
        to=of_kind(_TO, "to"),
        cc=of_kind(_CC, "cc"),
        bcc=of_kind(_BCC, "bcc"),
        resent=tuple(
            each for name in ("to", "cc", "bcc") for each in _every(fields, f"resent-{name}")
        ),
        resent_bcc=_every(fields, "resent-bcc"),
        resent_from=next(iter(_every(fields, "resent-from")), None),
        references=_references(bag, fields),
        is_meeting=text_of(bag, MESSAGE_CLASS).lower().startswith(_MEETINGS),
        subject=subject_of(bag) or None,
        attachments=attachments,
        direction=_direction(bag, fields, folder),
        folder=folder,
    )


def _references(bag: Bag, fields: Fields) -> tuple[str, ...]:
    kept = (("references", REFERENCES), ("in-reply-to", IN_REPLY_TO))
    own = [(name, text_of(bag, each).encode("utf-8", "replace")) for name, each in kept]
    return references([*fields, *own])


def _every(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(each for field, value in fields if field == name for each in addresses(value))


def _direction(bag: Bag, fields: Fields, folder: str | None) -> Direction | None:
    by_folder = direction_in((folder,)) if folder else None
    if by_folder is Direction.SENT:
        return by_folder
    flags = number_of(bag, MESSAGE_FLAGS)
    if first(fields, "received") is not None:
        return Direction.RECEIVED
    if flags & FROM_ME_FLAG and not flags & DRAFT_FLAG:
        return Direction.SENT
    if text_of(bag, RECEIVED_BY_NAME):
        return Direction.RECEIVED
    return Direction.DRAFT if flags & DRAFT_FLAG else by_folder


def tell(
    bag: Bag, recipients: list[Bag], headers: MessageHeaders, told: Told, bounds: Bounds
) -> None:
    """Tell an item: as a mail is told, then everything else that its properties say."""
    told.add("from", headers.sender or "")
    for where, people in (("to", headers.to), ("cc", headers.cc), ("bcc", headers.bcc)):
        told.add(where, ", ".join(people).replace("\0", ""))
        for each in people:
            told.know(each)
    told.add("reply-to", text_of(bag, REPLY_TO_NAMES).replace("\0", ""))
    told.add("subject", headers.subject or "")
    _bodies(bag, told, bounds)
    _people(bag, recipients, told)
    for header, value in _transport_fields(bag):
        if MORE_SHOWN.fullmatch(header) or header in {"from", "to", "cc", "bcc", "reply-to"}:
            told.add_new(f"header {header}", decoded_header(value))
    for name, where in DATES.items():
        moment = bag.get(name)
        if isinstance(moment, datetime):
            told.add(where, f"{moment:%Y-%m-%d}" + (f" {moment:%H:%M}" * bool(moment.hour)))
    for where, text in leftovers(bag):
        told.add_new(where, text)


def _bodies(bag: Bag, told: Told, bounds: Bounds) -> None:
    plain = normalised(text_of(bag, BODY)).rstrip("\n")
    told.add("body", plain)
    html = bag.get(HTML)
    if isinstance(html, str):
        html = html.encode("utf-8", "replace")
        charset: str | None = "utf-8"
    else:
        code_page = number_of(bag, INTERNET_CODE_PAGE) or number_of(bag, MESSAGE_CODE_PAGE)
        charset = charset_of(code_page)
    if isinstance(html, bytes) and html.strip(b"\0 \r\n"):
        tell_html(decoded_html(html, charset).text, told)
    packed = bag.get(COMPRESSED_RTF)
    if isinstance(packed, bytes) and packed:
        _formatted(packed, told, bounds)


def tell_html(text: str, told: Told) -> None:
    """Tell a body that is a page: its blocks as one passage, what hides in it beside."""
    blocks: list[str] = []
    for passage in passages_of(text):
        if passage.where == "body":
            blocks.append(passage.text)
        else:
            told.add(f"html {passage.where}", passage.text)
    told.add("html body", "\n".join(blocks))


def _formatted(packed: bytes, told: Told, bounds: Bounds) -> None:
    """Tell what the formatted body says that no other body did: Outlook keeps two or three."""
    unpacked = decompressed(packed, bounds.most_text_bytes)
    if not unpacked.is_whole:
        told.shortfalls.append(said("its formatted body is damaged"))
    found = rtf_text_of(MemorySource(unpacked.content), bounds)
    told.shortfalls += found.shortfalls
    said_before = told.everything()
    where = "html body" if found.is_page else "rtf body"
    blocks = [
        passage
        for passage in found.passages
        if passage.where != "properties" and not said_before.holds(passage.text)
    ]
    body = [passage.text for passage in blocks if passage.where in {"body", "table"}]
    told.add(where, "\n".join(body))
    for passage in blocks:
        if passage.where not in {"body", "table"}:
            told.add(f"rtf {passage.where}", passage.text)


def _people(bag: Bag, recipients: list[Bag], told: Told) -> None:
    """Tell who else had a hand in it, and what recipients are called besides."""
    sender = _address(bag, SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS)
    told.add_new("sender", sender)
    for each in (SENT_REPRESENTING_NAME, SENT_REPRESENTING_ADDRESS, SENDER_NAME, SENDER_ADDRESS):
        told.know(text_of(bag, each))
    for recipient in recipients:
        for name in (DISPLAY_NAME, ADDRESS, SMTP_ADDRESS):
            told.know(text_of(recipient, name))
    for recipient in recipients:
        for where, text in leftovers(recipient):
            told.add_new(f"recipient {where}", text)


def leftovers(bag: Mapping[Name, Value]) -> Iterator[tuple[str, str]]:
    """Yield every property that is a text, whatever it is called."""
    for name, value in bag.items():
        if name in NOISE or not isinstance(value, str | tuple):
            continue
        where = LABELS.get(name)
        if where is None and isinstance(name, str):
            if name.startswith(INTERNET_HEADERS) and not MORE_SHOWN.fullmatch(
                name.removeprefix(INTERNET_HEADERS).lower()
            ):
                continue
            where = name if name.startswith((INTERNET_HEADERS, "meeting")) else f"property {name}"
        texts = value if isinstance(value, tuple) else _separate(value, where)
        for text in texts:
            yield where or "property", text


def _separate(value: str, where: str | None) -> list[str]:
    """Split lists of names, which are one text: each name counts for itself."""
    return value.split(";") if where in {"to", "cc", "bcc"} else [value]

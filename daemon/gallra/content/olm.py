"""Outlook for Mac's archives (``.olm``): XML in a zip file, one or many items in a member.

Every message, contact, meeting, task and note is a record of its own; what a message points to
among the attachments is a part of it. Times stand in UTC without saying so.

Source: observed in archives of Outlook 2011 to 2019; no description was ever published.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

from gallra.content.direction import direction_in
from gallra.content.mapi_text import Told, tell_html
from gallra.content.ooxml import Package, elements, local, spend
from gallra.content.place import Budget, Place, RefusedError, normalised, read_part
from gallra.content.source import MemorySource
from gallra.model.message import Message, said
from gallra.model.passage import Direction, MailboxItem, MessageHeaders, Outcome, Part

_KINDS = {
    "email": "message",
    "contact": "contact",
    "group": "contact",
    "appointment": "appointment",
    "task": "task",
    "note": "note",
}
_CATEGORY = "category"
_ATTACHMENTS = "com.microsoft.__attachments/"
_MESSAGES = "com.microsoft.__messages/"
_PEOPLE = {
    "to": "OPFMessageCopyToAddresses",
    "cc": "OPFMessageCopyCCAddresses",
    "bcc": "OPFMessageCopyBCCAddresses",
    "reply-to": "OPFMessageCopyReplyToAddresses",
}
_BODY, _HTML_BODY = "OPFMessageCopyBody", "OPFMessageCopyHTMLBody"
_PREFIX = re.compile(
    r"^OPF(?:Message|Contact|CalendarEvent|Calendar|Task|Note|Category|Attachment|Recurrence)*"
    r"(?:Copy)?"
)
_SAYS_NOTHING = re.compile(
    r"Get[A-Z]|Is[A-Z]|MessageID|ThreadTopic|UUID|References|InReplyTo|ModDate|ReceivedTime"
    r"|SentTime|Timezone|ExchangeConv|SourceEWS|AddressType|ContentID|Color|ThreadIndex"
    r"|AttachmentURL|AttachmentContent(?:FileSize|Extension|Type)|\}space$"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HTML = re.compile(r"<(?:html|body|p|div|br|table|span|font|head|!doctype)\b", re.IGNORECASE)
_END_TIMES = ("OPFCalendarEventCopyEndTime", "OPFTaskCopyDueDateTime", "OPFTaskCopyDueDate")


@dataclass(slots=True, kw_only=True)
class _Reading:
    place: Place
    package: Package
    item_count: int = 0
    pointed_at: set[str] = field(default_factory=set)
    shortfalls: list[Message] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


def read_olm(place: Place, package: Package) -> Iterator[Part]:
    """Yield every item with what hangs on it, then what none points to, then the archive."""
    reading = _Reading(place=place, package=package)
    kept = package.budget
    others: list[str] = []
    for name, member in package.members.items():
        if member.is_dir():
            continue
        lower = name.lower()
        if not lower.endswith(".xml") or _ATTACHMENTS in lower:
            others.append(name)
            continue
        package.budget = Budget(bounds=place.bounds, stored_bytes=member.compress_size)
        yield from _items_in(name, reading)
    package.budget = kept
    for name in others:
        if name not in reading.pointed_at:
            yield from _member(place, name, name, reading)
    passages = Told(most_characters=place.bounds.most_characters)
    for folder in dict.fromkeys(map(_folder, package.members)):
        passages.add("folder", folder or "")
    for category in reading.categories:
        passages.add_new("category", category)
    yield read_part(place, "olm", passages.passages, shortfalls=reading.shortfalls)


def _folder(name: str) -> str | None:
    """Return the folder that a member lies in, without what the program adds."""
    begin = name.lower().find(_MESSAGES)
    if begin < 0:
        return None
    folder = name[begin + len(_MESSAGES) :].rpartition("/")[0]
    at = folder.lower().find(_ATTACHMENTS.rstrip("/"))
    return (folder if at < 0 else folder[:at]).rstrip("/") or None


def _items_in(name: str, reading: _Reading) -> Iterator[Part]:
    try:
        for element in elements(reading.package, name, [*_KINDS, _CATEGORY]):
            parent = element.getparent()
            if parent is None or parent.getparent() is not None:
                continue  # an item's own lists have elements of these names too
            if local(element.tag) == _CATEGORY:
                reading.categories += [text for _, text in _leftovers(element)]
            else:
                yield from _item(element, name, reading)
            spend(element)
    except (etree.LxmlError, RefusedError, OSError, ValueError, RuntimeError) as error:
        reading.shortfalls.append(
            error.reason
            if isinstance(error, RefusedError)
            else said("one of its lists of items is damaged")
        )


def _item(element: "etree._Element", name: str, reading: _Reading) -> Iterator[Part]:
    reading.item_count += 1
    outer, kind = reading.place, _KINDS[local(element.tag)]
    place = Place(
        address=outer.address_of(f"msg:{reading.item_count}"),
        name="",
        depth=outer.depth + 1,
        budget=reading.package.budget,
        follow=outer.follow,
    )
    outer.names.clear()
    raw = etree.tostring(element, encoding="utf-8", with_tail=False)
    mark = MailboxItem(identifier=name, sha256=hashlib.sha256(raw).hexdigest(), size_bytes=len(raw))
    attached = list(_attached(element))
    headers = _headers(element, tuple(label for label, _ in attached), _folder(name))
    told = Told(most_characters=place.bounds.most_characters)
    if kind == "message":
        _tell_mail(element, headers, told)
    for label, text in _leftovers(element):
        told.add_new(label, text)
    moments = (headers.sent_at, *(_moment(element, each) for each in _END_TIMES))
    yield read_part(
        place,
        kind,
        told.passages,
        shortfalls=[],
        message=headers if kind == "message" else None,
        item=mark,
        stated_on=next((each.date() for each in moments if each), None),
    )
    for label, member in attached:
        found = reading.package.find(member) if member else None
        if found is None:
            yield place.part_not_read(
                label, "binary", Outcome.DAMAGED, said("is missing from the archive")
            )
        else:
            reading.pointed_at.add(found)
            yield from _member(place, label, found, reading)


def _member(place: Place, label: str, name: str, reading: _Reading) -> Iterator[Part]:
    """Read a member of the archive as something inside ``place``."""
    inner = place.inside(label)
    try:
        content = reading.package.read(name, place.bounds.most_member_bytes)
    except RefusedError as refusal:
        outcome, reason, method = refusal.outcome, refusal.reason, refusal.encrypted
    except (OSError, ValueError, RuntimeError, EOFError, KeyError, NotImplementedError):
        outcome, reason, method = Outcome.DAMAGED, said("cannot be unpacked"), None
    else:
        yield from inner.follow(inner, MemorySource(content))
        return
    yield Part(
        address=inner.address, kind="binary", outcome=outcome, reason=reason, encrypted=method
    )


def _attached(element: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield the name and the place in the archive of each attachment."""
    for number, each in enumerate(element.iter("messageAttachment", "{*}messageAttachment"), 1):
        label = " ".join((each.get("OPFAttachmentName") or "").split())
        yield label or f"part-{number}", each.get("OPFAttachmentURL") or ""


def _text(element: "etree._Element", tag: str) -> str:
    found = element.find(tag)
    return normalised("".join(map(str, found.itertext()))) if found is not None else ""


def _people(element: "etree._Element", tag: str) -> tuple[str, ...]:
    found = element.find(tag)
    people: list[str] = []
    for each in found.iter("emailAddress") if found is not None else ():
        name = " ".join((each.get("OPFContactEmailAddressName") or "").split())
        address = (each.get("OPFContactEmailAddressAddress") or "").strip()
        is_same = name.strip("'\"").casefold() == address.casefold()
        people.append(
            f"{name} <{address}>" if name and address and not is_same else address or name
        )
    return tuple(each for each in people if each)


def _moment(element: "etree._Element", tag: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(element, tag).strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _headers(
    element: "etree._Element", attachments: tuple[str, ...], folder: str | None
) -> MessageHeaders:
    senders = _people(element, "OPFMessageCopyFromAddresses") or _people(
        element, "OPFMessageCopySenderAddress"
    )
    direction = direction_in((folder,)) if folder else None
    if _text(element, "OPFMessageIsOutgoing").startswith("1"):
        direction = direction or Direction.SENT
    return MessageHeaders(
        message_id=_text(element, "OPFMessageCopyMessageID").strip() or None,
        sent_at=_moment(element, "OPFMessageCopySentTime"),
        sender=", ".join(senders) or None,
        to=_people(element, _PEOPLE["to"]),
        cc=_people(element, _PEOPLE["cc"]),
        bcc=_people(element, _PEOPLE["bcc"]),
        subject=" ".join(_text(element, "OPFMessageCopySubject").split()) or None,
        attachments=attachments,
        direction=direction,
        folder=folder,
    )


def _tell_mail(element: "etree._Element", headers: MessageHeaders, told: Told) -> None:
    told.add("from", headers.sender or "")
    for where, tag in _PEOPLE.items():
        people = _people(element, tag)
        told.add(where, ", ".join(people))
        for each in people:
            told.know(each)
    told.add("subject", headers.subject or "")
    body, html = _text(element, _BODY), _text(element, _HTML_BODY)
    if _HTML.search(body):
        html, body = (html or body), ("" if html in {"", body} else body)
    told.add("body", body.rstrip("\n"))
    if html:
        tell_html(html, told)
    for tag in (_BODY, _HTML_BODY):
        told.know(_text(element, tag))


def _leftovers(element: "etree._Element") -> Iterator[tuple[str, str]]:
    """Yield every text and every attribute that may be a person's words."""
    for each in element.iter():
        name = local(each.tag)
        for key, value in each.attrib.items():
            if not _SAYS_NOTHING.search(str(key)):
                yield _label(str(key)), str(value)
        if each.text and not _SAYS_NOTHING.search(name):
            yield _label(name), each.text


def _label(name: str) -> str:
    return _CAMEL.sub(" ", _PREFIX.sub("", name)).lower() or "property"

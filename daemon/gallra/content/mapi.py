"""Items of Outlook, whatever they were stored in: mail, meetings, contacts, tasks and notes.

A ``.msg`` file, a mailbox file and a ``winmail.dat`` hold the same properties in three
containers. Their readers give an :class:`Item`; what becomes of it is told here, once.

Source: [MS-OXCMSG] 2.2, [MS-OXCMAIL], [MS-OXOCNTC], [MS-OXOCAL]; numbers in mapi_names.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from gallra.content.kinds import is_cms
from gallra.content.mapi_names import (
    ADDRESS,
    ATTACHMENT_MIME_TYPE,
    ATTACHMENT_NAME,
    ATTACHMENT_SHORT_NAME,
    BODY,
    COMPRESSED_RTF,
    CREATED_AT,
    DELIVERED_AT,
    DISPLAY_NAME,
    ENDS_AT,
    HTML,
    MESSAGE_CLASS,
    MODIFIED_AT,
    SEARCH_KEY,
    SMTP_ADDRESS,
    SUBJECT,
    SUBMITTED_AT,
    Name,
)
from gallra.content.mapi_text import Told, headers_of, subject_of, tell
from gallra.content.mapi_values import Bag, text_of
from gallra.content.place import Place, RefusedError, opaque, read_part, refused_at
from gallra.content.smime import encryption_of
from gallra.content.source import MemorySource, Source
from gallra.model.message import Message, said
from gallra.model.passage import ByteSpan, MailboxItem, Part

_KINDS = (
    ("ipm.contact", "contact"),
    ("ipm.abperson", "contact"),
    ("ipm.distlist", "contact"),
    ("ipm.appointment", "appointment"),
    ("ipm.schedule.meeting", "appointment"),
    ("ipm.ole.class", "appointment"),
    ("ipm.task", "task"),
    ("ipm.stickynote", "note"),
    ("ipm.activity", "journal"),
    ("ipm.microsoft.scheduledata", "calendar"),
)
_MESSAGE_LIKE = frozenset({"message", "appointment"})
_SIGNED_WHOLE = "multipart/signed"


@dataclass(slots=True, kw_only=True)
class Attachment:
    """Something that hangs on an item: bytes, an item, an object, or a reason why not."""

    bag: Bag
    content: bytes | None = None
    item: "Item | None" = None
    storage: Source | None = None
    refusal: RefusedError | None = None

    def name(self, number: int) -> str:
        """Return what the sender called it."""
        for each in (ATTACHMENT_NAME, ATTACHMENT_SHORT_NAME, DISPLAY_NAME):
            text = text_of(self.bag, each).replace("\0", "").replace("\\", "/")
            name = " ".join(text.rpartition("/")[2].split())
            if name:
                return name
        subject = subject_of(self.item.bag) if self.item else ""
        return f"{subject or 'message'}.msg" if self.item else f"part-{number}"


@dataclass(slots=True, kw_only=True)
class Item:
    """One item's properties, and what hangs on it."""

    bag: Bag
    recipients: list[Bag] = field(default_factory=list)
    attachments: Callable[[], Iterator[Attachment]] = lambda: iter(())
    """Read when asked for: one at a time is held."""
    shortfalls: list[Message] = field(default_factory=list)
    folder: str | None = None

    @property
    def kind(self) -> str:
        """``message``, or what else Outlook keeps."""
        name = text_of(self.bag, MESSAGE_CLASS).lower()
        return next((kind for sign, kind in _KINDS if name.startswith(sign)), "message")

    def digest(self) -> str:
        """Return a hex digest of what makes it this item, wherever it is filed."""
        digest = hashlib.sha256()
        names: tuple[Name, ...] = (
            MESSAGE_CLASS, SUBJECT, SUBMITTED_AT, DELIVERED_AT, CREATED_AT, SEARCH_KEY, BODY,
            HTML, COMPRESSED_RTF, DISPLAY_NAME,
        )  # fmt: skip
        for value in (
            *(self.bag.get(name) for name in names),
            *(each.get(name) for each in self.recipients for name in (ADDRESS, SMTP_ADDRESS)),
        ):
            raw = value if isinstance(value, bytes) else repr(value).encode("utf-8", "replace")
            digest.update(len(raw).to_bytes(8, "big") + raw)
        return digest.hexdigest()


def item_parts(
    place: Place,
    item: Item,
    *,
    kind: str | None = None,
    mark: MailboxItem | None = None,
    span: ByteSpan | None = None,
) -> Iterator[Part]:
    """Yield an item, then everything that hangs on it.

    Args:
        place: where it is.
        item: what was found there.
        kind: what its part is called, where that is not for the item to say.
        mark: which item of a mailbox it is.
        span: where it stands, where it has bytes of its own.
    """
    attached = list(_named(place, item))
    names = tuple(name for name, _ in attached)
    told = Told(most_characters=place.bounds.most_characters)
    headers = headers_of(item.bag, item.recipients, names, item.folder)
    tell(item.bag, item.recipients, headers, told, place.bounds)
    shortfalls = [*item.shortfalls, *told.shortfalls]
    method = next((m for _, each in attached if (m := _encryption(item, each))), None)
    part = read_part(
        place,
        kind or item.kind,
        told.passages,
        shortfalls=shortfalls,
        message=headers if item.kind in _MESSAGE_LIKE else None,
        item=mark,
        span=span,
        stated_on=_stated_on(item.bag, headers.sent_at),
    )
    yield opaque(part, method) if method else part
    if method:
        return
    for name, each in attached:
        yield from _attachment_parts(place, name, each)


def _named(place: Place, item: Item) -> Iterator[tuple[str, Attachment]]:
    """Yield the attachments with their names, as many as the limit lets through."""
    for number, each in enumerate(item.attachments(), 1):
        if number > place.bounds.most_parts:
            item.shortfalls.append(said("has more parts than are looked at"))
            return
        yield each.name(number), each


def _encryption(item: Item, attachment: Attachment) -> str | None:
    """Return how the whole message is encrypted: the one attachment is then all there is."""
    name = text_of(item.bag, MESSAGE_CLASS).lower()
    content = attachment.content
    if content is None:
        return None
    if content.startswith(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86"):
        return "Microsoft rights management"
    return encryption_of(content) if name.startswith("ipm.note.smime") else None


def _attachment_parts(place: Place, name: str, attachment: Attachment) -> Iterator[Part]:
    if attachment.refusal is not None:
        refusal = attachment.refusal
        yield place.part_not_read(
            name,
            refusal.kind or "binary",
            refusal.outcome,
            refusal.reason,
            encrypted=refusal.encrypted,
        )
    elif attachment.item is not None:
        inner = place.inside(name)
        refused = refused_at(inner)
        yield from item_parts(inner, attachment.item) if refused is None else (refused,)
    elif attachment.storage is not None:
        inner = place.inside(name)
        yield from inner.follow(inner, attachment.storage)
    elif attachment.content is not None:
        media_type = text_of(attachment.bag, ATTACHMENT_MIME_TYPE).lower()
        is_message = media_type.startswith((_SIGNED_WHOLE, "message/rfc822")) and not is_cms(
            attachment.content[:64]
        )
        inner = place.inside(name, is_message=is_message)
        yield from inner.follow(inner, MemorySource(attachment.content))


def _stated_on(bag: Bag, sent_at: datetime | None) -> date | None:
    """Return the day an item speaks of itself: sent, else held, else last changed."""
    for moment in (sent_at, *(bag.get(each) for each in (ENDS_AT, MODIFIED_AT, CREATED_AT))):
        if isinstance(moment, datetime):
            return moment.date()
    return None

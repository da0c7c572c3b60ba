"""Outlook's mailbox files (``.pst``, ``.ost``): every item of every folder is a record of its own.

An item's address is made from its node identifier, which stays the same as long as the item is
in the mailbox. A password keeps no reader out: it is asked for by Outlook only. What the
library cannot read of one item costs that item its outcome, and no other.

Source: [MS-PST] 2.2.2.1 (node identifiers), 2.4.5 (messages), 2.4.7 (named properties); libpff.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import pypff

from gallra.content.mapi import Attachment, Item, item_parts
from gallra.content.mapi_names import ATTACHMENT_CONTENT, ATTACHMENT_METHOD, Name, names_from
from gallra.content.mapi_text import leftovers
from gallra.content.mapi_values import Bag, charset_in, number_of, value_of
from gallra.content.place import Budget, Place, RefusedError, read_part
from gallra.content.pst_embedded import embedded_message, is_embedded_message
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import MailboxItem, Outcome, Part, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASSOCIATED = 0x08
_NODE_KIND_BITS = 0x1F
_FIRST_NAMED = 0x8000
_STREAMS = (0x0002, 0x0003, 0x0004)
_MESSAGE_SIZE = 0x0E08
_MOST_FOLDERS = 50_000
_EMBEDDED = 5
_UNICODE_VERSION = 20
_UNREACHED = RefusedError(
    Outcome.UNSUPPORTED, said("a message within a message of this mailbox cannot be reached"),
    kind="message",
)  # fmt: skip
_BROKEN = (OSError, ValueError, OverflowError, SystemError, AttributeError, TypeError, MemoryError)
"""What the library raises; it keeps its reasons to itself."""

_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What holds for the whole mailbox."""

    place: Place
    names: dict[int, Name]
    passages: list[Passage] = field(default_factory=list)
    """What is said of folders, and in their hidden settings."""
    damaged_count: int = 0
    item_count: int = 0
    seen: set[int] = field(default_factory=set)


def read_pst(place: Place, source: Source) -> Iterator[Part]:
    """Yield every item with what hangs on it, and the mailbox itself last.

    Raises:
        RefusedError: it cannot be opened.
    """
    file = pypff.file()
    try:
        file.open_file_object(source.open())
    except _BROKEN as error:
        raise RefusedError(Outcome.DAMAGED, said("its index is damaged")) from error
    reading = _Reading(place=place, names=_names_in(file))
    yield from _folders(file, reading)
    orphans = _got(file.get_number_of_orphan_items) or 0
    for number in range(orphans):
        orphan = _got(file.get_orphan_item, number)
        if orphan is not None and not isinstance(orphan, pypff.folder):
            yield from _item_at(orphan, "", reading)
    yield _container(reading, is_cut=_is_cut(source))


def _is_cut(source: Source) -> bool:
    """Tell whether the file is shorter than its header says. Source: [MS-PST] 2.2.2.5, 2.2.2.6."""
    version = int.from_bytes(source.read_at(10, 2), "little")
    place, count = (184, 8) if version >= _UNICODE_VERSION else (168, 4)
    return int.from_bytes(source.read_at(place, count), "little") > source.size_bytes


def _got(act: Callable[..., _T], *arguments: object) -> _T | None:
    """Return what the library gives, ``None`` where it gives up."""
    try:
        return act(*arguments)
    except _BROKEN:
        return None


def _container(reading: _Reading, *, is_cut: bool) -> Part:
    shortfalls: list[Message] = []
    if is_cut:
        shortfalls.append(said("ends in the middle: something may have been cut off"))
    if reading.damaged_count:
        shortfalls.append(
            said("{count} of its items or folders are damaged", count=reading.damaged_count)
        )
    return read_part(reading.place, "pst", reading.passages, shortfalls=shortfalls)


def _folders(file: "pypff.file", reading: _Reading) -> Iterator[Part]:
    """Walk the tree without recursion: a damaged one may be deep, or a ring."""
    root = _got(file.get_root_folder)
    if root is None:
        reading.damaged_count += 1
        return
    waiting: list[tuple[pypff.folder, str]] = [(root, "")]
    visited: set[int] = set()
    while waiting:
        folder, path = waiting.pop()
        identifier = _got(folder.get_identifier)
        if identifier is None or identifier in visited or len(visited) >= _MOST_FOLDERS:
            reading.damaged_count += identifier is None or len(visited) >= _MOST_FOLDERS
            continue
        visited.add(identifier)
        if path:
            reading.passages.append(Passage(where="folder", text=path))
        count = _counted(folder.get_number_of_sub_items, reading)
        inner: list[tuple[pypff.folder, str]] = []
        for number in range(count):
            child = _got(folder.get_sub_item, number)
            if child is None:
                reading.damaged_count += 1
            elif isinstance(child, pypff.folder):
                name = (_got(child.get_name) or "").replace("\0", "")
                inner.append((child, f"{path}/{name}" if path and name else path or name))
            else:
                yield from _item_at(child, path, reading)
        waiting += reversed(inner)


def _counted(count: Callable[[], int], reading: _Reading) -> int:
    found = _got(count)
    if found is None:
        reading.damaged_count += 1
    return found or 0


def _item_at(source: "pypff.item", folder: str, reading: _Reading) -> Iterator[Part]:
    identifier = _got(source.get_identifier)
    if identifier is None:
        reading.damaged_count += 1
        return
    if identifier in reading.seen:
        return
    reading.seen.add(identifier)
    item = _item(source, reading, reading.place)
    if identifier & _NODE_KIND_BITS == _ASSOCIATED:
        # views, rules and other settings that Outlook keeps as hidden items
        reading.passages += [
            Passage(where=f"setting {where}", text=text.replace("\0", ""))
            for where, text in leftovers(item.bag)
            if text.strip("\0 ")
        ]
        return
    reading.item_count += 1
    outer = reading.place
    place = Place(
        address=outer.address_of(f"msg:{identifier}"),
        name="",
        depth=outer.depth + 1,
        budget=Budget(bounds=outer.bounds, stored_bytes=outer.budget.stored_bytes),
        follow=outer.follow,
    )
    outer.names.clear()
    item.folder = folder or None
    item.attachments = _attachments_of(source, reading, place)
    size = item.bag.get(_MESSAGE_SIZE)
    mark = MailboxItem(
        identifier=str(identifier),
        sha256=item.digest(),
        size_bytes=size if isinstance(size, int) else 0,
    )
    if not item.bag:
        reading.damaged_count += 1
        yield Part(
            address=place.address,
            kind="message",
            outcome=Outcome.DAMAGED,
            reason=said("is damaged"),
            item=mark,
        )
        return
    yield from item_parts(place, item, mark=mark)


def _names_in(file: "pypff.file") -> dict[int, Name]:
    item = _got(file.get_name_to_id_map)
    if item is None:
        return {}
    streams: dict[int, bytes] = {}
    for entry in _entries(item):
        kind = None if entry is None else _got(entry.get_entry_type)
        if kind in _STREAMS and kind not in streams:
            streams[kind] = (entry and _got(entry.get_data)) or b""
    return names_from(*(streams.get(number, b"") for number in _STREAMS))


def _entries(item: "pypff.item") -> Iterator["pypff.record_entry | None"]:
    for number in range(_got(item.get_number_of_record_sets) or 0):
        yield from _entries_of_set(item, number)


def _entries_of_set(item: "pypff.item", number: int) -> Iterator["pypff.record_entry | None"]:
    """Yield the entries of one set; ``None`` for each that cannot be had."""
    records = _got(item.get_record_set, number)
    count = None if records is None else _got(records.get_number_of_entries)
    if records is None or count is None:
        yield None
        return
    for place in range(count):
        yield _got(records.get_entry, place)


def _bag(entries: "Iterable[pypff.record_entry | None]", reading: _Reading) -> tuple[Bag, bool]:
    """Return the properties of one object, and whether all could be had."""
    raw: list[tuple[int, int, bytes]] = []
    is_whole = True
    for entry in entries:
        number = None if entry is None else _got(entry.get_entry_type)
        kind = None if entry is None else _got(entry.get_value_type)
        if entry is None or number is None or kind is None:
            is_whole = False
        elif number != ATTACHMENT_CONTENT:
            try:
                raw.append((number, kind, entry.get_data() or b""))
            except _BROKEN:
                is_whole = False
    charset = charset_in(raw)
    bag: Bag = {}
    for number, kind, data in raw:
        name = number if number < _FIRST_NAMED else reading.names.get(number, f"{number:04X}")
        if name not in bag and (value := value_of(kind, data, charset)) is not None:
            bag[name] = value
    return bag, is_whole


def _item(source: "pypff.item", reading: _Reading, place: Place) -> Item:
    bag, is_whole = _bag(_entries_of_set(source, 0), reading)
    recipients: list[Bag] = []
    if isinstance(source, pypff.message):
        try:
            table = source.recipients
            count = table.get_number_of_record_sets() if table is not None else 0
        except _BROKEN:
            table, count, is_whole = None, 0, False
        for number in range(count):
            person, is_sound = _bag(_entries_of_set(table, number), reading)
            recipients.append(person)
            is_whole = is_whole and is_sound
    return Item(
        bag=bag,
        recipients=recipients,
        attachments=_attachments_of(source, reading, place),
        shortfalls=[] if is_whole else [said("some of its properties are damaged")],
    )


def _attachments_of(
    source: "pypff.item", reading: _Reading, place: Place
) -> Callable[[], Iterator[Attachment]]:
    return lambda: _attachments(source, reading, place)


def _attachments(source: "pypff.item", reading: _Reading, place: Place) -> Iterator[Attachment]:
    if not isinstance(source, pypff.message):
        return
    count = _got(source.get_number_of_attachments)
    damaged = RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
    if count is None:
        yield Attachment(bag={}, refusal=damaged)
        return
    for number in range(count):
        found = _got(source.get_attachment, number)
        if found is None:
            yield Attachment(bag={}, refusal=damaged)
            continue
        bag, _ = _bag(_entries_of_set(found, 0), reading)
        if number_of(bag, ATTACHMENT_METHOD) == _EMBEDDED or is_embedded_message(found):
            inner = _got(embedded_message, found)
            if inner is not None:
                yield Attachment(bag=bag, item=_item(inner, reading, place))
            else:
                yield Attachment(bag=bag, refusal=_UNREACHED)
            continue
        yield _attached_bytes(found, bag, place)


def _attached_bytes(found: "pypff.attachment", bag: Bag, place: Place) -> Attachment:
    most = place.bounds.most_member_bytes
    size = _got(found.get_size)
    if size is not None and size > most:
        reason = said("is larger than {limit} bytes", limit=most)
        return Attachment(bag=bag, refusal=RefusedError(Outcome.TOO_LARGE, reason))
    content = _got(found.read_buffer, size) if size else b""
    if size is None or content is None or len(content) < size:
        damaged = RefusedError(Outcome.DAMAGED, said("cannot be unpacked"))
        return Attachment(bag=bag, refusal=damaged)
    place.budget.take_bytes(len(content))
    return Attachment(bag=bag, content=content)

"""Writes Outlook's message files for tests: properties in, a compound file out."""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from compound_writer import Tree, compound_file

Value = str | bytes | int | bool | datetime | list[str]
Properties = Mapping[int, Value]

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_PUBLIC_STRINGS, _FIRST_SET = 2, 3
CONTACT_SET = bytes.fromhex("0420060000000000c000000000000046")


def ticks(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds()) * 10_000_000


def _streams(properties: Properties, head: bytes, charset: str | None) -> Tree:
    """Return the streams of one object, texts in Unicode unless a code page is given."""
    tree: Tree = {}
    entries = head
    kind_of_text = 0x1F if charset is None else 0x1E
    for number, given in properties.items():
        kind, inline, value = 0x102, 0, given
        match given:
            case bool():
                kind, inline = 0x0B, int(given)
            case int():
                kind, inline = 0x03, given
            case datetime():
                kind, inline = 0x40, ticks(given)
            case str():
                kind = kind_of_text
                value = given.encode(charset or "utf-16-le")
            case list():
                kind = 0x1000 | kind_of_text
                for place, each in enumerate(given):
                    tree[f"__substg1.0_{number:04X}{kind:04X}-{place:08X}"] = each.encode(
                        charset or "utf-16-le"
                    )
                value = struct.pack(f"<{len(given)}I", *map(len, given))
        if isinstance(value, bytes):
            tree[f"__substg1.0_{number:04X}{kind:04X}"] = value
            inline = len(value)
        entries += struct.pack("<HHIq", kind, number, 6, inline)
    return {**tree, "__properties_version1.0": entries}


def message_tree(
    properties: Properties,
    *,
    recipients: Sequence[Properties] = (),
    attachments: Sequence[tuple[Properties, "Tree | None"]] = (),
    charset: str | None = None,
    is_top: bool = True,
) -> Tree:
    """Return the storages of a message; an attachment with a tree is a message or an object."""
    tree = _streams(properties, bytes(32 if is_top else 24), charset)
    for number, each in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = _streams(each, bytes(8), charset)
    for number, (each, inner) in enumerate(attachments):
        storage = _streams(each, bytes(8), charset)
        if inner is not None:
            storage["__substg1.0_3701000D"] = inner
        tree[f"__attach_version1.0_#{number:08X}"] = storage
    return tree


def names(named: Mapping[int, str | int]) -> Tree:
    """Return the storage that says what numbers from 0x8000 on mean; they must be in order."""
    entries = strings = b""
    for number, name in named.items():
        if isinstance(name, str):
            raw = name.encode("utf-16-le")
            kind = _PUBLIC_STRINGS << 1 | 1
            entries += struct.pack("<IHH", len(strings), kind, number - 0x8000)
            strings += struct.pack("<I", len(raw)) + raw + bytes(-len(raw) % 4)
        else:
            entries += struct.pack("<IHH", name, _FIRST_SET << 1, number - 0x8000)
    return {
        "__substg1.0_00020102": CONTACT_SET,
        "__substg1.0_00030102": entries,
        "__substg1.0_00040102": strings,
    }


def message_file(
    properties: Properties, named: Mapping[int, str | int] | None = None, **more: object
) -> bytes:
    tree = message_tree(properties, **more)  # type: ignore[arg-type] # as they are named there
    return compound_file({**tree, "__nameid_version1.0": names(named or {})})

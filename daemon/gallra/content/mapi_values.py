"""The values of MAPI properties: from the bytes of any container to text, numbers and times.

Source: [MS-OXCDATA] 2.11.1 (types); [MS-UCODEREF] 2.2.1 (code pages); [MS-LCID] 2.2.
"""

import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from gallra.content.decoding import decode, decode_declared
from gallra.content.mapi_names import (
    INTERNET_CODE_PAGE,
    MESSAGE_CODE_PAGE,
    MESSAGE_LOCALE,
    Name,
)

Value = str | bytes | int | float | datetime | tuple[str, ...]
Bag = dict[Name, Value]
"""One object's properties. Times are aware; a tuple is a list of texts."""

SHORT, LONG, BOOLEAN, OBJECT, HUGE = 0x0002, 0x0003, 0x000B, 0x000D, 0x0014
OLD_TEXT, TEXT, TIME, BINARY = 0x001E, 0x001F, 0x0040, 0x0102
MANY = 0x1000
"""Added to a type: a list of values."""
_MOST_TEXTS = 10_000
_SIZES = {SHORT: 2, LONG: 4, BOOLEAN: 2, HUGE: 8, TIME: 8}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = datetime(4500, 1, 1, tzinfo=UTC)
_CODE_PAGES = {
    932: "shift_jis", 936: "gbk", 949: "cp949", 950: "big5", 1200: "utf-16-le", 10000: "mac_roman",
    20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 28591: "iso-8859-1", 28592: "iso-8859-2",
    28595: "iso-8859-5", 28599: "iso-8859-9", 28605: "iso-8859-15", 50220: "iso-2022-jp",
    50221: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr",
    54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}  # fmt: skip
_LOCALE_CODE_PAGES = {
    **dict.fromkeys((0x03, 0x06, 0x07, 0x09, 0x0A, 0x0B, 0x0C, 0x0F, 0x10, 0x13, 0x14), 1252),
    **dict.fromkeys((0x16, 0x1D), 1252),
    0x01: 1256, 0x02: 1251, 0x04: 936, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250,
    0x11: 932, 0x12: 949, 0x15: 1250, 0x18: 1250, 0x19: 1251, 0x1A: 1250, 0x1B: 1250,
    0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x23: 1251, 0x24: 1250, 0x25: 1257, 0x26: 1257,
    0x27: 1257,
}  # fmt: skip


def charset_of(number: int) -> str | None:
    """Return the name of a Windows code page, ``None`` where it says nothing."""
    if number in _CODE_PAGES:
        return _CODE_PAGES[number]
    return f"cp{number}" if 0 < number < 10_000 else None  # noqa: PLR2004 - beyond are only those above


def charset_of_locale(locale: int) -> str | None:
    """Return the code page of a Windows language, ``None`` where it is not known."""
    number = _LOCALE_CODE_PAGES.get(locale & 0x3FF)
    return charset_of(number) if number else None


def moment_of(ticks: int) -> datetime | None:
    """Return the time of a FILETIME, ``None`` for "never" and what no calendar has."""
    try:
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
    return moment if _EPOCH < moment < _NEVER else None


def text_of(bag: Bag, name: Name) -> str:
    """Return a property as text; empty where there is none."""
    value = bag.get(name)
    if isinstance(value, bytes):
        return decode_declared(value, None).text
    return value if isinstance(value, str) else ""


def number_of(bag: Bag, name: Name) -> int:
    """Return a property as a number; 0 where there is none."""
    value = bag.get(name)
    return value if isinstance(value, int) else 0


def charset_from(bag: Bag) -> str | None:
    """Return what an object's texts without Unicode are in, ``None`` where nothing says so."""
    named = charset_of(number_of(bag, MESSAGE_CODE_PAGE))
    if named and named != "utf-16-le":
        return named
    return charset_of_locale(number_of(bag, MESSAGE_LOCALE)) or charset_of(
        number_of(bag, INTERNET_CODE_PAGE)
    )


def charset_in(raw: Iterable[tuple[int, int, bytes]]) -> str | None:
    """Return the same from properties that were not yet decoded: number, type, bytes."""
    wanted = {MESSAGE_CODE_PAGE, MESSAGE_LOCALE, INTERNET_CODE_PAGE}
    bag: Bag = {}
    for number, kind, data in raw:
        if number in wanted and (value := value_of(kind, data, None)) is not None:
            bag[number] = value
    return charset_from(bag)


def fixed_value(kind: int, value: int) -> Value | None:
    """Return a property of fixed size, from the eight bytes that it takes, as one number."""
    if kind == LONG:
        return value & 0xFFFFFFFF
    if kind in {SHORT, BOOLEAN}:
        return value & 0xFFFF
    if kind == HUGE:
        return value
    return moment_of(value) if kind == TIME else None


def value_of(kind: int, data: bytes, charset: str | None) -> Value | None:
    """Return a property of any type from its bytes; ``None`` for what says nothing to people.

    Args:
        kind: the type.
        data: little-endian; a list begins with its length and the places of its values.
        charset: what texts without Unicode are in, where that is known.
    """
    if kind in _SIZES:
        size = _SIZES[kind]
        return fixed_value(kind, int.from_bytes(data[:size].ljust(size, b"\0"), "little"))
    if kind == BINARY:
        return data
    if kind == TEXT:
        return data[: len(data) // 2 * 2].decode("utf-16-le", "replace").rstrip("\0")
    if kind == OLD_TEXT:
        raw = data.rstrip(b"\0")
        return (decode_declared(raw, charset) if charset else decode(raw)).text
    if kind in {MANY | TEXT, MANY | OLD_TEXT}:
        return tuple(_texts(kind & ~MANY, data, charset))
    return None


def _texts(kind: int, data: bytes, charset: str | None) -> Iterable[str]:
    """Yield the texts of a list. Source: [MS-PST] 2.3.3.4.2."""
    if len(data) < 4:  # noqa: PLR2004 - no count
        return
    count = min(struct.unpack_from("<I", data)[0], _MOST_TEXTS, len(data) // 4 - 1)
    places = [*struct.unpack_from(f"<{count}I", data, 4), len(data)]
    for begin, end in pairwise(places):
        text = value_of(kind, data[begin:end], charset)
        if isinstance(text, str):
            yield text

"""How values of the model are written into columns, and read back the same."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec

from gallra.model.holding import NOTHING_MORE, About
from gallra.model.ledger import Entry
from gallra.model.message import Message

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TWO_TO_64: Final = 1 << 64
_OLDEST_NS: Final = -2_208_988_800 * 10**9
"""1900: no filesystem that keeps 64 bits of nanoseconds dates a file before 1901."""
_NEWEST_NS: Final = _OLDEST_NS + _TWO_TO_64 - 1
"""2484, which is beyond what ext4 (2446) can hold."""
_SIGNED_LIMIT: Final = 1 << 63

_encoder = msgspec.json.Encoder()
_messages = msgspec.json.Decoder(tuple[Message, ...])
_counts = msgspec.json.Decoder(tuple[tuple[str, int], ...])
_scores = msgspec.json.Decoder(tuple[tuple[str, float], ...])
_about = msgspec.json.Decoder(About)
_entry = msgspec.json.Decoder(Entry)
_words = msgspec.json.Decoder(tuple[str, ...])


def signed(number: int) -> int:
    """Return an unsigned 64-bit number (an inode) as the signed one that SQLite keeps."""
    return number - _TWO_TO_64 if number >= _SIGNED_LIMIT else number


def unsigned(number: int) -> int:
    """Return what :func:`signed` was given."""
    return number + _TWO_TO_64 if number < 0 else number


def packed_ns(nanoseconds: int) -> int:
    """Return a file's time as a signed 64-bit number: exact from 1900 to 2484, else the limit.

    A forged date in 2400 is more nanoseconds than SQLite's integers hold; it must neither
    stop the scan nor be taken for a different time at each look.
    """
    if _OLDEST_NS <= nanoseconds < _SIGNED_LIMIT:
        return nanoseconds
    return signed(min(max(nanoseconds, _OLDEST_NS), _NEWEST_NS))


def unpacked_ns(number: int) -> int:
    """Return what :func:`packed_ns` was given, within its limits."""
    return number + _TWO_TO_64 if number < _OLDEST_NS else number


def packed_instant(at: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def unpacked_instant(microseconds: int) -> datetime:
    """Return what :func:`packed_instant` was given, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def packed_day(on: date | None) -> str | None:
    """Return a day as ISO 8601, which sorts as days do."""
    return None if on is None else on.isoformat()


def unpacked_day(text: str | None) -> date | None:
    """Return what :func:`packed_day` was given."""
    return None if text is None else date.fromisoformat(text)


def plain(text: str) -> str:
    r"""Return ``text`` as SQLite can keep it: a lone surrogate becomes ``\udc80``."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def packed(value: object) -> str:
    """Return messages, counts, scores or words as JSON."""
    try:
        return _encoder.encode(value).decode("utf-8")
    except UnicodeEncodeError:
        # A file name inside a message may hold bytes that are no text: shown, not kept.
        return _encoder.encode(_plain_deep(msgspec.to_builtins(value))).decode("utf-8")


def unpacked_messages(text: str | None) -> tuple[Message, ...]:
    """Return the messages that ``text`` was made from; no text is none."""
    return _messages.decode(text) if text else ()


def unpacked_counts(text: str) -> tuple[tuple[str, int], ...]:
    """Return pairs of a name and a number."""
    return _counts.decode(text)


def unpacked_scores(text: str) -> tuple[tuple[str, float], ...]:
    """Return pairs of a name and a score."""
    return _scores.decode(text)


def unpacked_words(text: str) -> tuple[str, ...]:
    """Return words."""
    return _words.decode(text)


def packed_about(about: About) -> str | None:
    """Return what a hold is on as JSON; nothing more than path and class is no text."""
    return None if about == NOTHING_MORE else packed(about)


def unpacked_about(text: str | None) -> About:
    """Return what :func:`packed_about` was given."""
    return NOTHING_MORE if text is None else _about.decode(text)


def packed_entry(entry: Entry) -> str:
    """Return what the ledger is to be told as JSON."""
    return packed(entry)


def unpacked_entry(text: str) -> Entry:
    """Return what :func:`packed_entry` was given."""
    return _entry.decode(text)


def _plain_deep(value: object) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {_plain_deep(key): _plain_deep(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_deep(each) for each in value]
    return value

"""How a notification is written into the outbox, and read back the same."""

from datetime import datetime

import msgspec

from gallra.model.message import Message, Value
from gallra.model.notification import Audience, Notification, Urgency
from gallra.report.counting import Counted

_Line = tuple[str, tuple[tuple[str, Value], ...], str]
"""Template, values, and the plural where there is one."""


class _Envelope(msgspec.Struct, frozen=True):
    kind: str
    audience: Audience
    urgency: Urgency
    key: str
    subject: _Line
    lines: tuple[_Line, ...]
    at: datetime


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Envelope)


def packed(notification: Notification) -> bytes:
    """Return ``notification`` as JSON."""
    return _encoder.encode(
        _Envelope(
            kind=notification.kind,
            audience=notification.audience,
            urgency=notification.urgency,
            key=notification.key,
            subject=_line(notification.subject),
            lines=tuple(_line(line) for line in notification.lines),
            at=notification.at,
        )
    )


def unpacked(content: bytes) -> Notification:
    """Return what :func:`packed` was given.

    Raises:
        ValueError: If it is of another form.
    """
    found = _decoder.decode(content)
    if found.at.tzinfo is None:
        raise ValueError("at")
    return Notification(
        kind=found.kind,
        audience=found.audience,
        urgency=found.urgency,
        key=found.key,
        subject=_message(found.subject),
        lines=tuple(_message(line) for line in found.lines),
        at=found.at,
    )


def _line(message: Message) -> _Line:
    plural = message.plural if isinstance(message, Counted) else ""
    return message.template, message.values, plural


def _message(line: _Line) -> Message:
    template, values, plural = line
    return Counted(template, values, plural) if plural else Message(template, values)

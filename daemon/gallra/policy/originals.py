"""What of a document's bytes may go to the person whom it is about.

A document holds more than is shown and read: who else a message was delivered to, what stood in
a PDF before somebody covered it, what an old format kept of deleted text. What nobody has read
nobody has masked, and it may name anyone.
"""

import re
from collections.abc import Iterable
from typing import Final

_MESSAGES: Final = frozenset({"eml", "message"})
_KEEPS_MORE: Final = frozenset({"msg", "doc", "xls", "xlsb", "ppt", "ole", "tnef"})
"""Formats that keep deleted text, other receivers, earlier states."""
_SHOWN: Final = (
    b"from", b"to", b"cc", b"bcc", b"reply-to", b"subject", b"date", b"mime-version",
)  # fmt: skip
"""Fields of a message that were read, or name nobody; those of its contents, too."""
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(rb"[!-9;-~]+[ \t]*:")
_ATTACHED_MESSAGE: Final = re.compile(rb"(?:message/|multipart/digest)", re.IGNORECASE)
_END_OF_PDF: Final = b"%%EOF"
_LINEARIZED: Final = b"/Linearized"
_START_BYTES: Final = 1024


def without_unread(kind: str, inner_kinds: Iterable[str], content: bytes) -> bytes | None:
    """Return the document without what was not read; ``None`` where it cannot be taken out.

    Args:
        kind: Of the record, as reading told it.
        inner_kinds: Of everything inside it.
        content: Its bytes.
    """
    if kind in _KEEPS_MORE or _KEEPS_MORE.union(_MESSAGES, {"pdf"}).intersection(inner_kinds):
        return None
    if kind == "pdf":
        return None if _has_earlier_states(content) else content
    if kind in _MESSAGES:
        return _with_shown_fields(content)
    return content


def _has_earlier_states(content: bytes) -> bool:
    ends = content.count(_END_OF_PDF)
    return ends > (2 if _LINEARIZED in content[:_START_BYTES] else 1)


def _with_shown_fields(content: bytes) -> bytes | None:
    if _ATTACHED_MESSAGE.search(content):
        return None  # has a header of its own
    blank = _BLANK.search(content)
    header = content if blank is None else content[: blank.start()]
    rest = b"" if blank is None else content[blank.start() :]
    lines = header.splitlines(keepends=True)
    if lines and lines[0].startswith(b"From "):
        del lines[0]  # a mailbox's own line: the envelope's sender
    kept: list[bytes] = []
    is_kept = False
    for line in lines:
        if not line.startswith((b" ", b"\t")):
            if not _FIELD.match(line):
                return None
            name = line.partition(b":")[0].strip().lower()
            is_kept = name in _SHOWN or name.startswith(b"content-")
        if is_kept:
            kept.append(line)
    return b"".join(kept).rstrip(b"\r\n") + rest

"""Mail headers as people wrote them: unfolded, decoded, split into addresses; nothing refused.

Broken encoded words, raw eight-bit bytes and unknown charsets give the best reading there is.

Source: RFC 5322 2.2, 3.4; RFC 2047; RFC 2231.
"""

import binascii
import re
from datetime import UTC, datetime
from email.message import Message as Head
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from gallra.content.decoding import decode_declared, decode_narrow
from gallra.content.place import normalised

_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:[ \t]*(.*?)\r?$", re.DOTALL)
_LINE = re.compile(rb"\r\n|\n|\r")
_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]*")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=)[ \t]+(?==\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_GROUP = re.compile(
    r"^(?:(?:=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=|[^<@\",:])*+:\s*)+"  # a colon may be encoded, too
)
_IDENTIFIER = re.compile(r"<[^<>\s]{1,500}>")
_MOST_FIELDS = 5_000
_MOST_REFERENCES = 50
_MOST_REFERENCE_BYTES = 50_000

MORE_SHOWN = re.compile(
    r"sender|resent-(?:from|to|cc|bcc|sender)|keywords|comments|organi[sz]ation"
)
"""Fields in which people are named besides the usual ones."""

Fields = list[tuple[str, bytes]]
"""Header fields in order: lower-case name, raw value with its folds."""


def split_head(content: bytes) -> tuple[Fields, int, bool]:
    """Split a message's header block off.

    Args:
        content: the message, from its first header line (a "From " line is skipped).

    Returns:
        The fields, the offset at which the body begins, and whether the block was well formed.
    """
    fields: Fields = []
    position = 0
    is_sound = True
    size = len(content)
    name: str | None = None
    value: list[bytes] = []
    while position < size and len(fields) < _MOST_FIELDS:
        end = content.find(b"\n", position)
        end = size if end < 0 else end + 1
        line = content[position:end]
        bare = line.rstrip(b"\r\n")
        if not bare:
            position = end
            break
        if line[:1] in {b" ", b"\t"}:
            if name is None and not bare.strip():
                position = end
                break
            value.append(line)
        else:
            match = _FIELD.match(bare)
            if match is None:
                if fields or name or not bare.startswith((b"From ", b">From ")):
                    is_sound = False
                    break  # no header line: the body begins, without its empty line
            else:
                if name is not None:
                    fields.append((name, b"".join(value)))
                name = match[1].decode("ascii").lower()
                value = [match[2], line[len(bare) :]]
        position = end
    if name is not None:
        fields.append((name, b"".join(value)))
    return fields, position, is_sound


def first(fields: Fields, name: str) -> bytes | None:
    """Return the first value of a field, ``None`` where there is none."""
    return next((value for each, value in fields if each == name), None)


def unfolded(value: bytes) -> str:
    """Return a raw value as one line of text, encoded words left as they are."""
    text = value.decode("ascii") if value.isascii() else decode_narrow(value).text
    return _FOLD.sub(" ", text.strip()).replace("\0", "").strip()


def decoded_header(value: bytes) -> str:
    """Return a raw value as a person reads it."""
    return decoded_words(unfolded(value))


def decoded_words(text: str) -> str:
    """Decode the encoded words in ``text``; what cannot be decoded stays as it stands."""
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1", text)
    pieces: list[str] = []
    pending = b""
    charset = ""
    position = 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        word = _word_bytes(match[2], match[3])
        named = match[1].partition("*")[0].lower()
        if pending and (between or named != charset):
            pieces.append(decode_declared(pending, charset).text)
            pending = b""
        pieces.append(between)
        pending += word
        charset = named
        position = match.end()
    if pending:
        pieces.append(decode_declared(pending, charset).text)
    pieces.append(text[position:])
    return _FOLD.sub(" ", normalised("".join(pieces)))


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=True)
    return lenient_base64(raw)[0]


def lenient_base64(content: bytes) -> tuple[bytes, bool]:
    """Decode base64 whatever else is among it; also tell whether it was whole."""
    bare = _NOT_BASE64.sub(b"", content)
    rest = len(bare) % 4
    is_whole = rest != 1 and (rest == 0 or b"=" in content[-8:])
    if rest == 1:
        bare = bare[:-1]
    elif rest:
        bare += b"=" * (4 - rest)
    return binascii.a2b_base64(bare), is_whole


def addresses(value: bytes) -> list[str]:
    """Split an address field; each address as written, decoded: ``Kari Ås <kari@example.no>``.

    Splitting comes before decoding: an encoded name may hold a comma. One that begins with it right
    behind an address is a separator that a program encoded too (CPython gh-100884).
    """
    found = []
    for piece in _split(unfolded(value)):
        text = decoded_words(_GROUP.sub("", piece.strip())).lstrip(", ").rstrip()
        if text:
            found.append(text)
    return found


def references(fields: Fields) -> tuple[str, ...]:
    """Return the Message-IDs of what a message answers, the nearest last, in angle brackets."""
    found: dict[str, None] = {}
    for name, value in fields:
        if name in {"references", "in-reply-to"}:
            found.update(
                dict.fromkeys(_IDENTIFIER.findall(unfolded(value[:_MOST_REFERENCE_BYTES])))
            )
    return tuple(found)[-_MOST_REFERENCES:]


def _split(text: str) -> list[str]:  # noqa: C901 - one pass over quotes, comments, brackets
    pieces: list[str] = []
    begin = depth = 0
    is_quoted = is_angled = False
    position = 0
    while position < len(text):
        character = text[position]
        if character == "\\":
            position += 2
            continue
        if character == "=" and (word := _WORD.match(text, position)):
            ends_address = text[begin:position].rstrip().endswith(">") and not (is_quoted or depth)
            if ends_address and decoded_words(word[0]).lstrip().startswith(","):
                pieces.append(text[begin:position])
                begin = position
            position = word.end()
            continue
        if character == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            pass
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == "<":
            is_angled = True
        elif character == ">":
            is_angled = False
        elif character in ",;" and not depth and not is_angled:
            pieces.append(text[begin:position])
            begin = position + 1
        position += 1
    if is_quoted or is_angled:
        return [*pieces, *re.split(r"[,;]", text[begin:])]
    return [*pieces, text[begin:]]


def sent_at(value: bytes | None) -> datetime | None:
    """Return the aware time of a Date field, in UTC; ``None`` where it tells none."""
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(unfolded(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


class ContentHead:
    """What the MIME fields of one entity say."""

    __slots__ = ("_head", "disposition", "encoding", "identifier", "kind")

    def __init__(self, fields: Fields, default: str = "text/plain") -> None:
        """Read Content-Type, Content-Disposition and Content-Transfer-Encoding."""
        self._head: Head[str, str] = Head()
        for name in ("content-type", "content-disposition"):
            if (value := first(fields, name)) is not None:
                self._head[name] = unfolded(value)
        self._head.set_default_type(default)
        self.kind = self._head.get_content_type() if "content-type" in self._head else default
        self.disposition = (self._disposition() or "").lower()
        encoding = first(fields, "content-transfer-encoding") or b""
        self.encoding = unfolded(encoding).lower().partition(";")[0].strip()
        self.identifier = first(fields, "content-id")

    def _disposition(self) -> str | None:
        value = self._head.get("content-disposition")
        return value.partition(";")[0].strip() if value else None

    def parameter(self, name: str, header: str = "content-type") -> str | None:
        """Return a parameter, RFC 2231 and RFC 2047 decoded, ``None`` where there is none."""
        if header not in self._head:
            return None
        try:
            value = self._head.get_param(name, None, header)
            if value is None:
                return None
            if isinstance(value, tuple):
                charset = value[0] or "utf-8"
                raw = value[2].encode("latin-1", "surrogateescape")
                return decode_declared(raw, charset).text
            return collapse_rfc2231_value(value).strip()
        except (LookupError, UnicodeError, ValueError, TypeError, IndexError):
            return None

    @property
    def filename(self) -> str | None:
        """The name that the sender gave the file, without folders."""
        name = self.parameter("filename", "content-disposition") or self.parameter("name")
        if not name:
            return None
        decoded = decoded_words(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
        return " ".join(decoded.split()) or None

"""Bytes that claim to be text: which characters they are, and whether they are text at all."""

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(sorted({*range(0x20), 0x7F} - {0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B}))
"""Not \\b, tab, line ends, \\f, DOS end of file, escape: those stand in real text files."""
_SAMPLE_BYTES = 64 * 1024
_MOST_CONTROLS = 0.01
_MOST_NULS = 0.001
_MOST_WIDE_NULS = 0.02
_LEAST_WIDE_NULS = 0.6
_UNDEFINED_IN_CP1252 = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}
_CP1252 = "".join(
    _UNDEFINED_IN_CP1252.get(code) or bytes([code]).decode("cp1252") for code in range(256)
)
_NORDIC = re.compile(r"(?<=[A-Za-zåäöæøÅÄÖÆØ])[åäöæøéü]|[åäöæøÅÄÖÆØéü](?=[a-zåäöæø])")
_FOREIGN = re.compile(r"(?<=[A-Za-z])[^\x00-\x7fåäöæøÅÄÖÆØéü](?=[a-z])")
_DOS_LETTERS = re.compile(rb"[A-Za-z][\x80-\x9f]|[\x80-\x9f][a-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text, and what it was decoded from."""

    text: str
    charset: str
    is_sound: bool = True
    """False where bytes had to be replaced."""


def _is_wide(sample: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark: every other byte of European text is NUL."""
    pairs = len(sample) // 2
    if pairs < 2:  # noqa: PLR2004 - one character is no evidence
        return None
    low = sample[1 : pairs * 2 : 2].count(0) / pairs
    high = sample[0 : pairs * 2 : 2].count(0) / pairs
    if low >= _LEAST_WIDE_NULS and high <= _MOST_WIDE_NULS:
        return "utf-16-le"
    if high >= _LEAST_WIDE_NULS and low <= _MOST_WIDE_NULS:
        return "utf-16-be"
    return None


def _has_controls(sample: bytes) -> bool:
    if sample.count(0) > max(1, len(sample) * _MOST_NULS):
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(1, len(sample) * _MOST_CONTROLS)


def is_text(content: bytes) -> bool:
    """Tell whether ``content`` (the head of a file is enough) is text in some encoding."""
    sample = content[:_SAMPLE_BYTES]
    for mark, charset in _MARKS:
        if sample.startswith(mark):
            return charset != "utf-8" or not _has_controls(sample)
    if wide := _is_wide(sample):
        text = sample[: len(sample) // 2 * 2].decode(wide, "replace")
        return not _has_controls(text.encode("utf-8", "replace"))
    return not _has_controls(sample)


def _single_byte(content: bytes) -> tuple[str, str]:
    """Choose among the three one-byte encodings that Nordic files are met in."""
    if _DOS_LETTERS.search(content):
        sample = content[:_SAMPLE_BYTES]
        best = max(
            ("cp1252", "cp850", "mac_roman"),
            key=lambda charset: _nordic_score(_decode_single(sample, charset)),
        )
        return _decode_single(content, best), best
    return _decode_single(content, "cp1252"), "cp1252"


def _decode_single(content: bytes, charset: str) -> str:
    if charset == "cp1252":
        return codecs.charmap_decode(content, "strict", _CP1252)[0]
    return content.decode(charset, "replace")


def _nordic_score(text: str) -> int:
    return len(_NORDIC.findall(text)) - 2 * len(_FOREIGN.findall(text))


def decode(content: bytes, *, is_cut: bool = False) -> Decoded:
    """Decode text of unknown encoding; every byte ends as some character.

    Args:
        content: a whole file, or its beginning.
        is_cut: whether the end was cut off, perhaps inside a character.

    Returns:
        The text without byte order mark; line ends and NULs as they were.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _decode_as(content[len(mark) :], charset, is_cut=is_cut)
    if wide := _is_wide(content[:_SAMPLE_BYTES]):
        return _decode_as(content, wide, is_cut=is_cut)
    try:
        return Decoded(text=content.decode("utf-8"), charset="utf-8")
    except UnicodeDecodeError as error:
        if is_cut and error.start >= len(content) - 3:
            return Decoded(text=content[: error.start].decode("utf-8"), charset="utf-8")
    return _mixed(content)


def decode_narrow(content: bytes) -> Decoded:
    """Decode text among ASCII, a header's value, in which no character can be two bytes wide.

    Its first bytes are whatever somebody wrote there, and no byte order mark.
    """
    try:
        return Decoded(text=content.decode("utf-8"), charset="utf-8")
    except UnicodeDecodeError:
        return _mixed(content)


def _decode_as(content: bytes, charset: str, *, is_cut: bool) -> Decoded:
    try:
        return Decoded(text=content.decode(charset), charset=charset)
    except UnicodeDecodeError as error:
        is_tail = is_cut and error.start >= len(content) - 4
        if is_tail:
            return Decoded(text=content[: error.start].decode(charset), charset=charset)
        if charset == "utf-8":
            return _mixed(content)
        return Decoded(text=content.decode(charset, "replace"), charset=charset, is_sound=False)


def _mixed(content: bytes) -> Decoded:
    """Decode what is not UTF-8 throughout; lines that are, are taken for that."""
    lines = content.splitlines(keepends=True) if len(content) < 4 * _SAMPLE_BYTES else [content]
    pieces: list[str | bytes] = []
    has_wide_lines = False
    for line in lines:
        try:
            pieces.append(line.decode("utf-8"))
            has_wide_lines = has_wide_lines or not line.isascii()
        except UnicodeDecodeError:
            pieces.append(line)
    if not has_wide_lines:
        text, charset = _single_byte(content)
        return Decoded(text=text, charset=charset)
    return Decoded(
        text="".join(
            piece if isinstance(piece, str) else _single_byte(piece)[0] for piece in pieces
        ),
        charset="utf-8 and cp1252",
    )


def decode_declared(content: bytes, charset: str | None) -> Decoded:
    """Decode as declared, where that works; else as :func:`decode` would.

    Args:
        content: the bytes of a mail's body or a page.
        charset: the name that was declared, as written.
    """
    name = (charset or "").strip().strip("\"'").lower()
    if name in {"", "us-ascii", "ascii", "utf-8", "utf8", "unicode-1-1-utf-7", "default"}:
        return decode(content)
    if name in {"iso-8859-1", "latin1", "latin-1", "iso8859-1", "windows-1252", "cp1252"}:
        # Declared Latin-1 is Windows' superset in practice, and often enough really UTF-8.
        try:
            return Decoded(text=content.decode("utf-8"), charset=name)
        except UnicodeDecodeError:
            return Decoded(text=_decode_single(content, "cp1252"), charset="cp1252")
    try:
        codec = codecs.lookup(name)
        if not codec._is_text_encoding:  # noqa: SLF001 - else base64 and zlib are "charsets" too
            return decode(content)
        return Decoded(text=content.decode(name), charset=name)
    except (LookupError, UnicodeError, ValueError):
        return decode(content)

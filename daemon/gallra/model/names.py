"""Names of files as they are: bytes, which may hold anything but ``/`` and NUL."""

import base64
import unicodedata

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Controls, bidirectional marks, private use, lone surrogates, separators: never shown raw."""


def as_text(name: bytes) -> str:
    """Return ``name`` as text that round-trips: what is not UTF-8 is surrogate-escaped."""
    return name.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """Return the bytes that :func:`as_text` made ``text`` from."""
    return text.encode("utf-8", "surrogateescape")


def composed(name: bytes) -> str:
    """Return ``name`` as a person reads it: å is one character, also where macOS wrote two.

    Two names may be the same so, and are two files.
    """
    return unicodedata.normalize("NFC", as_text(name))


def as_base64(name: bytes) -> str:
    """Return ``name`` byte-exact for JSON, beside the text that a person reads."""
    return base64.b64encode(name).decode("ascii")


def is_text(name: bytes) -> bool:
    """Tell whether ``name`` is valid UTF-8."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def shown(name: bytes | str) -> str:
    r"""Return ``name`` fit for a terminal, a log or a page: one line, nothing hidden.

    Line breaks, escape sequences, marks that turn the reading direction and bytes that
    are no UTF-8 become ``\n``, ``\x1b``, ``\u202e``, ``\xff``; a backslash is doubled
    only where something was escaped, so an ordinary name is shown as it is.
    """
    text = as_text(name) if isinstance(name, bytes) else name
    if all(unicodedata.category(character) not in _UNSEEN for character in text):
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004 - the range that surrogateescape uses
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")

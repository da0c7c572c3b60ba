"""How a PDF is encrypted: its encryption dictionary stands in the clear, whatever else does not.

Source: ISO 32000-2, 7.6.2 (table 20), 7.6.4 (table 21), 7.6.6 (crypt filters).
"""

import re

_MOST_DICTIONARY_BYTES = 16_384
_HANDLER = re.compile(rb"/Filter\s*/(Standard|Adobe\.PubSec|Entrust\.PPKEF|[A-Za-z.]{1,40})")
_ALGORITHM = re.compile(rb"/V\s+(\d)")
_LENGTH = re.compile(rb"/Length\s+(\d{1,4})")
_FILTER = re.compile(rb"/CFM\s*/(V2|AESV2|AESV3|AESV4)")
_EMBEDDED = re.compile(rb"/EFF\s*/(\w{1,40})")
_STREAMS = re.compile(rb"/StmF\s*/(\w{1,40})")
_OF_FILTER = {
    b"V2": "PDF RC4-128",
    b"AESV2": "PDF AES-128",
    b"AESV3": "PDF AES-256",
    b"AESV4": "PDF AES-256",
}


def _dictionary(content: bytes) -> bytes:
    """Return the encryption dictionary's object; empty where none is found.

    It is the object that names a security handler and holds the owner's and user's keys.
    """
    if b"/Encrypt" not in content:
        return b""
    for sign in (b"/O(", b"/O (", b"/O<", b"/O <", b"/Recipients"):
        position = content.find(sign)
        while position >= 0:
            begin = max(
                content.rfind(b"obj", max(0, position - _MOST_DICTIONARY_BYTES), position), 0
            )
            window = content[begin : begin + _MOST_DICTIONARY_BYTES]
            # the keys are any bytes at all: the end is looked for behind all that is asked for
            end = window.find(b"endobj", position - begin)
            window = window[: end if end > 0 else None]
            if b"/Filter" in window and _ALGORITHM.search(window):
                return window
            position = content.find(sign, position + 1)
    return b""


def method_of(content: bytes) -> str:
    """Name the encryption of a PDF that cannot be opened."""
    found = _dictionary(content)
    handler = _HANDLER.search(found)
    if handler and handler[1] in {b"Adobe.PubSec", b"Entrust.PPKEF"}:
        return "PDF certificate"
    algorithm = _ALGORITHM.search(found)
    if algorithm is None:
        return "PDF password"
    if method := _FILTER.search(found):
        return _OF_FILTER[method[1]]
    if algorithm[1] == b"1":
        return "PDF RC4-40"
    length = _LENGTH.search(found)
    return f"PDF RC4-{int(length[1])}" if length else "PDF RC4-40"


def locked_attachments(content: bytes) -> str | None:
    """Return how the attached files are encrypted where the document itself is not."""
    found = _dictionary(content)
    embedded, streams = _EMBEDDED.search(found), _STREAMS.search(found)
    if embedded is None or embedded[1] == b"Identity":
        return None
    if streams is not None and streams[1] != b"Identity":
        return None
    return method_of(content)

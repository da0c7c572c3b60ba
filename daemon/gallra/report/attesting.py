"""The signature over all that a certificate says, so that no word of it can be changed unseen."""

import base64
import gzip
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from gallra.report import jsonlines
from gallra.store.evidence import Attest

FORM: Final = "gallra-certificate/2"
BEGIN: Final = "-----BEGIN GALLRA CERTIFICATE-----"
END: Final = "-----END GALLRA CERTIFICATE-----"
_BLOCK_COLUMNS: Final = 76


def attested(certificate: dict[str, object], attest: Attest) -> dict[str, object]:
    """Return an object that can stand alone: with the signature over everything else in it."""
    canonical = json.dumps(certificate, sort_keys=True, separators=(",", ":"))
    return {**certificate, "signature": attest(f"{FORM} object", (_digest(canonical),))}


def block(
    words: Sequence[str], objects: Iterable[dict[str, object]], attest: Attest
) -> Iterator[str]:
    """Yield the lines of the proof that stands beneath a text: JSON lines, gzip, base64.

    Args:
        words: All lines that stand above it.
        objects: What is certified.
        attest: Signs words and objects together, so that neither goes with another's.
    """
    lines = "".join(f"{jsonlines.line(each)}\n" for each in objects)
    words_digest, objects_digest = _digest(plain(words)), _digest(lines)
    seal: dict[str, object] = {
        "seal": FORM,
        "words": words_digest,
        "objects": objects_digest,
        "signature": attest(f"{FORM} text", (words_digest, objects_digest)),
    }
    content = f"{lines}{jsonlines.line(seal)}\n".encode()
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode("ascii")
    yield BEGIN
    yield from textwrap.wrap(packed, _BLOCK_COLUMNS)
    yield END


def plain(lines: Iterable[str]) -> str:
    """Return a text as it is signed: what mail and editors do to it makes no difference.

    White space at the ends of lines, empty lines at the end and the kind of line break do not
    count; every other character does.
    """
    return "\n".join(line.rstrip(" \t") for line in lines).strip("\n") + "\n"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()

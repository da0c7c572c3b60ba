"""Checkpoints: the size and root of the ledger's tree, signed so that anybody can check them.

The form is the C2SP signed note and tlog-checkpoint, which tools in other languages read.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_ROOT_BYTES = 32
_SIGNATURE_MARK = "\u2014 "
_CHECKPOINT_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class NoteError(Exception):
    """A checkpoint or key line that cannot be believed; the text says why, in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the ledger was at some moment."""

    origin: str
    """The name of the ledger; also the name of the key."""
    size: int
    """How many entries it had."""
    root: bytes
    """The tree's root hash, 32 bytes."""

    def as_text(self) -> str:
        """Return the signed part, as bytes in UTF-8 go into the signature."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def as_base64(content: bytes) -> str:
    """Return ``content`` as the notes write it."""
    return base64.b64encode(content).decode("ascii")


def origin_from(name: str) -> str:
    """Return ``name`` fit to name a key: no white space, no plus sign, not empty."""
    return re.sub(r"[\s+]+", "-", name.strip()) or "gallra"


def verifier_line(origin: str, public: Ed25519PublicKey) -> str:
    """Return the line an auditor pins: ``NAME+KEYID+KEY``, as Go's sumdb/note reads it."""
    raw = public.public_bytes_raw()
    return f"{origin}+{_key_id(origin, raw).hex()}+{base64.b64encode(_ED25519 + raw).decode()}"


def public_pem(public: Ed25519PublicKey) -> str:
    """Return the same key in the form that openssl reads."""
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode("ascii")


def parse_verifier_line(line: str) -> tuple[str, Ed25519PublicKey]:
    """Return the name and the key of a line that :func:`verifier_line` wrote.

    Raises:
        NoteError: If it is no such line.
    """
    origin, _, rest = line.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = _decoded(encoded)
    if not origin or key[:1] != _ED25519 or len(key) != 1 + _ROOT_BYTES:
        raise NoteError("the key line is not that of an ed25519 key")
    if key_id != _key_id(origin, key[1:]).hex():
        raise NoteError("the key line's identifier does not belong to its key")
    return origin, Ed25519PublicKey.from_public_bytes(key[1:])


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return ``checkpoint`` as a signed note; the same every time, as ed25519 is."""
    text = checkpoint.as_text()
    key_id = _key_id(checkpoint.origin, key.public_key().public_bytes_raw())
    signature = base64.b64encode(key_id + key.sign(text.encode())).decode()
    return f"{text}\n{_SIGNATURE_MARK}{checkpoint.origin} {signature}\n"


def attested(kind: str, digests: Iterable[str], key: Ed25519PrivateKey) -> str:
    """Return the signature over ``kind`` and ``digests``, one a line, in base64.

    Raises:
        ValueError: If ``kind`` has no blank in it: what is signed could then be taken for a
            checkpoint, whose first line is a name without one.
    """
    if " " not in kind:
        raise ValueError("the kind of a statement has two words at least")
    return as_base64(key.sign("".join(f"{line}\n" for line in (kind, *digests)).encode()))


def opened(note: str, origin: str, public: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint in ``note``, if ``public`` signed it under the name ``origin``.

    Signatures by others, such as witnesses, are passed over.

    Raises:
        NoteError: If the note is malformed, of another ledger, or not signed by that key.
    """
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise NoteError("the text is not a signed checkpoint")
    text += "\n"
    key_id = _key_id(origin, public.public_bytes_raw())
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(_SIGNATURE_MARK).rpartition(" ")
        if not line.startswith(_SIGNATURE_MARK) or name != origin:
            continue
        signature = _decoded(encoded)
        if signature[:_KEY_ID_BYTES] != key_id:
            continue
        try:
            public.verify(signature[_KEY_ID_BYTES:], text.encode("utf-8", "surrogateescape"))
        except InvalidSignature:
            raise NoteError("the checkpoint's signature is wrong") from None
        return _parsed(text, origin)
    raise NoteError("the checkpoint is not signed with this ledger's key")


def _parsed(text: str, origin: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < _CHECKPOINT_LINES + 1 or not _SIZE.fullmatch(lines[1]):
        raise NoteError("the text is not a signed checkpoint")
    if lines[0] != origin:
        raise NoteError("the checkpoint is of another ledger")
    root = _decoded(lines[2])
    if len(root) != _ROOT_BYTES:
        raise NoteError("the checkpoint's root is not a SHA-256 hash")
    return Checkpoint(origin=origin, size=int(lines[1]), root=root)


def _key_id(origin: str, raw: bytes) -> bytes:
    return sha256(origin.encode() + b"\n" + _ED25519 + raw).digest()[:_KEY_ID_BYTES]


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("what should be base64 is not") from None

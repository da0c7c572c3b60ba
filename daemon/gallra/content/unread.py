"""Files that are known but not read, and those that nobody without the password can read."""

from collections.abc import Iterator

from gallra.content.place import Place, RefusedError
from gallra.content.source import Source
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
_AUTHENTICATED_ENVELOPED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
_ENCRYPTED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"


def _opaque(kind: str, method: str) -> RefusedError:
    return RefusedError(
        Outcome.OPAQUE,
        said("is encrypted with {method}", method=method),
        encrypted=method,
        kind=kind,
    )


def refuse(kind: str, place: Place, source: Source) -> Iterator[Part]:
    """Say honestly that a file of this kind was not read.

    Raises:
        RefusedError: always.
    """
    del place
    if kind == "pgp":
        raise _opaque(kind, "PGP")
    if kind == "p7m":
        head = source.head[:64]
        for sign in (_ENVELOPED, _AUTHENTICATED_ENVELOPED, _ENCRYPTED_DATA):
            if sign in head:
                raise _opaque(kind, "S/MIME")
    if kind == "binary":
        raise RefusedError(Outcome.UNSUPPORTED, said("is of no kind that is known"), kind=kind)
    raise RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)
    yield  # type: ignore[unreachable] # a generator, as all readers are

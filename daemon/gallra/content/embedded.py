"""Files inside an office document: each is read by its own kind, and is a part."""

import re
import zipfile
from collections.abc import Iterator

from gallra.content.ooxml import BROKEN_XML, Package, embedded
from gallra.content.place import Place, RefusedError
from gallra.content.source import MemorySource
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_MACROS = re.compile(r"(?:^|/)vbaProject[^/]*\.bin$", re.IGNORECASE)


def embedded_parts(place: Place, package: Package) -> Iterator[Part]:
    """Yield what is embedded in an office document, each read by its own kind."""
    for name in embedded(package):
        yield from followed(place, package, name)


def followed(place: Place, package: Package, name: str) -> Iterator[Part]:
    """Yield the parts of a member that is a file of its own."""
    inner = place.inside(name)
    if _MACROS.search(name):
        reason = said("holds program code, which is not read")
        yield Part(address=inner.address, kind="macro", outcome=Outcome.UNSUPPORTED, reason=reason)
        return
    try:
        content = package.read(name, place.bounds.most_member_bytes)
    except RefusedError as refusal:
        yield Part(
            address=inner.address,
            kind="binary",
            outcome=refusal.outcome,
            reason=refusal.reason,
            encrypted=refusal.encrypted,
        )
        return
    except (*BROKEN_XML, NotImplementedError, OSError, zipfile.LargeZipFile):
        yield Part(
            address=inner.address,
            kind="binary",
            outcome=Outcome.DAMAGED,
            reason=said("cannot be unpacked"),
        )
        return
    yield from place.follow(inner, MemorySource(content))

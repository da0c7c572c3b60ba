"""What was put into an old document by drag and drop: packed files, and other documents.

Source: [MS-OLEDS] 2.2 (OLE 1.0 objects), 2.3.6 (OLENativeStream); the layout inside a native
stream of class ``Package`` is that of Windows' object packager.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gallra.content.compound import Storage, StorageSource
from gallra.content.place import Place, RefusedError
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_NATIVE = "\x01Ole10Native"
_WHOLE_FILES = ("Package", "CONTENTS", "Contents")
"""Streams that are a file as it stands: a new Office document, a PDF, a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A file that was dropped into a document."""

    name: str
    content: bytes
    is_whole: bool = True


def packed_file(native: bytes) -> Packed:
    """Return the file in a native stream; where it is no package, the bytes as they are.

    Args:
        native: the stream after its length.
    """
    as_it_is = Packed(name="object", content=native)
    if native[:2] != b"\x02\x00":
        return as_it_is
    label_end = native.find(b"\0", 2)
    path_end = native.find(b"\0", label_end + 1)
    at = path_end + 5
    if min(label_end, path_end) < 0 or at + 4 > len(native):
        return as_it_is
    (length,) = struct.unpack_from("<I", native, at)
    at += 4 + length
    if at + 4 > len(native):
        return as_it_is
    (size,) = struct.unpack_from("<I", native, at)
    label = native[2:label_end] or native[label_end + 1 : path_end]
    name = label.decode("cp1252", "replace").replace("\\", "/").rsplit("/", 1)[-1]
    content = native[at + 4 : at + 4 + size]
    return Packed(name=name or "object", content=content, is_whole=len(content) == size)


def read_object(place: Place, storage: Storage) -> Iterator[Part]:
    """Yield the file that an object's storage holds.

    Raises:
        RefusedError: it is damaged, or belongs to a program whose objects are not read.
    """
    for name in (_NATIVE, *_WHOLE_FILES):
        if storage.find(name) is None:
            continue
        found = storage.read(name, place.bounds.most_member_bytes)
        place.budget.take_bytes(len(found.content))
        file = Packed(name=place.name, content=found.content)
        if name == _NATIVE:
            file = packed_file(found.content[4:])
        if not found.is_whole or not file.is_whole:
            raise RefusedError(Outcome.DAMAGED, said("breaks off before its end"), kind="ole")
        if storage.size_of(name) > len(found.content):
            limit = place.bounds.most_member_bytes
            raise RefusedError(Outcome.TOO_LARGE, said("is larger than {limit} bytes", limit=limit))
        yield Part(address=place.address, kind="ole", outcome=Outcome.READ)
        yield from place.parts_inside(file.name, file.content)
        return
    if "VBA" in storage.storages:
        raise RefusedError(
            Outcome.UNSUPPORTED, said("holds program code, which is not read"), kind="macro"
        )
    raise RefusedError(
        Outcome.UNSUPPORTED, said("belongs to a program whose objects are not read"), kind="ole"
    )


def objects_in(place: Place, storages: Iterator[Storage]) -> Iterator[Part]:
    """Yield the parts of embedded objects; each storage is one object."""
    for storage in storages:
        if not storage.streams and not storage.storages:
            continue
        inner = place.inside(storage.name)
        place.budget.take_bytes(sum(entry.size_bytes for entry in storage.streams.values()))
        yield from place.follow(inner, StorageSource(storage))


def read_ole1(place: Place, data: bytes, number: int) -> Iterator[Part]:
    """Yield what an OLE 1.0 object holds, as RTF carries it.

    Args:
        place: of the document.
        data: the object, from its version on.
        number: the position among the document's objects, for a name.
    """
    name = f"object-{number}"
    try:
        class_name, native = _native_of(data)
    except (struct.error, ValueError):
        yield place.part_not_read(name, "ole", Outcome.DAMAGED, said("breaks off before its end"))
        return
    if class_name == "Package":
        file = packed_file(native)
        yield from place.parts_inside(file.name, file.content)
    elif native:
        yield from place.parts_inside(name, native)


def _native_of(data: bytes) -> tuple[str, bytes]:
    """Return an OLE 1.0 object's class and its own bytes; none where it is only a link."""
    _, form = struct.unpack_from("<II", data)
    at = 8
    texts = []
    for _ in range(3):
        (length,) = struct.unpack_from("<I", data, at)
        texts.append(data[at + 4 : at + 4 + length].rstrip(b"\0").decode("cp1252", "replace"))
        at += 4 + length
    if form != 2:  # noqa: PLR2004 - 2 is an embedded object, 1 a link
        return texts[0], b""
    (size,) = struct.unpack_from("<I", data, at)
    native = data[at + 4 : at + 4 + size]
    if len(native) < size:
        raise ValueError("the object breaks off")
    return texts[0], native

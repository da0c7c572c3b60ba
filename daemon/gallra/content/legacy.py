"""Compound files: which reader they go to, or why to none.

The formats of Office before 2007, Outlook's messages, and the boxes in which new Office files
are encrypted all share one container.
"""

from collections.abc import Callable, Iterator

from gallra.content.compound import Storage, storage_of
from gallra.content.doc import read_doc
from gallra.content.kinds import extension_of
from gallra.content.msg import read_msg
from gallra.content.ole import encryption_of_storage, kind_of_storage
from gallra.content.ole_objects import read_object
from gallra.content.place import Place, RefusedError, too_large
from gallra.content.ppt import read_ppt
from gallra.content.source import Source
from gallra.content.xls import read_xls
from gallra.model.message import said
from gallra.model.passage import Outcome, Part

_READERS: dict[str, Callable[[Place, Storage], Iterator[Part]]] = {
    "doc": read_doc,
    "msg": read_msg,
    "ppt": read_ppt,
    "xls": read_xls,
}
_OOXML_EXTENSIONS = {
    "docx": "docx", "docm": "docx", "dotx": "docx", "xlsx": "xlsx", "xlsm": "xlsx",
    "xlsb": "xlsb", "pptx": "pptx", "pptm": "pptx", "ppsx": "pptx",
}  # fmt: skip


def read_compound(place: Place, source: Source) -> Iterator[Part]:
    """Yield what a compound file, or a storage inside one, holds.

    Raises:
        RefusedError: it is damaged, encrypted, too large, or of a kind that is not read.
    """
    extension = extension_of(place.name)
    if source.size_bytes > place.bounds.most_document_bytes:
        raise too_large(
            said("is larger than {limit} bytes", limit=place.bounds.most_document_bytes)
        )
    try:
        storage = storage_of(source)
    except ValueError as error:
        kind = extension if extension in {"doc", "xls", "ppt", "msg"} else "ole"
        raise RefusedError(
            Outcome.DAMAGED, said("its directory of streams is damaged"), kind=kind
        ) from error
    kind = kind_of_storage(storage) or "ole"
    method = encryption_of_storage(storage, kind)
    if kind == "ooxml":
        kind = _OOXML_EXTENSIONS.get(extension, "ooxml")
    if method:
        raise RefusedError(
            Outcome.OPAQUE,
            said("is encrypted with {method}", method=method),
            encrypted=method,
            kind=kind,
        )
    if kind == "ole":
        yield from read_object(place, storage)
        return
    if kind not in _READERS:
        raise RefusedError(Outcome.UNSUPPORTED, said("this format is not read yet"), kind=kind)
    try:
        yield from _READERS[kind](place, storage)
    except RefusedError as refusal:
        refusal.kind = refusal.kind or kind
        raise

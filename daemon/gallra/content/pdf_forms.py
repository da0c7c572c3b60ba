"""Forms and metadata of a PDF that its pages do not show: XFA packets, hidden fields, XMP.

pypdf is asked only where there is a form: it rebuilds damaged tables slowly.
"""

import ctypes
import io
from collections.abc import Iterator
from functools import partial

import pypdfium2 as pdfium
from lxml import etree
from pypdfium2 import raw

from gallra.content.ooxml import local, rooted
from gallra.content.place import Budget, RefusedError, normalised
from gallra.model.message import Message, said
from gallra.model.passage import Passage

_MOST_PACKETS = 50
_MOST_PACKET_BYTES = 16 * 1024 * 1024
_MOST_FIELDS = 20_000
_MOST_DEPTH = 30
_MOST_FORM_FILE_BYTES = 64 * 1024 * 1024
_PACKETS = {"datasets": "form value", "form": "form value", "template": "form"}
_XMP_BEGIN, _XMP_END = b"<x:xmpmeta", b"</x:xmpmeta>"
_MOST_XMP, _MOST_XMP_BYTES = 20, 1024 * 1024
_NO_WORDS = frozenset(
    {"InstanceID", "DocumentID", "OriginalDocumentID", "documentID", "instanceID", "CreatorTool",
     "Producer", "CreateDate", "ModifyDate", "MetadataDate", "format", "action", "when", "changed",
     "softwareAgent", "part", "conformance", "PDFVersion", "Trapped", "RenditionClass", "image"}
)  # fmt: skip
_SIGNATURE_KEYS = ("/Name", "/Reason", "/Location", "/ContactInfo")


def has_form(document: "pdfium.PdfDocument") -> bool:
    """Tell whether the document holds a form of any kind."""
    return bool(raw.FPDF_GetFormType(document) != raw.FORMTYPE_NONE)


def packets(document: "pdfium.PdfDocument", budget: Budget) -> Iterator[Passage]:
    """Yield the values and labels of an XFA form, each text once.

    Raises:
        RefusedError: a limit of the file as a whole.
    """
    told: set[str] = set()
    for index in range(min(max(0, raw.FPDF_GetXFAPacketCount(document)), _MOST_PACKETS)):
        name = _narrow(partial(raw.FPDF_GetXFAPacketName, document, index))
        where = _PACKETS.get(name)
        length = ctypes.c_ulong(0)
        raw.FPDF_GetXFAPacketContent(document, index, None, 0, length)
        if where is None or not 0 < length.value <= _MOST_PACKET_BYTES:
            continue
        budget.take_bytes(length.value)
        buffer = ctypes.create_string_buffer(length.value)
        raw.FPDF_GetXFAPacketContent(document, index, buffer, length.value, length)
        for text in _texts(buffer.raw):
            if text not in told:
                told.add(text)
                yield Passage(where=where, text=text)


def _narrow(call: "partial[int]") -> str:
    length = call(None, 0)
    if not 1 < length < 1000:  # noqa: PLR2004 - names of packets are short words
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(buffer, length)
    return bytes(buffer.raw[: length - 1]).decode("utf-8", "replace")


def _texts(content: bytes) -> Iterator[str]:
    try:
        root = rooted(content.strip(b"\0"), is_lenient=True)
    except (etree.XMLSyntaxError, RefusedError, ValueError):
        return
    for element in root.iter() if root is not None else ():
        if local(element.tag) in _NO_WORDS:
            continue
        for text in (element.text, element.tail):
            if text and text.strip():
                yield normalised(text.strip())


def metadata(content: bytes) -> Iterator[Passage]:
    """Yield what the XMP packets say besides numbers of versions; they stand in the clear."""
    told: set[str] = set()
    begin = end = 0
    for _ in range(_MOST_XMP):
        begin = content.find(_XMP_BEGIN, end)
        end = content.find(_XMP_END, begin, begin + _MOST_XMP_BYTES) + len(_XMP_END)
        if begin < 0 or end < begin:
            return
        for text in _texts(content[begin:end]):
            if text not in told and any(character.isalpha() for character in text):
                told.add(text)
                yield Passage(where="properties", text=text)


def fields(content: bytes, shortfalls: list[Message]) -> list[Passage]:
    """Return the values of all fields, shown on a page or not, and who signed.

    A form that pypdf cannot follow is a shortfall: what the pages show of it is read all the same.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - slow to load, and few files have forms
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - as above

    not_followed = said("its form holds fields that could not be followed")
    if len(content) > _MOST_FORM_FILE_BYTES:
        shortfalls.append(not_followed)
        return []
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        form = reader.root_object.get("/AcroForm")
        found = list(_values(form.get_object().get("/Fields") if form else None, 0, [0]))
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError,
            NotImplementedError, RecursionError):  # fmt: skip
        shortfalls.append(not_followed)
        return []
    return [
        Passage(where="form value", text=normalised(text.strip()))
        for text in dict.fromkeys(found)
        if text.strip()
    ]


def _values(listed: object, depth: int, count: list[int]) -> Iterator[str]:
    for each in listed if isinstance(listed, list) else ():
        count[0] += 1
        if count[0] > _MOST_FIELDS or depth > _MOST_DEPTH:
            return
        field = each.get_object()
        if not isinstance(field, dict):
            continue
        for key in ("/V", "/DV", "/TU"):
            yield from _words(field.get(key))
        yield from _values(field.get("/Kids"), depth + 1, count)


def _words(value: object) -> Iterator[str]:
    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, dict):
        for key in _SIGNATURE_KEYS:
            if isinstance(value.get(key), str):
                yield str(value[key])
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str):
                yield str(each)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, str) and not value.startswith("/"):
        yield str(value)

"""What stands on a PDF page beside its text: annotations, links, form fields, files, alternatives.

Source: ISO 32000-2, 12.5 (annotations), 12.7 (forms), 14.9.3 (alternate descriptions).
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from functools import partial

import pypdfium2 as pdfium
from pypdfium2 import raw

from gallra.content.ooxml import link_text
from gallra.content.place import Place, normalised
from gallra.model.message import said
from gallra.model.passage import Outcome, Part, Passage

_ANNOTATION_KEYS = (b"Contents", b"T", b"Subj")
_TAG = re.compile(r"<[^>]{0,2000}>")
_MOST_STRING_BYTES = 4 * 1024 * 1024
_MOST_OPTIONS = 2_000
_MOST_ELEMENTS = 20_000
_MOST_DEPTH = 100


def wide(call: Callable[[object, int], int]) -> str:
    """Fetch a UTF-16 text from a PDFium function that tells its length first."""
    length = call(None, 0)
    if not 2 < length <= _MOST_STRING_BYTES:  # noqa: PLR2004 - the closing NUL alone
        return ""
    buffer = ctypes.create_string_buffer(length)
    call(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return normalised(buffer.raw[: length - 2].decode("utf-16-le", "replace")).strip()


class Marks:
    """Reads the marks of pages; remembers the files that hang on them."""

    def __init__(self, document: "pdfium.PdfDocument") -> None:
        """Begin with no files."""
        self._document = document
        self.files: list[object] = []

    def of_page(self, page: "pdfium.PdfPage") -> Iterator[Passage]:
        """Yield what a page's annotations, fields and tags say."""
        for index in range(max(0, raw.FPDFPage_GetAnnotCount(page))):
            annotation = raw.FPDFPage_GetAnnot(page, index)
            if not annotation:
                continue
            try:
                yield from self._annotation(annotation)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)
        yield from _alternatives(page)

    def _annotation(self, annotation: object) -> Iterator[Passage]:
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        if subtype == raw.FPDF_ANNOT_WIDGET:
            yield from self._form_field(annotation)
            return
        if subtype == raw.FPDF_ANNOT_LINK and (text := self._link(annotation)):
            yield Passage(where="hyperlink", text=text)
        if subtype == raw.FPDF_ANNOT_FILEATTACHMENT:
            attachment = raw.FPDFAnnot_GetFileAttachment(annotation)
            if attachment:
                self.files.append(attachment)
        told = set()
        for key in _ANNOTATION_KEYS:
            if text := wide(partial(raw.FPDFAnnot_GetStringValue, annotation, key)):
                told.add(text)
                yield Passage(where="annotation", text=text)
        rich = wide(partial(raw.FPDFAnnot_GetStringValue, annotation, b"RC"))
        text = " ".join(_TAG.sub(" ", rich).split())
        if text and text not in told:
            yield Passage(where="annotation", text=text)

    def _link(self, annotation: object) -> str:
        link = raw.FPDFAnnot_GetLink(annotation)
        action = raw.FPDFLink_GetAction(link) if link else None
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            return ""
        length = raw.FPDFAction_GetURIPath(self._document, action, None, 0)
        if not 1 < length <= _MOST_STRING_BYTES:
            return ""
        buffer = ctypes.create_string_buffer(length)
        raw.FPDFAction_GetURIPath(self._document, action, buffer, length)
        return link_text(buffer.raw[: length - 1].decode("utf-8", "replace"))

    def _form_field(self, annotation: object) -> Iterator[Passage]:
        values = [wide(partial(raw.FPDFAnnot_GetStringValue, annotation, b"V"))]
        form = self._document.formenv
        options: list[str] = []
        if form is not None:
            values += [
                wide(partial(raw.FPDFAnnot_GetFormFieldValue, form, annotation)),
                wide(partial(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)),
            ]
            count = raw.FPDFAnnot_GetOptionCount(form, annotation)
            options = [
                wide(partial(raw.FPDFAnnot_GetOptionLabel, form, annotation, index))
                for index in range(min(max(0, count), _MOST_OPTIONS))
            ]
        for value in dict.fromkeys(values):
            if value and value != "Off":
                yield Passage(where="form value", text=value)
        for option in dict.fromkeys(options):
            if option:
                yield Passage(where="choice", text=option)


def _alternatives(page: "pdfium.PdfPage") -> Iterator[Passage]:
    """Yield the descriptions of pictures that a tagged document carries."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    try:
        count = max(0, raw.FPDF_StructTree_CountChildren(tree))
        waiting = [
            (raw.FPDF_StructTree_GetChildAtIndex(tree, index), 0)
            for index in reversed(range(min(count, _MOST_ELEMENTS)))
        ]
        for _ in range(_MOST_ELEMENTS):
            if not waiting:
                return
            element, depth = waiting.pop()
            if not element:
                continue
            for call in (raw.FPDF_StructElement_GetAltText, raw.FPDF_StructElement_GetTitle):
                if text := wide(partial(call, element)):
                    yield Passage(where="alternative text", text=text)
            if depth < _MOST_DEPTH:
                count = max(0, raw.FPDF_StructElement_CountChildren(element))
                waiting += [
                    (raw.FPDF_StructElement_GetChildAtIndex(element, index), depth + 1)
                    for index in reversed(range(min(count, _MOST_ELEMENTS)))
                ]
    finally:
        raw.FPDF_StructTree_Close(tree)


def attached(place: Place, attachment: object, name: str, locked: str | None) -> Iterator[Part]:
    """Yield the parts of a file in a PDF.

    Args:
        place: the document.
        attachment: PDFium's handle of the file.
        name: what it is called where it has no name.
        locked: how the attachments are encrypted, where only they are.
    """
    name = wide(partial(raw.FPDFAttachment_GetName, attachment)) or name
    if locked:
        yield place.part_not_read(
            name,
            "binary",
            Outcome.OPAQUE,
            said("is encrypted with {method}", method=locked),
            encrypted=locked,
        )
        return
    length = ctypes.c_ulong(0)
    raw.FPDFAttachment_GetFile(attachment, None, 0, length)
    most = place.bounds.most_member_bytes
    if length.value > most:
        reason = said("unpacks to more than {limit} bytes", limit=most)
        yield place.part_not_read(name, "binary", Outcome.TOO_LARGE, reason)
        return
    buffer = ctypes.create_string_buffer(length.value)
    written = ctypes.c_ulong(0)
    if length.value and not raw.FPDFAttachment_GetFile(attachment, buffer, length.value, written):
        yield place.part_not_read(name, "binary", Outcome.DAMAGED, said("cannot be unpacked"))
        return
    place.budget.take_bytes(length.value)
    yield from place.parts_inside(name, buffer.raw[: length.value])

"""PDF through PDFium: a passage for each page, then notes, form values, files inside, properties.

A page that shows a picture and has no text is said to be unread: it may be a scan.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime

import pypdfium2 as pdfium
from pypdfium2 import raw

from gallra.content.pdf_encryption import locked_attachments, method_of
from gallra.content.pdf_forms import fields, has_form, metadata, packets
from gallra.content.pdf_marks import Marks, attached
from gallra.content.pictures import look
from gallra.content.place import Place, RefusedError, normalised, read_part, too_large
from gallra.content.sight import DOTS_PER_INCH, Seen
from gallra.content.source import Source
from gallra.model.message import Message, said
from gallra.model.passage import Outcome, Part, Passage

_PROPERTIES = ("Title", "Subject", "Author", "Keywords")
_DATE = re.compile(r"D?:?(\d{4})(\d\d)?(\d\d)?")
_SHORT = 40
_MOST_OBJECTS = 400
_MOST_PATHS = 200
_POINTS_PER_INCH = 72
_LONGEST_SIDE = 6_000
"""Pixels of a page that is drawn; a poster is drawn coarser."""


def read_pdf(place: Place, source: Source) -> Iterator[Part]:
    """Yield the document, then the files attached inside it.

    Raises:
        RefusedError: encrypted, damaged or too large.
    """
    if source.size_bytes > place.bounds.most_document_bytes:
        raise too_large(
            said("is larger than {limit} bytes", limit=place.bounds.most_document_bytes)
        )
    content = source.read_at(0, source.size_bytes)
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise _refusal(error, content) from error
    try:
        marks = Marks(document)
        yield _document_part(place, document, content, marks)
        yield from _attachments(place, document, content)
        for number, attachment in enumerate(marks.files, 1):
            yield from attached(place, attachment, f"attachment-{number}", None)
    finally:
        document.close()


def _refusal(error: "pdfium.PdfiumError", content: bytes) -> RefusedError:
    code = getattr(error, "err_code", None)
    if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
        method = method_of(content)
        return RefusedError(
            Outcome.OPAQUE, said("is encrypted with {method}", method=method), encrypted=method
        )
    return RefusedError(Outcome.DAMAGED, said("is no PDF that can be opened"))


def _document_part(  # noqa: C901 - one pass over the pages, each shortfall noted
    place: Place, document: "pdfium.PdfDocument", content: bytes, marks: Marks
) -> Part:
    shortfalls: list[Message] = []
    pages: list[Passage] = []
    beside: list[Passage] = []
    unread: list[int] = []
    broken: list[int] = []
    if b"/AcroForm" in content or b"/ObjStm" in content:
        document.init_forms()
    count = len(document)
    looked_count = 0
    room = place.bounds.most_characters
    for index in range(min(count, place.bounds.most_pages)):
        try:
            page = document.get_page(index)
        except pdfium.PdfiumError:
            broken.append(index + 1)
            continue
        try:
            text, has_text = _page_text(page)
            if text:
                pages.append(Passage(where=f"page {index + 1}", text=text))
                room -= len(text)
            if not has_text and _shows_something(page, text):
                looked_count += 1
                seen = _looked_at(place, page, looked_count)
                unread += [] if seen.is_legible else [index + 1]
                pages += [Passage(where=f"page {index + 1}", text=seen.text)] * bool(seen.text)
                room -= len(seen.text)
            beside += marks.of_page(page)
        finally:
            page.close()
        if room < 0:
            break
    if count > place.bounds.most_pages:
        shortfalls.append(said("has more than {limit} pages", limit=place.bounds.most_pages))
    if broken or not count:
        shortfalls.append(said("pages {numbers} are damaged", numbers=_numbers(broken) or "1"))
    if unread:
        shortfalls.append(
            said("pages {numbers} have no text layer", numbers=_numbers(unread))
            if place.budget.eye is None
            else said(
                "pages {numbers} are pictures that are hard to read", numbers=_numbers(unread)
            )
        )
    passages, stated_on = _properties(document)
    if has_form(document):
        beside += [*packets(document, place.budget), *fields(content, shortfalls)]
    told = {passage.text for passage in passages}
    passages += [each for each in metadata(content) if each.text not in told]
    if not count or len(broken) == count:
        raise RefusedError(Outcome.DAMAGED, said("has no page that can be opened"))
    all_passages = [*pages, *dict.fromkeys(beside), *passages, *_bookmarks(document)]
    waiting = len(unread) if place.budget.eye is None else 0
    return read_part(
        place, "pdf", all_passages, shortfalls=shortfalls, stated_on=stated_on,
        awaits_sight=waiting,
    )  # fmt: skip


def _looked_at(place: Place, page: "pdfium.PdfPage", count: int) -> Seen:
    """Return what an eye makes of a page that is a picture, the ``count``-th of the document."""
    if place.budget.eye is None or count > place.bounds.most_seen_pages:
        return Seen(text="", is_failed=True)
    width, height = page.get_size()
    scale = DOTS_PER_INCH / _POINTS_PER_INCH
    longest = max(width, height) * scale
    if longest > _LONGEST_SIDE:
        scale *= _LONGEST_SIDE / longest
    try:
        bitmap = page.render(scale=scale, grayscale=True)
    except (pdfium.PdfiumError, MemoryError):
        return Seen(text="", is_failed=True)
    try:
        return look(place, bitmap.to_pil())
    finally:
        bitmap.close()


def _numbers(pages: list[int]) -> str:
    """Return page numbers as a person writes them: ``1-3, 7``."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and spans[-1][1] == page - 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in spans)


def _page_text(page: "pdfium.PdfPage") -> tuple[str, bool]:
    """Return the page's text, and whether it is one that a person could read."""
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        text = text_page.get_text_range() if count > 0 else ""
    finally:
        text_page.close()
    # PDFium writes U+FFFE for the hyphen at a line's end, and joins the lines.
    text = normalised(text).replace("\ufffe", "-").replace("\x02", "-").rstrip("\n")
    letters = sum(1 for character in text[:2000] if character.isalnum())
    return (text if text.strip() else ""), letters > 0


def _shows_something(page: "pdfium.PdfPage", text: str) -> bool:
    """Tell whether a page without text shows pictures or outlines that may be writing."""
    if len(text.strip()) > _SHORT:
        return True
    paths = 0
    for number, item in enumerate(page.get_objects(max_depth=4)):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            return True
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            paths += 1
        if number > _MOST_OBJECTS or paths > _MOST_PATHS:
            return True
    return False


def _bookmarks(document: "pdfium.PdfDocument") -> Iterator[Passage]:
    for number, item in enumerate(document.get_toc(max_depth=8)):
        title = normalised(item.get_title() or "").strip()
        if title:
            yield Passage(where="bookmark", text=title)
        if number > _MOST_OBJECTS:
            return


def _properties(document: "pdfium.PdfDocument") -> tuple[list[Passage], date | None]:
    values = document.get_metadata_dict(skip_empty=True)
    passages = [
        Passage(where="properties", text=text)
        for name in _PROPERTIES
        if (text := normalised(values.get(name, "")).strip())
    ]
    stated = _stated(values.get("ModDate", "")) or _stated(values.get("CreationDate", ""))
    return passages, stated


def _stated(text: str) -> date | None:
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1)).date()  # noqa: DTZ001 - a date as written
    except ValueError:
        return None


def _attachments(place: Place, document: "pdfium.PdfDocument", content: bytes) -> Iterator[Part]:
    """Yield the files attached to the document; those attached to a page come with it."""
    locked = locked_attachments(content)
    for index in range(min(document.count_attachments(), place.bounds.most_members)):
        attachment = document.get_attachment(index)
        yield from attached(place, attachment.raw, f"attachment-{index + 1}", locked)

"""PDF: pages, notes, form values, files inside, properties; scans, passwords and damage told."""

import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome


def written(draw: Callable[[Canvas], None], **options: object) -> bytes:
    packed = io.BytesIO()
    canvas = Canvas(packed, **options)
    draw(canvas)
    canvas.save()
    return packed.getvalue()


def two_pages(canvas: Canvas) -> None:
    canvas.setTitle("TITEL")
    canvas.setAuthor("FÖRFATTARE")
    canvas.drawString(72, 700, "Första raden åäö")
    canvas.drawString(72, 680, "Andra raden")
    canvas.linkURL("mailto:link%40example.se", (10, 10, 90, 30))
    canvas.textAnnotation("ANMÄRKNING", (10, 10, 90, 30))
    canvas.acroForm.textfield(name="f", value="IFYLLT", x=100, y=100)
    canvas.bookmarkPage("b")
    canvas.addOutlineEntry("BOKMÄRKE", "b")
    canvas.showPage()
    canvas.drawString(72, 700, "Sida två")


def picture(canvas: Canvas) -> None:
    from PIL import Image  # noqa: PLC0415 - used here only

    canvas.drawImage(ImageReader(Image.new("RGB", (60, 60), "red")), 10, 10, 400, 400)


def test_pages_then_what_stands_beside_them(read) -> None:
    (part,) = read(written(two_pages), "a.pdf")
    assert (part.kind, part.outcome) == ("pdf", Outcome.READ)
    found = [(passage.where, passage.text) for passage in part.passages]
    assert found[:2] == [("page 1", "Första raden åäö\nAndra raden"), ("page 2", "Sida två")]
    for passage in (
        ("hyperlink", "link@example.se"),
        ("annotation", "ANMÄRKNING"),
        ("form value", "IFYLLT"),
        ("properties", "TITEL"),
        ("properties", "FÖRFATTARE"),
        ("bookmark", "BOKMÄRKE"),
    ):
        assert passage in found


def test_files_inside_a_pdf_are_parts(read) -> None:
    document = pdfium.PdfDocument(written(two_pages))
    document.new_attachment("lön.csv").set_data(b"namn;l\xc3\xb6n")
    packed = io.BytesIO()
    document.save(packed)
    document.close()
    parts = read(packed.getvalue(), "a.pdf")
    assert [(part.address, part.kind, part.text) for part in parts][1:] == [
        ("lön.csv", "csv", "namn;lön")
    ]


def test_pages_without_a_text_layer_are_named(read) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "text")
        canvas.showPage()
        for _ in range(3):
            picture(canvas)
            canvas.showPage()

    (part,) = read(written(draw), "a.pdf")
    assert part.outcome is Outcome.READ_IN_PART
    assert part.reason is not None
    assert part.reason.in_english() == "pages 2-4 have no text layer"


def test_a_password_makes_it_opaque_and_an_owner_password_does_not(read) -> None:
    locked = written(two_pages, encrypt=StandardEncryption("user", "owner", strength=128))
    (part,) = read(locked, "a.pdf")
    assert (part.outcome, part.encrypted, part.passages) == (Outcome.OPAQUE, "PDF RC4-128", ())
    restricted = written(two_pages, encrypt=StandardEncryption("", "owner", strength=128))
    assert read(restricted, "a.pdf")[0].outcome is Outcome.READ


def test_a_limit_of_pages_is_said(read) -> None:
    (part,) = read(written(two_pages), "a.pdf", Bounds(most_pages=1))
    assert part.outcome is Outcome.READ_IN_PART
    assert "page 2" not in {passage.where for passage in part.passages}


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"\n\n%PDF-1.4 garbage"])
def test_what_only_claims_to_be_a_pdf_is_damaged(read, content: bytes) -> None:
    (part,) = read(content, "a.pdf")
    assert (part.kind, part.outcome) == ("pdf", Outcome.DAMAGED)

"""PDF beside its pages: encryption by name, forms shown and hidden, XFA, XMP, files on a page."""

import io

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from gallra.model.passage import Outcome


def page_with(*lines: str) -> pypdf.PdfWriter:
    packed = io.BytesIO()
    canvas = Canvas(packed)
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 20 * number, line)
    canvas.acroForm.textfield(name="shown", value="SHOWN", tooltip="TIP", x=100, y=100)
    canvas.acroForm.choice(name="pick", value="Anna", options=["Anna", "Berit"], x=100, y=200)
    canvas.save()
    return pypdf.PdfWriter(clone_from=io.BytesIO(packed.getvalue()))


def written(writer: pypdf.PdfWriter) -> bytes:
    packed = io.BytesIO()
    writer.write(packed)
    return packed.getvalue()


def stream(content: bytes, **entries: str) -> StreamObject:
    made = StreamObject()
    made.set_data(content)
    for name, value in entries.items():
        made[NameObject(f"/{name}")] = NameObject(f"/{value}")
    return made


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256", "AES-256-R5"])
def test_encryption_is_named_exactly(read, algorithm: str) -> None:
    writer = page_with("secret")
    writer.encrypt("user", "owner", algorithm=algorithm)
    (part,) = read(written(writer), "a.pdf")
    expected = f"PDF {algorithm.removesuffix('-R5')}"
    assert (part.outcome, part.encrypted, part.text) == (Outcome.OPAQUE, expected, "")


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_an_owner_password_alone_hinders_nobody(read, algorithm: str) -> None:
    writer = page_with("open")
    writer.encrypt("", "owner", algorithm=algorithm)
    (part,) = read(written(writer), "a.pdf")
    assert (part.outcome, part.encrypted) == (Outcome.READ, None)
    assert "open" in part.text
    assert "SHOWN" in part.text


def everywhere() -> bytes:
    writer = page_with("body")
    root = writer.root_object
    form = root["/AcroForm"].get_object()
    hidden = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("h"),
            NameObject("/V"): TextStringObject("HIDDENFIELD"),
        }
    )
    signed = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/V"): DictionaryObject({NameObject("/Name"): TextStringObject("SIGNER")}),
        }
    )
    form["/Fields"].get_object().extend([writer._add_object(hidden), writer._add_object(signed)])
    data = b"<xfa:datasets xmlns:xfa='x'><d><name>XFAVALUE</name></d></xfa:datasets>"
    form[NameObject("/XFA")] = ArrayObject(
        [TextStringObject("datasets"), writer._add_object(stream(data))]
    )
    words = b"<a><b>XMPAUTHOR</b><CreatorTool>T</CreatorTool></a>"
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + words + b"</x:xmpmeta>"
    root[NameObject("/Metadata")] = writer._add_object(stream(xmp, Type="Metadata", Subtype="XML"))
    name = TextStringObject("remark.txt")
    file = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): name,
            NameObject("/UF"): name,
            NameObject("/EF"): DictionaryObject(
                {NameObject("/F"): writer._add_object(stream(b"ON THE PAGE", Type="EmbeddedFile"))}
            ),
        }
    )
    rectangle = ArrayObject([NumberObject(each) for each in (10, 10, 30, 30)])
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): rectangle,
            NameObject("/FS"): writer._add_object(file),
            NameObject("/RC"): TextStringObject("<body><p>RICH <b>NOTE</b></p></body>"),
        }
    )
    writer.pages[0]["/Annots"].get_object().append(writer._add_object(note))
    writer.add_attachment("list.csv", b"IN THE DOCUMENT;1")
    return written(writer)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("form value", "SHOWN"),
        ("form value", "TIP"),
        ("choice", "Berit"),
        ("form value", "HIDDENFIELD"),
        ("form value", "SIGNER"),
        ("form value", "XFAVALUE"),
        ("properties", "XMPAUTHOR"),
        ("annotation", "RICH NOTE"),
    ],
)
def test_a_text_beside_the_page_is_found_once(read, where: str, text: str) -> None:
    part = read(everywhere(), "a.pdf")[0]
    assert part.outcome is Outcome.READ
    found = [(passage.where, passage.text) for passage in part.passages]
    assert found.count((where, text)) == 1


def test_files_of_the_document_and_of_a_page_are_parts(read) -> None:
    _, *parts = read(everywhere(), "a.pdf")
    assert [(part.address, part.text) for part in parts] == [
        ("list.csv", "IN THE DOCUMENT;1"),
        ("remark.txt", "ON THE PAGE"),
    ]

"""After a transfer every copy goes, in whatever format; what holds more goes to a person."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

TEXT = tuple(
    """\
Underlag i ärendet om Anna Testberg, personnummer 19850101-9809.
Anna har varit sjukskriven sedan i våras, och arbetsgivaren har inte anpassat arbetet.
Hon är medlem i Unionen. Vi begär förhandling om anpassning och om lön under tiden.""".splitlines()
)
OTHER = (
    "Protokoll från klubbmötet den 3 mars. Närvarande var Bo Provsson, personnummer 19811228-9874,"
    " och tio andra medlemmar i Unionen, som valde en ny styrelse för det kommande året.\n"
)
FORM = (
    "Blankett för begäran om förhandling. Fyll i namn, personnummer och arbetsplats nedan, och"
    " lämna den sedan till klubben.\n"
)


def as_text():
    return "\n\n".join(TEXT) + "\n"


def as_docx():
    document = Document()
    for paragraph in TEXT:
        document.add_paragraph(paragraph)
    document.core_properties.author = "Någon annan"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_pdf():
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    text = canvas.beginText(60, 780)
    for paragraph in TEXT:
        words = paragraph.split()
        for index in range(0, len(words), 9):
            text.textLine(" ".join(words[index : index + 9]))
    canvas.drawText(text)
    canvas.save()
    return stream.getvalue()


def as_odt():
    body = "".join(f"<text:p>{each}</text:p>" for each in TEXT)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as odt:
        odt.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        odt.writestr(
            "content.xml",
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
            f"<office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        )
        odt.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest"
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"'
            ' manifest:media-type="application/vnd.oasis.opendocument.text"/></manifest:manifest>',
        )
    return stream.getvalue()


def mail(name, body="Se bilagan.", *files):
    message = EmailMessage()
    message["From"] = "Kari Eksempelsen <kari@example.org>"
    message["To"] = "per@example.org"
    message["Subject"] = "Underlag"
    message["Date"] = "Tue, 10 Mar 2026 10:00:00 +0100"
    message["Message-ID"] = f"<{name}@example.org>"
    message.set_content(body)
    for title, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=title
        )
    return message.as_bytes()


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return stream.getvalue()


@pytest.fixture
def case(club):
    """A case in its folder, and its copies all over the place."""
    club.write(
        "arenden",
        {
            "Sak 17/underlag.docx": as_docx(),
            "Sak 17/blankett.txt": FORM,
            "Sak 17/brev.eml": mail("brev", as_text()),
            "Sak 18/annat.txt": "Ärende om Bo Provsson, 19811228-9874. Han är medlem i Unionen och"
            " vill ha hjälp med sin lön inför nästa års förhandling.\n",
        },
    )
    club.write(
        "gemensam",
        {
            "Kopior/samma bytes.docx": as_docx(),
            "Kopior/underlag.pdf": as_pdf(),
            "Kopior/underlag.odt": as_odt(),
            "Kopior/underlag.txt": as_text(),
            "Kopior/bara kopian.zip": zipped(underlag__pdf=as_pdf()),
            "Kopior/mer i.zip": zipped(underlag__pdf=as_pdf(), protokoll__txt=OTHER.encode()),
            "Kopior/nästan.txt": as_text().replace("i våras", "i höstas") + "Ett tillägg.\n",
            "Mallar/blankett.txt": FORM,
            "Protokoll/mars.txt": OTHER,
        },
    )
    club.write(
        "epost",
        {
            "Skickat/bilaga.eml": mail("bilaga", "Se bilagan.", ("underlag.pdf", as_pdf())),
            "Skickat/flera.eml": mail(
                "flera", OTHER, ("underlag.docx", as_docx()), ("protokoll.txt", OTHER.encode())
            ),
            "Skickat/annat.eml": mail("annat", OTHER),
            "Skickat/brev igen.eml": mail("brev", as_text()),
            "Skickat/samma namn.eml": mail("brev", OTHER),
        },
    )
    club.scan()
    return club


GOES = {
    "underlag.docx",
    "samma bytes.docx",
    "underlag.pdf",
    "underlag.odt",
    "underlag.txt",
    "bara kopian.zip",
    "bilaga.eml",
    "brev.eml",
    "brev igen.eml",
}
ASKED = {"mer i.zip", "flera.eml"}
MISNAMED = "samma namn.eml"
"""Another message, which some program gave the same Message-ID."""


def acts(club):
    _, planned = club.objects("plan")
    found = {}
    for each in planned:
        if "path" in each:
            found.setdefault(each["action"], set()).add(each["path"].rpartition("/")[2])
    return found


def test_every_copy_goes_and_what_holds_more_is_for_a_person(case):
    before = acts(case)
    code, _, _ = case.run("event", "case-transferred", "Sak 17")
    after = acts(case)

    assert code == 0
    assert not (GOES | ASKED) & before.get("quarantine", set())
    assert after.get("quarantine", set()) - before.get("quarantine", set()) == GOES, after
    assert after["review"] - before.get("review", set()) >= ASKED | {MISNAMED}
    others = {"blankett.txt", "mars.txt", "annat.txt", "annat.eml", "nästan.txt"}
    assert not others & after["quarantine"]


def test_taking_it_back_leaves_everything_as_it_was(case):
    before = acts(case)
    case.run("event", "case-transferred", "Sak 17")
    case.run("event", "undo", "1")

    assert acts(case) == before


def test_copies_are_shown_before_anything_is_told(case):
    code, found = case.objects("copies", "arenden/Sak 17")

    assert code == 0
    shown = {each["path"].rpartition("/")[2]: each["likeness"] for each in found}
    assert {name for name, how in shown.items() if how == "same text"} >= GOES - {
        "underlag.docx",
        "brev.eml",
        "brev igen.eml",
    }
    assert {name for name, how in shown.items() if how == "same text in a part"} == ASKED
    assert "nästan.txt" not in shown


def test_what_is_nearly_the_same_is_shown_when_asked_for_and_never_taken(case):
    _, found = case.objects("copies", "arenden/Sak 17/underlag.docx", "--near")

    near = [each for each in found if each["likeness"] == "nearly the same text"]
    assert [each["path"].rpartition("/")[2] for each in near] == ["nästan.txt"]
    assert 0.6 < near[0]["share_of_words"] < 1

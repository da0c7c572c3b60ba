"""Files for the benchmark of reading: made here, the same every time, like what clubs keep."""

from __future__ import annotations

import io
import mailbox
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_WORDS = (
    "avtal", "medlem", "förhandling", "lön", "styrelse", "protokoll", "beslut", "ärende",
    "klubben", "arbetsgivaren", "möte", "och", "att", "som", "för", "med", "till", "från", "inte",
    "under", "enligt", "mellan", "efter", "innan", "ska", "kan", "har", "är", "medlemmer",
    "tillitsvalgt", "årsmøte", "lokallag", "innkalling", "referat", "saksbehandler", "vedtak",
    "og", "på", "av",
)  # fmt: skip
_GIVEN = ("Kari", "Ola", "Åsa", "Bjørn", "Ingrid", "Erik", "Søren", "Märta")
_FAMILY = ("Nordmann", "Sjöström", "Ødegård", "Lindqvist", "Berg", "Åkesson")
_TEXT = "urn:oasis:names:tc:opendocument:xmlns"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"


def sentence(chance: Random, words: int = 14) -> str:
    """Return some words, a name, a number: text compresses as real text does."""
    picked = [chance.choice(_WORDS) for _ in range(words)]
    picked.insert(chance.randrange(words), f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}")
    picked.append(str(chance.randrange(10_000, 10_000_000)))
    return " ".join(picked).capitalize() + "."


def table_row(chance: Random) -> list[str | int | float]:
    """Return a row of a members' list: numbers, names, addresses, a date."""
    name = f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}"
    return [
        chance.randrange(1000, 99999),
        name,
        f"{name.split(maxsplit=1)[0].lower()}{chance.randrange(999)}@example.org",
        chance.choice(_WORDS),
        chance.randrange(28_000, 61_000),
        round(chance.uniform(0, 100), 2),
        f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        chance.choice(_WORDS),
    ]


def docx(chance: Random) -> bytes:
    """Return a Word document of about 40 kB, as python-docx writes them: styles, header, table."""
    from docx import Document  # noqa: PLC0415 - slow to load, and only needed here

    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = sentence(chance)
    section.footer.paragraphs[0].text = sentence(chance)
    document.add_heading(sentence(chance, 5))
    for _ in range(45):
        paragraph = document.add_paragraph(sentence(chance, 25))
        paragraph.add_run(sentence(chance, 10)).bold = True
    table = document.add_table(20, 4)
    for row in table.rows:
        for cell in row.cells:
            cell.text = sentence(chance, 3)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def dense_docx(chance: Random) -> bytes:
    """Return a Word document of about 40 kB, nearly all text, every word group its own run."""
    spaces = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    style = '<w:rPr><w:rFonts w:ascii="Arial"/><w:lang w:val="sv-SE"/></w:rPr>'
    body = "".join(
        "<w:p><w:pPr><w:spacing w:after='120'/></w:pPr>"
        + "".join(
            f'<w:r>{style}<w:t xml:space="preserve">{sentence(chance, 6)} </w:t></w:r>'
            for _ in range(6)
        )
        + "</w:p>"
        for _ in range(330)
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    link = f'<Relationship Id="r1" Type="{_LINKS}/officeDocument" Target="word/document.xml"/>'
    return _packed(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE_LINKS}">{link}</Relationships>',
            "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
        }
    )


def xlsx(chance: Random) -> bytes:
    """Return a workbook of 600 rows of 8 cells, as openpyxl writes them."""
    import openpyxl  # noqa: PLC0415 - slow to load, and only needed here

    workbook = openpyxl.Workbook()
    for _ in range(600):
        workbook.worksheets[0].append(table_row(chance))
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def pptx(chance: Random) -> bytes:
    """Return a presentation of about 40 kB: 24 slides with notes, a master and 11 layouts."""
    spaces = f'xmlns:a="{_DRAWING}" xmlns:p="{_SLIDES}" xmlns:r="{_LINKS}"'

    def shapes(count: int, words: int) -> str:
        paragraphs = "".join(
            '<a:p><a:r><a:rPr lang="sv-SE" dirty="0"/>'
            f"<a:t>{sentence(chance, words)}</a:t></a:r></a:p>"
            for _ in range(count)
        )
        frame = '<a:xfrm><a:off x="838200" y="365125"/><a:ext cx="10515600" cy="1325563"/></a:xfrm>'
        return (
            '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Title 1"/><p:cNvSpPr/><p:nvPr><p:ph/></p:nvPr>'
            f"</p:nvSpPr><p:spPr>{frame}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}"
            "</p:txBody></p:sp>"
        )

    def page(root: str, inner: str) -> str:
        return f"<p:{root} {spaces}><p:cSld><p:spTree>{inner}</p:spTree></p:cSld></p:{root}>"

    def links(**entries: str) -> str:
        rows = "".join(
            f'<Relationship Id="rId{number}" Type="{_LINKS}/{kind.rstrip("0123456789")}"'
            f' Target="{target}"/>'
            for number, (kind, target) in enumerate(entries.items(), 1)
        )
        return f'<Relationships xmlns="{_PACKAGE_LINKS}">{rows}</Relationships>'

    count = 24
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="rId{n}"/>' for n in range(1, count + 1))
    members = {
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{listed}</p:sldIdLst>"
        "</p:presentation>",
        "ppt/_rels/presentation.xml.rels": links(
            **{f"slide{n}": f"slides/slide{n}.xml" for n in range(1, count + 1)}
        ),
        "ppt/slideMasters/slideMaster1.xml": page("sldMaster", shapes(5, 4) * 3),
    }
    for n in range(1, 12):
        members[f"ppt/slideLayouts/slideLayout{n}.xml"] = page("sldLayout", shapes(5, 4))
    for n in range(1, count + 1):
        members[f"ppt/slides/slide{n}.xml"] = page("sld", shapes(1, 5) + shapes(6, 10))
        members[f"ppt/slides/_rels/slide{n}.xml.rels"] = links(
            slideLayout="../slideLayouts/slideLayout2.xml",
            notesSlide=f"../notesSlides/notesSlide{n}.xml",
        )
        members[f"ppt/notesSlides/notesSlide{n}.xml"] = page("notes", shapes(2, 20))
    return _packed(members)


def _open_document(kind: str, body: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="{_TEXT}:{full}:1.0"'
        for name, full in (
            ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
            ("style", "style"), ("presentation", "presentation"),
        )
    )  # fmt: skip
    styles = "".join(
        f'<style:style style:name="P{number}" style:family="paragraph"/>' for number in range(60)
    )
    name = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[kind]
    return _packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{name}",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{name}>{body}</office:{name}>"
            "</office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {spaces}>{styles}</office:document-styles>",
        }
    )


def odt(chance: Random) -> bytes:
    """Return a text of about 40 kB, nearly all of it words."""
    return _open_document(
        "odt",
        "".join(
            f'<text:p text:style-name="P{n % 60}">{sentence(chance, 20)} '
            f'<text:span text:style-name="T1">{sentence(chance, 6)}</text:span></text:p>'
            for n in range(560)
        ),
    )


def ods(chance: Random) -> bytes:
    """Return a sheet of 600 rows of 8 cells."""
    rows = []
    for _ in range(600):
        cells = []
        for value in table_row(chance):
            if isinstance(value, str):
                cells.append(
                    '<table:table-cell office:value-type="string" table:style-name="ce1">'
                    f"<text:p>{value}</text:p></table:table-cell>"
                )
            else:
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}">'
                    f"<text:p>{value}</text:p></table:table-cell>"
                )
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    return _open_document("ods", f'<table:table table:name="Lista">{"".join(rows)}</table:table>')


def odp(chance: Random) -> bytes:
    """Return thirty slides with notes."""
    return _open_document(
        "odp",
        "".join(
            f'<draw:page draw:name="page{n}"><draw:frame><draw:text-box>'
            + "".join(f"<text:p>{sentence(chance, 12)}</text:p>" for _ in range(8))
            + "</draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box>"
            f"<text:p>{sentence(chance, 40)}</text:p></draw:text-box></draw:frame>"
            "</presentation:notes></draw:page>"
            for n in range(30)
        ),
    )


def pdf(chance: Random) -> bytes:
    """Return five pages of 46 lines."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - slow to load

    packed = io.BytesIO()
    canvas = Canvas(packed, invariant=1, pageCompression=1)
    for _ in range(5):
        canvas.setFont("Helvetica", 10.5)
        for line in range(46):
            canvas.drawString(56, 780 - 15 * line, sentence(chance, 9))
        canvas.showPage()
    canvas.save()
    return packed.getvalue()


def html(chance: Random) -> bytes:
    """Return a page of about 1 MB: paragraphs, lists, links, a table in every tenth place."""
    blocks = []
    for number in range(4_000):
        if number % 10 == 0:
            row = "".join(f'<td class="c{n}">{sentence(chance, 3)}</td>' for n in range(5))
            blocks.append(f"<table><tr>{row}</tr></table>")
        elif number % 7 == 0:
            blocks.append(
                f'<ul>\n <li>{sentence(chance, 8)}</li>\n <li><a href="/x?id={number}">'
                f"{sentence(chance, 4)}</a></li>\n</ul>"
            )
        else:
            blocks.append(
                f'<p class="text">{sentence(chance, 18)} <b>{sentence(chance, 4)}</b>\n'
                f"{escape(sentence(chance, 8))}</p>"
            )
    body = "\n".join(blocks)
    return (
        '<!DOCTYPE html>\n<html lang="sv"><head><meta charset="utf-8"><title>Sida</title>\n'
        f"<style>p {{ margin: 1em }}</style></head>\n<body>\n{body}\n</body></html>\n"
    ).encode()


def mail(chance: Random) -> bytes:
    """Return a mail of two bodies, without attachments."""
    message = EmailMessage()
    message["From"] = "Kari Ås <kari@example.no>"
    message["To"] = "styrelsen@example.se"
    message["Subject"] = sentence(chance, 4)
    message["Date"] = "Fri, 20 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = f"<{chance.randrange(10**12)}@example.no>"
    text = "\n\n".join(sentence(chance, 30) for _ in range(8))
    message.set_content(text)
    message.add_alternative(
        "".join(f"<p>{line}</p>" for line in text.split("\n\n")), subtype="html"
    )
    return message.as_bytes()


def mbox(chance: Random) -> bytes:
    """Return a mailbox of 300 such mails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inbox"
        box = mailbox.mbox(path)
        for _ in range(300):
            box.add(mail(chance))
        box.close()
        return path.read_bytes()


def txt(chance: Random) -> bytes:
    """Return a text of about 20 kB."""
    return "\n".join(sentence(chance) for _ in range(180)).encode()


def csv(chance: Random) -> bytes:
    """Return a table of 600 rows."""
    return "\n".join(";".join(map(str, table_row(chance))) for _ in range(600)).encode("cp1252")


def _packed(members: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


MAKERS: dict[str, Callable[[Random], bytes]] = {
    "docx": docx, "docx, dense": dense_docx, "xlsx": xlsx, "pptx": pptx, "odt": odt, "ods": ods,
    "odp": odp, "pdf": pdf, "html": html, "eml": mail, "mbox": mbox, "txt": txt, "csv": csv,
}  # fmt: skip
"""What each row of the table is measured on; whoever adds a reader adds a maker here."""

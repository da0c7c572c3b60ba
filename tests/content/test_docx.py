"""Word documents: a text planted in every corner comes out, in the order of the convention."""

import io
import zipfile

import pytest

from gallra.model.passage import Outcome, Part

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BODY = f"""
{p("FIRST")}<w:p/>
<w:p><w:r><w:t>kept </w:t></w:r><w:ins w:author="WRITER"><w:r><w:t>INSERTED</w:t></w:r></w:ins>
<w:del w:author="ERASER"><w:r>
<w:rPr><w:rPrChange w:author="FORMATTER"/></w:rPr><w:delText>DELETED</w:delText></w:r></w:del></w:p>
<w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="1"/></w:tabs></w:pPr>
<w:r><w:t>left</w:t><w:tab/><w:t>right</w:t><w:br/><w:t>below</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc>{p("CELL")}{p("MORE")}</w:tc><w:tc><w:p/></w:tc>
<w:tc><w:tbl><w:tr><w:tc>{p("NESTED")}</w:tc><w:tc>{p("INNER")}</w:tc></w:tr></w:tbl>{p("AFTER")}</w:tc></w:tr>
<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>
<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText="CHOICE"/></w:dropDownList></w:sdtPr>
<w:sdtContent>{p("CONTROL")}</w:sdtContent></w:sdt>
<w:p><w:hyperlink r:id="rId1" w:tooltip="TOOLTIP"><w:r><w:t>LINKTEXT</w:t></w:r></w:hyperlink>
<w:r><w:instrText>HYPERLINK "mailto:FIELD@example.se"</w:instrText></w:r></w:p>
<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><x descr="ALTTEXT"/>
<w:txbxContent>{p("BOX")}</w:txbxContent></w:drawing></mc:Choice>
<mc:Fallback><w:pict><v:textbox><w:txbxContent>{p("BOX")}{p("ONLYFALLBACK")}
</w:txbxContent></v:textbox>
<v:textpath string="WATERMARK"/></w:pict></mc:Fallback></mc:AlternateContent>
<w:t>beside box</w:t></w:r></w:p>
"""
CORNERS = [
    "FIRST", "INSERTED", "DELETED", "WRITER", "ERASER", "CELL", "MORE", "NESTED", "INNER", "AFTER",
    "CHOICE", "CONTROL", "LINKTEXT", "TOOLTIP", "FIELD@example.se", "BOX", "ONLYFALLBACK",
    "WATERMARK", "ALTTEXT", "HEADER", "FOOTER", "FOOTNOTE", "ENDNOTE", "COMMENT", "COMMENTATOR",
    "target@example.se", "TITLE", "AUTHOR", "KEYWORD", "COMPANY", "CUSTOM", "XMLDATA", "CHARTTEXT",
    "DIAGRAM", "GLOSSARY", "person@example.se", "FORMATTER", "CN=SIGNER", "VARIABLE",
]  # fmt: skip


def package(members: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def story(root: str, inner: str) -> str:
    return f'<?xml version="1.0"?><w:{root} {W} {R} {MC} {V}>{inner}</w:{root}>'


def document(body: str = BODY, **more: str | bytes) -> bytes:
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": story("document", f"<w:body>{body}</w:body>"),
            **more,
        }
    )


def everywhere() -> bytes:
    target = 'Target="mailto:target%40example.se" TargetMode="External"'
    link = f'<Relationship Id="rId1" Type="{LINK}" {target}/>'
    return document(
        **{
            "word/_rels/document.xml.rels": f"<Relationships>{link}</Relationships>",
            "word/header1.xml": story("hdr", p("HEADER")),
            "word/footer1.xml": story("ftr", p("FOOTER")),
            "word/footnotes.xml": story("footnotes", f"<w:footnote>{p('FOOTNOTE')}</w:footnote>"),
            "word/endnotes.xml": story("endnotes", f"<w:endnote>{p('ENDNOTE')}</w:endnote>"),
            "word/comments.xml": story(
                "comments", f'<w:comment w:author="COMMENTATOR">{p("COMMENT")}</w:comment>'
            ),
            "word/settings.xml": story(
                "settings", '<w:docVars><w:docVar w:name="x" w:val="VARIABLE"/></w:docVars>'
            ),
            "word/people.xml": '<people><person author="person@example.se"/></people>',
            "word/charts/chart1.xml": '<c xmlns:a="a"><a:p><a:t>CHARTTEXT</a:t></a:p></c>',
            "word/diagrams/data1.xml": '<d xmlns:a="a"><a:p><a:t>DIAGRAM</a:t></a:p></d>',
            "word/glossary/document.xml": story("glossaryDocument", p("GLOSSARY")),
            "customXml/item1.xml": "<data><name>XMLDATA</name></data>",
            "_xmlsignatures/sig1.xml": "<s><X509SubjectName>CN=SIGNER</X509SubjectName>"
            "<X509Certificate>MIIC0123456789</X509Certificate></s>",
            "docProps/core.xml": '<c xmlns:d="d"><d:keywords>KEYWORD</d:keywords>'
            "<d:creator>AUTHOR</d:creator><d:title>TITLE</d:title><d:modified>2024-03-05T10:00:00Z</d:modified></c>",
            "docProps/app.xml": "<p><Company>COMPANY</Company><Pages>3</Pages></p>",
            "docProps/custom.xml": "<p><property><v>CUSTOM</v></property></p>",
        }
    )


@pytest.mark.parametrize("corner", CORNERS)
def test_a_text_planted_in_any_corner_is_found_once(read, corner: str) -> None:
    (part,) = read(everywhere(), "a.docx")
    assert part.outcome is Outcome.READ
    assert "MIIC" not in part.text
    assert part.text.count(corner) == (2 if corner == "COMMENT" else 1)  # COMMENTATOR holds it too


def test_passages_stand_in_the_order_of_the_convention(read) -> None:
    (part,) = read(everywhere(), "a.docx")
    found = [(passage.where, passage.text) for passage in part.passages]
    assert found[:10] == [
        ("body", "FIRST"),
        ("body", "kept INSERTED"),
        ("body", "left\tright\nbelow"),
        ("table", "CELL MORE\t\tAFTER"),
        ("table", "NESTED\tINNER"),
        ("body", "CONTROL"),
        ("body", "LINKTEXT"),
        ("body", "beside box"),
        ("header", "HEADER"),
        ("footer", "FOOTER"),
    ]
    assert found[10:18] == [
        ("footnote", "FOOTNOTE"),
        ("endnote", "ENDNOTE"),
        ("comment", "COMMENT"),
        ("text box", "BOX"),
        ("text box", "ONLYFALLBACK"),
        ("properties", "TITLE"),
        ("properties", "AUTHOR"),
        ("properties", "KEYWORD"),
    ]
    assert ("body before change", "kept DELETED") in found
    assert str(part.stated_on) == "2024-03-05"


def test_an_embedded_document_becomes_a_part_and_a_picture_is_not_called_read(read) -> None:
    inner = document(p("inside"))
    png = b"\x89PNG\r\n\x1a\n" + bytes(40)
    parts = read(
        document(
            p("outside"),
            **{"word/embeddings/one.docx": inner, "word/media/image1.png": png},
        ),
        "a.docx",
    )
    assert [(part.address, part.kind, part.outcome, part.text) for part in parts] == [
        ("", "docx", Outcome.READ, "outside"),
        ("word/embeddings/one.docx", "docx", Outcome.READ, "inside"),
        ("word/media/image1.png", "image", Outcome.UNSUPPORTED, ""),
    ]


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]>',
        '<!DOCTYPE w SYSTEM "file:///etc/passwd">',
        "<!-- " + "x" * 70_000 + ' --><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_and_not_silently_left_out(
    read, declaration: str, encoding: str
) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<w:document {W}><w:body>'
    xml += f"<w:p><w:r><w:t>&a;</w:t></w:r></w:p>{p('seen')}</w:body></w:document>"
    parts = read(package({"word/document.xml": xml.encode(encoding)}), "a.docx")
    assert [part.outcome for part in parts] == [Outcome.DAMAGED]
    assert "root:" not in parts[0].text


def test_a_document_that_breaks_off_keeps_what_was_read_and_says_so(read) -> None:
    xml = story("document", f"<w:body>{p('before')}{p('after')}</w:body>")
    cut = xml[: xml.index("after")]
    (part,) = read(package({"word/document.xml": cut}), "a.docx")
    assert (part.text, part.outcome) == ("before", Outcome.READ_IN_PART)
    assert part.reason is not None


def test_a_document_without_extension_or_with_a_wrong_one_is_still_a_document(read) -> None:
    for name in ("", "a.zip", "a.xlsx", "a.txt"):
        parts: list[Part] = read(document(p("here")), name)
        assert [(part.kind, part.text) for part in parts] == [("docx", "here")]


def test_the_strict_dialect_is_read_too(read) -> None:
    xml = story("document", f"<w:body>{p('strict')}</w:body>").replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    (part,) = read(package({"word/document.xml": xml}), "a.docx")
    assert part.text == "strict"

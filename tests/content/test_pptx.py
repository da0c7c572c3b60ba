"""Presentations: a text planted in every corner comes out, slide by slide; damage is said."""

import io
import zipfile

import pytest

from gallra.model.passage import Outcome

SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" '
    'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def p(*runs: str) -> str:
    return "<a:p>" + "".join(f"<a:r><a:rPr/><a:t>{run}</a:t></a:r>" for run in runs) + "</a:p>"


def shape(inner: str, alt: str = "") -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="Title 1" descr="{alt}">'
        f'<a:hlinkClick r:id="rId9" tooltip="{alt}TIP"/></p:cNvPr></p:nvSpPr>'
        f"<p:txBody><a:bodyPr/>{inner}</p:txBody></p:sp>"
    )


def xml(root: str, inner: str, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<?xml version="1.0"?><p:{root} {SPACES}{given}>{inner}</p:{root}>'


def links(*entries: tuple[str, str]) -> str:
    outside = {"hyperlink": ' TargetMode="External"'}
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{outside.get(kind, '')}/>"
        for number, (kind, target) in enumerate(entries, 1)
    )
    return f"<Relationships>{rows}</Relationships>"


FIRST = (
    shape(p("TI", "TLE"), "ALTTEXT")
    + f"<p:grpSp>{shape(p('GROUP'))}</p:grpSp>"
    + "<p:graphicFrame><a:tbl><a:tr>"
    + f"<a:tc><a:txBody>{p('CELL')}{p('MORE')}</a:txBody></a:tc>"
    + "<a:tc><a:txBody><a:p/></a:txBody></a:tc>"
    + f"<a:tc><a:txBody>{p('LAST')}</a:txBody></a:tc></a:tr></a:tbl></p:graphicFrame>"
    + f"<mc:AlternateContent><mc:Choice>{shape(p('CHOICE'))}</mc:Choice>"
    + f"<mc:Fallback>{shape(p('CHOICE') + p('ONLYFALLBACK'))}</mc:Fallback></mc:AlternateContent>"
    + "<p:sp><p:txBody><a:p><a:r><a:t>one</a:t></a:r><a:br/><a:fld type='datetime'><a:t>FIELD</a:t>"
    + "</a:fld><a:fld type='slidenum'><a:t>NUMBER</a:t></a:fld></a:p></p:txBody></p:sp>"
)
NOTES = shape(p("NOTE"))


def slide(inner: str, **attributes: str) -> str:
    return xml("sld", f"<p:cSld><p:spTree>{inner}</p:spTree></p:cSld>", **attributes)


def everywhere(**more: str | bytes) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": xml(
            "presentation",
            '<p:sldIdLst><p:sldId id="1" r:id="rId2"/><p:sldId id="2" r:id="rId1"/></p:sldIdLst>'
            '<p:extLst><p14:section name="SECTION"/></p:extLst>',
        ),
        "ppt/_rels/presentation.xml.rels": links(
            ("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")
        ),
        "ppt/slides/slide1.xml": slide(shape(p("HIDDEN")), show="0"),
        "ppt/slides/slide2.xml": slide(FIRST),
        "ppt/slides/slide7.xml": slide(shape(p("ORPHAN"))),
        "ppt/slides/_rels/slide2.xml.rels": links(
            ("notesSlide", "../notesSlides/notesSlide1.xml"),
            ("comments", "../comments/comment1.xml"),
            ("hyperlink", "mailto:link%40example.se"),
        ),
        "ppt/notesSlides/notesSlide1.xml": xml("notes", f"<p:cSld>{NOTES}</p:cSld>"),
        "ppt/comments/comment1.xml": xml("cmLst", "<p:cm><p:text>OLDCOMMENT</p:text></p:cm>"),
        "ppt/comments/modernComment_1.xml": xml(
            "cmLst",
            f"<p188:cm><p188:replyLst><p188:reply><p188:txBody>{p('REPLY')}</p188:txBody>"
            f"</p188:reply></p188:replyLst><p188:txBody>{p('THREADED')}</p188:txBody></p188:cm>",
        ),
        "ppt/commentAuthors.xml": xml(
            "cmAuthorLst", '<p:cmAuthor name="OLDAUTHOR" initials="IN"/>'
        ),
        "ppt/authors.xml": '<x><author name="NEWAUTHOR" userId="user@example.se"/></x>',
        "ppt/changesInfos/changesInfo1.xml": '<x><chgData name="CHANGER"/></x>',
        "ppt/slideLayouts/slideLayout1.xml": xml("sldLayout", shape(p("LAYOUT"))),
        "ppt/slideLayouts/slideLayout2.xml": xml("sldLayout", shape(p("LAYOUT"))),
        "ppt/slideMasters/slideMaster1.xml": xml("sldMaster", shape(p("MASTER"))),
        "ppt/notesMasters/notesMaster1.xml": xml("notesMaster", shape(p("NOTESMASTER"))),
        "ppt/handoutMasters/handoutMaster1.xml": xml("handoutMaster", shape(p("HANDOUT"))),
        "ppt/charts/chart1.xml": (
            f"<c {SPACES}><title>{p('CHARTTITLE')}</title><cat><v>SERIES</v></cat></c>"
        ),
        "ppt/diagrams/data1.xml": f"<d {SPACES}>{p('DIAGRAM')}</d>",
        "ppt/diagrams/drawing1.xml": f"<d {SPACES}>{p('DIAGRAM')}</d>",
        "ppt/tags/tag1.xml": xml("tagLst", '<p:tag name="X" val="TAGGED"/>'),
        "customXml/item1.xml": "<data>XMLDATA</data>",
        "docProps/core.xml": '<c xmlns:d="d"><d:creator>AUTHOR</d:creator>'
        "<d:title>DOCTITLE</d:title><d:modified>2024-03-05T10:00:00Z</d:modified></c>",
        "docProps/custom.xml": "<p><property><v>CUSTOM</v></property></p>",
        "docProps/thumbnail.jpeg": b"\xff\xd8\xff",
        **more,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


CORNERS = [
    "TITLE", "GROUP", "CELL MORE\t\tLAST", "CHOICE", "ONLYFALLBACK", "FIELD", "HIDDEN", "ORPHAN",
    "NOTE", "OLDCOMMENT", "THREADED", "REPLY", "OLDAUTHOR", "NEWAUTHOR", "user@example.se",
    "CHANGER", "LAYOUT", "MASTER", "NOTESMASTER", "HANDOUT", "CHARTTITLE", "SERIES", "DIAGRAM",
    "TAGGED", "XMLDATA", "AUTHOR", "DOCTITLE", "CUSTOM", "ALTTEXT", "ALTTEXTTIP", "SECTION",
    "link@example.se",
]  # fmt: skip


@pytest.mark.parametrize("corner", CORNERS)
def test_a_text_planted_in_any_corner_is_a_passage_and_stands_there_once(read, corner: str) -> None:
    (part,) = read(everywhere(), "a.pptx")
    assert (part.kind, part.outcome) == ("pptx", Outcome.READ)
    assert [passage.text for passage in part.passages].count(corner) == 1 or corner == "FIELD"
    assert corner in part.text
    assert "NUMBER" not in part.text


def test_slides_come_in_the_order_in_which_they_are_shown(read) -> None:
    (part,) = read(everywhere(), "a.pptx")
    found = [(passage.where, passage.text) for passage in part.passages]
    assert found[:10] == [
        ("slide 1", "TITLE"),
        ("slide 1", "GROUP"),
        ("slide 1", "CELL MORE\t\tLAST"),
        ("slide 1", "CHOICE"),
        ("slide 1", "ONLYFALLBACK"),
        ("slide 1", "one\nFIELD"),
        ("notes 1", "NOTE"),
        ("comment", "OLDCOMMENT"),
        ("slide 2", "HIDDEN"),
        ("slide 3", "ORPHAN"),
    ]
    assert str(part.stated_on) == "2024-03-05"


def test_a_slide_that_breaks_off_is_said_and_keeps_its_beginning(read) -> None:
    broken = slide(shape(p("BEGINNING")) + shape(p("END")))
    (part,) = read(everywhere(**{"ppt/slides/slide7.xml": broken[: broken.index("END")]}), "a.pptx")
    assert part.outcome is Outcome.READ_IN_PART
    assert part.reason is not None
    assert part.reason.in_english() == "its slide 3 is damaged"
    assert "BEGINNING" in part.text


def test_entities_in_a_slide_are_refused_and_said(read) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]>' + slide(shape(p("&a;"))).partition("?>")[2]
    (part,) = read(everywhere(**{"ppt/slides/slide7.xml": bomb}), "a.pptx")
    assert part.outcome is Outcome.READ_IN_PART
    assert "TITLE" in part.text


def test_an_embedded_workbook_becomes_parts(read) -> None:
    import openpyxl  # noqa: PLC0415 - slow to load, used here only

    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "BEHIND THE CHART"
    packed = io.BytesIO()
    workbook.save(packed)
    content = everywhere(**{"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": packed.getvalue()})
    parts = read(content, "a.pptx")
    assert "BEHIND THE CHART" in parts[-1].text
    assert parts[-1].address.startswith("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx!sheet:")

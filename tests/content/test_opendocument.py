"""OpenDocument: a text planted in every corner comes out; repetition, passwords, flat files."""

import base64
import io
import zipfile

import pytest

from gallra.content.bounds import Bounds
from gallra.model.passage import Outcome, Part

NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"),
        ("draw", "drawing"), ("meta", "meta"), ("form", "form"), ("chart", "chart"),
        ("presentation", "presentation"), ("svg", "svg-compatible"),
    )
)  # fmt: skip
NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
TYPE = "application/vnd.oasis.opendocument."
KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def box(text: str) -> str:
    return (
        f'<draw:frame draw:name="Ram"><draw:text-box>{p(text)}</draw:text-box>'
        f"<svg:title>{text}-TITLE</svg:title><svg:desc>{text}-ALT</svg:desc></draw:frame>"
    )


def comment(text: str) -> str:
    return (
        f"<office:annotation><dc:creator>{text}-AUTHOR</dc:creator>"
        f"<dc:date>2024-01-01</dc:date>{p(text)}</office:annotation>"
    )


TEXT = f"""
<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>
<office:change-info><dc:creator>ERASER</dc:creator></office:change-info>{p("DELETED")}
</text:deletion></text:changed-region>
<text:changed-region text:id="c2"><text:insertion><office:change-info>
<dc:creator>WRITER</dc:creator></office:change-info></text:insertion></text:changed-region>
<text:changed-region text:id="c3"><text:deletion>{p("LOOSE")}</text:deletion></text:changed-region>
</text:tracked-changes>
<office:forms><form:form><form:text form:current-value="FORMVALUE"/>
<form:listbox><form:option form:label="FORMCHOICE"/></form:listbox></form:form></office:forms>
<text:user-field-decls><text:user-field-decl office:string-value="FIELDVALUE" text:name="f"/>
</text:user-field-decls>
{box("PAGEBOX")}
<text:h>HEAD<text:s text:c="2"/>ING</text:h><text:p/>
<text:p>kept <text:change-start text:change-id="c2"/>INSERTED<text:change-end text:change-id="c2"/>
<text:change text:change-id="c1"/></text:p>
<text:p>left<text:tab/>right<text:line-break/>below <text:span>SP<text:span>AN</text:span>
</text:span></text:p>
<text:list><text:list-item>{p("ITEM")}<text:list><text:list-item>{p("DEEP")}</text:list-item>
</text:list></text:list-item></text:list>
<text:section text:display="none">{p("HIDDEN")}</text:section>
<table:table><table:table-header-rows><table:table-row>
<table:table-cell>{p("CELL")}{p("MORE")}</table:table-cell><table:table-cell/>
<table:table-cell>{p("LAST")}<table:table table:is-sub-table="true"><table:table-row>
<table:table-cell>{p("NESTED")}</table:table-cell></table:table-row></table:table></table:table-cell>
</table:table-row></table:table-header-rows></table:table>
<text:p>a<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body>{p("FOOTNOTE")}</text:note-body></text:note>b<text:note text:note-class="endnote">
<text:note-body>{p("ENDNOTE")}</text:note-body></text:note>{comment("COMMENT")}c
<text:a xlink:href="mailto:link%40example.se" office:title="LINKTITLE">LINKTEXT</text:a>{box("BOX")}
<text:placeholder text:description="HINT">PLACE</text:placeholder>
<text:drop-down><text:label text:value="OPTION"/></text:drop-down>
<text:hidden-text text:string-value="HIDDENTEXT"/>
<text:ruby><text:ruby-base>BASE</text:ruby-base><text:ruby-text>READING</text:ruby-text></text:ruby></text:p>
"""
STYLES = f"""<office:master-styles><style:master-page>
<style:header>{p("HEADER")}</style:header><style:footer>{p("FOOTER")}</style:footer>
<style:header-first>{p("FIRSTHEADER")}</style:header-first></style:master-page>
</office:master-styles>"""
META = """<office:meta><dc:title>TITLE</dc:title><dc:subject>SUBJECT</dc:subject>
<meta:initial-creator>AUTHOR</meta:initial-creator><dc:creator>CHANGER</dc:creator>
<meta:keyword>KEYWORD</meta:keyword><dc:description>DESCRIPTION</dc:description>
<meta:user-defined meta:name="x">CUSTOM</meta:user-defined>
<meta:printed-by>PRINTER</meta:printed-by>
<meta:creation-date>2023-01-02T10:00:00</meta:creation-date><dc:date>2024-03-05T10:00:00</dc:date>
</office:meta>"""
CHART = f"""<office:body><office:chart><chart:chart><chart:title>{p("CHARTTITLE")}</chart:title>
<table:table><table:table-rows><table:table-row><table:table-cell>{p("CHARTCELL")}</table:table-cell>
</table:table-row></table:table-rows></table:table></chart:chart></office:chart></office:body>"""


def xml(root: str, inner: str) -> str:
    return f'<?xml version="1.0"?><office:{root} {NAMES}>{inner}</office:{root}>'


def package(kind: str, body: str, **more: str | bytes) -> bytes:
    name = KINDS[kind]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", TYPE + name)
        inner = f"<office:body><office:{name}>{body}</office:{name}></office:body>"
        archive.writestr("content.xml", xml("document-content", inner))
        archive.writestr("styles.xml", xml("document-styles", STYLES))
        archive.writestr("meta.xml", xml("document-meta", META))
        archive.writestr("settings.xml", "<x>SETTING</x>")
        archive.writestr("Thumbnails/thumbnail.png", b"\x89PNG\r\n\x1a\n")
        archive.writestr("Object 1/content.xml", xml("document-content", CHART))
        for member, content in more.items():
            archive.writestr(member, content)
    return packed.getvalue()


def flat(kind: str, body: str) -> bytes:
    name = KINDS[kind]
    whole = f"{META}{STYLES}<office:body><office:{name}>{body}</office:{name}></office:body>"
    return xml("document", whole).replace(
        "<office:document ", f'<office:document office:mimetype="{TYPE}{name}" ', 1
    ).encode()  # fmt: skip


CORNERS = [
    "HEAD  ING", "INSERTED", "DELETED", "LOOSE", "WRITER", "ERASER", "FORMVALUE", "FORMCHOICE",
    "FIELDVALUE", "PAGEBOX-TITLE", "PAGEBOX-ALT", "SPAN", "ITEM", "DEEP", "HIDDENTEXT", "CELL MORE",
    "LAST", "NESTED", "FOOTNOTE", "ENDNOTE", "COMMENT-AUTHOR", "link@example.se", "LINKTITLE",
    "LINKTEXT", "BOX-ALT", "HINT", "PLACE", "OPTION", "BASE", "READING", "FIRSTHEADER", "FOOTER",
    "TITLE", "SUBJECT", "KEYWORD", "CHANGER", "DESCRIPTION", "CUSTOM", "PRINTER",
]  # fmt: skip


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("shape", [package, flat])
def test_a_text_planted_in_any_corner_of_a_text_is_found(read, corner: str, shape) -> None:
    part = read(shape("odt", TEXT), "a.odt")[0]
    assert (part.kind, part.outcome) == ("odt", Outcome.READ)
    assert corner in part.text
    assert "SETTING" not in part.text


def places(part: Part) -> list[tuple[str, str]]:
    return [(passage.where, passage.text) for passage in part.passages]


def test_passages_of_a_text_stand_in_the_order_of_the_convention(read) -> None:
    whole, chart = read(package("odt", TEXT), "a.odt")
    found = places(whole)
    assert found[:9] == [
        ("body", "HEAD  ING"),
        ("body", "kept INSERTED "),
        ("body", "left\tright\nbelow SPAN "),
        ("body", "ITEM"),
        ("body", "DEEP"),
        ("body", "HIDDEN"),
        ("table", "CELL MORE\t\tLAST"),
        ("table", "NESTED"),
        ("body", "abc LINKTEXT PLACE   BASE"),
    ]
    assert found[9:18] == [
        ("header", "HEADER"),
        ("header", "FIRSTHEADER"),
        ("footer", "FOOTER"),
        ("footnote", "FOOTNOTE"),
        ("endnote", "ENDNOTE"),
        ("comment", "COMMENT"),
        ("text box", "PAGEBOX"),
        ("text box", "BOX"),
        ("properties", "TITLE"),
    ]
    assert ("body before change", "kept  DELETED") in found
    assert ("deleted", "LOOSE") in found
    assert str(whole.stated_on) == "2024-03-05"
    assert (chart.address, chart.text) == ("Object 1", "CHARTTITLE\nCHARTCELL")


SLIDES = f"""<presentation:footer-decl presentation:name="f">FOOTERDECL</presentation:footer-decl>
<draw:page draw:name="page1"><draw:frame><draw:text-box>{p("FIRST")}</draw:text-box></draw:frame>
<draw:custom-shape>{p("SHAPE")}</draw:custom-shape><draw:g>{box("GROUP")}</draw:g>
<draw:frame><table:table><table:table-row><table:table-cell>{p("SLIDECELL")}</table:table-cell>
</table:table-row></table:table></draw:frame>{comment("REMARK")}
<presentation:notes>{box("NOTE")}</presentation:notes></draw:page>
<draw:page draw:name="Kari Ås">{box("SECOND")}</draw:page>"""


@pytest.mark.parametrize("shape", [package, flat])
def test_slides_carry_their_numbers_and_their_notes(read, shape) -> None:
    part = read(shape("odp", SLIDES), "a.odp")[0]
    assert part.kind == "odp"
    found = places(part)
    assert found[:6] == [
        ("slide 1", "FIRST"),
        ("slide 1", "SHAPE"),
        ("slide 1", "GROUP"),
        ("slide 1", "SLIDECELL"),
        ("notes 1", "NOTE"),
        ("slide 2", "SECOND"),
    ]
    for passage in (
        ("comment", "REMARK"),
        ("author", "REMARK-AUTHOR"),
        ("alternative text", "GROUP-ALT"),
        ("slide name", "Kari Ås"),
        ("footer", "FOOTERDECL"),
    ):
        assert passage in found


def cell(inner: str = "", kind: str = "", value: str = "", **more: str) -> str:
    names = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
    attributes = f' office:value-type="{kind}"' if kind else ""
    if value:
        attributes += f' office:{names.get(kind, "value")}="{value}"'
    attributes += "".join(
        f' table:{name.replace("_", "-")}="{each}"' for name, each in more.items()
    )
    return f"<table:table-cell{attributes}>{inner}</table:table-cell>"  # fmt: skip


def row(*cells: str, repeated: int = 1) -> str:
    attribute = f'table:number-rows-repeated="{repeated}"'
    return f"<table:table-row {attribute}>{''.join(cells)}</table:table-row>"


SHEETS = f"""<table:content-validations><table:content-validation
 table:condition='cell-content-is-in-list("Anna Alm";"Bo Berg")'><table:help-message>{p("HELP")}
</table:help-message></table:content-validation></table:content-validations>
<table:table table:name="Lön!2024"><table:shapes>{box("SHEETBOX")}</table:shapes>
<table:table-row-group>{row(cell(number_columns_repeated="1024"), repeated=2)}
{
    row(
        cell(),
        cell(p("Kari")),
        cell(number_columns_repeated="2"),
        cell(p("12 345"), "float", "12345"),
    )
}
</table:table-row-group>
{
    row(
        cell(p("1,5"), "float", "1.5"),
        cell(p("x"), "date", "2024-03-01"),
        cell(p("x"), "date", "2024-03-01T13:05:00"),
        cell(p("SANN"), "boolean", "true"),
        cell(p("-3 kr"), "currency", "-3"),
        cell(p("8"), "time", "PT08H30M00S"),
        cell(p("two") + p("lines"), "string"),
        cell(p("010101-1234"), "float", "101011234"),
        cell(comment("SHEETREMARK") + p("noted")),
        cell(p("f"), formula="of:=HYPERLINK(&quot;mailto:formula@example.se&quot;)"),
    )
}
{row(cell(p("again"), number_columns_repeated="3"), repeated=2)}
{row(cell(), repeated=1048000)}
{row(cell(p("END")))}
</table:table>
<table:table table:name="Gömd" table:display="false">{row(cell(p("HIDDENSHEET")))}</table:table>
<table:named-expressions><table:named-range table:name="RANGE" table:cell-range-address="$A.$B$1"/>
</table:named-expressions>
<table:tracked-changes><table:cell-content-change><office:change-info><dc:creator>CHANGEAUTHOR
</dc:creator></office:change-info><table:previous><table:change-track-table-cell>{p("PREVIOUS")}
</table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>"""


@pytest.mark.parametrize("shape", [package, flat])
def test_rows_of_sheets_are_passages_as_the_convention_says(read, shape) -> None:
    parts = read(shape("ods", SHEETS), "a.ods")
    times = "2024-03-01\t2024-03-01T13:05:00\tTRUE\t-3\t08:30:00"
    book, first, second = parts[:3]
    assert (book.address, book.kind, book.outcome) == ("", "ods", Outcome.READ)
    assert (first.address, first.kind, first.outcome) == ("sheet:Lön%212024", "sheet", Outcome.READ)
    assert places(first)[:5] == [
        ("row 3", "\tKari\t\t\t12345"),
        ("row 4", f"1.5\t{times}\ttwo\nlines\t010101-1234\tnoted\tf"),
        ("row 5", "again\tagain\tagain"),
        ("row 6", "again\tagain\tagain"),
        ("row 1048007", "END"),
    ]
    for passage in (
        ("comment I4", "SHEETREMARK"),
        ("author", "SHEETREMARK-AUTHOR"),
        ("formula J4", "mailto:formula@example.se"),
    ):
        assert passage in places(first)
    assert (second.address, second.text) == ("sheet:Gömd", "HIDDENSHEET")
    for text in ("Anna Alm", "Bo Berg", "HELP", "RANGE", "PREVIOUS", "CHANGEAUTHOR", "TITLE",
                 "HEADER", "Gömd", "SHEETBOX", "SHEETBOX-ALT"):  # fmt: skip
        assert text in book.text, text


def test_repetition_is_bounded(read) -> None:
    wide = row(cell(p("x" * 50), number_columns_repeated="16384"), repeated=1_048_576)
    body = f'<table:table table:name="a">{wide * 50}</table:table>'
    _, part, *_ = read(package("ods", body), "a.ods", Bounds(most_characters=100_000))
    assert part.outcome is Outcome.READ_IN_PART
    assert len(part.text) <= 100_000
    thin = row(cell(p("x")), repeated=1_048_576)
    _, part, *_ = read(package("ods", f'<table:table table:name="a">{thin}</table:table>'), "a.ods")
    assert part.outcome is Outcome.READ
    assert len(part.passages) == 1000


def test_a_password_makes_it_opaque_and_says_how(read) -> None:
    for algorithm, method in (
        ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "OpenDocument AES-256"),
        ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "OpenDocument AES-256"),
        ("Blowfish CFB", "OpenDocument Blowfish"),
    ):
        manifest = (
            '<?xml version="1.0"?><!DOCTYPE m PUBLIC "x" "Manifest.dtd"><m:manifest>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"><m:encryption-data>'
            f'<m:algorithm m:algorithm-name="{algorithm}"/></m:encryption-data></m:file-entry>'
        )
        content = package("odt", TEXT, **{"META-INF/manifest.xml": manifest})
        (part,) = read(content, "a.odt")
        assert (part.kind, part.outcome, part.encrypted) == ("odt", Outcome.OPAQUE, method)
        assert not part.passages


def test_what_is_embedded_becomes_parts(read) -> None:
    inner = package("odt", p("EARLIER"))
    parts = read(
        package(
            "odt", TEXT, **{"Versions/Version1": inner, "Basic/Standard/M.xml": "<m>MACRO</m>"}
        ),
        "a.odt",
    )
    found = {part.address: part for part in parts}
    assert "EARLIER" in found["Versions/Version1"].text
    assert "MACRO" in found["Basic/Standard/M.xml"].text
    picture = base64.b64encode(b"plain text that was embedded").decode()
    body = f"<text:p><draw:frame><draw:image><office:binary-data>{picture}</office:binary-data>"
    _, part = read(flat("odt", f"{body}</draw:image></draw:frame></text:p>"), "a.fodt")
    assert (part.address, part.text) == ("embedded-1", "plain text that was embedded")


def test_a_flat_file_is_told_by_its_bytes_and_breaks_off_honestly(read) -> None:
    content = flat("odt", TEXT)
    for name in ("a.fodt", "a.xml", ""):
        assert read(content, name)[0].kind == "odt"
    part = read(content[: content.index(b"HIDDEN")], "a.fodt")[0]
    assert part.outcome is Outcome.READ_IN_PART
    assert "ITEM" in part.text


def test_entities_are_refused(read) -> None:
    content = flat("odt", p("&a;")).replace(
        b"<office:document ", b'<!DOCTYPE x [<!ENTITY a "b">]><office:document ', 1
    )
    (part,) = read(content, "a.fodt")
    assert (part.kind, part.outcome) == ("odt", Outcome.DAMAGED)

"""docx and xlsx, written by hand: the same bytes for the same words, at any hour.

openpyxl and python-docx stamp the time of writing into what they save; besides, the sample share
needs what only real programs write (headers, comments, hidden sheets), and hundreds a second.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from sample_share.marked import Marked, join
from sample_share.papers import File, Paper, PartTruth, Sheet, Table, Workbook, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CELLS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_EPOCH_1900 = date(1899, 12, 30)


def packed(members: Iterable[tuple[str, bytes]], *, on: date) -> bytes:
    """Return a zip archive of ``members``, in order, all dated noon of the day ``on``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, (max(on.year, 1980), on.month, on.day, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def _core(title: str, author: Marked | None, on: date) -> str:
    stamp = f'xsi:type="dcterms:W3CDTF">{on.isoformat()}T12:00:00Z<'
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title>"
        f"<dc:creator>{escape(author.text) if author else ''}</dc:creator>"
        f"<dcterms:created {stamp}/dcterms:created><dcterms:modified {stamp}/dcterms:modified>"
        "</cp:coreProperties>"
    )


def _relationships(entries: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _types(overrides: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def _root(main: str) -> str:
    return _relationships(
        (
            (f"{_OFFICE}/relationships/officeDocument", main),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        )
    )


def _paragraph(text: str, *, style: str = "", extra: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return (
        f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>{extra}</w:p>'
    )


def _word_table(table: Table) -> str:
    rows = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>{_paragraph(cell.text)}</w:tc>'
            for cell in row
        )
        + "</w:tr>"
        for row in table.rows
    )
    grid = "<w:gridCol/>" * len(table.rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def as_docx(paper: Paper) -> File:
    """Return ``paper`` as a Word document: heading, paragraphs, tables, header, footer, comment."""
    body = [_paragraph(paper.title.text, style="Title")]
    passages: list[Marked | None] = [paper.title]
    for block in paper.blocks:
        if isinstance(block, Table):
            body.append(_word_table(block))
            passages.extend(join("\t", row) for row in block.rows)
        else:
            body.append(_paragraph(block.text))
            passages.append(block)
    passages += [paper.header, paper.footer, paper.comment, Marked(paper.title.text), paper.author]

    beside: list[tuple[str, str, str]] = []
    references = []
    for tag, letter, text in (("header", "hdr", paper.header), ("footer", "ftr", paper.footer)):
        if text:
            content = f'<w:{letter} xmlns:w="{_WORD}">{_paragraph(text.text)}</w:{letter}>'
            beside.append((tag, f"{tag}1.xml", content))
            references.append(f'<w:{tag}Reference w:type="default" r:id="rId{len(beside)}"/>')
    if paper.comment:
        note = f'<w:comment w:id="0" w:author="">{_paragraph(paper.comment.text)}</w:comment>'
        beside.append(
            ("comments", "comments.xml", f'<w:comments xmlns:w="{_WORD}">{note}</w:comments>')
        )
        body[-1] += '<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>'
    document = (
        f'{_HEAD}<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}/relationships"><w:body>'
        f"{''.join(body)}<w:sectPr>{''.join(references)}</w:sectPr></w:body></w:document>"
    )
    overrides = [
        ("word/document.xml", f"{_WORD_TYPE}.document.main+xml"),
        ("docProps/core.xml", _CORE_TYPE),
        *((f"word/{name}", f"{_WORD_TYPE}.{tag}+xml") for tag, name, _ in beside),
    ]
    members = [
        ("[Content_Types].xml", _types(overrides)),
        ("_rels/.rels", _root("word/document.xml")),
        ("word/document.xml", document),
        (
            "word/_rels/document.xml.rels",
            _relationships((f"{_OFFICE}/relationships/{tag}", name) for tag, name, _ in beside),
        ),
        *((f"word/{name}", _HEAD + content) for _, name, content in beside),
        ("docProps/core.xml", _core(paper.title.text, paper.author, paper.subject.on)),
    ]
    own = PartTruth(
        address="", format="docx", text=lines_of(passages), subject=paper.subject, is_record=True
    )
    return File(
        name=f"{paper.stem}.docx",
        content=_package(members, paper.subject.on),
        subject=paper.subject,
        parts=(own,),
    )


def _package(members: Iterable[tuple[str, str]], on: date) -> bytes:
    return packed(((name, text.encode()) for name, text in members), on=on)


def column_name(number: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Strings:
    """The table that a workbook's cells point into."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))

    def xml(self) -> str:
        items = "".join(
            f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in self.places
        )
        return f'{_HEAD}<sst xmlns="{_CELLS}">{items}</sst>'


def _cell(reference: str, text: str, strings: _Strings, *, is_number: bool) -> str:
    if is_number and text.isdecimal():
        return f'<c r="{reference}"><v>{text}</v></c>'
    if is_number and _ISO_DATE.fullmatch(text):
        days = (date.fromisoformat(text) - _EPOCH_1900).days
        return f'<c r="{reference}" s="1"><v>{days}</v></c>'
    return f'<c r="{reference}" t="s"><v>{strings.place(text)}</v></c>'


def _sheet_xml(sheet: Sheet, strings: _Strings) -> str:
    rows = []
    for row_number, row in enumerate(sheet.rows, 1):
        cells = "".join(
            _cell(
                f"{column_name(column)}{row_number}",
                cell.text,
                strings,
                is_number=column in sheet.number_columns,
            )
            for column, cell in enumerate(row)
            if cell.text
        )
        if cells:
            rows.append(f'<row r="{row_number}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{_CELLS}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def _comments_xml(sheet: Sheet) -> str:
    notes = "".join(
        f'<comment ref="{column_name(column)}{row + 1}" authorId="0">'
        f'<text><r><t xml:space="preserve">{escape(text.text)}</t></r></text></comment>'
        for row, column, text in sheet.comments
    )
    return (
        f'{_HEAD}<comments xmlns="{_CELLS}"><authors><author></author></authors>'
        f"<commentList>{notes}</commentList></comments>"
    )


def _row_text(row: tuple[Marked, ...]) -> Marked:
    filled = len(row)
    while filled and not row[filled - 1].text:
        filled -= 1
    return join("\t", row[:filled])


def sheet_text(sheet: Sheet) -> Marked:
    """Return what a sheet's part says: a line for each row that holds anything, then comments."""
    notes = [text for _, _, text in sheet.comments]
    return lines_of([*(_row_text(row) for row in sheet.rows), *notes])


def as_xlsx(workbook: Workbook) -> File:
    """Return ``workbook`` as an Excel file with shared strings, as Excel itself writes them."""
    strings = _Strings()
    count = len(workbook.sheets)
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{number}"'
        f' state="{"hidden" if sheet.is_hidden else "visible"}" r:id="rId{number}"/>'
        for number, sheet in enumerate(workbook.sheets, 1)
    )
    book = (
        f'{_HEAD}<workbook xmlns="{_CELLS}" xmlns:r="{_OFFICE}/relationships">'
        f"<sheets>{listed}</sheets></workbook>"
    )
    styles = (
        f'{_HEAD}<styleSheet xmlns="{_CELLS}"><fonts count="1">'
        '<font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/></border></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
    sheets = [
        (f"xl/worksheets/sheet{number}.xml", _sheet_xml(sheet, strings))
        for number, sheet in enumerate(workbook.sheets, 1)
    ]
    overrides = [
        ("xl/workbook.xml", f"{_CELLS_TYPE}.sheet.main+xml"),
        ("xl/styles.xml", f"{_CELLS_TYPE}.styles+xml"),
        ("xl/sharedStrings.xml", f"{_CELLS_TYPE}.sharedStrings+xml"),
        ("docProps/core.xml", _CORE_TYPE),
        *((name, f"{_CELLS_TYPE}.worksheet+xml") for name, _ in sheets),
    ]
    for number, sheet in enumerate(workbook.sheets, 1):
        if sheet.comments:
            name = f"xl/comments{number}.xml"
            overrides.append((name, f"{_CELLS_TYPE}.comments+xml"))
            sheets.append((name, _comments_xml(sheet)))
            target = _relationships(
                ((f"{_OFFICE}/relationships/comments", f"../comments{number}.xml"),)
            )
            sheets.append((f"xl/worksheets/_rels/sheet{number}.xml.rels", target))
    relationships = [
        *(
            (f"{_OFFICE}/relationships/worksheet", f"worksheets/sheet{n + 1}.xml")
            for n in range(count)
        ),
        (f"{_OFFICE}/relationships/styles", "styles.xml"),
        (f"{_OFFICE}/relationships/sharedStrings", "sharedStrings.xml"),
    ]
    members = [
        ("[Content_Types].xml", _types(overrides)),
        ("_rels/.rels", _root("xl/workbook.xml")),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", _relationships(relationships)),
        ("xl/styles.xml", styles),
        *sheets,
        ("xl/sharedStrings.xml", strings.xml()),
        ("docProps/core.xml", _core(workbook.title, workbook.author, workbook.subject.on)),
    ]
    parts = tuple(
        PartTruth(
            address=f"sheet:{sheet.name}",
            format="sheet",
            text=sheet_text(sheet),
            subject=workbook.subject,
        )
        for sheet in workbook.sheets
    )
    text = lines_of((Marked(workbook.title), workbook.author))
    # The properties alone tell who wrote the workbook, not what they are.
    subject = replace(workbook.subject, special_categories=())
    own = PartTruth(address="", format="xlsx", text=text, subject=subject, is_record=True)
    return File(
        name=f"{workbook.stem}.xlsx",
        content=_package(members, workbook.subject.on),
        subject=workbook.subject,
        parts=(own, *parts),
    )

"""txt, csv and html, in the encodings and line ends that are met with."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from sample_share.marked import Marked, join
from sample_share.papers import File, Paper, PartTruth, Table, Workbook, lines_of

if TYPE_CHECKING:
    from random import Random

    from sample_share.papers import Subject

_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")


def _encoded(text: str, rng: Random) -> bytes:
    encoding = rng.choice(_ENCODINGS)
    if rng.randrange(2):
        text = text.replace("\n", "\r\n")
    if encoding == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:  # a Polish or Turkish name does not fit into cp1252
        return text.encode()


def _single(name: str, kind: str, content: bytes, text: Marked, subject: Subject) -> File:
    own = PartTruth(address="", format=kind, text=text, subject=subject, is_record=True)
    return File(name=name, content=content, subject=subject, parts=(own,))


def as_txt(paper: Paper, rng: Random) -> File:
    """Return ``paper`` as plain text; a table's cells are set apart by tabulators."""
    text = join("\n", [*paper.lines("\t"), ""])
    return _single(f"{paper.stem}.txt", "txt", _encoded(text.text, rng), text, paper.subject)


def as_csv(workbook: Workbook, rng: Random) -> File:
    """Return the first sheet with semicolons between the cells, as Excel does here."""
    rows = workbook.sheets[0].rows
    text = join("\n", [*(join(";", row) for row in rows), ""])
    return _single(f"{workbook.stem}.csv", "csv", _encoded(text.text, rng), text, workbook.subject)


def html_body(blocks: list[Marked]) -> str:
    """Return the blocks as HTML paragraphs."""
    return "\n".join(f"<p>{html.escape(block.text)}</p>" for block in blocks)


def as_html(paper: Paper) -> File:
    """Return ``paper`` as a web page; tables become lists."""
    heading = html.escape(paper.title.text)
    rows = []
    for block in paper.blocks:
        if isinstance(block, Table):
            items = "".join(f"<li>{html.escape(join(', ', row).text)}</li>\n" for row in block.rows)
            rows.append(f"<ul>\n{items}</ul>")
        else:
            rows.append(f"<p>{html.escape(block.text)}</p>")
    body = "\n".join(rows)
    page = (
        f'<!DOCTYPE html>\n<html lang="{paper.subject.language}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{heading}</title>\n'
        "<style>p { margin: 1em }</style>\n</head>\n"
        f"<body>\n<h1>{heading}</h1>\n{body}\n</body>\n</html>\n"
    )
    text = lines_of([paper.title, *paper.lines(", ")])
    return _single(f"{paper.stem}.html", "html", page.encode(), text, paper.subject)
